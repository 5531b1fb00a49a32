use kernel::{AccountId, Day, RequestId, UnitId};
use sqlx::FromRow;
use store::{Conn, Result};

use super::{day, text};
use crate::request::Request;

#[derive(FromRow)]
struct Row {
    province_id: i64,
    id: i64,
    unit_id: i64,
    kind: String,
    about: String,
    channel: String,
    applicant: Option<String>,
    account_id: Option<i64>,
    received_on: String,
    acknowledged_on: Option<String>,
    due_on: String,
    extended_why: Option<String>,
    answered_on: Option<String>,
    outcome: Option<String>,
    answer: Option<String>,
    revision: i64,
}

fn read(row: Row) -> Request {
    Request {
        province: row.province_id,
        id: RequestId(row.id),
        unit: UnitId(row.unit_id),
        kind: row.kind,
        about: row.about,
        channel: row.channel,
        applicant: row.applicant,
        account: row.account_id.map(AccountId),
        received_on: day(&row.received_on),
        acknowledged_on: row.acknowledged_on.as_deref().map(day),
        due_on: day(&row.due_on),
        extended_why: row.extended_why,
        answered_on: row.answered_on.as_deref().map(day),
        outcome: row.outcome,
        answer: row.answer,
        revision: row.revision,
    }
}

/// One request.
pub(crate) async fn find(conn: &mut Conn, id: RequestId) -> Result<Option<Request>> {
    let sql = "select province_id, id, unit_id, kind, about, channel, applicant, account_id, received_on,
               acknowledged_on, due_on, extended_why, answered_on, outcome, answer, revision from data_request where id = $1";
    Ok(conn.query(sql).bind(id.0).maybe().await?.map(read))
}

/// The requests that wait, and those that came since a day; the one due first comes first.
pub(crate) async fn since(conn: &mut Conn, from: Day) -> Result<Vec<Request>> {
    let sql = "select province_id, id, unit_id, kind, about, channel, applicant, account_id, received_on,
               acknowledged_on, due_on, extended_why, answered_on, outcome, answer, revision from data_request
               where answered_on is null or received_on >= $1 order by due_on, id";
    let rows: Vec<Row> = conn.query(sql).bind(from.to_string()).all().await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The requests from an account that wait; the one due first comes first.
pub(crate) async fn waiting_of(conn: &mut Conn, account: AccountId) -> Result<Vec<Request>> {
    let sql = "select province_id, id, unit_id, kind, about, channel, applicant, account_id, received_on,
               acknowledged_on, due_on, extended_why, answered_on, outcome, answer, revision from data_request
               where account_id = $1 and answered_on is null order by due_on, id";
    let rows: Vec<Row> = conn.query(sql).bind(account.0).all().await?;
    Ok(rows.into_iter().map(read).collect())
}

/// A new request.
pub(crate) async fn insert(conn: &mut Conn, it: &Request) -> Result<()> {
    conn.query(
        "insert into data_request (province_id, id, unit_id, kind, about, channel, applicant, account_id,
         received_on, due_on, revision) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(it.province)
    .bind(it.id.0)
    .bind(it.unit.0)
    .bind(&it.kind)
    .bind(&it.about)
    .bind(&it.channel)
    .bind(it.applicant.as_deref())
    .bind(it.account.map(|it| it.0))
    .bind(it.received_on.to_string())
    .bind(it.due_on.to_string())
    .bind(it.revision)
    .run()
    .await?;
    Ok(())
}

/// Writes a request over the one that was seen; whether it was still there so.
pub(crate) async fn change(conn: &mut Conn, it: &Request) -> Result<bool> {
    let done = conn
        .query(
            "update data_request set acknowledged_on = $4, due_on = $5, extended_why = $6, answered_on = $7,
             outcome = $8, answer = $9, revision = revision + 1
             where province_id = $1 and id = $2 and revision = $3",
        )
        .bind(it.province)
        .bind(it.id.0)
        .bind(it.revision)
        .bind(text(it.acknowledged_on))
        .bind(it.due_on.to_string())
        .bind(it.extended_why.as_deref())
        .bind(text(it.answered_on))
        .bind(it.outcome.as_deref())
        .bind(it.answer.as_deref())
        .run()
        .await?;
    Ok(done > 0)
}

/// How many names of applicants stand in requests answered before a day.
pub(crate) async fn count_old(conn: &mut Conn, before: Day) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from data_request
               where applicant is not null and answered_on is not null and answered_on < $1";
    let (count,): (i64,) = conn.query(sql).bind(before.to_string()).one().await?;
    Ok(count)
}

/// Erases them, with what was written to them.
pub(crate) async fn erase_old(conn: &mut Conn, before: Day) -> Result<u64> {
    let sql = "update data_request set applicant = null, account_id = null, answer = null, extended_why = null, revision = revision + 1
               where applicant is not null and answered_on is not null and answered_on < $1";
    conn.query(sql).bind(before.to_string()).run().await
}
