use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Issues, Level};
use web::{App, Area, Choice, Empty, Error, Page, Radios, Result, Select, Typed, Who};

use super::front::day;
use crate::{
    acts,
    feedback::{LONGEST, Topic},
};

#[derive(Template)]
#[template(path = "feedback.html")]
struct FormPage<'a> {
    p: &'a Page,
    topic: Radios<'a>,
    unit: Select<'a>,
    body: Area<'a>,
}

/// `GET /feedback`
pub(crate) async fn form(State(app): State<App>, page: Page) -> Result<Response> {
    render(&app, &page, &Typed::default(), &Issues::new())
}

fn render(app: &App, page: &Page, typed: &Typed, issues: &Issues) -> Result<Response> {
    let register = app.register.get();
    let mut provinces: Vec<_> = register.of_level(Level::Province, page.today).collect();
    provinces.sort_by_cached_key(|it| viet::sort_key(&it.name));
    let province = |it: &kernel::UnitState| Choice { value: it.id.to_string(), label: it.full_name.clone() };
    let none = Choice { value: String::new(), label: page.t("portal-feedback-nowhere") };
    let units = std::iter::once(none).chain(provinces.into_iter().map(province)).collect();
    let topics = Topic::ALL.map(|it| Choice { value: it.word().to_owned(), label: page.t(it.text()) });
    let main = FormPage {
        p: page,
        topic: Radios::new(page, "topic", "portal-feedback-topic", typed.text("topic"), topics.into(), issues),
        unit: Select::new(page, "unit", "portal-feedback-unit", typed.text("unit"), units, issues),
        body: Area::new(
            page,
            "body",
            "portal-feedback-body",
            "portal-feedback-hint",
            typed.text("body"),
            LONGEST,
            issues,
        ),
    };
    let many = issues.iter().any(|it| it.text == "portal-feedback-many");
    let status = match issues.is_empty() {
        true => StatusCode::OK,
        false if many => StatusCode::TOO_MANY_REQUESTS,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page.show_with(status, &page.t("portal-feedback"), issues, &main)
}

/// `POST /feedback`
pub(crate) async fn send(State(app): State<App>, page: Page, typed: Typed) -> Result<Response> {
    let done = acts::send(&app, typed.text("unit"), typed.text("topic"), typed.text("body")).await;
    let to = |()| "/feedback?done=sent-feedback".to_owned();
    web::answered(done, to, async |issues| render(&app, &page, &typed, &issues)).await
}

#[derive(Template)]
#[template(path = "feedback_desk.html")]
struct DeskPage<'a> {
    p: &'a Page,
    messages: Vec<Shown>,
}

/// A message as staff read it.
#[derive(Debug)]
struct Shown {
    id: i64,
    topic: String,
    at: String,
    place: String,
    body: String,
}

/// `GET /feedback/desk`
pub(crate) async fn desk(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    let register = app.register.get();
    let shown = |it: crate::feedback::Message| Shown {
        id: it.id,
        topic: page.t(it.topic.text()),
        at: day(it.sent_at),
        place: register
            .nearest(kernel::UnitId(it.province), page.today)
            .map(|it| it.full_name.clone())
            .unwrap_or_default(),
        body: it.body,
    };
    let messages = acts::waiting(&app, &who).await?.into_iter().map(shown).collect();
    page.show(&page.t("portal-feedback-desk"), &DeskPage { p: &page, messages })
}

/// `POST /feedback/{id}/handled`
pub(crate) async fn handle(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    _typed: Typed,
) -> Result<Response> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    acts::handle(&app, &who, id).await?;
    Ok(Redirect::to("/feedback/desk?done=handled-feedback").into_response())
}
