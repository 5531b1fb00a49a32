//! Passkeys, and the questions put to them.

use kernel::{AccountId, Instant};
use store::{Conn, Result};

/// A passkey in a list.
pub(crate) struct Passkey {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) added_at: Instant,
    pub(crate) used_at: Option<Instant>,
}

/// An account's passkeys, the oldest first.
pub(crate) async fn of(conn: &mut Conn, account: AccountId) -> Result<Vec<Passkey>> {
    let sql = "select id, name, added_at, used_at from passkey where account_id = $1 order by added_at, id";
    let rows: Vec<(String, String, i64, Option<i64>)> = conn.query(sql).bind(account.0).all().await?;
    let read = |(id, name, added, used): (String, String, i64, Option<i64>)| Passkey {
        id,
        name,
        added_at: Instant::from_micros(added),
        used_at: used.map(Instant::from_micros),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Whose passkey this is and its public half, if the account is not closed.
pub(crate) async fn find(conn: &mut Conn, id: &str) -> Result<Option<(AccountId, String, String)>> {
    let sql = "select p.account_id, a.name, p.public_key from passkey p join account a on a.id = p.account_id
               where p.id = $1 and a.closed_at is null";
    let row: Option<(i64, String, String)> = conn.query(sql).bind(id).maybe().await?;
    Ok(row.map(|(account, name, key)| (AccountId(account), name, key)))
}

/// Keeps a passkey. Fails as taken if it is there.
pub(crate) async fn add(
    conn: &mut Conn,
    account: AccountId,
    id: &str,
    name: &str,
    public_key: &str,
    now: Instant,
) -> Result<()> {
    conn.query("insert into passkey (id, account_id, name, public_key, added_at) values ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(account.0)
        .bind(name)
        .bind(public_key)
        .bind(now.micros())
        .run()
        .await?;
    Ok(())
}

/// Notes a use with what it changed, its counter; whether nobody else did meanwhile.
pub(crate) async fn used(conn: &mut Conn, id: &str, before: &str, after: &str, now: Instant) -> Result<bool> {
    let sql = "update passkey set public_key = $3, used_at = $4 where id = $1 and public_key = $2";
    Ok(conn.query(sql).bind(id).bind(before).bind(after).bind(now.micros()).run().await? == 1)
}

/// Forgets one passkey of an account; whether it was there.
pub(crate) async fn remove(conn: &mut Conn, account: AccountId, id: &str) -> Result<bool> {
    let sql = "delete from passkey where account_id = $1 and id = $2";
    Ok(conn.query(sql).bind(account.0).bind(id).run().await? == 1)
}

/// Keeps a question; those asked before a moment are forgotten. Answers how many are open.
pub(crate) async fn ask(
    conn: &mut Conn,
    key: &str,
    account: Option<AccountId>,
    state: &str,
    now: Instant,
    since: i64,
) -> Result<i64> {
    conn.query("delete from passkey_question where created_at < $1").bind(since).run().await?;
    conn.query("insert into passkey_question (key, account_id, state, created_at) values ($1, $2, $3, $4)")
        .bind(key)
        .bind(account.map(|it| it.0))
        .bind(state)
        .bind(now.micros())
        .run()
        .await?;
    let (count,): (i64,) = conn.query("select cast(count(*) as bigint) from passkey_question").one().await?;
    Ok(count)
}

/// Takes a question out, asked since a moment of this account (or of nobody): it is answered once, whatever the answer.
pub(crate) async fn take(conn: &mut Conn, key: &str, account: Option<AccountId>, since: i64) -> Result<Option<String>> {
    let sql = "select account_id, state from passkey_question where key = $1 and created_at >= $2";
    let row: Option<(Option<i64>, String)> = conn.query(sql).bind(key).bind(since).maybe().await?;
    let gone = conn.query("delete from passkey_question where key = $1").bind(key).run().await?;
    Ok(row.filter(|it| gone == 1 && it.0 == account.map(|it| it.0)).map(|it| it.1))
}
