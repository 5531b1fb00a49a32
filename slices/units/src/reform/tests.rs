use super::*;
use figures::{
    Amount, Boundaries, Cell, CellKind, Change, Coverage, Engine, Indicator, Kind, OverTime, Question, Term,
};
use kernel::{Alias, Level, Period};
use std::sync::Arc;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// id, code, level, parent (0 for none), full name.
fn state((id, code, level, parent, name): (i64, &str, i64, i64, &str)) -> UnitState {
    UnitState {
        code: code.into(),
        name: name.into(),
        full_name: name.into(),
        kind: "xa".into(),
        synthetic: false,
        ..UnitState::invented(id, Level::from_number(level).unwrap(), (parent > 0).then_some(parent))
    }
}

/// A country of two provinces; Đông has four communes, the first two villages in A.
fn register() -> Register {
    let states = [
        (1, "VN", 0, 0, "Toàn quốc"),
        (2, "44", 1, 1, "Tỉnh Đông"),
        (3, "45", 1, 1, "Tỉnh Tây"),
        (4, "101", 3, 2, "Xã A"),
        (5, "102", 3, 2, "Xã B"),
        (6, "103", 3, 2, "Xã C"),
        (7, "104", 3, 2, "Xã D"),
        (8, "201", 4, 4, "Thôn 1"),
        (9, "202", 4, 4, "Thôn 2"),
    ];
    let alias = Alias { unit: UnitId(4), full_name: "Xã Á".into() };
    Register::new(states.map(state).to_vec(), Vec::new(), vec![alias]).unwrap()
}

fn parse(lines: &str) -> Result<Reform, Issues> {
    parse_on(&register(), lines)
}

fn parse_on(register: &Register, lines: &str) -> Result<Reform, Issues> {
    let mut last = 1000 + i64::try_from(register.states().len()).unwrap();
    Reform::parse(&format!("{}\n{lines}", super::COLUMNS), register, || {
        last += 1;
        UnitId(last)
    })
}

#[track_caller]
fn refused(lines: &str, expect: &[(u64, &str)]) {
    let issues = parse(lines).unwrap_err();
    let found: Vec<(u64, &str)> = issues
        .iter()
        .map(|it| (it.args.iter().find(|it| it.0 == "line").map_or(0, |it| it.1.parse().unwrap()), it.text))
        .collect();
    let expect: Vec<(u64, String)> = expect.iter().map(|it| (it.0, format!("units-bad-{}", it.1))).collect();
    assert_eq!(found, expect.iter().map(|it| (it.0, it.1.as_str())).collect::<Vec<_>>(), "{issues:?}");
}

/// C and D merge; B is split between the new unit and A, which goes on; A's villages are not touched.
const MERGE_AND_SPLIT: &str = "\
    merge,2027-01-01,103,103,Mới,Xã Mới,xa,3,44,,,9/NQ-X, Điều 1
split,2027-01-01,102,103,,,,,,part_area_and_population,,9/NQ-X
split,2027-01-01,102,101,,,,,,remainder,1,9/NQ-X
merge,2027-01-01,104,103,,,,,,whole,1,9/NQ-X
";

fn merge_and_split() -> String {
    MERGE_AND_SPLIT.trim_start().replace("9/NQ-X, Điều 1", "\"9/NQ-X, Điều 1\"")
}

#[test]
fn merged_and_split_units_end_and_their_successors_are_told() {
    let before = register();
    let reform = parse(&merge_and_split()).unwrap();
    assert_eq!(reform.ended(), [UnitId(5), UnitId(6), UnitId(7)]);
    let begun: Vec<&str> = reform.begun().map(|it| it.full_name.as_str()).collect();
    assert_eq!((begun, reform.continued().count()), (vec!["Xã Mới"], 0));
    assert_eq!(reform.instruments(), ["9/NQ-X"]);
    let after = reform.apply_to(&before).unwrap();
    let (old, new) = (day("2026-12-31"), day("2027-01-01"));
    let merged = after.by_code("103", new).unwrap();
    assert_ne!(merged.id, UnitId(6), "the code is used again for another unit");
    assert_eq!(after.by_code("103", old).unwrap().id, UnitId(6));
    assert_eq!(after.heirs(UnitId(6), new), [merged.id]);
    assert_eq!(after.heirs(UnitId(5), new), [UnitId(4), merged.id]);
    assert_eq!(after.whole_successor(UnitId(7)), Some(merged.id));
    assert_eq!(after.whole_successor(UnitId(5)), None);
    assert_eq!(after.children(UnitId(2), new).len(), 2);
    assert_eq!(after.resolve("Xã Á", new), Ok(UnitId(4)), "other spellings stay");
}

