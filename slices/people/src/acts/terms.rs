use ::store::Conn;
use kernel::{Day, Issue, Issues, RequestId, TermId, UnitId};
use web::{App, Error, Permission, Result, Who};

use super::{Place, heir, note, place, reaches, refuse};
use crate::{
    READ, RECORD, RESTRICT,
    place::{Area, holder, shown},
    post,
    store::{teams, terms as rows},
    term::{NewTerm, Person, Term, TypedTerm, parse, parse_name, parse_person, parse_span, parse_training},
};

/// The term, if it lies in the scope of who reads.
///
/// # Errors
/// Not found.
pub(crate) async fn find(app: &App, who: &Who, id: TermId) -> Result<Term> {
    let term = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
    let open = term.restricted_at.is_none() && reaches(app, &who.scope(READ)?, term.unit);
    if open { Ok(term) } else { Err(Error::NotFound) }
}

/// Puts somebody into a post.
///
/// # Errors
/// Not found out of scope; refused with everything that is wrong.
pub(crate) async fn add(app: &App, who: &Who, unit: UnitId, typed: &TypedTerm) -> Result<TermId> {
    let place = place(app, who, RECORD, unit)?;
    let new = parse(typed, place.level, app.clock.today()).map_err(Error::Refused)?;
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    check_team(app, &mut tx, &place, &new).await?;
    let term = Term {
        province: place.province,
        id: TermId(app.new_id()),
        unit,
        team: new.team,
        post: new.post.code.clone(),
        full_name: Some(new.person.full_name),
        from: new.from,
        until: new.until,
        trained_on: new.trained_on,
        consent_version: new.person.consent_version,
        consented_on: new.person.consented_on,
        withdrawn_at: None,
        restricted_at: None,
        revision: 1,
    };
    check_free(app, &mut tx, &term).await?;
    rows::insert(&mut tx, &term).await?;
    note(&mut tx, who, place.province, now, "people.term-added", unit, &term.id.to_string()).await?;
    tx.commit().await?;
    Ok(term.id)
}

/// Mends name, days and training of a term. A name that was erased stays so.
///
/// # Errors
/// Not found out of scope; stale; refused with everything that is wrong.
pub(crate) async fn change(app: &App, who: &Who, id: TermId, typed: &TypedTerm) -> Result<()> {
    let (mut tx, mut term) = open(app, who, id, &typed.revision).await?;
    let today = app.clock.today();
    let name = if term.full_name.is_some() { parse_name(&typed.full_name).map(Some) } else { Ok(None) };
    let span = parse_span(&typed.from, &typed.until);
    let trained_on = parse_training(&typed.trained_on, today);
    match (name, span, trained_on) {
        (Ok(name), Ok((from, until)), Ok(trained_on)) => {
            term = Term { full_name: name, from, until, trained_on, ..term };
        }
        (name, span, trained_on) => {
            return Err(Error::Refused([name.err(), span.err(), trained_on.err()].into_iter().flatten().collect()));
        }
    }
    check_free(app, &mut tx, &term).await?;
    write(app, who, tx, &term, "people.term-changed").await
}

