//! The day itself: the year's figures, large, for the wall of the hall; the door behind the QR code that counts.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use web::{App, Error, Page, Result, Typed, Who};

use super::{Asked, covered, periods, understood, written};
use crate::{
    Figure, acts,
    conference::{Which, shown},
    store::attendance,
    words::span,
};

/// A browser that was counted keeps the door's code for a day, so that nobody counts twice by mistake.
const COOKIE: &str = "came";

#[derive(askama::Template)]
#[template(path = "day.html")]
struct DayPage<'a> {
    p: &'a Page,
    title: String,
    figures: Vec<(String, String)>,
}

#[derive(askama::Template)]
#[template(path = "door.html")]
struct DoorPage<'a> {
    p: &'a Page,
    code: String,
    counted: bool,
}

/// The year's figures, large, for the wall of the hall.
pub(crate) async fn day(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response> {
    let (unit, _) = covered(&app, &who, &id)?;
    let wanted = understood(&app, unit, &Asked::of(which.period, None), &periods(&app))?;
    let Ok(brief) = written(&app, &wanted).await? else { return Err(Error::NotFound) };
    let number = |it: &Figure| returns::figure::in_words(&it.answer.total, &it.answer.indicator).unwrap_or_default();
    let figures = shown(&brief).map(|it| (number(it), it.answer.indicator.name_vi.clone())).collect();
    let title = format!("{} – {}", brief.unit.full_name, span(wanted.period));
    let page = page.synthetic(brief.unit.synthetic);
    page.show(&title, &DayPage { p: &page, title: title.clone(), figures })
}

/// Whether somebody was just counted.
#[derive(Debug, Deserialize)]
pub(crate) struct Counted {
    done: Option<String>,
}

/// The page behind the QR code at the door.
pub(crate) async fn door(
    State(app): State<App>,
    page: Page,
    Path(code): Path<String>,
    Query(asked): Query<Counted>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut conn = app.db.read().await?;
    attendance::unit_of(&mut conn, &code).await?.ok_or(Error::NotFound)?;
    drop(conn);
    let counted = asked.done.is_some() || came(&headers, &code);
    page.show(&page.t("briefs-door"), &DoorPage { p: &page, code, counted })
}

/// Counts one more, and forgets who.
pub(crate) async fn enter(
    State(app): State<App>,
    Path(code): Path<String>,
    headers: HeaderMap,
    _form: Typed,
) -> Result<Response> {
    if !came(&headers, &code) {
        acts::count(&app, &code).await?;
    }
    let secure = if app.settings.secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={code}; Path=/attendance; Max-Age=86400; HttpOnly; SameSite=Lax{secure}");
    let back = Redirect::to(&format!("/attendance/{code}?done=counted"));
    Ok(([(header::SET_COOKIE, cookie)], back).into_response())
}

/// Whether this browser says that it was counted here.
fn came(headers: &HeaderMap, code: &str) -> bool {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    all.flat_map(|it| it.split(';')).any(|it| it.trim().split_once('=') == Some((COOKIE, code)))
}
