//! What one can do with a return. Each act: scope, read, write, audit, commit; pages and commands call the same ones.

mod accept;
mod comment;
mod extend;
mod fill;
mod lock;
mod many;
mod remind;
mod renew;

use kernel::{Assignment, Day, Form, Instant, Issue, Level, Period, Register, ReturnId, UnitId, VersionId};
use store::Conn;
use web::{App, Cover, Error, Result, Scope, Who};

use crate::{
    APPROVE, FILL,
    checks::{self, Stage},
    draft::Draft,
    duties, locks, records,
    state::State,
    store::{self as rows, NewVersion, ReturnLine},
};

pub use comment::comment;
pub(crate) use comment::{COMMENT_LENGTH, takes_comments, takes_part};
pub use extend::extend;
pub(crate) use fill::ONE_STEP;
pub use fill::{keep, save, submit, undo};
pub use lock::lock;
pub use many::{Filled, save_many, standing};
pub use remind::{remind, remind_by_timer};
pub use renew::renew;

/// The longest reason, in letters.
const REASON_LENGTH: usize = 500;

/// The day on which a unit reports for a period: the period's last, or the unit's own last if it closed before.
pub fn reporting_day(register: &Register, unit: UnitId, period: Period) -> Option<Day> {
    if register.get(unit, period.last()).is_some() {
        return Some(period.last());
    }
    let (_, until) = register.life(unit)?;
    let last = until.plus(-1);
    (period.holds(last) && register.get(unit, last).is_some()).then_some(last)
}

/// Whether a unit may open a form for a period: it owes it, or the form is open to all.
pub fn takes_form(app: &App, form: &Form, unit: UnitId, day: Day) -> bool {
    let register = app.register.get();
    let Some(state) = register.get(unit, day) else { return false };
    let owes = |it: &Assignment| {
        it.form == form.id
            && it.class == state.level as u8
            && it.from <= day
            && day < it.until
            && duties::speaks_for(&register, it.top, unit, day)
    };
    form.open && state.level != Level::Village || app.catalogue.get().assignments.iter().any(owes)
}

/// Opens the return of a unit for a form and a period, or finds the one that is open already.
///
/// # Errors
/// Not found outside the scope; refused when the form is not for this unit or period.
pub async fn open(app: &App, who: &Who, unit: UnitId, form: &Form, period: Period) -> Result<ReturnId> {
    let Opening { day, province, form_version } = opening(app, who, unit, form, period)?;
    let (now, register) = (app.clock.now(), app.register.get());
    let mut line = ReturnLine {
        province: province.0,
        id: ReturnId(app.new_id()),
        unit,
        form: form.id,
        form_version,
        period,
        closes_on: (day != period.last()).then_some(day),
        state: State::Draft,
        revision: 1,
        draft: Draft::default(),
        late_entry: register.get(unit, now.day()).is_none(),
        submitted_at: None,
        returned_why: None,
        version: None,
    };
    line.draft = Draft::of_records(&records::derived(app, &line).await?, &app.catalogue.get());
    let mut tx = app.db.write().await?;
    if let Some(found) = rows::find_for(&mut tx, province.0, unit, form.id, period).await? {
        return Ok(found.id);
    }
    rows::insert(&mut tx, &line, now, who.account.0).await?;
    note(app, &mut tx, who, &line, "returns.opened", "").await?;
    tx.commit().await?;
    Ok(line.id)
}

/// How a return begins.
struct Opening {
    /// The day on which the unit reports.
    day: Day,
    /// The province whose ledger takes it.
    province: UnitId,
    /// The version of the form that asks in this period.
    form_version: i64,
}

/// How the return would begin, or why nobody may open it.
fn opening(app: &App, who: &Who, unit: UnitId, form: &Form, period: Period) -> Result<Opening> {
    let scope = who.scope(FILL)?;
    let now = app.clock.now();
    let register = app.register.get();
    scope.must_cover(&register, unit, now.day())?;
    if !form.takes(period) {
        return refuse("period", "returns-period-not-of-form");
    }
    let Some(day) = reporting_day(&register, unit, period) else {
        return refuse("period", "returns-unit-not-then");
    };
    let catalogue = app.catalogue.get();
    let Some(asked) = catalogue.form_for(form.id, period).filter(|_| takes_form(app, form, unit, day)) else {
        return refuse("form", "returns-form-not-for-unit");
    };
    if period.first() > now.day() {
        return refuse("period", "returns-period-ahead");
    }
    let province = register.province_of(unit, day).ok_or(Error::NotFound)?;
    Ok(Opening { day, province, form_version: asked.number })
}

