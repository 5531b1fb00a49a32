use kernel::{Instant, ReturnId};
use store::Conn;
use web::{App, Error, Result, Who};

use super::{find_line, note, refuse};
use crate::{
    FILL,
    checks::{self, Stage},
    draft::Draft,
    locks,
    records::{self, Derived},
    state::State,
    store::{self as rows, ReturnLine, Signature, Step},
};

/// What is kept by itself within this time of a step belongs to it: two minutes, in microseconds.
pub(crate) const ONE_STEP: i64 = 120_000_000;

/// How a draft comes to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// By itself, while somebody types.
    ByItself,
    /// Because somebody said so.
    Asked,
    /// It is to be sent.
    Sending,
}

/// Keeps what was typed. On an older revision than the stored one it is stale and nothing is written.
///
/// # Errors
/// Stale; refused when the return is not open.
pub async fn save(app: &App, who: &Who, id: ReturnId, revision: i64, draft: Draft) -> Result<ReturnLine> {
    write_draft(app, who, id, revision, draft, How::Asked).await.map(|it| it.0)
}

/// Keeps what was typed while the person goes on typing: many of these make one step that can be taken back. Answers
/// what is wrong with it so far as well.
///
/// # Errors
/// As [`save`].
pub async fn keep(
    app: &App,
    who: &Who,
    id: ReturnId,
    revision: i64,
    draft: Draft,
) -> Result<(ReturnLine, kernel::Issues)> {
    write_draft(app, who, id, revision, draft, How::ByItself).await
}

/// Keeps what was typed and sends it, signed with the sender's name and post, if all of it reads.
///
/// # Errors
/// As [`save`]; refused with everything that is wrong (the draft is kept all the same).
pub async fn submit(app: &App, who: &Who, id: ReturnId, revision: i64, draft: Draft) -> Result<ReturnLine> {
    write_draft(app, who, id, revision, draft, How::Sending).await.map(|it| it.0)
}

async fn write_draft(
    app: &App,
    who: &Who,
    id: ReturnId,
    revision: i64,
    draft: Draft,
    how: How,
) -> Result<(ReturnLine, kernel::Issues)> {
    let now = app.clock.now();
    let derived = derived(app, who, id).await?;
    let mut tx = app.db.write().await?;
    let mut line = fillable(app, &mut tx, who, id, revision).await?;
    let draft = draft.keeping_origins(&line.draft);
    // A command enters what was counted elsewhere: it has nobody to ask for an explanation.
    let stage = match (how, who.account.0) {
        (How::ByItself | How::Asked, _) => Stage::Keeping,
        (How::Sending, 0) => Stage::Deciding,
        (How::Sending, _) => Stage::Sending,
    };
    let mut reading = checks::read(app, &mut tx, &line, &draft, &derived, stage).await?;
    if how == How::Sending {
        let key = (line.unit, line.form, line.period);
        reading.issues.extend(locks::issue(app, &mut tx, key, line.closes_on).await?);
    }
    let sent = how == How::Sending && reading.stands();
    let correcting = line.state == State::Correcting;
    if sent {
        rows::delete_steps(&mut tx, &line).await?;
        line.state = State::Submitted;
        line.submitted_at = Some(now);
    } else if !draft.says(&line.draft) {
        step(app, &mut tx, who, &line, now, how).await?;
    }
    line.draft = draft;
    super::change(&mut tx, &line, now, who).await?;
    line.revision += 1;
    if sent {
        let act = if correcting { "returns.correction-submitted" } else { "returns.submitted" };
        note(app, &mut tx, who, &line, act, "").await?;
        let signature = Signature { at: now, full_name: who.full_name.clone(), post: who.post.clone() };
        rows::insert_signature(&mut tx, &line, &signature).await?;
    }
    tx.commit().await?;
    if how == How::Sending && !sent { Err(Error::Refused(reading.issues)) } else { Ok((line, reading.issues)) }
}

/// Keeps what stands before a step, so that it can be taken back.
async fn step(app: &App, tx: &mut Conn, who: &Who, line: &ReturnLine, now: Instant, how: How) -> Result<()> {
    if how == How::ByItself
        && let Some(last) = rows::last_step(tx, line).await?
        && last.account == who.account.0
        && now.micros() - last.at.micros() < ONE_STEP
    {
        return Ok(());
    }
    stand_back(app, tx, who, line, now).await?;
    super::audit(app, tx, who, line, "returns.saved").await
}

/// Keeps the draft as it stands, to be gone back to.
pub(super) async fn stand_back(app: &App, tx: &mut Conn, who: &Who, line: &ReturnLine, now: Instant) -> Result<()> {
    let step = Step { id: app.new_id(), at: now, account: who.account.0, draft: line.draft.clone() };
    Ok(rows::insert_step(tx, line, &step).await?)
}

/// Takes the last step back: the draft is again as it was before it. Answers whether there was one.
///
/// # Errors
/// As [`save`].
pub async fn undo(app: &App, who: &Who, id: ReturnId, revision: i64) -> Result<bool> {
    let mut tx = app.db.write().await?;
    let mut line = fillable(app, &mut tx, who, id, revision).await?;
    let Some(step) = rows::last_step(&mut tx, &line).await? else { return Ok(false) };
    rows::delete_step(&mut tx, &line, step.id).await?;
    line.draft = step.draft;
    super::change(&mut tx, &line, app.clock.now(), who).await?;
    super::audit(app, &mut tx, who, &line, "returns.undone").await?;
    tx.commit().await?;
    Ok(true)
}

/// What records say of a return that this person may fill in.
async fn derived(app: &App, who: &Who, id: ReturnId) -> Result<Vec<Derived>> {
    let line = find_line(&mut app.db.read().await?, id).await?;
    who.scope(FILL)?.must_cover(&app.register.get(), line.unit, app.clock.today())?;
    records::derived(app, &line).await
}

/// The open return of this revision, if this person may fill it in.
pub(super) async fn fillable(app: &App, conn: &mut Conn, who: &Who, id: ReturnId, revision: i64) -> Result<ReturnLine> {
    let line = find_line(conn, id).await?;
    who.scope(FILL)?.must_cover(&app.register.get(), line.unit, app.clock.today())?;
    if line.revision != revision {
        return Err(Error::Stale);
    }
    if line.state.is_open() { Ok(line) } else { refuse("", "returns-not-open") }
}
