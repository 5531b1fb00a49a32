//! Wordings that units have made their own.

use kernel::{Instant, UnitId};
use store::{Conn, Result};

use crate::Wording;

/// One kept version, without its text.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) number: i64,
    pub(crate) made_at: Instant,
    pub(crate) made_by: String,
}

/// The number and text of a unit's newest version.
pub(crate) async fn newest(conn: &mut Conn, unit: UnitId, wording: Wording) -> Result<Option<(i64, String)>> {
    conn.query(
        "select number, content from brief_template where unit_id = $1 and wording = $2 order by number desc limit 1",
    )
    .bind(unit.0)
    .bind(wording.word())
    .maybe()
    .await
}

/// The text of one version.
pub(crate) async fn content(conn: &mut Conn, unit: UnitId, wording: Wording, number: i64) -> Result<Option<String>> {
    let row: Option<(String,)> = conn
        .query("select content from brief_template where unit_id = $1 and wording = $2 and number = $3")
        .bind(unit.0)
        .bind(wording.word())
        .bind(number)
        .maybe()
        .await?;
    Ok(row.map(|it| it.0))
}

/// All versions, the newest first.
pub(crate) async fn versions(conn: &mut Conn, unit: UnitId, wording: Wording) -> Result<Vec<Version>> {
    let rows: Vec<(i64, i64, String)> = conn
        .query(
            "select number, made_at, made_by from brief_template where unit_id = $1 and wording = $2
             order by number desc",
        )
        .bind(unit.0)
        .bind(wording.word())
        .all()
        .await?;
    let read =
        |(number, at, made_by): (i64, i64, String)| Version { number, made_at: Instant::from_micros(at), made_by };
    Ok(rows.into_iter().map(read).collect())
}

/// A new version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewVersion<'a> {
    pub(crate) province: UnitId,
    pub(crate) unit: UnitId,
    pub(crate) wording: Wording,
    pub(crate) number: i64,
    pub(crate) content: &'a str,
    pub(crate) made_at: Instant,
    pub(crate) made_by: &'a str,
}

/// Adds a version; `false` if somebody has just taken its number.
pub(crate) async fn add(conn: &mut Conn, new: &NewVersion<'_>) -> Result<bool> {
    let added = conn
        .query(
            "insert into brief_template (province_id, unit_id, wording, number, content, made_at, made_by)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (unit_id, wording, number) do nothing",
        )
        .bind(new.province.0)
        .bind(new.unit.0)
        .bind(new.wording.word())
        .bind(new.number)
        .bind(new.content)
        .bind(new.made_at.micros())
        .bind(new.made_by)
        .run()
        .await?;
    Ok(added > 0)
}
