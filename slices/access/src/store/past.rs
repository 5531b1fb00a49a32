//! What has lost its purpose: counted, then removed.

use kernel::{AccountId, Instant};
use store::{Conn, Result, list};

/// The attempts at a door and the questions at the door before a moment.
pub(crate) async fn count_attempts(conn: &mut Conn, before: Instant) -> Result<i64> {
    let sql = "select cast((select count(*) from attempt where seen_at < $1)
               + (select count(*) from door_question where created_at < $1) as bigint)";
    let (count,): (i64,) = conn.query(sql).bind(before.micros()).one().await?;
    Ok(count)
}

/// Removes them.
pub(crate) async fn drop_attempts(conn: &mut Conn, before: Instant) -> Result<u64> {
    let attempts = conn.query("delete from attempt where seen_at < $1").bind(before.micros()).run().await?;
    let sql = "delete from door_question where created_at < $1";
    Ok(attempts + conn.query(sql).bind(before.micros()).run().await?)
}

/// The accounts closed before a moment that still have a password.
pub(crate) async fn count_credentials(conn: &mut Conn, before: Instant) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from account where closed_at < $1 and password <> ''";
    let (count,): (i64,) = conn.query(sql).bind(before.micros()).one().await?;
    Ok(count)
}

/// Those of these accounts that were closed before a moment.
pub(crate) async fn closed(conn: &mut Conn, accounts: &[AccountId], before: Instant) -> Result<Vec<AccountId>> {
    let sql = "select id from account where closed_at < $1
               and id in (select cast(value as bigint) from json_each($2)) order by id";
    let accounts = list(accounts.iter().map(|it| it.0));
    let rows: Vec<(i64,)> = conn.query(sql).bind(before.micros()).bind(accounts).all().await?;
    Ok(rows.into_iter().map(|it| AccountId(it.0)).collect())
}

/// Removes everything by which such an account could be entered; how many accounts.
pub(crate) async fn drop_credentials(conn: &mut Conn, before: Instant) -> Result<u64> {
    let before = before.micros();
    for sql in [
        "delete from totp where account_id in (select id from account where closed_at < $1)",
        "delete from recovery_code where account_id in (select id from account where closed_at < $1)",
        "delete from passkey where account_id in (select id from account where closed_at < $1)",
        "delete from provider_link where account_id in (select id from account where closed_at < $1)",
        "delete from known_browser where account_id in (select id from account where closed_at < $1)",
    ] {
        conn.query(sql).bind(before).run().await?;
    }
    let sql = "update account set password = '', restricted_why = null where closed_at < $1 and password <> ''";
    conn.query(sql).bind(before).run().await
}
