use kernel::{Day, Issue, TeamId, UnitId};
use web::{App, Error, Result, Who};

use super::{heir, note, place, reaches, refuse};
use crate::{
    READ, RECORD,
    month::{self, TypedMonth},
    place::{Area, holder},
    store::teams as rows,
    team::{self, Kind, Team, TypedTeam},
};

/// The team, if it lies in the scope of who reads.
///
/// # Errors
/// Not found.
pub(crate) async fn find(app: &App, who: &Who, id: TeamId) -> Result<Team> {
    let team = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
    if reaches(app, &who.scope(READ)?, team.unit) { Ok(team) } else { Err(Error::NotFound) }
}

/// Founds a team in a unit.
///
/// # Errors
/// Not found out of scope; refused with everything that is wrong.
pub(crate) async fn found(app: &App, who: &Who, unit: UnitId, typed: &TypedTeam) -> Result<TeamId> {
    let place = place(app, who, RECORD, unit)?;
    let now = app.clock.now();
    let (kind, decision, founded_on) = team::parse(typed, place.level, now.day()).map_err(Error::Refused)?;
    let register = app.register.get();
    let mut tx = app.db.write().await?;
    let others = rows::of(&mut tx, &Area::new(&register, [unit])).await?;
    let number =
        others.iter().filter(|it| it.unit == unit && it.kind == kind).map(|it| it.number).max().unwrap_or(0) + 1;
    let team = Team {
        province: place.province,
        id: TeamId(app.new_id()),
        unit,
        kind,
        number,
        decision,
        founded_on,
        closed_from: None,
        revision: 1,
    };
    rows::insert(&mut tx, &team).await?;
    note(&mut tx, who, place.province, now, "people.team-founded", unit, &team.id.to_string()).await?;
    tx.commit().await?;
    Ok(team.id)
}

/// Closes a team after its last day, and ends the terms of its members.
///
/// # Errors
/// Not found out of scope; stale; refused with a day before it was founded, or if it is closed already.
pub(crate) async fn close(app: &App, who: &Who, id: TeamId, revision: &str, last: &str) -> Result<()> {
    let (mut tx, team) = open(app, who, id, revision).await?;
    if team.closed_from.is_some() {
        return refuse("", "people-team-closed-already");
    }
    let Some(last) = Day::parse(last.trim()) else { return refuse("last", "people-day-wrong") };
    if last < team.founded_on {
        return refuse("last", "people-until-before");
    }
    if last > app.clock.today() {
        return refuse("last", "people-day-future");
    }
    let until = last.plus(1);
    if !rows::change(&mut tx, &Team { closed_from: Some(until), ..team.clone() }).await? {
        return Err(Error::Stale);
    }
    let ended = rows::end_terms(&mut tx, &team, until).await?;
    let object = format!("{id} {last} {ended}");
    note(&mut tx, who, team.province, app.clock.now(), "people.team-closed", team.unit, &object).await?;
    Ok(tx.commit().await?)
}

/// Keeps the counts of a month. What was there is replaced; the audit tells when.
///
/// # Errors
/// Not found out of scope; refused with everything that is wrong.
pub(crate) async fn count(app: &App, who: &Who, id: TeamId, typed: &TypedMonth) -> Result<()> {
    let scope = who.scope(RECORD)?;
    let mut tx = app.db.write().await?;
    let team = rows::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if !reaches(app, &scope, team.unit) || team.kind != Kind::Security {
        return Err(Error::NotFound);
    }
    let now = app.clock.now();
    let month = month::parse(typed, &team, now.day()).map_err(Error::Refused)?;
    rows::put_month(&mut tx, team.province, &month).await?;
    let object = format!("{id} {} {} {} {}", month.period, month.patrols, month.incidents, month.attendances);
    note(&mut tx, who, team.province, now, "people.month-counted", team.unit, &object).await?;
    Ok(tx.commit().await?)
}

/// Says to which heir of a split unit a team belongs.
///
/// # Errors
/// As [`close`].
pub(crate) async fn give(app: &App, who: &Who, id: TeamId, revision: &str, to: UnitId) -> Result<()> {
    let (mut tx, team) = open(app, who, id, revision).await?;
    let unit = heir(app, &who.scope(RECORD)?, team.unit, to)?;
    let register = app.register.get();
    // Its number must tell it from those that are there.
    let others = rows::of(&mut tx, &Area::new(&register, [unit])).await?;
    if others.iter().any(|it| it.unit == unit && (it.kind, it.number) == (team.kind, team.number)) {
        let name = team.name(&register, app.clock.today());
        return Err(Error::Refused(vec![Issue::new("unit", "people-place-same").with("team", name)]));
    }
    if !rows::change(&mut tx, &Team { unit, ..team.clone() }).await? {
        return Err(Error::Stale);
    }
    note(&mut tx, who, team.province, app.clock.now(), "people.team-given", unit, &id.to_string()).await?;
    Ok(tx.commit().await?)
}

/// The unit where a team stands today, if that is settled.
pub(crate) fn home(app: &App, team: &Team) -> Option<UnitId> {
    holder(&app.register.get(), team.unit, app.clock.today())
}

async fn open(app: &App, who: &Who, id: TeamId, revision: &str) -> Result<(store::Write, Team)> {
    let scope = who.scope(RECORD)?;
    let mut tx = app.db.write().await?;
    let team = rows::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if !reaches(app, &scope, team.unit) {
        return Err(Error::NotFound);
    }
    if revision.trim().parse() != Ok(team.revision) {
        return Err(Error::Stale);
    }
    Ok((tx, team))
}
