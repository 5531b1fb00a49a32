//! The screen for many units as it is shown.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use figures::Total;
use kernel::{Indicator, IndicatorId, UnitId};
use web::{App, Badge, Crumb, Error, Lang, Page, Result, Typed, Who};

use super::{
    super::{lines, words},
    Asked, Outcome,
    ask::Ask,
    at_unit, returns,
};
use crate::{FILL, checks, merge, spoken};

#[derive(Template)]
#[template(path = "matrix.html")]
struct Main<'a> {
    p: &'a Page,
    asked: &'a Asked,
    form: String,
    period_name: String,
    days: String,
    /// Title, address, and whether it is this one.
    sections: Vec<(String, String, bool)>,
    columns: Vec<Column>,
    /// Figures take words before the number and a note; the counts of awards neither.
    noted: bool,
    rows: Vec<Row>,
    /// The same of the pages of units.
    pages: Vec<(String, String, bool)>,
    scripts: [&'static str; 2],
}

/// A figure that all units are asked for.
struct Column {
    code: String,
    name: String,
    measure: String,
    /// What the readable figures of the page add up to.
    sum: String,
}

struct Row {
    unit: UnitId,
    name: String,
    /// The return, once it is opened.
    id: Option<kernel::ReturnId>,
    revision: i64,
    state: Option<Badge>,
    open: bool,
    issue: Option<String>,
    cells: Vec<Cell>,
}

struct Cell {
    code: String,
    name: String,
    /// The number with the words that say how exact it is.
    value: String,
    note: String,
    before: String,
    issue: Option<String>,
}