/// The return, if it lies in the scope.
///
/// # Errors
/// Not found.
pub async fn find(app: &App, scope: &Scope, id: ReturnId) -> Result<(ReturnLine, Cover)> {
    let line = find_line(&mut app.db.read().await?, id).await?;
    let cover = scope.cover(&app.register.get(), line.unit, app.clock.today());
    if cover == Cover::None { Err(Error::NotFound) } else { Ok((line, cover)) }
}

/// Whether this scope of approvers lies above a unit: its parent is covered, or it is the root itself (rule 25).
pub(crate) fn is_above(app: &App, scope: &Scope, line: &ReturnLine) -> bool {
    let day = line.closes_on.unwrap_or(line.period.last());
    stands_above(&app.register.get(), scope, line.unit, day, app.clock.today())
}

/// The same of a unit that reports on a day.
pub(crate) fn stands_above(register: &Register, scope: &Scope, unit: UnitId, day: Day, today: Day) -> bool {
    let Some(state) = register.get(unit, day) else { return false };
    let above = state.parent.unwrap_or(unit);
    scope.cover(register, above, today) == Cover::Full
}

/// Sends a return back with the reason: for the whole, at single figures (code and reason), or both.
///
/// # Errors
/// Not found when it is not below; refused when it is not waiting or no reason is given.
pub async fn send_back(
    app: &App,
    who: &Who,
    id: ReturnId,
    revision: i64,
    reason: &str,
    at_figures: &[(String, String)],
) -> Result<()> {
    let now = app.clock.now();
    let at_figures = comment::read_all(app, who, now, at_figures)?;
    let reason = if reason.trim().is_empty() && !at_figures.is_empty() { "" } else { &read_reason(reason)? };
    let (mut tx, mut line) = waiting(app, who, id, revision).await?;
    line.state = State::Returned;
    line.returned_why = Some(reason.to_owned());
    change(&mut tx, &line, now, who).await?;
    for it in &at_figures {
        rows::insert_comment(&mut tx, &line, it).await?;
    }
    note(app, &mut tx, who, &line, "returns.sent-back", reason).await?;
    tx.commit().await?;
    Ok(())
}

/// Accepts a return: its version becomes the ledger's next row, and every total is changed when this returns.
///
/// It runs to its end even if the asker goes away, so that no total is left behind its row.
///
/// # Errors
/// Not found when it is not below; refused when a figure stands beside another that it would count twice (rules 16, 18).
pub async fn approve(app: &App, who: &Who, id: ReturnId, revision: i64) -> Result<VersionId> {
    let (app, who) = (app.clone(), who.clone());
    tokio::spawn(async move { approve_now(&app, &who, id, revision, false).await }).await?
}

/// The same for a return that nobody needs to look into: refused if any of its figures is worth a look.
///
/// # Errors
/// As [`approve`].
pub(crate) async fn approve_clean(app: &App, who: &Who, id: ReturnId, revision: i64) -> Result<VersionId> {
    let (app, who) = (app.clone(), who.clone());
    tokio::spawn(async move { approve_now(&app, &who, id, revision, true).await }).await?
}

async fn approve_now(app: &App, who: &Who, id: ReturnId, revision: i64, only_clean: bool) -> Result<VersionId> {
    let now = app.clock.now();
    let derived = records::derived(app, &find_line(&mut app.db.read().await?, id).await?).await?;
    let (mut tx, mut line) = waiting(app, who, id, revision).await?;
    let reading = checks::read(app, &mut tx, &line, &line.draft, &derived, Stage::Deciding).await?;
    if !reading.stands() || only_clean && !reading.issues.is_empty() {
        return Err(Error::Refused(reading.issues));
    }
    let events = rows::events(&mut tx, &line).await?;
    let named = |act: &str| events.iter().find(|it| it.1 == act);
    let sender = events.iter().find(|it| it.1.ends_with("submitted")).map(|it| it.2.clone()).unwrap_or_default();
    let reason = named("returns.correction-opened").map(|it| it.3.clone()).filter(|_| line.version.is_some());
    let version = NewVersion {
        province: line.province,
        id: VersionId(app.new_id()),
        return_id: line.id,
        unit: line.unit,
        form: line.form,
        period: line.period,
        closes_on: line.closes_on,
        cells: reading.cells,
        awards: reading.awards,
        replaces: line.version,
        reason: reason.unwrap_or_default(),
        origin: line.draft.source.clone(),
        submitted_at: line.submitted_at,
        submitted_by: sender,
        accepted_by: who.name.clone(),
    };
    accept::accept(app, &mut tx, &version).await?;
    rows::insert_places(&mut tx, line.province, version.id, &reading.places).await?;
    line.state = State::Approved;
    line.version = Some(version.id);
    line.returned_why = None;
    change(&mut tx, &line, now, who).await?;
    note(app, &mut tx, who, &line, "returns.approved", &version.reason).await?;
    tx.commit().await?;
    crate::follow::catch_up(app, &mut app.db.read().await?).await?;
    Ok(version.id)
}

