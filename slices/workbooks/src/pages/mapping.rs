//! `/workbooks/{id}/mapping`: what the columns of somebody's own workbook mean.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::{Issue, Issues, Period, ReturnId};
use returns::askable;
use sheet::{At, Book, Sheet};
use web::{App, Choice, Error, Field, Page, Result, Select, Typed, Who};

use super::{crumbs, go};
use crate::{
    acts,
    mapping::{self, Column, Mapping, PERIOD, UNIT},
    names::{Asked, named},
    paste,
    store::{self as rows, Saved, Upload},
};

/// So many rows of the sheet are shown, to find the row of headings.
const ROWS: u32 = 12;
/// So many of its columns.
const COLUMNS: u32 = 12;

#[derive(Template)]
#[template(path = "mapping.html")]
struct Main<'a> {
    p: &'a Page,
    path: String,
    file: &'a str,
    saved: Option<Select<'a>>,
    sheet: Select<'a>,
    head: Field<'a>,
    form: Select<'a>,
    letters: Vec<String>,
    first: Vec<Vec<String>>,
    columns: Vec<Select<'a>>,
    top: Field<'a>,
    period: Select<'a>,
    on: Field<'a>,
    name: Field<'a>,
    hidden: Vec<(&'a str, String)>,
}

/// What the page starts from: what was asked in its address or typed into it.
struct Start {
    upload: Upload,
    book: Book,
    mapping: Mapping,
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(asked);
    let upload = acts::find(&app, &who, &id).await?;
    let book = acts::book(&app, upload.content.clone()).await?.map_err(|it| Error::Refused(acts::unreadable(&it)))?;
    let kept = kept(&app, &who).await?;
    let named = kept.iter().find(|it| it.id.to_string() == typed.text("use"));
    let base = named.map(|it| it.mapping.as_str()).or(Some(upload.mapping.as_str()));
    let mut mapping: Mapping = base.and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
    if named.is_some() && !book.sheets.iter().any(|it| it.name == mapping.sheet) {
        // Next year's file may call its sheet by the year.
        mapping.sheet.clone_from(&largest(&book)?.name);
    }
    if named.is_none() {
        ask(&app, &who, &page, &book, &typed, &mut mapping)?;
    }
    let start = Start { upload, book, mapping };
    render(&app, page, &start, &kept, "", &Issues::new())
}

pub(crate) async fn save(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let upload = acts::find(&app, &who, &id).await?;
    let book = acts::book(&app, upload.content.clone()).await?.map_err(|it| Error::Refused(acts::unreadable(&it)))?;
    let mut mapping = Mapping::default();
    ask(&app, &who, &page, &book, &typed, &mut mapping)?;
    let (issues, name) = (read(&book, &typed, &mut mapping), typed.text("name").to_owned());
    let kept = kept(&app, &who).await?;
    let start = Start { upload, book, mapping };
    if !issues.is_empty() {
        return render(&app, page, &start, &kept, &name, &issues);
    }
    acts::set_mapping(&app, &who, &start.upload, &start.mapping, &name).await?;
    Ok(go(&format!("/workbooks/{}", ReturnId(start.upload.id))))
}

/// The ways of reading that those of the asker's unit have kept.
pub(super) async fn kept(app: &App, who: &Who) -> Result<Vec<Saved>> {
    let (province, unit) = acts::home(app, who)?;
    Ok(rows::mappings(&mut app.db.read().await?, province.0, unit).await?)
}

