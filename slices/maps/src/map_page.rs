//! One indicator over the units directly below.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use figures::{Kind, Total};
use kernel::{Catalogue, Indicator, Issue, Level, Register, UnitState};
use plot::{Caption, Choropleth, Classes, Outlines, Shade};
use web::{App, Error, Page, Result, Who};

use crate::{
    outlines,
    shown::{self, Choice},
    view::{Asked, Under, View, Wish, seen, text},
};

#[derive(Template)]
#[template(path = "map.html")]
struct MapPage<'a> {
    p: &'a Page,
    title: String,
    /// Why there is no map, if there is none.
    empty: String,
    map: String,
    rows: Vec<MapRow>,
    /// Cells carry numbers, and so do their rows.
    numbered: bool,
    caption: String,
    measure_note: String,
    here: String,
    /// By group.
    indicators: Vec<(String, Vec<Choice>)>,
    periods: Vec<Choice>,
    boundaries: String,
    steps: Vec<Choice>,
    under: String,
    then: Option<String>,
    now: Option<String>,
    unit_page: String,
}

/// A row of the table.
#[derive(Debug)]
struct MapRow {
    name: String,
    /// The map one level down; empty where there is none to see.
    path: String,
    value: String,
    reported: String,
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
    let (unit, scope) = seen(&id, &who, &register, page.today)?;
    let catalogue = catalogue.seen_from(&register, unit, page.today);
    let mut wish = Wish::read(&asked);
    let asked_for = text(&asked, "indicator").map(|code| (code, catalogue.by_code(code)));
    let free = match asked_for {
        Some((_, Some(it))) if shown::is_free(&catalogue, it) => Some(it),
        Some((_, Some(it))) => {
            wish.issues.push(Issue::new("indicator", "maps-guarded").with("name", shown::name(&page, it)));
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
    let indicator = app.totals(|engine| candidates.iter().copied().find(|it| filled(engine, &view, it)));
    let indicator = indicator.or(candidates.first().copied()).ok_or(Error::NotFound)?;
    let state = register.nearest(unit, view.day()).ok_or(Error::NotFound)?;
    let page = page.crumbs(view.crumbs(&register, &scope)).synthetic(state.synthetic);
    let refused = asked_for.is_some() && free.is_none();
    let units = if refused { Vec::new() } else { register.children(unit, view.day()) };

    let title =
        format!("{} – {} – {}", shown::name(&page, indicator), shown::period(&page, view.period), state.full_name);
    let totals = app.totals(|engine| view.totals(engine, &units, indicator.id()));
    let none = page.t("maps-none");
    let numbers = |it: i64| shown::number(indicator, it);
    let outlines = match state.level {
        Level::Nation => outlines::provinces(view.day()).map_err(|err| Error::Internal(err.into()))?,
        _ => Outlines::cells(units.iter().map(|it| it.code.as_str())),
    };
    let numbered = state.level != Level::Nation;
    let map = choropleth(&page, indicator, &title, &outlines, &units, &totals, numbered, &numbers, none);
    let path = |view: &View| format!("/units/{unit}/map?indicator={}&{}", indicator.code, view.query());
    let other =
        |under: Under| Some(View { under, ..view }).filter(|it| it.under != view.under && it.in_force(&register));
    let main = MapPage {
        p: &page,
        empty: match (refused, units.is_empty(), view.in_force(&register)) {
            (true, _, _) => page.t("maps-refused"),
            (false, _, false) => page.t1("maps-not-in-force", "day", shown::date(view.day())),
            (false, true, true) => page.t("maps-nothing-below"),
            (false, false, true) => String::new(),
        },
        rows: rows(&page, &register, &view, indicator, &map, &units, &totals),
        map: map.svg(),
        numbered,
        caption: title.clone(),
        measure_note: match indicator.rule.kind {
            Kind::Ratio | Kind::Change => String::new(),
            Kind::Count | Kind::Stock | Kind::Money => page.t("maps-absolute"),
        },
        here: format!("/units/{unit}/map"),
        indicators: choices(&page, &catalogue, Some(indicator).filter(|_| !refused)),
        periods: app.totals(|engine| shown::periods(&page, engine.periods(), view.period)),
        boundaries: view.boundaries_word(),
        steps: app.totals(|engine| shown::steps(engine.periods(), &view, path)),
        under: shown::under(&page, &view),
        then: other(Under::Then).map(|it| path(&it)),
        now: other(Under::Now).map(|it| path(&it)),
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
        value: shown::amount(total),
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

fn rows(
    p: &Page,
    register: &Register,
    view: &View,
    indicator: &Indicator,
    map: &Choropleth<'_>,
    units: &[&UnitState],
    totals: &[Total],
) -> Vec<MapRow> {
    let row = |((row, unit), total): ((plot::Row, &&UnitState), &Total)| {
        let deeper = !register.children(unit.id, view.day()).is_empty();
        let path = format!("/units/{}/map?indicator={}&{}", unit.id, indicator.code, view.query());
        let reported = |expected: u32| format!("{}/{expected}", total.reported);
        MapRow {
            name: row.name,
            path: if deeper { path } else { String::new() },
            value: row.values.into_iter().next().unwrap_or_default(),
            reported: total.expected.map_or_else(|| p.t("maps-expected-unknown"), reported),
        }
    };
    map.table().into_iter().zip(units).zip(totals).map(row).collect()
}

/// Every indicator that may be mapped, by group.
fn choices(p: &Page, catalogue: &Catalogue, chosen: Option<&Indicator>) -> Vec<(String, Vec<Choice>)> {
    let mut groups: Vec<(String, Vec<Choice>)> = Vec::new();
    for it in catalogue.indicators().iter().filter(|it| shown::is_free(catalogue, it)) {
        let heading = it.group.split_once(' ').map_or(it.group.as_str(), |it| it.1);
        if groups.last().is_none_or(|last| last.0 != heading) {
            groups.push((heading.to_owned(), Vec::new()));
        }
        if let Some((_, choices)) = groups.last_mut() {
            let chosen = chosen.is_some_and(|chosen| chosen.id() == it.id());
            choices.push(Choice { value: it.code.clone(), label: shown::name(p, it).to_owned(), chosen });
        }
    }
    groups
}
