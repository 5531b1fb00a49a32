//! Which figures may be published so that nobody can be told from them. Pure.
//!
//! A count of 1 to 4 in a small place may point at a person. So, before figures are published:
//!
//! 1. **Small cells are merged.** Below a unit whose total is published, every part under [`LEAST`] is hidden, and the
//!    hidden ones are published as one sum. Zero is small too: "0" says of each person that it was not they.
//! 2. **Merging is completed.** If fewer than [`COMPANY`] parts are hidden, or their sum is under [`LEAST`], the smallest
//!    visible ones join them. Otherwise total minus visible parts would give the hidden one away; and with two, each of
//!    the two would know the other.
//!    Where the hidden sum then lies so close to the most that small parts can add up to that each of them would be known
//!    to be nearly [`LEAST`], all parts are hidden; that is decided by what would be seen, so it tells nothing itself.
//! 3. **What the unit did itself is a part too.** The total of a province holds what the province itself did; that rest
//!    is the total minus the sum of the units below, so it is merged like any other part when it is small.
//! 4. **Below a merged unit nothing is published** of that indicator: its own total would undo the merging above it. So
//!    units cannot be subtracted from each other over several levels.
//! 5. **A published table is fixed.** It is stored as it was published and does not follow later corrections; so days
//!    cannot be subtracted from each other. Publishing a period again replaces an indicator's tables only if each
//!    published number moves by nothing or by at least [`LEAST`] and the same units stay merged: [`may_replace`].
//! 6. **Ratios, sums of other indicators and stocks that follow from flows are not published**: they would be a second
//!    equation for a hidden part. Readers compute them from what is published.
//!
//! What remains: of a hidden unit one learns that it is hidden, and the sum of its group. The tests enumerate all small
//! tables and show that every hidden part could have several values.

use serde::{Deserialize, Serialize};

/// A part under this is hidden.
pub(crate) const LEAST: i64 = 5;
/// So many parts are hidden together, where there are as many.
pub(crate) const COMPANY: usize = 3;

/// A hidden sum this far from the most that so many small parts add up to would nearly give each of them away.
const TELLING: std::ops::RangeInclusive<i64> = -2..=3;

/// Which of the parts of a published total are hidden.
pub(crate) fn hidden(parts: &[i64]) -> Vec<bool> {
    let mut hidden: Vec<bool> = parts.iter().map(|it| *it < LEAST).collect();
    let group = |hidden: &[bool]| -> (usize, i64) {
        let of = parts.iter().zip(hidden).filter(|it| *it.1).map(|it| *it.0);
        of.fold((0, 0), |(count, sum), it| (count + 1, sum + it))
    };
    loop {
        let (count, sum) = group(&hidden);
        if count == 0 {
            return hidden;
        }
        if count >= COMPANY && sum >= LEAST {
            let most = i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(LEAST - 1);
            return if TELLING.contains(&(sum - most)) { vec![true; parts.len()] } else { hidden };
        }
        let visible = (0..parts.len()).filter(|at| !hidden[*at]);
        match visible.min_by_key(|at| (parts[*at], *at)) {
            Some(at) => hidden[at] = true,
            None => return hidden,
        }
    }
}

/// A unit's figure of one indicator, and those of the units below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// The unit.
    pub(crate) unit: i64,
    /// `None` where nothing was reported, which is not zero.
    pub(crate) total: Option<i64>,
    /// The units directly below; empty where nothing below may be published.
    pub(crate) below: Vec<Node>,
}

/// What is published of one indicator about the units directly below a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sheet {
    /// The unit's total.
    pub(crate) total: i64,
    /// Units and their figures; `None` is nothing reported.
    pub(crate) rows: Vec<(i64, Option<i64>)>,
    /// Units whose figures are merged. What the unit did itself may be in the sum without standing here.
    pub(crate) merged: Vec<i64>,
    /// The sum of what is merged, if anything is.
    pub(crate) merged_sum: Option<i64>,
}