#[test]
fn a_unit_goes_on_under_another_name_code_kind_or_parent() {
    let lines = "\
        rename,2027-01-01,101,,A,Phường A,phuong,,,,,1/NQ\n\
        transfer,2027-01-01,102,,,,,,45,,,1/NQ\n\
        rename,2027-06-01,101,199,,,,,,,,2/NQ\n";
    let reform = parse(lines).unwrap();
    assert_eq!((reform.ended().len(), reform.begun().count(), reform.continued().count()), (0, 0, 3));
    let after = reform.apply_to(&register()).unwrap();
    let names: Vec<(&str, &str)> =
        after.states_of(UnitId(4)).iter().map(|it| (it.full_name.as_str(), it.code.as_str())).collect();
    assert_eq!(names, [("Xã A", "101"), ("Phường A", "101"), ("Phường A", "199")]);
    assert_eq!(after.get(UnitId(5), day("2027-01-01")).unwrap().parent, Some(UnitId(3)));
    assert_eq!(after.children(UnitId(4), day("2027-07-01")).len(), 2, "what is below stays below");
}

#[test]
fn a_unit_that_gives_a_part_away_may_go_on_as_it_was() {
    let lines = "\
        split,2027-01-01,101,301,Mới,Xã Mới,xa,3,44,part_area_only,0,1/NQ\n\
        keep,2027-01-01,101,,,,,,,,,1/NQ\n";
    let reform = parse(lines).unwrap();
    assert_eq!((reform.ended().len(), reform.begun().count(), reform.continued().count()), (0, 1, 0));
    let after = reform.apply_to(&register()).unwrap();
    assert_eq!(after.states_of(UnitId(4)).len(), 1);
    assert_eq!(after.heirs(UnitId(4), day("2027-01-01")), [UnitId(4)]);
}

#[test]
fn units_are_created_and_closed_with_and_without_successors() {
    let lines = "\
        create,2027-01-01,,301,Mới,Xã Mới,xa,3,45,,,1/NQ\n\
        close,2027-01-01,104,,,,,,,,,1/NQ\n\
        close,2027-01-01,103,301,,,,,,derived,,1/NQ\n";
    let after = parse(lines).unwrap().apply_to(&register()).unwrap();
    let new = after.by_code("301", day("2027-01-01")).unwrap();
    assert_eq!(new.parent, Some(UnitId(3)));
    assert_eq!(after.heirs(UnitId(7), day("2027-01-01")), []);
    assert_eq!(after.heirs(UnitId(6), day("2027-01-01")), [new.id]);
}

#[test]
fn a_file_is_read_whole_or_not_at_all_and_every_bad_line_is_named() {
    refused(
        "merged,2027-01-01,101,301,,,,,,,,1/NQ\n\
         merge,2027-02-30,101,301,,,,,,,,1/NQ\n\
         merge,2027-01-01,101,301,Mới,,xa,9,44,remainder,2,1/NQ\n\
         split,2027-01-01,101,301,,,,,,half,,\n\
         rename,2027-01-01,101,,,,,,,,,1/NQ\n\
         create,2027-01-01,101,301,Mới,Xã Mới,xa,3,,,,1/NQ\n\
         close,2027-01-01,101,301,,,,,,,,1/NQ\n\
         keep,2027-01-01\n",
        &[
            (2, "operation"),
            (3, "day"),
            (4, "level"),
            (4, "share"),
            (4, "merge-extent"),
            (4, "missing"),
            (5, "extent"),
            (5, "missing"),
            (6, "nothing"),
            (7, "missing"),
            (7, "surplus"),
            (8, "close-extent"),
            (9, "row"),
        ],
    );
    refused("", &[(0, "empty")]);
    let other = Reform::parse("a,b\n", &register(), || UnitId(1)).unwrap_err();
    assert_eq!(other[0].text, "units-bad-columns");
}

#[test]
fn what_is_not_there_or_taken_is_refused() {
    refused(
        "merge,2027-01-01,999,301,Mới,Xã Mới,xa,3,77,,,1/NQ\n\
         merge,2027-01-01,103,888,,,,,,,,1/NQ\n\
         rename,2027-01-01,104,101,,,,,,,,1/NQ\n",
        &[(2, "old"), (4, "code-held"), (2, "parent"), (3, "new")],
    );
    refused("merge,2027-01-01,103,103,,,,,,,,1/NQ\n", &[(2, "new")]);
    refused("split,2027-01-01,103,103,,,,,,remainder,,1/NQ\nkeep,2027-01-01,103,,,,,,,,,1/NQ\n", &[(2, "self")]);
}

