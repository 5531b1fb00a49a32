use crate::{
    REFORM, acts,
    reform::{Applied, COLUMNS, Closing, Handed, Inherited, Line, Part},
    store,
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Indicator, Issues, Register, UnitId, UnitState};
use std::collections::BTreeMap;
use web::{App, Crumb, Error, Page, Result, Typed, Who};

/// So many units and lines a preview shows of each kind; the rest are counted.
const SHOWN: usize = 200;
/// So many units a line of figures names.
const NAMED: usize = 6;

#[derive(Template)]
#[template(path = "reforms.html")]
struct List<'a> {
    p: &'a Page,
    rows: Vec<Row>,
    may: bool,
}

/// A reform in the list.
struct Row {
    days: String,
    instruments: String,
    units: String,
}

/// `GET /reforms`: what was applied. Public facts; who applied them is not among them.
pub(crate) async fn list(State(app): State<App>, page: Page) -> Result<Response> {
    let all = store::reforms(&mut app.db.read().await?).await?;
    let rows = all.iter().map(|it| row(&page, it)).collect();
    let may = page.who.as_ref().is_some_and(|it| it.may(REFORM));
    page.show(&page.t("units-reforms"), &List { p: &page, rows, may })
}

fn row(page: &Page, it: &Applied) -> Row {
    let days = match (web::date(it.first_day), web::date(it.last_day)) {
        (first, last) if first == last => first,
        (first, last) => format!("{first} – {last}"),
    };
    let instruments = match it.instruments.as_slice() {
        [] => String::new(),
        many if many.len() > NAMED => {
            let (first, others) = (many.iter().take(NAMED).cloned().collect::<Vec<_>>(), many.len() - NAMED);
            page.ta("units-reforms-more", &[("first", first.join(", ")), ("others", others.to_string())])
        }
        few => few.join(", "),
    };
    let count = |it: u64| it.to_string();
    let units = page.ta(
        "units-reforms-units",
        &[("began", count(it.began)), ("ended", count(it.ended)), ("continued", count(it.continued))],
    );
    Row { days, instruments, units }
}

#[derive(Template)]
#[template(path = "reform_new.html")]
struct New<'a> {
    p: &'a Page,
    text: &'a str,
    issues: Vec<String>,
}

/// `GET /reforms/new`: a place for the file, with its first line written already.
pub(crate) async fn new(page: Page) -> Result<Response> {
    show_new(page, &format!("{COLUMNS}\n"), &Issues::new())
}

fn show_new(page: Page, text: &str, issues: &Issues) -> Result<Response> {
    let crumb = crumb_of(&page);
    let page = page.crumbs(vec![crumb]);
    let told = issues.iter().map(|it| page.issue(it)).collect();
    page.show_issues(&page.t("units-reform-new"), issues, &New { p: &page, text, issues: told })
}

fn crumb_of(page: &Page) -> Crumb {
    Crumb { label: page.t("units-reforms"), path: "/reforms".to_owned() }
}

#[derive(Template)]
#[template(path = "reform_preview.html")]
struct Shown<'a> {
    p: &'a Page,
    text: &'a str,
    groups: Vec<Group>,
    figures: Vec<Figures>,
    others: usize,
    sum: String,
}

/// Units to which the same happens.
struct Group {
    title: String,
    units: Vec<String>,
    others: usize,
}

/// What happens to the figures of an indicator and period.
struct Figures {
    name: String,
    period: String,
    before: String,
    exact: String,
    exact_at: String,
    shared: String,
    shared_by: String,
    stay: u64,
}

