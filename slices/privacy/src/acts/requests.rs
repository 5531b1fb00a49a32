use ::store::Write;
use access::{Decision, Kept};
use kernel::{AccountId, Day, RequestId, UnitId};
use web::{App, Error, Result, Who};

use super::{must_be, must_handle, note, own_unit, refuse};
use crate::{
    HANDLE,
    request::{
        ACCOUNT, NewRequest, OWN_ABOUT, OWN_CHANNEL, Request, TypedRequest, clock_of, needed, one_of, parse,
        parse_answer,
    },
    store::requests as rows,
};

/// The request, if who asks is its unit's officer. Who asked is named in it: the look is an entry of the audit.
///
/// # Errors
/// Not found.
pub(crate) async fn read(app: &App, who: &Who, id: RequestId) -> Result<Request> {
    let mut tx = app.db.write().await?;
    let it = rows::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    must_handle(app, who, it.unit)?;
    note(&mut tx, who, it.province, app.clock.now(), "privacy.request-read", it.unit, &id.to_string()).await?;
    tx.commit().await?;
    Ok(it)
}

/// The requests of the officer's units: those that wait, and those that came since a day.
///
/// # Errors
/// The store's.
pub(crate) async fn list(app: &App, who: &Who, from: Day) -> Result<Vec<Request>> {
    let mut all = rows::since(&mut app.db.read().await?, from).await?;
    all.retain(|it| must_handle(app, who, it.unit).is_ok());
    Ok(all)
}

/// Records a request that has come; its clock begins on the day on which it came.
///
/// # Errors
/// Refused with everything that is wrong.
pub(crate) async fn add(app: &App, who: &Who, typed: &TypedRequest) -> Result<RequestId> {
    let (unit, new) = match (own_unit(app, who, &typed.unit), parse(typed, app.clock.today())) {
        (Ok(unit), Ok(new)) => (unit, new),
        (Err(Error::Refused(mut issues)), Err(more)) => {
            issues.extend(more);
            return Err(Error::Refused(issues));
        }
        (Err(err), _) => return Err(err),
        (_, Err(issues)) => return Err(Error::Refused(issues)),
    };
    let new = NewRequest { account: account(app, who, typed).await?, ..new };
    let mut tx = app.db.write().await?;
    let id = record(app, &mut tx, who, unit, new).await?;
    tx.commit().await?;
    Ok(id)
}

/// The account that a request is about, if its sign-in name was typed.
async fn account(app: &App, who: &Who, typed: &TypedRequest) -> Result<Option<AccountId>> {
    match (typed.account.trim(), typed.about.as_str()) {
        ("", _) => Ok(None),
        (name, ACCOUNT) => match access::account_named(app, &who.scope(HANDLE)?, name).await? {
            None => refuse("account", "privacy-account-unknown"),
            found => Ok(found),
        },
        _ => refuse("account", "privacy-account-elsewhere"),
    }
}

/// The account that a request is about, as it stands; none where it is about something else, or lies out of scope by now.
///
/// # Errors
/// The store's.
pub(crate) async fn kept(app: &App, who: &Who, it: &Request) -> Result<Option<Kept>> {
    let Some(account) = it.account.filter(|_| it.about == ACCOUNT) else { return Ok(None) };
    match access::kept(app, &who.scope(HANDLE)?, account).await {
        Ok(it) => Ok(Some(it)),
        Err(Error::NotFound) => Ok(None),
        Err(err) => Err(err),
    }
}

/// Restricts the account that a request is about, or lifts it; before the answer or after it.
///
/// # Errors
/// Not found out of scope, and where it is about no account; stale, if it is so already; refused without a reason.
pub(crate) async fn set_restricted(app: &App, who: &Who, id: RequestId, restrict: bool, why: &str) -> Result<()> {
    let it = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
    must_handle(app, who, it.unit)?;
    let account = it.account.filter(|_| it.about == ACCOUNT).ok_or(Error::NotFound)?;
    let why = needed("restrict_why", why).map_err(|it| Error::Refused(vec![it]))?;
    let decision = Decision { account, restrict, request: (id, it.unit), why: &why };
    access::set_restricted(app, who, &who.scope(HANDLE)?, decision).await
}

/// Writes a request down; its clock begins on the day on which it came.
async fn record(app: &App, tx: &mut Write, who: &Who, at: (UnitId, i64), new: NewRequest) -> Result<RequestId> {
    let (id, (unit, province)) = (RequestId(app.new_id()), at);
    let request = Request {
        province,
        id,
        unit,
        kind: new.clock.kind.clone(),
        about: new.about,
        channel: new.channel,
        applicant: Some(new.applicant),
        account: new.account,
        received_on: new.received_on,
        acknowledged_on: None,
        due_on: new.clock.answer_by(&app.catalogue.get().work_days, new.received_on),
        extended_why: None,
        answered_on: None,
        outcome: None,
        answer: None,
        revision: 1,
    };
    rows::insert(tx, &request).await?;
    note(tx, who, province, app.clock.now(), "privacy.request-added", unit, &id.to_string()).await?;
    Ok(id)
}

