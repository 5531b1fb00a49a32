//! `/returns/{id}/version`: what a draft becomes under the newer version of its form, before it does.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::Issues;
use web::{App, Badge, Cover, Error, Notice, Page, Result, Typed, Who};

use super::{
    form, go,
    head::{self, Head},
    only, return_id, revision,
};
use crate::{FILL, acts, newer::Newer, store::ReturnLine};

#[derive(Template)]
#[template(path = "renewal.html")]
struct Main<'a> {
    p: &'a Page,
    head: Head,
    path: String,
    revision: i64,
    number: i64,
    asked: Vec<String>,
    /// Name and what stands there.
    dropped: Vec<(String, String)>,
    awards: usize,
    kept: usize,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let line = fillable(&app, &who, &id).await?;
    render(&app, page, &line, StatusCode::OK, &Issues::new())
}

pub(crate) async fn renew(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let line = fillable(&app, &who, &id).await?;
    if Newer::of(&line, &app.catalogue.get()).is_none() {
        return Ok(go(&format!("/returns/{}", line.id)));
    }
    match acts::renew(&app, &who, line.id, revision(&typed)?).await {
        Ok(()) => Ok(go(&format!("/returns/{}?done=returns-renewed", line.id))),
        Err(Error::Stale) => {
            let line = fillable(&app, &who, &id).await?;
            let issues = only(kernel::Issue::new("", "returns-newer-stale"));
            render(&app, page, &line, StatusCode::CONFLICT, &issues)
        }
        Err(err) => Err(err),
    }
}

async fn fillable(app: &App, who: &Who, id: &str) -> Result<ReturnLine> {
    let (line, cover) = acts::find(app, &who.scope(FILL)?, return_id(id)?).await?;
    if cover == Cover::Full { Ok(line) } else { Err(Error::NotFound) }
}

fn render(app: &App, page: Page, line: &ReturnLine, status: StatusCode, issues: &Issues) -> Result<Response> {
    let catalogue = app.catalogue.get();
    // There is nothing to move to, or not any more.
    let Some(newer) = Newer::of(line, &catalogue) else { return Ok(go(&format!("/returns/{}", line.id))) };
    let page = head::page(page, app, line);
    let name = |code: &str| catalogue.by_code(code).map_or_else(|| code.to_owned(), |it| page.indicator(it).to_owned());
    let asked = newer.asked.iter().filter_map(|it| catalogue.indicator(*it)).map(|it| page.indicator(it).to_owned());
    let main = Main {
        head: Head::new(&page, app, line, &form(app, line)?, Cover::Full),
        path: format!("/returns/{}", line.id),
        revision: line.revision,
        number: newer.form.number,
        asked: asked.collect(),
        dropped: newer.dropped.iter().map(|(code, value)| (name(code), value.clone())).collect(),
        awards: newer.awards,
        kept: newer.draft.cells.len() + newer.draft.awards.len(),
        p: &page,
    };
    page.show_with(status, &page.t("returns-newer-title"), issues, &main)
}