/// Which sheet, which row of headings, which form; what is not asked is guessed.
fn ask(app: &App, who: &Who, page: &Page, book: &Book, typed: &Typed, mapping: &mut Mapping) -> Result<()> {
    let asked = book.sheets.iter().find(|it| it.name == typed.text("sheet") && !typed.text("sheet").is_empty());
    let known = book.sheets.iter().find(|it| it.name == mapping.sheet && !mapping.columns.is_empty());
    let sheet = asked.or(known).map_or_else(|| largest(book), Ok)?;
    let head = typed.text("head").parse::<u32>().ok().and_then(|it| it.checked_sub(1));
    let catalogue = app.catalogue.get();
    let form = catalogue.form_by_code(typed.text("form")).or_else(|| catalogue.form_by_code(&mapping.form));
    let form = form.or_else(|| catalogue.forms.iter().find(|it| it.open)).ok_or(Error::NotFound)?;
    if mapping.columns.is_empty() || asked.is_some() {
        mapping.sheet.clone_from(&sheet.name);
        mapping.head = head.unwrap_or_else(|| mapping::guess_head(sheet));
        mapping.form.clone_from(&form.code);
        let awards = forms::award_kinds(&catalogue).map_err(|err| Error::Internal(err.into()))?;
        let asked = Asked::all(form, &catalogue, &awards);
        mapping.columns = mapping::columns(sheet, mapping.head)
            .into_iter()
            .filter_map(|column| {
                let heading = mapping::heading(sheet, mapping.head, column);
                let means = mapping::guess(&heading).map(str::to_owned);
                let means = means.or_else(|| named(&heading, &asked).map(|it| it.code().to_owned()))?;
                Some(Column { at: column, heading, means })
            })
            .collect();
    }
    if mapping.top.is_empty() {
        let (_, unit) = acts::home(app, who)?;
        mapping.top = app.register.get().path(unit, page.today);
    }
    Ok(())
}

fn largest(book: &Book) -> Result<&Sheet> {
    book.sheets.iter().max_by_key(|it| it.cells.len()).ok_or(Error::NotFound)
}

/// What was typed of the columns, the units and the periods; or what is unclear about it.
fn read(book: &Book, typed: &Typed, mapping: &mut Mapping) -> Issues {
    let mut issues = Issues::new();
    let Some(sheet) = book.sheets.iter().find(|it| it.name == mapping.sheet) else { return issues };
    mapping.columns = mapping::columns(sheet, mapping.head)
        .into_iter()
        .map(|column| {
            let means = typed.text(&format!("c.{column}")).to_owned();
            Column { at: column, heading: mapping::heading(sheet, mapping.head, column), means }
        })
        .filter(|it| !it.means.is_empty())
        .collect();
    for text in ["top", "period", "on"] {
        let value = typed.text(text).to_owned();
        match text {
            "top" => mapping.top = value,
            "period" => mapping.period = value,
            _ => mapping.on = value,
        }
    }
    for (at, column) in mapping.columns.iter().enumerate() {
        if mapping.columns.iter().take(at).any(|it| it.means == column.means) {
            issues.push(Issue::new(format!("c.{}", column.at), "workbooks-map-twice"));
        }
    }
    if !mapping.columns.iter().any(|it| it.means != UNIT && it.means != PERIOD) {
        issues.push(Issue::new("", "workbooks-map-no-figures"));
    }
    if mapping.top.is_empty() {
        issues.push(Issue::new("top", "workbooks-map-no-top"));
    }
    if !mapping.columns.iter().any(|it| it.means == PERIOD) && Period::parse(&mapping.period).is_err() {
        issues.push(Issue::new("period", "returns-period-unknown").with("text", &mapping.period));
    }
    if !mapping.on.is_empty() && kernel::Day::parse(&mapping.on).is_none() {
        issues.push(Issue::new("on", "workbooks-map-day"));
    }
    issues.extend(acts::name_issue(typed.text("name")));
    issues
}

