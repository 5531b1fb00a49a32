use kernel::{Cell, Day, FormId, Instant, Period, ReturnId, UnitId, VersionId};
use store::{Conn, Result};

use super::{LedgerRow, ReturnLine, broken};
use crate::awards::{self, AwardRow};

/// An accepted version's head, without its cells.
#[derive(Debug, Clone)]
pub struct VersionHead {
    /// Its id.
    pub id: VersionId,
    /// The return.
    pub return_id: ReturnId,
    /// Counts the return's versions, from 1.
    pub number: i64,
    /// Whose figures.
    pub unit: UnitId,
    /// Which form.
    pub form: FormId,
    /// Which period.
    pub period: Period,
    /// Why it replaced the one before; empty for the first.
    pub reason: String,
    /// The published document or the file that it was taken from; empty where the unit itself counted.
    pub origin: String,
    /// When it was sent; absent where it came from a file.
    pub submitted_at: Option<Instant>,
    /// Who sent it.
    pub submitted_by: String,
    /// When it was accepted.
    pub accepted_at: Instant,
    /// Who accepted it.
    pub accepted_by: String,
}

/// Takes the next number of a province's ledger. The row stays locked until the transaction ends, so that numbers
/// follow the order of commits.
pub(crate) async fn next_in_ledger(conn: &mut Conn, province: i64) -> Result<i64> {
    let (seq,): (i64,) = conn
        .query(
            "insert into ledger_head (province_id, seq) values ($1, 1)
             on conflict (province_id) do update set seq = ledger_head.seq + 1 returning seq",
        )
        .bind(province)
        .one()
        .await?;
    Ok(seq)
}

/// Sets how far a province's ledger has come, after several rows were added under its lock.
pub(crate) async fn set_ledger(conn: &mut Conn, province: i64, seq: i64) -> Result<()> {
    conn.query("update ledger_head set seq = $2 where province_id = $1").bind(province).bind(seq).run().await?;
    Ok(())
}

/// Locks every province's ledger: what a unit above all provinces needs before it speaks for the whole.
pub(crate) async fn lock_all_ledgers(conn: &mut Conn) -> Result<()> {
    conn.query(
        "update ledger_head set seq = seq where province_id in (select province_id from ledger_head order by province_id)",
    )
    .run()
    .await?;
    Ok(())
}

/// A version to be accepted.
#[derive(Debug, Clone)]
pub(crate) struct NewVersion {
    pub(crate) province: i64,
    pub(crate) id: VersionId,
    pub(crate) return_id: ReturnId,
    pub(crate) unit: UnitId,
    pub(crate) form: FormId,
    pub(crate) period: Period,
    pub(crate) closes_on: Option<Day>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) awards: Vec<AwardRow>,
    pub(crate) replaces: Option<VersionId>,
    pub(crate) reason: String,
    pub(crate) origin: String,
    pub(crate) submitted_at: Option<Instant>,
    pub(crate) submitted_by: String,
    pub(crate) accepted_by: String,
}

