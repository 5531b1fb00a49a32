//! Consents in their versions, and what is kept for how long.

use askama::Template;
use axum::{extract::State, response::Response};
use web::{App, Page, Result, Who};

use super::date;
use crate::{
    HANDLE,
    counted::read_report,
    retention::{Rule, rules},
    store::runs,
};

/// So many runs of the retention job are shown.
const RUNS: i64 = 30;

#[derive(Template)]
#[template(path = "consents.html")]
struct Consents<'a> {
    p: &'a Page,
    here: &'static str,
    versions: Vec<(i64, String, &'a str, i64, i64)>,
}

pub(crate) async fn consents(State(app): State<App>, page: Page) -> Result<Response> {
    let given = people::given(&mut app.db.read().await?).await?;
    let version = |it: &'static people::Consent| {
        let (_, given, withdrawn) = given.iter().find(|row| row.0 == it.version).copied().unwrap_or_default();
        (it.version, date(it.since), it.text(page.lang), given, withdrawn)
    };
    let versions = people::consents().iter().rev().map(version).collect();
    page.show(&page.t("privacy-consents"), &Consents { p: &page, here: "consents", versions })
}

#[derive(Template)]
#[template(path = "retention.html")]
struct Retention<'a> {
    p: &'a Page,
    here: &'static str,
    rules: &'static [Rule],
    runs: Vec<(String, Vec<(String, String)>)>,
}

pub(crate) async fn retention(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    who.scope(HANDLE)?;
    let found = runs(&mut app.db.read().await?, RUNS).await?;
    let what = |code: &str| {
        let rule = rules().iter().find(|it| it.code == code);
        rule.map_or_else(|| code.to_owned(), |it| page.t(&format!("privacy-removes-{}", it.what)))
    };
    let line = |(code, count): (String, u64)| (what(&code), viet::number(i64::try_from(count).unwrap_or(i64::MAX)));
    let run = |(at, report): &(kernel::Instant, String)| (web::moment(*at), read_report(report).map(line).collect());
    let main = Retention { here: "retention", rules: rules(), runs: found.iter().map(run).collect(), p: &page };
    page.show(&page.t("privacy-retention-title"), &main)
}
