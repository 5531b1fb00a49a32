//! What a unit's own past makes of a figure: far from its usual range, or suddenly other than last time. Pure; only ever
//! a warning, and never of guarded figures, whose size is nobody's aim.

/// So many past figures make a range.
const ENOUGH: usize = 6;
/// A figure further from the median than so many typical distances is worth a look.
const TIMES: i128 = 5;
/// A median absolute deviation times 1.4826 is a standard deviation of figures that scatter evenly: in 10,000ths.
const SPREAD: i128 = 14_826;
/// So many times more or less than last time is a sudden change …
const SUDDEN: i128 = 3;
/// … if the step is at least so many whole units of measure.
const STEP: i128 = 20;

/// Why a figure is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Odd {
    /// Outside the range that the unit's past makes usual.
    Range {
        /// Lowest usual figure.
        low: i64,
        /// Highest usual figure.
        high: i64,
    },
    /// Many times more or less than the period before.
    Sudden {
        /// The figure of the period before.
        before: i64,
    },
}

/// Compares a figure with those of the periods before, and with the period directly before if that has one. One whole unit
/// of measure is so many of these integers: 100 for kg with two decimals.
pub(crate) fn odd(value: i64, past: &[i64], before: Option<i64>, whole: i64) -> Option<Odd> {
    if past.len() >= ENOUGH {
        let (low, high) = range(past);
        return (value < low || high < value).then_some(Odd::Range { low, high });
    }
    let before = before?;
    let (now, then) = (i128::from(value), i128::from(before));
    let (small, large) = (now.abs().min(then.abs()), now.abs().max(then.abs()));
    (large - small >= STEP * i128::from(whole) && large >= small * SUDDEN).then_some(Odd::Sudden { before })
}

/// Median ± [`TIMES`] typical distances, no narrower than a tenth of the median, and never below zero if the past is not.
fn range(past: &[i64]) -> (i64, i64) {
    let median = median(past.iter().map(|it| i128::from(*it)).collect());
    let deviation = self::median(past.iter().map(|it| (i128::from(*it) - median).abs()).collect());
    let distance = (deviation * SPREAD / 10_000).max(median.abs() / 10).max(1);
    let floor = if past.iter().all(|it| *it >= 0) { 0 } else { i128::from(i64::MIN) };
    let clip = |it: i128| i64::try_from(it.max(floor)).unwrap_or(i64::MAX);
    (clip(median - TIMES * distance), clip(median + TIMES * distance))
}

fn median(mut all: Vec<i128>) -> i128 {
    all.sort_unstable();
    let middle = all.len() / 2;
    let at = |place: usize| all.get(place).copied().unwrap_or_default();
    if all.len() % 2 == 1 { at(middle) } else { (at(middle.saturating_sub(1)) + at(middle)).div_euclid(2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: i64, past: &[i64], expect: Option<Odd>) {
        assert_eq!(odd(value, past, past.first().copied(), 1), expect, "{value} after {past:?}");
    }

    #[test]
    fn a_sudden_change_is_one_against_the_period_directly_before_in_whole_units() {
        assert_eq!(odd(0, &[50], None, 1), None, "what was long ago is not the period before");
        assert_eq!(odd(0, &[50], Some(50), 100), None, "half a kilogram is no step");
        assert_eq!(odd(0, &[5000], Some(5000), 100), Some(Odd::Sudden { before: 5000 }));
    }

    #[test]
    fn the_units_own_past_makes_the_range() {
        let past = [100, 110, 90, 105, 95, 100];
        check(100, &past, None);
        check(150, &past, None);
        check(151, &past, Some(Odd::Range { low: 50, high: 150 }));
        check(0, &past, Some(Odd::Range { low: 50, high: 150 }));
        // One slip in the past does not widen it.
        check(1000, &[100, 1000, 100, 101, 99, 100, 100], Some(Odd::Range { low: 50, high: 150 }));
        check(3, &[0; 12], None);
        check(6, &[0; 12], Some(Odd::Range { low: 0, high: 5 }));
        check(i64::MAX, &[i64::MAX; 6], None);
    }

    #[test]
    fn with_little_past_only_a_sudden_change_is_named() {
        check(1000, &[], None);
        check(30, &[10], Some(Odd::Sudden { before: 10 }));
        check(29, &[10], None);
        check(9, &[1], None);
        check(0, &[40, 500], Some(Odd::Sudden { before: 40 }));
        check(110, &[100], None);
    }
}
