//! The ledger as a sequence of rows: read from its beginning, from where one stands, or only what speaks of one period.

use kernel::{Day, Period, ReturnId, UnitId, VersionId};
use store::{Conn, Result};

use super::broken;

/// A row of the ledger: what the engine follows, and what identifies it.
#[derive(Debug, Clone)]
pub(crate) struct LedgerRow {
    pub(crate) province: i64,
    pub(crate) seq: i64,
    pub(crate) id: VersionId,
    pub(crate) return_id: ReturnId,
    pub(crate) number: i64,
    pub(crate) unit: UnitId,
    pub(crate) period: Period,
    pub(crate) until: Option<Day>,
    /// As stored.
    pub(crate) cells: Vec<u8>,
    /// The version before, and its cells as stored.
    pub(crate) replaced: Option<(VersionId, Vec<u8>)>,
}

/// How far each province's ledger has come.
pub(crate) async fn heads(conn: &mut Conn) -> Result<Vec<(i64, i64)>> {
    conn.query("select province_id, seq from ledger_head order by province_id").all().await
}

/// The rows of a province's ledger after a number, in order, so many at most.
pub(crate) async fn ledger(conn: &mut Conn, province: i64, after: i64, limit: i64) -> Result<Vec<LedgerRow>> {
    let rows: Vec<StoredRow> = conn
        .query(
            "select v.seq, v.id, v.return_id, v.number, v.unit_id, v.period, v.closes_on, v.cells, v.replaces,
                    b.cells as replaced
             from return_version v left join return_version b on b.id = v.replaces
             where v.province_id = $1 and v.seq > $2 order by v.seq limit $3",
        )
        .bind(province)
        .bind(after)
        .bind(limit)
        .all()
        .await?;
    rows.into_iter().map(|it| it.row(province)).collect()
}

/// The rows of a province's ledger for one period after a number and up to another, in order, so many at most.
pub(crate) async fn ledger_of(
    conn: &mut Conn,
    province: i64,
    period: Period,
    (after, last): (i64, i64),
    limit: i64,
) -> Result<Vec<LedgerRow>> {
    let rows: Vec<StoredRow> = conn
        .query(
            "select v.seq, v.id, v.return_id, v.number, v.unit_id, v.period, v.closes_on, v.cells, v.replaces,
                    b.cells as replaced
             from return_version v left join return_version b on b.id = v.replaces
             where v.province_id = $1 and v.period = $2 and v.seq > $3 and v.seq <= $4 order by v.seq limit $5",
        )
        .bind(province)
        .bind(period.to_string())
        .bind(after)
        .bind(last)
        .bind(limit)
        .all()
        .await?;
    rows.into_iter().map(|it| it.row(province)).collect()
}

/// The periods that a province's ledger speaks of: a step in the index for each, however many rows it has.
pub(crate) async fn periods(conn: &mut Conn, province: i64) -> Result<Vec<Period>> {
    let codes: Vec<(String,)> = conn
        .query(
            "with recursive found (period) as (
                 select min(period) from return_version where province_id = $1
                 union all
                 select (select min(v.period) from return_version v
                         where v.province_id = $1 and v.period > f.period)
                 from found f where f.period is not null)
             select period from found where period is not null",
        )
        .bind(province)
        .all()
        .await?;
    codes.iter().map(|(it,)| Period::parse(it).map_err(|_| broken("period"))).collect()
}

/// The numbers of a province's rows after one, in order, so many at most.
pub(crate) async fn numbers(conn: &mut Conn, province: i64, after: i64, limit: i64) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = conn
        .query("select seq from return_version where province_id = $1 and seq > $2 order by seq limit $3")
        .bind(province)
        .bind(after)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

#[derive(sqlx::FromRow)]
struct StoredRow {
    seq: i64,
    id: i64,
    return_id: i64,
    number: i64,
    unit_id: i64,
    period: String,
    closes_on: Option<String>,
    cells: Vec<u8>,
    replaces: Option<i64>,
    replaced: Option<Vec<u8>>,
}

impl StoredRow {
    fn row(self, province: i64) -> Result<LedgerRow> {
        Ok(LedgerRow {
            province,
            seq: self.seq,
            id: VersionId(self.id),
            return_id: ReturnId(self.return_id),
            number: self.number,
            unit: UnitId(self.unit_id),
            period: Period::parse(&self.period).map_err(|_| broken("period"))?,
            until: self.closes_on.map(|it| Day::parse(&it).ok_or_else(|| broken("closes_on"))).transpose()?,
            cells: self.cells,
            replaced: self.replaces.map(VersionId).zip(self.replaced),
        })
    }
}
