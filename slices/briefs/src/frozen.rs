//! Reports that were signed: kept with their figures, compared with today's, and with the file that was signed.

use axum::{
    extract::{Multipart, Path, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, Period, UnitId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::Conn;
use web::{App, Cover, Crumb, Error, Page, Result, Typed, Who};

use crate::{
    EDIT, Format,
    pages::{Asked, covered, failed, periods, understood, written},
    render::render_apart,
    returned::{self, Changed, Stretch},
    template::editable,
};

/// A figure as it was when the report was frozen.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    code: String,
    name: String,
    words: String,
    value: Option<i64>,
    of: Option<i64>,
}

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
    id: i64,
    title: String,
    at: String,
    by: String,
    hash: String,
    rows: Vec<Compared>,
    changed: usize,
    may_edit: bool,
    final_hash: Option<String>,
    differs: Vec<Changed>,
    refused: Option<String>,
}

/// One row of the table.
#[derive(Debug, sqlx::FromRow)]
struct Frozen {
    id: i64,
    unit_id: i64,
    period: String,
    title: String,
    figures: String,
    lines: String,
    docx_hash: String,
    frozen_at: i64,
    frozen_by: String,
    r#final: Option<Vec<u8>>,
    final_hash: Option<String>,
}

/// Keeps the report as it is now.
pub(crate) async fn freeze(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    _form: Typed,
) -> Result<Response> {
    let unit = editable(&app, &who, &id)?;
    let wanted = understood(&app, unit, &asked, &periods(&app))?;
    let Ok(brief) = written(&app, &wanted).await? else { return Err(Error::NotFound) };
    let figures: Vec<Kept> = brief
        .figures
        .iter()
        .map(|it| Kept {
            code: it.code().to_owned(),
            name: it.answer.indicator.name_vi.clone(),
            words: returns::figure::in_words(&it.answer.total, &it.answer.indicator).unwrap_or_default(),
            value: it.answer.total.value,
            of: it.answer.total.of,
        })
        .collect();
    let lines = returned::stretches(&brief.document);
    let title = brief.document.title();
    let docx = render_apart(&app, brief, Format::Docx).await.map_err(failed)?;
    let json = |it: serde_json::Result<String>| it.map_err(|err| Error::Internal(err.into()));
    let key = app.new_id();
    let mut tx = app.db.write().await?;
    tx.query(
        "insert into frozen_brief (id, unit_id, period, title, figures, lines, docx, docx_hash, frozen_at, frozen_by) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(key)
    .bind(unit.0)
    .bind(wanted.period.to_string())
    .bind(title)
    .bind(json(serde_json::to_string(&figures))?)
    .bind(json(serde_json::to_string(&lines))?)
    .bind(docx.clone())
    .bind(kernel::hex(&Sha256::digest(&docx)))
    .bind(app.clock.now().micros())
    .bind(who.name.clone())
    .run()
    .await?;
    note(&app, &mut tx, &who, unit, "briefs.frozen", key).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/frozen-briefs/{key}?done=frozen")).into_response())
}

async fn note(app: &App, tx: &mut Conn, who: &Who, unit: UnitId, act: &'static str, key: i64) -> Result<()> {
    let register = app.register.get();
    let today = app.clock.today();
    let province = register.ancestors(unit, today).iter().rev().nth(1).map_or(unit.0, |it| it.id.0);
    let object = key.to_string();
    let entry =
        audit::Entry { province, at: app.clock.now(), actor: who.actor(), act, unit: Some(unit), object: &object };
    drop(register);
    audit::append(tx, &entry).await?;
    Ok(())
}

/// The frozen reports of a unit.
pub(crate) async fn list(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let (unit, _) = covered(&app, &who, &id)?;
    let mut conn = app.db.read().await?;
    let rows: Vec<(i64, String, i64, String, Option<String>)> = conn
        .query("select id, title, frozen_at, frozen_by, final_hash from frozen_brief where unit_id = $1 order by frozen_at desc")
        .bind(unit.0)
        .all()
        .await?;
    drop(conn);
    let reports = rows.into_iter().map(|(id, title, at, by, hash)| Listed {
        id,
        title,
        at: crate::words::short(Instant::from_micros(at).day()),
        by,
        has_final: hash.is_some(),
    });
    let page = page.crumbs(crumbs(&app, unit));
    page.show(&page.t("briefs-frozen-list"), &ListPage { p: &page, unit, reports: reports.collect() })
}

fn crumbs(app: &App, unit: UnitId) -> Vec<Crumb> {
    let label = app.register.get().latest(unit).map(|it| it.full_name.clone()).unwrap_or_default();
    vec![Crumb { label, path: format!("/units/{unit}") }]
}

async fn find(app: &App, who: &Who, id: i64) -> Result<Frozen> {
    let mut conn = app.db.read().await?;
    let found: Option<Frozen> = conn
        .query(
            "select id, unit_id, period, title, figures, lines, docx_hash, frozen_at, frozen_by, final, final_hash \
             from frozen_brief where id = $1",
        )
        .bind(id)
        .maybe()
        .await?;
    let found = found.ok_or(Error::NotFound)?;
    let cover = who.scope(returns::READ)?.cover(&app.register.get(), UnitId(found.unit_id), app.clock.today());
    if cover == Cover::None { Err(Error::NotFound) } else { Ok(found) }
}

/// The frozen figures beside today's, and beside those of the file that was signed.
pub(crate) async fn page(State(app): State<App>, page: Page, who: Who, Path(id): Path<i64>) -> Result<Response> {
    let frozen = find(&app, &who, id).await?;
    show(&app, page, &who, frozen, None)
}

fn show(app: &App, page: Page, who: &Who, frozen: Frozen, refused: Option<String>) -> Result<Response> {
    let unit = UnitId(frozen.unit_id);
    let period = Period::parse(&frozen.period).map_err(|_| Error::NotFound)?;
    let broken = |err: serde_json::Error| Error::Internal(err.into());
    let kept: Vec<Kept> = serde_json::from_str(&frozen.figures).map_err(broken)?;
    let lines: Vec<Vec<Stretch>> = serde_json::from_str(&frozen.lines).map_err(broken)?;
    let catalogue = app.catalogue.get();
    let rows: Vec<Compared> = kept
        .into_iter()
        .map(|it| {
            let now = catalogue.by_code(&it.code).and_then(|indicator| {
                let total = returns::figure::total(app, unit, indicator, period, figures::Boundaries::Then).ok()?;
                let same = total.value == it.value && total.of == it.of;
                Some((returns::figure::in_words(&total, indicator).unwrap_or_default(), same))
            });
            let (now, same) = now.unwrap_or_default();
            Compared {
                href: format!("/units/{unit}/figures/{}?period={period}", it.code),
                changed: !same,
                name: it.name,
                then: it.words,
                now,
            }
        })
        .collect();
    let differs = match &frozen.r#final {
        Some(file) => returned::paragraphs(file).map(|it| returned::changed(&lines, &it)).unwrap_or_default(),
        None => Vec::new(),
    };
    let status = if refused.is_some() { 422 } else { 200 };
    let page = page.crumbs(crumbs(app, unit));
    let content = FrozenPage {
        p: &page,
        id: frozen.id,
        at: crate::words::short(Instant::from_micros(frozen.frozen_at).day()),
        by: frozen.frozen_by,
        hash: frozen.docx_hash,
        changed: rows.iter().filter(|it| it.changed).count(),
        rows,
        may_edit: who.may(EDIT),
        final_hash: frozen.final_hash,
        differs,
        refused,
        title: frozen.title.clone(),
    };
    let status = axum::http::StatusCode::from_u16(status).unwrap_or_default();
    page.show_with(status, &frozen.title, &kernel::Issues::new(), &content)
}

