//! `GET` and `POST /work/lock`: closes a period for all units below, or opens it again.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kernel::{Form, Issues, Period, UnitId};
use web::{App, Badge, Choice, Cover, Crumb, Error, Notice, Page, Result, Select, Typed, Who};

use crate::{
    APPROVE, acts, locks,
    store::{self as rows, Lock},
};

#[derive(Template)]
#[template(path = "lock.html")]
struct Main<'a> {
    p: &'a Page,
    form: String,
    form_code: String,
    period: Period,
    period_name: String,
    unit: UnitId,
    unit_name: String,
    units: Option<Select<'a>>,
    locked: bool,
    /// Closed further up, where who asks cannot open it.
    above: Option<String>,
    reason: &'a str,
    reason_issue: Option<String>,
    history: Vec<Event>,
}

struct Event {
    act: String,
    unit: String,
    at: String,
    by: String,
    reason: String,
}

/// Where a period is closed.
pub(super) fn path(form: &Form, period: Period) -> String {
    format!("/work/lock?form={}&period={period}", form.code)
}

/// Whether a form's period is closed at a unit or above it.
pub(super) async fn closed_at(app: &App, unit: UnitId, form: &Form, period: Period) -> Result<bool> {
    let register = app.register.get();
    let above = register.ancestors(unit, app.clock.today());
    let all: Vec<UnitId> = above.iter().map(|it| it.id).chain([unit]).collect();
    let locks = rows::locks_at(&mut app.db.read().await?, &all, period).await?;
    Ok(locks::closed(&locks, form.id, period, &all).is_some())
}

/// Which form, period and unit are meant, if who asks may close them.
fn asked(app: &App, who: &Who, typed: &Typed) -> Result<(Form, Period, UnitId)> {
    let catalogue = app.catalogue.get();
    let period = Period::parse(typed.text("period")).map_err(|_| Error::NotFound)?;
    let form = catalogue.form_by_code(typed.text("form")).filter(|it| it.takes(period) && !it.open);
    let form = form.ok_or(Error::NotFound)?;
    let scope = who.scope(APPROVE)?;
    let (register, today) = (app.register.get(), app.clock.today());
    let unit = match typed.text("unit") {
        "" => scope.tops().iter().copied().find(|it| form.is_for(&register, *it, today)),
        text => text.parse().ok(),
    };
    let unit = unit.filter(|it| scope.cover(&register, *it, today) == Cover::Full).ok_or(Error::NotFound)?;
    Ok((form.clone(), period, unit))
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(query);
    let asked = asked(&app, &who, &typed)?;
    render(&app, page, &who, &asked, &typed, &Issues::new()).await
}

pub(crate) async fn change(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let asked = asked(&app, &who, &typed)?;
    let (form, period, unit) = &asked;
    let close = typed.text("act") == "lock";
    let done = acts::lock(&app, &who, *unit, form, *period, close, typed.text("reason")).await;
    let word = if close { "returns-period-closed" } else { "returns-period-opened" };
    let to = |()| format!("{}&unit={unit}&done={word}", path(form, *period));
    web::answered(done, to, async |issues| render(&app, page, &who, &asked, &typed, &issues).await).await
}

async fn render(
    app: &App,
    page: Page,
    who: &Who,
    (form, period, unit): &(Form, Period, UnitId),
    typed: &Typed,
    issues: &Issues,
) -> Result<Response> {
    let (register, today) = (app.register.get(), page.today);
    let above: Vec<UnitId> = register.ancestors(*unit, today).iter().map(|it| it.id).collect();
    let all: Vec<UnitId> = above.iter().copied().chain([*unit]).collect();
    let locks = rows::locks_at(&mut app.db.read().await?, &all, *period).await?;
    let name = |unit: UnitId| register.latest(unit).map(|it| it.full_name.clone()).unwrap_or_default();
    let event = |it: &Lock| Event {
        act: page.t(if it.locked { "returns-lock-closed" } else { "returns-lock-opened" }),
        unit: name(it.top),
        at: web::moment(it.at),
        by: it.by.clone(),
        reason: it.reason.clone(),
    };
    let tops = who.scope(APPROVE)?;
    let choice = |it: &UnitId| Choice { value: it.to_string(), label: name(*it) };
    let choices: Vec<Choice> = tops.tops().iter().map(choice).collect();
    let chosen = unit.to_string();
    let board = format!("/work/board?form={}&period={period}", form.code);
    let way = vec![
        Crumb { label: page.t("returns-nav-work"), path: "/work".to_owned() },
        Crumb { label: page.t("returns-board"), path: board },
    ];
    let page = page.clone().crumbs(way).synthetic(register.latest(*unit).is_some_and(|it| it.synthetic));
    let higher = locks::closed(&locks, form.id, *period, &above);
    let main = Main {
        form: form.name.clone(),
        form_code: form.code.clone(),
        period: *period,
        period_name: page.period(*period),
        unit: *unit,
        unit_name: name(*unit),
        units: (choices.len() > 1).then(|| Select::new(&page, "unit", "returns-unit", &chosen, choices, issues)),
        locked: locks::closed(&locks, form.id, *period, &[*unit]).is_some(),
        above: higher.map(|it| page.t1("returns-lock-above", "unit", name(it.top))),
        reason: typed.text("reason"),
        reason_issue: issues.iter().find(|it| it.field == "reason").map(|it| page.issue(it)),
        history: locks.iter().filter(|it| it.form == form.id).map(event).collect(),
        p: &page,
    };
    page.show_issues(&page.t("returns-lock-title"), issues, &main)
}
