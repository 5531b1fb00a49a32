pub(crate) mod factors;
pub(crate) mod passkeys;
pub(crate) mod past;
pub(crate) mod provider;
pub(crate) mod questions;

use kernel::{AccountId, Day, Instant, UnitId};
use store::{Conn, Result};
use web::{Duty, Role, SessionKey};

use crate::{account::Account, grant::Grant};

/// What signing in asks for.
pub(crate) struct Credentials {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) closed: bool,
}

/// The account with this folded name.
pub(crate) async fn credentials(conn: &mut Conn, folded: &str) -> Result<Option<Credentials>> {
    type Row = (i64, String, String, Option<i64>);
    let sql = "select id, name, password, closed_at from account where folded = $1";
    let row: Option<Row> = conn.query(sql).bind(folded).maybe().await?;
    let read =
        |(id, name, password, closed): Row| Credentials { id: AccountId(id), name, password, closed: closed.is_some() };
    Ok(row.map(read))
}

/// The stored password of an account that is not closed.
pub(crate) async fn password(conn: &mut Conn, id: AccountId) -> Result<Option<String>> {
    let sql = "select password from account where id = $1 and closed_at is null";
    let row: Option<(String,)> = conn.query(sql).bind(id.0).maybe().await?;
    Ok(row.map(|it| it.0))
}

type Row = (i64, String, String, String, Option<i64>, Option<i64>);

fn account((id, name, full_name, post, closed, restricted): Row) -> Account {
    let (closed_at, restricted_at) = (closed.map(Instant::from_micros), restricted.map(Instant::from_micros));
    Account { id: AccountId(id), name, full_name, post, closed_at, restricted_at }
}

/// One account.
pub(crate) async fn find(conn: &mut Conn, id: AccountId) -> Result<Option<Account>> {
    let sql = "select id, name, full_name, post, closed_at, restricted_at from account where id = $1";
    Ok(conn.query(sql).bind(id.0).maybe().await?.map(account))
}

/// An account and a right of it, as they are stored: role, unit, first day, the day after the last, who is away.
type GrantOf = (i64, String, i64, String, Option<String>, Option<i64>);

/// All accounts with all their rights, the oldest account first.
pub(crate) async fn all(conn: &mut Conn) -> Result<Vec<(Account, Vec<Grant>)>> {
    let sql = "select id, name, full_name, post, closed_at, restricted_at from account order by id";
    let accounts: Vec<Row> = conn.query(sql).all().await?;
    let sql = "select account_id, role, unit_id, valid_from, valid_until, deputy_for from account_grant
               order by account_id";
    let rows: Vec<GrantOf> = conn.query(sql).all().await?;
    let mut rows = rows.into_iter().peekable();
    let with_grants = |row: Row| {
        let account = account(row);
        let mut grants = Vec::new();
        while let Some((_, role, unit, from, until, deputy)) = rows.next_if(|it| it.0 == account.id.0) {
            grants.extend(read((role, unit, from, until, deputy)));
        }
        grants.sort_by_key(|it: &Grant| (it.role, it.unit));
        (account, grants)
    };
    Ok(accounts.into_iter().map(with_grants).collect())
}

/// All rights of an account, ended ones too.
pub(crate) async fn grants(conn: &mut Conn, id: AccountId) -> Result<Vec<Grant>> {
    let sql = "select role, unit_id, valid_from, valid_until, deputy_for from account_grant where account_id = $1
               order by role, unit_id";
    Ok(conn.query(sql).bind(id.0).all().await?.into_iter().filter_map(read).collect())
}

fn read((role, unit, from, until, deputy): (String, i64, String, Option<String>, Option<i64>)) -> Option<Grant> {
    let until = until.map(|it| Day::parse(&it));
    // A day that cannot be read ends the right: better too little than too much.
    let until = until.map(|it| it.unwrap_or(Day::BEGINNING));
    let (role, from, deputy_for) = (Role::parse(&role)?, Day::parse(&from)?, deputy.map(AccountId));
    Some(Grant { role, unit: UnitId(unit), from, until, deputy_for })
}