/// `POST /reforms/preview`: what the file would do; changes nothing.
pub(crate) async fn preview(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let text = typed.text("file");
    let preview = match acts::preview_reform(&app, &who, text).await {
        Ok(preview) => preview,
        Err(err) => return show_new(page, text, &issues_of(err)?),
    };
    let (reform, before, after) = (&preview.reform, &preview.before, &preview.after);
    let was = |unit: &UnitId| before.nearest(*unit, reform.first_day().plus(-1)).map(|it| line(before, it));
    let ended: Vec<String> = reform.ended().iter().filter_map(was).collect();
    let groups = vec![
        group(page.t("units-reform-ended"), ended),
        group(page.t("units-reform-begun"), reform.begun().map(|it| line(after, it)).collect()),
        group(page.t("units-reform-continued"), reform.continued().map(|it| line(after, it)).collect()),
        group(page.t("units-reform-handed"), preview.handed.iter().map(|it| handed(after, it)).collect()),
        group(page.t("units-reform-inherited"), preview.inherited.iter().map(|it| inherited(after, it)).collect()),
        group(page.t("units-reform-closings"), preview.closings.iter().map(|it| closing(after, it)).collect()),
    ];
    let catalogue = app.catalogue.get();
    let lines = &preview.effect.lines;
    let figures = lines
        .iter()
        .take(SHOWN)
        .filter_map(|((period, id), it)| Some(figures(after, catalogue.indicator(*id)?, period.to_string(), it)));
    let (exact, shared, stay) = preview.effect.counts();
    let sum = page.ta(
        "units-reform-sum",
        &[("exact", exact.to_string()), ("shared", shared.to_string()), ("stay", stay.to_string())],
    );
    let crumb = crumb_of(&page);
    let page = page.crumbs(vec![crumb]);
    let others = lines.len().saturating_sub(SHOWN);
    let shown = Shown { p: &page, text, groups, figures: figures.collect(), others, sum };
    page.show(&page.t("units-reform-preview"), &shown)
}

fn group(title: String, mut units: Vec<String>) -> Group {
    let others = units.len().saturating_sub(SHOWN);
    units.truncate(SHOWN);
    Group { title, units, others }
}

fn line(register: &Register, state: &UnitState) -> String {
    format!("{} ({})", register.path(state.id, state.from), state.code)
}

fn handed(after: &Register, it: &Handed) -> String {
    goes_on(after, &it.form, it.from, &it.to)
}

fn inherited(after: &Register, it: &Inherited) -> String {
    goes_on(after, &it.name, it.from, &it.to)
}

/// "Báo cáo tháng: Xã A → Xã B".
fn goes_on(after: &Register, what: &str, from: UnitId, to: &[UnitId]) -> String {
    let some: Vec<String> = to.iter().take(NAMED).map(|it| name(after, *it)).collect();
    let more = if to.len() > NAMED { ", …" } else { "" };
    format!("{what}: {} → {}{more}", name(after, from), some.join(", "))
}

fn closing(after: &Register, it: &Closing) -> String {
    format!("{}, {}: {} (→ {})", it.form, it.period, name(after, it.unit), web::date(it.until))
}

fn name(register: &Register, unit: UnitId) -> String {
    register.latest(unit).map(|it| it.full_name.clone()).unwrap_or_default()
}

fn figures(after: &Register, indicator: &Indicator, period: String, it: &Line) -> Figures {
    let amount = |part: Part| viet::decimal(i64::try_from(part.amount).unwrap_or(i64::MAX), indicator.decimals);
    let named = |parts: &BTreeMap<UnitId, Part>| {
        let told = parts.iter().take(NAMED).map(|(unit, part)| format!("{}: {}", name(after, *unit), amount(*part)));
        let told: Vec<String> = told.collect();
        let more = if parts.len() > NAMED { "; …" } else { "" };
        format!("{}{more}", told.join("; "))
    };
    Figures {
        name: format!("{} {}", indicator.code, indicator.name_vi),
        period,
        before: amount(it.before),
        exact: amount(it.exact),
        exact_at: named(&it.exact_at),
        shared: amount(it.shared),
        shared_by: named(&it.shared_by),
        stay: it.stay,
    }
}

/// `POST /reforms`: applies the file that was previewed.
pub(crate) async fn apply(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let text = typed.text("file");
    match acts::apply_reform(&app, &who, text).await {
        Ok(_) => Ok(Redirect::to("/reforms?done=reform-applied").into_response()),
        Err(err) => show_new(page, text, &issues_of(err)?),
    }
}

/// What is wrong with the file, if that is why it was refused.
fn issues_of(err: Error) -> Result<Issues> {
    match err {
        Error::Refused(issues) => Ok(issues),
        other => Err(other),
    }
}
