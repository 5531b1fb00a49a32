//! The queue of requests.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::{Day, Issues, RequestId};
use web::{App, Area, Cell, Column, Crumb, Error, Field, Form, Page, Result, Select, Typed, Who};

use super::{choices, date, units};
use crate::{
    acts::requests as acts,
    clock::clocks,
    request::{ABOUT, CHANNELS, OUTCOMES, Request, TEXT_MAX, TypedRequest},
};

#[derive(Template)]
#[template(path = "requests.html")]
struct List<'a> {
    p: &'a Page,
    here: &'static str,
    waiting: web::List,
    answered: web::List,
    year: i32,
}

pub(crate) async fn list(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let year = Typed(asked).text("year").parse().ok().filter(|it| (2000..=2999).contains(it));
    let year = year.unwrap_or(page.today.year());
    let all = acts::list(&app, &who, Day::new(year, 1, 1).unwrap_or(page.today)).await?;
    let register = app.register.get();
    let words = ["kind", "about-what", "unit", "received", "due", "state"];
    let columns = || words.map(|it| Column::words(page.t(&format!("privacy-{it}")))).to_vec();
    let row = |it: &Request| {
        vec![
            Cell::link(page.t(&format!("privacy-kind-{}", it.kind)), format!("/privacy/requests/{}", it.id)),
            Cell::new(page.t(&format!("privacy-about-{}", it.about))),
            Cell::new(register.path(it.unit, page.today)),
            Cell::new(date(it.received_on)),
            Cell::new(date(it.due_on)),
            Cell::state(state(&page, it), it.is_late(page.today)),
        ]
    };
    let (waiting, answered): (Vec<&Request>, Vec<&Request>) = all.iter().partition(|it| it.answered_on.is_none());
    let of_year = answered.into_iter().filter(|it| it.received_on.year() == year);
    let main = List {
        here: "requests",
        waiting: web::List::new(columns(), waiting.into_iter().map(row), page.t("privacy-waiting-none")),
        answered: web::List::new(columns(), of_year.map(row), page.t("privacy-answered-none")),
        year,
        p: &page,
    };
    page.show(&page.t("privacy-requests"), &main)
}

/// How a request stands: the days left, or how it ended.
fn state(p: &Page, it: &Request) -> String {
    if let Some(outcome) = &it.outcome {
        return p.t(&format!("privacy-outcome-{outcome}"));
    }
    match it.due_on.number().saturating_sub(p.today.number()) {
        late @ ..0 => p.t1("privacy-late", "days", -late),
        left => p.t1("privacy-left", "days", left),
    }
}

#[derive(Template)]
#[template(path = "request_new.html")]
struct Blank<'a> {
    p: &'a Page,
    unit: Select<'a>,
    kind: Select<'a>,
    about: Select<'a>,
    channel: Select<'a>,
    applicant: Field<'a>,
    account: Field<'a>,
    received_on: Field<'a>,
}

pub(crate) async fn blank(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    render_new(&app, page, &who, &TypedRequest::default(), &Issues::new())
}

pub(crate) async fn add(
    State(app): State<App>,
    page: Page,
    who: Who,
    Form(typed): Form<TypedRequest>,
) -> Result<Response> {
    let to = |id| format!("/privacy/requests/{id}?done=privacy-request-added");
    let done = acts::add(&app, &who, &typed).await;
    web::answered(done, to, async |issues| render_new(&app, page, &who, &typed, &issues)).await
}

fn render_new(app: &App, page: Page, who: &Who, typed: &TypedRequest, issues: &Issues) -> Result<Response> {
    let kinds: Vec<&str> = clocks().iter().map(|it| it.kind.as_str()).collect();
    let main = Blank {
        unit: Select::new(&page, "unit", "privacy-unit", &typed.unit, units(app, &page, who)?, issues),
        kind: Select::new(&page, "kind", "privacy-kind", &typed.kind, choices(&page, "privacy-kind-", &kinds), issues),
        about: Select::new(
            &page,
            "about",
            "privacy-about-what",
            &typed.about,
            choices(&page, "privacy-about-", &ABOUT),
            issues,
        ),
        channel: Select::new(
            &page,
            "channel",
            "privacy-channel",
            &typed.channel,
            choices(&page, "privacy-channel-", &CHANNELS),
            issues,
        ),
        applicant: Field::new(&page, "applicant", "privacy-applicant", &typed.applicant, issues)
            .hint(page.t("privacy-applicant-hint"))
            .most(60),
        account: Field::new(&page, "account", "privacy-account", &typed.account, issues)
            .hint(page.t("privacy-account-hint"))
            .most(40),
        received_on: Field::new(&page, "received_on", "privacy-received", &typed.received_on, issues)
            .kind("date", "off")
            .hint(page.t("privacy-today-hint")),
        p: &page,
    };
    page.clone().crumbs(way(&page)).show_issues(&page.t("privacy-request-new"), issues, &main)
}

/// An account on the page of a request about it.
fn of_account<'a>(page: &Page, it: &access::Kept, typed: &'a Typed, issues: &Issues) -> OfAccount<'a> {
    let why = it.why.clone().unwrap_or_default();
    let state = match it.restricted_at {
        Some(since) => page.ta("privacy-restricted", &[("day", date(since.day())), ("why", why)]),
        None if why.is_empty() => page.t("privacy-restricted-never"),
        None => page.t1("privacy-restricted-lifted", "why", why),
    };
    let typed = typed.text("restrict_why");
    OfAccount {
        name: it.name.clone(),
        state,
        restricted: it.restricted_at.is_some(),
        why: Area::free_text(page, "restrict_why", "privacy-restrict-why", typed, TEXT_MAX, issues),
        sent_back: issues.iter().any(|it| it.field == "restrict_why"),
    }
}

