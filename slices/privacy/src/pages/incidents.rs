//! The register of incidents.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Day, IncidentId, Instant, Issues};
use web::{App, Area, Cell, Column, Crumb, Error, Field, Form, Page, Result, Select, Typed, Who};

use super::{choices, date, units};
use crate::{
    acts::incidents as acts,
    clock::notice_by,
    incident::{Incident, KINDS, TypedIncident},
    request::TEXT_MAX,
};

#[derive(Template)]
#[template(path = "incidents.html")]
struct Listed<'a> {
    p: &'a Page,
    here: &'static str,
    rows: web::List,
}

pub(crate) async fn list(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    let from = Day::new(page.today.year() - 1, 1, 1).unwrap_or(page.today);
    let all = acts::list(&app, &who, from).await?;
    let (register, now) = (app.register.get(), app.clock.now());
    let words = |id| Column::words(page.t(id));
    let columns = vec![
        words("privacy-incident-kind"),
        words("privacy-unit"),
        words("privacy-detected-on"),
        Column::numbers(page.t("privacy-people")),
        words("privacy-state"),
    ];
    let row = |it: Incident| {
        let path = format!("/privacy/incidents/{}", it.id);
        vec![
            Cell::link(page.t(&format!("privacy-incident-{}", it.kind)), path),
            Cell::new(register.path(it.unit, page.today)),
            Cell::new(web::moment(it.detected_at)),
            Cell::new(viet::number(it.people)),
            Cell::state(state(&page, &it, now), !it.is_in_time(now)),
        ]
    };
    let rows = web::List::new(columns, all.into_iter().map(row), page.t("privacy-incidents-none"));
    let main = Listed { here: "incidents", rows, p: &page };
    page.show(&page.t("privacy-incidents"), &main)
}

/// How the 72 hours stand.
fn state(p: &Page, it: &Incident, now: Instant) -> String {
    match (it.notified_at, it.closed_on) {
        (_, Some(day)) => p.t1("privacy-incident-closed-on", "day", date(day)),
        (Some(at), None) => p.t1("privacy-notified-on", "at", web::moment(at)),
        (None, None) if it.is_in_time(now) => p.t1("privacy-hours-left", "hours", it.hours_left(now)),
        // The hour that has begun counts as none, but for the first.
        (None, None) => p.t1("privacy-hours-late", "hours", (-it.hours_left(now) - 1).max(1)),
    }
}

#[derive(Template)]
#[template(path = "incident_new.html")]
struct Blank<'a> {
    p: &'a Page,
    unit: Select<'a>,
    kind: Select<'a>,
    detected_on: Field<'a>,
    detected_time: Field<'a>,
    people: Field<'a>,
    what: Area<'a>,
}

pub(crate) async fn blank(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    render_new(&app, page, &who, &TypedIncident::default(), &Issues::new())
}

pub(crate) async fn add(
    State(app): State<App>,
    page: Page,
    who: Who,
    Form(typed): Form<TypedIncident>,
) -> Result<Response> {
    let to = |id| format!("/privacy/incidents/{id}?done=privacy-incident-added");
    let done = acts::add(&app, &who, &typed).await;
    web::answered(done, to, async |issues| render_new(&app, page, &who, &typed, &issues)).await
}

fn render_new(app: &App, page: Page, who: &Who, typed: &TypedIncident, issues: &Issues) -> Result<Response> {
    let kinds = choices(&page, "privacy-incident-", &KINDS);
    let main = Blank {
        unit: Select::new(&page, "unit", "privacy-unit", &typed.unit, units(app, &page, who)?, issues),
        kind: Select::new(&page, "kind", "privacy-incident-kind", &typed.kind, kinds, issues),
        detected_on: Field::new(&page, "detected_on", "privacy-detected-on", &typed.detected_on, issues)
            .kind("date", "off")
            .hint(page.t("privacy-today-hint")),
        detected_time: Field::new(&page, "detected_time", "privacy-detected-time", &typed.detected_time, issues)
            .kind("time", "off")
            .hint(page.t("privacy-time-hint"))
            .most(5),
        people: Field::new(&page, "people", "privacy-people", &typed.people, issues)
            .hint(page.t("privacy-people-hint"))
            .most(9),
        what: Area::free_text(&page, "what", "privacy-what", &typed.what, TEXT_MAX, issues),
        p: &page,
    };
    page.clone().crumbs(way(&page)).show_issues(&page.t("privacy-incident-new"), issues, &main)
}

fn way(page: &Page) -> Vec<Crumb> {
    vec![Crumb { label: page.t("privacy-incidents"), path: "/privacy/incidents".to_owned() }]
}

#[derive(Template)]
#[template(path = "incident.html")]
struct Shown<'a> {
    p: &'a Page,
    id: IncidentId,
    revision: i64,
    kind: String,
    unit: String,
    detected: String,
    people: String,
    what: String,
    notice_by: String,
    notified: bool,
    state: String,
    late: bool,
    closed: bool,
    measures_text: String,
    informed: String,
    measures: Area<'a>,
    informed_on: Field<'a>,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    render(&app, page, &who, incident_id(&id)?, &Typed::default(), &Issues::new()).await
}

pub(crate) async fn notify(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = incident_id(&id)?;
    let done = acts::notify(&app, &who, id, typed.text("revision")).await;
    answered(&app, page, &who, id, &typed, done).await
}

pub(crate) async fn close(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = incident_id(&id)?;
    let (measures, informed) = (typed.text("measures"), typed.text("informed_on"));
    let done = acts::close(&app, &who, id, typed.text("revision"), measures, informed).await;
    answered(&app, page, &who, id, &typed, done).await
}

fn incident_id(text: &str) -> Result<IncidentId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// Back to the incident when it is done, or the incident with what is wrong.
async fn answered(
    app: &App,
    page: Page,
    who: &Who,
    id: IncidentId,
    typed: &Typed,
    done: Result<()>,
) -> Result<Response> {
    let to = |()| format!("/privacy/incidents/{id}?done=privacy-kept");
    web::answered(done, to, async |issues| render(app, page, who, id, typed, &issues).await).await
}

async fn render(app: &App, page: Page, who: &Who, id: IncidentId, typed: &Typed, issues: &Issues) -> Result<Response> {
    let it = acts::find(app, who, id).await?;
    let now = app.clock.now();
    let main = Shown {
        id,
        revision: it.revision,
        kind: page.t(&format!("privacy-incident-{}", it.kind)),
        unit: app.register.get().path(it.unit, page.today),
        detected: web::moment(it.detected_at),
        people: viet::number(it.people),
        what: it.what.clone(),
        notice_by: web::moment(notice_by(it.detected_at)),
        notified: it.notified_at.is_some(),
        state: state(&page, &it, now),
        late: !it.is_in_time(now),
        closed: it.closed_on.is_some(),
        measures_text: it.measures.clone().unwrap_or_default(),
        informed: it.informed_on.map(date).unwrap_or_default(),
        measures: Area::free_text(&page, "measures", "privacy-measures", typed.text("measures"), TEXT_MAX, issues),
        informed_on: Field::new(&page, "informed_on", "privacy-informed-on", typed.text("informed_on"), issues)
            .kind("date", "off")
            .hint(page.t("privacy-informed-hint")),
        p: &page,
    };
    page.clone().crumbs(way(&page)).show_issues(&main.kind, issues, &main)
}
