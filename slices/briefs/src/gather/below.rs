//! The units directly below, and the years before.

use std::collections::BTreeMap;

use figures::{Apportionment, Engine, Question, Total};
use kernel::{Catalogue, Indicator, IndicatorId, Period, UnitState};

use super::{Asks, Wanted};

/// The units directly below and their totals, in the order of their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Below {
    /// The columns of the table.
    pub(crate) indicators: Vec<Indicator>,
    /// The rows of the table: name and totals.
    pub(crate) rows: Vec<(String, Vec<Total>)>,
    /// What may be drawn.
    pub(crate) drawn: Vec<Indicator>,
    /// All units with their totals of what is drawn.
    pub(crate) units: Vec<(Unit, Vec<Total>)>,
}

/// A unit as a drawing names it.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) code: String,
    pub(crate) full_name: String,
}

/// Figures over several years, the earliest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Years {
    pub(crate) periods: Vec<Period>,
    pub(crate) rows: Vec<(Indicator, Vec<Option<Total>>)>,
}

/// So many columns fit upright on the page beside the names.
const COLUMNS: usize = 3;

/// The totals of the units below: of the first indicators that any of them gave, and of what is drawn.
pub(super) fn below(
    engine: &Engine,
    catalogue: &Catalogue,
    wanted: &Wanted,
    asks: &Asks,
    names: &[&UnitState],
) -> Below {
    let of = |codes: &[String]| -> Vec<Indicator> {
        codes.iter().filter_map(|it| catalogue.by_code(it)).filter(|it| !it.is_guarded()).cloned().collect()
    };
    let (compared, drawn) = (of(&asks.compared), of(&asks.drawn));
    let ids: Vec<IndicatorId> = compared.iter().chain(&drawn).map(Indicator::id).collect();
    if ids.is_empty() || names.is_empty() {
        return Below::default();
    }
    let Ok(table) = engine.totals_of_children(wanted.unit.0, &ids, wanted.period, wanted.boundaries) else {
        return Below::default();
    };
    let given = |column: &usize| table.rows().any(|(_, row)| row.get(*column).is_some_and(|it| it.value.is_some()));
    let columns: Vec<usize> = (0..compared.len()).filter(given).take(COLUMNS).collect();
    let by_unit: BTreeMap<i64, &[Total]> = table.rows().collect();
    let pick = |row: &[Total]| -> Vec<Total> { columns.iter().filter_map(|it| row.get(*it).cloned()).collect() };
    // Where nothing is owed, a unit that gave nothing has nothing to say.
    let speaks = |row: &[Total]| row.iter().any(|it| it.value.is_some() || it.expected.is_some_and(|it| it > 0));
    let named = || names.iter().filter_map(|it| by_unit.get(&it.id.0).map(|row| (*it, *row)));
    let unit = |it: &UnitState| Unit { code: it.code.clone(), full_name: it.full_name.clone() };
    Below {
        rows: named().map(|(it, row)| (it.full_name.clone(), pick(row))).filter(|(_, row)| speaks(row)).collect(),
        indicators: columns.iter().filter_map(|it| compared.get(*it)).cloned().collect(),
        units: named().map(|(it, row)| (unit(it), row.get(compared.len()..).unwrap_or_default().to_vec())).collect(),
        drawn,
    }
}

/// The figures of the last years, as far as there are any. Under the boundaries of each year's last day, unless a day was
/// asked for.
pub(super) fn years(engine: &Engine, catalogue: &Catalogue, wanted: &Wanted, count: u8, codes: &[String]) -> Years {
    let mut periods = vec![wanted.period];
    for _ in 1..count {
        periods.extend(periods.last().map(|it| it.year_before()));
    }
    periods.reverse();
    let total = |indicator: &Indicator, period: &Period| {
        let question = Question {
            unit: wanted.unit.0,
            indicator: indicator.id(),
            period: *period,
            boundaries: wanted.boundaries,
            apportionment: Apportionment::None,
        };
        engine.total(&question).ok().filter(|it| it.value.is_some())
    };
    let rows = codes
        .iter()
        .filter_map(|it| catalogue.by_code(it))
        .map(|indicator| (indicator.clone(), periods.iter().map(|it| total(indicator, it)).collect::<Vec<_>>()));
    let rows = rows.filter(|(_, totals)| totals.iter().any(Option::is_some)).collect();
    Years { periods, rows }
}
