/// How sure a figure is: the words a report puts before a number. Kept from entry to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Qualifier {
    /// Counted.
    #[default]
    Exact,
    /// "gần": a little less.
    Almost,
    /// "hơn", "trên": a little more.
    MoreThan,
    /// "từ … trở lên", "ít nhất".
    AtLeast,
    /// "khoảng".
    About,
}

impl Qualifier {
    /// All, in the order in which the codec numbers them. Never reorder.
    pub const ALL: [Qualifier; 5] =
        [Qualifier::Exact, Qualifier::Almost, Qualifier::MoreThan, Qualifier::AtLeast, Qualifier::About];

    /// The word in files, in JSON and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Qualifier::Exact => "exact",
            Qualifier::Almost => "almost",
            Qualifier::MoreThan => "more_than",
            Qualifier::AtLeast => "at_least",
            Qualifier::About => "about",
        }
    }

    /// Reads [`Qualifier::word`].
    pub fn parse(word: &str) -> Option<Qualifier> {
        Qualifier::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The qualifier of a sum (rule 19): exact figures and one kind keep that kind, mixed kinds give `about`.
    #[must_use]
    pub fn and(self, other: Qualifier) -> Qualifier {
        match (self, other) {
            (Qualifier::Exact, it) | (it, Qualifier::Exact) => it,
            (a, b) if a == b => a,
            _ => Qualifier::About,
        }
    }
}

/// Whether a figure speaks for the unit alone or for all below it too (rule 16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Coverage {
    /// What this unit itself did.
    #[default]
    Own,
    /// The unit and everything below it.
    Whole,
    /// Shown beside the sum, never added.
    Control,
}

impl Coverage {
    /// All, in the order in which the codec numbers them. Never reorder.
    pub const ALL: [Coverage; 3] = [Coverage::Own, Coverage::Whole, Coverage::Control];

    /// The word in files, in JSON and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Coverage::Own => "own",
            Coverage::Whole => "whole",
            Coverage::Control => "control",
        }
    }

    /// Reads [`Coverage::word`].
    pub fn parse(word: &str) -> Option<Coverage> {
        Coverage::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Kind {
    /// A quantity, scaled by the indicator's decimals.
    #[default]
    Quantity,
    /// A percentage published without its parts, in hundredths; only on ratio and change indicators, never added (rule 13).
    PercentOnly,
}

/// A quantity and how sure it is. Integers only: `13,85 kg` with two decimals is 1385; money is in đồng.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount {
    /// The quantity, scaled by the indicator's decimals (percentages: hundredths).
    pub value: i64,
    /// How sure it is.
    pub qualifier: Qualifier,
}

/// One figure of an accepted version: the indicator's amount for the version's unit and period (rule 11).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What is measured.
    pub indicator: crate::IndicatorId,
    /// How much.
    pub amount: Amount,
    /// For whom it speaks.
    pub coverage: Coverage,
    /// Quantity or bare percentage.
    pub kind: Kind,
    /// Where it came from: an index into the application's list of origins (0 = typed).
    pub origin: u8,
    /// A short remark that travels with the figure; empty if none.
    pub note: String,
}
