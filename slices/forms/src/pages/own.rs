//! `GET` and `POST /forms/indicators`: indicators that units added, and one more.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Indicator, Issue, Issues};
use web::{App, Choice, Cover, Error, Field, Lang, Page, Result, Select, Typed, Who};

use super::{crumb, owner_name, owners};
use crate::{BUILD, acts, indicator::Wanted};

#[derive(Template)]
#[template(path = "indicators.html")]
struct Main<'a> {
    p: &'a Page,
    rows: Vec<Row>,
    owner: Select<'a>,
    code: Field<'a>,
    name_vi: Field<'a>,
    name_en: Field<'a>,
    measure: Field<'a>,
    kind: Select<'a>,
    numerator: Field<'a>,
    denominator: Field<'a>,
}

struct Row {
    code: String,
    name: String,
    measure: String,
    kind: String,
    owner: String,
    /// What is said of the day from which on nobody is asked for it.
    retired: Option<String>,
    /// Where that day is set, for who may, until it has come.
    retirement: Option<Retirement>,
}

struct Retirement {
    path: String,
    field: String,
    day: String,
    issue: Option<String>,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    render(&app, page, &who, &Typed::default(), &Issues::new())
}

pub(crate) async fn add(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let text = |field: &str| viet::composed(typed.text(field));
    let wanted = Wanted {
        code: text("code"),
        name_vi: text("name_vi"),
        name_en: text("name_en"),
        measure: text("measure"),
        kind: text("kind"),
        numerator: text("numerator"),
        denominator: text("denominator"),
    };
    let owner = typed.text("owner").parse().map_err(|_| Error::NotFound)?;
    let done = acts::add_indicator(&app, &who, owner, &wanted).await;
    let to = |_| "/forms/indicators?done=forms-indicator-added".to_owned();
    web::answered(done, to, async |issues| render(&app, page, &who, &typed, &issues)).await
}

pub(crate) async fn retire(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(code): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let done = acts::retire(&app, &who, &code, typed.text("day")).await;
    let to = |()| "/forms/indicators?done=forms-indicator-retired".to_owned();
    web::answered(done, to, async |issues| {
        // Each indicator has a field of its own.
        let at = |it: Issue| Issue { field: format!("day.{code}"), ..it };
        render(&app, page, &who, &Typed::default(), &issues.into_iter().map(at).collect())
    })
    .await
}

fn render(app: &App, page: Page, who: &Who, typed: &Typed, issues: &Issues) -> Result<Response> {
    let scope = who.scope(BUILD)?;
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let way = vec![crumb(&page)];
    let page = page.crumbs(way);
    let own = catalogue.indicators().iter().filter(|it| it.owner.is_some() && acts::sees(app, &scope, it.owner));
    let own_to_change = |it: &Indicator| {
        it.owner.is_some_and(|owner| scope.cover(&register, owner, page.today) == Cover::Full)
            && it.retired_from.is_none_or(|day| page.today < day)
    };
    let retirement = |it: &Indicator| {
        let field = format!("day.{}", it.code);
        own_to_change(it).then(|| Retirement {
            path: format!("/forms/indicators/{}/retirement", it.code),
            day: it.retired_from.map(|it| it.to_string()).unwrap_or_default(),
            issue: issues.iter().find(|it| it.field == field).map(|it| page.issue(it)),
            field,
        })
    };
    let row = |it: &Indicator| Row {
        code: it.code.clone(),
        name: if page.lang == Lang::Vi { it.name_vi.clone() } else { it.name_en.clone() },
        measure: it.measure.clone(),
        kind: kind_name(&page, Wanted::of(it, &catalogue).kind.as_str()),
        owner: owner_name(&page, &register, it.owner),
        retired: it.retired_from.map(|day| page.t1("forms-retired-from", "day", web::date(day))),
        retirement: retirement(it),
    };
    let kind = |it: &str| Choice { value: it.to_owned(), label: kind_name(&page, it) };
    let field = |name, label| Field::new(&page, name, label, typed.text(name), issues);
    let select = |name, label, choices| Select::new(&page, name, label, typed.text(name), choices, issues);
    let main = Main {
        p: &page,
        rows: own.map(row).collect(),
        owner: select("owner", "forms-owner", owners(&register, &scope, page.today)),
        code: field("code", "forms-code").hint(page.t("forms-code-hint")),
        name_vi: field("name_vi", "forms-name-vi").hint(page.t("forms-name-warning")),
        name_en: field("name_en", "forms-name-en"),
        measure: field("measure", "forms-measure").hint(page.t("forms-measure-hint")),
        kind: select("kind", "forms-kind-label", ["count", "stock", "money", "ratio"].map(kind).to_vec()),
        numerator: field("numerator", "forms-numerator").hint(page.t("forms-ratio-hint")),
        denominator: field("denominator", "forms-denominator"),
    };
    page.show_issues(&page.t("forms-indicators"), issues, &main)
}

fn kind_name(page: &Page, word: &str) -> String {
    page.t(match word {
        "stock" => "forms-kind-stock",
        "money" => "forms-kind-money",
        "ratio" => "forms-kind-ratio",
        _ => "forms-kind-count",
    })
}
