//! One indicator over the units directly below.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use figures::{Kind, Total};
use kernel::{Indicator, Issue, Level, Register, UnitState};
use plot::{Caption, Choropleth, Classes, Outlines, Shade};
use returns::{
    figure::{amount, amount_in_words},
    view::{Asked, Under, View, Wish, text},
};
use web::{App, Cell, Column, Empty, Error, Page, Pager, Result, Row, Select, Table, Who, date};

use crate::{outlines, shown};

#[derive(Template)]
#[template(path = "map.html")]
struct MapPage<'a> {
    p: &'a Page,
    title: String,
    /// Why there is no map, if there is none.
    empty: String,
    map: String,
    table: Table,
    measure_note: String,
    here: String,
    indicators: Select<'a>,
    periods: Select<'a>,
    boundaries: String,
    steps: Pager,
    under: String,
    then: Option<String>,
    now: Option<String>,
    unit_page: String,
}

/// `GET /units/{id}/map?indicator=&period=&boundaries=`
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let seen = shown::whole(&id, &who, &register, page.today)?;
    let unit = seen.unit;
    let catalogue = catalogue.seen_from(&register, unit, page.today);
    let mut wish = Wish::read(&asked);
    let asked_for = text(&asked, "indicator").map(|code| (code, catalogue.by_code(code)));
    let free = match asked_for {
        Some((_, Some(it))) if catalogue.is_free(it) => Some(it),
        Some((_, Some(it))) => {
            wish.issues.push(Issue::new("indicator", "maps-guarded").with("name", page.indicator(it)));
            None
        }
        Some((code, None)) => {
            wish.issues.push(Issue::new("indicator", "maps-wrong-indicator").with("code", code));
            None
        }
        None => None,
    };
    let candidates: Vec<&Indicator> = free.map_or_else(|| shown::telling(&catalogue).collect(), |it| vec![it]);
    let filled = |engine: &figures::Engine, view: &View, it: &Indicator| {
        let units = register.children(view.unit, view.day());
        view.totals(engine, &units, it.id()).iter().any(|it| it.value.is_some())
    };
    let view = View::choose(&app, &register, unit, &wish, page.today, |engine, view| {
        candidates.iter().any(|it| filled(engine, view, it))
    })?;
    let indicator = app.totals(|engine| candidates.iter().copied().find(|it| filled(engine, &view, it)))?;
    let indicator = indicator.or(candidates.first().copied()).ok_or(Error::NotFound)?;
    let state = register.nearest(unit, view.day()).ok_or(Error::NotFound)?;
    let page = page.crumbs(view.crumbs_to(&register, &seen)).synthetic(state.synthetic);
    let refused = asked_for.is_some() && free.is_none();
    let units = if refused { Vec::new() } else { register.children(unit, view.day()) };

    let title = format!("{} – {} – {}", page.indicator(indicator), page.period_and_days(view.period), state.full_name);
    let totals = app.totals(|engine| view.totals(engine, &units, indicator.id()))?;
    let periods = app.periods();
    let none = page.t("maps-none");
    let numbers = |it: i64| amount_in_words(indicator, it);
    let outlines = match state.level {
        Level::Nation => outlines::provinces(view.day()).map_err(|err| Error::Internal(err.into()))?,
        _ => Outlines::cells(units.iter().map(|it| it.code.as_str())),
    };
    let numbered = state.level != Level::Nation;
    let map = choropleth(&page, indicator, &title, &outlines, &units, &totals, numbered, &numbers, none);
    let path = |view: &View| format!("/units/{unit}/map?indicator={}&{}", indicator.code, view.query());
    let main = MapPage {
        p: &page,
        empty: match (refused, units.is_empty(), view.in_force(&register)) {
            (true, _, _) => page.t("maps-refused"),
            (false, _, false) => page.t1("returns-not-in-force", "day", date(view.day())),
            (false, true, true) => page.t("maps-nothing-below"),
            (false, false, true) => String::new(),
        },
        table: table(&page, &register, &view, indicator, &map, &units, &totals, numbered),
        map: map.svg(),
        measure_note: match indicator.rule.kind {
            Kind::Ratio | Kind::Change => String::new(),
            Kind::Count | Kind::Stock | Kind::Money => page.t("maps-absolute"),
        },
        here: format!("/units/{unit}/map"),
        indicators: Select::grouped(
            &page,
            "indicator",
            "maps-indicator",
            page.indicators(
                catalogue.indicators().iter().filter(|it| catalogue.is_free(it)),
                Some(indicator).filter(|_| !refused),
            ),
        ),
        periods: Select::grouped(
            &page,
            "period",
            "maps-period",
            page.periods(periods.iter().copied(), Some(view.period)),
        ),
        boundaries: view.boundaries_word(),
        steps: Pager::new(page.t("maps-steps"), shown::steps(periods.into_iter(), &view, path)),
        under: view.under_words(&page),
        then: view.with_under(&register, Under::Then).map(|it| path(&it)),
        now: view.with_under(&register, Under::Now).map(|it| path(&it)),
        unit_page: format!("/units/{unit}?{}", view.query()),
        title: if refused { state.full_name.clone() } else { title },
    };
    let heading = page.t1("maps-title", "unit", &state.full_name);
    let status = if wish.issues.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.show_with(status, &heading, &wish.issues, &main)
}

