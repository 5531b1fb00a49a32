//! A pivot of one period to read: units below each other, indicators side by side.

use askama::Template;
use axum::{
    extract::{Path, Query as Asks, State},
    response::Response,
};
use figures::{Apportionment, Boundaries, Engine, Question, Total};
use kernel::{Calendar, Catalogue, Day, Frequency, Indicator, Issues, Level, Period, Register, UnitId};
use returns::{
    figure::{AskError, in_words},
    view::{Seen, Under, View, Wish},
};
use web::{App, Choice, Error, Notice, Page, Pager, Result, Select, Who, date};

use crate::{
    Asked, Pivot, PivotError, Row,
    change::{moved, part},
    pivot::LEVELS,
    view::{self, Query},
};

/// What is shown when nothing is chosen.
const USUAL: [&str; 6] = ["LAU01", "LAU02", "MOD00", "MOD04", "STD14", "AWA03"];
/// So many columns are read beside each other; files hold any number.
const COLUMNS: usize = 12;
/// So many units on a page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "table.html")]
struct TablePage<'a> {
    p: &'a Page,
    title: String,
    here: String,
    notices: Vec<Notice>,
    periods: Select<'a>,
    below: Select<'a>,
    boundaries: Select<'a>,
    groups: Vec<Chosen<'a>>,
    count: usize,
    share: bool,
    change: bool,
    order: String,
    under: String,
    table: Option<Shown>,
}

/// A group of indicators to choose from: heading, then code, name, whether it is shown.
#[derive(Debug)]
struct Chosen<'a> {
    heading: &'a str,
    open: bool,
    options: Vec<(&'a str, &'a str, bool)>,
}

/// The table itself.
#[derive(Debug, Default)]
struct Shown {
    caption: String,
    /// Where the units are ordered by name; empty if they are.
    by_name: String,
    columns: Vec<Column>,
    rows: Vec<Line>,
    whole: Option<Line>,
    /// Number, address, whether it is this one.
    pages: Vec<(usize, String, bool)>,
    hidden: usize,
    guarded: bool,
    csv: String,
    json: String,
    xlsx: String,
}

/// An indicator.
#[derive(Debug)]
struct Column {
    name: String,
    measure: String,
    /// Where the units are ordered by it; empty if they are, or must not be.
    path: String,
    ordered: bool,
    series: String,
}

/// A unit.
#[derive(Debug)]
struct Line {
    name: String,
    /// Its page; empty if that is out of scope.
    path: String,
    cells: Vec<Cell>,
}

/// A figure.
#[derive(Debug)]
struct Cell {
    /// Empty where there is none.
    value: String,
    /// How it is composed; empty if that is out of scope.
    path: String,
    notes: Vec<String>,
}

/// What is shown, as far as the address says it and as it is usual beyond that.
struct Wanted {
    period: String,
    below: String,
    indicators: String,
    boundaries: String,
    order: String,
    share: bool,
    change: bool,
}

impl Wanted {
    fn read(app: &App, register: &Register, unit: UnitId, query: &Query, today: Day) -> Result<Wanted> {
        let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
        let (period, usual) = match query.text("period").split(',').next() {
            Some(code) if !code.is_empty() => {
                let read = Period::parse(code).ok();
                (code.to_owned(), read.map_or(Under::Then, |it| Under::usual(register, unit, it)))
            }
            _ => {
                let view = View::choose(app, register, unit, &Wish::default(), today, usual_figure(app))?;
                (view.period.to_string(), view.under)
            }
        };
        Ok(Wanted {
            below: or(query.text("below"), "children"),
            indicators: or(&query.list("indicators"), &USUAL.join(",")),
            boundaries: or(query.text("boundaries"), &usual.word()),
            order: or(query.text("order"), "name"),
            share: query.ticked("share"),
            change: query.ticked("change"),
            period,
        })
    }

