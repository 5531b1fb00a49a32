//! `GET /returns/{id}` and `POST /returns/{id}`: the entry grid for who fills it in, the return as it stands for others.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Issue, Issues};
use serde::Serialize;
use web::{App, Cover, Error, Page, Result, Typed, Who};

use super::{form, go, grid, only, return_id, revision, shown};
use crate::{
    Draft, FILL, READ, acts, checks,
    state::State as ReturnState,
    store::{self as rows, ReturnLine},
};

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let (line, cover) = acts::find(&app, &who.scope(READ)?, return_id(&id)?).await?;
    if !(line.state.is_open() && fills(&app, &who, &line)) {
        return shown::render(&app, page, &who, &line, cover, "", &Issues::new()).await;
    }
    // What was kept as a draft is shown with all that is wrong with it.
    let issues = checks::of(&app, &line, &line.draft, checks::Stage::Keeping).await?.issues;
    let grid = grid::Grid { line: &line, draft: &line.draft, stored: None, issues: &issues, locked: false };
    grid::render(&app, page, &grid, StatusCode::OK).await
}

/// Whether somebody may fill in this return.
pub(super) fn fills(app: &App, who: &Who, line: &ReturnLine) -> bool {
    let covers = |scope: web::Scope| scope.cover(&app.register.get(), line.unit, app.clock.today()) == Cover::Full;
    who.scope(FILL).is_ok_and(covers)
}

pub(crate) async fn save(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = return_id(&id)?;
    let (line, _) = acts::find(&app, &who.scope(FILL)?, id).await?;
    let draft = Draft::from_typed(&typed, &form(&app, &line)?, &app.catalogue.get());
    let revision = revision(&typed)?;
    if typed.text("act") == "undo" {
        return undo(&app, page, &who, &line, revision, &draft).await;
    }
    let sending = typed.text("act") == "submit";
    let done = if sending {
        acts::submit(&app, &who, id, revision, draft.clone()).await
    } else {
        acts::save(&app, &who, id, revision, draft.clone()).await
    };
    match done {
        Ok(_) => Ok(kept(&id.to_string(), sending)),
        Err(Error::Refused(issues)) => {
            let line = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
            let locked = !line.state.is_open();
            let grid = grid::Grid { line: &line, draft: &draft, stored: None, issues: &issues, locked };
            grid::render(&app, page, &grid, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(Error::Stale) => stale(&app, page, id, &draft, sending).await,
        Err(err) => Err(err),
    }
}

/// Takes back what was typed since the draft was kept, or else the last step that was kept.
async fn undo(app: &App, page: Page, who: &Who, line: &ReturnLine, revision: i64, draft: &Draft) -> Result<Response> {
    let path = format!("/returns/{}", line.id);
    if !line.draft.says(draft) && line.revision == revision {
        return Ok(go(&format!("{path}?done=returns-undone")));
    }
    match acts::undo(app, who, line.id, revision).await {
        Ok(true) => Ok(go(&format!("{path}?done=returns-undone"))),
        Ok(false) => Ok(go(&format!("{path}?done=returns-undone-all"))),
        Err(Error::Stale) => stale(app, page, line.id, draft, false).await,
        Err(err) => Err(err),
    }
}

/// What the page's script is told when it kept a draft.
#[derive(Serialize)]
pub(super) struct Kept {
    /// Hidden fields that have changed: revisions.
    pub(super) fields: BTreeMap<String, String>,
    /// What is wrong so far, by field.
    pub(super) issues: BTreeMap<String, String>,
    /// The time of day.
    pub(super) at: String,
}

impl Kept {
    /// What is wrong in words, of one return whose fields bear these names.
    pub(super) fn words(page: &Page, issues: &Issues) -> BTreeMap<String, String> {
        issues.iter().rev().map(|it| (it.field.clone(), page.issue(it))).collect()
    }
}

/// `POST /returns/{id}/draft`: keeps what is being typed, for the page's script. 409 if it is for the person to decide.
pub(crate) async fn keep(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let (line, _) = acts::find(&app, &who.scope(FILL)?, return_id(&id)?).await?;
    let draft = Draft::from_typed(&typed, &form(&app, &line)?, &app.catalogue.get());
    let at = app.clock.now().time();
    match acts::keep(&app, &who, line.id, revision(&typed)?, draft).await {
        Ok((line, issues)) => {
            let fields = [("revision".to_owned(), line.revision.to_string())].into();
            Ok(Json(Kept { fields, issues: Kept::words(&page, &issues), at }).into_response())
        }
        Err(Error::Stale | Error::Refused(_)) => {
            let kept = Kept { fields: BTreeMap::new(), issues: BTreeMap::new(), at };
            Ok((StatusCode::CONFLICT, Json(kept)).into_response())
        }
        Err(err) => Err(err),
    }
}

#[derive(Template)]
#[template(path = "offline.html")]
struct Offline<'a> {
    p: &'a Page,
}

/// `GET /offline`: what the service worker shows in place of a page that it has not kept.
pub(crate) async fn offline(page: Page) -> Result<Response> {
    let title = page.t("returns-offline-title");
    page.show(&title, &Offline { p: &page })
}

fn kept(id: &str, sending: bool) -> Response {
    if sending { go("/work?done=returns-submitted") } else { go(&format!("/returns/{id}?done=returns-saved")) }
}

/// Somebody saved meanwhile: what was typed stays on the page beside what is stored, and saving again is a choice.
async fn stale(app: &App, page: Page, id: kernel::ReturnId, draft: &Draft, sending: bool) -> Result<Response> {
    let line = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
    let same_end = if sending { line.state == ReturnState::Submitted } else { line.state.is_open() };
    if line.draft.says(draft) && same_end {
        // The button was pressed twice: it is done already.
        return Ok(kept(&id.to_string(), sending));
    }
    let locked = !line.state.is_open();
    let text = if locked { "returns-stale-locked" } else { "returns-stale" };
    let mut issues = only(Issue::new("", text).with("state", page.t(line.state.text())));
    issues.extend(checks::of(app, &line, draft, checks::Stage::Keeping).await?.issues);
    let grid = grid::Grid { line: &line, draft, stored: Some(&line.draft), issues: &issues, locked };
    grid::render(app, page, &grid, StatusCode::CONFLICT).await
}
