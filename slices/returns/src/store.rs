//! Working copies of returns; beside it the ledger, the forms, and lists for the pages of work.

mod comments;
mod ledger;
mod lists;
mod locks;
mod past;
mod places;
mod reminders;
mod sequence;
mod signatures;
mod steps;

use kernel::{Catalogue, Day, Form, FormId, Instant, Period, ReturnId, UnitId, VersionId};
use store::{Conn, Result};

pub(crate) use comments::{Comment, comments, insert_comment};
pub(crate) use ledger::{
    Accepted, Latest, NewVersion, insert_accepted, insert_version, latest_versions, lock_all_ledgers, next_in_ledger,
    set_ledger,
};
pub use ledger::{VersionHead, awards_of, version, version_head, versions_of};
pub use lists::{Listed, listed};
pub(crate) use lists::{approved, unsettled};
pub(crate) use locks::{Lock, hold_ledger, insert_lock, locks_at, locks_in};
pub(crate) use past::past;
pub(crate) use places::{insert_places, places_of};
pub(crate) use reminders::{Reminder, Word, insert_reminder, reminders};
pub(crate) use sequence::{LedgerRow, heads, ledger, ledger_of, numbers, periods};
pub(crate) use signatures::{Signature, insert_signature, signatures};
pub(crate) use steps::{Step, delete_step, delete_steps, insert_step, last_step};

use crate::{draft::Draft, state::State};

/// A return's working copy.
#[derive(Debug, Clone)]
pub struct ReturnLine {
    /// The chain of the ledger that it belongs to.
    pub province: i64,
    /// Its id.
    pub id: ReturnId,
    /// Whose figures.
    pub unit: UnitId,
    /// Which form.
    pub form: FormId,
    /// The version of the form that it was opened with.
    pub form_version: i64,
    /// Which period.
    pub period: Period,
    /// The unit's last day, if it closed inside the period (rule 9).
    pub closes_on: Option<Day>,
    /// Where it stands.
    pub state: State,
    /// Grows with every change; who saves on an older one is told.
    pub revision: i64,
    /// What was typed.
    pub draft: Draft,
    /// Entered late for a unit that is closed ("nhập bổ sung", rule 25).
    pub late_entry: bool,
    /// When it was sent.
    pub submitted_at: Option<Instant>,
    /// Why it was sent back.
    pub returned_why: Option<String>,
    /// Its accepted version.
    pub version: Option<VersionId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    province_id: i64,
    id: i64,
    unit_id: i64,
    form_id: i64,
    form_version: i64,
    period: String,
    closes_on: Option<String>,
    state: String,
    revision: i64,
    draft: String,
    late_entry: i64,
    submitted_at: Option<i64>,
    returned_why: Option<String>,
    version_id: Option<i64>,
}

impl ReturnLine {
    /// What it is asked: its form, in the version that it was opened with.
    pub fn asks<'c>(&self, catalogue: &'c Catalogue) -> Option<&'c Form> {
        let version = catalogue.form_version_for(self.form, self.form_version, self.period);
        version.or_else(|| catalogue.form(self.form))
    }
}

/// A stored text that no longer reads: the store's fault, not the user's.
fn broken(what: &str) -> store::Error {
    store::Error::Decode(format!("unreadable {what}").into())
}

impl TryFrom<Row> for ReturnLine {
    type Error = store::Error;

    fn try_from(row: Row) -> Result<ReturnLine> {
        Ok(ReturnLine {
            province: row.province_id,
            id: ReturnId(row.id),
            unit: UnitId(row.unit_id),
            form: row.form_id,
            form_version: row.form_version,
            period: Period::parse(&row.period).map_err(|_| broken("period"))?,
            closes_on: row.closes_on.as_deref().and_then(Day::parse),
            state: State::parse(&row.state).ok_or_else(|| broken("state"))?,
            revision: row.revision,
            draft: serde_json::from_str(&row.draft).map_err(|_| broken("draft"))?,
            late_entry: row.late_entry == 1,
            submitted_at: row.submitted_at.map(Instant::from_micros),
            returned_why: row.returned_why,
            version: row.version_id.map(VersionId),
        })
    }
}

macro_rules! returns_where {
    ($condition:literal) => {
        concat!(
            "select province_id, id, unit_id, form_id, form_version, period, closes_on, state, revision, draft, late_entry,
                    submitted_at, returned_why, version_id
             from periodic_return where ",
            $condition
        )
    };
}

/// The return with this id.
pub async fn find(conn: &mut Conn, id: ReturnId) -> Result<Option<ReturnLine>> {
    let row: Option<Row> = conn.query(returns_where!("id = $1")).bind(id.0).maybe().await?;
    row.map(ReturnLine::try_from).transpose()
}

/// The return of this unit, form and period.
pub(crate) async fn find_for(
    conn: &mut Conn,
    province: i64,
    unit: UnitId,
    form: FormId,
    period: Period,
) -> Result<Option<ReturnLine>> {
    let row: Option<Row> = conn
        .query(returns_where!("province_id = $1 and unit_id = $2 and form_id = $3 and period = $4"))
        .bind(province)
        .bind(unit.0)
        .bind(form)
        .bind(period.to_string())
        .maybe()
        .await?;
    row.map(ReturnLine::try_from).transpose()
}

