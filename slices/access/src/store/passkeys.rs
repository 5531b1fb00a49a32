//! Passkeys.

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
