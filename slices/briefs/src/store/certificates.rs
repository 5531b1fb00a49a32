//! Certificates that no longer hold.

use kernel::{Instant, UnitId};
use store::{Conn, Result};

/// All codes that were revoked.
pub(crate) async fn revoked(conn: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = conn.query("select code from revoked_certificate order by code").all().await?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

/// Revokes a code; `false` if it was revoked already.
pub(crate) async fn revoke(
    conn: &mut Conn,
    province: UnitId,
    unit: UnitId,
    code: &str,
    at: Instant,
    by: &str,
) -> Result<bool> {
    let added = conn
        .query(
            "insert into revoked_certificate (province_id, code, unit_id, revoked_at, revoked_by)
             values ($1, $2, $3, $4, $5) on conflict (code) do nothing",
        )
        .bind(province.0)
        .bind(code)
        .bind(unit.0)
        .bind(at.micros())
        .bind(by)
        .run()
        .await?;
    Ok(added > 0)
}

/// Keeps a secret unless there is one already; the one that is kept then.
pub(crate) async fn keep_first(conn: &mut Conn, key: &str, secret: &str) -> Result<String> {
    conn.query("insert into setting (key, value) values ($1, $2) on conflict (key) do nothing")
        .bind(key)
        .bind(secret)
        .run()
        .await?;
    Ok(store::setting(conn, key).await?.unwrap_or_default())
}