#[expect(clippy::too_many_arguments, reason = "one drawing from all that the page has found")]
fn choropleth<'a>(
    p: &Page,
    indicator: &Indicator,
    title: &str,
    outlines: &'a Outlines,
    units: &[&UnitState],
    totals: &[Total],
    numbered: bool,
    numbers: plot::Numbers<'a>,
    none: String,
) -> Choropleth<'a> {
    let shade = |(unit, total): (&&UnitState, &Total)| Shade {
        code: unit.code.clone(),
        name: unit.full_name.clone(),
        value: amount(total),
        label: shown::words(p, total, indicator),
    };
    let shades: Vec<Shade> = units.iter().zip(totals).map(shade).collect();
    let known = shades.iter().filter(|it| it.value.is_some()).count();
    let counted = [("count", shades.len().to_string()), ("known", known.to_string())];
    let caption = Caption {
        id: "map".to_owned(),
        title: title.to_owned(),
        desc: p.ta("maps-desc", &counted),
        source: shown::source(p),
    };
    let note = if numbered { p.t("maps-cells") } else { p.t("maps-outlines") };
    let classes = Classes::of(shades.iter().filter_map(|it| it.value));
    Choropleth { caption, outlines, shades, classes, numbers, none, notes: vec![note] }
}

#[expect(clippy::too_many_arguments, reason = "one table from all that the page has found")]
fn table(
    p: &Page,
    register: &Register,
    view: &View,
    indicator: &Indicator,
    map: &Choropleth<'_>,
    units: &[&UnitState],
    totals: &[Total],
    numbered: bool,
) -> Table {
    let row = |(at, ((row, unit), total)): (usize, ((plot::Row, &&UnitState), &Total))| {
        let deeper = !register.children(unit.id, view.day()).is_empty();
        let path = format!("/units/{}/map?indicator={}&{}", unit.id, indicator.code, view.query());
        let reported = |expected: u32| format!("{}/{expected}", total.reported);
        let number = numbered.then(|| Cell::new((at + 1).to_string()));
        let cells = [
            Cell::link(row.name, if deeper { path } else { String::new() }),
            Cell::new(row.values.into_iter().next().unwrap_or_default()),
            Cell::new(total.expected.map_or_else(|| p.t("maps-expected-unknown"), reported)),
        ];
        Row { cells: cells.into_iter().chain(number).collect() }
    };
    let columns =
        [Column::words(p.t("maps-unit")), Column::numbers(p.t("maps-value")), Column::numbers(p.t("maps-returns"))];
    Table {
        caption: map.caption.title.clone(),
        // Cells of the scheme carry numbers, and so do their rows.
        columns: columns.into_iter().chain(numbered.then(|| Column::numbers(p.t("maps-number")))).collect(),
        rows: map.table().into_iter().zip(units).zip(totals).enumerate().map(row).collect(),
        foot: None,
    }
}
