//! How many came to a conference.

use kernel::UnitId;
use store::{Conn, Result};

/// The code in the address of a conference's door, and how many came through it.
pub(crate) async fn of_unit(conn: &mut Conn, unit: UnitId, period: &str) -> Result<Option<(String, i64)>> {
    conn.query("select code, count from attendance where unit_id = $1 and period = $2")
        .bind(unit.0)
        .bind(period)
        .maybe()
        .await
}

/// Opens a door; `false` if it is open already.
pub(crate) async fn open(conn: &mut Conn, province: UnitId, unit: UnitId, period: &str, code: &str) -> Result<bool> {
    let added = conn
        .query(
            "insert into attendance (province_id, unit_id, period, code, count) values ($1, $2, $3, $4, 0)
             on conflict (unit_id, period) do nothing",
        )
        .bind(province.0)
        .bind(unit.0)
        .bind(period)
        .bind(code)
        .run()
        .await?;
    Ok(added > 0)
}

/// Whose door this is.
pub(crate) async fn unit_of(conn: &mut Conn, code: &str) -> Result<Option<UnitId>> {
    let row: Option<(i64,)> = conn.query("select unit_id from attendance where code = $1").bind(code).maybe().await?;
    Ok(row.map(|it| UnitId(it.0)))
}

/// One more came.
pub(crate) async fn count(conn: &mut Conn, code: &str) -> Result<()> {
    conn.query("update attendance set count = count + 1 where code = $1").bind(code).run().await?;
    Ok(())
}