/// The page; with what was typed, if that could not be kept.
pub(super) async fn render(
    app: &App,
    page: Page,
    who: &Who,
    asked: &Asked,
    typed: Option<&Typed>,
    outcome: &Outcome,
    status: StatusCode,
) -> Result<Response> {
    let (units, pages) = asked.units(app, who)?;
    if units.is_empty() {
        return Err(Error::NotFound);
    }
    let register = app.register.get();
    let catalogue = app.catalogue.get();
    let known = returns(app, asked, &units).await?;
    let form = &asked.form;
    let asks = Ask::all(asked, &catalogue)?;
    let items: Vec<IndicatorId> = asks.iter().filter_map(Ask::figure).map(Indicator::id).collect();
    let before = lines::against(asked.period).0.unwrap_or(asked.period.year_before());
    let mut rows = Vec::with_capacity(units.len());
    for unit in &units {
        let line = known.get(unit);
        let conflict = outcome.conflicts.contains(unit);
        let mut issues = outcome.issues.clone();
        if let Some(line) = line.filter(|it| it.state.is_open() && issues.is_empty()) {
            let found = checks::of(app, line, &line.draft, checks::Stage::Keeping).await?.issues;
            issues.extend(found.into_iter().map(|it| at_unit(it, *unit, &asks, &line.draft)));
        }
        let then = lines::accepted(app, *unit, before, &items)?;
        let open = line.is_none_or(|it| it.state.is_open());
        let above = merge::looks_from_above(&who.scope(FILL)?, &register, *unit, page.today);
        let cells = asks.iter().enumerate().map(|(place, ask)| {
            let name = format!("v.{unit}.{}", ask.code());
            let stored = line.map(|line| ask.stored(&line.draft)).unwrap_or_default();
            // What was typed stays, even if the return was sent meanwhile.
            let typed = typed.filter(|typed| typed.0.iter().any(|it| it.0 == name));
            let note = |typed: &Typed| typed.text(&format!("n.{unit}.{}", ask.code())).to_owned();
            let (value, note) =
                typed.map_or_else(|| stored.clone(), |typed| (typed.text(&name).to_owned(), note(typed)));
            let differs = conflict && (&value, &note) != (&stored.0, &stored.1);
            let said = issues.iter().find(|it| it.field == name).map(|it| page.issue(it));
            let cell = Cell {
                code: ask.code().to_owned(),
                name: name_of(&page, ask),
                value,
                note,
                before: String::new(),
                issue: if differs { Some(stored_instead(&page, &stored)) } else { said },
            };
            let Some(it) = ask.figure() else { return cell };
            // What is being filled in is seen; what was sent or is past is no longer one's own.
            let small = |total: &Total| above && merge::hides(it, total);
            let past = then.get(place).and_then(Option::as_ref);
            let before = if past.is_some_and(small) { page.t("returns-merged") } else { lines::in_words(past, it) };
            let sent = Total { value: number(&stored.0, it.decimals), ..Total::default() };
            if !open && small(&sent) {
                return Cell { value: page.t("returns-merged"), note: String::new(), before, issue: None, ..cell };
            }
            Cell { before, ..cell }
        });
        let whole = format!("unit.{unit}");
        let said = issues.iter().find(|it| it.field == whole).map(|it| page.issue(it));
        rows.push(Row {
            unit: *unit,
            name: register.latest(*unit).map(|it| it.full_name.clone()).unwrap_or_default(),
            id: line.map(|it| it.id),
            revision: line.map_or(0, |it| it.revision),
            state: line.map(|it| words::state(&page, it.state)),
            open,
            issue: if conflict { Some(page.t("returns-matrix-conflict")) } else { said },
            cells: cells.collect(),
        });
    }
    let columns = asks.iter().enumerate().map(|(at, ask)| {
        let decimals = ask.figure().map_or(0, |it| it.decimals);
        let known = rows.iter().filter_map(|row| number(&row.cells.get(at)?.value, decimals));
        Column {
            code: ask.code().to_owned(),
            name: name_of(&page, ask),
            measure: ask.figure().map(|it| it.measure.clone()).unwrap_or_default(),
            sum: viet::decimal(known.fold(0, i64::saturating_add), decimals),
        }
    });
    let columns: Vec<Column> = columns.collect();
    let titles = form.sections.iter().map(|it| it.title.clone()).chain(form.awards.then(|| page.t("returns-awards")));
    let sections = titles.enumerate().map(|(at, title)| (title, asked.path_of(at, asked.page), at == asked.section));
    let name = |at: usize| page.t1("returns-matrix-page", "number", at);
    let pages: Vec<(String, String, bool)> =
        (1..=pages).map(|at| (name(at), asked.path_of(asked.section, at), at == asked.page)).collect();
    let way = vec![Crumb { label: page.t("returns-nav-work"), path: "/work".to_owned() }];
    let invented = units.iter().all(|it| register.latest(*it).is_some_and(|it| it.synthetic));
    let page = page.crumbs(way).synthetic(invented);
    let title = format!("{}: {}", form.name, page.period(asked.period));
    let main = Main {
        columns,
        noted: !items.is_empty(),
        rows,
        pages,
        form: form.name.clone(),
        period_name: page.period(asked.period),
        days: words::days(&page, asked.period, None),
        sections: sections.collect(),
        scripts: [web::KEEP_JS, web::ENTRY_JS],
        asked,
        p: &page,
    };
    let mut summary = outcome.issues.clone();
    summary.retain(|it| it.severity == kernel::Severity::Error);
    page.show_with(status, &title, &summary, &main)
}

/// What somebody else stored meanwhile: number and note.
fn stored_instead(page: &Page, (value, note): &(String, String)) -> String {
    let value = if value.is_empty() { page.t("returns-missing") } else { value.clone() };
    let parts = [value, note.clone()];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    page.t1("returns-stored", "value", parts.join(", "))
}

/// What a column is called, in the page's language.
fn name_of(page: &Page, ask: &Ask) -> String {
    match (ask, page.lang) {
        (Ask::Figure(it), _) => page.indicator(it).to_owned(),
        (Ask::Award(it), Lang::Vi) => it.name_vi.clone(),
        (Ask::Award(it), Lang::En) => it.name_en.clone(),
    }
}

/// The number that a text says, whatever words stand before it.
fn number(text: &str, decimals: u8) -> Option<i64> {
    viet::parse_number(spoken::split(text).0, decimals).ok()
}
