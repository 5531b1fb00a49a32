//! Accounts linked to an identity provider.

use kernel::{AccountId, Instant};
use store::{Conn, Result};

/// A link as its owner and their administrator see it.
pub(crate) struct Link {
    pub(crate) subject: String,
    pub(crate) linked_at: Instant,
    /// Whether its owner has said that it is theirs.
    pub(crate) confirmed: bool,
    pub(crate) used_at: Option<Instant>,
}

/// The account that is not closed behind a provider's subject, its name, and whether its owner confirmed the link.
pub(crate) async fn find(conn: &mut Conn, issuer: &str, subject: &str) -> Result<Option<(AccountId, String, bool)>> {
    let sql = "select l.account_id, a.name, l.confirmed_at from provider_link l join account a on a.id = l.account_id
               where l.issuer = $1 and l.subject = $2 and a.closed_at is null";
    let row: Option<(i64, String, Option<i64>)> = conn.query(sql).bind(issuer).bind(subject).maybe().await?;
    Ok(row.map(|(account, name, confirmed)| (AccountId(account), name, confirmed.is_some())))
}

/// A link as it is stored: subject, when it was made, confirmed and used.
type Row = (String, i64, Option<i64>, Option<i64>);

fn link((subject, linked, confirmed, used): Row) -> Link {
    Link {
        subject,
        linked_at: Instant::from_micros(linked),
        confirmed: confirmed.is_some(),
        used_at: used.map(Instant::from_micros),
    }
}

/// An account's link to a provider.
pub(crate) async fn of(conn: &mut Conn, issuer: &str, account: AccountId) -> Result<Option<Link>> {
    let sql = "select subject, linked_at, confirmed_at, used_at from provider_link
               where account_id = $1 and issuer = $2";
    let row: Option<Row> = conn.query(sql).bind(account.0).bind(issuer).maybe().await?;
    Ok(row.map(link))
}

/// All links of an account, whoever issued them: the issuer's address and the link, the oldest first.
pub(crate) async fn all_of(conn: &mut Conn, account: AccountId) -> Result<Vec<(String, Link)>> {
    type Row = (String, String, i64, Option<i64>, Option<i64>);
    let sql = "select issuer, subject, linked_at, confirmed_at, used_at from provider_link
               where account_id = $1 order by linked_at, issuer";
    let rows: Vec<Row> = conn.query(sql).bind(account.0).all().await?;
    let read = |(issuer, subject, linked, confirmed, used): Row| (issuer, link((subject, linked, confirmed, used)));
    Ok(rows.into_iter().map(read).collect())
}

/// Links an account. Fails as taken if the subject, or the account at this issuer, is linked already.
pub(crate) async fn add(
    conn: &mut Conn,
    issuer: &str,
    subject: &str,
    account: AccountId,
    confirmed: bool,
    now: Instant,
) -> Result<()> {
    conn.query(
        "insert into provider_link (issuer, subject, account_id, linked_at, confirmed_at) values ($1, $2, $3, $4, $5)",
    )
    .bind(issuer)
    .bind(subject)
    .bind(account.0)
    .bind(now.micros())
    .bind(confirmed.then_some(now.micros()))
    .run()
    .await?;
    Ok(())
}

/// Notes that the owner says a proposed link is theirs; whether there was one with this subject.
pub(crate) async fn confirm(
    conn: &mut Conn,
    issuer: &str,
    subject: &str,
    account: AccountId,
    now: Instant,
) -> Result<bool> {
    let sql = "update provider_link set confirmed_at = $4
               where issuer = $1 and subject = $2 and account_id = $3 and confirmed_at is null";
    Ok(conn.query(sql).bind(issuer).bind(subject).bind(account.0).bind(now.micros()).run().await? == 1)
}

/// Notes a use.
pub(crate) async fn used(conn: &mut Conn, issuer: &str, subject: &str, now: Instant) -> Result<()> {
    let sql = "update provider_link set used_at = $3 where issuer = $1 and subject = $2";
    conn.query(sql).bind(issuer).bind(subject).bind(now.micros()).run().await?;
    Ok(())
}

/// Unlinks an account from a provider; whether it was linked.
pub(crate) async fn remove(conn: &mut Conn, issuer: &str, account: AccountId) -> Result<bool> {
    let sql = "delete from provider_link where account_id = $1 and issuer = $2";
    Ok(conn.query(sql).bind(account.0).bind(issuer).run().await? == 1)
}
