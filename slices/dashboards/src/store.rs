use kernel::{AccountId, IndicatorId, Instant, UnitId};
use store::{Conn, Result};

/// What somebody wants on top of a unit's page, the first pinned first.
pub(crate) async fn pins(conn: &mut Conn, account: AccountId, unit: UnitId) -> Result<Vec<IndicatorId>> {
    let rows: Vec<(i64,)> = conn
        .query("select indicator_id from pin where account_id = $1 and unit_id = $2 order by pinned_at, indicator_id")
        .bind(account.0)
        .bind(unit.0)
        .all()
        .await?;
    Ok(rows.into_iter().filter_map(|it| IndicatorId::try_from(it.0).ok()).collect())
}

/// Pins an indicator; pinned twice is pinned.
pub(crate) async fn pin(
    conn: &mut Conn,
    account: AccountId,
    unit: UnitId,
    indicator: IndicatorId,
    at: Instant,
) -> Result<u64> {
    conn.query(
        "insert into pin (account_id, unit_id, indicator_id, pinned_at) values ($1, $2, $3, $4) \
         on conflict (account_id, unit_id, indicator_id) do nothing",
    )
    .bind(account.0)
    .bind(unit.0)
    .bind(i64::from(indicator))
    .bind(at.micros())
    .run()
    .await
}

/// Takes a pin away.
pub(crate) async fn unpin(conn: &mut Conn, account: AccountId, unit: UnitId, indicator: IndicatorId) -> Result<u64> {
    conn.query("delete from pin where account_id = $1 and unit_id = $2 and indicator_id = $3")
        .bind(account.0)
        .bind(unit.0)
        .bind(i64::from(indicator))
        .run()
        .await
}
