//! What becomes of the duty to report when units end: assigned forms go on to the heirs, a period that has begun is closed.

use super::Reform;
use kernel::{Catalogue, Day, Form, Period, Register, UnitId};

/// An assignment of a form to a unit that ends: it speaks for the heirs from then on, without anybody writing it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// The form's name.
    pub form: String,
    /// The unit that ends.
    pub from: UnitId,
    /// Who owes, or in whom is owed, what was owed there; empty if nobody followed.
    pub to: Vec<UnitId>,
}

/// A return that a unit still owes because it ends inside a period (rule 9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// The form's name.
    pub form: String,
    /// The unit that ends.
    pub unit: UnitId,
    /// The period that keeps its code.
    pub period: Period,
    /// The unit's last day.
    pub until: Day,
}

/// What is handed on, by form and unit.
pub(crate) fn handed(catalogue: &Catalogue, reform: &Reform, after: &Register) -> Vec<Handed> {
    let (ended, on) = (reform.ended(), reform.last_day());
    let stands = catalogue.assignments.iter().filter(|it| it.until > on && ended.contains(&it.top));
    let handed = |it: &kernel::Assignment| {
        let form = catalogue.form(it.form)?.name.clone();
        Some(Handed { form, from: it.top, to: after.heirs(it.top, on) })
    };
    stands.filter_map(handed).collect()
}

/// The closing returns, by assignment and unit.
pub(crate) fn closings(catalogue: &Catalogue, reform: &Reform, before: &Register) -> Vec<Closing> {
    let mut res = Vec::new();
    for assignment in &catalogue.assignments {
        let Some(form) = catalogue.form(assignment.form) else { continue };
        for unit in reform.ended() {
            // The plan is not applied yet: before it, the unit goes on.
            let Some(until) = reform.end_of(unit).map(|it| it.plus(-1)) else { continue };
            let owes = before.get(unit, until).is_some_and(|it| it.level as u8 == assignment.class)
                && assignment.from <= until
                && until < assignment.until
                && before.heirs(assignment.top, until).iter().any(|it| before.contains(*it, unit, until));
            if owes && let Some(period) = broken_off(form, until) {
                res.push(Closing { form: form.name.clone(), unit, period, until });
            }
        }
    }
    res
}

/// The period that goes on after the day, if there is one.
fn broken_off(form: &Form, day: Day) -> Option<Period> {
    Period::on(form.calendar, form.frequency, day).filter(|it| it.last() != day)
}
