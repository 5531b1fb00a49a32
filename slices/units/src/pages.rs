mod place;
mod reforms;

use crate::REFORM;
use askama::Template;
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
};
use kernel::{Day, Register, UnitState};
use serde::Deserialize;
use web::{App, Page, Result, Right, Route, date};

pub(crate) fn routes() -> Vec<Route> {
    let may = Right::May(REFORM);
    vec![
        web::get("/units", Right::Public, search),
        web::get("/places/{id}", Right::Public, place::show),
        web::get("/reforms", Right::Public, reforms::list),
        web::get("/reforms/new", may, reforms::new),
        web::post("/reforms/preview", may, reforms::preview),
        web::post("/reforms", may, reforms::apply),
    ]
}

/// So many units are shown; whoever wants others writes more of the name.
const SHOWN: usize = 50;
/// So many heirs of a closed unit are named.
const HEIRS: usize = 4;

/// What the address asks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Search<'a> {
    p: &'a Page,
    q: &'a str,
    found: Vec<Found>,
    more: bool,
}

/// One unit found, in words.
struct Found {
    path: String,
    name: String,
    place: String,
    code: String,
    days: String,
    now: Option<String>,
    synthetic: bool,
}

/// `GET /units?q=…`: units by any part of any of their names, with or without marks.
pub(crate) async fn search(
    State(app): State<App>,
    page: Page,
    asked: std::result::Result<Query<Asked>, QueryRejection>,
) -> Result<Response> {
    let q = asked.map(|it| it.0.q).unwrap_or_default();
    let q = viet::composed(&q);
    let register = app.register.get();
    let states = register.search(&q, None, SHOWN + 1);
    let more = states.len() > SHOWN;
    let found: Vec<Found> = states.into_iter().take(SHOWN).map(|it| describe(&page, &register, it)).collect();
    let title = page.t("units-title");
    page.show(&title, &Search { p: &page, q: &q, found, more })
}

fn describe(page: &Page, register: &Register, state: &UnitState) -> Found {
    let (from, until) = register.days_of_name(state);
    let above = register.ancestors(state.id, state.last_day());
    let place = above.iter().filter(|it| it.parent.is_some()).map(|it| it.full_name.as_str());
    Found {
        // Figures are for staff; everybody may know what became of a place.
        path: if page.who.is_some() { format!("/units/{}", state.id) } else { format!("/places/{}", state.id) },
        name: state.full_name.clone(),
        place: place.collect::<Vec<_>>().join(", "),
        code: state.code.clone(),
        days: days(page, from, until),
        now: now(page, register, state),
        synthetic: state.synthetic,
    }
}

/// "từ 01/07/2025", "đến hết 30/06/2025", or both. The end is told as the last day.
fn days(page: &Page, from: Day, until: Day) -> String {
    let from = (from != Day::BEGINNING).then(|| date(from));
    let last = (until != Day::NEVER).then(|| date(until.plus(-1)));
    match (from, last) {
        (None, None) => page.t("units-always"),
        (Some(from), None) => page.t1("units-from", "from", from),
        (None, Some(last)) => page.t1("units-until", "last", last),
        (Some(from), Some(last)) => page.ta("units-between", &[("from", from), ("last", last)]),
    }
}

/// What the unit is called today, or which units hold it today; `None` while the name found is today's.
fn now(page: &Page, register: &Register, state: &UnitState) -> Option<String> {
    if state.covers(page.today) {
        return None;
    }
    if let Some(today) = register.get(state.id, page.today) {
        return Some(page.t1("units-now-called", "name", &today.full_name));
    }
    let heirs = register.heirs(state.id, page.today);
    let names: Vec<&str> =
        heirs.iter().filter_map(|it| register.get(*it, page.today)).map(|it| it.full_name.as_str()).collect();
    let first = names.iter().take(HEIRS).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(HEIRS) {
        _ if names.is_empty() => None,
        0 => Some(page.t1("units-now-in", "names", first)),
        others => Some(page.ta("units-now-in-more", &[("names", first), ("others", others.to_string())])),
    }
}
