//! Periods that were closed and opened again.

use kernel::{FormId, Instant, Period, UnitId};
use store::{Conn, Result};

use super::broken;

/// That somebody closed a form's period below a unit, or opened it again.
#[derive(Debug, Clone)]
pub(crate) struct Lock {
    pub(crate) top: UnitId,
    pub(crate) form: FormId,
    pub(crate) period: Period,
    pub(crate) locked: bool,
    pub(crate) at: Instant,
    pub(crate) by: String,
    pub(crate) reason: String,
}

/// Closes or opens.
pub(crate) async fn insert_lock(conn: &mut Conn, id: i64, it: &Lock) -> Result<()> {
    conn.query(
        "insert into period_lock (top_unit_id, form_id, period, id, is_locked, at, actor, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(it.top.0)
    .bind(it.form)
    .bind(it.period.to_string())
    .bind(id)
    .bind(i64::from(it.locked))
    .bind(it.at.micros())
    .bind(&it.by)
    .bind(&it.reason)
    .run()
    .await?;
    Ok(())
}

type Row = (i64, i64, String, i64, i64, String, String);

fn lock((top, form, period, locked, at, by, reason): Row) -> Result<Lock> {
    Ok(Lock {
        top: UnitId(top),
        form,
        period: Period::parse(&period).map_err(|_| broken("period"))?,
        locked: locked == 1,
        at: Instant::from_micros(at),
        by,
        reason,
    })
}

/// What was closed and opened at these units for a period, the latest first.
pub(crate) async fn locks_at(conn: &mut Conn, tops: &[UnitId], period: Period) -> Result<Vec<Lock>> {
    let rows: Vec<Row> = conn
        .query(
            "select top_unit_id, form_id, period, is_locked, at, actor, reason from period_lock
             where top_unit_id in (select cast(value as bigint) from json_each($1)) and period = $2 order by id desc",
        )
        .bind(store::list(tops.iter().map(|it| it.0)))
        .bind(period.to_string())
        .all()
        .await?;
    rows.into_iter().map(lock).collect()
}

/// What was closed and opened anywhere for these periods, the latest first.
pub(crate) async fn locks_in(conn: &mut Conn, periods: impl Iterator<Item = Period>) -> Result<Vec<Lock>> {
    let rows: Vec<Row> = conn
        .query(
            "select top_unit_id, form_id, period, is_locked, at, actor, reason from period_lock
             where period in (select value from json_each($1)) order by id desc",
        )
        .bind(store::list(periods))
        .all()
        .await?;
    rows.into_iter().map(lock).collect()
}

/// Holds a province's ledger until the transaction ends, so that nothing is accepted meanwhile.
pub(crate) async fn hold_ledger(conn: &mut Conn, province: i64) -> Result<()> {
    conn.query(
        "insert into ledger_head (province_id, seq) values ($1, 0)
         on conflict (province_id) do update set seq = ledger_head.seq",
    )
    .bind(province)
    .run()
    .await?;
    Ok(())
}