/// Everything that may be published of an indicator, unit by unit from the root downwards.
pub(crate) fn publish(root: &Node) -> Vec<(i64, Sheet)> {
    let mut published = Vec::new();
    if root.total.is_some_and(|it| it >= LEAST) {
        below(root, &mut published);
    }
    published
}

fn below(node: &Node, published: &mut Vec<(i64, Sheet)>) {
    let Some(total) = node.total else { return };
    let known: Vec<(&Node, i64)> = node.below.iter().filter_map(|it| Some((it, it.total?))).collect();
    let mut parts: Vec<i64> = known.iter().map(|it| it.1).collect();
    let own = total - parts.iter().sum::<i64>();
    if own < 0 {
        // The unit was published as a whole that is less than its parts: which of them is wrong is not for everybody.
        published.push((node.unit, Sheet { total, rows: Vec::new(), merged: Vec::new(), merged_sum: None }));
        return;
    }
    if own > 0 {
        parts.push(own);
    }
    let hidden = hidden(&parts);
    let is_merged = |unit: i64| known.iter().zip(&hidden).any(|((it, _), hidden)| it.unit == unit && *hidden);
    let shown = node.below.iter().filter(|it| !is_merged(it.unit));
    let sum = parts.iter().zip(&hidden).filter(|it| *it.1).map(|it| *it.0).sum();
    let sheet = Sheet {
        total,
        rows: shown.clone().map(|it| (it.unit, it.total)).collect(),
        merged: node.below.iter().map(|it| it.unit).filter(|it| is_merged(*it)).collect(),
        merged_sum: hidden.contains(&true).then_some(sum),
    };
    published.push((node.unit, sheet));
    for it in shown.filter(|it| !it.below.is_empty()) {
        below(it, published);
    }
}