    fn asked<'a>(&'a self, below: &'a str, indicators: &'a str) -> Asked<'a> {
        Asked { below, periods: &self.period, indicators, boundaries: &self.boundaries, order: &self.order }
    }

    /// The question as the part of an address after the question mark, in this order.
    fn query(&self, order: &str) -> String {
        let Wanted { period, below, boundaries, indicators, .. } = self;
        let mut res =
            format!("period={period}&below={below}&boundaries={boundaries}&indicators={indicators}&order={order}");
        for (name, ticked) in [("share", self.share), ("change", self.change)] {
            if ticked {
                res.extend(["&", name, "=1"]);
            }
        }
        res
    }
}

/// `GET /units/{id}/table?period=&below=&indicators=&boundaries=&order=&share=&change=&page=`
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Asks(asks): Asks<Vec<(String, String)>>,
) -> Result<Response> {
    let (register, catalogue, query) = (app.register.get(), app.catalogue.get(), Query(asks));
    let seen = Seen::read(&id, &who, &register, page.today)?;
    let catalogue = catalogue.seen_from(&register, seen.unit, page.today);
    let wanted = Wanted::read(&app, &register, seen.unit, &query, page.today)?;
    let period = Period::parse(&wanted.period).ok();
    let this_year = || Period::on(Calendar::Civil, Frequency::Year, page.today);
    let shown_period = period.or_else(this_year).ok_or(Error::NotFound)?;
    let under = Under::parse(&wanted.boundaries).unwrap_or(Under::Then);
    let view = View::of(seen.unit, shown_period, under, page.today);
    let day = view.day();
    let state = register.nearest(seen.unit, day).ok_or(Error::NotFound)?;
    let page = page.crumbs(view.crumbs_to(&register, &seen)).synthetic(state.synthetic);

    let codes: Vec<&str> = wanted.indicators.split(',').collect();
    let chosen = |it: &Indicator| wanted.indicators == "all" || codes.contains(&it.code.as_str());
    let asked_page = query.text("page").parse().unwrap_or(1);
    let (table, issues) = match shown(&app, &page, &seen, &wanted, asked_page) {
        Ok(table) => (Some(table), Issues::new()),
        Err(err) => (None, vec![err.issue()]),
    };
    let mut notices = Vec::new();
    if seen.shared {
        notices.push(page.t("returns-shared"));
    }
    if day < register.incomplete_before(seen.unit) {
        notices.push(page.t("returns-incomplete"));
    }
    let count = catalogue.indicators().iter().filter(|it| chosen(it)).count();
    if count > COLUMNS {
        notices.push(page.ta("exchange-too-many", &[("count", count.to_string()), ("shown", COLUMNS.to_string())]));
    }
    let title = page.t1("exchange-table", "unit", &state.full_name);
    let main = TablePage {
        p: &page,
        title: title.clone(),
        here: format!("/units/{}/table", seen.unit),
        notices: Notice::warnings(notices),
        periods: Select::grouped(&page, "period", "exchange-period", page.periods(view::held(&app), period)),
        below: below(&page, &register, seen.unit, day, &wanted.below),
        boundaries: boundaries(&page, &wanted.boundaries),
        groups: chooser(&page, &catalogue, chosen),
        count,
        share: wanted.share,
        change: wanted.change,
        order: wanted.order.clone(),
        under: view.under_words(&page),
        table,
    };
    page.show_issues(&title, &issues, &main)
}

/// Whether the unit holds one of the usual figures.
fn usual_figure(app: &App) -> impl Fn(&Engine, &View) -> bool {
    let catalogue = app.catalogue.get();
    let ids: Vec<_> = USUAL.iter().filter_map(|it| catalogue.by_code(it)).map(Indicator::id).collect();
    move |engine, view| {
        let table = engine.table(&[view.unit.0], &ids, view.period, view.boundaries(), Apportionment::None);
        table.is_ok_and(|it| it.totals.iter().any(|it| it.value.is_some()))
    }
}

