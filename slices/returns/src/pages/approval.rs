//! `GET /work/approval`: the returns that wait, with what the checks say of each; those of which nothing is to be said can
//! be approved together. Each is approved on its own: its own row of the ledger, its own entry of the audit.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use kernel::{FormId, Issue, Issues, Period, ReturnId, Severity};
use web::{App, Badge, Crumb, Empty, Error, Page, Result, Typed, Who};

use super::{go, only};
use crate::{
    APPROVE, acts, checks, duties,
    state::State as ReturnState,
    store::{self as rows, ReturnLine},
};

/// So many returns stand on the page.
const ROWS: usize = 100;
/// So many returns are looked through for those that wait here.
const LOOKED_AT: i64 = 2000;

#[derive(Template)]
#[template(path = "approval.html")]
struct Main<'a> {
    p: &'a Page,
    clean: Vec<Row>,
    others: Vec<Row>,
    more: usize,
}

/// A return that waits.
struct Row {
    id: ReturnId,
    revision: i64,
    unit: String,
    form: String,
    period: String,
    sent: String,
    warnings: usize,
    errors: usize,
}

/// The returns that wait for this person, the longest first, and how many more there are.
async fn waiting(app: &App, who: &Who, only: Option<(FormId, Period)>) -> Result<(Vec<ReturnLine>, usize)> {
    let scope = who.scope(APPROVE)?;
    let register = app.register.get();
    let today = app.clock.today();
    let ledgers = duties::ledgers(&register, &scope, today);
    let mut conn = app.db.read().await?;
    let mut found = rows::unsettled(&mut conn, &ledgers, LOOKED_AT).await?;
    found.retain(|it| {
        let day = it.closes_on.unwrap_or(it.period.last());
        it.state == ReturnState::Submitted
            && only.is_none_or(|asked| asked == (it.form, it.period))
            && acts::stands_above(&register, &scope, it.unit, day, today)
    });
    found.sort_by_key(|it| (it.sent_at, it.id));
    let more = found.len().saturating_sub(ROWS);
    let mut res = Vec::new();
    for it in found.iter().take(ROWS) {
        res.extend(rows::find(&mut conn, it.id).await?.filter(|it| it.state == ReturnState::Submitted));
    }
    Ok((res, more))
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response> {
    render(&app, page, &who, &Typed(query), &Issues::new()).await
}

async fn render(app: &App, page: Page, who: &Who, asked: &Typed, issues: &Issues) -> Result<Response> {
    let form = app.catalogue.get().form_by_code(asked.text("form")).map(|it| it.id);
    let (lines, more) = waiting(app, who, form.zip(Period::parse(asked.text("period")).ok())).await?;
    let (mut clean, mut others) = (Vec::new(), Vec::new());
    for line in &lines {
        let found = checks::of(app, line, &line.draft, checks::Stage::Deciding).await?.issues;
        let row = row(&page, app, line, &found);
        if found.is_empty() { clean.push(row) } else { others.push(row) }
    }
    let way = vec![Crumb { label: page.t("returns-nav-work"), path: "/work".to_owned() }];
    let register = app.register.get();
    let invented = !lines.is_empty() && lines.iter().all(|it| register.latest(it.unit).is_some_and(|it| it.synthetic));
    let page = page.crumbs(way).synthetic(invented);
    let title = page.t("returns-approval-title");
    let main = Main { clean, others, more, p: &page };
    let status = if issues.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.show_with(status, &title, issues, &main)
}

fn row(p: &Page, app: &App, line: &ReturnLine, issues: &Issues) -> Row {
    let day = line.closes_on.unwrap_or(line.period.last());
    let warnings = issues.iter().filter(|it| it.severity == Severity::Warning).count();
    Row {
        id: line.id,
        revision: line.revision,
        unit: app.register.get().path(line.unit, day),
        form: app.catalogue.get().form(line.form).map(|it| it.name.clone()).unwrap_or_default(),
        period: p.period(line.period),
        sent: line.submitted_at.map(web::moment).unwrap_or_default(),
        warnings,
        errors: issues.len() - warnings,
    }
}

/// Approves the returns that were ticked, `approve` = id and revision, each that is still clean.
pub(crate) async fn approve(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let ticked: Vec<(ReturnId, i64)> = typed
        .0
        .iter()
        .filter(|it| it.0 == "approve")
        .filter_map(|(_, value)| {
            let (id, revision) = value.split_once(' ')?;
            Some((id.parse().ok()?, revision.parse().ok()?))
        })
        .collect();
    if ticked.is_empty() {
        let issues = only(Issue::new("", "returns-approval-nothing"));
        return render(&app, page, &who, &typed, &issues).await;
    }
    let (mut done, mut left) = (0, 0);
    for (id, revision) in ticked {
        match acts::approve_clean(&app, &who, id, revision).await {
            Ok(_) => done += 1,
            Err(Error::Refused(_) | Error::Stale | Error::NotFound | Error::Forbidden) => left += 1,
            Err(err) => return Err(err),
        }
    }
    if left > 0 {
        let issue = Issue::new("", "returns-approval-left").with("done", done).with("left", left);
        return render(&app, page, &who, &typed, &only(issue)).await;
    }
    Ok(go("/work/approval?done=returns-approved-all"))
}
