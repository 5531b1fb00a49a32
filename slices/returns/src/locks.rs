//! Closed periods: what an approver closed for the units below stands still, until it is opened again with a reason.
//!
//! A lock is of a form, a period and all units below the one where it was set; a unit without a parent is under its own.

use kernel::{Day, FormId, Issue, Period, Register, UnitId};
use store::Conn;
use web::{App, Error, Result};

use crate::store::{self as rows, Lock, ReturnLine};

/// The units at which a lock holds for a unit that reports on a day: those above it then and today.
pub(crate) fn tops_over(register: &Register, unit: UnitId, day: Day, today: Day) -> Vec<UnitId> {
    let mut res: Vec<UnitId> =
        [day, today].iter().flat_map(|it| register.ancestors(unit, *it)).map(|it| it.id).collect();
    if res.is_empty() {
        res.push(unit);
    }
    res.sort_unstable();
    res.dedup();
    res
}

/// The lock that holds among these, the latest first: of each unit only the last word counts.
pub(crate) fn closed<'l>(locks: &'l [Lock], form: FormId, period: Period, tops: &[UnitId]) -> Option<&'l Lock> {
    let last = |top: &UnitId| locks.iter().find(|it| (it.top, it.form, it.period) == (*top, form, period));
    tops.iter().filter_map(last).find(|it| it.locked)
}

/// What is to say when the period of a return is closed.
///
/// # Errors
/// When the locks cannot be read.
pub(crate) async fn issue(
    app: &App,
    conn: &mut Conn,
    (unit, form, period): (UnitId, FormId, Period),
    closes_on: Option<Day>,
) -> Result<Option<Issue>> {
    let register = app.register.get();
    let tops = tops_over(&register, unit, closes_on.unwrap_or(period.last()), app.clock.today());
    let locks = rows::locks_at(conn, &tops, period).await?;
    let found = closed(&locks, form, period, &tops);
    Ok(found.map(|it| {
        Issue::new("", "returns-period-locked")
            .with("unit", register.latest(it.top).map(|it| it.full_name.clone()).unwrap_or_default())
            .with("day", web::date(it.at.day()))
            .with("reason", &it.reason)
    }))
}

/// Refuses what would change a return of a closed period.
///
/// # Errors
/// Refused while it is closed.
pub(crate) async fn must_be_open(app: &App, conn: &mut Conn, line: &ReturnLine) -> Result<()> {
    match issue(app, conn, (line.unit, line.form, line.period), line.closes_on).await? {
        Some(issue) => Err(Error::Refused(vec![issue])),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Instant;

    fn lock(top: i64, form: FormId, locked: bool) -> Lock {
        let period = Period::parse("adm:2026-M10").unwrap();
        let (by, reason) = (String::new(), String::new());
        Lock { top: UnitId(top), form, period, locked, at: Instant::from_micros(0), by, reason }
    }

    #[track_caller]
    fn check(locks: &[Lock], expect: Option<i64>) {
        let period = Period::parse("adm:2026-M10").unwrap();
        assert_eq!(closed(locks, 2, period, &[UnitId(1), UnitId(7)]).map(|it| it.top.0), expect);
    }

    #[test]
    fn of_each_unit_the_last_word_counts() {
        check(&[], None);
        check(&[lock(1, 2, true)], Some(1));
        check(&[lock(1, 2, false), lock(1, 2, true)], None);
        check(&[lock(1, 2, true), lock(1, 2, false)], Some(1));
        // Opened below, closed above.
        check(&[lock(7, 2, false), lock(1, 2, true)], Some(1));
        check(&[lock(1, 3, true), lock(9, 2, true)], None);
    }
}
