use kernel::{Instant, Period};
use store::{Conn, Result, rows_at_once};

use crate::open::Release;

type Row = (i64, i64, String, i64);

fn release((root, id, period, released_at): Row) -> Option<Release> {
    let period = Period::parse(&period).ok()?;
    Some(Release { root: kernel::UnitId(root), id, period, released_at: Instant::from_micros(released_at) })
}

/// Everything that was published, the latest first.
pub(crate) async fn releases(conn: &mut Conn) -> Result<Vec<Release>> {
    let rows: Vec<Row> =
        conn.query("select province_id, id, period, released_at from open_release order by id desc").all().await?;
    Ok(rows.into_iter().filter_map(release).collect())
}

/// One of them.
pub(crate) async fn find(conn: &mut Conn, id: i64) -> Result<Option<Release>> {
    let row: Option<Row> = conn
        .query("select province_id, id, period, released_at from open_release where id = $1")
        .bind(id)
        .maybe()
        .await?;
    Ok(row.and_then(release))
}

/// The sheets of a unit, as JSON.
pub(crate) async fn sheet(conn: &mut Conn, root: i64, release: i64, unit: i64) -> Result<Option<String>> {
    let row: Option<(String,)> = conn
        .query("select sheets from open_sheet where province_id = $1 and release_id = $2 and unit_id = $3")
        .bind(root)
        .bind(release)
        .bind(unit)
        .maybe()
        .await?;
    Ok(row.map(|it| it.0))
}

/// All sheets of a release: unit, JSON.
pub(crate) async fn sheets(conn: &mut Conn, root: i64, release: i64) -> Result<Vec<(i64, String)>> {
    conn.query("select unit_id, sheets from open_sheet where province_id = $1 and release_id = $2 order by unit_id")
        .bind(root)
        .bind(release)
        .all()
        .await
}

/// Takes an earlier release of the same period away; the new one holds what may be kept of it.
pub(crate) async fn remove(conn: &mut Conn, root: i64, release: i64) -> Result<()> {
    conn.query("delete from open_sheet where province_id = $1 and release_id = $2")
        .bind(root)
        .bind(release)
        .run()
        .await?;
    conn.query("delete from open_release where province_id = $1 and id = $2").bind(root).bind(release).run().await?;
    Ok(())
}

/// Writes a release with its sheets.
pub(crate) async fn insert(conn: &mut Conn, it: &Release, sheets: &[(i64, String)]) -> Result<()> {
    conn.query("insert into open_release (province_id, id, period, released_at) values ($1, $2, $3, $4)")
        .bind(it.root.0)
        .bind(it.id)
        .bind(it.period.to_string())
        .bind(it.released_at.micros())
        .run()
        .await?;
    for some in sheets.chunks(rows_at_once(4)) {
        let mut query = conn.insert_many("open_sheet (province_id, release_id, unit_id, sheets)", 4, some.len());
        for (unit, text) in some {
            query = query.bind(it.root.0).bind(it.id).bind(*unit).bind(text);
        }
        query.run().await?;
    }
    Ok(())
}

/// The units of which a release holds sheets.
pub(crate) async fn units(conn: &mut Conn, root: i64, release: i64) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = conn
        .query("select unit_id from open_sheet where province_id = $1 and release_id = $2")
        .bind(root)
        .bind(release)
        .all()
        .await?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}
