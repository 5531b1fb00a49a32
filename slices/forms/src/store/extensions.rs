//! More time for single returns.

use kernel::{Day, Extensions, FormId, Instant, Period, UnitId};
use store::{Conn, Result};

use super::broken;

/// More time for one return.
#[derive(Debug, Clone)]
pub struct Extension {
    /// Whose.
    pub unit: UnitId,
    /// Of which form.
    pub form: FormId,
    /// For which period.
    pub period: Period,
    /// The last day that is in time.
    pub until: Day,
    /// Why.
    pub reason: String,
    /// When it was granted.
    pub at: Instant,
    /// By whom.
    pub by: String,
}

/// Grants more time. Whoever calls this says so to the other servers with [`super::changed`].
///
/// # Errors
/// When it cannot be written.
pub async fn insert_extension(conn: &mut Conn, province: i64, id: i64, it: &Extension) -> Result<()> {
    conn.query(
        "insert into due_extension (province_id, id, unit_id, form_id, period, until, reason, granted_at, granted_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(province)
    .bind(id)
    .bind(it.unit.0)
    .bind(it.form)
    .bind(it.period.to_string())
    .bind(it.until.to_string())
    .bind(&it.reason)
    .bind(it.at.micros())
    .bind(&it.by)
    .run()
    .await?;
    Ok(())
}

/// What was granted for one return, the latest first.
///
/// # Errors
/// When it cannot be read.
pub async fn extensions_of(
    conn: &mut Conn,
    province: i64,
    unit: UnitId,
    form: FormId,
    period: Period,
) -> Result<Vec<Extension>> {
    let rows: Vec<(String, String, i64, String)> = conn
        .query(
            "select until, reason, granted_at, granted_by from due_extension
             where province_id = $1 and unit_id = $2 and form_id = $3 and period = $4 order by id desc",
        )
        .bind(province)
        .bind(unit.0)
        .bind(form)
        .bind(period.to_string())
        .all()
        .await?;
    let extension = |(until, reason, at, by): (String, String, i64, String)| {
        let until = Day::parse(&until).ok_or_else(|| broken("until"))?;
        Ok(Extension { unit, form, period, until, reason, at: Instant::from_micros(at), by })
    };
    rows.into_iter().map(extension).collect()
}

/// All that was granted; of several for one return the latest holds.
pub(crate) async fn all(conn: &mut Conn) -> Result<Extensions> {
    let rows: Vec<(i64, i64, String, String)> =
        conn.query("select form_id, unit_id, period, until from due_extension order by id").all().await?;
    let extension = |(form, unit, period, until): (i64, i64, String, String)| {
        Some(((form, UnitId(unit), Period::parse(&period).ok()?), Day::parse(&until)?))
    };
    // Of several the latest holds.
    let res: Option<Extensions> = rows.into_iter().map(extension).collect();
    res.ok_or_else(|| broken("extension"))
}