/// Ends a term after its last day and, if a name is given, lets somebody follow from the next day on.
///
/// # Errors
/// As [`change`].
pub(crate) async fn hand_over(app: &App, who: &Who, id: TermId, typed: &TypedTerm) -> Result<Option<TermId>> {
    let (mut tx, term) = open(app, who, id, &typed.revision).await?;
    let today = app.clock.today();
    let mut issues = Issues::new();
    let until = match Day::parse(typed.until.trim()) {
        None => Err(Issue::new("until", "people-day-wrong")),
        Some(last) if last < term.from => Err(Issue::new("until", "people-until-before")),
        Some(_) if term.until.is_some_and(|it| it <= today) => Err(Issue::new("", "people-term-over")),
        Some(last) => Ok(last.plus(1)),
    };
    let follower: Option<Person> = match typed.full_name.trim() {
        "" => None,
        _ => parse_person(typed, today).map_err(|more| issues.extend(more)).ok(),
    };
    let until = match until {
        Ok(until) if issues.is_empty() => until,
        until => {
            issues.splice(0..0, until.err());
            return Err(Error::Refused(issues));
        }
    };
    let now = app.clock.now();
    let ended = Term { until: Some(until), ..term.clone() };
    if !rows::change(&mut tx, &ended).await? {
        return Err(Error::Stale);
    }
    note(&mut tx, who, term.province, now, "people.term-ended", term.unit, &term.id.to_string()).await?;
    let Some(person) = follower else {
        tx.commit().await?;
        return Ok(None);
    };
    // Who follows is recorded where the post stands today, be it another unit after a merger.
    let register = app.register.get();
    let unit = holder(&register, term.unit, today).unwrap_or(term.unit);
    let place = place(app, who, RECORD, unit)?;
    let next = Term {
        province: place.province,
        id: TermId(app.new_id()),
        unit,
        full_name: Some(person.full_name),
        from: until,
        until: None,
        trained_on: None,
        consent_version: person.consent_version,
        consented_on: person.consented_on,
        withdrawn_at: None,
        restricted_at: None,
        revision: 1,
        ..term
    };
    check_free(app, &mut tx, &next).await?;
    rows::insert(&mut tx, &next).await?;
    note(&mut tx, who, next.province, now, "people.term-added", unit, &next.id.to_string()).await?;
    tx.commit().await?;
    Ok(Some(next.id))
}

/// Erases the name of somebody who has withdrawn the consent. The term goes on being counted.
///
/// # Errors
/// Not found out of scope; stale, also if it is withdrawn already.
pub(crate) async fn withdraw(app: &App, who: &Who, id: TermId, revision: &str) -> Result<()> {
    let (tx, term) = open(app, who, id, revision).await?;
    if term.withdrawn_at.is_some() {
        return Err(Error::Stale);
    }
    let term = Term { full_name: None, withdrawn_at: Some(app.clock.now()), ..term };
    write(app, who, tx, &term, "people.consent-withdrawn").await
}

/// Says to which heir of a split unit a term belongs.
///
/// # Errors
/// As [`change`].
pub(crate) async fn give(app: &App, who: &Who, id: TermId, revision: &str, to: UnitId) -> Result<()> {
    let (tx, term) = open(app, who, id, revision).await?;
    let unit = heir(app, &who.scope(RECORD)?, term.unit, to)?;
    write(app, who, tx, &Term { unit, ..term }, "people.term-given").await
}

/// Erases the names of terms that ended before a day; how many. A dry run only counts.
///
/// # Errors
/// The store's.
pub async fn erase_names(app: &App, who: &Who, before: Day, dry: bool) -> Result<u64> {
    let found = rows::long_over(&mut app.db.read().await?, before).await?;
    let mut erased = 0;
    for (province, count) in found {
        if dry {
            erased += u64::try_from(count).unwrap_or(0);
            continue;
        }
        let now = app.clock.now();
        let mut tx = app.db.write().await?;
        let done = rows::erase(&mut tx, province, before).await?;
        note(&mut tx, who, province, now, "people.names-erased", UnitId(province), &done.to_string()).await?;
        tx.commit().await?;
        erased += done;
    }
    Ok(erased)
}

/// The terms that who answers for personal data sees: of a unit that is in force, or those that are restricted anywhere.
///
/// # Errors
/// Not found out of scope.
pub(crate) async fn for_officer(app: &App, who: &Who, unit: Option<UnitId>) -> Result<Vec<Term>> {
    let scope = who.scope(RESTRICT)?;
    let mut conn = app.db.read().await?;
    let Some(unit) = unit else {
        let mut all = rows::restricted(&mut conn).await?;
        all.retain(|it| reaches(app, &scope, it.unit));
        return Ok(all);
    };
    let (register, today) = (app.register.get(), app.clock.today());
    scope.must_cover(&register, unit, today)?;
    let mut all = rows::of(&mut conn, &Area::new(&register, shown(&register, unit, today))).await?;
    all.retain(|it| reaches(app, &scope, it.unit));
    Ok(all)
}

