//! What is said about single figures of a return, between those who send and those who approve. Only ever added to.

use kernel::{IndicatorId, Instant};
use store::{Conn, Result};

use super::ReturnLine;

/// A word about a figure.
#[derive(Debug, Clone)]
pub(crate) struct Comment {
    /// Its id; grows with time.
    pub(crate) id: i64,
    /// About which figure.
    pub(crate) indicator: IndicatorId,
    /// When.
    pub(crate) at: Instant,
    /// Whose: the sign-in name.
    pub(crate) author: String,
    /// What.
    pub(crate) text: String,
}

/// Adds a word.
pub(crate) async fn insert_comment(conn: &mut Conn, line: &ReturnLine, it: &Comment) -> Result<()> {
    conn.query(
        "insert into figure_comment (province_id, return_id, id, indicator_id, at, author, comment)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(line.province)
    .bind(line.id.0)
    .bind(it.id)
    .bind(i64::from(it.indicator))
    .bind(it.at.micros())
    .bind(&it.author)
    .bind(&it.text)
    .run()
    .await?;
    Ok(())
}

/// All that was said about a return's figures, in the order said.
pub(crate) async fn comments(conn: &mut Conn, line: &ReturnLine) -> Result<Vec<Comment>> {
    let rows: Vec<(i64, i64, i64, String, String)> = conn
        .query(
            "select id, indicator_id, at, author, comment from figure_comment
             where province_id = $1 and return_id = $2 order by id",
        )
        .bind(line.province)
        .bind(line.id.0)
        .all()
        .await?;
    let comment = |(id, indicator, at, author, text): (i64, i64, i64, String, String)| {
        let indicator = IndicatorId::try_from(indicator).map_err(|_| super::broken("indicator"))?;
        Ok(Comment { id, indicator, at: Instant::from_micros(at), author, text })
    };
    rows.into_iter().map(comment).collect()
}
