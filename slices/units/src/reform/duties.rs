//! What becomes of the duty to report when units end: assigned forms and what a unit made for itself go on to the heirs, a
//! period that has begun is closed.

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

/// A form or an indicator of a unit's own, and those in which it goes on: they have it from the reform's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited {
    /// The name of the form or indicator.
    pub name: String,
    /// The unit that made it and ends.
    pub from: UnitId,
    /// Who has it then; empty if nobody followed.
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

/// What the units made that end: forms, then indicators.
pub(crate) fn inherited(catalogue: &Catalogue, reform: &Reform, after: &Register) -> Vec<Inherited> {
    let (ended, on) = (reform.ended(), reform.last_day());
    let forms = catalogue.forms.iter().map(|it| (&it.name, it.owner));
    let made = forms.chain(catalogue.indicators().iter().map(|it| (&it.name_vi, it.owner)));
    let inherited = |(name, owner): (&String, Option<UnitId>)| {
        let from = owner.filter(|it| ended.contains(it))?;
        Some(Inherited { name: name.clone(), from, to: after.heirs(from, on) })
    };
    made.filter_map(inherited).collect()
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
