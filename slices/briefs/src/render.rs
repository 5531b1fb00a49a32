//! The report in its formats.

use std::sync::OnceLock;

use askama::Template;
use paper::{Align, Block, Cell, Column, Date, Document, Fonts, MOTTO, NATION, Run, Table};
use serde_json::{Value, json};
use web::App;

use crate::{Brief, BriefError};

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Word.
    Docx,
    /// PDF.
    Pdf,
    /// Its tables for Excel.
    Xlsx,
    /// One HTML file that needs nothing else.
    Html,
    /// The figures for scripts.
    Json,
}

impl Format {
    /// The format that a file name's extension asks for.
    pub fn from_extension(extension: &str) -> Option<Format> {
        match extension.to_ascii_lowercase().as_str() {
            "docx" => Some(Format::Docx),
            "pdf" => Some(Format::Pdf),
            "xlsx" => Some(Format::Xlsx),
            "html" | "htm" => Some(Format::Html),
            "json" => Some(Format::Json),
            _ => None,
        }
    }

    /// The extension of its files.
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Docx => "docx",
            Format::Pdf => "pdf",
            Format::Xlsx => "xlsx",
            Format::Html => "html",
            Format::Json => "json",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Format::Pdf => "application/pdf",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Html => "text/html; charset=utf-8",
            Format::Json => "application/json",
        }
    }
}

/// The stylesheet of the pages, for the file that stands alone.
const CSS: &str = include_str!("../../../web/app.css");

/// The paper as HTML; figures lead to their sources where `links` says how.
#[derive(Debug, Template)]
#[template(path = "paper.html")]
pub(crate) struct PaperHtml<'a> {
    document: &'a Document,
    links: Option<Links>,
}

/// Where a figure's page is: before and after its code.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    pub(crate) before: String,
    pub(crate) after: String,
}

#[derive(Template)]
#[template(path = "file.html")]
struct FileHtml<'a> {
    title: String,
    css: &'static str,
    paper: PaperHtml<'a>,
}

impl askama::filters::HtmlSafe for PaperHtml<'_> {}

impl<'a> PaperHtml<'a> {
    pub(crate) fn new(document: &'a Document, links: Option<Links>) -> PaperHtml<'a> {
        PaperHtml { document, links }
    }

    fn href(&self, run: &Run) -> Option<String> {
        let (links, code) = (self.links.as_ref()?, run.source.as_ref()?);
        Some(format!("{}{code}{}", links.before, links.after))
    }

    /// The cells of a row as they stand in the table.
    fn placed<'t>(table: &'t Table, row: &'t [Cell]) -> Vec<Placed<'t>> {
        let mut column = 0;
        let mut place = |cell: &'t Cell| {
            let align = table.columns.get(column).map(|it| it.align);
            column += cell.columns;
            // A cell over several columns is named by the last of them: "Toàn tỉnh" is a unit, no ordinal.
            let head = table.header.last().and_then(|it| it.get(column.saturating_sub(1)));
            Placed {
                runs: &cell.runs,
                columns: cell.columns,
                heading: cell.columns == table.columns.len(),
                numeric: align == Some(Align::Right),
                label: head.map(|it| it.runs.iter().map(|it| it.text.as_str()).collect()).unwrap_or_default(),
            }
        };
        row.iter().map(&mut place).collect()
    }
}

/// A cell of a table, with what its column says of it.
struct Placed<'a> {
    runs: &'a [Run],
    columns: usize,
    /// It goes over the whole row.
    heading: bool,
    numeric: bool,
    /// The column's name, for narrow screens.
    label: String,
}

/// The report as a file of this format.
///
/// # Errors
/// When the document cannot be laid out or packed.
pub fn render(brief: &Brief, format: Format) -> Result<Vec<u8>, BriefError> {
    Ok(match format {
        Format::Docx => paper::docx(&brief.document, fonts())?,
        Format::Pdf => paper::pdf(&brief.document, fonts())?,
        Format::Xlsx => xlsx(brief)?,
        Format::Html => {
            let paper = PaperHtml::new(&brief.document, None);
            FileHtml { title: brief.document.title(), css: CSS, paper }.render()?.into_bytes()
        }
        Format::Json => format!("{:#}\n", to_json(brief)).into_bytes(),
    })
}

/// Every table of the report as a workbook; one that says so where there is none.
fn xlsx(brief: &Brief) -> Result<Vec<u8>, BriefError> {
    let tables =
        brief.document.blocks.iter().filter_map(|it| if let Block::Table(it) = it { Some(it.clone()) } else { None });
    let mut tables: Vec<Table> = tables.collect();
    if tables.is_empty() {
        tables.push(Table {
            columns: vec![Column::new(1, Align::Left)],
            rows: vec![vec!["Chưa có số liệu được duyệt.".into()]],
            ..Table::default()
        });
    }
    let (year, month, day) = brief.wanted.period.last().civil();
    let day = u16::try_from(year).ok().and_then(|year| Date::new(year, month, day));
    let day = day.ok_or_else(|| paper::Error::Package("no such day".to_owned()))?;
    Ok(paper::xlsx(&brief.document.title(), &tables, day)?)
}

/// The same on a thread of its own, when the machine has a core to spare for it.
///
/// # Errors
/// As [`render`].
pub(crate) async fn render_apart(app: &App, brief: Brief, format: Format) -> Result<Vec<u8>, BriefError> {
    // A closed semaphore would only mean that the program is about to end.
    let leave = app.heavy.clone().acquire_owned().await;
    let done = tokio::task::spawn_blocking(move || render(&brief, format)).await?;
    drop(leave);
    done
}

/// The fonts of the machine, looked for once: reading them takes longer than setting a report.
pub(crate) fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(Fonts::find)
}

fn to_json(brief: &Brief) -> Value {
    let wanted = &brief.wanted;
    let unit = &brief.unit;
    let mut figures: Vec<Value> = brief.figures.iter().map(|it| it.answer.to_json()).collect();
    figures.extend(brief.missing.iter().map(returns::figure::Answer::to_json));
    let award = |it: &returns::AwardRow| json!({ "authority": it.authority, "award": it.award, "recipient": it.recipient, "count": it.count });
    json!({
        "unit": { "id": wanted.unit.to_string(), "code": unit.code, "full_name": unit.full_name },
        "period": wanted.period.to_string(),
        "boundaries": wanted.boundaries_word,
        "figures": figures,
        "awards": brief.awards.iter().map(award).collect::<Vec<_>>(),
    })
}
