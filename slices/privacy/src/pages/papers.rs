//! The papers that the law asks for: written when they are asked for, from the register and from counted records.

use std::sync::OnceLock;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use paper::{Document, Fonts};
use web::{App, Error, Page, Result, Typed, Who};

use crate::{HANDLE, counted, documents};

/// So many years back a report is offered.
const YEARS: i32 = 5;

#[derive(Template)]
#[template(path = "papers.html")]
struct List<'a> {
    p: &'a Page,
    here: &'static str,
    years: Vec<i32>,
}

pub(crate) async fn list(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    who.scope(HANDLE)?;
    let year = app.clock.today().year();
    let main = List { here: "papers", years: (year - YEARS + 1..=year).rev().collect(), p: &page };
    page.show(&page.t("privacy-papers"), &main)
}

/// The form of a file.
#[derive(Clone, Copy)]
enum Format {
    Word,
    Pdf,
}

pub(crate) async fn register_docx(State(app): State<App>, who: Who) -> Result<Response> {
    let document = documents::register(&app, &who)?;
    file(&app, document, "so-dang-ky-xu-ly-du-lieu", Format::Word).await
}

pub(crate) async fn register_pdf(State(app): State<App>, who: Who) -> Result<Response> {
    let document = documents::register(&app, &who)?;
    file(&app, document, "so-dang-ky-xu-ly-du-lieu", Format::Pdf).await
}

pub(crate) async fn assessment_docx(State(app): State<App>, who: Who) -> Result<Response> {
    let document = documents::assessment(&app, &who)?;
    file(&app, document, "danh-gia-tac-dong", Format::Word).await
}

pub(crate) async fn assessment_pdf(State(app): State<App>, who: Who) -> Result<Response> {
    let document = documents::assessment(&app, &who)?;
    file(&app, document, "danh-gia-tac-dong", Format::Pdf).await
}

pub(crate) async fn transparency_docx(
    State(app): State<App>,
    who: Who,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    transparency(&app, &who, asked, Format::Word).await
}

pub(crate) async fn transparency_pdf(
    State(app): State<App>,
    who: Who,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    transparency(&app, &who, asked, Format::Pdf).await
}

async fn transparency(app: &App, who: &Who, asked: Vec<(String, String)>, format: Format) -> Result<Response> {
    let today = app.clock.today().year();
    let year = match Typed(asked).text("year") {
        "" => today,
        text => text.parse().ok().filter(|it| (today - YEARS..=today).contains(it)).ok_or(Error::NotFound)?,
    };
    let counted = counted::count(app, who, year).await?;
    let document = documents::transparency(app, who, &counted)?;
    file(app, document, &format!("bao-cao-minh-bach-{year}"), format).await
}

/// Writes a document beside the requests, when a core can be spared.
async fn file(app: &App, document: Document, name: &str, format: Format) -> Result<Response> {
    let leave = app.heavy.clone().acquire_owned().await;
    let write = move || match format {
        Format::Word => paper::docx(&document, fonts()),
        Format::Pdf => paper::pdf(&document, fonts()),
    };
    let bytes = tokio::task::spawn_blocking(write).await?.map_err(|err| Error::Internal(err.into()))?;
    drop(leave);
    let (kind, ending) = match format {
        Format::Word => ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        Format::Pdf => ("application/pdf", "pdf"),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{ending}\"")),
    ];
    Ok((headers, bytes).into_response())
}

/// The fonts of the machine, looked for once.
fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(Fonts::find)
}
