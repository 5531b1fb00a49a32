pub(crate) mod incidents;
pub(crate) mod requests;

use kernel::{Day, Instant};
use store::{Conn, Result};

/// A day that the store holds; one that does not read is before all others.
fn day(text: &str) -> Day {
    Day::parse(text).unwrap_or(Day::BEGINNING)
}

fn text(day: Option<Day>) -> Option<String> {
    day.map(|it| it.to_string())
}

/// Keeps what a run of the retention job removed.
pub(crate) async fn put_run(conn: &mut Conn, id: i64, at: Instant, report: &str) -> Result<()> {
    let sql = "insert into retention_run (id, at, report) values ($1, $2, $3)";
    conn.query(sql).bind(id).bind(at.micros()).bind(report).run().await?;
    Ok(())
}

/// The latest runs: when, and what was removed.
pub(crate) async fn runs(conn: &mut Conn, limit: i64) -> Result<Vec<(Instant, String)>> {
    let sql = "select at, report from retention_run order by id desc limit $1";
    let rows: Vec<(i64, String)> = conn.query(sql).bind(limit).all().await?;
    Ok(rows.into_iter().map(|(at, report)| (Instant::from_micros(at), report)).collect())
}
