//! Templates that people change: kept in versions, a unit's own before those above it, before the program's.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use kernel::UnitId;
use serde::Deserialize;
use store::Conn;
use web::{App, Cover, Crumb, Error, Page, Result, Typed, Who};

use crate::{
    EDIT, Span, WordingError,
    brief::write_with,
    pages::{Asked, failed, periods, understood},
    render::PaperHtml,
    wording,
};

/// Where a template comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// The program.
    Program,
    /// The unit itself or one above it, and the number of its version.
    Unit(UnitId, i64),
}

/// The template that holds for a unit: its own, else that of the nearest unit above, else the program's.
pub(crate) async fn chosen(app: &App, conn: &mut Conn, unit: UnitId, span: Span) -> store::Result<(From, String)> {
    let above: Vec<UnitId> = {
        let (register, today) = (app.register.get(), app.clock.today());
        register.ancestors(unit, today).iter().map(|it| it.id).collect()
    };
    for owner in std::iter::once(unit).chain(above) {
        if let Some((number, text)) = newest(conn, owner, span).await? {
            return Ok((From::Unit(owner, number), text));
        }
    }
    Ok((From::Program, span.built_in().to_owned()))
}

async fn newest(conn: &mut Conn, unit: UnitId, span: Span) -> store::Result<Option<(i64, String)>> {
    conn.query(
        "select number, content from brief_template where unit_id = $1 and span = $2 order by number desc limit 1",
    )
    .bind(unit.0)
    .bind(span.word().to_owned())
    .maybe()
    .await
}

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
    span: Span,
    period: String,
    text: &'a str,
    based_on: i64,
    source: String,
    versions: Vec<Version>,
    wrong: Vec<WordingError>,
    paper: Option<PaperHtml<'a>>,
}

/// What the address of the page says.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    span: Option<String>,
    period: Option<String>,
    version: Option<i64>,
}

impl Which {
    fn span(&self) -> Span {
        self.span.as_deref().and_then(Span::parse).unwrap_or(Span::Year)
    }

    fn asked(&self) -> Asked {
        Asked::of(self.period.clone(), self.span.clone())
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
    let unit = editable(&app, &who, &id)?;
    let mut conn = app.db.read().await?;
    let text = match which.version {
        Some(number) => {
            let found: Option<(String,)> = conn
                .query("select content from brief_template where unit_id = $1 and span = $2 and number = $3")
                .bind(unit.0)
                .bind(which.span().word().to_owned())
                .bind(number)
                .maybe()
                .await?;
            found.ok_or(Error::NotFound)?.0
        }
        None => chosen(&app, &mut conn, unit, which.span()).await?.1,
    };
    drop(conn);
    show(&app, page, unit, &which, &text, None).await
}

/// The template sent back: shown as it would look, or kept as a new version.
pub(crate) async fn sent(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(which): Query<Which>,
    typed: Typed,
) -> Result<Response> {
    let unit = editable(&app, &who, &id)?;
    let text = typed.text("text").replace("\r\n", "\n");
    if typed.text("act") != "save" || wording::read(&text, &app.catalogue.get()).is_err() {
        let based_on = typed.text("based_on").parse().ok();
        return show(&app, page, unit, &which, &text, based_on).await;
    }
    let span = which.span();
    let mut tx = app.db.write().await?;
    let newest = newest(&mut tx, unit, span).await?.map_or(0, |(number, _)| number);
    if typed.text("based_on").parse::<i64>().ok() != Some(newest) {
        return Err(Error::Stale);
    }
    tx.query(
        "insert into brief_template (unit_id, span, number, content, made_at, made_by) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(unit.0)
    .bind(span.word().to_owned())
    .bind(newest + 1)
    .bind(text)
    .bind(app.clock.now().micros())
    .bind(who.name.clone())
    .run()
    .await?;
    tx.commit().await?;
    let period = which.period.unwrap_or_default();
    let back = format!("/units/{unit}/brief/template?span={}&period={period}&done=template", span.word());
    Ok(Redirect::to(&back).into_response())
}

/// The unit, if the asker may change its templates.
pub(crate) fn editable(app: &App, who: &Who, id: &str) -> Result<UnitId> {
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    match who.scope(EDIT)?.cover(&app.register.get(), unit, app.clock.today()) {
        Cover::Full => Ok(unit),
        Cover::Heir | Cover::None => Err(Error::NotFound),
    }
}

async fn show(
    app: &App,
    page: Page,
    unit: UnitId,
    which: &Which,
    text: &str,
    based_on: Option<i64>,
) -> Result<Response> {
    let span = which.span();
    let wanted = understood(app, unit, &which.asked(), &periods(app))?;
    let mut conn = app.db.read().await?;
    let (from, _) = chosen(app, &mut conn, unit, span).await?;
    let rows: Vec<(i64, i64, String)> = conn
        .query(
            "select number, made_at, made_by from brief_template where unit_id = $1 and span = $2 order by number desc",
        )
        .bind(unit.0)
        .bind(span.word().to_owned())
        .all()
        .await?;
    let newest = rows.first().map_or(0, |(number, _, _)| *number);
    let versions = rows.into_iter().map(|(number, at, made_by)| Version {
        number,
        made_at: crate::words::short(kernel::Instant::from_micros(at).day()),
        made_by,
    });
    let (mut wrong, mut brief) = (Vec::new(), None);
    match wording::read(text, &app.catalogue.get()) {
        Err(found) => wrong = found,
        Ok(template) => match write_with(app, &mut conn, &wanted, &template).await {
            Ok(it) => {
                wrong.clone_from(&it.problems);
                brief = Some(it);
            }
            Err(crate::BriefError::Asked(_)) => {}
            Err(other) => return Err(failed(other)),
        },
    }
    drop(conn);
    let register = app.register.get();
    let name = |unit: UnitId| register.latest(unit).map(|it| it.full_name.clone()).unwrap_or_default();
    let source = match from {
        From::Program => page.t("briefs-template-program"),
        From::Unit(owner, number) => {
            page.ta("briefs-template-of", &[("unit", name(owner)), ("number", number.to_string())])
        }
    };
    let page = page.crumbs(vec![
        Crumb { label: name(unit), path: format!("/units/{unit}") },
        Crumb { label: page_title(&app.register.get(), unit), path: format!("/units/{unit}/brief") },
    ]);
    let content = TemplatePage {
        p: &page,
        unit,
        span,
        period: wanted.period.to_string(),
        text,
        based_on: based_on.unwrap_or(newest),
        source,
        versions: versions.collect(),
        wrong,
        paper: brief.as_ref().map(|it| PaperHtml::new(&it.document, None)),
    };
    page.show(&page.t("briefs-template"), &content)
}

fn page_title(register: &kernel::Register, unit: UnitId) -> String {
    register.latest(unit).map(|it| format!("Báo cáo – {}", it.full_name)).unwrap_or_default()
}