fn way(page: &Page) -> Vec<Crumb> {
    vec![Crumb { label: page.t("privacy-requests"), path: "/privacy/requests".to_owned() }]
}

/// The account that a request is about, and the form that restricts it or lifts that.
struct OfAccount<'a> {
    name: String,
    /// How its data stand.
    state: String,
    restricted: bool,
    why: Area<'a>,
    /// The form was sent back.
    sent_back: bool,
}

#[derive(Template)]
#[template(path = "request.html")]
struct Shown<'a> {
    p: &'a Page,
    id: RequestId,
    revision: i64,
    kind: String,
    about: String,
    channel: String,
    unit: String,
    applicant: String,
    received: String,
    acknowledge_by: String,
    acknowledged: String,
    due: String,
    state: String,
    late: bool,
    source: &'a str,
    to_check: bool,
    /// Where a term may be restricted; empty if it is about none.
    restricts: String,
    account: Option<OfAccount<'a>>,
    extended_why: String,
    answered: String,
    answer_text: String,
    may_extend: bool,
    outcome: Select<'a>,
    answer: Area<'a>,
    why: Area<'a>,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    render(&app, page, &who, request_id(&id)?, &Typed::default(), &Issues::new()).await
}

pub(crate) async fn acknowledge(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = request_id(&id)?;
    let done = acts::acknowledge(&app, &who, id, typed.text("revision")).await;
    answered(&app, page, &who, id, &typed, done).await
}

pub(crate) async fn extend(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = request_id(&id)?;
    let done = acts::extend(&app, &who, id, typed.text("revision"), typed.text("why")).await;
    answered(&app, page, &who, id, &typed, done).await
}

pub(crate) async fn answer(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = request_id(&id)?;
    let (outcome, text) = (typed.text("outcome"), typed.text("answer"));
    let done = acts::answer(&app, &who, id, typed.text("revision"), outcome, text).await;
    answered(&app, page, &who, id, &typed, done).await
}

/// Restricts the account that the request is about, or lifts it.
pub(crate) async fn set_restricted<const RESTRICT: bool>(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = request_id(&id)?;
    let done = acts::set_restricted(&app, &who, id, RESTRICT, typed.text("restrict_why")).await;
    answered(&app, page, &who, id, &typed, done).await
}

fn request_id(text: &str) -> Result<RequestId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// Back to the request when it is done, or the request with what is wrong.
async fn answered(
    app: &App,
    page: Page,
    who: &Who,
    id: RequestId,
    typed: &Typed,
    done: Result<()>,
) -> Result<Response> {
    let to = |()| format!("/privacy/requests/{id}?done=privacy-kept");
    web::answered(done, to, async |issues| render(app, page, who, id, typed, &issues).await).await
}

async fn render(app: &App, page: Page, who: &Who, id: RequestId, typed: &Typed, issues: &Issues) -> Result<Response> {
    let it = acts::read(app, who, id).await?;
    let catalogue = app.catalogue.get();
    let clock = it.clock();
    let account = acts::kept(app, who, &it).await?;
    let none = || page.t("privacy-none-yet");
    let main = Shown {
        id,
        revision: it.revision,
        kind: page.t(&format!("privacy-kind-{}", it.kind)),
        about: page.t(&format!("privacy-about-{}", it.about)),
        channel: page.t(&format!("privacy-channel-{}", it.channel)),
        unit: app.register.get().path(it.unit, page.today),
        applicant: it.applicant.clone().unwrap_or_else(|| page.t("privacy-applicant-erased")),
        received: date(it.received_on),
        acknowledge_by: date(it.acknowledge_by(&catalogue.work_days)),
        acknowledged: it.acknowledged_on.map_or_else(none, date),
        due: date(it.due_on),
        state: state(&page, &it),
        late: it.is_late(page.today),
        source: clock.map(|it| it.source.as_str()).unwrap_or_default(),
        to_check: clock.is_some_and(|it| it.status == "to-check"),
        restricts: if it.kind == "restrict" && it.about != "account" {
            format!("/people/restrictions?request={id}")
        } else {
            String::new()
        },
        account: account.map(|it| of_account(&page, &it, typed, issues)),
        extended_why: it.extended_why.clone().unwrap_or_default(),
        answered: it.answered_on.map(date).unwrap_or_default(),
        answer_text: it.answer.clone().unwrap_or_default(),
        may_extend: it.extended_why.is_none() && !it.is_late(page.today),
        outcome: Select::new(
            &page,
            "outcome",
            "privacy-outcome",
            typed.text("outcome"),
            choices(&page, "privacy-outcome-", &OUTCOMES),
            issues,
        ),
        answer: Area::free_text(&page, "answer", "privacy-answer", typed.text("answer"), TEXT_MAX, issues),
        why: Area::free_text(&page, "why", "privacy-extended-why", typed.text("why"), TEXT_MAX, issues),
        p: &page,
    };
    page.clone().crumbs(way(&page)).show_issues(&main.kind, issues, &main)
}