#[test]
fn what_contradicts_itself_is_refused() {
    refused(
        "merge,2027-01-01,103,301,Mới,Xã Mới,xa,3,44,,,1/NQ\n\
         merge,2027-01-01,104,301,Mới,Phường Mới,phuong,3,44,,,1/NQ\n\
         merge,2027-01-01,104,301,,,,,,,,1/NQ\n",
        &[(3, "differs"), (4, "twice")],
    );
    refused("merge,2027-01-01,103,101,,,,,,,,1/NQ\nsplit,2027-01-01,103,102,,,,,,remainder,,1/NQ\n", &[(2, "whole")]);
    refused("rename,2027-01-01,103,,X,Xã X,,,,,,1/NQ\nmerge,2027-01-01,103,101,,,,,,,,1/NQ\n", &[(3, "goes-on")]);
    refused(
        "split,2027-01-01,103,101,,,,,,remainder,1,1/NQ\nsplit,2027-01-01,103,102,,,,,,remainder,1,1/NQ\n",
        &[(2, "shares")],
    );
    refused("split,2027-01-01,103,101,,,,,,remainder,,1/NQ\n", &[(2, "rest")]);
}

#[test]
fn a_hierarchy_that_cannot_stand_is_refused() {
    refused("merge,2027-01-01,101,102,,,,,,,,1/NQ\n", &[(2, "below")]);
    refused("transfer,2027-01-01,101,,,,,,102,,,1/NQ\n", &[(2, "above")]);
    refused("transfer,2027-01-01,102,,,,,,102,,,1/NQ\n", &[(2, "cycle")]);
    let both = "transfer,2027-01-01,102,,,,,,103,,,1/NQ\ntransfer,2027-01-01,103,,,,,,102,,,1/NQ\n";
    refused(both, &[(2, "cycle"), (3, "cycle")]);
    // With its villages moved the same merger stands.
    let moved = "merge,2027-01-01,101,102,,,,,,,,1/NQ\n\
                 transfer,2027-01-01,201,,,,,,102,,,1/NQ\ntransfer,2027-01-01,202,,,,,,102,,,1/NQ\n";
    assert_eq!(parse(moved).unwrap().apply_to(&register()).unwrap().children(UnitId(5), day("2027-01-01")).len(), 2);
}

#[test]
fn a_day_before_an_applied_reform_of_the_same_unit_is_refused_and_so_is_the_same_again() {
    let lines = merge_and_split();
    let after = parse(&lines).unwrap().apply_to(&register()).unwrap();
    for again in [lines.clone(), lines.replace("2027-01-01", "2026-06-01")] {
        let issues = parse_on(&after, &again).unwrap_err();
        assert!(issues.iter().filter(|it| it.text == "units-bad-later").count() == 4, "{issues:?}");
    }
    assert!(parse_on(&after, "rename,2027-02-01,103,,Sau,Xã Sau,,,,,,3/NQ\n").is_ok());
}

#[test]
fn editors_do_not_make_another_file_of_the_same() {
    let text = format!("{}\n{}", super::COLUMNS, merge_and_split());
    let saved = format!("\u{feff}{}\n\n", text.replace('\n', " \r\n"));
    assert_eq!(fingerprint(&text), fingerprint(&saved));
    assert_ne!(fingerprint(&text), fingerprint(&text.replace("2027", "2028")));
    assert_eq!(Reform::parse(&saved, &register(), || UnitId(99)), Reform::parse(&text, &register(), || UnitId(99)));
}

/// 1 a count, 2 a count that is never added over places, 3 a share of 4, which nobody reports.
fn engine(register: &Register) -> Engine {
    let plain = |id, across| Indicator {
        id,
        kind: Kind::Count,
        across,
        over_time: OverTime::Sum,
        numerator: Vec::new(),
        denominator: Vec::new(),
    };
    let share = Indicator {
        kind: Kind::Ratio,
        numerator: vec![Term { sign: 1, indicator: 4 }],
        denominator: vec![Term { sign: 1, indicator: 4 }],
        ..plain(3, figures::Across::Recompute)
    };
    let sum = figures::Across::Sum;
    let indicators = vec![plain(1, sum), plain(2, figures::Across::None), share, plain(4, sum)];
    let mut engine = Engine::new(Arc::new(register.to_hierarchy().unwrap()), indicators);
    let mut version = 0;
    for (unit, value) in [(4, 1), (5, 10), (6, 100), (7, 1000), (8, 3)] {
        for (period, times) in [("2026-M01", 1), ("2026-M02", 2), ("2027-M03", 5)] {
            version += 1;
            let cell = |indicator, value, kind| Cell {
                indicator,
                amount: Amount { value, ..Amount::default() },
                coverage: Coverage::Own,
                kind,
                ..Cell::default()
            };
            let after = [
                cell(1, value * times, CellKind::Quantity),
                cell(2, 7, CellKind::Quantity),
                cell(3, 5000, CellKind::PercentOnly),
            ];
            let period = Period::parse(period).unwrap();
            engine.apply(&Change { unit, period, until: None, version, before: &[], after: &after }).unwrap();
        }
    }
    engine
}