/// The returns of these units for a form and period, in the ledgers of these provinces.
pub(crate) async fn find_all(
    conn: &mut Conn,
    provinces: &[UnitId],
    units: &[UnitId],
    form: FormId,
    period: Period,
) -> Result<Vec<ReturnLine>> {
    let rows: Vec<Row> = conn
        .query(returns_where!(
            "province_id in (select cast(value as bigint) from json_each($1))
             and unit_id in (select cast(value as bigint) from json_each($2)) and form_id = $3 and period = $4"
        ))
        .bind(store::list(provinces.iter().map(|it| it.0)))
        .bind(store::list(units.iter().map(|it| it.0)))
        .bind(form)
        .bind(period.to_string())
        .all()
        .await?;
    rows.into_iter().map(ReturnLine::try_from).collect()
}

/// What a unit has done about one return, without its figures.
#[derive(Debug, Clone)]
pub struct Filed {
    /// Whose.
    pub unit: UnitId,
    /// Of which form.
    pub form: FormId,
    /// Where it stands.
    pub state: State,
    /// Whether a version of it was accepted.
    pub accepted: bool,
    /// When it was last sent.
    pub submitted_at: Option<Instant>,
}

/// What these units, whose returns stand in the ledgers of these provinces, filed for exactly this period.
pub async fn filed_of(conn: &mut Conn, provinces: &[UnitId], units: &[UnitId], period: Period) -> Result<Vec<Filed>> {
    type Found = (i64, i64, String, Option<i64>, Option<i64>);
    let rows: Vec<Found> = conn
        .query(
            "select unit_id, form_id, state, version_id, submitted_at from periodic_return
             where province_id in (select cast(value as bigint) from json_each($1))
               and unit_id in (select cast(value as bigint) from json_each($2)) and period = $3",
        )
        .bind(store::list(provinces.iter().map(|it| it.0)))
        .bind(store::list(units.iter().map(|it| it.0)))
        .bind(period.to_string())
        .all()
        .await?;
    let filed = |(unit, form, state, version, submitted): Found| {
        Ok(Filed {
            unit: UnitId(unit),
            form,
            state: State::parse(&state).ok_or_else(|| broken("state"))?,
            accepted: version.is_some(),
            submitted_at: submitted.map(Instant::from_micros),
        })
    };
    rows.into_iter().map(filed).collect()
}

/// A new draft. Fails as taken if there is one already.
pub(crate) async fn insert(conn: &mut Conn, it: &ReturnLine, now: Instant, by: i64) -> Result<()> {
    conn.query(
        "insert into periodic_return (province_id, id, unit_id, form_id, period, closes_on, state, revision, draft,
             late_entry, version_id, changed_at, changed_by, form_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(it.province)
    .bind(it.id.0)
    .bind(it.unit.0)
    .bind(it.form)
    .bind(it.period.to_string())
    .bind(it.closes_on.map(|it| it.to_string()))
    .bind(it.state.word())
    .bind(it.revision)
    .bind(serde_json::to_string(&it.draft).unwrap_or_default())
    .bind(i64::from(it.late_entry))
    .bind(it.version.map(|it| it.0))
    .bind(now.micros())
    .bind(by)
    .bind(it.form_version)
    .run()
    .await?;
    Ok(())
}

/// Writes a return's state and draft, if nobody changed it since this revision. Says whether it did.
pub(crate) async fn change(conn: &mut Conn, it: &ReturnLine, now: Instant, by: i64) -> Result<bool> {
    let touched = conn
        .query(
            "update periodic_return set state = $4, draft = $5, submitted_at = $6, returned_why = $7, version_id = $8,
                 changed_at = $9, changed_by = $10, revision = revision + 1
             where province_id = $1 and id = $2 and revision = $3",
        )
        .bind(it.province)
        .bind(it.id.0)
        .bind(it.revision)
        .bind(it.state.word())
        .bind(serde_json::to_string(&it.draft).unwrap_or_default())
        .bind(it.submitted_at.map(Instant::micros))
        .bind(it.returned_why.as_deref())
        .bind(it.version.map(|it| it.0))
        .bind(now.micros())
        .bind(by)
        .run()
        .await?;
    Ok(touched == 1)
}

/// Lets a return be asked by another version of its form.
pub(crate) async fn set_form_version(conn: &mut Conn, it: &ReturnLine, number: i64) -> Result<()> {
    conn.query("update periodic_return set form_version = $3 where province_id = $1 and id = $2")
        .bind(it.province)
        .bind(it.id.0)
        .bind(number)
        .run()
        .await?;
    Ok(())
}

/// Notes what happened to a return.
pub(crate) async fn insert_event(
    conn: &mut Conn,
    it: &ReturnLine,
    id: i64,
    now: Instant,
    act: &str,
    actor: &str,
    reason: &str,
) -> Result<()> {
    conn.query(
        "insert into return_event (province_id, return_id, id, at, act, actor, reason) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(it.province)
    .bind(it.id.0)
    .bind(id)
    .bind(now.micros())
    .bind(act)
    .bind(actor)
    .bind(reason)
    .run()
    .await?;
    Ok(())
}

/// What happened to a return: when, what, who, why.
pub(crate) type Happened = (i64, String, String, String);

/// What happened to a return, the latest first.
pub(crate) async fn events(conn: &mut Conn, it: &ReturnLine) -> Result<Vec<Happened>> {
    conn.query(
        "select at, act, actor, reason from return_event where province_id = $1 and return_id = $2 order by id desc",
    )
    .bind(it.province)
    .bind(it.id.0)
    .all()
    .await
}
