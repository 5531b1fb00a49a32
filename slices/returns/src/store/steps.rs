//! What a draft was before each step of work on it.

use kernel::Instant;
use store::{Conn, Result};

use super::{ReturnLine, broken};
use crate::Draft;

/// So many steps back are kept of each return.
pub(crate) const STEPS: i64 = 20;

/// A draft as it was before a step.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Its id; grows with time.
    pub(crate) id: i64,
    /// When the step was taken.
    pub(crate) at: Instant,
    /// By whom.
    pub(crate) account: i64,
    /// What stood before it.
    pub(crate) draft: Draft,
}

/// Keeps a step, and forgets those older than the latest [`STEPS`].
pub(crate) async fn insert_step(conn: &mut Conn, line: &ReturnLine, it: &Step) -> Result<()> {
    conn.query(
        "insert into draft_step (province_id, return_id, id, draft, at, account_id) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(line.province)
    .bind(line.id.0)
    .bind(it.id)
    .bind(serde_json::to_string(&it.draft).unwrap_or_default())
    .bind(it.at.micros())
    .bind(it.account)
    .run()
    .await?;
    conn.query(
        "delete from draft_step where province_id = $1 and return_id = $2 and id not in
             (select id from draft_step where province_id = $1 and return_id = $2 order by id desc limit $3)",
    )
    .bind(line.province)
    .bind(line.id.0)
    .bind(STEPS)
    .run()
    .await?;
    Ok(())
}

/// The latest step of a return.
pub(crate) async fn last_step(conn: &mut Conn, line: &ReturnLine) -> Result<Option<Step>> {
    let row: Option<(i64, i64, i64, String)> = conn
        .query(
            "select id, at, account_id, draft from draft_step where province_id = $1 and return_id = $2
             order by id desc limit 1",
        )
        .bind(line.province)
        .bind(line.id.0)
        .maybe()
        .await?;
    row.map(|(id, at, account, draft)| {
        let draft = serde_json::from_str(&draft).map_err(|_| broken("draft"))?;
        Ok(Step { id, at: Instant::from_micros(at), account, draft })
    })
    .transpose()
}

/// Forgets a step that was taken back.
pub(crate) async fn delete_step(conn: &mut Conn, line: &ReturnLine, id: i64) -> Result<()> {
    conn.query("delete from draft_step where province_id = $1 and return_id = $2 and id = $3")
        .bind(line.province)
        .bind(line.id.0)
        .bind(id)
        .run()
        .await?;
    Ok(())
}

/// Forgets all steps of a return: what was sent is not taken back.
pub(crate) async fn delete_steps(conn: &mut Conn, line: &ReturnLine) -> Result<()> {
    conn.query("delete from draft_step where province_id = $1 and return_id = $2")
        .bind(line.province)
        .bind(line.id.0)
        .run()
        .await?;
    Ok(())
}
