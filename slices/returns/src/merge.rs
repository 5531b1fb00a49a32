//! Small counts of tips are told to nobody above the unit that counted them: one tip of one village in one month is a
//! person. They merge upwards into the sums, which stay exact. Pure.
//!
//! A count below [`LEAST`] is not shown beside those of other units; a zero is, for it is nobody. So that no difference
//! between a sum and its shown parts brings a merged count back, no count is merged alone: at least two are, and together
//! they reach [`LEAST`], unless there are no more.

use figures::Total;
use kernel::{Day, Indicator, Register, UnitId};
use web::Scope;

/// Counts from here on are shown.
pub const LEAST: i64 = 5;

/// Whether small counts of an indicator merge upwards.
pub fn merges(indicator: &Indicator) -> bool {
    of_tips(&indicator.code)
}

/// Whether a code is that of a figure of tips, beside which nothing may stand that could point at somebody.
pub(crate) fn of_tips(code: &str) -> bool {
    code.starts_with("TIP")
}

/// Whether a figure is, or is made of, a count too small to be shown above its unit.
pub fn hides(indicator: &Indicator, total: &Total) -> bool {
    merges(indicator) && !total.percent_only && [total.value, total.of].into_iter().flatten().any(is_small)
}

/// Whether a count is too small to be shown above its unit.
pub fn is_small(value: i64) -> bool {
    0 < value && value < LEAST
}

/// Whether somebody looks at a unit from above: neither the unit itself nor a part of it is theirs.
pub fn looks_from_above(scope: &Scope, register: &Register, unit: UnitId, today: Day) -> bool {
    scope.tops().iter().all(|top| *top != unit && !register.contains(unit, *top, today))
}

/// Which of the counts of units side by side are merged into their sum; what is missing is no count.
pub fn merged(counts: &[Option<i64>]) -> Vec<bool> {
    let mut res: Vec<bool> = counts.iter().map(|it| it.is_some_and(is_small)).collect();
    let told = |res: &[bool]| {
        let hidden = res.iter().zip(counts).filter(|it| *it.0).filter_map(|it| *it.1);
        let (count, sum) = hidden.fold((0, 0_i64), |(count, sum), it| (count + 1, sum.saturating_add(it)));
        count == 0 || count > 1 && sum >= LEAST
    };
    while !told(&res) {
        let open = (0..counts.len()).filter(|at| !res[*at] && counts[*at].is_some_and(|it| it > 0));
        let Some(next) = open.min_by_key(|at| counts[*at]) else { break };
        res[next] = true;
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(counts: &[i64], expect: &[bool]) {
        let counts: Vec<Option<i64>> = counts.iter().map(|it| (*it >= 0).then_some(*it)).collect();
        assert_eq!(merged(&counts), expect);
    }

    #[test]
    fn counts_below_five_merge_and_never_alone() {
        check(&[], &[]);
        check(&[7, 0, -1, 9], &[false, false, false, false]);
        check(&[3, 4, 9], &[true, true, false]);
        // Alone it would be the difference: the next smallest goes with it, not a zero and not what is missing.
        check(&[3, 0, -1, 20, 8], &[true, false, false, false, true]);
        // Two that together are too few take a third.
        check(&[1, 2, 30, 6], &[true, true, false, true]);
        check(&[1, 1], &[true, true]);
        check(&[2], &[true]);
    }

    #[test]
    fn what_is_shown_and_the_sum_never_give_a_small_count_away() {
        // Every set of up to four counts up to 7: whoever knows the sum and what is shown knows only the sum of the merged.
        let all: Vec<[i64; 4]> = (0..8_i64.pow(4)).map(|n| [n % 8, n / 8 % 8, n / 64 % 8, n / 512]).collect();
        for counts in all {
            let given: Vec<Option<i64>> = counts.iter().map(|it| Some(*it)).collect();
            let hidden = merged(&given);
            let rest: Vec<i64> = counts.iter().zip(&hidden).filter(|it| *it.1).map(|it| *it.0).collect();
            let others = counts.iter().filter(|it| **it > 0).count();
            assert!(rest.is_empty() || rest.len() > 1 || others == 1, "{counts:?}");
            assert!(rest.is_empty() || rest.iter().sum::<i64>() >= LEAST || rest.len() == others, "{counts:?}");
            assert!(counts.iter().zip(&hidden).all(|it| *it.1 || !is_small(*it.0)), "{counts:?}");
        }
    }
}
