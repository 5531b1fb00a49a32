//! One plain example for each rule of `docs/figure-rules.md` that the engine carries.
//!
//! The land: 1 holds provinces 2 and 3. Province 2 holds communes 21, 22, 23 and 24, province 3 holds 31. On 2025-07-01
//! 21 and 22 become 41, 23 is split into 42 and 43 (all its people go to 42), 24 is founded anew as 44, 31 goes to
//! province 2. Communes are of class 3, provinces of class 1.

use std::collections::HashMap;
use std::sync::Arc;

use crate::naive::Naive;
use crate::world::{day, indicators};
use crate::*;

fn land() -> Naive {
    let old =
        |unit, parent| Span { unit, parent: Some(parent), class: 3, from: Day::BEGINNING, until: day("2025-07-01") };
    let new = |unit, parent| Span { unit, parent: Some(parent), class: 3, from: day("2025-07-01"), until: Day::NEVER };
    let ever = |unit, parent| Span { unit, parent, class: 1, from: Day::BEGINNING, until: Day::NEVER };
    let to =
        |predecessor, successor, population| Succession { predecessor, successor, on: day("2025-07-01"), population };
    Naive {
        spans: vec![
            ever(1, None),
            ever(2, Some(1)),
            ever(3, Some(1)),
            old(21, 2),
            old(22, 2),
            old(23, 2),
            old(24, 2),
            old(31, 3),
            new(41, 2),
            new(42, 2),
            new(43, 2),
            new(44, 2),
            new(31, 2),
        ],
        successions: vec![
            to(21, 41, Some(10_000)),
            to(22, 41, Some(10_000)),
            to(23, 42, Some(10_000)),
            to(23, 43, Some(0)),
            to(24, 44, None),
        ],
        indicators: indicators(),
        ..Naive::default()
    }
}

fn at(code: &str) -> Period {
    Period::parse(code).unwrap()
}

fn own(indicator: IndicatorId, value: i64) -> Cell {
    Cell { indicator, amount: Amount { value, qualifier: Qualifier::Exact }, ..Cell::default() }
}

fn whole(indicator: IndicatorId, value: i64) -> Cell {
    Cell { coverage: Coverage::Whole, ..own(indicator, value) }
}

fn percent(indicator: IndicatorId, value: i64) -> Cell {
    Cell { kind: CellKind::PercentOnly, ..own(indicator, value) }
}

struct Desk {
    engine: Engine,
    version: i64,
}

fn desk() -> Desk {
    Desk { engine: Engine::new(Arc::new(crate::world::hierarchy(&land())), indicators()), version: 0 }
}

impl Desk {
    /// Accepts a first version; its number.
    #[track_caller]
    fn give(&mut self, unit: UnitId, period: &str, cells: &[Cell]) -> i64 {
        self.version += 1;
        let (period, until) = match period.split_once('/') {
            Some((code, until)) => (at(code), Some(day(until))),
            None => (at(period), None),
        };
        let change = Change { unit, period, until, version: self.version, before: &[], after: cells };
        self.engine.apply(&change).unwrap();
        self.version
    }

    fn conflicts(&self, unit: UnitId, period: &str, cells: &[Cell]) -> Vec<(UnitId, String, ConflictRule)> {
        let change = Change { unit, period: at(period), until: None, version: 99, before: &[], after: cells };
        let all = self.engine.conflicts(&change);
        all.into_iter().map(|it| (it.unit, it.period.to_string(), it.rule)).collect()
    }

    fn owe(&mut self, class: u8, frequency: Frequency, indicators: &[IndicatorId]) {
        let mut all = self.engine.assignments.clone();
        all.push(Assignment {
            form: 7,
            indicators: indicators.into(),
            calendar: Calendar::Civil,
            frequency,
            class,
            top: 1,
            from: Day::BEGINNING,
            until: Day::NEVER,
        });
        self.engine.set_assignments(all);
    }

    #[track_caller]
    fn then(&self, unit: UnitId, indicator: IndicatorId, period: &str) -> Total {
        let (boundaries, apportionment) = (Boundaries::Then, Apportionment::None);
        self.engine.total(&Question { unit, indicator, period: at(period), boundaries, apportionment }).unwrap()
    }

