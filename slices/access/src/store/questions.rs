//! Questions at the door: to a passkey, or to an identity provider.

use kernel::{AccountId, Instant};
use store::{Conn, Result};

/// Keeps a question; those asked before a moment are forgotten. Answers how many are open.
pub(crate) async fn ask(
    conn: &mut Conn,
    key: &str,
    account: Option<AccountId>,
    state: &str,
    now: Instant,
    since: i64,
) -> Result<i64> {
    conn.query("delete from door_question where created_at < $1").bind(since).run().await?;
    conn.query("insert into door_question (key, account_id, state, created_at) values ($1, $2, $3, $4)")
        .bind(key)
        .bind(account.map(|it| it.0))
        .bind(state)
        .bind(now.micros())
        .run()
        .await?;
    let (count,): (i64,) = conn.query("select cast(count(*) as bigint) from door_question").one().await?;
    Ok(count)
}

/// Takes a question out, asked since a moment: whom it was asked of, if anybody is known, and its state. It is answered
/// once, whatever the answer.
pub(crate) async fn take(conn: &mut Conn, key: &str, since: i64) -> Result<Option<(Option<AccountId>, String)>> {
    let sql = "select account_id, state from door_question where key = $1 and created_at >= $2";
    let row: Option<(Option<i64>, String)> = conn.query(sql).bind(key).bind(since).maybe().await?;
    let gone = conn.query("delete from door_question where key = $1").bind(key).run().await?;
    Ok(row.filter(|_| gone == 1).map(|(account, state)| (account.map(AccountId), state)))
}
