//! Frozen reports: kept with their figures, compared with today's, and with the file that was signed.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Day, Instant, Issues, Period, UnitId};
use web::{App, Error, FileKind, Page, Result, Sent, Typed, Who};

use super::{Asked, about, covered, download, periods, show as show_preview, understood, written};
use crate::{
    EDIT, Format,
    acts::{self, Kept},
    returned::{self, Changed, Line},
    signing::Signing,
    store::frozen::{self as rows, Frozen},
};

/// A row of the comparison.
struct Compared {
    name: String,
    href: String,
    then: String,
    now: String,
    changed: bool,
}

/// A frozen report in a list.
struct Listed {
    id: i64,
    title: String,
    number: String,
    at: String,
    by: String,
    has_final: bool,
}

#[derive(askama::Template)]
#[template(path = "frozen_list.html")]
struct ListPage<'a> {
    p: &'a Page,
    unit: UnitId,
    reports: Vec<Listed>,
}

#[derive(askama::Template)]
#[template(path = "frozen.html")]
struct FrozenPage<'a> {
    p: &'a Page,
    /// The address of this report.
    here: String,
    title: String,
    at: String,
    by: String,
    number: String,
    hash: String,
    pdf_hash: Option<String>,
    rows: Vec<Compared>,
    changed: usize,
    may_edit: bool,
    signed: Option<Signed>,
    refused: Option<String>,
}

/// The file that was signed.
struct Signed {
    hash: String,
    at: String,
    by: String,
    differs: Vec<Differs>,
}

/// A figure that reads otherwise in it.
struct Differs {
    name: String,
    changed: Changed,
}

/// Keeps the report as it is now.
pub(crate) async fn freeze(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    typed: Typed,
) -> Result<Response> {
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    acts::editable(&app, &who, unit)?;
    let wanted = understood(&app, unit, &asked, &periods(&app))?;
    let signing = match Signing::read(&typed, wanted.period, page.today) {
        Ok(signing) => signing,
        Err(issues) => return show_preview(&app, page, &who, &wanted, &typed, &issues).await,
    };
    let Ok(brief) = written(&app, &wanted).await? else { return Err(Error::NotFound) };
    let key = acts::freeze(&app, &who, brief, &signing).await?;
    Ok(Redirect::to(&format!("/units/{unit}/frozen-briefs/{key}?done=frozen")).into_response())
}

/// The frozen reports of a unit.
pub(crate) async fn list(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let (unit, _) = covered(&app, &who, &id)?;
    let mut conn = app.db.read().await?;
    let found = rows::of_unit(&mut conn, unit).await?;
    drop(conn);
    let page = about(&app, page, unit);
    let reports = found.into_iter().map(|it| Listed {
        id: it.id,
        title: it.title,
        number: registered(&page, it.number, it.signed_on.as_deref()),
        at: day(it.frozen_at),
        by: it.frozen_by,
        has_final: it.final_hash.is_some(),
    });
    page.show(&page.t("briefs-frozen-list"), &ListPage { p: &page, unit, reports: reports.collect() })
}

/// "Số 12, ngày 15/12/2026": as far as they are known.
fn registered(page: &Page, number: Option<i64>, signed_on: Option<&str>) -> String {
    let day = signed_on.and_then(Day::parse).map(web::date);
    let number = number.map(|it| page.t1("briefs-frozen-number", "number", it));
    let day = day.map(|it| page.t1("briefs-frozen-signed", "day", it));
    [number, day].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn day(micros: i64) -> String {
    web::date(Instant::from_micros(micros).day())
}

/// The frozen figures beside today's, and beside those of the file that was signed.
pub(crate) async fn page(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path((id, brief)): Path<(String, i64)>,
) -> Result<Response> {
    let (unit, _) = covered(&app, &who, &id)?;
    show(&app, page, &who, unit, brief, None).await
}

async fn show(app: &App, page: Page, who: &Who, unit: UnitId, brief: i64, refused: Option<String>) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let found = rows::find(&mut conn, unit, brief).await?.ok_or(Error::NotFound)?;
    let file = if found.final_hash.is_some() { rows::signed(&mut conn, unit, brief).await? } else { None };
    drop(conn);
    let rows = compared(app, unit, &found)?;
    let mut signed = None;
    if let (Some(file), Some(hash)) = (file, &found.final_hash) {
        let lines: Vec<Line> = serde_json::from_str(&found.lines).map_err(broken)?;
        // It was read before it was kept.
        let changed = tokio::task::spawn_blocking(move || {
            returned::read(&file).map(|it| returned::changed(&lines, &it)).unwrap_or_default()
        });
        let catalogue = app.catalogue.get();
        let named = |changed: Changed| Differs {
            name: catalogue.by_code(&changed.code).map_or_else(|| changed.code.clone(), |it| it.name_vi.clone()),
            changed,
        };
        signed = Some(Signed {
            hash: hash.clone(),
            at: found.final_at.map(day).unwrap_or_default(),
            by: found.final_by.clone().unwrap_or_default(),
            differs: changed.await?.into_iter().map(named).collect(),
        });
    }
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = about(app, page, unit);
    let content = FrozenPage {
        p: &page,
        here: format!("/units/{unit}/frozen-briefs/{brief}"),
        at: day(found.frozen_at),
        by: found.frozen_by,
        number: registered(&page, found.number, found.signed_on.as_deref()),
        hash: found.docx_hash,
        pdf_hash: found.pdf_hash,
        changed: rows.iter().filter(|it| it.changed).count(),
        rows,
        may_edit: who.may(EDIT),
        signed,
        refused,
        title: found.title.clone(),
    };
    page.show_with(status, &found.title, &Issues::new(), &content)
}

