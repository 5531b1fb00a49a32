//! Files on their way, and what is remembered of how to read them.

use kernel::{AccountId, Instant, ReturnId, UnitId};
use store::{Conn, Result};

/// A file that somebody sent.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) province: i64,
    pub(crate) id: i64,
    pub(crate) account: AccountId,
    /// The return from whose page it was sent.
    pub(crate) return_id: Option<ReturnId>,
    pub(crate) file: String,
    pub(crate) content: Vec<u8>,
    /// How somebody's own workbook is read, as JSON; empty before that was said.
    pub(crate) mapping: String,
    pub(crate) at: Instant,
}

type Row = (i64, i64, i64, Option<i64>, String, Vec<u8>, String, i64);

/// Keeps a file.
pub(crate) async fn insert_upload(conn: &mut Conn, it: &Upload) -> Result<()> {
    conn.query(
        "insert into workbook_upload (province_id, id, account_id, return_id, file_name, content, mapping, uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(it.province)
    .bind(it.id)
    .bind(it.account.0)
    .bind(it.return_id.map(|it| it.0))
    .bind(it.file.as_str())
    .bind(it.content.as_slice())
    .bind(it.mapping.as_str())
    .bind(it.at.micros())
    .run()
    .await?;
    Ok(())
}

/// The file with this id, if this account sent it after `since`.
pub(crate) async fn upload(conn: &mut Conn, account: AccountId, id: i64, since: Instant) -> Result<Option<Upload>> {
    let row: Option<Row> = conn
        .query(
            "select province_id, id, account_id, return_id, file_name, content, mapping, uploaded_at
             from workbook_upload where account_id = $1 and id = $2 and uploaded_at > $3",
        )
        .bind(account.0)
        .bind(id)
        .bind(since.micros())
        .maybe()
        .await?;
    Ok(row.map(|(province, id, account, return_id, file, content, mapping, at)| Upload {
        province,
        id,
        account: AccountId(account),
        return_id: return_id.map(ReturnId),
        file,
        content,
        mapping,
        at: Instant::from_micros(at),
    }))
}

/// The files that an account has sent after `since` and not yet taken: id, name, when; the latest first.
pub(crate) async fn uploads(conn: &mut Conn, account: AccountId, since: Instant) -> Result<Vec<(i64, String, i64)>> {
    conn.query(
        "select id, file_name, uploaded_at from workbook_upload where account_id = $1 and uploaded_at > $2
         order by uploaded_at desc, id desc",
    )
    .bind(account.0)
    .bind(since.micros())
    .all()
    .await
}

/// Deletes a file.
pub(crate) async fn delete_upload(conn: &mut Conn, it: &Upload) -> Result<()> {
    conn.query("delete from workbook_upload where province_id = $1 and id = $2")
        .bind(it.province)
        .bind(it.id)
        .run()
        .await?;
    Ok(())
}

/// Deletes what anybody sent up to `since`.
pub(crate) async fn delete_old_uploads(conn: &mut Conn, since: Instant) -> Result<()> {
    conn.query("delete from workbook_upload where uploaded_at <= $1").bind(since.micros()).run().await?;
    Ok(())
}

/// Deletes all but the latest few files of an account.
pub(crate) async fn delete_many_uploads(conn: &mut Conn, account: AccountId, keep: i64) -> Result<()> {
    conn.query(
        "delete from workbook_upload where account_id = $1 and id not in
             (select id from workbook_upload where account_id = $1 order by uploaded_at desc, id desc limit $2)",
    )
    .bind(account.0)
    .bind(keep)
    .run()
    .await?;
    Ok(())
}

/// Says how a file is read.
pub(crate) async fn set_mapping(conn: &mut Conn, it: &Upload, mapping: &str) -> Result<()> {
    conn.query("update workbook_upload set mapping = $3 where province_id = $1 and id = $2")
        .bind(it.province)
        .bind(it.id)
        .bind(mapping)
        .run()
        .await?;
    Ok(())
}

/// A way of reading workbooks that is kept under a name.
#[derive(Debug, Clone)]
pub(crate) struct Saved {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// As JSON.
    pub(crate) mapping: String,
}

/// Keeps a way of reading under a name for those of a unit; what had the name before is replaced.
pub(crate) async fn save_mapping(
    conn: &mut Conn,
    province: i64,
    unit: UnitId,
    saved: &Saved,
    at: Instant,
    by: AccountId,
) -> Result<()> {
    conn.query(
        "insert into workbook_mapping (province_id, id, unit_id, name, mapping, saved_at, saved_by)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (province_id, unit_id, name)
         do update set mapping = excluded.mapping, saved_at = excluded.saved_at, saved_by = excluded.saved_by",
    )
    .bind(province)
    .bind(saved.id)
    .bind(unit.0)
    .bind(saved.name.as_str())
    .bind(saved.mapping.as_str())
    .bind(at.micros())
    .bind(by.0)
    .run()
    .await?;
    Ok(())
}

/// The ways of reading that those of a unit have kept, by name.
pub(crate) async fn mappings(conn: &mut Conn, province: i64, unit: UnitId) -> Result<Vec<Saved>> {
    let rows: Vec<(i64, String, String)> = conn
        .query(
            "select id, name, mapping from workbook_mapping where province_id = $1 and unit_id = $2 order by name, id",
        )
        .bind(province)
        .bind(unit.0)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id, name, mapping)| Saved { id, name, mapping }).collect())
}

/// Gives a way of reading another name, which no other of its unit has.
pub(crate) async fn rename_mapping(conn: &mut Conn, province: i64, id: i64, name: &str) -> Result<()> {
    conn.query("update workbook_mapping set name = $3 where province_id = $1 and id = $2")
        .bind(province)
        .bind(id)
        .bind(name)
        .run()
        .await?;
    Ok(())
}

/// Deletes a way of reading.
pub(crate) async fn delete_mapping(conn: &mut Conn, province: i64, id: i64) -> Result<()> {
    conn.query("delete from workbook_mapping where province_id = $1 and id = $2").bind(province).bind(id).run().await?;
    Ok(())
}