/// A request of who is signed in, about themselves. It goes to who answers for personal data at the unit of their first
/// right; its clock begins today.
///
/// # Errors
/// Refused with everything that is wrong, without a right anywhere, and while the same request waits.
pub(crate) async fn add_own(app: &App, who: &Who, kind: &str, about: &str) -> Result<()> {
    let (today, register) = (app.clock.today(), app.register.get());
    let about = one_of("about", "privacy-about-what", about, &OWN_ABOUT);
    let (clock, about) = match (clock_of(kind), about) {
        (Ok(clock), Ok(about)) => (clock, about),
        (clock, about) => return Err(Error::Refused([clock.err(), about.err()].into_iter().flatten().collect())),
    };
    let unit = who.grants.iter().map(|it| it.1).find(|it| register.get(*it, today).is_some());
    let Some(unit) = unit else { return refuse("", "privacy-own-nowhere") };
    let province = register.province_of(unit, today).ok_or(Error::NotFound)?.0;
    let new = NewRequest {
        clock,
        about,
        channel: OWN_CHANNEL.to_owned(),
        applicant: who.full_name.clone(),
        account: Some(who.account),
        received_on: today,
    };
    let mut tx = app.db.write().await?;
    if rows::waiting_of(&mut tx, who.account).await?.iter().any(|it| it.kind == kind && it.about == new.about) {
        return refuse("kind", "privacy-own-twice");
    }
    record(app, &mut tx, who, (unit, province), new).await?;
    Ok(tx.commit().await?)
}

/// What who is signed in has asked from their account and still waits for.
///
/// # Errors
/// The store's.
pub(crate) async fn own_waiting(app: &App, who: &Who) -> Result<Vec<Request>> {
    Ok(rows::waiting_of(&mut app.db.read().await?, who.account).await?)
}

/// Notes that the receipt was confirmed to who asked.
///
/// # Errors
/// Not found out of scope; stale; refused if it was noted before.
pub(crate) async fn acknowledge(app: &App, who: &Who, id: RequestId, revision: &str) -> Result<()> {
    let (tx, it) = open(app, who, id, revision).await?;
    if it.acknowledged_on.is_some() {
        return refuse("", "privacy-acknowledged-already");
    }
    let it = Request { acknowledged_on: Some(app.clock.today()), ..it };
    write(app, who, tx, &it, "privacy.request-acknowledged").await
}

/// Extends the time once, with the reason.
///
/// # Errors
/// Not found out of scope; stale; refused without a reason, twice, or once the time is over.
pub(crate) async fn extend(app: &App, who: &Who, id: RequestId, revision: &str, why: &str) -> Result<()> {
    let (tx, it) = open(app, who, id, revision).await?;
    if it.extended_why.is_some() {
        return refuse("", "privacy-extended-already");
    }
    if it.is_late(app.clock.today()) {
        return refuse("", "privacy-extended-late");
    }
    let why = needed("why", why).map_err(|it| Error::Refused(vec![it]))?;
    let clock = it.clock().ok_or(Error::NotFound)?;
    let due_on = clock.extended_to(&app.catalogue.get().work_days, it.received_on);
    let it = Request { due_on, extended_why: Some(why), ..it };
    write(app, who, tx, &it, "privacy.request-extended").await
}

/// Records the answer that was given.
///
/// # Errors
/// Not found out of scope; stale; refused with everything that is wrong.
pub(crate) async fn answer(
    app: &App,
    who: &Who,
    id: RequestId,
    revision: &str,
    outcome: &str,
    answer: &str,
) -> Result<()> {
    let (tx, it) = open(app, who, id, revision).await?;
    let (outcome, answer) = parse_answer(outcome, answer).map_err(Error::Refused)?;
    let today = app.clock.today();
    let it = Request {
        acknowledged_on: it.acknowledged_on.or(Some(today)),
        answered_on: Some(today),
        outcome: Some(outcome),
        answer: Some(answer),
        ..it
    };
    write(app, who, tx, &it, "privacy.request-answered").await
}

/// The request to write on: as it was seen, and not answered yet.
async fn open(app: &App, who: &Who, id: RequestId, revision: &str) -> Result<(Write, Request)> {
    let mut tx = app.db.write().await?;
    let it = rows::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    must_handle(app, who, it.unit)?;
    must_be(it.revision, revision)?;
    if it.answered_on.is_some() {
        return refuse("", "privacy-answered-already");
    }
    Ok((tx, it))
}

async fn write(app: &App, who: &Who, mut tx: Write, it: &Request, act: &'static str) -> Result<()> {
    if !rows::change(&mut tx, it).await? {
        return Err(Error::Stale);
    }
    note(&mut tx, who, it.province, app.clock.now(), act, it.unit, &it.id.to_string()).await?;
    Ok(tx.commit().await?)
}
