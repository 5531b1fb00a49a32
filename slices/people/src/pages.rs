//! The pages of the slice; [`crate::acts`] decides.

mod handover;
mod ratings;
mod restricted;
mod roster;
mod team;
mod term;

use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, Issue, Register, UnitId};
use web::{App, Crumb, Error, Page, Result, Right, Route, Who, date, get, post};

use crate::{RATE, READ, RECORD, RESTRICT, place::holder};

/// The ways in.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/units/{id}/people", Right::May(READ), roster::show),
        post("/units/{id}/people", Right::May(RECORD), term::add),
        get("/units/{id}/people/new", Right::May(RECORD), term::blank),
        get("/terms/{id}", Right::May(READ), term::show),
        post("/terms/{id}", Right::May(RECORD), term::change),
        get("/terms/{id}/handover", Right::May(RECORD), handover::show),
        post("/terms/{id}/handover", Right::May(RECORD), handover::hand_over),
        post("/terms/{id}/withdrawal", Right::May(RECORD), term::withdraw),
        post("/terms/{id}/unit", Right::May(RECORD), term::give),
        get("/people/restrictions", Right::May(RESTRICT), restricted::show),
        post("/terms/{id}/restriction", Right::May(RESTRICT), restricted::set::<true>),
        post("/terms/{id}/restriction/removal", Right::May(RESTRICT), restricted::set::<false>),
        post("/units/{id}/teams", Right::May(RECORD), team::found),
        get("/units/{id}/teams/new", Right::May(RECORD), team::blank),
        get("/teams/{id}", Right::May(READ), team::show),
        post("/teams/{id}/months", Right::May(RECORD), team::count),
        post("/teams/{id}/closure", Right::May(RECORD), team::close),
        post("/teams/{id}/unit", Right::May(RECORD), team::give),
        get("/units/{id}/team-ratings", Right::May(READ), ratings::show),
        post("/units/{id}/team-ratings", Right::May(RATE), ratings::decide),
    ]
}

fn unit_id(text: &str) -> Result<UnitId> {
    text.parse().map_err(|_| Error::NotFound)
}

fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// From a day to the one before another, or open.
fn span(p: &Page, from: Day, until: Option<Day>) -> String {
    match until {
        None => p.t1("people-since", "from", date(from)),
        Some(until) => p.ta("people-span", &[("from", date(from)), ("last", date(until.plus(-1)))]),
    }
}

/// The way to a page about a unit: the unit, its roster.
fn way(p: &Page, register: &Register, unit: UnitId) -> Vec<Crumb> {
    let name = register.nearest(unit, p.today).map(|it| it.full_name.clone()).unwrap_or_default();
    vec![
        Crumb { label: name, path: format!("/units/{unit}") },
        Crumb { label: p.t("people-nav"), path: format!("/units/{unit}/people") },
    ]
}

/// Whether who asks may do this at a unit as it is today.
fn may(app: &App, who: &Who, permission: web::Permission, unit: UnitId) -> bool {
    crate::acts::place(app, who, permission, unit).is_ok()
}

/// A record that was made in a unit which is no more.
struct Origin {
    /// Where it was made; empty if that is where it stands.
    made_in: String,
    /// The heirs to choose from, if the unit was split and nobody has chosen.
    heirs: Vec<(UnitId, String)>,
}

impl Origin {
    fn new(p: &Page, register: &Register, unit: UnitId) -> Origin {
        let name = |unit: UnitId| register.nearest(unit, p.today).map(|it| it.full_name.clone()).unwrap_or_default();
        let made_in = if register.get(unit, p.today).is_some() { String::new() } else { name(unit) };
        let heirs = match holder(register, unit, p.today) {
            Some(_) => Vec::new(),
            None => register.heirs(unit, p.today).into_iter().map(|it| (it, register.path(it, p.today))).collect(),
        };
        Origin { made_in, heirs }
    }
}

/// What is wrong with a field, in words.
fn issue_at(p: &Page, issues: &[Issue], field: &str) -> Option<String> {
    issues.iter().find(|it| it.field == field).map(|it| p.issue(it))
}
