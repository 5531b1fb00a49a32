//! A unit for everybody: what it is called, what it was made from, what has become of it. No figures.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Day, Register, Succession, UnitId};
use web::{App, Crumb, Error, Facts, Kind, Notice, Page, Result, date};

use super::days;

/// So many units are named in a list.
const NAMED: usize = 60;

#[derive(Template)]
#[template(path = "place.html")]
struct Place<'a> {
    p: &'a Page,
    name: &'a str,
    now: Option<Notice>,
    facts: Facts,
    /// The names it has borne, with their days, where there is more than one.
    names: Vec<(String, String)>,
    /// What it became, and what it was made from.
    kin: Vec<(String, Vec<Kin>)>,
    figures: String,
}

/// A unit that this one went on in, or came from.
struct Kin {
    name: String,
    path: String,
    /// When, and by which instrument.
    said: String,
}

/// `GET /places/{id}`
pub(super) async fn show(State(app): State<App>, page: Page, Path(id): Path<String>) -> Result<Response> {
    let register = app.register.get();
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    let state = register.nearest(unit, page.today).ok_or(Error::NotFound)?;
    let (from, until) = register.life(unit).ok_or(Error::NotFound)?;
    let above = register.ancestors(unit, state.last_day().min(page.today));
    let above: Vec<&str> = above.iter().filter(|it| it.parent.is_some()).map(|it| it.full_name.as_str()).collect();
    let kin = |it: &Succession, other: UnitId, day: Day| {
        let said = [date(it.on), it.instrument.clone()].into_iter().filter(|it| !it.is_empty());
        Kin {
            name: register.path(other, day),
            path: format!("/places/{other}"),
            said: said.collect::<Vec<_>>().join(", "),
        }
    };
    let from_list: Vec<_> =
        register.predecessors(unit).take(NAMED).map(|it| kin(it, it.predecessor, it.on.plus(-1))).collect();
    let into_list: Vec<_> = register.successors(unit).take(NAMED).map(|it| kin(it, it.successor, it.on)).collect();
    let lists = [("units-place-became", into_list), ("units-place-from", from_list)];
    let names = register.states_of(unit);
    let names: Vec<(String, String)> =
        names.iter().map(|it| (it.full_name.clone(), days(&page, it.from, it.until))).collect();
    let main = Place {
        p: &page,
        name: &state.full_name,
        now: now(&page, &register, unit),
        facts: Facts::new([
            (page.t("units-place-code"), state.code.clone()),
            (page.t("units-place-above"), above.join(", ")),
            (page.t("units-place-days"), days(&page, from, until)),
            (page.t("units-place-origin"), register.origin_text(unit).unwrap_or_default()),
        ]),
        names: if names.len() > 1 { names } else { Vec::new() },
        kin: lists.into_iter().filter(|it| !it.1.is_empty()).map(|it| (page.t(it.0), it.1)).collect(),
        figures: page.who.as_ref().map(|_| format!("/units/{unit}")).unwrap_or_default(),
    };
    let crumbs = vec![Crumb { label: page.t("units-title"), path: "/units".to_owned() }];
    page.clone()
        .crumbs(crumbs)
        .synthetic(state.synthetic)
        .describes(state.full_name.clone())
        .show(&state.full_name, &main)
}

/// Of a closed unit: where it went.
fn now(page: &Page, register: &Register, unit: UnitId) -> Option<Notice> {
    if register.get(unit, page.today).is_some() {
        return None;
    }
    let heirs = register.heirs(unit, page.today);
    let names: Vec<String> = heirs.iter().take(6).map(|it| register.path(*it, page.today)).collect();
    let text = if names.is_empty() {
        page.t("units-place-closed")
    } else {
        page.t1("units-place-now", "names", names.join("; "))
    };
    Some(Notice { kind: Kind::Info, text })
}
