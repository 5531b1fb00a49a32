//! `GET` and `POST /returns/{id}/paste`: a copied table, shown as understood, then kept in the draft.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Issue, Issues};
use returns::ReturnLine;
use sheet::Limits;
use web::{App, Crumb, Error, Page, Result, Typed, Who};

use super::{go, look::Shown};
use crate::{
    acts::{self, Look},
    filling::{Filling, Source, Taken},
    paste,
};

/// The largest table that is pasted, in bytes: far more than a form has lines.
const LIMITS: Limits = Limits { bytes: 256 << 10, unpacked: 0, sheets: 1, rows: 2_000, columns: 200, cells: 20_000 };

#[derive(Template)]
#[template(path = "paste.html")]
struct Main<'a> {
    p: &'a Page,
    title: String,
    path: String,
    seen: &'a str,
    table: &'a str,
    issue: Option<String>,
    look: Option<Shown<'a>>,
    workbook: String,
    return_id: String,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let line = acts::fillable(&app, &who, &id).await?;
    if !line.state.is_open() {
        return Ok(go(&format!("/returns/{}", line.id)));
    }
    render(&app, page, &line, "", None, StatusCode::OK, &Issues::new())
}

pub(crate) async fn read(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let line = acts::fillable(&app, &who, &id).await?;
    // Tabs at a line's end are cells: only here nothing is trimmed away.
    let table = typed.0.iter().find(|it| it.0 == "table").map_or("", |it| it.1.as_str());
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let taken = match understood(&app, &line, table) {
        Ok(taken) => taken,
        Err(Error::Refused(issues)) => return render(&app, page, &line, table, None, refused, &issues),
        Err(err) => return Err(err),
    };
    let look = acts::look(&app, &who, taken, Source::Pasted).await?;
    if !look.problems.is_empty() {
        return render(&app, page, &line, table, Some(look), refused, &Issues::new());
    }
    if typed.text("act") != "take" {
        return render(&app, page, &line, table, Some(look), StatusCode::OK, &Issues::new());
    }
    match acts::take(&app, &who, &look, typed.text("seen"), Source::Pasted, &page.t("workbooks-pasted")).await {
        Ok(_) => Ok(go(&format!("/returns/{}?done=workbooks-taken", line.id))),
        Err(Error::Stale) => {
            let issues = vec![Issue::new("", "workbooks-stale")];
            render(&app, page, &line, table, Some(look), StatusCode::CONFLICT, &issues)
        }
        Err(Error::Refused(issues)) => render(&app, page, &line, table, Some(look), refused, &issues),
        Err(err) => Err(err),
    }
}

fn understood(app: &App, line: &ReturnLine, table: &str) -> Result<Taken> {
    let refused = |issue| Error::Refused(vec![issue]);
    let catalogue = app.catalogue.get();
    let awards = forms::award_kinds(&catalogue).map_err(|err| Error::Internal(err.into()))?;
    let form = line.asks(&catalogue).ok_or_else(|| refused(Issue::new("table", "workbooks-paste-nothing")))?;
    let book = sheet::pasted(table, &LIMITS).map_err(|err| match err {
        sheet::SheetError::Empty => refused(Issue::new("table", "workbooks-paste-nothing")),
        err => refused(Issue::new("table", "workbooks-file").with("why", err.vietnamese()).with("why-en", err)),
    })?;
    let place = acts::pasted();
    let filling = Filling::new(line.unit, line.form, line.period, place.clone());
    let Some(sheet) = book.sheets.first() else { return Ok(Taken::default()) };
    let mut taken = paste::read(sheet, form, &catalogue, &awards, filling);
    if let Some(legacy) = book.legacy {
        taken.note(place, Issue::new("", "workbooks-legacy").with("name", legacy.name()));
    }
    Ok(taken)
}

fn render(
    app: &App,
    page: Page,
    line: &ReturnLine,
    table: &str,
    look: Option<Look>,
    status: StatusCode,
    issues: &Issues,
) -> Result<Response> {
    let register = app.register.get();
    let state = register.nearest(line.unit, line.period.last());
    let unit = state.map(|it| it.full_name.clone()).unwrap_or_default();
    let catalogue = app.catalogue.get();
    let form = line.asks(&catalogue).ok_or(Error::NotFound)?;
    let path = format!("/returns/{}", line.id);
    let title = format!("{}, {unit}, {}", form.name, page.period(line.period));
    let page = page
        .crumbs(vec![Crumb { label: title.clone(), path: path.clone() }])
        .synthetic(state.is_some_and(|it| it.synthetic));
    let main = Main {
        p: &page,
        title,
        path,
        seen: look.as_ref().map(|it| it.seen.as_str()).unwrap_or_default(),
        table,
        issue: issues.iter().find(|it| it.field == "table").map(|it| page.issue(it)),
        look: look.as_ref().map(|it| Shown::new(&page, app, it)),
        workbook: format!(
            "/workbooks/form.xlsx?unit={}&form={}&period={}&shape=sheet",
            line.unit, form.code, line.period
        ),
        return_id: line.id.to_string(),
    };
    page.show_with(status, &page.t("workbooks-paste-title"), issues, &main)
}
