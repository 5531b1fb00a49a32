pub(crate) mod feedback;
pub(crate) mod news;
pub(crate) mod open;

use store::{Conn, Result};

/// Whether the database answers, and has the tables that the pages need.
pub(crate) async fn answers(conn: &mut Conn) -> Result<()> {
    let _: Option<(i64,)> = conn.query("select id from account where id = 0").maybe().await?;
    Ok(())
}
