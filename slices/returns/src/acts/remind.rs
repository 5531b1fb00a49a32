//! Reminding: a person who stands above asks for what is missing; the timer does before and after the due day.

use std::collections::{HashMap, HashSet};

use kernel::{Day, Form, FormId, Period, UnitId};
use web::{App, Error, Result, Who};

use super::{reporting_day, stands_above};
use crate::{
    APPROVE,
    duties::{self, Duty},
    store::{self as rows, Reminder},
};

/// So many days before the due day the timer speaks up.
const SOON: i32 = 3;
/// What is late by more than so many days is not news.
const OLD: i32 = 60;
/// So many units are asked about at once.
const BATCH: usize = 2_000;
/// The actor of the timer.
const TIMER: &str = "timer";

/// Asks the units below for the returns of a form and period that are not sent: all of them, or one. Answers how many
/// were told; who was told today is not told again.
///
/// # Errors
/// Not found when nobody below owes it, or the one unit does not.
pub async fn remind(app: &App, who: &Who, form: &Form, period: Period, only: Option<UnitId>) -> Result<usize> {
    let scope = who.scope(APPROVE)?;
    let (register, catalogue, now) = (app.register.get(), app.catalogue.get(), app.clock.now());
    let today = now.day();
    let mut units = duties::owing_form(&register, &catalogue, form, period);
    units.retain(|unit| {
        let day = reporting_day(&register, *unit, period).unwrap_or(period.last());
        only.is_none_or(|it| it == *unit) && stands_above(&register, &scope, *unit, day, today)
    });
    if units.is_empty() {
        return Err(Error::NotFound);
    }
    let ledgers = duties::ledgers(&register, &scope, today);
    let mut tx = app.db.write().await?;
    let sent: HashSet<UnitId> = rows::listed(&mut tx, &ledgers, &units, &[period])
        .await?
        .into_iter()
        .filter(|it| it.form == form.id && it.is_sent())
        .map(|it| it.unit)
        .collect();
    let mut told = 0;
    for unit in units.into_iter().filter(|it| !sent.contains(it)) {
        let day = reporting_day(&register, unit, period).unwrap_or(period.last());
        let Some(province) = register.province_of(unit, day) else { continue };
        let reminder = Reminder {
            province: province.0,
            unit,
            form: form.id,
            period,
            kind: "asked",
            day: today,
            at: now,
            by: who.full_name.clone(),
        };
        told += usize::from(rows::insert_reminder(&mut tx, &reminder).await?);
    }
    let top = only.or_else(|| scope.tops().first().copied());
    let entry = audit::Entry {
        province: top.and_then(|it| register.province_of(it, today)).map_or(0, |it| it.0),
        at: now,
        actor: who.actor(),
        act: "returns.reminded",
        unit: top,
        object: &format!("{} {period} {told}", form.code),
    };
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(told)
}

/// What the timer says of a due day: it comes soon, it is today, it has passed.
fn said(until: Day, today: Day) -> Option<&'static str> {
    match until.number().saturating_sub(today.number()) {
        0 => Some("due"),
        left if (1..=SOON).contains(&left) => Some("soon"),
        left if (-OLD..0).contains(&left) => Some("late"),
        _ => None,
    }
}

/// Tells every unit whose due day comes soon, is today or has passed, of what it has not sent: once for each of the
/// three. Answers how many were told. Run it daily; more often does no harm.
///
/// # Errors
/// When the database fails.
pub async fn remind_by_timer(app: &App) -> Result<usize> {
    let (register, catalogue, now) = (app.register.get(), app.catalogue.get(), app.clock.now());
    let today = now.day();
    let mut owed: Vec<(Duty, &'static str)> = duties::duties(&register, &catalogue, today, |_| true)
        .into_iter()
        .filter_map(|it| Some((it, said(it.deadline.until, today)?)))
        .collect();
    owed.sort_by_key(|it| (it.0.unit, it.0.form, it.0.period));
    let mut told = 0;
    for some in owed.chunks(BATCH) {
        let place = |it: &Duty| {
            let day = reporting_day(&register, it.unit, it.period).unwrap_or(it.period.last());
            register.province_of(it.unit, day)
        };
        let mut provinces: Vec<UnitId> = some.iter().filter_map(|it| place(&it.0)).collect();
        provinces.sort_unstable();
        provinces.dedup();
        let mut units: Vec<UnitId> = some.iter().map(|it| it.0.unit).collect();
        units.dedup();
        let mut periods: Vec<Period> = some.iter().map(|it| it.0.period).collect();
        periods.sort_unstable();
        periods.dedup();
        let mut tx = app.db.write().await?;
        let filed = rows::listed(&mut tx, &provinces, &units, &periods).await?;
        let sent: HashMap<(UnitId, FormId, Period), bool> =
            filed.iter().map(|it| ((it.unit, it.form, it.period), it.is_sent())).collect();
        for (duty, kind) in some {
            let key = (duty.unit, duty.form, duty.period);
            let Some(province) = place(duty).filter(|_| !sent.get(&key).copied().unwrap_or(false)) else { continue };
            let reminder = Reminder {
                province: province.0,
                unit: duty.unit,
                form: duty.form,
                period: duty.period,
                kind,
                day: duty.deadline.until,
                at: now,
                by: TIMER.to_owned(),
            };
            told += usize::from(rows::insert_reminder(&mut tx, &reminder).await?);
        }
        tx.commit().await?;
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(until: &str, expect: Option<&str>) {
        assert_eq!(said(Day::parse(until).unwrap(), Day::parse("2026-11-21").unwrap()), expect, "{until}");
    }

    #[test]
    fn the_timer_speaks_before_on_and_after_the_due_day() {
        check("2026-11-25", None);
        check("2026-11-24", Some("soon"));
        check("2026-11-22", Some("soon"));
        check("2026-11-21", Some("due"));
        check("2026-11-20", Some("late"));
        check("2026-09-22", Some("late"));
        check("2026-09-21", None);
    }
}
