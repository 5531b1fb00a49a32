//! Templates that people change: shown with a preview from today's figures, kept in versions.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Issues, Period, UnitId};
use serde::Deserialize;
use web::{App, Error, Page, Result, Typed, Who};

use super::{Asked, about, encoded, failed, periods, understood};
use crate::{
    BriefError, Wording, WordingError,
    acts::{editable, keep_template},
    brief::write_with,
    render::PaperHtml,
    store::templates,
    template::{Origin, chosen},
    wording::read,
};

/// One kept version.
#[derive(Debug, Clone)]
struct Version {
    number: i64,
    made_at: String,
    made_by: String,
}

#[derive(askama::Template)]
#[template(path = "template.html")]
struct TemplatePage<'a> {
    p: &'a Page,
    unit: UnitId,
    wording: Wording,
    period: String,
    text: &'a str,
    seen: i64,
    /// Somebody saved a version while this one was typed.
    stale: bool,
    source: String,
    versions: Vec<Version>,
    wrong: Vec<WordingError>,
    paper: Option<PaperHtml<'a>>,
}

/// What the address of the page says.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    wording: Option<String>,
    period: Option<String>,
    version: Option<i64>,
}

impl Which {
    fn wording(&self) -> Wording {
        self.wording.as_deref().and_then(Wording::parse).unwrap_or(Wording::Year)
    }
}

/// The template in a field, its versions beside it.
pub(crate) async fn page(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response> {
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    editable(&app, &who, unit)?;
    let mut conn = app.db.read().await?;
    let text = match which.version {
        Some(number) => templates::content(&mut conn, unit, which.wording(), number).await?.ok_or(Error::NotFound)?,
        None => chosen(&app, &mut conn, unit, which.wording()).await?.1,
    };
    drop(conn);
    show(&app, page, unit, &which, &text, None, StatusCode::OK).await
}

/// The template sent back: shown as it would look, or kept as a new version. What was typed stays in the field.
pub(crate) async fn sent(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(which): Query<Which>,
    typed: Typed,
) -> Result<Response> {
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    editable(&app, &who, unit)?;
    let text = typed.text("text").replace("\r\n", "\n");
    let seen: i64 = typed.text("seen").parse().map_err(|_| Error::Bad("no version"))?;
    if typed.text("act") != "save" {
        return show(&app, page, unit, &which, &text, Some(seen), StatusCode::OK).await;
    }
    match keep_template(&app, &who, unit, which.wording(), &text, seen).await {
        Ok(()) => {}
        Err(Error::Refused(_)) => {
            return show(&app, page, unit, &which, &text, Some(seen), StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Err(Error::Stale) => {
            return show(&app, page, unit, &which, &text, None, StatusCode::CONFLICT).await;
        }
        Err(other) => return Err(other),
    }
    let period = which.period.clone().unwrap_or_default();
    let query = encoded(&[("wording", which.wording().word()), ("period", &period), ("done", "template")]);
    Ok(Redirect::to(&format!("/units/{unit}/brief/template?{query}")).into_response())
}

async fn show(
    app: &App,
    page: Page,
    unit: UnitId,
    which: &Which,
    text: &str,
    seen: Option<i64>,
    status: StatusCode,
) -> Result<Response> {
    let wording = which.wording();
    let wanted =
        understood(app, unit, &Asked::of(example(app, which), Some(wording.word().to_owned())), &periods(app))?;
    let mut conn = app.db.read().await?;
    let (origin, _) = chosen(app, &mut conn, unit, wording).await?;
    let versions = templates::versions(&mut conn, unit, wording).await?;
    let newest = versions.first().map_or(0, |it| it.number);
    let (mut wrong, mut brief) = (Vec::new(), None);
    match read(text, &app.catalogue.get()) {
        Err(found) => wrong = found,
        Ok(template) => match write_with(app, &mut conn, &wanted, &template).await {
            Ok(it) => {
                wrong.clone_from(&it.problems);
                brief = Some(it);
            }
            Err(BriefError::Asked(_)) => {}
            Err(other) => return Err(failed(other)),
        },
    }
    drop(conn);
    let register = app.register.get();
    let name = |unit: UnitId| register.latest(unit).map(|it| it.full_name.clone()).unwrap_or_default();
    let source = match origin {
        Origin::Program => page.t("briefs-template-program"),
        Origin::Unit(owner, number) => {
            page.ta("briefs-template-of", &[("unit", name(owner)), ("number", number.to_string())])
        }
    };
    let page = about(app, page, unit);
    let version = |it: templates::Version| Version {
        number: it.number,
        made_at: web::date(it.made_at.day()),
        made_by: it.made_by,
    };
    let content = TemplatePage {
        p: &page,
        unit,
        wording,
        period: wanted.period.to_string(),
        text,
        seen: seen.unwrap_or(newest),
        stale: status == StatusCode::CONFLICT,
        source,
        versions: versions.into_iter().map(version).collect(),
        wrong,
        paper: brief.as_ref().map(|it| PaperHtml::new(&it.document, None)),
    };
    page.show_with(status, &page.t("briefs-template"), &Issues::new(), &content)
}

/// The period of the preview: the one asked for if this wording speaks of such; else the latest such period of which
/// anything is held.
fn example(app: &App, which: &Which) -> Option<String> {
    let frequency = which.wording().frequency();
    let asked = which.period.as_deref().and_then(|it| Period::parse(it).ok());
    if asked.is_some_and(|it| it.frequency() == frequency) {
        return which.period.clone();
    }
    let latest = app.periods().into_iter().filter_map(|it| it.within(frequency)).max_by_key(|it| it.last());
    latest.map(|it| it.to_string())
}
