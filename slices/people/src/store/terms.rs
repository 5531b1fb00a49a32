use kernel::{AccountId, Day, Instant, TeamId, TermId, UnitId};
use store::{Conn, Result, list};

use super::{day, maybe_day, micros, text};
use crate::{place::Area, term::Term};

type Row = (
    i64,
    i64,
    i64,
    Option<i64>,
    String,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    i64,
    String,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    i64,
);

fn read(row: Row) -> Term {
    let (
        province,
        id,
        unit,
        team,
        post,
        full_name,
        from,
        until,
        trained,
        version,
        consented,
        account,
        withdrawn,
        restricted,
        revision,
    ) = row;
    Term {
        province,
        id: TermId(id),
        unit: UnitId(unit),
        team: team.map(TeamId),
        post,
        full_name,
        from: day(&from),
        until: maybe_day(until),
        trained_on: maybe_day(trained),
        consent_version: version,
        consented_on: day(&consented),
        account: account.map(AccountId),
        withdrawn_at: withdrawn.map(Instant::from_micros),
        restricted_at: restricted.map(Instant::from_micros),
        revision,
    }
}

/// One term.
pub(crate) async fn find(conn: &mut Conn, id: TermId) -> Result<Option<Term>> {
    let sql = "select province_id, id, unit_id, team_id, post, full_name, valid_from, valid_until, trained_on,
               consent_version, consented_on, account_id, withdrawn_at, restricted_at, revision from post_term
               where id = $1";
    Ok(conn.query(sql).bind(id.0).maybe().await?.map(read))
}

/// All terms of an area, the latest first.
pub(crate) async fn of(conn: &mut Conn, area: &Area) -> Result<Vec<Term>> {
    let sql = "select province_id, id, unit_id, team_id, post, full_name, valid_from, valid_until, trained_on,
               consent_version, consented_on, account_id, withdrawn_at, restricted_at, revision from post_term
               where province_id in (select cast(value as bigint) from json_each($1))
               and unit_id in (select cast(value as bigint) from json_each($2))
               order by valid_from desc, id";
    let rows: Vec<Row> = conn
        .query(sql)
        .bind(list(area.provinces.iter().copied()))
        .bind(list(area.units.iter().map(|it| it.0)))
        .all()
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// All terms that are restricted, the latest first.
pub(crate) async fn restricted(conn: &mut Conn) -> Result<Vec<Term>> {
    let sql = "select province_id, id, unit_id, team_id, post, full_name, valid_from, valid_until, trained_on,
               consent_version, consented_on, account_id, withdrawn_at, restricted_at, revision from post_term
               where restricted_at is not null order by restricted_at desc, id";
    let rows: Vec<Row> = conn.query(sql).all().await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The terms of an account, the latest first.
pub(crate) async fn of_account(conn: &mut Conn, account: AccountId) -> Result<Vec<Term>> {
    let sql = "select province_id, id, unit_id, team_id, post, full_name, valid_from, valid_until, trained_on,
               consent_version, consented_on, account_id, withdrawn_at, restricted_at, revision from post_term
               where account_id = $1 order by valid_from desc, id";
    let rows: Vec<Row> = conn.query(sql).bind(account.0).all().await?;
    Ok(rows.into_iter().map(read).collect())
}

/// How many terms of each province belong to which account.
pub(crate) async fn linked(conn: &mut Conn) -> Result<Vec<(i64, AccountId, i64)>> {
    let sql = "select province_id, account_id, cast(count(*) as bigint) from post_term where account_id is not null
               group by province_id, account_id order by province_id, account_id";
    let rows: Vec<(i64, i64, i64)> = conn.query(sql).all().await?;
    Ok(rows.into_iter().map(|(province, account, count)| (province, AccountId(account), count)).collect())
}

/// Unlinks the terms of a province from an account; how many.
pub(crate) async fn unlink(conn: &mut Conn, province: i64, account: AccountId) -> Result<u64> {
    let sql = "update post_term set account_id = null, revision = revision + 1
               where province_id = $1 and account_id = $2";
    conn.query(sql).bind(province).bind(account.0).run().await
}

/// A new term.
pub(crate) async fn insert(conn: &mut Conn, term: &Term) -> Result<()> {
    conn.query(
        "insert into post_term (province_id, id, unit_id, team_id, post, full_name, valid_from, valid_until, trained_on,
         consent_version, consented_on, withdrawn_at, revision)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(term.province)
    .bind(term.id.0)
    .bind(term.unit.0)
    .bind(term.team.map(|it| it.0))
    .bind(&term.post)
    .bind(term.full_name.as_deref())
    .bind(term.from.to_string())
    .bind(text(term.until))
    .bind(text(term.trained_on))
    .bind(term.consent_version)
    .bind(term.consented_on.to_string())
    .bind(micros(term.withdrawn_at))
    .bind(term.revision)
    .run()
    .await?;
    Ok(())
}

/// Writes a term over the one that was seen; whether it was still there so.
pub(crate) async fn change(conn: &mut Conn, term: &Term) -> Result<bool> {
    let done = conn
        .query(
            "update post_term set unit_id = $4, full_name = $5, valid_from = $6, valid_until = $7, trained_on = $8,
             withdrawn_at = $9, restricted_at = $10, account_id = $11, revision = revision + 1
             where province_id = $1 and id = $2 and revision = $3",
        )
        .bind(term.province)
        .bind(term.id.0)
        .bind(term.revision)
        .bind(term.unit.0)
        .bind(term.full_name.as_deref())
        .bind(term.from.to_string())
        .bind(text(term.until))
        .bind(text(term.trained_on))
        .bind(micros(term.withdrawn_at))
        .bind(micros(term.restricted_at))
        .bind(term.account.map(|it| it.0))
        .run()
        .await?;
    Ok(done > 0)
}

/// The provinces with names of terms that ended before a day, and how many; what is restricted is kept.
pub(crate) async fn long_over(conn: &mut Conn, before: Day) -> Result<Vec<(i64, i64)>> {
    let sql = "select province_id, cast(count(*) as bigint) from post_term
               where full_name is not null and restricted_at is null and valid_until is not null and valid_until <= $1
               group by province_id order by province_id";
    conn.query(sql).bind(before.to_string()).all().await
}

/// Erases these names.
pub(crate) async fn erase(conn: &mut Conn, province: i64, before: Day) -> Result<u64> {
    let sql = "update post_term set full_name = null, account_id = null, revision = revision + 1
               where province_id = $1 and full_name is not null and restricted_at is null
               and valid_until is not null and valid_until <= $2";
    conn.query(sql).bind(province).bind(before.to_string()).run().await
}

/// How often each version of the consent was given, and how often it was withdrawn.
pub async fn given(conn: &mut Conn) -> Result<Vec<(i64, i64, i64)>> {
    let sql = "select consent_version, cast(count(*) as bigint), cast(count(withdrawn_at) as bigint) from post_term
               group by consent_version order by consent_version";
    conn.query(sql).all().await
}
