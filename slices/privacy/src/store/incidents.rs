use kernel::{Day, IncidentId, Instant, UnitId};
use store::{Conn, Result};

use super::{day, text};
use crate::incident::Incident;

type Row = (i64, i64, i64, String, i64, i64, String, Option<i64>, Option<String>, Option<String>, Option<String>, i64);

fn read(row: Row) -> Incident {
    let (province, id, unit, kind, detected, people, what, notified, informed, measures, closed, revision) = row;
    Incident {
        province,
        id: IncidentId(id),
        unit: UnitId(unit),
        kind,
        detected_at: Instant::from_micros(detected),
        people,
        what,
        notified_at: notified.map(Instant::from_micros),
        informed_on: informed.as_deref().map(day),
        measures,
        closed_on: closed.as_deref().map(day),
        revision,
    }
}

/// One incident.
pub(crate) async fn find(conn: &mut Conn, id: IncidentId) -> Result<Option<Incident>> {
    let sql = "select province_id, id, unit_id, kind, detected_at, people, what, notified_at, informed_on, measures,
               closed_on, revision from data_incident where id = $1";
    Ok(conn.query(sql).bind(id.0).maybe().await?.map(read))
}

/// The incidents that are open, and those known since a day; the latest first.
pub(crate) async fn since(conn: &mut Conn, from: Day) -> Result<Vec<Incident>> {
    let sql = "select province_id, id, unit_id, kind, detected_at, people, what, notified_at, informed_on, measures,
               closed_on, revision from data_incident where closed_on is null or detected_at >= $1
               order by detected_at desc, id desc";
    let rows: Vec<Row> = conn.query(sql).bind(Instant::at(from, 0).micros()).all().await?;
    Ok(rows.into_iter().map(read).collect())
}

/// A new incident.
pub(crate) async fn insert(conn: &mut Conn, it: &Incident) -> Result<()> {
    conn.query(
        "insert into data_incident (province_id, id, unit_id, kind, detected_at, people, what, revision)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(it.province)
    .bind(it.id.0)
    .bind(it.unit.0)
    .bind(&it.kind)
    .bind(it.detected_at.micros())
    .bind(it.people)
    .bind(&it.what)
    .bind(it.revision)
    .run()
    .await?;
    Ok(())
}

/// Writes an incident over the one that was seen; whether it was still there so.
pub(crate) async fn change(conn: &mut Conn, it: &Incident) -> Result<bool> {
    let done = conn
        .query(
            "update data_incident set notified_at = $4, informed_on = $5, measures = $6, closed_on = $7,
             revision = revision + 1 where province_id = $1 and id = $2 and revision = $3",
        )
        .bind(it.province)
        .bind(it.id.0)
        .bind(it.revision)
        .bind(it.notified_at.map(Instant::micros))
        .bind(text(it.informed_on))
        .bind(it.measures.as_deref())
        .bind(text(it.closed_on))
        .run()
        .await?;
    Ok(done > 0)
}

/// How many incidents that were closed before a day still have their words.
pub(crate) async fn count_old(conn: &mut Conn, before: Day) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from data_incident
               where what <> '' and closed_on is not null and closed_on < $1";
    let (count,): (i64,) = conn.query(sql).bind(before.to_string()).one().await?;
    Ok(count)
}

/// Erases these words. Kind, days and number of people stay: they name nobody.
pub(crate) async fn erase_old(conn: &mut Conn, before: Day) -> Result<u64> {
    let sql = "update data_incident set what = '', measures = null, revision = revision + 1
               where what <> '' and closed_on is not null and closed_on < $1";
    conn.query(sql).bind(before.to_string()).run().await
}
