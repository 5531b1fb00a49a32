//! Which units below one are asked about.

use kernel::{Day, Level, Register, UnitId};

/// Which units.
#[derive(Debug, Clone, Copy)]
pub(super) enum Below {
    Itself,
    Children,
    Level(Level),
}

impl Below {
    /// Reads a word of a question.
    pub(super) fn parse(word: &str) -> Option<Below> {
        match word.trim() {
            "self" => Some(Below::Itself),
            "children" => Some(Below::Children),
            other => level(other).map(Below::Level),
        }
    }

    /// In Vietnamese order of names, those of one parent together.
    pub(super) fn units(self, register: &Register, unit: UnitId, day: Day) -> Vec<UnitId> {
        let found = match self {
            Below::Itself => return vec![unit],
            Below::Children => register.children(unit, day),
            Below::Level(level) => register.descendants(unit, day).into_iter().filter(|it| it.level == level).collect(),
        };
        found.into_iter().map(|it| it.id).collect()
    }
}

/// The words of levels, in questions.
pub(crate) const LEVELS: [(&str, Level); 4] = [
    ("province", Level::Province),
    ("district", Level::District),
    ("commune", Level::Commune),
    ("village", Level::Village),
];

fn level(word: &str) -> Option<Level> {
    LEVELS.iter().find(|it| it.0 == word).map(|it| it.1)
}
