//! Who owes which form for which period, and whose ledgers a person's work stands in. Pure.

use std::collections::{BTreeSet, HashMap};

use kernel::{Assignment, Catalogue, Day, Deadline, Form, FormId, Level, Period, Register, UnitId, UnitState};
use web::Scope;

/// So many periods of a form are asked about: the one in which today lies, and those before it.
const PERIODS: usize = 4;

/// A form that a unit owes for a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Duty {
    /// Which form.
    pub(crate) form: FormId,
    /// Who owes it.
    pub(crate) unit: UnitId,
    /// For which period.
    pub(crate) period: Period,
    /// Until when it is in time.
    pub(crate) deadline: Deadline,
}

/// The periods of a form that are asked about on a day, the latest first.
pub(crate) fn recent(form: &Form, today: Day) -> Vec<Period> {
    let running = Period::on(form.calendar, form.frequency, today);
    std::iter::successors(running, |it| Some(it.before())).take(PERIODS).collect()
}

/// Whether an assignment to `top` speaks for a unit on a day: it stands in `top`, or in what `top` has become.
pub(crate) fn speaks_for(register: &Register, top: UnitId, unit: UnitId, day: Day) -> bool {
    register.contains(top, unit, day)
        || register.get(top, day).is_none()
            && register.life(top).is_some_and(|it| it.1 <= day)
            && register.heirs(top, day).iter().any(|it| register.contains(*it, unit, day))
}

/// The units that owe the form of an assignment for a period: those in force on its last day, and those that closed
/// inside it (rule 9).
fn owing(register: &Register, assignment: &Assignment, period: Period) -> Vec<UnitId> {
    // Units share their parents: each is looked up once.
    let mut known: HashMap<(UnitId, Day), bool> = HashMap::new();
    let mut is_below = |state: &UnitState, day: Day| {
        let whole = |unit: UnitId| speaks_for(register, assignment.top, unit, day);
        match state.parent.filter(|it| register.get(*it, day).is_some()) {
            Some(_) if state.id == assignment.top => true,
            // The unit itself may be what the assignment's unit has become.
            Some(_) if register.get(assignment.top, day).is_none() => whole(state.id),
            Some(parent) => *known.entry((parent, day)).or_insert_with(|| whole(parent)),
            None => whole(state.id),
        }
    };
    let mut res = Vec::new();
    for state in register.states().iter().filter(|it| it.level as u8 == assignment.class) {
        let Some(day) = reports_on(register, state, period) else { continue };
        if assignment.from <= day && day < assignment.until && is_below(state, day) {
            res.push(state.id);
        }
    }
    res
}

/// The units that owe a form for a period, each once.
pub(crate) fn owing_form(register: &Register, catalogue: &Catalogue, form: &Form, period: Period) -> Vec<UnitId> {
    let assigned = catalogue.assignments.iter().filter(|it| it.form == form.id && form.takes(period));
    let units: BTreeSet<UnitId> = assigned.flat_map(|it| owing(register, it, period)).collect();
    units.into_iter().collect()
}

/// The day on which a unit reports for a period, if it is in this state then.
fn reports_on(register: &Register, state: &UnitState, period: Period) -> Option<Day> {
    if state.covers(period.last()) {
        return Some(period.last());
    }
    let last = state.last_day();
    let ends = || register.life(state.id).is_some_and(|(_, until)| until == state.until);
    (period.holds(last) && ends()).then_some(last)
}

/// Everything owed lately by the units that pass, the earliest due first.
pub(crate) fn duties(
    register: &Register,
    catalogue: &Catalogue,
    today: Day,
    within: impl Fn(UnitId) -> bool,
) -> Vec<Duty> {
    let mut res = Vec::new();
    for assignment in &catalogue.assignments {
        let Some(form) = catalogue.form(assignment.form) else { continue };
        let begun = |it: &Period| catalogue.form_for(form.id, *it).is_some();
        for period in recent(form, today).into_iter().filter(begun) {
            let units = owing(register, assignment, period).into_iter().filter(|it| within(*it));
            res.extend(units.map(|unit| Duty {
                form: form.id,
                unit,
                period,
                deadline: catalogue.deadline(form, unit, period),
            }));
        }
    }
    res.sort_by_key(|it| (it.deadline, it.form, it.unit));
    res.dedup();
    res
}

/// The provinces, and roots, in whose ledgers the returns of a scope stand: those above its tops, and what these came
/// from.
pub(crate) fn ledgers(register: &Register, scope: &Scope, today: Day) -> Vec<UnitId> {
    let mut res = BTreeSet::new();
    for top in scope.tops() {
        let day = register.nearest(*top, today).map_or(today, |it| today.min(it.last_day()).max(it.from));
        let Some(province) = register.province_of(*top, day) else { continue };
        res.insert(province);
        if register.get(province, day).is_some_and(|it| it.level == Level::Nation) {
            let below =
                register.states().iter().filter(|it| it.level == Level::Province && it.parent == Some(province));
            res.extend(below.map(|it| it.id));
        }
        let mut open = vec![province];
        while let Some(unit) = open.pop() {
            let before = register.predecessors(unit).map(|it| it.predecessor);
            let provinces = before.filter(|it| register.latest(*it).is_some_and(|it| it.level <= Level::Province));
            open.extend(provinces.filter(|it| res.insert(*it)));
        }
    }
    res.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Calendar, Extent, Frequency, Succession};

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn state(id: i64, level: Level, parent: Option<i64>, from: Day, until: Day) -> UnitState {
        UnitState { from, until, ..UnitState::invented(id, level, parent) }
    }

    /// A province with communes 11 and 12; 12 went into 13 on 2026-03-01.
    fn register() -> Register {
        let reform = day("2026-03-01");
        let states = vec![
            state(1, Level::Province, None, Day::BEGINNING, Day::NEVER),
            state(11, Level::Commune, Some(1), Day::BEGINNING, Day::NEVER),
            state(12, Level::Commune, Some(1), Day::BEGINNING, reform),
            state(13, Level::Commune, Some(1), reform, Day::NEVER),
        ];
        let gone = Succession {
            predecessor: UnitId(12),
            successor: UnitId(13),
            on: reform,
            extent: Extent::Whole,
            population: None,
            instrument: String::new(),
        };
        Register::new(states, vec![gone], Vec::new()).unwrap()
    }

    #[track_caller]
    fn check(period: &str, from: &str, expect: &[i64]) {
        let assignment =
            Assignment { form: 1, class: Level::Commune as u8, top: UnitId(1), from: day(from), until: Day::NEVER };
        let found = owing(&register(), &assignment, Period::parse(period).unwrap());
        assert_eq!(found.iter().map(|it| it.0).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn rule_9_a_unit_closed_inside_the_period_still_owes_it() {
        check("2026-M01", "2025-01-01", &[11, 12]);
        check("2026-Q1", "2025-01-01", &[11, 12, 13]);
        check("2026-M03", "2025-01-01", &[11, 13]);
        check("2026-M01", "2026-02-01", &[]);
    }

    #[test]
    fn the_running_period_and_three_before_are_asked_about() {
        let form = Form {
            id: 1,
            number: 1,
            owner: None,
            since: Day::BEGINNING,
            code: "thang".into(),
            name: String::new(),
            calendar: Calendar::Administrative,
            frequency: Frequency::Month,
            due_days: 3,
            grace_days: 0,
            awards: false,
            open: false,
            sections: Vec::new(),
        };
        let found: Vec<String> = recent(&form, day("2026-01-20")).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["adm:2026-M02", "adm:2026-M01", "adm:2025-M12", "adm:2025-M11"]);
    }
}