fn render(app: &App, page: Page, start: &Start, kept: &[Saved], name: &str, issues: &Issues) -> Result<Response> {
    let page = crumbs(page);
    let catalogue = app.catalogue.get();
    let Start { upload, book, mapping } = start;
    let sheet = book.sheets.iter().find(|it| it.name == mapping.sheet).ok_or(Error::NotFound)?;
    let form = catalogue.form_by_code(&mapping.form).ok_or(Error::NotFound)?;
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label };
    let sheets = book.sheets.iter().map(|it| choice(&it.name, it.name.clone())).collect();
    let forms = catalogue.forms.iter().filter(|it| !it.sections.is_empty()).map(|it| choice(&it.code, it.name.clone()));
    let head = (mapping.head + 1).to_string();
    let saved: Vec<Choice> = std::iter::once(choice("", page.t("workbooks-map-saved-none")))
        .chain(kept.iter().map(|it| choice(&it.id.to_string(), it.name.clone())))
        .collect();
    let mut meanings = vec![
        choice("", page.t("workbooks-map-skip")),
        choice(UNIT, page.t("workbooks-map-unit-column")),
        choice(PERIOD, page.t("workbooks-map-period-column")),
    ];
    let awards = forms::award_kinds(&catalogue).map_err(|err| Error::Internal(err.into()))?;
    let asked = Asked::all(form, &catalogue, &awards).into_iter();
    meanings.extend(asked.map(|it| choice(it.code(), format!("{} {}", it.code(), it.name(&page)))));
    let chosen = mapping.meanings();
    let names: Vec<(u32, String, String, String)> = mapping::columns(sheet, mapping.head)
        .into_iter()
        .map(|it| {
            let label = format!("{} – {}", At::letters(it), mapping::heading(sheet, mapping.head, it));
            (it, format!("c.{it}"), label, chosen.get(&it).cloned().unwrap_or_default())
        })
        .collect();
    let columns = names
        .iter()
        .map(|(_, field, label, chosen)| Select::said(&page, field, label.clone(), chosen, meanings.clone(), issues))
        .collect();
    let main = Main {
        path: format!("/workbooks/{}/mapping", ReturnId(upload.id)),
        file: &upload.file,
        saved: (!kept.is_empty()).then(|| Select::new(&page, "use", "workbooks-map-saved", "", saved, issues)),
        sheet: Select::new(&page, "sheet", "workbooks-map-which-sheet", &mapping.sheet, sheets, issues),
        head: Field::new(&page, "head", "workbooks-map-head", &head, issues).hint(page.t("workbooks-map-head-hint")),
        form: Select::new(&page, "form", "workbooks-form", &mapping.form, forms.collect(), issues),
        letters: (0..width(sheet)).map(At::letters).collect(),
        first: first(sheet),
        columns,
        top: Field::new(&page, "top", "workbooks-map-top", &mapping.top, issues).hint(page.t("workbooks-map-top-hint")),
        period: Select::grouped(
            &page,
            "period",
            "workbooks-map-period",
            askable::periods(&page, std::iter::once(form), &mapping.period),
        )
        .or_none(page.t("workbooks-map-period-none"))
        .issues(&page, issues),
        on: Field::new(&page, "on", "workbooks-map-on", &mapping.on, issues)
            .kind("date", "off")
            .hint(page.t("workbooks-map-on-hint")),
        name: Field::new(&page, "name", "workbooks-map-name", name, issues).hint(page.t("workbooks-map-name-hint")),
        hidden: vec![("sheet", mapping.sheet.clone()), ("head", head.clone()), ("form", mapping.form.clone())],
        p: &page,
    };
    page.show_issues(&page.t("workbooks-map-title"), issues, &main)
}

fn width(sheet: &Sheet) -> u32 {
    sheet.cells.iter().map(|it| it.at.column + 1).max().unwrap_or(0).min(COLUMNS)
}

/// The first rows of a sheet, each with its number.
fn first(sheet: &Sheet) -> Vec<Vec<String>> {
    let cell = |row, column| sheet.cell(At::new(row, column)).map(|it| paste::shown(&it.value)).unwrap_or_default();
    let last = sheet.cells.last().map_or(0, |it| it.at.row + 1).min(ROWS);
    (0..last).map(|row| (0..width(sheet)).map(|column| cell(row, column)).collect()).collect()
}
