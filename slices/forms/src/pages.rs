//! The pages of the slice; [`crate::acts`] decides.

mod draft;
mod form;
mod list;
mod own;
mod package;

use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Calendar, Day, Frequency, Level, Register, UnitId};
use web::{Choice, Crumb, Page, Right, Route, Scope, get, post};

use crate::BUILD;

/// The ways in.
pub(crate) fn routes() -> Vec<Route> {
    let may = Right::May(BUILD);
    vec![
        get("/forms", may, list::show),
        get("/forms/new", may, list::blank),
        post("/forms", may, list::create),
        get("/forms/indicators", may, own::show),
        post("/forms/indicators", may, own::add),
        post("/forms/indicators/{code}/retirement", may, own::retire),
        get("/forms/export", may, package::export),
        get("/forms/import", may, package::blank),
        post("/forms/import/difference", may, package::difference),
        post("/forms/import", may, package::apply),
        get("/forms/{code}", may, form::show),
        post("/forms/{code}/versions", may, form::begin),
        post("/forms/{code}/discarding", may, form::discard),
        post("/forms/{code}/assignments", may, form::assign),
        get("/forms/{code}/draft", may, draft::show),
        post("/forms/{code}/draft", may, draft::save),
        post("/forms/{code}/publication", may, draft::publish),
    ]
}

fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

fn crumb(page: &Page) -> Crumb {
    Crumb { label: page.t("forms-nav"), path: "/forms".to_owned() }
}

/// The units for which somebody may make things, to choose from.
fn owners(register: &Register, scope: &Scope, today: Day) -> Vec<Choice> {
    let choice = |it: &UnitId| Choice { value: it.to_string(), label: register.path(*it, today) };
    scope.tops().iter().filter(|it| register.get(**it, today).is_some()).map(choice).collect()
}

/// "Toàn hệ thống", or the unit that made it; of one that is no more, those in which it goes on as well.
fn owner_name(page: &Page, register: &Register, owner: Option<UnitId>) -> String {
    let Some((owner, made)) = owner.and_then(|it| Some((it, register.latest(it)?))) else {
        return page.t("forms-shared");
    };
    let name = |it: UnitId| register.get(it, page.today).map(|it| it.full_name.clone());
    let heirs: Vec<String> =
        register.heirs(owner, page.today).into_iter().filter(|it| *it != owner).filter_map(name).collect();
    if heirs.is_empty() {
        return made.full_name.clone();
    }
    page.ta("forms-owner-heirs", &[("heirs", heirs.join(", ")), ("made", made.full_name.clone())])
}

fn calendar_name(page: &Page, calendar: Calendar) -> String {
    page.t(match calendar {
        Calendar::Civil => "forms-calendar-civil",
        Calendar::Administrative => "forms-calendar-adm",
        Calendar::Assembly => "forms-calendar-na",
        Calendar::ResidentialArea => "forms-calendar-kdc",
        Calendar::Standard => "forms-calendar-std",
        Calendar::Team => "forms-calendar-team",
    })
}

fn frequency_name(page: &Page, frequency: Frequency) -> String {
    page.t(match frequency {
        Frequency::Month => "forms-frequency-month",
        Frequency::Quarter => "forms-frequency-quarter",
        Frequency::Half => "forms-frequency-half",
        Frequency::Year => "forms-frequency-year",
    })
}

fn level_name(page: &Page, class: u8) -> String {
    page.t(match Level::from_number(i64::from(class)) {
        Some(Level::Nation) => "forms-level-nation",
        Some(Level::Province) => "forms-level-province",
        Some(Level::District) => "forms-level-district",
        Some(Level::Commune) => "forms-level-commune",
        Some(Level::Village) | None => "forms-level-village",
    })
}
