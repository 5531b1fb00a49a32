use std::collections::{BTreeSet, HashMap};

use figures::{Day, Period};

use crate::{Catalogue, Form, FormId, UnitId};

/// Saturday, counted from Monday as 0.
const SATURDAY: u8 = 5;

/// Which days offices work: Monday to Friday, but for feasts, and weekend days worked in exchange.
#[derive(Debug, Clone, Default)]
pub struct WorkDays {
    closed: BTreeSet<Day>,
    open: BTreeSet<Day>,
}

impl WorkDays {
    /// Days on which offices rest, and weekend days on which they work.
    pub fn new(closed: impl IntoIterator<Item = Day>, open: impl IntoIterator<Item = Day>) -> WorkDays {
        WorkDays { closed: closed.into_iter().collect(), open: open.into_iter().collect() }
    }

    /// Whether offices work on a day.
    pub fn is_working(&self, day: Day) -> bool {
        self.open.contains(&day) || day.weekday() < SATURDAY && !self.closed.contains(&day)
    }

    /// The day so many working days after a day, which itself does not count.
    pub fn after(&self, day: Day, count: u16) -> Day {
        (0..count).fold(day, |it, _| self.next(it.plus(1)))
    }

    /// The day itself if offices work on it, else the next on which they do.
    pub fn next(&self, day: Day) -> Day {
        let mut res = day;
        // No rest lasts a month; a list that says so is not followed for ever.
        for _ in 0..31 {
            if self.is_working(res) {
                return res;
            }
            res = res.plus(1);
        }
        day
    }
}

/// Until when a return is in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    /// The due day: a working day.
    pub due: Day,
    /// The last day that is not late: the due day with the form's grace, or what was granted to this unit.
    pub until: Day,
}

/// More time for single returns.
pub type Extensions = HashMap<(FormId, UnitId, Period), Day>;

impl Catalogue {
    /// The due day of a form, whoever owes it.
    pub fn due_on(&self, form: &Form, period: Period) -> Day {
        let form = self.form_for(form.id, period).unwrap_or(form);
        self.work_days.next(period.last().plus(form.due_days))
    }

    /// Until when the return of a unit is in time.
    pub fn deadline(&self, form: &Form, unit: UnitId, period: Period) -> Deadline {
        let due = self.due_on(form, period);
        let form = self.form_for(form.id, period).unwrap_or(form);
        let grace = self.work_days.next(due.plus(form.grace_days));
        let granted = self.extensions.get(&(form.id, unit, period)).copied();
        Deadline { due, until: granted.map_or(grace, |it| it.max(grace)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[track_caller]
    fn check(asked: &str, expect: &str) {
        let feasts = ["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"];
        let days = WorkDays::new(feasts.map(day), [day("2026-08-22")]);
        assert_eq!(days.next(day(asked)), day(expect));
    }

    #[test]
    fn weekends_and_feasts_are_passed_over() {
        check("2026-11-20", "2026-11-20");
        check("2026-11-21", "2026-11-23");
        check("2026-11-22", "2026-11-23");
        check("2026-02-14", "2026-02-23");
        check("2026-02-17", "2026-02-23");
        // Two working days after the Friday before the feast.
        let days = WorkDays::new(["2026-02-16", "2026-02-17"].map(day), []);
        assert_eq!(days.after(day("2026-02-13"), 2), day("2026-02-19"));
        assert_eq!(days.after(day("2026-02-13"), 0), day("2026-02-13"));
        // A Saturday worked in exchange is a working day.
        check("2026-08-22", "2026-08-22");
    }
}
