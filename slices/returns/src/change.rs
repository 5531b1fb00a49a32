//! A figure against the same period a year before: of no guarded indicator, for that would make a contest of it. Pure.

use figures::{Kind, Total};
use kernel::{Coverage, Indicator, Qualifier};

use crate::figure::share;

/// How far a figure has moved in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// By how much.
    pub step: Step,
    /// One of the two is not exact, so neither is this.
    pub about: bool,
    /// The two do not speak for equally many reports, or one was published as a whole and the other added up.
    pub uneven: bool,
}

/// The size of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Of a quantity, in its own measure, and in hundredths of a per cent; these are absent after a zero.
    Quantity(i64, Option<i64>),
    /// Of a share, in hundredths of a percentage point.
    Points(i64),
}

/// What moved between two totals of one indicator; `None` if either is missing, which is not zero, if the indicator is
/// itself a change, or if it is guarded.
pub fn change(now: &Total, before: &Total, indicator: &Indicator) -> Option<Change> {
    if indicator.is_guarded() { None } else { between(now, before, indicator.rule.kind) }
}

fn between(now: &Total, before: &Total, kind: Kind) -> Option<Change> {
    let step = match kind {
        Kind::Change => return None,
        Kind::Ratio => Step::Points(in_hundredths(now)?.checked_sub(in_hundredths(before)?)?),
        Kind::Count | Kind::Stock | Kind::Money => {
            let (now, before) = (now.value?, before.value?);
            let step = now.checked_sub(before)?;
            Step::Quantity(step, (before != 0).then(|| share(step, before.saturating_abs())))
        }
    };
    let exact = |it: &Total| it.qualifier == Some(Qualifier::Exact);
    let whole = |it: &Total| it.coverage == Some(Coverage::Whole);
    Some(Change {
        step,
        about: !(exact(now) && exact(before)),
        uneven: now.reported != before.reported || whole(now) != whole(before),
    })
}

/// A share in hundredths of a per cent, from its parts or as it was published.
fn in_hundredths(total: &Total) -> Option<i64> {
    match total.of {
        _ if total.percent_only => total.value,
        Some(of) if of > 0 => total.value.map(|it| share(it, of)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(value: i64) -> Total {
        Total {
            value: Some(value),
            qualifier: Some(Qualifier::Exact),
            coverage: Some(Coverage::Own),
            reported: 3,
            ..Total::default()
        }
    }

    fn ratio(value: i64, of: i64) -> Total {
        Total { of: Some(of), ..total(value) }
    }

    #[track_caller]
    fn check(now: &Total, before: &Total, kind: Kind, expect: Option<Step>) {
        assert_eq!(between(now, before, kind).map(|it| it.step), expect);
    }

    #[test]
    fn quantities_change_in_their_measure_and_in_per_cent() {
        check(&total(120), &total(100), Kind::Count, Some(Step::Quantity(20, Some(2000))));
        check(&total(100), &total(120), Kind::Stock, Some(Step::Quantity(-20, Some(-1667))));
        check(&total(100), &total(100), Kind::Money, Some(Step::Quantity(0, Some(0))));
    }

    #[test]
    fn after_a_zero_there_is_no_per_cent() {
        check(&total(5), &total(0), Kind::Count, Some(Step::Quantity(5, None)));
        check(&total(0), &total(5), Kind::Count, Some(Step::Quantity(-5, Some(-10_000))));
    }

    #[test]
    fn missing_is_not_zero() {
        check(&total(5), &Total::default(), Kind::Count, None);
        check(&Total::default(), &total(5), Kind::Count, None);
        check(&Total::default(), &ratio(1, 2), Kind::Ratio, None);
    }

    #[test]
    fn shares_change_in_percentage_points() {
        check(&ratio(15, 16), &ratio(3, 4), Kind::Ratio, Some(Step::Points(1875)));
        check(&ratio(1, 0), &ratio(3, 4), Kind::Ratio, None);
        let published = Total { percent_only: true, ..total(8500) };
        check(&published, &ratio(3, 4), Kind::Ratio, Some(Step::Points(1000)));
        check(&published, &published, Kind::Change, None);
    }

    #[test]
    fn a_change_from_below_zero_keeps_its_direction() {
        check(&total(-50), &total(-100), Kind::Money, Some(Step::Quantity(50, Some(5000))));
    }

    #[test]
    fn what_cannot_be_held_is_not_said() {
        check(&total(i64::MAX), &total(-1), Kind::Money, None);
        check(&total(0), &total(i64::MIN), Kind::Money, None);
    }

    #[test]
    fn estimates_and_unequal_reporting_are_marked() {
        let sure = |now: &Total, before: &Total| between(now, before, Kind::Count).map(|it| (it.about, it.uneven));
        assert_eq!(sure(&total(2), &total(1)), Some((false, false)));
        let almost = Total { qualifier: Some(Qualifier::Almost), ..total(2) };
        assert_eq!(sure(&almost, &total(1)), Some((true, false)));
        let fewer = Total { reported: 2, ..total(2) };
        assert_eq!(sure(&fewer, &total(1)), Some((false, true)));
        let whole = Total { coverage: Some(Coverage::Whole), ..total(2) };
        assert_eq!(sure(&whole, &total(1)), Some((false, true)));
    }

    #[test]
    fn guarded_counts_are_held_against_no_other_year() {
        let catalogue = forms::catalogue().unwrap();
        for it in catalogue.indicators() {
            let said = change(&total(5), &total(10), it).is_some();
            assert!(!(said && it.is_guarded()), "{}", it.code);
        }
        assert!(change(&total(5), &total(10), catalogue.by_code("LAU01").unwrap()).is_some());
    }
}
