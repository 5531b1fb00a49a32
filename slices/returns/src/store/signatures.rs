//! Who stands for what was sent.

use kernel::Instant;
use store::{Conn, Result};

use super::ReturnLine;

/// A name and post under what was sent.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    /// When it was sent.
    pub(crate) at: Instant,
    /// The person's name then.
    pub(crate) full_name: String,
    /// The person's post then.
    pub(crate) post: String,
}

/// Signs what is being sent.
pub(crate) async fn insert_signature(conn: &mut Conn, line: &ReturnLine, it: &Signature) -> Result<()> {
    conn.query(
        "insert into return_signature (province_id, return_id, signed_at, full_name, post) values ($1, $2, $3, $4, $5)",
    )
    .bind(line.province)
    .bind(line.id.0)
    .bind(it.at.micros())
    .bind(&it.full_name)
    .bind(&it.post)
    .run()
    .await?;
    Ok(())
}

/// Who signed a return, each time it was sent.
pub(crate) async fn signatures(conn: &mut Conn, line: &ReturnLine) -> Result<Vec<Signature>> {
    let rows: Vec<(i64, String, String)> = conn
        .query(
            "select signed_at, full_name, post from return_signature where province_id = $1 and return_id = $2
             order by signed_at desc",
        )
        .bind(line.province)
        .bind(line.id.0)
        .all()
        .await?;
    let signature =
        |(at, full_name, post): (i64, String, String)| Signature { at: Instant::from_micros(at), full_name, post };
    Ok(rows.into_iter().map(signature).collect())
}
