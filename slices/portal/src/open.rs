//! Figures that everybody may have: published for a whole year below a root of the country, by its staff, as a table
//! that stays as it is. What may be published is decided in [`crate::conceal`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

use figures::{Across, Boundaries, Engine, Kind};
use kernel::{Catalogue, Indicator, IndicatorId, Instant, Level, Period, Register, UnitId};

use crate::conceal::{self, Node, Sheet};

/// One period below one root.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Release {
    /// The root.
    pub(crate) root: UnitId,
    /// Its number.
    pub(crate) id: i64,
    pub(crate) period: Period,
    pub(crate) released_at: Instant,
}

/// A unit's sheets by indicator code.
pub(crate) type Sheets = BTreeMap<String, Sheet>;

/// Left out, because they follow from others by an equation of `data/rules/rules.csv`.
const FOLLOWS: [&str; 3] = ["EVA05", "MED06", "MOD07"];

/// Whether an indicator is published: a quantity that adds up over places and follows from no other.
pub(crate) fn is_open(indicator: &Indicator) -> bool {
    let quantity = matches!(indicator.rule.kind, Kind::Count | Kind::Stock);
    quantity && indicator.rule.across == Across::Sum && !FOLLOWS.contains(&indicator.code.as_str())
}

/// All tables of a period below a root, under the boundaries of the period's last day: by indicator code. Of what must
/// not be compared between small places nothing below the provinces.
pub(crate) fn sheets(
    engine: &Engine,
    register: &Register,
    catalogue: &Catalogue,
    root: UnitId,
    period: Period,
) -> BTreeMap<String, Vec<(i64, Sheet)>> {
    let open: Vec<&Indicator> = catalogue.indicators().iter().filter(|it| is_open(it)).collect();
    let ids: Vec<IndicatorId> = open.iter().map(|it| it.id()).collect();
    let mut totals: HashMap<(i64, IndicatorId), i64> = HashMap::new();
    let mut ask = |units: &[i64]| -> Vec<i64> {
        let none = figures::Apportionment::None;
        let Ok(table) = engine.table(units, &ids, period, Boundaries::Then, none) else { return Vec::new() };
        let mut told = BTreeSet::new();
        for (unit, row) in table.rows() {
            for (id, total) in ids.iter().zip(row) {
                // A figure that is not exactly placed is not published.
                if let Some(value) = total.value.filter(|it| total.exact && *it >= 0) {
                    totals.insert((unit, *id), value);
                    told.insert(unit);
                }
            }
        }
        told.into_iter().collect()
    };
    let day = period.last();
    // Below a unit of which nothing is known nothing is published.
    let mut parents = ask(&[root.0]);
    while let Some(parent) = parents.pop() {
        let below = register.children(UnitId(parent), day);
        let known = ask(&below.iter().map(|it| it.id.0).collect::<Vec<_>>());
        let deeper = below.iter().filter(|it| it.level < Level::Commune && known.contains(&it.id.0));
        parents.extend(deeper.map(|it| it.id.0));
    }
    let sheets = open.iter().map(|it| {
        let lowest = if it.is_guarded() { Level::Province } else { Level::Commune };
        let root = node(register, &totals, it.id(), root, period, lowest);
        let mut sheets = conceal::publish(&root);
        sheets.sort_by_key(|it| it.0);
        (it.code.clone(), sheets)
    });
    sheets.filter(|it| !it.1.is_empty()).collect()
}

fn node(
    register: &Register,
    totals: &HashMap<(i64, IndicatorId), i64>,
    indicator: IndicatorId,
    unit: UnitId,
    period: Period,
    lowest: Level,
) -> Node {
    let total = totals.get(&(unit.0, indicator)).copied();
    let children = if total.is_some() { register.children(unit, period.last()) } else { Vec::new() };
    let below = children.iter().filter(|it| it.level <= lowest);
    let below = below.map(|it| node(register, totals, indicator, it.id, period, lowest)).collect();
    Node { unit: unit.0, total, below }
}

/// Of each indicator the new tables, or those published before where a difference would tell something about few; and of
/// how many the old ones stay.
pub(crate) fn keep(
    before: BTreeMap<String, Vec<(i64, Sheet)>>,
    mut now: BTreeMap<String, Vec<(i64, Sheet)>>,
) -> (BTreeMap<String, Vec<(i64, Sheet)>>, usize) {
    let mut kept = 0;
    for (code, old) in before {
        let replaced = now.get(&code).is_some_and(|new| conceal::may_replace(&old, new));
        if !replaced {
            kept += usize::from(now.get(&code) != Some(&old));
            now.insert(code, old);
        }
    }
    (now, kept)
}

/// The same by unit, as they are stored.
pub(crate) fn by_unit(all: &BTreeMap<String, Vec<(i64, Sheet)>>) -> BTreeMap<i64, Sheets> {
    let mut res: BTreeMap<i64, Sheets> = BTreeMap::new();
    for (code, sheets) in all {
        for (unit, sheet) in sheets {
            res.entry(*unit).or_default().insert(code.clone(), sheet.clone());
        }
    }
    res
}

/// The same by indicator, from what is stored.
pub(crate) fn by_code(all: Vec<(i64, Sheets)>) -> BTreeMap<String, Vec<(i64, Sheet)>> {
    let mut res: BTreeMap<String, Vec<(i64, Sheet)>> = BTreeMap::new();
    for (unit, sheets) in all {
        for (code, sheet) in sheets {
            res.entry(code).or_default().push((unit, sheet));
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An equation between published indicators would let a hidden part be computed.
    #[test]
    fn of_each_equation_one_term_is_not_published() {
        let catalogue = forms::catalogue().unwrap();
        let rules = include_str!("../../../data/rules/rules.csv");
        let mut equations = 0;
        for line in rules.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            if fields[3] != "=" {
                continue;
            }
            equations += 1;
            let sides = format!("{}+{}", fields[2], fields[4]);
            let terms =
                sides.split(['+', '-']).map(|it| it.trim_end_matches('?')).map(|it| it.rsplit('.').next().unwrap());
            let open = |code: &str| catalogue.by_code(code).is_some_and(is_open);
            assert!(terms.clone().any(|it| !open(it)), "{line}");
        }
        assert!(equations >= 3);
    }

    #[test]
    fn shares_changes_and_money_are_not_published() {
        let catalogue = forms::catalogue().unwrap();
        let open = |code: &str| is_open(catalogue.by_code(code).unwrap());
        assert!(open("LAU01") && open("MOD02") && open("TIP01"));
        assert!(!open("STD14") && !open("CRM11") && !open("FIN03"));
    }

    #[test]
    fn what_must_stay_stays() {
        let sheet = |total: i64| Sheet { total, rows: vec![(2, Some(total))], merged: Vec::new(), merged_sum: None };
        let of = |a: i64, b: i64| {
            BTreeMap::from([("LAU01".to_owned(), vec![(1, sheet(a))]), ("LAU02".to_owned(), vec![(1, sheet(b))])])
        };
        let (now, kept) = keep(of(10, 20), of(11, 40));
        assert_eq!((now, kept), (of(10, 40), 1));
    }
}
