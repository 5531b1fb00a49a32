//! A figure beside others: its share of the whole, and how far it has moved in a year. Pure.

use figures::{Across, Total};
use kernel::Indicator;
use returns::{
    change::{Step, change},
    figure::share,
};

/// The share of a unit's figure in the total above it, in hundredths of a per cent: only of what adds up over places,
/// is of one sign, and compares nobody who must not be compared.
pub(crate) fn part(total: &Total, whole: &Total, indicator: &Indicator) -> Option<i64> {
    let adds = indicator.rule.across == Across::Sum && !indicator.is_ratio() && !indicator.is_guarded();
    let (value, of) = (total.value?, whole.value.filter(|it| *it > 0)?);
    (adds && 0 <= value).then(|| share(value, of))
}

/// How far a figure has moved: for a quantity in hundredths of a per cent, for a share in hundredths of a point.
/// `None` where either is missing, after a zero, and where a comparison would make a contest of it.
pub(crate) fn moved(now: &Total, before: &Total, indicator: &Indicator) -> Option<i64> {
    match change(now, before, indicator)?.step {
        Step::Quantity(_, share) => share,
        Step::Points(points) => Some(points),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(value: i64) -> Total {
        Total { value: Some(value), ..Total::default() }
    }

    fn ratio(value: i64, of: i64) -> Total {
        Total { of: Some(of), ..total(value) }
    }

    #[track_caller]
    fn check(code: &str, of: fn(&Total, &Total, &Indicator) -> Option<i64>, a: &Total, b: &Total, expect: Option<i64>) {
        let catalogue = forms::catalogue().unwrap();
        assert_eq!(of(a, b, catalogue.by_code(code).unwrap()), expect, "{code}");
    }

    #[test]
    fn shares_of_what_adds_up() {
        check("LAU01", part, &total(25), &total(200), Some(1250));
        check("LAU01", part, &total(0), &total(200), Some(0));
        check("LAU01", part, &total(5), &total(0), None);
        check("LAU01", part, &Total::default(), &total(10), None);
        check("STD14", part, &ratio(1, 2), &ratio(3, 4), None);
    }

    #[test]
    fn years_are_compared_in_per_cent_and_shares_in_points() {
        check("LAU01", moved, &total(120), &total(100), Some(2000));
        check("LAU01", moved, &total(100), &total(120), Some(-1667));
        check("LAU01", moved, &total(5), &total(0), None);
        check("LAU01", moved, &total(5), &Total::default(), None);
        check("STD14", moved, &ratio(15, 16), &ratio(3, 4), Some(1875));
    }

    #[test]
    fn guarded_counts_have_neither_share_nor_change() {
        for code in ["TIP01", "REF01", "CRM01", "KEY01"] {
            check(code, part, &total(5), &total(10), None);
            check(code, moved, &total(5), &total(10), None);
        }
    }
}
