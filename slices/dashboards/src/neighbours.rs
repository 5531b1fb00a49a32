//! A unit beside those of its kind under the same unit above: one indicator, by name and never by value.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::{Issue, UnitState};
use plot::{Bar, Bars, Caption};
use returns::{
    figure::{amount, amount_in_words, in_words},
    view::{Asked, Seen, View, Wish, text},
};
use web::{App, Cell, Column, Empty, Error, Page, Result, Row, Select, Table, Who, date};

use crate::unit_page;

#[derive(Template)]
#[template(path = "neighbours.html")]
struct Neighbours<'a> {
    p: &'a Page,
    title: &'a str,
    period: String,
    under: String,
    here: String,
    period_code: String,
    boundaries: String,
    indicator: Select<'a>,
    svg: String,
    table: Table,
    empty: Option<Empty>,
}

/// `GET /units/{id}/neighbours?indicator=&period=&boundaries=`
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let seen = Seen::read(&id, &who, &register, page.today)?;
    let catalogue = catalogue.seen_from(&register, seen.unit, page.today);
    let mut wish = Wish::read(&asked);
    let view = View::choose(&app, &register, seen.unit, &wish, page.today, unit_page::any(&catalogue))?;
    let state = view.state(&register).ok_or(Error::NotFound)?;
    let page = page.crumbs(view.crumbs_to(&register, &seen)).synthetic(state.synthetic);
    let asked_for = text(&asked, "indicator").and_then(|it| catalogue.by_code(it));
    if let Some(it) = asked_for.filter(|it| !catalogue.is_free(it)) {
        wish.issues.push(Issue::new("indicator", "dashboards-compare-guarded").with("name", page.indicator(it)));
    }
    let first = catalogue.by_code("LAU01").filter(|it| catalogue.is_free(it));
    let indicator = asked_for.filter(|it| catalogue.is_free(it)).or(first).ok_or(Error::NotFound)?;

    let above = register.get(seen.unit, view.day()).and_then(|it| it.parent);
    let beside = above.map(|it| register.children(it, view.day())).unwrap_or_default();
    let alike = |it: &&UnitState| it.level == state.level && seen.opens(&register, it.id, page.today);
    let units: Vec<&UnitState> = beside.into_iter().filter(alike).collect();
    let totals = app.totals(|engine| view.totals(engine, &units, indicator.id()))?;
    let none = page.t("dashboards-none");
    let name = |it: &UnitState| {
        if it.id == seen.unit { page.t1("dashboards-this-one", "name", &it.full_name) } else { it.full_name.clone() }
    };
    let bars = Bars {
        caption: Caption {
            id: "neighbours".to_owned(),
            title: format!("{} – {}", page.indicator(indicator), page.period(view.period)),
            desc: page.t1("dashboards-neighbours-desc", "count", units.len()),
            source: page.t1("dashboards-source", "day", date(page.today)),
        },
        rows: units
            .iter()
            .zip(&totals)
            .map(|(unit, total)| Bar {
                name: name(unit),
                value: amount(total),
                label: amount(total).map_or_else(|| none.clone(), |it| amount_in_words(indicator, it)),
            })
            .collect(),
    };
    let row = |(unit, total): (&&UnitState, &figures::Total)| Row {
        cells: vec![
            Cell::link(name(unit), view.figure_path(unit.id, &indicator.code)),
            Cell::new(in_words(total, indicator).unwrap_or_default()),
            Cell::new(total.expected.map(|it| format!("{}/{it}", total.reported)).unwrap_or_default()),
        ],
    };
    let alone = units.len() < 2;
    let title = page.t1("dashboards-neighbours", "unit", &state.full_name);
    let main = Neighbours {
        p: &page,
        title: &title,
        period: page.period_and_days(view.period),
        under: view.under_words(&page),
        here: format!("/units/{}/neighbours", seen.unit),
        period_code: view.period.to_string(),
        boundaries: view.boundaries_word(),
        indicator: Select::grouped(
            &page,
            "indicator",
            "dashboards-indicator",
            page.indicators(catalogue.indicators().iter().filter(|it| catalogue.is_free(it)), Some(indicator)),
        ),
        svg: if alone { String::new() } else { bars.svg() },
        table: Table {
            caption: bars.caption.title.clone(),
            columns: vec![
                Column::words(page.t("dashboards-unit")),
                Column::numbers(page.t("dashboards-value")),
                Column::numbers(page.t("dashboards-reports")),
            ],
            rows: units.iter().zip(&totals).map(row).collect(),
            foot: None,
        },
        empty: alone.then(|| Empty {
            text: page.t("dashboards-no-neighbours"),
            label: state.full_name.clone(),
            path: view.unit_path(seen.unit),
        }),
    };
    page.show_issues(&title, &wish.issues, &main)
}