/// The file as it was frozen.
pub(crate) async fn file(State(app): State<App>, who: Who, Path(id): Path<i64>) -> Result<Response> {
    find(&app, &who, id).await?;
    let mut conn = app.db.read().await?;
    let found: Option<(Vec<u8>,)> = conn.query("select docx from frozen_brief where id = $1").bind(id).maybe().await?;
    let (bytes,) = found.ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, Format::Docx.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"bao-cao-{id}.docx\"")),
    ];
    Ok((headers, bytes).into_response())
}

/// Takes the file that was signed: once kept it stays.
pub(crate) async fn take_final(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<i64>,
    mut form: Multipart,
) -> Result<Response> {
    let frozen = find(&app, &who, id).await?;
    editable(&app, &who, &UnitId(frozen.unit_id).to_string())?;
    let (mut csrf, mut bytes) = (String::new(), Vec::new());
    while let Some(mut field) = form.next_field().await.map_err(|_| Error::Bad("not a form"))? {
        let name = field.name().unwrap_or_default().to_owned();
        while let Some(chunk) = field.chunk().await.map_err(|_| Error::Bad("file too large"))? {
            match name.as_str() {
                "csrf" if csrf.len() < 200 => csrf.push_str(&String::from_utf8_lossy(&chunk)),
                "file" if bytes.len() <= returned::LARGEST => bytes.extend_from_slice(&chunk),
                _ => {}
            }
        }
    }
    if page.csrf.is_empty() || csrf != page.csrf {
        return Err(Error::Bad("hidden word missing or wrong"));
    }
    let (bytes, read) = tokio::task::spawn_blocking(move || {
        let read = returned::paragraphs(&bytes);
        (bytes, read)
    })
    .await
    .map_err(|err| Error::Internal(err.into()))?;
    if let Err(why) = read {
        return show(&app, page, &who, frozen, Some(why.to_string()));
    }
    let mut tx = app.db.write().await?;
    tx.query("update frozen_brief set final = $2, final_hash = $3, final_at = $4, final_by = $5 where id = $1 and final is null")
        .bind(id)
        .bind(bytes.clone())
        .bind(kernel::hex(&Sha256::digest(&bytes)))
        .bind(app.clock.now().micros())
        .bind(who.name.clone())
        .run()
        .await?;
    note(&app, &mut tx, &who, UnitId(frozen.unit_id), "briefs.final", id).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/frozen-briefs/{id}?done=final")).into_response())
}
