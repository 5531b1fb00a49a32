//! What to heed first: who is late, and what has moved most. Pure.

use returns::change::{Change, Step};

/// So many changes are named.
const NAMED: usize = 3;
/// A smaller change is not worth a line: a tenth of the year before, or five percentage points.
const LEAST: i64 = 1_000;
const LEAST_POINTS: i64 = 500;

/// How far a change is worth naming: hundredths of a per cent, points counted double. Nothing where the two do not rest on
/// equally many reports.
fn weight(change: &Change) -> Option<i64> {
    if change.uneven {
        return None;
    }
    match change.step {
        Step::Quantity(_, Some(share)) => Some(share.saturating_abs()).filter(|it| *it >= LEAST),
        Step::Quantity(_, None) => None,
        Step::Points(points) => Some(points.saturating_abs()).filter(|it| *it >= LEAST_POINTS).map(|it| it * 2),
    }
}

/// The changes most worth naming, the greatest first; `T` is what is said of each.
pub(crate) fn moved<T>(changes: impl IntoIterator<Item = (Change, T)>) -> Vec<T> {
    let mut worth: Vec<(i64, usize, T)> =
        changes.into_iter().enumerate().filter_map(|(at, (it, said))| Some((weight(&it)?, at, said))).collect();
    worth.sort_by_key(|it| (std::cmp::Reverse(it.0), it.1));
    worth.into_iter().take(NAMED).map(|it| it.2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(step: Step) -> Change {
        Change { step, about: false, uneven: false }
    }

    #[test]
    fn the_greatest_changes_are_named_first_and_small_ones_not() {
        let share = |it: i64| by(Step::Quantity(it, Some(it)));
        let uneven = Change { uneven: true, ..share(90_000) };
        let all = [
            (share(999), "small"),
            (share(-4_000), "down"),
            (share(2_000), "up"),
            (uneven, "uneven"),
            (by(Step::Points(-600)), "points"),
            (by(Step::Quantity(5, None)), "after a zero"),
            (share(9_000), "most"),
        ];
        assert_eq!(moved(all), ["most", "down", "up"]);
        assert_eq!(moved([(by(Step::Points(-600)), "points")]), ["points"]);
        assert!(moved([(share(10), "small")]).is_empty());
    }
}