/// Whether all tables of an indicator may take the place of those published before without their difference telling
/// anything about few.
pub(crate) fn may_replace(before: &[(i64, Sheet)], now: &[(i64, Sheet)]) -> bool {
    let far = |a: i64, b: i64| a == b || a.abs_diff(b) >= LEAST.unsigned_abs();
    before.len() == now.len()
        && before.iter().zip(now).all(|((unit, old), (other, new))| {
            let rows = old.rows.iter().zip(&new.rows).all(|(a, b)| match (a.1, b.1) {
                (Some(x), Some(y)) => a.0 == b.0 && far(x, y),
                // What was missing may come, if it is shown at all.
                (None, _) => a.0 == b.0,
                (Some(_), None) => false,
            });
            let sums = match (old.merged_sum, new.merged_sum) {
                (Some(x), Some(y)) => far(x, y),
                (x, y) => x == y,
            };
            unit == other
                && old.rows.len() == new.rows.len()
                && old.merged == new.merged
                && rows
                && sums
                && far(old.total, new.total)
        })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn leaf(unit: i64, total: i64) -> Node {
        Node { unit, total: Some(total), below: Vec::new() }
    }

    fn over(unit: i64, own: i64, below: Vec<Node>) -> Node {
        let total = own + below.iter().filter_map(|it| it.total).sum::<i64>();
        Node { unit, total: Some(total), below }
    }

    #[track_caller]
    fn check(parts: &[i64], expect: &[usize]) {
        let found: Vec<usize> = hidden(parts).iter().enumerate().filter(|it| *it.1).map(|it| it.0).collect();
        assert_eq!(found, expect, "{parts:?}");
    }

    #[test]
    fn small_parts_are_merged_and_never_alone() {
        check(&[10, 20, 30], &[]);
        check(&[4, 20, 30, 40], &[0, 1, 2]);
        check(&[1, 2, 3, 40], &[0, 1, 2]);
        check(&[0, 0, 0, 9, 40], &[0, 1, 2, 3]);
        check(&[3, 20], &[0, 1]);
        check(&[5, 5, 5], &[]);
        // With 5 visible and 12 hidden in three, each of the three would be 4.
        check(&[5, 4, 4, 4], &[0, 1, 2, 3]);
    }

    /// Every table of up to four parts from 0 to `MOST`: whoever sees what is published, and knows how it was made, can
    /// still think of several values for each hidden part. Groups with a larger sum leave more room, not less; tables that
    /// end at `MOST` would only seem to leave less.
    #[test]
    fn every_hidden_part_could_have_several_values() {
        const MOST: u64 = 12;
        for width in 3..=4_u32 {
            let mut worlds: BTreeMap<String, Vec<Vec<i64>>> = BTreeMap::new();
            for number in 0..(MOST + 1).pow(width) {
                let digit = |at: u32| number / (MOST + 1).pow(at) % (MOST + 1);
                let parts: Vec<i64> = (0..width).map(|at| i64::try_from(digit(at)).unwrap()).collect();
                let root = over(
                    0,
                    0,
                    parts.iter().enumerate().map(|it| leaf(i64::try_from(it.0).unwrap() + 1, *it.1)).collect(),
                );
                worlds.entry(format!("{:?}", publish(&root))).or_default().push(parts);
            }
            for (seen, alike) in worlds {
                let hidden = hidden(&alike[0]);
                let sum: i64 = alike[0].iter().zip(&hidden).filter(|it| *it.1).map(|it| it.0).sum();
                if sum > i64::try_from(MOST).unwrap() {
                    continue;
                }
                for at in (0..hidden.len()).filter(|at| hidden[*at]) {
                    let values: BTreeSet<i64> = alike.iter().map(|it| it[at]).collect();
                    let small = seen == "[]" || alike[0].iter().sum::<i64>() < LEAST;
                    assert!(small || values.len() >= 4, "{seen}: part {at} is one of {values:?}");
                }
            }
        }
    }

    #[test]
    fn a_total_under_five_is_not_published() {
        assert!(publish(&over(1, 0, vec![leaf(2, 1), leaf(3, 3)])).is_empty());
    }

    #[test]
    fn what_a_unit_did_itself_cannot_be_found_by_subtraction() {
        let sheet = &publish(&over(1, 2, vec![leaf(2, 10), leaf(3, 20), leaf(4, 30)]))[0].1;
        assert_eq!((sheet.merged.as_slice(), sheet.merged_sum), (&[2, 3][..], Some(32)));
        assert_eq!(sheet.rows, [(4, Some(30))]);
    }

    #[test]
    fn below_a_merged_unit_nothing_is_published() {
        let small = over(2, 0, vec![leaf(21, 1), leaf(22, 2)]);
        let large =
            |unit: i64| over(unit, 0, vec![leaf(unit * 10, 50), leaf(unit * 10 + 1, 60), leaf(unit * 10 + 2, 70)]);
        let found = publish(&over(1, 0, vec![small, large(3), large(4), large(5)]));
        let units: Vec<i64> = found.iter().map(|it| it.0).collect();
        assert_eq!(units, [1, 5], "2 is small; 3 and 4 keep it company");
        assert_eq!(found[0].1.merged, [2, 3, 4]);
    }

    #[test]
    fn missing_is_shown_as_missing_and_never_merged() {
        let silent = Node { unit: 9, total: None, below: Vec::new() };
        let sheet = &publish(&over(1, 0, vec![leaf(2, 10), silent, leaf(3, 7)]))[0].1;
        assert_eq!(sheet.rows, [(2, Some(10)), (9, None), (3, Some(7))]);
        assert_eq!(sheet.merged_sum, None);
    }

    #[test]
    fn days_cannot_be_subtracted() {
        let of = |a: i64, b: i64, c: i64| publish(&over(1, 0, vec![leaf(2, a), leaf(3, b), leaf(4, c), leaf(5, 50)]));
        let first = of(10, 20, 30);
        assert!(may_replace(&first, &first));
        assert!(may_replace(&first, &of(10, 20, 35)), "five more are many");
        assert!(!may_replace(&first, &of(10, 20, 31)), "one more would be one person");
        assert!(!may_replace(&first, &of(4, 20, 30)), "another group would give its members away");
        assert!(!may_replace(&of(1, 2, 3), &of(1, 2, 4)), "also within a sum");
        assert!(may_replace(&of(1, 2, 3), &of(3, 1, 2)), "the same sum says nothing");
    }
}