/// Restricts a term, at a request of which the number may be given: nobody else sees or changes it until it is lifted, and
/// it outlives its time. Or lifts it.
///
/// # Errors
/// Not found out of scope; stale, also if it is so already.
pub(crate) async fn set_restricted(
    app: &App,
    who: &Who,
    id: TermId,
    revision: &str,
    request: Option<RequestId>,
    restrict: bool,
) -> Result<UnitId> {
    let (mut tx, term) = seen(app, who, RESTRICT, id, revision).await?;
    if term.restricted_at.is_some() == restrict {
        return Err(Error::Stale);
    }
    let now = app.clock.now();
    let term = Term { restricted_at: restrict.then_some(now), ..term };
    if !rows::change(&mut tx, &term).await? {
        return Err(Error::Stale);
    }
    let object = request.map_or_else(|| id.to_string(), |it| format!("{id} {it}"));
    let act = if restrict { "people.term-restricted" } else { "people.restriction-lifted" };
    note(&mut tx, who, term.province, now, act, term.unit, &object).await?;
    tx.commit().await?;
    Ok(term.unit)
}

/// The term to write on, as who asks has seen it. One that is restricted is nobody's to write on.
async fn open(app: &App, who: &Who, id: TermId, revision: &str) -> Result<(::store::Write, Term)> {
    let (tx, term) = seen(app, who, RECORD, id, revision).await?;
    if term.restricted_at.is_some() { Err(Error::NotFound) } else { Ok((tx, term)) }
}

async fn seen(
    app: &App,
    who: &Who,
    permission: Permission,
    id: TermId,
    revision: &str,
) -> Result<(::store::Write, Term)> {
    let scope = who.scope(permission)?;
    let mut tx = app.db.write().await?;
    let term = rows::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if !reaches(app, &scope, term.unit) {
        return Err(Error::NotFound);
    }
    if revision.trim().parse() != Ok(term.revision) {
        return Err(Error::Stale);
    }
    Ok((tx, term))
}

async fn write(app: &App, who: &Who, mut tx: ::store::Write, term: &Term, act: &'static str) -> Result<()> {
    if !rows::change(&mut tx, term).await? {
        return Err(Error::Stale);
    }
    note(&mut tx, who, term.province, app.clock.now(), act, term.unit, &term.id.to_string()).await?;
    Ok(tx.commit().await?)
}

/// Whether the team of a new term is of the post's kind, belongs to the unit and works on the first day.
async fn check_team(app: &App, conn: &mut Conn, place: &Place, new: &NewTerm) -> Result<()> {
    let Some(id) = new.team else { return Ok(()) };
    let (register, today) = (app.register.get(), app.clock.today());
    let team = teams::find(conn, id).await?;
    let team =
        team.filter(|it| Some(it.kind) == new.post.team && holder(&register, it.unit, today) == Some(place.unit));
    match team {
        None => refuse("team", "people-team-missing"),
        Some(team) if !team.works_on(new.from) => refuse("from", "people-team-not-working"),
        Some(_) => Ok(()),
    }
}

/// Refuses a second holder of a post with one seat, and the same person twice in one post, in days that overlap.
async fn check_free(app: &App, conn: &mut Conn, term: &Term) -> Result<()> {
    let Some(post) = post::post(&term.post) else { return refuse("post", "people-post-missing") };
    let register = app.register.get();
    let today = app.clock.today();
    let home = holder(&register, term.unit, today);
    let others = rows::of(conn, &Area::new(&register, [home.unwrap_or(term.unit)])).await?;
    let meets = |it: &&Term| {
        let same_seat = it.post == term.post && it.team == term.team && holder(&register, it.unit, today) == home;
        it.id != term.id && same_seat && it.overlaps(term.from, term.until)
    };
    // After a merger two hold the post of one seat for a while; only a new one is refused.
    // Nothing is told of somebody whose term is restricted.
    let same_person =
        |it: &&Term| it.restricted_at.is_none() && it.full_name.is_some() && it.full_name == term.full_name;
    let Some(other) = others.iter().filter(meets).find(|it| post.single || same_person(it)) else { return Ok(()) };
    let (year, month, day) = other.from.civil();
    let text = if post.single { "people-post-taken" } else { "people-post-twice" };
    let field = if post.single { "post" } else { "full_name" };
    Err(Error::Refused(vec![Issue::new(field, text).with("from", viet::date_short(year, month, day))]))
}
