//! `GET /returns/{id}/figures/{code}`: one figure of a return, from where it came, its versions, the records behind it,
//! and what was said about it; `POST` says something.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Cell, Indicator, Issues, Severity, VersionId};
use web::{App, Area, Behind, Cover, Empty, Error, Page, Result, Typed, Who};

use super::{
    entry, form,
    head::{self, Head},
    lines, return_id,
};
use crate::{
    Origin, READ, acts,
    checks::{self, Stage},
    merge, records,
    state::State as ReturnState,
    store::{self as rows, ReturnLine},
};

#[derive(Template)]
#[template(path = "figure.html")]
struct Main<'a> {
    p: &'a Page,
    head: Head,
    path: String,
    code: String,
    name: String,
    measure: String,
    stands: Vec<Stand>,
    records: Option<Records>,
    comments: Vec<Comment>,
    /// Whether the figure has a thread at all.
    thread: bool,
    /// Whether who reads may add to it.
    takes_part: bool,
    area: Area<'a>,
}

/// The figure as it stood at a time.
struct Stand {
    version: Option<(VersionId, i64)>,
    amount: Option<i64>,
    value: String,
    origin: String,
    note: String,
    at: String,
    by: String,
    reason: String,
}

/// The records behind a figure, and what they amount to now.
struct Records {
    definition: String,
    /// Nothing where the unit keeps no such records here.
    found: Option<(String, Vec<Behind>)>,
}

/// A word about a figure.
#[derive(Debug)]
pub(super) struct Comment {
    pub(super) at: String,
    pub(super) author: String,
    pub(super) text: String,
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path((id, code)): Path<(String, String)>,
) -> Result<Response> {
    let (line, cover) = acts::find(&app, &who.scope(READ)?, return_id(&id)?).await?;
    render(&app, page, &who, (&line, cover), &code, "", &Issues::new()).await
}

pub(crate) async fn comment(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path((id, code)): Path<(String, String)>,
    typed: Typed,
) -> Result<Response> {
    let (line, cover) = acts::find(&app, &who.scope(READ)?, return_id(&id)?).await?;
    let text = typed.text("comment");
    let done = acts::comment(&app, &who, line.id, &code, text).await;
    let to = |()| format!("/returns/{id}/figures/{code}?done=returns-commented");
    web::answered(done, to, async |issues| render(&app, page, &who, (&line, cover), &code, text, &issues).await).await
}

async fn render(
    app: &App,
    page: Page,
    who: &Who,
    (line, cover): (&ReturnLine, Cover),
    code: &str,
    typed: &str,
    issues: &Issues,
) -> Result<Response> {
    let form = form(app, line)?;
    let catalogue = app.catalogue.get();
    let indicator = catalogue.by_code(code).ok_or(Error::NotFound)?;
    let page = head::page(page, app, line);
    let takes_part = acts::takes_part(app, who, line);
    let mut stands = stands(&page, app, who, line, indicator).await?;
    if merge::merges(indicator)
        && merge::looks_from_above(&who.scope(READ)?, &app.register.get(), line.unit, page.today)
    {
        for it in stands.iter_mut().filter(|it| it.amount.is_some_and(merge::is_small)) {
            it.value = page.t("returns-merged");
        }
    }
    if stands.is_empty() && form.items().all(|it| it.indicator != indicator.id()) {
        return Err(Error::NotFound);
    }
    let said = if takes_part { rows::comments(&mut app.db.read().await?, line).await? } else { Vec::new() };
    let main = Main {
        head: Head::new(&page, app, line, &form, cover),
        path: format!("/returns/{}", line.id),
        code: indicator.code.clone(),
        name: page.indicator(indicator).to_owned(),
        measure: indicator.measure.clone(),
        stands,
        records: if cover == Cover::Full { behind(&page, app, line, indicator).await? } else { None },
        comments: comments(said, indicator.id()),
        thread: takes_part && acts::takes_comments(indicator),
        takes_part,
        area: Area::free_text(&page, "comment", "returns-comment", typed, acts::COMMENT_LENGTH, issues),
        p: &page,
    };
    let title = format!("{}: {}", main.name, main.head.title());
    let wrong = issues.iter().any(|it| it.severity == Severity::Error);
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.show_with(status, &title, issues, &main)
}

/// What was said about a figure, in words.
pub(super) fn comments(all: Vec<rows::Comment>, indicator: kernel::IndicatorId) -> Vec<Comment> {
    let comment = |it: rows::Comment| Comment { at: web::moment(it.at), author: it.author, text: it.text };
    all.into_iter().filter(|it| it.indicator == indicator).map(comment).collect()
}

/// The figure as it is typed or waits, for who may see that, then as it was accepted, the latest first.
async fn stands(p: &Page, app: &App, who: &Who, line: &ReturnLine, indicator: &Indicator) -> Result<Vec<Stand>> {
    let mut res = Vec::new();
    let typing = line.state.is_open() && entry::fills(app, who, line);
    if typing || line.state == ReturnState::Submitted {
        let reading = checks::of(app, line, &line.draft, Stage::Keeping).await?;
        let place = reading.places.iter().find(|it| it.0 == indicator.id()).map_or("", |it| &it.1);
        let raw = line.draft.cells.get(&indicator.code);
        let stand = match reading.cells.iter().find(|it| it.indicator == indicator.id()) {
            Some(cell) => Some(stand(p, cell, indicator, place)),
            None => raw.map(|it| Stand { value: it.value.clone(), ..stand(p, &Cell::default(), indicator, place) }),
        };
        res.extend(stand.map(|it| Stand { at: p.t(line.state.text()), ..it }));
    }
    let mut conn = app.db.read().await?;
    for head in rows::versions_of(&mut conn, line).await? {
        let (cells, _) = rows::version(&mut conn, head.id).await?.ok_or(Error::NotFound)?;
        let Some(cell) = cells.iter().find(|it| it.indicator == indicator.id()) else { continue };
        let places = rows::places_of(&mut conn, line.province, head.id).await?;
        let place = match places.iter().find(|it| it.0 == indicator.id()) {
            Some((_, place)) => place,
            None if matches!(Origin::of(cell.origin), Origin::Imported | Origin::Document) => &head.origin,
            None => "",
        };
        res.push(Stand {
            version: Some((head.id, head.number)),
            at: web::moment(head.accepted_at),
            by: head.accepted_by.clone(),
            reason: head.reason.clone(),
            ..stand(p, cell, indicator, place)
        });
    }
    Ok(res)
}

fn stand(p: &Page, cell: &Cell, indicator: &Indicator, place: &str) -> Stand {
    let origin = p.t(Origin::text(cell.origin));
    Stand {
        version: None,
        amount: Some(cell.amount.value),
        value: lines::cell_in_words(cell, indicator),
        origin: if place.is_empty() { origin } else { format!("{origin}: {place}") },
        note: cell.note.clone(),
        at: String::new(),
        by: String::new(),
        reason: String::new(),
    }
}

async fn behind(p: &Page, app: &App, line: &ReturnLine, indicator: &Indicator) -> Result<Option<Records>> {
    let Some(rule) = records::rule(app, &indicator.code) else { return Ok(None) };
    let found = records::derived(app, line).await?.into_iter().find(|it| it.indicator == indicator.id());
    let amount = |it: records::Derived| (viet::decimal(it.amount, indicator.decimals), it.records);
    Ok(Some(Records { definition: p.t(rule.text), found: found.map(amount) }))
}