/// Opens a correction of an approved return. The recorder asks with a reason; the approver accepts the new version.
///
/// # Errors
/// Refused when the return is not approved or no reason is given.
pub async fn correct(app: &App, who: &Who, id: ReturnId, revision: i64, reason: &str) -> Result<()> {
    let reason = read_reason(reason)?;
    let scope = who.scope(FILL)?;
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let mut line = find_line(&mut tx, id).await?;
    scope.must_cover(&app.register.get(), line.unit, now.day())?;
    if line.state != State::Approved {
        return refuse("", "returns-not-approved");
    }
    if line.revision != revision {
        return Err(Error::Stale);
    }
    locks::must_be_open(app, &mut tx, &line).await?;
    let version = line.version.ok_or(Error::NotFound)?;
    let (cells, awards) = rows::version(&mut tx, version).await?.ok_or(Error::NotFound)?;
    let origin = rows::version_head(&mut tx, version).await?.map(|it| it.origin).unwrap_or_default();
    let places = rows::places_of(&mut tx, line.province, version).await?;
    line.draft = Draft::of_version(&cells, &awards, &origin, &places, &app.catalogue.get());
    line.state = State::Correcting;
    change(&mut tx, &line, now, who).await?;
    note(app, &mut tx, who, &line, "returns.correction-opened", &reason).await?;
    tx.commit().await?;
    Ok(())
}

async fn waiting(app: &App, who: &Who, id: ReturnId, revision: i64) -> Result<(store::Write, ReturnLine)> {
    let scope = who.scope(APPROVE)?;
    let mut tx = app.db.write().await?;
    let line = find_line(&mut tx, id).await?;
    if !is_above(app, &scope, &line) {
        let reads = scope.cover(&app.register.get(), line.unit, app.clock.today()) == Cover::Full;
        return Err(if reads { Error::Forbidden } else { Error::NotFound });
    }
    if line.state != State::Submitted {
        return refuse("", "returns-not-waiting");
    }
    if line.revision != revision {
        return Err(Error::Stale);
    }
    Ok((tx, line))
}

fn read_reason(reason: &str) -> Result<String> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => refuse("reason", "returns-reason-missing"),
        1..=REASON_LENGTH => Ok(reason.to_owned()),
        _ => refuse("reason", "returns-reason-long"),
    }
}

fn refuse<T>(field: &str, text: &'static str) -> Result<T> {
    Err(Error::Refused(vec![Issue::new(field, text)]))
}

/// Notes an act in the return's history and in the audit, in the transaction of the act.
pub(crate) async fn note(
    app: &App,
    tx: &mut Conn,
    who: &Who,
    line: &ReturnLine,
    act: &'static str,
    reason: &str,
) -> Result<()> {
    rows::insert_event(tx, line, app.new_id(), app.clock.now(), act, &who.name, reason).await?;
    audit(app, tx, who, line, act).await
}

/// Notes an act about a return in the audit alone.
async fn audit(app: &App, tx: &mut Conn, who: &Who, line: &ReturnLine, act: &'static str) -> Result<()> {
    let entry = audit::Entry {
        province: line.province,
        at: app.clock.now(),
        actor: who.actor(),
        act,
        unit: Some(line.unit),
        object: &line.id.to_string(),
    };
    audit::append(tx, &entry).await?;
    Ok(())
}

/// Writes a return's state and draft.
///
/// # Errors
/// Stale, if somebody changed it since this revision.
async fn change(tx: &mut Conn, line: &ReturnLine, now: Instant, who: &Who) -> Result<()> {
    if rows::change(tx, line, now, who.account.0).await? { Ok(()) } else { Err(Error::Stale) }
}

async fn find_line(conn: &mut Conn, id: ReturnId) -> Result<ReturnLine> {
    rows::find(conn, id).await?.ok_or(Error::NotFound)
}
