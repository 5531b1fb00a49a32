use serde::{Deserialize, Serialize};

/// Where a return stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Being filled in.
    Draft,
    /// Sent; waits for the level above.
    Submitted,
    /// Sent back with a reason.
    Returned,
    /// Accepted: its version is in the ledger.
    Approved,
    /// Accepted before; a correction is being filled in.
    Correcting,
}

impl State {
    const ALL: [State; 5] = [State::Draft, State::Submitted, State::Returned, State::Approved, State::Correcting];

    /// The word in the database and in class names.
    pub const fn word(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Submitted => "submitted",
            State::Returned => "returned",
            State::Approved => "approved",
            State::Correcting => "correcting",
        }
    }

    /// The id of the state's name in the texts.
    pub const fn text(self) -> &'static str {
        match self {
            State::Draft => "returns-state-draft",
            State::Submitted => "returns-state-submitted",
            State::Returned => "returns-state-returned",
            State::Approved => "returns-state-approved",
            State::Correcting => "returns-state-correcting",
        }
    }

    /// Reads [`State::word`].
    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|it| it.word() == word)
    }

    /// Whether its figures may be typed.
    pub const fn is_open(self) -> bool {
        matches!(self, State::Draft | State::Returned | State::Correcting)
    }
}

/// Where a cell came from. The number stands in the ledger's cells, the word in drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Typed into the grid.
    #[default]
    Typed,
    /// Read from a file.
    Imported,
    /// Computed from records, such as award rows.
    Computed,
    /// Pasted as a table.
    Pasted,
    /// Read from a published document, which the return names.
    Document,
}

impl Origin {
    /// The number in the ledger. Never reorder.
    pub const fn number(self) -> u8 {
        match self {
            Origin::Typed => 0,
            Origin::Imported => 1,
            Origin::Computed => 2,
            Origin::Pasted => 3,
            Origin::Document => 4,
        }
    }

    /// Reads [`Origin::number`]; a number that is not known is taken for typed.
    pub const fn of(number: u8) -> Origin {
        match number {
            1 => Origin::Imported,
            2 => Origin::Computed,
            3 => Origin::Pasted,
            4 => Origin::Document,
            _ => Origin::Typed,
        }
    }

    /// The id of the origin's name in the texts.
    pub const fn text(number: u8) -> &'static str {
        match Origin::of(number) {
            Origin::Typed => "returns-origin-typed",
            Origin::Imported => "returns-origin-imported",
            Origin::Computed => "returns-origin-computed",
            Origin::Pasted => "returns-origin-pasted",
            Origin::Document => "returns-origin-document",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(crate) fn is_typed(&self) -> bool {
        *self == Origin::Typed
    }
}
