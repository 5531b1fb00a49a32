//! `/workbooks/mappings`: the ways of reading other workbooks that those of a unit have kept: renamed, or deleted.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Issue, Issues, ReturnId};
use web::{App, Error, Field, Page, Result, Typed, Who};

use super::{crumbs, go, mapping};
use crate::{acts, mapping::Mapping};

const HERE: &str = "/workbooks/mappings";

#[derive(Template)]
#[template(path = "mappings.html")]
struct Main<'a> {
    p: &'a Page,
    unit: String,
    lines: Vec<Line<'a>>,
}

struct Line<'a> {
    path: String,
    name: String,
    /// "Báo cáo tháng …, trang “Biểu 1”, 4 cột".
    reads: String,
    field: Field<'a>,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    render(&app, page, &who, StatusCode::OK, None, &Issues::new()).await
}

pub(crate) async fn rename(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id: ReturnId = id.parse().map_err(|_| Error::NotFound)?;
    let name = typed.text("name");
    let done = acts::rename_mapping(&app, &who, id.0, name).await;
    let to = |()| format!("{HERE}?done=workbooks-mapping-renamed");
    web::answered(done, to, async |issues| {
        // Each line has a field of its own.
        let at = |it: Issue| Issue { field: format!("name.{id}"), ..it };
        let issues: Issues = issues.into_iter().map(at).collect();
        render(&app, page, &who, StatusCode::UNPROCESSABLE_ENTITY, Some((id, name)), &issues).await
    })
    .await
}

pub(crate) async fn delete(State(app): State<App>, who: Who, Path(id): Path<String>, _: Typed) -> Result<Response> {
    let id: ReturnId = id.parse().map_err(|_| Error::NotFound)?;
    acts::delete_mapping(&app, &who, id.0).await?;
    Ok(go(&format!("{HERE}?done=workbooks-mapping-deleted")))
}

/// The list; with the name that was typed for one of them, if it was not taken.
async fn render(
    app: &App,
    page: Page,
    who: &Who,
    status: StatusCode,
    typed: Option<(ReturnId, &str)>,
    issues: &Issues,
) -> Result<Response> {
    let page = crumbs(page);
    let kept = mapping::kept(app, who).await?;
    let (_, unit) = acts::home(app, who)?;
    let catalogue = app.catalogue.get();
    let names: Vec<(String, String)> = kept
        .iter()
        .map(|it| {
            let typed = typed.filter(|typed| typed.0.0 == it.id).map(|it| it.1);
            (format!("name.{}", ReturnId(it.id)), typed.unwrap_or(&it.name).to_owned())
        })
        .collect();
    let lines = kept.iter().zip(&names).map(|(it, (field, value))| {
        let mapping: Mapping = serde_json::from_str(&it.mapping).unwrap_or_default();
        let form = catalogue.form_by_code(&mapping.form).map_or(mapping.form.as_str(), |it| &it.name);
        let reads =
            [("form", form.to_owned()), ("sheet", mapping.sheet.clone()), ("count", mapping.columns.len().to_string())];
        Line {
            path: format!("{HERE}/{}", ReturnId(it.id)),
            name: it.name.clone(),
            reads: page.ta("workbooks-mapping-reads", &reads),
            field: Field::new(&page, field, "workbooks-mapping-name", value, issues).named("name").most(acts::NAME),
        }
    });
    let main = Main { lines: lines.collect(), unit: app.register.get().path(unit, page.today), p: &page };
    page.show_with(status, &page.t("workbooks-mappings-title"), issues, &main)
}
