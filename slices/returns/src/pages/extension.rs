//! `GET` and `POST /work/extension`: more time for one return, granted by who stands above.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kernel::{Form, Issues, Period, UnitId};
use web::{App, Crumb, Error, Field, Page, Result, Typed, Who};

use super::words;
use crate::{APPROVE, acts};

#[derive(Template)]
#[template(path = "extension.html")]
struct Main<'a> {
    p: &'a Page,
    form: String,
    form_code: String,
    unit: UnitId,
    unit_name: String,
    period: Period,
    period_name: String,
    deadline: String,
    until: Field<'a>,
    reason: &'a str,
    reason_issue: Option<String>,
    granted: Vec<Granted>,
}

struct Granted {
    until: String,
    at: String,
    by: String,
    reason: String,
}

/// Where more time is granted.
pub(super) fn path(unit: UnitId, form: &Form, period: Period) -> String {
    format!("/work/extension?unit={unit}&form={}&period={period}", form.code)
}

/// What is asked about, if who asks stands above it.
fn asked(app: &App, who: &Who, typed: &Typed) -> Result<(UnitId, Form, Period)> {
    let unit: UnitId = typed.text("unit").parse().map_err(|_| Error::NotFound)?;
    let period = Period::parse(typed.text("period")).map_err(|_| Error::NotFound)?;
    let catalogue = app.catalogue.get();
    let form = catalogue.form_by_code(typed.text("form")).filter(|it| it.takes(period) && !it.open);
    let form = form.ok_or(Error::NotFound)?;
    let register = app.register.get();
    let day = acts::reporting_day(&register, unit, period).ok_or(Error::NotFound)?;
    let scope = who.scope(APPROVE)?;
    let above = acts::stands_above(&register, &scope, unit, day, app.clock.today());
    if above && acts::takes_form(app, form, unit, day) {
        Ok((unit, form.clone(), period))
    } else {
        Err(Error::NotFound)
    }
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(query);
    let asked = asked(&app, &who, &typed)?;
    render(&app, page, &asked, &typed, &Issues::new()).await
}

pub(crate) async fn grant(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let asked = asked(&app, &who, &typed)?;
    let (unit, form, period) = &asked;
    let done = acts::extend(&app, &who, *unit, form, *period, typed.text("until"), typed.text("reason")).await;
    let to = |()| format!("{}&done=returns-extended", path(*unit, form, *period));
    web::answered(done, to, async |issues| render(&app, page, &asked, &typed, &issues).await).await
}

async fn render(
    app: &App,
    page: Page,
    (unit, form, period): &(UnitId, Form, Period),
    typed: &Typed,
    issues: &Issues,
) -> Result<Response> {
    let register = app.register.get();
    let day = acts::reporting_day(&register, *unit, *period).ok_or(Error::NotFound)?;
    let province = register.province_of(*unit, day).ok_or(Error::NotFound)?;
    let granted = forms::extensions_of(&mut app.db.read().await?, province.0, *unit, form.id, *period).await?;
    let line = |it: forms::Extension| Granted {
        until: web::date(it.until),
        at: web::moment(it.at),
        by: it.by,
        reason: it.reason,
    };
    let board = format!("/work/board?form={}&period={period}", form.code);
    let way = vec![
        Crumb { label: page.t("returns-nav-work"), path: "/work".to_owned() },
        Crumb { label: page.t("returns-board"), path: board },
    ];
    let page = page.crumbs(way).synthetic(register.latest(*unit).is_some_and(|it| it.synthetic));
    let main = Main {
        form: form.name.clone(),
        form_code: form.code.clone(),
        unit: *unit,
        unit_name: register.path(*unit, day),
        period: *period,
        period_name: page.period(*period),
        deadline: words::deadline(&page, app.catalogue.get().deadline(form, *unit, *period)),
        until: Field::new(&page, "until", "returns-extension-until", typed.text("until"), issues).kind("date", "off"),
        reason: typed.text("reason"),
        reason_issue: issues.iter().find(|it| it.field == "reason").map(|it| page.issue(it)),
        granted: granted.into_iter().map(line).collect(),
        p: &page,
    };
    page.show_issues(&page.t("returns-extension-title"), issues, &main)
}
