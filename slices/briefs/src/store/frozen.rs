//! Reports that were signed.

use kernel::{Day, Instant, UnitId};
use store::{Conn, Result};

/// A report as it was frozen, without its files.
#[derive(Debug, sqlx::FromRow)]
#[expect(clippy::struct_field_names, reason = "named as the columns are")]
pub(crate) struct Frozen {
    pub(crate) period: String,
    pub(crate) title: String,
    pub(crate) figures: String,
    pub(crate) lines: String,
    pub(crate) docx_hash: String,
    /// None where it was frozen before the PDF was kept.
    pub(crate) pdf_hash: Option<String>,
    pub(crate) number: Option<i64>,
    pub(crate) signed_on: Option<String>,
    pub(crate) frozen_at: i64,
    pub(crate) frozen_by: String,
    pub(crate) final_hash: Option<String>,
    pub(crate) final_at: Option<i64>,
    pub(crate) final_by: Option<String>,
}

/// A line of the list.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Listed {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) number: Option<i64>,
    pub(crate) signed_on: Option<String>,
    pub(crate) frozen_at: i64,
    pub(crate) frozen_by: String,
    pub(crate) final_hash: Option<String>,
}

/// A report to be kept; each file with its SHA-256.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewFrozen<'a> {
    pub(crate) province: UnitId,
    pub(crate) id: i64,
    pub(crate) unit: UnitId,
    pub(crate) period: &'a str,
    pub(crate) title: &'a str,
    pub(crate) figures: &'a str,
    pub(crate) lines: &'a str,
    pub(crate) docx: (&'a [u8], &'a str),
    pub(crate) pdf: (&'a [u8], &'a str),
    pub(crate) number: Option<u32>,
    pub(crate) signed_on: Option<Day>,
    pub(crate) frozen_at: Instant,
    pub(crate) frozen_by: &'a str,
}

/// Keeps a report.
pub(crate) async fn add(conn: &mut Conn, new: &NewFrozen<'_>) -> Result<()> {
    conn.query(
        "insert into frozen_brief
         (province_id, id, unit_id, period, title, figures, lines, docx, docx_hash, frozen_at, frozen_by,
          pdf, pdf_hash, number, signed_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(new.province.0)
    .bind(new.id)
    .bind(new.unit.0)
    .bind(new.period)
    .bind(new.title)
    .bind(new.figures)
    .bind(new.lines)
    .bind(new.docx.0)
    .bind(new.docx.1)
    .bind(new.frozen_at.micros())
    .bind(new.frozen_by)
    .bind(new.pdf.0)
    .bind(new.pdf.1)
    .bind(new.number.map(i64::from))
    .bind(new.signed_on.map(|it| it.to_string()))
    .run()
    .await?;
    Ok(())
}

/// The reports of a unit, the latest first.
pub(crate) async fn of_unit(conn: &mut Conn, unit: UnitId) -> Result<Vec<Listed>> {
    conn.query(
        "select id, title, number, signed_on, frozen_at, frozen_by, final_hash
         from frozen_brief where unit_id = $1 order by id desc",
    )
    .bind(unit.0)
    .all()
    .await
}

/// One report of a unit.
pub(crate) async fn find(conn: &mut Conn, unit: UnitId, id: i64) -> Result<Option<Frozen>> {
    conn.query(
        "select period, title, figures, lines, docx_hash, pdf_hash, number, signed_on, frozen_at, frozen_by, final_hash, final_at, final_by
         from frozen_brief where unit_id = $1 and id = $2",
    )
    .bind(unit.0)
    .bind(id)
    .maybe()
    .await
}

/// The file as it was frozen.
pub(crate) async fn docx(conn: &mut Conn, unit: UnitId, id: i64) -> Result<Option<Vec<u8>>> {
    let row: Option<(Vec<u8>,)> = conn
        .query("select docx from frozen_brief where unit_id = $1 and id = $2")
        .bind(unit.0)
        .bind(id)
        .maybe()
        .await?;
    Ok(row.map(|it| it.0))
}

/// The same as PDF, if it was kept.
pub(crate) async fn pdf(conn: &mut Conn, unit: UnitId, id: i64) -> Result<Option<Vec<u8>>> {
    let row: Option<(Option<Vec<u8>>,)> =
        conn.query("select pdf from frozen_brief where unit_id = $1 and id = $2").bind(unit.0).bind(id).maybe().await?;
    Ok(row.and_then(|it| it.0))
}

/// The file that was signed, if it was kept.
pub(crate) async fn signed(conn: &mut Conn, unit: UnitId, id: i64) -> Result<Option<Vec<u8>>> {
    let row: Option<(Option<Vec<u8>>,)> = conn
        .query("select final from frozen_brief where unit_id = $1 and id = $2")
        .bind(unit.0)
        .bind(id)
        .maybe()
        .await?;
    Ok(row.and_then(|it| it.0))
}

/// Keeps the file that was signed; `false` if there is one already: it stays.
pub(crate) async fn keep_signed(
    conn: &mut Conn,
    unit: UnitId,
    id: i64,
    file: (&[u8], &str),
    at: Instant,
    by: &str,
) -> Result<bool> {
    let kept = conn
        .query(
            "update frozen_brief set final = $3, final_hash = $4, final_at = $5, final_by = $6
             where unit_id = $1 and id = $2 and final_hash is null",
        )
        .bind(unit.0)
        .bind(id)
        .bind(file.0)
        .bind(file.1)
        .bind(at.micros())
        .bind(by)
        .run()
        .await?;
    Ok(kept > 0)
}
