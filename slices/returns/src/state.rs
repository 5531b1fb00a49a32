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

/// Where a cell came from. The number stands in the ledger's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Typed into the grid.
    Typed,
    /// Read from a file.
    Imported,
    /// Computed from records, such as award rows.
    Computed,
}

impl Origin {
    /// The number in the ledger. Never reorder.
    pub const fn number(self) -> u8 {
        match self {
            Origin::Typed => 0,
            Origin::Imported => 1,
            Origin::Computed => 2,
        }
    }

    /// The id of the origin's name in the texts.
    pub const fn text(number: u8) -> &'static str {
        match number {
            0 => "returns-origin-typed",
            1 => "returns-origin-imported",
            _ => "returns-origin-computed",
        }
    }
}
