//! Where records belong after boundaries have changed. A record stays with the unit in which it was made; who reads asks
//! for all units that went into the ones of today. Pure.

use std::collections::BTreeSet;

use kernel::{Day, Level, Register, UnitId};

/// Units with all that went into them, and the provinces whose rows they may have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) units: Vec<UnitId>,
    pub(crate) provinces: Vec<i64>,
}

impl Area {
    /// The area of these units.
    pub(crate) fn new(register: &Register, units: impl IntoIterator<Item = UnitId>) -> Area {
        let mut open: Vec<UnitId> = units.into_iter().collect();
        let (mut all, mut provinces) = (BTreeSet::new(), BTreeSet::new());
        while let Some(unit) = open.pop() {
            if !all.insert(unit) {
                continue;
            }
            for state in register.states_of(unit) {
                // A unit above may have moved between these two.
                provinces
                    .extend([state.from, state.last_day()].into_iter().filter_map(|it| register.province_of(unit, it)));
            }
            open.extend(register.predecessors(unit).map(|it| it.predecessor));
        }
        Area { units: all.into_iter().collect(), provinces: provinces.into_iter().map(|it| it.0).collect() }
    }
}

/// The unit that holds a record of `unit` on a day: itself while it is in force, or the one that it went into. None if it
/// was split and nobody has said to which heir the record belongs.
pub(crate) fn holder(register: &Register, unit: UnitId, day: Day) -> Option<UnitId> {
    match register.heirs(unit, day).as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// The units whose records a unit's page shows: its own and, of a commune, those of its villages. Above, villages are too
/// many for one page.
pub(crate) fn shown(register: &Register, unit: UnitId, today: Day) -> Vec<UnitId> {
    let mut res = vec![unit];
    if register.get(unit, today).is_some_and(|it| it.level == Level::Commune) {
        res.extend(register.children(unit, today).iter().map(|it| it.id));
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Extent, Succession, UnitState};

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn state(id: i64, level: Level, parent: Option<i64>, from: Day, until: Day) -> UnitState {
        UnitState { from, until, ..UnitState::invented(id, level, parent) }
    }

    fn went(from: i64, to: i64, extent: Extent) -> Succession {
        Succession {
            predecessor: UnitId(from),
            successor: UnitId(to),
            on: day("2026-03-01"),
            extent,
            population: None,
            instrument: String::new(),
        }
    }

    /// Villages 11 and 12 went into 13; 14 was split into 15 and 16.
    fn register() -> Register {
        let reform = day("2026-03-01");
        let mut states = vec![
            state(1, Level::Province, None, Day::BEGINNING, Day::NEVER),
            state(2, Level::Commune, Some(1), Day::BEGINNING, Day::NEVER),
        ];
        states.extend([11, 12, 14].map(|id| state(id, Level::Village, Some(2), Day::BEGINNING, reform)));
        states.extend([13, 15, 16].map(|id| state(id, Level::Village, Some(2), reform, Day::NEVER)));
        let gone = vec![
            went(11, 13, Extent::Whole),
            went(12, 13, Extent::Whole),
            went(14, 15, Extent::AreaAndPopulation),
            went(14, 16, Extent::Remainder),
        ];
        Register::new(states, gone, Vec::new()).unwrap()
    }

    #[test]
    fn what_went_into_a_unit_belongs_to_it() {
        let register = register();
        let area = Area::new(&register, [UnitId(13)]);
        assert_eq!(area, Area { units: vec![UnitId(11), UnitId(12), UnitId(13)], provinces: vec![1] });
        assert_eq!(holder(&register, UnitId(11), day("2026-02-28")), Some(UnitId(11)));
        assert_eq!(holder(&register, UnitId(11), day("2026-03-01")), Some(UnitId(13)));
    }

    #[test]
    fn what_was_split_waits_for_a_word() {
        let register = register();
        assert_eq!(holder(&register, UnitId(14), day("2026-02-28")), Some(UnitId(14)));
        assert_eq!(holder(&register, UnitId(14), day("2026-03-01")), None);
        assert!(Area::new(&register, [UnitId(15)]).units.contains(&UnitId(14)), "both heirs see it");
    }

    #[test]
    fn a_commune_shows_its_villages() {
        let units = shown(&register(), UnitId(2), day("2026-11-21"));
        assert_eq!(units, [2, 13, 15, 16].map(UnitId));
    }
}