    #[track_caller]
    fn on(&self, when: &str, unit: UnitId, indicator: IndicatorId, period: &str) -> Total {
        let (boundaries, apportionment) = (Boundaries::On(day(when)), Apportionment::None);
        self.engine.total(&Question { unit, indicator, period: at(period), boundaries, apportionment }).unwrap()
    }
}

const NOW: &str = "2026-01-01";

#[test]
fn rule_4_an_incomplete_past_expects_nothing() {
    let mut naive = land();
    naive.complete_from.push((2, day("2024-01-01")));
    let mut it = Desk { engine: crate::world::engine(&naive), version: 0 };
    it.owe(3, Frequency::Year, &[1]);
    it.give(21, "2023", &[own(1, 5)]);
    assert_eq!((it.then(2, 1, "2023").reported, it.then(2, 1, "2023").expected), (1, None));
    assert_eq!(it.then(2, 1, "2024").expected, Some(4));
    assert_eq!(it.then(1, 1, "2023").expected, Some(5));
}

#[test]
fn rule_5_a_whole_of_a_dissolved_level_is_exact_above_its_heirs_and_not_separable_below() {
    let mut it = desk();
    it.give(23, "2024", &[whole(1, 100)]);
    let above = it.on(NOW, 2, 1, "2024");
    assert_eq!((above.value, above.exact, above.not_separable), (Some(100), true, 0));
    let below = it.on(NOW, 42, 1, "2024");
    assert_eq!((below.value, below.exact, below.not_separable), (None, false, 100));
}

#[test]
fn rule_9_periods_of_another_calendar_are_no_parts() {
    let mut it = desk();
    it.give(21, "2024-M05", &[own(1, 5)]);
    it.give(21, "adm:2024-M06", &[own(1, 70)]);
    assert_eq!(it.then(21, 1, "2024").value, Some(5));
    assert_eq!(it.then(21, 1, "adm:2024").value, Some(70));
}

#[test]
fn rule_9_a_closing_return_is_carried_by_lineage() {
    let mut it = desk();
    it.owe(3, Frequency::Half, &[1]);
    it.owe(3, Frequency::Year, &[6]);
    it.give(21, "2025-H1", &[own(1, 5)]);
    it.give(22, "2025/2025-06-30", &[own(6, 30)]);
    it.give(41, "2025", &[own(6, 11)]);
    assert_eq!(it.then(41, 6, "2025").value, Some(41));
    assert_eq!(it.then(2, 6, "2025").value, Some(41));
    // Owed by 21 and 22 up to June and by 41 at the end.
    assert_eq!((it.then(41, 6, "2025").reported, it.then(41, 6, "2025").expected), (2, Some(3)));
    // Under its own days it has its own.
    assert_eq!(it.on("2025-06-30", 22, 6, "2025").value, Some(30));
    // What 41 gave stands at the lowest unit that holds 21 and 22.
    assert_eq!(it.on("2025-06-30", 22, 6, "2025").not_separable, 11);
    assert_eq!(it.on("2025-06-30", 2, 6, "2025").value, Some(41));
}

#[test]
fn rule_9_a_closing_stock_is_nobodys_but_the_units_own() {
    let mut it = desk();
    it.give(22, "2025/2025-06-30", &[own(2, 30)]);
    it.give(41, "2025", &[own(2, 50)]);
    assert_eq!(it.then(41, 2, "2025").value, Some(50));
    assert_eq!(it.on("2025-06-30", 22, 2, "2025").value, Some(30));
    assert_eq!(it.on("2025-06-30", 2, 2, "2025").value, Some(50));
}

