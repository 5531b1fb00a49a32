//! Who reported in which month: reported out of expected.

use figures::Total;
use kernel::{Calendar, Catalogue, Day, Form, Frequency, Indicator, Period, UnitState};
use plot::{Class, Classes, HeatCell, HeatRow};
use returns::view::View;
use web::{App, Page, Result};

/// The monthly form that is owed in this calendar, and the figure of it by which returns are counted: one that no return
/// of it can be sent without, and that may be shown.
pub(crate) fn measure(catalogue: &Catalogue, calendar: Calendar) -> Option<(&Form, &Indicator)> {
    let owed = catalogue.assignments.iter().filter_map(|it| catalogue.form(it.form));
    let mut monthly = owed.filter(|it| it.frequency == Frequency::Month && it.calendar == calendar);
    monthly.find_map(|form| {
        let required = form.items().filter(|it| it.required).filter_map(|it| catalogue.indicator(it.indicator));
        required.into_iter().find(|it| catalogue.is_free(it)).map(|it| (form, it))
    })
}

/// One row per unit, one cell per month.
///
/// # Errors
/// When the totals cannot be read.
pub(crate) fn rows(
    app: &App,
    p: &Page,
    view: &View,
    months: &[Period],
    units: &[&UnitState],
    (form, indicator): (&Form, &Indicator),
) -> Result<Vec<HeatRow>> {
    let columns: Vec<Vec<Total>> = app.totals(|engine| {
        months.iter().map(|it| view.with_period(*it).totals(engine, units, indicator.id())).collect()
    })?;
    let catalogue = app.catalogue.get();
    let row = |(at, unit): (usize, &&UnitState)| {
        let cells = months.iter().zip(&columns).map(|(month, column)| {
            let due = catalogue.due_on(form, *month);
            column.get(at).map_or_else(HeatCell::default, |it| cell(p, it, due))
        });
        HeatRow { name: unit.full_name.clone(), cells: cells.collect() }
    };
    Ok(units.iter().enumerate().map(row).filter(|it| it.cells.iter().any(|cell| cell.value.is_some())).collect())
}

/// A share in whole per cents; not known where nobody owes anything or nothing is due yet.
fn cell(p: &Page, total: &Total, due: Day) -> HeatCell {
    match total.expected {
        Some(expected) if expected > 0 && (total.reported > 0 || due < p.today) => HeatCell {
            value: Some(per_cent(total.reported, expected)),
            label: format!("{}/{expected}", total.reported),
        },
        _ => HeatCell { value: None, label: p.t("maps-not-due") },
    }
}

/// 100 only if nothing is missing, 0 only if nothing is there.
fn per_cent(reported: u32, expected: u32) -> i64 {
    match (reported, expected) {
        (0, _) | (_, 0) => 0,
        (reported, expected) => (i64::from(reported) * 100 / i64::from(expected)).clamp(1, 100),
    }
}

/// Nothing, less than half, more, all.
pub(crate) fn classes() -> Classes {
    let class = |from, to| Class { from, to };
    Classes::fixed(&[class(0, 0), class(1, 49), class(50, 99), class(100, 100)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_everything_are_told_from_nearly() {
        assert_eq!([(0, 44), (1, 200), (43, 44), (44, 44)].map(|it| per_cent(it.0, it.1)), [0, 1, 97, 100]);
        let classes = classes();
        assert_eq!([0, 1, 50, 100].map(|it| classes.name(it)), ["c1", "c2", "c4", "c5"]);
    }
}
