//! `GET /returns/{id}/review` and its two acts: approving and sending back.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Issue, Issues, ReturnId};
use web::{App, Badge, Cover, Error, Kind, Notice, NoticeList, Page, Result, Typed, Who};

use super::{
    form, go,
    head::{self, Head},
    lines::{self, Award, Section},
    only, return_id, revision, shown, words,
};
use crate::{
    APPROVE, acts, checks,
    state::State as ReturnState,
    store::{self as rows, ReturnLine},
};

#[derive(Template)]
#[template(path = "review.html")]
struct Main<'a> {
    p: &'a Page,
    head: Head,
    path: String,
    revision: i64,
    before: bool,
    sections: Vec<Section>,
    awards: Vec<Award>,
    source: String,
    warnings: Option<NoticeList>,
    sent: Option<shown::Event>,
    /// Who stands for it.
    signed: Option<String>,
    /// Why an approved return is corrected.
    correction: Option<String>,
    /// Whether reasons may be given at figures: always here.
    reviewing: bool,
    reason: &'a str,
    reason_issue: Option<String>,
    events: Vec<shown::Event>,
}

/// The return, if who asks stands above it.
async fn below(app: &App, who: &Who, id: ReturnId) -> Result<ReturnLine> {
    let scope = who.scope(APPROVE)?;
    let line = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
    if acts::is_above(app, &scope, &line) { Ok(line) } else { Err(Error::NotFound) }
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let line = below(&app, &who, return_id(&id)?).await?;
    if line.state != ReturnState::Submitted {
        return Ok(go(&format!("/returns/{}", line.id)));
    }
    render(&app, page, &line, &Typed::default(), &Issues::new(), StatusCode::OK).await
}

pub(crate) async fn approve(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = return_id(&id)?;
    below(&app, &who, id).await?;
    let done = acts::approve(&app, &who, id, revision(&typed)?).await;
    answer(&app, page, &who, id, &typed, done.map(|_| "/work?done=returns-approved")).await
}

pub(crate) async fn send_back(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = return_id(&id)?;
    below(&app, &who, id).await?;
    let at_figures: Vec<(String, String)> = typed
        .0
        .iter()
        .filter_map(|(name, text)| Some((name.strip_prefix("why.")?.to_owned(), text.trim().to_owned())))
        .collect();
    let done = acts::send_back(&app, &who, id, revision(&typed)?, typed.text("reason"), &at_figures).await;
    answer(&app, page, &who, id, &typed, done.map(|()| "/work?done=returns-sent-back")).await
}

/// Back to work when it is done, or the return as it is now with what is wrong.
async fn answer(app: &App, page: Page, who: &Who, id: ReturnId, typed: &Typed, done: Result<&str>) -> Result<Response> {
    let (issues, status) = match done {
        Ok(path) => return Ok(go(path)),
        Err(Error::Refused(issues)) => (issues, StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::Stale) => (only(Issue::new("", "returns-stale-review")), StatusCode::CONFLICT),
        Err(err) => return Err(err),
    };
    let line = below(app, who, id).await?;
    if line.state == ReturnState::Submitted {
        render(app, page, &line, typed, &issues, status).await
    } else {
        shown::render(app, page, who, &line, Cover::Full, "", &issues).await
    }
}

async fn render(
    app: &App,
    p: Page,
    line: &ReturnLine,
    typed: &Typed,
    issues: &Issues,
    status: StatusCode,
) -> Result<Response> {
    let form = form(app, line)?;
    let reading = checks::of(app, line, &line.draft, checks::Stage::Deciding).await?;
    let (events, signatures, comments, accepted) = {
        let mut conn = app.db.read().await?;
        let accepted = match line.version {
            Some(id) => rows::version(&mut conn, id).await?,
            None => None,
        };
        let events = rows::events(&mut conn, line).await?;
        let signatures = rows::signatures(&mut conn, line).await?;
        (events, signatures, rows::comments(&mut conn, line).await?, accepted)
    };
    let opened = events.iter().find(|it| it.1 == "returns.correction-opened");
    let correction = opened.filter(|_| line.version.is_some()).map(|it| it.3.clone());
    let sent = events.iter().find(|it| it.1.ends_with("submitted")).cloned();
    let p = head::page(p, app, line);
    let head = Head::new(&p, app, line, &form, Cover::Full);
    let title = format!("{}: {}", p.t("returns-review"), head.title());
    let words = forms::award_words().map_err(|err| Error::Internal(err.into()))?;
    let all: Issues = issues.iter().chain(&reading.issues).cloned().collect();
    let catalogue = app.catalogue.get();
    let mut sections = lines::sections(&p, app, line, &form, &reading.cells, &all, lines::Eyes::Deciding)?;
    lines::beside_comments(&mut sections, &comments, &catalogue);
    if let Some((cells, _)) = &accepted {
        lines::beside_accepted(&p, &mut sections, cells, &catalogue);
    }
    for it in sections.iter_mut().flat_map(|it| &mut it.lines) {
        typed.text(&format!("why.{}", it.code)).clone_into(&mut it.why);
    }
    let reason = typed.text("reason");
    let main = Main {
        head,
        path: format!("/returns/{}", line.id),
        revision: line.revision,
        before: lines::against(line.period).0.is_some(),
        sections,
        signed: shown::signed(&p, &signatures, line.submitted_at),
        correction,
        reviewing: true,
        awards: lines::awards(&p, &words, &reading.awards),
        source: line.draft.source.clone(),
        warnings: words::warnings(&p, &reading.issues),
        sent: shown::events(&p, sent.into_iter().collect()).into_iter().next(),
        reason,
        reason_issue: issues.iter().find(|it| it.field == "reason").map(|it| p.issue(it)),
        events: shown::events(&p, events),
        p: &p,
    };
    p.show_with(status, &title, issues, &main)
}
