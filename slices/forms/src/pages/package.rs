//! `GET /forms/export` and `/forms/import`: forms and indicators as a file, brought in with the difference shown first.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use kernel::{Issues, UnitId};
use web::{App, Error, Page, Result, Select, Typed, Who};

use super::{crumb, owners};
use crate::{
    BUILD,
    acts::{self, Step},
};

pub(crate) async fn export(
    State(app): State<App>,
    who: Who,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let unit = owner(&Typed(asked))?;
    let package = acts::export(&app, &who, unit)?;
    let text = serde_json::to_string_pretty(&package).map_err(|err| Error::Internal(err.into()))?;
    let name = format!("attachment; filename=\"forms-{unit}.json\"");
    let headers =
        [(header::CONTENT_TYPE, "application/json; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}

fn owner(typed: &Typed) -> Result<UnitId> {
    typed.text("owner").parse().map_err(|_| Error::NotFound)
}

#[derive(Template)]
#[template(path = "import.html")]
struct Main<'a> {
    p: &'a Page,
    owner: Select<'a>,
    exports: Vec<(String, String)>,
    text: &'a str,
    issues: Vec<String>,
    /// What the file would do, once it was looked at.
    steps: Option<Vec<Told>>,
    chosen: &'a str,
}

struct Told {
    what: String,
    lines: Vec<String>,
}

pub(crate) async fn blank(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    render(&app, page, &who, &Typed::default(), &Issues::new(), None)
}

pub(crate) async fn difference(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    match acts::difference(&app, &who, owner(&typed)?, typed.text("file")) {
        Ok(steps) => render(&app, page, &who, &typed, &Issues::new(), Some(steps)),
        Err(Error::Refused(issues)) => render(&app, page, &who, &typed, &issues, None),
        Err(err) => Err(err),
    }
}

pub(crate) async fn apply(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let done = acts::apply(&app, &who, owner(&typed)?, typed.text("file")).await;
    let to = |_| "/forms?done=forms-imported".to_owned();
    web::answered(done, to, async |issues| render(&app, page, &who, &typed, &issues, None)).await
}

fn render(
    app: &App,
    page: Page,
    who: &Who,
    typed: &Typed,
    issues: &Issues,
    steps: Option<Vec<Step>>,
) -> Result<Response> {
    let scope = who.scope(BUILD)?;
    let way = vec![crumb(&page)];
    let page = page.crumbs(way);
    let owners = owners(&app.register.get(), &scope, page.today);
    let export = |it: &web::Choice| (it.label.clone(), format!("/forms/export?owner={}", it.value));
    let told = |it: Step| match it {
        Step::Indicator(it) => Told { what: page.t1("forms-step-indicator", "name", it.name_vi), lines: Vec::new() },
        Step::Kept(it) => Told { what: page.t1("forms-step-kept", "name", it.name_vi), lines: Vec::new() },
        Step::Form(it) => Told { what: page.t1("forms-step-form", "name", it.design.name), lines: Vec::new() },
        Step::Version(it, lines) => Told { what: page.t1("forms-step-version", "name", it.design.name), lines },
    };
    let main = Main {
        p: &page,
        exports: owners.iter().map(export).collect(),
        owner: Select::new(&page, "owner", "forms-owner", typed.text("owner"), owners, issues),
        text: typed.text("file"),
        issues: issues.iter().map(|it| page.issue(it)).collect(),
        steps: steps.map(|it| it.into_iter().map(told).collect()),
        chosen: typed.text("owner"),
    };
    page.show_issues(&page.t("forms-import"), issues, &main)
}