#[test]
fn rule_12_a_ratio_is_made_of_its_parts_and_never_typed() {
    let mut it = desk();
    // Indicator 9 is 2 over 10.
    it.give(21, "2024", &[own(2, 15), own(10, 16)]);
    it.give(22, "2024", &[Cell { amount: Amount { value: 5, qualifier: Qualifier::About }, ..own(2, 5) }, own(10, 24)]);
    let total = it.then(2, 9, "2024");
    assert_eq!((total.value, total.of, total.percent_only), (Some(20), Some(40), false));
    assert_eq!(total.qualifier, Some(Qualifier::About));
    let typed = Change { unit: 21, period: at("2023"), until: None, version: 9, before: &[], after: &[own(9, 50)] };
    assert_eq!(it.engine.apply(&typed), Err(ApplyError::WrongKind(9)));
    let typed = Change { after: &[percent(1, 50)], ..typed };
    assert_eq!(it.engine.apply(&typed), Err(ApplyError::WrongKind(1)));
}

#[test]
fn rule_12_a_ratio_without_one_side_is_missing_and_terms_are_signed() {
    let mut it = desk();
    // Indicator 5 is (6 - 1) over (7 + 6).
    it.give(21, "2024", &[own(1, 2)]);
    assert_eq!(it.then(2, 5, "2024").value, None);
    it.give(21, "2024-M01", &[own(7, 10)]);
    let total = it.then(2, 5, "2024");
    assert_eq!((total.value, total.of), (Some(-2), Some(10)));
}

#[test]
fn rule_13_a_bare_percentage_is_shown_and_never_added() {
    let mut it = desk();
    it.give(21, "2024", &[percent(9, 8_500)]);
    let own_total = it.then(21, 9, "2024");
    assert_eq!((own_total.value, own_total.of, own_total.percent_only), (Some(8_500), None, true));
    let parent = it.then(2, 9, "2024");
    assert_eq!((parent.value, parent.percent_children), (None, vec![21]));
    it.give(22, "2024", &[own(2, 1), own(10, 2)]);
    let parent = it.then(2, 9, "2024");
    assert_eq!((parent.value, parent.of, parent.percent_children), (Some(1), Some(2), vec![21]));
    assert_eq!((parent.reported, parent.expected), (1, None));
}

#[test]
fn rule_16_a_total_is_the_whole_or_own_and_children() {
    let mut it = desk();
    it.give(2, "2024", &[own(1, 1)]);
    it.give(21, "2024", &[own(1, 20)]);
    it.give(3, "2024", &[whole(1, 300)]);
    it.give(31, "2024", &[Cell { coverage: Coverage::Control, ..own(1, 7) }]);
    assert_eq!(it.then(2, 1, "2024").value, Some(21));
    let whole = it.then(3, 1, "2024");
    assert_eq!((whole.value, whole.coverage, whole.reported), (Some(300), Some(Coverage::Whole), 1));
    let all = it.then(1, 1, "2024");
    assert_eq!((all.value, all.coverage), (Some(321), Some(Coverage::Own)));
    assert_eq!(it.then(31, 1, "2024").value, None);
    assert_eq!(it.engine.controls(31, 1, at("2024"))[0].amount.value, 7);
}

#[test]
fn rule_16_a_whole_excludes_figures_below_in_both_orders_and_over_all_ancestors() {
    let mut it = desk();
    it.give(21, "2024", &[own(1, 20)]);
    let below = (21, "2024".to_owned(), ConflictRule::FigureBelow);
    assert_eq!(it.conflicts(2, "2024", &[whole(1, 9)]), std::slice::from_ref(&below));
    assert_eq!(it.conflicts(1, "2024", &[whole(1, 9)]), [below]);
    assert_eq!(it.conflicts(2, "2024", &[own(1, 9)]), []);
    assert_eq!(it.conflicts(3, "2024", &[whole(1, 9)]), []);
    assert_eq!(it.conflicts(2, "2024", &[Cell { coverage: Coverage::Control, ..own(1, 9) }]), []);
    it.give(1, "2023", &[whole(1, 300)]);
    assert_eq!(it.conflicts(22, "2023", &[own(1, 9)]), [(1, "2023".to_owned(), ConflictRule::WholeAbove)]);
    // A whole year above and a month below.
    assert_eq!(it.conflicts(22, "2023-M05", &[own(1, 9)]), [(1, "2023".to_owned(), ConflictRule::WholeAbove)]);
    assert_eq!(it.conflicts(22, "2023", &[own(6, 9)]), []);
}

