//! `GET /returns/{id}` and `POST /returns/{id}`: the entry grid for who fills it in, the return as it stands for others.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Issue, Issues};
use web::{App, Cover, Error, Page, Result, Typed, Who};

use super::{form, go, grid, only, return_id, revision, shown};
use crate::{
    Draft, FILL, READ, acts, checks,
    state::State as Stage,
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
    let draft = Draft::from_typed(&typed, &form(&app, line.form)?, &app.catalogue.get());
    let revision = revision(&typed)?;
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

fn kept(id: &str, sending: bool) -> Response {
    if sending { go("/work?done=returns-submitted") } else { go(&format!("/returns/{id}?done=returns-saved")) }
}

/// Somebody saved meanwhile: what was typed stays on the page beside what is stored, and saving again is a choice.
async fn stale(app: &App, page: Page, id: kernel::ReturnId, draft: &Draft, sending: bool) -> Result<Response> {
    let line = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
    let same_end = if sending { line.state == Stage::Submitted } else { line.state.is_open() };
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
