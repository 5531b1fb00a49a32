//! Small counts of tips in a table: told only within the sums above.

use std::collections::{BTreeMap, HashSet};

use figures::Apportionment;
use kernel::{IndicatorId, Register, UnitId};
use returns::{
    figure::{self, AskError},
    merge,
};
use web::App;

use super::{CELLS, Pivot, PivotError};

/// The small counts of tips, and those that are merged with them so that no difference gives one away: among the
/// units of each parent on their own, for parents' sums are told.
pub(super) fn small(
    pivot: &Pivot,
    app: &App,
    from_above: impl Fn(&Register, UnitId) -> bool,
) -> Result<HashSet<(usize, IndicatorId, UnitId)>, PivotError> {
    let mut res = HashSet::new();
    for indicator in pivot.indicators.iter().filter(|it| merge::merges(it)) {
        for (at, sheet) in pivot.sheets.iter().enumerate() {
            let mut beside: BTreeMap<Option<UnitId>, Vec<(UnitId, Option<i64>)>> = BTreeMap::new();
            for some in sheet.units.chunks(CELLS) {
                let ids: Vec<i64> = some.iter().map(|it| it.0).collect();
                let table = app.totals(|engine| {
                    engine.table(&ids, &[indicator.id()], sheet.period, pivot.boundaries, Apportionment::None)
                });
                let table = table
                    .map_err(AskError::from)?
                    .map_err(|it| figure::refused(&pivot.register, it, sheet.period, pivot.boundaries))?;
                for (unit, totals) in table.rows() {
                    let (unit, total) = (UnitId(unit), totals.first());
                    if !from_above(&pivot.register, unit) {
                        continue;
                    }
                    if total.is_some_and(|it| merge::hides(indicator, it)) {
                        res.insert((at, indicator.id(), unit));
                    }
                    let parent = pivot.register.get(unit, sheet.day).and_then(|it| it.parent);
                    let count = total.and_then(|it| it.value).filter(|_| !indicator.is_ratio());
                    beside.entry(parent).or_default().push((unit, count));
                }
            }
            for group in beside.values() {
                let counts: Vec<Option<i64>> = group.iter().map(|it| it.1).collect();
                let merged = group.iter().zip(merge::merged(&counts)).filter(|it| it.1);
                res.extend(merged.map(|it| (at, indicator.id(), it.0.0)));
            }
        }
    }
    Ok(res)
}