/// A new account. Fails as taken if the folded name is there already.
pub(crate) async fn add(
    conn: &mut Conn,
    account: &Account,
    folded: &str,
    password: &str,
    created_at: Instant,
) -> Result<()> {
    conn.query(
        "insert into account (id, name, folded, full_name, post, password, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(account.id.0)
    .bind(&account.name)
    .bind(folded)
    .bind(&account.full_name)
    .bind(&account.post)
    .bind(password)
    .bind(created_at.micros())
    .run()
    .await?;
    Ok(())
}

/// Gives a right, in place of the same one in other days.
pub(crate) async fn put_grant(conn: &mut Conn, id: AccountId, grant: &Grant) -> Result<()> {
    conn.query(
        "insert into account_grant (account_id, role, unit_id, valid_from, valid_until, deputy_for)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (account_id, role, unit_id)
         do update set valid_from = excluded.valid_from, valid_until = excluded.valid_until,
                       deputy_for = excluded.deputy_for",
    )
    .bind(id.0)
    .bind(grant.role.word())
    .bind(grant.unit.0)
    .bind(grant.from.to_string())
    .bind(grant.until.map(|it| it.to_string()))
    .bind(grant.deputy_for.map(|it| it.0))
    .run()
    .await?;
    Ok(())
}

/// The units at which accounts that are not closed administer without an end, today.
pub(crate) async fn administrators(conn: &mut Conn, today: Day) -> Result<Vec<(AccountId, UnitId)>> {
    let sql = "select g.account_id, g.unit_id from account_grant g join account a on a.id = g.account_id
               where g.role in (select value from json_each($1)) and g.valid_from <= $2 and g.valid_until is null
               and a.closed_at is null";
    let roles: Vec<&str> = Role::all().filter(|it| it.has(Duty::Administrator)).map(Role::word).collect();
    let roles = serde_json::Value::from(roles).to_string();
    let rows: Vec<(i64, i64)> = conn.query(sql).bind(roles).bind(today.to_string()).all().await?;
    Ok(rows.into_iter().map(|(account, unit)| (AccountId(account), UnitId(unit))).collect())
}

/// Closes an account; whether it was open.
pub(crate) async fn close(conn: &mut Conn, id: AccountId, now: Instant) -> Result<bool> {
    let sql = "update account set closed_at = $2 where id = $1 and closed_at is null";
    Ok(conn.query(sql).bind(id.0).bind(now.micros()).run().await? > 0)
}

/// The reason for which an account was restricted, or for which that was lifted.
pub(crate) async fn restricted_why(conn: &mut Conn, id: AccountId) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> =
        conn.query("select restricted_why from account where id = $1").bind(id.0).maybe().await?;
    Ok(row.and_then(|it| it.0))
}

/// Restricts an account since a moment, or lifts it, for a reason.
pub(crate) async fn put_restricted(conn: &mut Conn, id: AccountId, since: Option<Instant>, why: &str) -> Result<()> {
    let sql = "update account set restricted_at = $2, restricted_why = $3 where id = $1";
    conn.query(sql).bind(id.0).bind(since.map(Instant::micros)).bind(why).run().await?;
    Ok(())
}

/// Puts the first steps of an account away; whether they stood there.
pub(crate) async fn close_guide(conn: &mut Conn, id: AccountId, now: Instant) -> Result<bool> {
    let sql = "update account set guide_closed_at = $2 where id = $1 and guide_closed_at is null";
    Ok(conn.query(sql).bind(id.0).bind(now.micros()).run().await? > 0)
}

/// Puts a password in place of the one that was there; whether it still was.
pub(crate) async fn put_password(conn: &mut Conn, id: AccountId, before: &str, after: &str) -> Result<bool> {
    let sql = "update account set password = $3 where id = $1 and password = $2 and closed_at is null";
    Ok(conn.query(sql).bind(id.0).bind(before).bind(after).run().await? > 0)
}

/// Whether there is any account.
pub(crate) async fn is_settled(conn: &mut Conn) -> Result<bool> {
    let (count,): (i64,) = conn.query("select cast(count(*) as bigint) from account").one().await?;
    Ok(count > 0)
}

/// Makes this the only first link.
pub(crate) async fn put_first_link(conn: &mut Conn, key: &SessionKey, now: Instant) -> Result<()> {
    drop_first_links(conn).await?;
    let sql = "insert into first_link (key, created_at) values ($1, $2)";
    conn.query(sql).bind(&key.0).bind(now.micros()).run().await?;
    Ok(())
}

/// Whether there is this first link, made after a moment.
pub(crate) async fn has_first_link(conn: &mut Conn, key: &SessionKey, after: Instant) -> Result<bool> {
    let sql = "select created_at from first_link where key = $1 and created_at > $2";
    let found: Option<(i64,)> = conn.query(sql).bind(&key.0).bind(after.micros()).maybe().await?;
    Ok(found.is_some())
}

/// No first link opens anything any more.
pub(crate) async fn drop_first_links(conn: &mut Conn) -> Result<()> {
    conn.query("delete from first_link").run().await?;
    Ok(())
}
