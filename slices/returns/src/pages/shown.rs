//! A return as it stands, for who does not fill it in now: its figures, its history, its versions.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Cell, Instant, Issue, Issues, VersionId};
use web::{App, Badge, Cover, Empty, Error, Notice, NoticeList, Page, Result, Typed, Who};

use super::{
    entry, form, go,
    head::{self, Head},
    lines::{self, Award, Section},
    only, return_id, revision, words,
};
use crate::{
    APPROVE, AwardRow, READ, acts, checks, merge,
    state::State as ReturnState,
    store::{self as rows, ReturnLine, Signature},
};

#[derive(Template)]
#[template(path = "shown.html")]
#[expect(clippy::struct_excessive_bools, reason = "each says whether a part of the page is there")]
struct Main<'a> {
    p: &'a Page,
    head: Head,
    path: String,
    revision: i64,
    before: bool,
    /// The figures, if they may be shown.
    sections: Option<Vec<Section>>,
    awards: Vec<Award>,
    source: String,
    /// They are those of the accepted version, while another is being made.
    accepted_only: bool,
    warnings: Option<NoticeList>,
    review: bool,
    correct: bool,
    /// Whether reasons may be given at figures: never here.
    reviewing: bool,
    /// Who sent what is shown.
    signed: Option<String>,
    reason: &'a str,
    reason_issue: Option<String>,
    events: Vec<Event>,
    versions: Vec<Version>,
}

/// What happened, in words.
pub(super) struct Event {
    pub(super) at: String,
    pub(super) act: String,
    pub(super) actor: String,
    pub(super) reason: String,
}

struct Version {
    id: VersionId,
    number: i64,
    accepted_at: String,
    accepted_by: String,
    reason: String,
    origin: String,
    /// Name, post and time of who sent it.
    signed: Option<String>,
}

/// The signature under what was sent at a time: name, post and time, as they were then.
pub(super) fn signed(p: &Page, all: &[Signature], at: Option<Instant>) -> Option<String> {
    let it = all.iter().find(|it| Some(it.at) == at)?;
    let places = [("name", it.full_name.clone()), ("post", it.post.clone()), ("at", web::moment(it.at))];
    Some(p.ta(if it.post.is_empty() { "returns-signed-name" } else { "returns-signed" }, &places))
}

/// What happened to a return, the latest first.
pub(super) fn events(p: &Page, all: Vec<rows::Happened>) -> Vec<Event> {
    let act = |act: &str| match act.strip_prefix("returns.") {
        Some(rest) => p.t(&format!("returns-event-{rest}")),
        None => act.to_owned(),
    };
    let event = |(at, what, actor, reason): rows::Happened| Event {
        at: web::moment(Instant::from_micros(at)),
        act: act(&what),
        actor,
        reason,
    };
    all.into_iter().map(event).collect()
}

/// The figures that a reader may see: those that wait for approval, else those accepted. A draft is its unit's own.
async fn figures(app: &App, line: &ReturnLine) -> Result<Option<(Vec<Cell>, Vec<AwardRow>, String, Issues)>> {
    if line.state == ReturnState::Submitted {
        let reading = checks::of(app, line, &line.draft, checks::Stage::Deciding).await?;
        return Ok(Some((reading.cells, reading.awards, line.draft.source.clone(), reading.issues)));
    }
    let Some(version) = line.version else { return Ok(None) };
    let mut conn = app.db.read().await?;
    let head = rows::version_head(&mut conn, version).await?.ok_or(Error::NotFound)?;
    let (cells, awards) = rows::version(&mut conn, version).await?.ok_or(Error::NotFound)?;
    Ok(Some((cells, awards, head.origin, Issues::new())))
}

/// The page. The issues are those of an act that was refused; the reason is what was typed for it.
pub(super) async fn render(
    app: &App,
    p: Page,
    who: &Who,
    line: &ReturnLine,
    cover: Cover,
    reason: &str,
    issues: &Issues,
) -> Result<Response> {
    let form = form(app, line)?;
    let found = figures(app, line).await?;
    let (events, versions, signatures) = {
        let mut conn = app.db.read().await?;
        let events = rows::events(&mut conn, line).await?;
        (events, rows::versions_of(&mut conn, line).await?, rows::signatures(&mut conn, line).await?)
    };
    let p = head::page(p, app, line);
    let head = Head::new(&p, app, line, &form, cover);
    let title = head.title();
    let words = forms::award_words().map_err(|err| Error::Internal(err.into()))?;
    let none = Issues::new();
    let read = found.as_ref().map_or(&none, |it| &it.3);
    let version = |it: crate::VersionHead| Version {
        id: it.id,
        number: it.number,
        accepted_at: web::moment(it.accepted_at),
        accepted_by: it.accepted_by,
        reason: it.reason,
        origin: it.origin,
        signed: signed(&p, &signatures, it.submitted_at),
    };
    let from_above = merge::looks_from_above(&who.scope(READ)?, &app.register.get(), line.unit, p.today);
    let eyes = if from_above { lines::Eyes::Above } else { lines::Eyes::Own };
    let approves = who.scope(APPROVE).is_ok_and(|scope| acts::is_above(app, &scope, line));
    let sections = found.as_ref().map(|it| lines::sections(&p, app, line, &form, &it.0, read, eyes)).transpose()?;
    let main = Main {
        head,
        path: format!("/returns/{}", line.id),
        revision: line.revision,
        before: lines::against(line.period).0.is_some(),
        sections,
        awards: found.as_ref().map(|it| lines::awards(&p, &words, &it.1)).unwrap_or_default(),
        source: found.as_ref().map(|it| it.2.clone()).unwrap_or_default(),
        accepted_only: found.is_some() && line.state.is_open(),
        warnings: words::warnings(&p, read),
        review: line.state == ReturnState::Submitted && approves,
        reviewing: false,
        signed: signed(&p, &signatures, line.submitted_at).filter(|_| !line.state.is_open()),
        // A file's figures stand in no form: they are corrected by another file.
        correct: line.state == ReturnState::Approved && !form.sections.is_empty() && entry::fills(app, who, line),
        reason,
        reason_issue: issues.iter().find(|it| it.field == "reason").map(|it| p.issue(it)),
        events: self::events(&p, events),
        versions: versions.into_iter().map(version).collect(),
        p: &p,
    };
    let status = if issues.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    p.show_with(status, &title, issues, &main)
}

/// `POST /returns/{id}/correction`.
pub(crate) async fn correct(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = return_id(&id)?;
    let (line, cover) = acts::find(&app, &who.scope(READ)?, id).await?;
    match acts::correct(&app, &who, id, revision(&typed)?, typed.text("reason")).await {
        Ok(()) => Ok(go(&format!("/returns/{id}?done=returns-correction-opened"))),
        Err(Error::Refused(issues)) => render(&app, page, &who, &line, cover, typed.text("reason"), &issues).await,
        Err(Error::Stale) => {
            let (line, cover) = acts::find(&app, &who.scope(READ)?, id).await?;
            let issues = only(Issue::new("", "returns-stale-review"));
            render(&app, page, &who, &line, cover, typed.text("reason"), &issues).await
        }
        Err(err) => Err(err),
    }
}
