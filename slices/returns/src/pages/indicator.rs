//! `GET /indicators/{code}`: what an indicator counts, how it adds up, which rules hold it, and from which records it is
//! computed.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use figures::{Across, Kind, OverTime};
use kernel::Indicator;
use web::{App, Crumb, Error, Facts, Lang, Notice, Page, Result};

use crate::{records, rule};

#[derive(Template)]
#[template(path = "indicator.html")]
struct Main<'a> {
    p: &'a Page,
    indicator: &'a Indicator,
    name: String,
    facts: Facts,
    definition: Option<String>,
    rules: Vec<String>,
}

pub(crate) async fn show(State(app): State<App>, page: Page, Path(code): Path<String>) -> Result<Response> {
    let catalogue = app.catalogue.get();
    let indicator = catalogue.by_code(&code).ok_or(Error::NotFound)?;
    let rules = rule::rules(&catalogue).map_err(|err| Error::Internal(err.into()))?;
    let asks = |form: &&kernel::Form| form.items().any(|it| it.indicator == indicator.id());
    let way = vec![Crumb { label: page.t("returns-nav-work"), path: "/work".to_owned() }];
    let page = page.crumbs(way);
    let message = |it: &rule::Rule| match page.lang {
        Lang::Vi => it.message_vi.clone(),
        Lang::En => it.message_en.clone(),
    };
    let name = page.indicator(indicator).to_owned();
    let main = Main {
        facts: Facts::new(facts(&page, indicator).into_iter().chain([(
            page.t("returns-form"),
            catalogue.forms.iter().filter(asks).map(|it| it.name.clone()).collect::<Vec<_>>().join("; "),
        )])),
        definition: records::rule(&app, &code).map(|it| page.t(it.text)),
        rules: rules.iter().filter(|it| it.speaks_of(indicator.id())).map(message).collect(),
        name: name.clone(),
        indicator,
        p: &page,
    };
    page.show(&name, &main)
}

/// What it is and how it adds up, each with its heading.
fn facts(p: &Page, indicator: &Indicator) -> Vec<(String, String)> {
    let kind = match indicator.rule.kind {
        Kind::Count => "returns-kind-count",
        Kind::Stock => "returns-kind-stock",
        Kind::Money => "returns-kind-money",
        Kind::Ratio => "returns-kind-ratio",
        Kind::Change => "returns-kind-change",
    };
    let across = match indicator.rule.across {
        Across::Sum => "returns-across-sum",
        Across::None => "returns-across-none",
        Across::Recompute => "returns-recompute",
    };
    let over_time = match indicator.rule.over_time {
        OverTime::Sum => "returns-over-time-sum",
        OverTime::Last => "returns-over-time-last",
        OverTime::None => "returns-over-time-none",
        OverTime::Recompute => "returns-recompute",
    };
    let fact = |heading: &str, text: &str| (p.t(heading), p.t(text));
    vec![
        (p.t("returns-code"), indicator.code.clone()),
        (p.t("returns-measure"), indicator.measure.clone()),
        fact("returns-kind", kind),
        fact("returns-across", across),
        fact("returns-over-time", over_time),
    ]
}