fn broken(err: serde_json::Error) -> Error {
    Error::Internal(err.into())
}

/// The frozen figures beside today's.
fn compared(app: &App, unit: UnitId, found: &Frozen) -> Result<Vec<Compared>> {
    let period = Period::parse(&found.period).map_err(|_| Error::NotFound)?;
    let kept: Vec<Kept> = serde_json::from_str(&found.figures).map_err(broken)?;
    let catalogue = app.catalogue.get();
    let row = |it: Kept| {
        let now = catalogue.by_code(&it.code).and_then(|indicator| {
            let total = returns::figure::total(app, unit, indicator, period, figures::Boundaries::Then).ok()?;
            let words = returns::figure::in_words(&total, indicator).unwrap_or_default();
            let same = total.value == it.value && total.of == it.of && words == it.words;
            Some((words, same))
        });
        let (now, same) = now.unwrap_or_default();
        Compared {
            href: format!("/units/{unit}/figures/{}?period={period}", it.code),
            changed: !same,
            name: it.name,
            then: it.words,
            now,
        }
    };
    Ok(kept.into_iter().map(row).collect())
}

/// The file as it was frozen.
pub(crate) async fn file(State(app): State<App>, who: Who, Path((id, brief)): Path<(String, i64)>) -> Result<Response> {
    let (unit, _) = covered(&app, &who, &id)?;
    let mut conn = app.db.read().await?;
    let bytes = rows::docx(&mut conn, unit, brief).await?.ok_or(Error::NotFound)?;
    Ok(download(Format::Docx.media_type(), &format!("bao-cao-{brief}.docx"), bytes))
}

/// The same as PDF.
pub(crate) async fn pdf(State(app): State<App>, who: Who, Path((id, brief)): Path<(String, i64)>) -> Result<Response> {
    let (unit, _) = covered(&app, &who, &id)?;
    let mut conn = app.db.read().await?;
    let bytes = rows::pdf(&mut conn, unit, brief).await?.ok_or(Error::NotFound)?;
    Ok(download(Format::Pdf.media_type(), &format!("bao-cao-{brief}.pdf"), bytes))
}

/// The file that was signed.
pub(crate) async fn signed(
    State(app): State<App>,
    who: Who,
    Path((id, brief)): Path<(String, i64)>,
) -> Result<Response> {
    let (unit, _) = covered(&app, &who, &id)?;
    let mut conn = app.db.read().await?;
    let bytes = rows::signed(&mut conn, unit, brief).await?.ok_or(Error::NotFound)?;
    Ok(download(Format::Docx.media_type(), &format!("ban-chinh-thuc-{brief}.docx"), bytes))
}

/// Takes the file that was signed: once kept it stays.
pub(crate) async fn take_signed(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path((id, brief)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response> {
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    acts::editable(&app, &who, unit)?;
    let mut conn = app.db.read().await?;
    rows::find(&mut conn, unit, brief).await?.ok_or(Error::NotFound)?;
    drop(conn);
    let (_, bytes) = match sent.file.checked("file", &[FileKind::Docx], returned::LARGEST).await {
        Ok(it) => it.into_parts(),
        Err(Error::Refused(issues)) => {
            let why = issues.first().map(|it| page.issue(it));
            return show(&app, page, &who, unit, brief, why).await;
        }
        Err(err) => return Err(err),
    };
    let (bytes, read) = tokio::task::spawn_blocking(move || {
        let read = returned::read(&bytes);
        (bytes, read)
    })
    .await?;
    if let Err(why) = read {
        return show(&app, page, &who, unit, brief, Some(why.to_string())).await;
    }
    acts::keep_signed(&app, &who, unit, brief, &bytes).await?;
    Ok(Redirect::to(&format!("/units/{unit}/frozen-briefs/{brief}?done=final")).into_response())
}
