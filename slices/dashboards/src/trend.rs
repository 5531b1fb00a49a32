//! One figure over the latest periods of its kind, as a line and as a table. Never of what must not become a contest.

use figures::Engine;
use kernel::{Indicator, Period};
use plot::{Caption, Lines, Series};
use returns::{
    figure::{amount, amount_in_words, in_words},
    view::View,
};
use web::{App, Cell, Chart, Column, Page, Result, Row, Table, date};

/// So many periods.
const POINTS: usize = 12;

/// What is known of an indicator over the periods up to the one shown; nothing if it is guarded, or if fewer than two
/// periods are known.
///
/// # Errors
/// When the totals cannot be read.
pub(crate) fn trend(app: &App, p: &Page, view: &View, indicator: &Indicator, title: &str) -> Result<Option<Chart>> {
    if !app.catalogue.get().is_free(indicator) {
        return Ok(None);
    }
    let mut periods: Vec<Period> =
        std::iter::successors(Some(view.period), |it| Some(it.before())).take(POINTS).collect();
    periods.reverse();
    let total =
        |engine: &Engine, it: Period| view.with_period(it).total(engine, view.unit, indicator.id()).unwrap_or_default();
    let totals: Vec<_> = app.totals(|engine| periods.iter().map(|it| total(engine, *it)).collect())?;
    let known = |it: &figures::Total| it.value.is_some();
    if totals.iter().filter(|it| known(it)).count() < 2 {
        return Ok(None);
    }
    let first = totals.iter().position(known).unwrap_or(0);
    let (periods, totals) = (periods.get(first..).unwrap_or_default(), totals.get(first..).unwrap_or_default());
    let measure = if indicator.is_ratio() { "%" } else { &indicator.measure };
    let numbers = |it: i64| amount_in_words(indicator, it);
    let chart = Lines {
        caption: Caption {
            id: format!("trend-{}", indicator.code),
            title: format!("{} ({measure}) – {title}", p.indicator(indicator)),
            desc: p.t1("dashboards-trend-desc", "count", periods.len()),
            source: p.t1("dashboards-source", "day", date(p.today)),
        },
        points: periods.iter().map(|it| short(*it)).collect(),
        series: vec![Series { name: p.indicator(indicator).to_owned(), values: totals.iter().map(amount).collect() }],
        numbers: &numbers,
        none: p.t("dashboards-none"),
    };
    let row = |(period, total): (&Period, &figures::Total)| Row {
        cells: vec![
            Cell::link(p.period(*period), view.with_period(*period).figure_path(view.unit, &indicator.code)),
            Cell::new(in_words(total, indicator).unwrap_or_default()),
        ],
    };
    let table = Table {
        caption: p.t("dashboards-trend"),
        columns: vec![Column::words(p.t("dashboards-period")), Column::numbers(p.t("dashboards-value"))],
        rows: periods.iter().zip(totals).map(row).collect(),
        foot: None,
    };
    Ok(Some(Chart { svg: chart.svg(), label: p.t("dashboards-trend-table"), table }))
}

/// "2021", "3/2026".
fn short(period: Period) -> String {
    match period.frequency() {
        kernel::Frequency::Year => period.year().to_string(),
        _ => format!("{}/{}", period.ordinal(), period.year()),
    }
}