/// The ledger's next row.
pub(crate) async fn insert_version(conn: &mut Conn, it: &NewVersion, seq: i64, now: Instant) -> Result<()> {
    conn.query(
        "insert into return_version (province_id, seq, id, return_id, number, unit_id, form_id, period, closes_on, cells,
             awards, replaces, reason, origin, submitted_at, submitted_by, accepted_at, accepted_by)
         values ($1, $2, $3, $4,
             (select cast(count(*) as bigint) + 1 from return_version
              where province_id = $1 and unit_id = $5 and form_id = $6 and period = $7),
             $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(it.province)
    .bind(seq)
    .bind(it.id.0)
    .bind(it.return_id.0)
    .bind(it.unit.0)
    .bind(it.form)
    .bind(it.period.to_string())
    .bind(it.closes_on.map(|it| it.to_string()))
    .bind(figures::codec::encode(&it.cells))
    .bind(awards::write_rows(&it.awards))
    .bind(it.replaces.map(|it| it.0))
    .bind(&it.reason)
    .bind(&it.origin)
    .bind(it.submitted_at.map(Instant::micros))
    .bind(&it.submitted_by)
    .bind(now.micros())
    .bind(&it.accepted_by)
    .run()
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct HeadRow {
    id: i64,
    return_id: i64,
    number: i64,
    unit_id: i64,
    form_id: i64,
    period: String,
    reason: String,
    origin: String,
    submitted_at: Option<i64>,
    submitted_by: String,
    accepted_at: i64,
    accepted_by: String,
}

/// A version's head.
pub async fn version_head(conn: &mut Conn, id: VersionId) -> Result<Option<VersionHead>> {
    let row: Option<HeadRow> = conn
        .query(
            "select id, return_id, number, unit_id, form_id, period, reason, origin, submitted_at, submitted_by,
                    accepted_at, accepted_by
             from return_version where id = $1",
        )
        .bind(id.0)
        .maybe()
        .await?;
    row.map(head).transpose()
}

/// The versions of a return, the latest first.
pub async fn versions_of(conn: &mut Conn, it: &ReturnLine) -> Result<Vec<VersionHead>> {
    let rows: Vec<HeadRow> = conn
        .query(
            "select id, return_id, number, unit_id, form_id, period, reason, origin, submitted_at, submitted_by,
                    accepted_at, accepted_by
             from return_version where province_id = $1 and unit_id = $2 and form_id = $3 and period = $4
             order by number desc",
        )
        .bind(it.province)
        .bind(it.unit.0)
        .bind(it.form)
        .bind(it.period.to_string())
        .all()
        .await?;
    rows.into_iter().map(head).collect()
}

fn head(row: HeadRow) -> Result<VersionHead> {
    Ok(VersionHead {
        id: VersionId(row.id),
        return_id: ReturnId(row.return_id),
        number: row.number,
        unit: UnitId(row.unit_id),
        form: row.form_id,
        period: Period::parse(&row.period).map_err(|_| broken("period"))?,
        reason: row.reason,
        origin: row.origin,
        submitted_at: row.submitted_at.map(Instant::from_micros),
        submitted_by: row.submitted_by,
        accepted_at: Instant::from_micros(row.accepted_at),
        accepted_by: row.accepted_by,
    })
}

/// The latest version of a unit's form and period.
#[derive(Debug, Clone)]
pub(crate) struct Latest {
    pub(crate) unit: UnitId,
    pub(crate) id: VersionId,
    pub(crate) return_id: ReturnId,
    pub(crate) number: i64,
    /// Its cells as they are stored.
    pub(crate) encoded: Vec<u8>,
}

impl Latest {
    /// Its cells.
    pub(crate) fn cells(&self) -> Result<Vec<Cell>> {
        figures::codec::decode(&self.encoded).map_err(|err| store::Error::Decode(err.into()))
    }
}

/// The latest versions of some units' form and period.
pub(crate) async fn latest_versions(
    conn: &mut Conn,
    province: i64,
    form: FormId,
    period: Period,
    units: impl Iterator<Item = i64>,
) -> Result<Vec<Latest>> {
    let rows: Vec<(i64, i64, i64, i64, Vec<u8>)> = conn
        .query(
            "select v.unit_id, v.id, v.return_id, v.number, v.cells from return_version v
             where v.province_id = $1 and v.form_id = $2 and v.period = $3
               and v.unit_id in (select cast(value as bigint) from json_each($4))
               and v.number = (select max(o.number) from return_version o
                   where o.province_id = v.province_id and o.unit_id = v.unit_id and o.form_id = v.form_id
                     and o.period = v.period)",
        )
        .bind(province)
        .bind(form)
        .bind(period.to_string())
        .bind(store::list(units))
        .all()
        .await?;
    let latest = |(unit, id, return_id, number, encoded)| Latest {
        unit: UnitId(unit),
        id: VersionId(id),
        return_id: ReturnId(return_id),
        number,
        encoded,
    };
    Ok(rows.into_iter().map(latest).collect())
}

/// A version's cells and award rows.
pub async fn version(conn: &mut Conn, id: VersionId) -> Result<Option<(Vec<Cell>, Vec<AwardRow>)>> {
    let row: Option<(Vec<u8>, String)> =
        conn.query("select cells, awards from return_version where id = $1").bind(id.0).maybe().await?;
    row.map(|(cells, rows)| {
        let cells = figures::codec::decode(&cells).map_err(|err| store::Error::Decode(err.into()))?;
        Ok((cells, awards::read_rows(&rows)))
    })
    .transpose()
}

/// The award rows of a unit's accepted returns in a period.
pub async fn awards_of(conn: &mut Conn, unit: UnitId, period: Period) -> Result<Vec<AwardRow>> {
    let rows: Vec<(String,)> = conn
        .query(
            "select v.awards from periodic_return r join return_version v on v.id = r.version_id
             where r.unit_id = $1 and r.period = $2 order by v.id",
        )
        .bind(unit.0)
        .bind(period.to_string())
        .all()
        .await?;
    Ok(rows.iter().flat_map(|(it,)| awards::read_rows(it)).collect())
}

/// What rows that come in together have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accepted<'a> {
    pub(crate) form: FormId,
    pub(crate) origin: &'a str,
    pub(crate) by: &'a str,
    pub(crate) at: Instant,
}

/// Many rows at once: they have numbers already, and nobody sent them.
pub(crate) async fn insert_accepted(conn: &mut Conn, rows: &[LedgerRow], all: &Accepted<'_>) -> Result<()> {
    const COLUMNS: usize = 18;
    for some in rows.chunks(store::rows_at_once(COLUMNS)) {
        let mut query = conn.insert_many(
            "return_version (province_id, seq, id, return_id, number, unit_id, form_id, period, closes_on, cells,
                 awards, replaces, reason, origin, submitted_at, submitted_by, accepted_at, accepted_by)",
            COLUMNS,
            some.len(),
        );
        for it in some {
            query = query.bind(it.province).bind(it.seq).bind(it.id.0).bind(it.return_id.0).bind(it.number);
            query = query.bind(it.unit.0).bind(all.form).bind(it.period.to_string());
            query = query.bind(it.until.map(|it| it.to_string())).bind(it.cells.as_slice());
            query = query.bind("").bind(it.replaced.as_ref().map(|it| it.0.0)).bind("").bind(all.origin);
            query = query.bind(None::<i64>).bind(all.by).bind(all.at.micros()).bind(all.by);
        }
        query.run().await?;
    }
    Ok(())
}
