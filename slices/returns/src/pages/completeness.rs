//! Which part of what is owed was sent: unit by unit as a map of cells, state by state as bars. Completeness may be
//! drawn and mapped: it is about returns, not about what they say.

use kernel::{Day, Level, Period, Register, UnitId};
use plot::{Caption, Choropleth, Class, Classes, Outlines, Shade, Stack, Stacked};
use web::{Cell, Chart, Column, Page, Row, Table};

/// The units directly below these tops, below which somebody owes something; if a top owes it itself, nothing.
pub(super) fn groups(register: &Register, tops: &[UnitId], units: &[UnitId], day: Day) -> Vec<UnitId> {
    let below = tops.iter().flat_map(|top| register.children(*top, day)).filter(|it| it.level < Level::Village);
    let owes = |top: UnitId| units.iter().any(|it| *it != top && register.contains(top, *it, day));
    below.map(|it| it.id).filter(|it| owes(*it)).collect()
}

/// One cell for each unit directly below the tops; absent where there are fewer than two.
pub(super) fn map(
    p: &Page,
    register: &Register,
    tops: &[UnitId],
    units: &[UnitId],
    period: Period,
    sent: impl Fn(UnitId) -> bool,
) -> Option<Chart> {
    let day = period.last();
    let mut shades: Vec<(UnitId, Shade)> = Vec::new();
    for child in tops.iter().flat_map(|top| register.children(*top, day)) {
        let owing: Vec<UnitId> =
            units.iter().copied().filter(|it| *it == child.id || register.contains(child.id, *it, day)).collect();
        if owing.is_empty() {
            continue;
        }
        let (given, owed) = (owing.iter().filter(|it| sent(**it)).count(), owing.len());
        let value =
            i64::try_from(if given == owed { 100 } else { (given * 100 / owed).max(usize::from(given > 0)) }).ok();
        let (code, name) = (child.code.clone(), child.full_name.clone());
        shades.push((child.id, Shade { code, name, value, label: format!("{given}/{owed}") }));
    }
    if shades.len() < 2 {
        return None;
    }
    let class = |from, to| Class { from, to };
    let outlines = Outlines::cells(shades.iter().map(|it| it.1.code.as_str()));
    let row = |(unit, it): &(UnitId, Shade)| Row {
        cells: vec![Cell::link(&it.name, format!("/units/{unit}/completeness")), Cell::new(&it.label)],
    };
    let table = Table {
        caption: p.t("returns-board-map"),
        columns: vec![Column::words(p.t("returns-unit")), Column::numbers(p.t("returns-board-sent-of"))],
        rows: shades.iter().map(row).collect(),
        foot: None,
    };
    let numbers = |it: i64| format!("{it}%");
    let map = Choropleth {
        caption: Caption {
            id: "board-map".to_owned(),
            title: p.t1("returns-board-map-of", "period", p.period(period)),
            desc: p.t("returns-board-map-about"),
            source: String::new(),
        },
        outlines: &outlines,
        shades: shades.into_iter().map(|it| it.1).collect(),
        classes: Classes::fixed(&[class(0, 0), class(1, 49), class(50, 99), class(100, 100)]),
        numbers: &numbers,
        none: p.t("returns-board-map-none"),
        notes: Vec::new(),
    };
    Some(Chart { svg: map.svg(), label: p.t("returns-board-map-table"), table })
}

/// One bar for each name, of the units in each of these states; nothing where there is no bar.
pub(super) fn bars<const N: usize>(p: &Page, states: &[&str; N], rows: Vec<(String, [usize; N])>) -> Option<Chart> {
    if rows.is_empty() {
        return None;
    }
    let stack = |(name, counts): (String, [usize; N])| Stack {
        name,
        values: counts.into_iter().map(|it| i64::try_from(it).ok()).collect(),
    };
    let parts = states.map(|it| p.t(it));
    let chart = Stacked {
        caption: Caption {
            id: "board".to_owned(),
            title: p.t("returns-board-states"),
            desc: p.t1("returns-board-states-desc", "count", rows.len()),
            source: String::new(),
        },
        parts: parts.to_vec(),
        rows: rows.into_iter().map(stack).collect(),
        numbers: &viet::number,
        none: String::new(),
    };
    Some(Chart {
        svg: chart.svg(),
        label: p.t("returns-board-states-table"),
        table: Table::twin(p.t("returns-board-states"), p.t("returns-return"), parts, chart.table()),
    })
}