fn shown(
    app: &App,
    page: &Page,
    seen: &Seen,
    wanted: &Wanted,
    asked_page: usize,
) -> std::result::Result<Shown, PivotError> {
    let register = app.register.get();
    let sees = |register: &Register, unit| seen.opens(register, unit, page.today);
    let first: Vec<&str> = wanted.indicators.split(',').take(COLUMNS).collect();
    let catalogue = app.catalogue.get().seen_from(&register, seen.unit, page.today);
    let indicators = match wanted.indicators.as_str() {
        "all" => catalogue.indicators().iter().take(COLUMNS).map(|it| it.code.as_str()).collect::<Vec<_>>().join(","),
        _ => first.join(","),
    };
    let above = |register: &Register, unit| seen.from_above(register, unit, page.today);
    let pivot = Pivot::new(app, seen.unit, &wanted.asked(&wanted.below, &indicators), sees, above)?;
    let whole = Pivot::new(app, seen.unit, &wanted.asked("self", &indicators), |_, _| true, above)?;
    let whole = whole.some(app, 0..1).transpose()?;
    let wholes: Vec<Row<'_>> = whole.iter().flat_map(super::pivot::Block::rows).collect();

    let count = pivot.units().len();
    let last = count.div_ceil(ROWS).max(1);
    let number = asked_page.clamp(1, last);
    let range = (number - 1) * ROWS..count.min(number * ROWS);
    let block = pivot.some(app, range).transpose()?;
    let rows: Vec<Row<'_>> = block.iter().flat_map(super::pivot::Block::rows).collect();
    let width = pivot.indicators().len();
    let line = |rows: &[Row<'_>], total: bool| -> std::result::Result<Option<Line>, AskError> {
        let Some(unit) = rows.first().map(|it| it.unit) else { return Ok(None) };
        let opens = sees(&register, unit.id);
        let cell = |(row, whole): (&Row<'_>, &Row<'_>)| {
            let whole = (wanted.share && !total).then_some(whole.total);
            cell(app, page, wanted, row, whole, opens)
        };
        let path = if opens { format!("/units/{}?{}", unit.id, place(wanted)) } else { String::new() };
        let cells = rows.iter().zip(&wholes).map(cell).collect::<std::result::Result<_, _>>()?;
        Ok(Some(Line { name: unit.full_name.clone(), path, cells }))
    };
    let here = |order: &str| format!("/units/{}/table?{}", seen.unit, wanted.query(order));
    let column = |it: &Indicator| Column {
        name: page.indicator(it).to_owned(),
        measure: if it.is_ratio() { String::new() } else { it.measure.clone() },
        path: if it.is_guarded() || wanted.order == it.code { String::new() } else { here(&it.code) },
        ordered: wanted.order == it.code,
        series: format!("/units/{}/series/{}?boundaries={}", seen.unit, it.code, wanted.boundaries),
    };
    let pages = |it: usize| (it, format!("{}&page={it}", here(&wanted.order)), it == number);
    let period = Period::parse(&wanted.period).map(|it| page.period(it)).unwrap_or_default();
    let file = |word: &str| format!("/units/{}/figures.{word}?{}", seen.unit, wanted.query(&wanted.order));
    Ok(Shown {
        caption: page.ta("exchange-caption", &[("period", period), ("count", count.to_string())]),
        by_name: if wanted.order == "name" { String::new() } else { here("name") },
        columns: pivot.indicators().iter().map(column).collect(),
        rows: rows.chunks(width).filter_map(|it| line(it, false).transpose()).collect::<std::result::Result<_, _>>()?,
        whole: if wanted.below == "self" { None } else { line(&wholes, true)? },
        pages: if last > 1 { (1..=last).map(pages).collect() } else { Vec::new() },
        hidden: pivot.hidden(),
        guarded: pivot.indicators().iter().any(Indicator::is_guarded),
        csv: file("csv"),
        json: file("json"),
        xlsx: file("xlsx"),
    })
}

/// Period and boundaries, for the pages of units and figures.
fn place(wanted: &Wanted) -> String {
    format!("period={}&boundaries={}", wanted.period, wanted.boundaries)
}