#[test]
fn rule_16_the_same_cell_twice() {
    let mut it = desk();
    it.give(21, "2024", &[own(1, 20)]);
    let twice = vec![(21, "2024".to_owned(), ConflictRule::SameCell)];
    assert_eq!(it.conflicts(21, "2024", &[whole(1, 9)]), twice);
    let change = Change { unit: 21, period: at("2024"), until: None, version: 2, before: &[], after: &[own(1, 9)] };
    assert_eq!(it.engine.apply(&change), Err(ApplyError::Occupied(1)));
    let wrong = Change { before: &[own(1, 19)], ..change };
    assert_eq!(it.engine.apply(&wrong), Err(ApplyError::Absent(1)));
    assert_eq!(it.then(1, 1, "2024").value, Some(20));
    let right = Change { before: &[own(1, 20)], ..change };
    assert_eq!(it.engine.conflicts(&right), []);
    it.engine.apply(&right).unwrap();
    assert_eq!(it.then(1, 1, "2024").value, Some(9));
}

#[test]
fn rule_17_what_is_never_added() {
    let mut it = desk();
    // 4 is never added over places, 3 never over periods.
    it.give(21, "2024", &[own(4, 5)]);
    it.give(21, "2024-M01", &[own(3, 5)]);
    assert_eq!(it.then(21, 4, "2024").value, Some(5));
    assert_eq!(it.then(2, 4, "2024").value, None);
    assert_eq!(it.then(2, 3, "2024-M01").value, Some(5));
    assert_eq!(it.then(2, 3, "2024").value, None);
    assert_eq!(it.conflicts(2, "2024", &[whole(4, 6)]), []);
    assert_eq!(it.conflicts(21, "2024", &[own(3, 6)]), []);
}

#[test]
fn rule_18_years_from_their_parts() {
    let mut it = desk();
    it.owe(3, Frequency::Month, &[1, 2]);
    for month in ["2024-M01", "2024-M02", "2024-M11"] {
        it.give(21, month, &[own(1, 10), own(2, 10)]);
    }
    let sum = it.then(21, 1, "2024");
    assert_eq!((sum.value, sum.reported, sum.expected), (Some(30), 3, Some(12)));
    let stock = it.then(21, 2, "2024");
    assert_eq!((stock.value, stock.reported, stock.expected), (None, 0, Some(1)));
    it.give(21, "2024-M12", &[own(2, 12)]);
    assert_eq!(it.then(21, 2, "2024").value, Some(12));
    assert_eq!(it.then(21, 2, "2024-Q4").value, Some(12));
}

#[test]
fn rule_18_a_longer_period_beside_its_parts() {
    let mut it = desk();
    it.give(21, "2024-M02", &[own(1, 10)]);
    let part = (21, "2024-M02".to_owned(), ConflictRule::PartOfPeriod);
    assert_eq!(it.conflicts(21, "2024", &[own(1, 9)]), [part]);
    it.give(22, "2024", &[own(1, 10)]);
    let longer = (22, "2024".to_owned(), ConflictRule::LongerPeriod);
    assert_eq!(it.conflicts(22, "2024-Q3", &[own(1, 9)]), [longer]);
    assert_eq!(it.conflicts(22, "adm:2024-Q3", &[own(1, 9)]), []);
}

#[test]
fn rule_19_mixed_qualifiers_are_about() {
    let mut it = desk();
    let sure = |qualifier| [Cell { amount: Amount { value: 1, qualifier }, ..own(1, 1) }];
    it.give(21, "2024", &sure(Qualifier::MoreThan));
    it.give(22, "2024", &sure(Qualifier::Exact));
    assert_eq!(it.then(2, 1, "2024").qualifier, Some(Qualifier::MoreThan));
    it.give(31, "2024", &sure(Qualifier::Almost));
    assert_eq!(it.then(1, 1, "2024").qualifier, Some(Qualifier::About));
}

