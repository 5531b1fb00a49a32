use std::collections::BTreeSet;

use kernel::{Day, Level, Register, UnitId};
use web::{Cover, Scope};

/// What an auditor may see.
pub(crate) struct Reach {
    /// The units, those of the past too.
    pub(crate) units: Vec<UnitId>,
    /// Whether what is about no unit is seen: who audits the country.
    pub(crate) whole: bool,
}

impl Reach {
    /// The reach of a scope today.
    pub(crate) fn new(register: &Register, scope: &Scope, today: Day) -> Reach {
        let all: BTreeSet<UnitId> = register.states().iter().map(|it| it.id).collect();
        let units = all.into_iter().filter(|it| scope.cover(register, *it, today) == Cover::Full).collect();
        let is_country = |it: &UnitId| register.get(*it, today).is_some_and(|it| it.level == Level::Nation);
        Reach { units, whole: scope.tops().iter().any(is_country) }
    }
}
