//! Words to units that a return is waited for.

use kernel::{Day, FormId, Instant, Period, UnitId};
use store::{Conn, Result};

use super::broken;

/// One word to one unit.
#[derive(Debug, Clone)]
pub(crate) struct Reminder {
    pub(crate) province: i64,
    pub(crate) unit: UnitId,
    pub(crate) form: FormId,
    pub(crate) period: Period,
    /// `asked`; of the timer `soon`, `due`, `late`.
    pub(crate) kind: &'static str,
    /// Asked: that day; else the due day. The same word is not said twice for one day.
    pub(crate) day: Day,
    pub(crate) at: Instant,
    pub(crate) by: String,
}

/// Writes a word down; says whether it was not there yet.
pub(crate) async fn insert_reminder(conn: &mut Conn, it: &Reminder) -> Result<bool> {
    let touched = conn
        .query(
            "insert into reminder (province_id, unit_id, form_id, period, kind, day, at, actor)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (province_id, unit_id, form_id, period, kind, day) do nothing",
        )
        .bind(it.province)
        .bind(it.unit.0)
        .bind(it.form)
        .bind(it.period.to_string())
        .bind(it.kind)
        .bind(it.day.to_string())
        .bind(it.at.micros())
        .bind(&it.by)
        .run()
        .await?;
    Ok(touched == 1)
}

/// A word as its unit reads it.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) unit: UnitId,
    pub(crate) form: FormId,
    pub(crate) period: Period,
    pub(crate) kind: String,
    pub(crate) at: Instant,
    pub(crate) by: String,
}

/// What was said to these units about these periods, in the ledgers of these provinces, the latest first.
pub(crate) async fn reminders(
    conn: &mut Conn,
    provinces: &[UnitId],
    units: &[UnitId],
    periods: &[Period],
) -> Result<Vec<Word>> {
    let rows: Vec<(i64, i64, String, String, i64, String)> = conn
        .query(
            "select unit_id, form_id, period, kind, at, actor from reminder
             where province_id in (select cast(value as bigint) from json_each($1))
               and unit_id in (select cast(value as bigint) from json_each($2))
               and period in (select value from json_each($3))
             order by at desc, unit_id, form_id",
        )
        .bind(store::list(provinces.iter().map(|it| it.0)))
        .bind(store::list(units.iter().map(|it| it.0)))
        .bind(store::list(periods))
        .all()
        .await?;
    let word = |(unit, form, period, kind, at, by): (i64, i64, String, String, i64, String)| {
        let period = Period::parse(&period).map_err(|_| broken("period"))?;
        Ok(Word { unit: UnitId(unit), form, period, kind, at: Instant::from_micros(at), by })
    };
    rows.into_iter().map(word).collect()
}