#[test]
fn rule_20_reported_and_expected() {
    let mut it = desk();
    it.give(21, "2024", &[own(1, 0)]);
    it.give(2, "2024", &[own(1, 4)]);
    // Without any assignment.
    assert_eq!((it.then(1, 1, "2024").reported, it.then(1, 1, "2024").expected), (2, None));
    it.owe(3, Frequency::Year, &[1, 2, 10]);
    // Province 2 gave a figure that nobody owes.
    assert_eq!((it.then(1, 1, "2024").reported, it.then(1, 1, "2024").expected), (1, Some(5)));
    assert_eq!((it.then(21, 1, "2024").reported, it.then(21, 1, "2024").expected), (1, Some(1)));
    // Zero is reported, missing is not.
    assert_eq!((it.then(21, 1, "2024").value, it.then(22, 1, "2024").value), (Some(0), None));
    it.give(3, "2024", &[whole(2, 9)]);
    // Only parts count for a ratio.
    it.give(22, "2024", &[own(2, 4)]);
    assert_eq!((it.then(2, 9, "2024").reported, it.then(2, 9, "2024").expected), (0, Some(4)));
    it.give(23, "2024", &[own(2, 4), own(10, 4)]);
    assert_eq!((it.then(2, 9, "2024").reported, it.then(2, 9, "2024").expected), (1, Some(4)));
    assert_eq!((it.then(3, 2, "2024").reported, it.then(3, 2, "2024").expected), (1, Some(1)));
    assert_eq!(it.engine.expected_units(7, 3, at("2025")), []);
    let owing: Vec<UnitId> = it.engine.expected_units(7, 2, at("2025")).into_iter().map(|it| it.0).collect();
    assert_eq!(owing, [31, 41, 42, 43, 44, 21, 22, 23, 24]);
    // Asked of single units, the answer is the same.
    let units: Vec<UnitId> = (1..=50).collect();
    for (top, period) in units.iter().flat_map(|top| ["2024", "2025", "2026"].map(|it| (*top, at(it)))) {
        let mut all: Vec<UnitId> = it.engine.expected_units(7, top, period).into_iter().map(|it| it.0).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(it.engine.expected_among(7, top, &units, period), all, "below {top} in {period}");
    }
}

#[test]
fn rule_20_an_assignment_follows_to_the_heirs() {
    let mut it = desk();
    it.owe(3, Frequency::Year, &[1]);
    let mut all = it.engine.assignments.clone();
    // 21 went whole into 41 in the middle of 2025.
    all[0].top = 21;
    it.engine.set_assignments(all);
    let owing = |it: &Desk, unit| it.engine.expected_units(7, unit, at("2024")).len();
    assert_eq!((owing(&it, 1), owing(&it, 21)), (1, 1));
    let heirs = it.engine.hierarchy().heirs(21, day("2024-12-31"), day("2026-12-31"));
    let later: Vec<UnitId> = it.engine.expected_units(7, 1, at("2026")).into_iter().map(|it| it.0).collect();
    assert!(!heirs.is_empty() && !heirs.contains(&21));
    assert_eq!(later, heirs);
    let mut before = it.engine.assignments.clone();
    // What an heir owes, nobody owed before there was an heir.
    before[0].top = heirs[0];
    it.engine.set_assignments(before);
    assert_eq!(owing(&it, 1), 0);
}

#[test]
fn rule_21_a_unit_must_be_in_force() {
    let it = desk();
    let ask = |unit, indicator, boundaries| {
        let question = Question { unit, indicator, period: at("2025"), boundaries, apportionment: Apportionment::None };
        it.engine.total(&question).map(|it| it.value)
    };
    assert_eq!(ask(21, 1, Boundaries::Then), Err(Refusal::NotInForce { unit: 21, on: day("2025-12-31") }));
    assert_eq!(ask(21, 1, Boundaries::On(day("2025-06-30"))), Ok(None));
    assert_eq!(
        ask(41, 1, Boundaries::On(day("2025-06-30"))),
        Err(Refusal::NotInForce { unit: 41, on: day("2025-06-30") })
    );
    assert_eq!(ask(77, 1, Boundaries::Then), Err(Refusal::UnknownUnit(77)));
    assert_eq!(ask(1, 77, Boundaries::Then), Err(Refusal::UnknownIndicator(77)));
}