fn cell(
    app: &App,
    p: &Page,
    wanted: &Wanted,
    row: &Row<'_>,
    whole: Option<&Total>,
    opens: bool,
) -> std::result::Result<Cell, AskError> {
    let (total, indicator) = (row.total, row.indicator);
    let mut notes = Vec::new();
    if let Some(part) = whole.and_then(|it| part(total, it, indicator)) {
        notes.push(p.t1("exchange-share", "share", viet::percent(part)));
    }
    if wanted.change
        && let Some(moved) = year_before(app, wanted, row)?.and_then(|it| moved(total, &it, indicator))
    {
        let sign = if moved < 0 { "−" } else { "+" };
        let size = moved.saturating_abs();
        let points = || p.t1("exchange-points", "value", viet::decimal(size, 2));
        let size = if indicator.is_ratio() { points() } else { viet::percent(size) };
        notes.push(p.t1("exchange-change", "size", format!("{sign}{size}")));
    }
    if let (Some(expected), Some(_)) = (total.expected.filter(|it| total.reported < *it), total.value) {
        let places = [("reported", total.reported.to_string()), ("expected", expected.to_string())];
        notes.push(p.ta("exchange-reported", &places));
    }
    if total.not_separable != 0 {
        let held = viet::decimal(total.not_separable, returns::figure::decimals(total, indicator));
        notes.push(p.t1("exchange-not-separable", "value", held));
    }
    let path = format!("/units/{}/figures/{}?{}", row.unit.id, indicator.code, place(wanted));
    let value = if row.merged { p.t("returns-merged-beside") } else { in_words(total, indicator).unwrap_or_default() };
    Ok(Cell { value, path: if opens { path } else { String::new() }, notes })
}

/// The same figure a year before; `None` where the unit was not in force.
fn year_before(app: &App, wanted: &Wanted, row: &Row<'_>) -> std::result::Result<Option<Total>, AskError> {
    let boundaries = if wanted.boundaries == "then" { Boundaries::Then } else { Boundaries::On(row.on) };
    let question = Question {
        unit: row.unit.id.0,
        indicator: row.indicator.id(),
        period: row.period.year_before(),
        boundaries,
        apportionment: Apportionment::None,
    };
    Ok(app.totals(|it| it.total(&question))?.ok())
}

/// The sets of units that exist below a unit on a day.
fn below(p: &Page, register: &Register, unit: UnitId, day: Day, chosen: &str) -> Select<'static> {
    let own = register.get(unit, day).map_or(Level::Village, |it| it.level);
    let children = register.children(unit, day).first().map(|it| it.level);
    let exists = |level: Level| {
        let mut all = register.states().iter().filter(|it| it.level == level && it.covers(day));
        all.any(|it| register.contains(unit, it.id, day))
    };
    let deeper = LEVELS.iter().filter(|it| own < it.1 && children != Some(it.1) && exists(it.1)).map(|it| it.0);
    let choice = |word: &str| Choice { value: word.to_owned(), label: p.t(&format!("exchange-below-{word}")) };
    let choices = ["children", "self"].into_iter().chain(deeper).map(choice).collect();
    Select::new(p, "below", "exchange-below", chosen, choices, &Issues::new())
}

/// Then, now, and the day asked for if it is neither.
pub(crate) fn boundaries(p: &Page, chosen: &str) -> Select<'static> {
    let choice = |it: &str| Choice { value: it.to_owned(), label: p.t(&format!("exchange-boundaries-{it}")) };
    let mut choices: Vec<Choice> = ["then", "now"].map(choice).into();
    if let Some(day) = Day::parse(chosen) {
        let label = p.t1("exchange-boundaries-day", "day", date(day));
        choices.push(Choice { value: chosen.to_owned(), label });
    }
    Select::new(p, "boundaries", "exchange-boundaries", chosen, choices, &Issues::new())
}

fn chooser<'a>(p: &Page, catalogue: &'a Catalogue, chosen: impl Fn(&Indicator) -> bool) -> Vec<Chosen<'a>> {
    let mut groups: Vec<Chosen<'a>> = Vec::new();
    for it in catalogue.indicators() {
        let option = (it.code.as_str(), p.indicator(it), chosen(it));
        match groups.last_mut().filter(|group| group.heading == it.heading()) {
            Some(group) => group.options.push(option),
            None => groups.push(Chosen { heading: it.heading(), open: false, options: vec![option] }),
        }
    }
    for group in &mut groups {
        group.open = group.options.iter().any(|it| it.2);
    }
    groups
}
