//! Second factors, recovery codes, known browsers, attempts.

use kernel::{AccountId, Instant};
use store::{Conn, Result};
use web::SessionKey;

use crate::throttle::Attempts;

/// The secret shared with an app, sealed.
pub(crate) async fn totp(conn: &mut Conn, account: AccountId) -> Result<Option<String>> {
    let row: Option<(String,)> =
        conn.query("select secret from totp where account_id = $1").bind(account.0).maybe().await?;
    Ok(row.map(|it| it.0))
}

/// All such secrets.
pub(crate) async fn all_totp(conn: &mut Conn) -> Result<Vec<(AccountId, String)>> {
    let rows: Vec<(i64, String)> = conn.query("select account_id, secret from totp order by account_id").all().await?;
    Ok(rows.into_iter().map(|(account, secret)| (AccountId(account), secret)).collect())
}

/// Puts the same secret in place of what stood there, sealed otherwise; whether it still stood there.
pub(crate) async fn put_totp(conn: &mut Conn, account: AccountId, before: &str, after: &str) -> Result<bool> {
    let sql = "update totp set secret = $3 where account_id = $1 and secret = $2";
    Ok(conn.query(sql).bind(account.0).bind(before).bind(after).run().await? == 1)
}

/// Keeps a sealed secret. Fails as taken if there is one.
pub(crate) async fn add_totp(
    conn: &mut Conn,
    account: AccountId,
    secret: &str,
    last_step: i64,
    now: Instant,
) -> Result<()> {
    conn.query("insert into totp (account_id, secret, last_step, added_at) values ($1, $2, $3, $4)")
        .bind(account.0)
        .bind(secret)
        .bind(last_step)
        .bind(now.micros())
        .run()
        .await?;
    Ok(())
}

/// Uses up a code's step; whether it, and every later one, was unused.
pub(crate) async fn use_step(conn: &mut Conn, account: AccountId, step: i64) -> Result<bool> {
    let sql = "update totp set last_step = $2 where account_id = $1 and last_step < $2";
    Ok(conn.query(sql).bind(account.0).bind(step).run().await? == 1)
}

/// Forgets the secret; whether there was one.
pub(crate) async fn drop_totp(conn: &mut Conn, account: AccountId) -> Result<bool> {
    Ok(conn.query("delete from totp where account_id = $1").bind(account.0).run().await? > 0)
}

/// How many passkeys an account has.
pub(crate) async fn passkey_count(conn: &mut Conn, account: AccountId) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from passkey where account_id = $1";
    let (count,): (i64,) = conn.query(sql).bind(account.0).one().await?;
    Ok(count)
}

/// Forgets all passkeys of an account.
pub(crate) async fn drop_passkeys(conn: &mut Conn, account: AccountId) -> Result<u64> {
    conn.query("delete from passkey where account_id = $1").bind(account.0).run().await
}

/// Puts recovery codes, as hashes, in place of all earlier ones.
pub(crate) async fn put_recovery(conn: &mut Conn, account: AccountId, keys: &[String]) -> Result<()> {
    conn.query("delete from recovery_code where account_id = $1").bind(account.0).run().await?;
    for key in keys {
        let sql = "insert into recovery_code (key, account_id) values ($1, $2)";
        conn.query(sql).bind(key).bind(account.0).run().await?;
    }
    Ok(())
}

/// Uses up a recovery code; whether it was there.
pub(crate) async fn use_recovery(conn: &mut Conn, account: AccountId, key: &str) -> Result<bool> {
    let sql = "delete from recovery_code where account_id = $1 and key = $2";
    Ok(conn.query(sql).bind(account.0).bind(key).run().await? == 1)
}

/// How many recovery codes are left.
pub(crate) async fn recovery_count(conn: &mut Conn, account: AccountId) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from recovery_code where account_id = $1";
    let (count,): (i64,) = conn.query(sql).bind(account.0).one().await?;
    Ok(count)
}

/// Whether an account has signed in in this browser before.
pub(crate) async fn knows_browser(conn: &mut Conn, account: AccountId, key: &SessionKey) -> Result<bool> {
    let sql = "select account_id from known_browser where key = $1 and account_id = $2";
    let found: Option<(i64,)> = conn.query(sql).bind(&key.0).bind(account.0).maybe().await?;
    Ok(found.is_some())
}

/// How many browsers an account is known by.
pub(crate) async fn browser_count(conn: &mut Conn, account: AccountId) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from known_browser where account_id = $1";
    let (count,): (i64,) = conn.query(sql).bind(account.0).one().await?;
    Ok(count)
}

/// Knows a browser from now on; those not seen since a moment are forgotten.
pub(crate) async fn know_browser(
    conn: &mut Conn,
    account: AccountId,
    key: &SessionKey,
    now: Instant,
    since: i64,
) -> Result<()> {
    conn.query("delete from known_browser where seen_at < $1").bind(since).run().await?;
    conn.query("insert into known_browser (key, account_id, seen_at) values ($1, $2, $3)")
        .bind(&key.0)
        .bind(account.0)
        .bind(now.micros())
        .run()
        .await?;
    Ok(())
}

/// Knows none of an account's browsers any more.
pub(crate) async fn drop_browsers(conn: &mut Conn, account: AccountId) -> Result<()> {
    conn.query("delete from known_browser where account_id = $1").bind(account.0).run().await?;
    Ok(())
}

/// The attempts at a door. Its row is locked until the transaction ends.
pub(crate) async fn attempts(conn: &mut Conn, bucket: &str) -> Result<Attempts> {
    conn.query(
        "insert into attempt (bucket, tries, free_at, seen_at) values ($1, 0, 0, 0)
         on conflict (bucket) do update set bucket = excluded.bucket",
    )
    .bind(bucket)
    .run()
    .await?;
    let sql = "select tries, free_at, seen_at from attempt where bucket = $1";
    let (tries, free_at, seen_at): (i64, i64, i64) = conn.query(sql).bind(bucket).one().await?;
    Ok(Attempts { tries, free_at, seen_at })
}

/// Writes them down.
pub(crate) async fn put_attempts(conn: &mut Conn, bucket: &str, it: Attempts) -> Result<()> {
    conn.query("update attempt set tries = $2, free_at = $3, seen_at = $4 where bucket = $1")
        .bind(bucket)
        .bind(it.tries)
        .bind(it.free_at)
        .bind(it.seen_at)
        .run()
        .await?;
    Ok(())
}

/// Forgets the attempts at a door.
pub(crate) async fn clear_attempts(conn: &mut Conn, bucket: &str) -> Result<()> {
    conn.query("delete from attempt where bucket = $1").bind(bucket).run().await?;
    Ok(())
}

/// Forgets those whose last was before a moment.
pub(crate) async fn forget_attempts(conn: &mut Conn, before: i64) -> Result<()> {
    conn.query("delete from attempt where seen_at <= $1").bind(before).run().await?;
    Ok(())
}