fn total(engine: &Engine, unit: i64, period: &str, on: &str) -> (i64, i64) {
    let question = Question {
        unit,
        indicator: 1,
        period: Period::parse(period).unwrap(),
        boundaries: Boundaries::On(day(on)),
        apportionment: figures::Apportionment::None,
    };
    let total = engine.total(&question).unwrap();
    (total.value.unwrap_or(0), total.not_separable)
}

#[test]
fn the_preview_says_what_the_engine_answers_once_the_reform_is_applied() {
    let before = register();
    let mut engine = engine(&before);
    let reform = parse(&merge_and_split()).unwrap();
    let after = reform.apply_to(&before).unwrap();
    let hierarchy = after.to_hierarchy().unwrap();
    let periods: Vec<_> = engine.periods().collect();
    let effect = effect(&engine, &before, &reform, &hierarchy, &periods, &[1, 2, 3]).unwrap();
    let new = after.by_code("103", day("2027-01-01")).unwrap().id;
    engine.set_hierarchy(Arc::new(hierarchy)).unwrap();
    for (period, times) in [("2026-M01", 1), ("2026-M02", 2), ("2027-M03", 5)] {
        let line = &effect.lines[&(Period::parse(period).unwrap(), 1)];
        assert_eq!(line.before, Part { count: 3, amount: 1110 * times });
        assert_eq!(
            (line.exact, line.shared),
            (Part { count: 2, amount: 1100 * times }, Part { count: 1, amount: 10 * times })
        );
        // At every level: what is exact and, each once, what is not separable is the whole.
        let parts = |map: &std::collections::BTreeMap<UnitId, Part>, unit: i64| {
            map.get(&UnitId(unit)).map_or(0, |it| i64::try_from(it.amount).unwrap())
        };
        let times = i64::try_from(times).unwrap();
        let (merged, kept) = (total(&engine, new.0, period, "2027-01-01"), total(&engine, 4, period, "2027-01-01"));
        assert_eq!(merged, (parts(&line.exact_at, new.0), parts(&line.shared_by, new.0)));
        assert_eq!(kept, (4 * times, parts(&line.shared_by, 4)));
        let whole = 1114 * times;
        assert_eq!(merged.0 + kept.0 + i64::try_from(line.shared.amount).unwrap(), whole);
        assert_eq!(parts(&line.exact_above, 2), 10 * times, "exact again at the province");
        assert_eq!(total(&engine, 2, period, "2027-01-01"), (whole, 0));
        assert_eq!(total(&engine, 1, period, "2027-01-01"), (whole, 0));
        // Neither a share nor what is never added crosses a merger or a split (rule 23).
        for indicator in [2, 3] {
            assert_eq!(effect.lines[&(Period::parse(period).unwrap(), indicator)].stay, 3);
        }
    }
    assert_eq!(effect.counts(), (6, 3, 18));
}

#[test]
fn rule_23_a_whole_one_to_one_succession_carries_even_what_is_never_added() {
    let before = register();
    let reform = parse("merge,2027-01-01,103,301,Mới,Xã Mới,xa,3,44,,,1/NQ\n").unwrap();
    let hierarchy = reform.apply_to(&before).unwrap().to_hierarchy().unwrap();
    let engine = engine(&before);
    let periods: Vec<_> = engine.periods().collect();
    let found = effect(&engine, &before, &reform, &hierarchy, &periods, &[1, 2, 3]).unwrap();
    assert_eq!(found.counts(), (9, 0, 0));
}

#[test]
fn a_unit_that_is_only_renamed_changes_no_figure() {
    let before = register();
    let reform = parse("rename,2027-01-01,103,,X,Xã X,,,,,,1/NQ\n").unwrap();
    let hierarchy = reform.apply_to(&before).unwrap().to_hierarchy().unwrap();
    let engine = engine(&before);
    let periods: Vec<_> = engine.periods().collect();
    let found = effect(&engine, &before, &reform, &hierarchy, &periods, &[1, 2, 3]).unwrap();
    assert_eq!(found, Effect::default());
}