#[test]
fn rule_21_then_and_now_after_merger_and_transfer() {
    let mut it = desk();
    it.give(21, "2024", &[own(1, 1)]);
    it.give(22, "2024", &[own(1, 20)]);
    it.give(31, "2024", &[own(1, 300)]);
    let merged = it.on(NOW, 41, 1, "2024");
    assert_eq!((merged.value, merged.exact), (Some(21), true));
    assert_eq!((it.then(2, 1, "2024").value, it.then(3, 1, "2024").value), (Some(21), Some(300)));
    assert_eq!((it.on(NOW, 2, 1, "2024").value, it.on(NOW, 3, 1, "2024").value), (Some(321), None));
}

#[test]
fn rule_22_a_split_is_not_separable_and_apportioned_only_by_choice() {
    let mut it = desk();
    it.give(23, "2024", &[own(1, 100)]);
    it.give(42, "2025", &[own(1, 7)]);
    let total = it.on(NOW, 43, 1, "2024");
    assert_eq!((total.value, total.not_separable, total.exact), (None, 100, false));
    let question = |unit| Question {
        unit,
        indicator: 1,
        period: at("2024"),
        boundaries: Boundaries::On(day(NOW)),
        apportionment: Apportionment::Population,
    };
    let chosen = it.engine.total(&question(42)).unwrap();
    assert_eq!((chosen.value, chosen.apportioned, chosen.not_separable), (Some(100), 100, 0));
    let other = it.engine.total(&question(43)).unwrap();
    assert_eq!((other.value, other.apportioned, other.exact), (None, 0, true));
    assert_eq!(it.engine.total(&question(2)).unwrap().apportioned, 0);
    // Back in time the part lies in the whole: exact.
    let back = it.on("2024-12-31", 23, 1, "2025");
    assert_eq!((back.value, back.exact), (Some(7), true));
    let sources = it.engine.sources(&Question { apportionment: Apportionment::None, ..question(43) }).unwrap();
    assert_eq!((sources[0].unit, sources[0].version, sources[0].separable), (23, 1, false));
}

#[test]
fn rule_23_what_crosses_only_a_rename_or_a_one_to_one_succession() {
    let mut it = desk();
    // 4 is never added over places; 9 is a ratio.
    for unit in [21, 23, 24, 31] {
        it.give(unit, "2024", &[own(4, unit), percent(9, unit)]);
    }
    let value = |unit, indicator| it.on(NOW, unit, indicator, "2024").value;
    assert_eq!((value(44, 4), value(44, 9)), (Some(24), Some(24)));
    assert_eq!((value(31, 4), value(31, 9)), (Some(31), Some(31)));
    assert_eq!((value(41, 4), value(41, 9)), (None, None));
    assert_eq!((value(42, 4), value(42, 9)), (None, None));
    assert_eq!(it.on(NOW, 42, 4, "2024").not_separable, 0);
}

#[test]
fn rule_23_a_ratio_is_not_separable_by_its_numerator() {
    let mut it = desk();
    it.give(23, "2024", &[own(2, 3), own(10, 8)]);
    let total = it.on(NOW, 42, 9, "2024");
    assert_eq!((total.value, total.of, total.not_separable, total.exact), (None, None, 3, false));
}

#[test]
fn a_change_compares_with_the_year_before() {
    let mut it = desk();
    // 8 is the change of 1.
    it.give(21, "2023", &[own(1, 300)]);
    it.give(21, "2024", &[own(1, 100)]);
    let total = it.then(2, 8, "2024");
    assert_eq!((total.value, total.percent_only, total.of), (Some(-6_667), true, None));
    it.give(3, "2024", &[Cell { coverage: Coverage::Whole, ..percent(8, -1_218) }]);
    assert_eq!(it.then(3, 8, "2024").value, Some(-1_218));
    assert_eq!(it.then(2, 8, "2023").value, None);
}

