//! `/workbooks/{id}`: what a file brings, before it is taken.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Issue, Issues, ReturnId};
use web::{App, Error, Page, Result, Typed, Who};

use super::{crumbs, go, look::Shown};
use crate::{
    acts::{self, Look},
    filling::Source,
    store::Upload,
};

#[derive(Template)]
#[template(path = "preview.html")]
struct Main<'a> {
    p: &'a Page,
    file: &'a str,
    path: String,
    mapped: bool,
    seen: &'a str,
    look: Shown<'a>,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let upload = acts::find(&app, &who, &id).await?;
    let Some(look) = looked(&app, &who, &upload).await? else { return Ok(foreign(&upload)) };
    let status = if look.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render(&app, page, &upload, &look, status, &Issues::new())
}

pub(crate) async fn take(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let upload = acts::find(&app, &who, &id).await?;
    let Some(look) = looked(&app, &who, &upload).await? else { return Ok(foreign(&upload)) };
    match acts::take(&app, &who, &look, typed.text("seen"), Source::File(&upload.file), &upload.file).await {
        Ok(_) => {
            acts::throw_away(&app, &upload).await?;
            let to = upload.return_id.map_or_else(|| "/work".to_owned(), |it| format!("/returns/{it}"));
            Ok(go(&format!("{to}?done=workbooks-taken")))
        }
        Err(Error::Refused(issues)) => render(&app, page, &upload, &look, StatusCode::UNPROCESSABLE_ENTITY, &issues),
        Err(Error::Stale) => {
            let look = looked(&app, &who, &upload).await?.unwrap_or(look);
            let issues = vec![Issue::new("", "workbooks-stale")];
            render(&app, page, &upload, &look, StatusCode::CONFLICT, &issues)
        }
        Err(err) => Err(err),
    }
}

pub(crate) async fn throw_away(State(app): State<App>, who: Who, Path(id): Path<String>, _: Typed) -> Result<Response> {
    let upload = acts::find(&app, &who, &id).await?;
    acts::throw_away(&app, &upload).await?;
    Ok(go("/workbooks?done=workbooks-thrown-away"))
}

async fn looked(app: &App, who: &Who, upload: &Upload) -> Result<Option<Look>> {
    match acts::read(app, who, upload).await? {
        Some(taken) => Ok(Some(acts::look(app, who, taken, Source::File(&upload.file)).await?)),
        None => Ok(None),
    }
}

/// A workbook that is none of ours: what its columns mean is asked.
fn foreign(upload: &Upload) -> Response {
    go(&format!("{}/mapping", path(upload)))
}

fn path(upload: &Upload) -> String {
    format!("/workbooks/{}", ReturnId(upload.id))
}

fn render(
    app: &App,
    page: Page,
    upload: &Upload,
    look: &Look,
    status: StatusCode,
    issues: &Issues,
) -> Result<Response> {
    let page = crumbs(page);
    let main = Main {
        p: &page,
        file: &upload.file,
        path: path(upload),
        mapped: !upload.mapping.is_empty(),
        seen: &look.seen,
        look: Shown::new(&page, app, look),
    };
    page.show_with(status, &page.t("workbooks-preview-title"), issues, &main)
}
