//! `GET /units/{id}/people`: who holds the posts of a unit, and its teams.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Level, Register, UnitId, UnitState};
use web::{App, Cover, Crumb, Error, Page, Result, Who};

use super::{date, go, may, span, unit_id};
use crate::{
    READ, RECORD, acts,
    place::{Area, holder, shown},
    post::posts,
    store::{teams, terms},
    team::{Kind, Team, has_teams},
    term::{Stage, Term},
};

#[derive(Template)]
#[template(path = "roster.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the template asks for")]
struct Main<'a> {
    p: &'a Page,
    unit: UnitId,
    name: &'a str,
    /// Who is in a post today, by what the post belongs to.
    bodies: Vec<(String, Vec<Line>)>,
    over: Vec<Line>,
    teams: Vec<TeamLine>,
    closed: Vec<TeamLine>,
    /// What was made in a unit that was split, until somebody says to whom it belongs.
    unplaced: usize,
    ending: usize,
    may_record: bool,
    has_teams: bool,
    rates: bool,
    above_communes: bool,
}

/// A term, as rosters show it.
#[expect(clippy::struct_excessive_bools, reason = "what the template asks for")]
pub(super) struct Line {
    pub(super) path: String,
    pub(super) post: String,
    /// Empty if it was erased.
    pub(super) who: String,
    pub(super) withdrawn: bool,
    pub(super) restricted: bool,
    pub(super) place: String,
    pub(super) days: String,
    pub(super) trained: String,
    pub(super) ending: bool,
    pub(super) unplaced: bool,
}

struct TeamLine {
    path: String,
    name: String,
    made_in: String,
    members: usize,
    days: String,
    decision: String,
    unplaced: bool,
}

impl Line {
    /// In a roster of `home`: the place is said where it is another.
    pub(super) fn new(p: &Page, register: &Register, term: &Term, home: UnitId) -> Line {
        let post = posts().iter().find(|it| it.code == term.post);
        let place = if term.unit == home {
            String::new()
        } else {
            register.nearest(term.unit, p.today).map(|it| it.full_name.clone()).unwrap_or_default()
        };
        Line {
            path: format!("/terms/{}", term.id),
            post: post.map_or(term.post.as_str(), |it| it.name(p.lang)).to_owned(),
            who: term.full_name.clone().unwrap_or_default(),
            withdrawn: term.withdrawn_at.is_some(),
            restricted: term.restricted_at.is_some(),
            place,
            days: span(p, term.from, term.until),
            trained: term.trained_on.map(date).unwrap_or_default(),
            ending: term.stage(p.today) == Stage::Ending,
            unplaced: holder(register, term.unit, p.today).is_none(),
        }
    }
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let unit = unit_id(&id)?;
    let (register, today) = (app.register.get(), page.today);
    if who.scope(READ)?.cover(&register, unit, today) != Cover::Full {
        return Err(Error::NotFound);
    }
    let state: &UnitState = match register.get(unit, today) {
        Some(state) => state,
        // What is closed has handed its roster on.
        None => match holder(&register, unit, today) {
            Some(heir) => return Ok(go(&format!("/units/{heir}/people"))),
            None => register.latest(unit).ok_or(Error::NotFound)?,
        },
    };
    let area = Area::new(&register, shown(&register, unit, today));
    let mut conn = app.db.read().await?;
    let (all, teams) = (terms::of(&mut conn, &area).await?, teams::of(&mut conn, &area).await?);
    drop(conn);
    // A part of a province went into this one: only what belongs here alone, or might, is shown.
    let here = |it: UnitId| {
        let heirs = register.heirs(it, today);
        heirs.iter().any(|heir| shown(&register, unit, today).contains(heir)) || it == unit
    };
    let all: Vec<Term> = all.into_iter().filter(|it| here(it.unit)).map(Term::shown).collect();
    let teams: Vec<Team> = teams.into_iter().filter(|it| here(it.unit)).collect();
    if all.iter().any(|it| it.full_name.is_some()) {
        acts::looked(&app, &who, unit, "").await?;
    }
    let (over, now): (Vec<&Term>, Vec<&Term>) = all.iter().partition(|it| it.stage(today) == Stage::Over);
    let line = |it: &&Term| Line::new(&page, &register, it, unit);
    let body = |body: &str| {
        let of_body = posts().iter().filter(|it| it.body == body);
        let lines = of_body.flat_map(|post| now.iter().filter(|it| it.post == post.code).map(line).collect::<Vec<_>>());
        (page.t(&format!("people-body-{body}")), lines.collect::<Vec<_>>())
    };
    let bodies = ["committee", "village", "organisation", "team"].map(body);
    let (working, closed): (Vec<&Team>, Vec<&Team>) = teams.iter().partition(|it| it.works_on(today));
    let team = |it: &Team| {
        let members = now.iter().filter(|term| term.team == Some(it.id) && term.runs_on(today)).count();
        let gone = register.get(it.unit, today).is_none();
        TeamLine {
            path: format!("/teams/{}", it.id),
            name: it.name(&register, today),
            made_in: if gone { page.t("people-made-before") } else { String::new() },
            members,
            days: span(&page, it.founded_on, it.closed_from),
            decision: it.decision.clone(),
            unplaced: holder(&register, it.unit, today).is_none(),
        }
    };
    let unplaced = all.iter().map(|it| it.unit).chain(teams.iter().map(|it| it.unit));
    let way = vec![Crumb { label: state.full_name.clone(), path: format!("/units/{unit}") }];
    let main = Main {
        unit,
        name: &state.full_name,
        bodies: bodies.into_iter().filter(|it| !it.1.is_empty()).collect(),
        ending: now.iter().filter(|it| it.stage(today) == Stage::Ending).count(),
        over: over.iter().map(line).collect(),
        teams: working.into_iter().map(team).collect(),
        closed: closed.into_iter().map(team).collect(),
        unplaced: unplaced.filter(|it| holder(&register, *it, today).is_none()).count(),
        may_record: may(&app, &who, RECORD, unit),
        has_teams: has_teams(state.level),
        rates: state.level == Level::Commune && teams.iter().any(|it| it.kind == Kind::Security),
        above_communes: state.level < Level::Commune,
        p: &page,
    };
    let title = format!("{} – {}", page.t("people-title"), state.full_name);
    page.clone().crumbs(way).synthetic(state.synthetic).show(&title, &main)
}