#[test]
fn too_much_is_refused_and_never_wrong() {
    let mut it = desk();
    it.give(21, "2024", &[own(1, i64::MAX)]);
    it.give(22, "2024", &[own(1, 1)]);
    let question = Question {
        unit: 2,
        indicator: 1,
        period: at("2024"),
        boundaries: Boundaries::Then,
        apportionment: Apportionment::None,
    };
    assert_eq!(it.engine.total(&question), Err(Refusal::Overflow));
    assert_eq!(it.then(21, 1, "2024").value, Some(i64::MAX));
}

#[test]
fn a_table_is_its_totals_and_a_year_can_be_forgotten() {
    let mut it = desk();
    it.give(21, "2024", &[own(1, 5), own(2, 6)]);
    it.give(21, "2023", &[own(1, 5)]);
    let table = it.engine.totals_of_children(2, &[1, 2], at("2024"), Boundaries::Then).unwrap();
    assert_eq!(table.units, [21, 22, 23, 24]);
    assert_eq!(table.at(0, 1), Some(&it.then(21, 2, "2024")));
    assert_eq!(table.at(3, 0), Some(&it.then(24, 1, "2024")));
    assert_eq!((table.at(0, 2), table.at(4, 0), table.rows().count()), (None, None, 4));
    let (held, figures) = (it.engine.memory(), it.engine.figures());
    it.engine.forget(2024);
    assert!(it.engine.memory() < held);
    assert_eq!((it.engine.figures(), figures), (1, 3));
    assert_eq!(it.engine.periods().collect::<Vec<_>>(), [at("2023")]);
}

#[test]
fn what_is_no_hierarchy() {
    #[track_caller]
    fn check(spans: Vec<Span>, successions: Vec<Succession>, expect: &HierarchyError) {
        assert_eq!(Hierarchy::new(spans, successions, HashMap::new()).err().as_ref(), Some(expect));
    }
    let (monday, friday) = (day("2026-01-05"), day("2026-01-09"));
    let span = |unit, parent, from, until| Span { unit, parent, class: 0, from, until };
    check(vec![span(1, None, friday, monday)], vec![], &HierarchyError::Empty { unit: 1, from: friday });
    check(
        vec![span(1, None, Day::BEGINNING, Day::NEVER), span(1, None, monday, friday)],
        vec![],
        &HierarchyError::Overlap { unit: 1, on: monday },
    );
    check(
        vec![span(1, None, monday, friday), span(2, Some(1), monday, Day::NEVER)],
        vec![],
        &HierarchyError::Parent { unit: 2, parent: 1, on: friday },
    );
    check(
        vec![span(2, Some(1), monday, Day::NEVER)],
        vec![],
        &HierarchyError::Parent { unit: 2, parent: 1, on: monday },
    );
    check(
        vec![span(1, Some(2), monday, friday), span(2, Some(1), monday, friday)],
        vec![],
        &HierarchyError::Cycle { unit: 1, on: monday },
    );
    check(
        vec![span(1, None, monday, friday)],
        vec![Succession { predecessor: 1, successor: 5, on: friday, population: None }],
        &HierarchyError::Unknown { unit: 5 },
    );
}

#[test]
fn the_hierarchy_answers_by_day() {
    let it = crate::world::hierarchy(&land());
    let (then, now) = (day("2025-06-30"), day("2025-07-01"));
    assert_eq!(it.children(2, then), [21, 22, 23, 24]);
    assert_eq!(it.children(2, now), [31, 41, 42, 43, 44]);
    assert_eq!(it.below(1, then), [2, 21, 22, 23, 24, 3, 31]);
    assert_eq!(it.ancestors(31, now), [2, 1]);
    assert_eq!((it.parent(31, then), it.parent(1, then), it.parent(41, then)), (Some(3), None, None));
    assert_eq!(it.heirs(23, then, now), [42, 43]);
    assert_eq!(it.heirs(41, now, then), [21, 22]);
    assert_eq!(it.heirs(31, then, now), [31]);
    assert_eq!((it.in_force(21, then), it.in_force(21, now), it.in_force(99, now)), (true, false, false));
    assert_eq!((it.class(21, then), it.class(2, now), it.class(21, now)), (Some(3), Some(1), None));
}
