//! Random reforms, one after another: whatever the parser lets through keeps the land in order.

use super::*;
use kernel::Level;
use proptest::prelude::*;
use std::fmt::Write as _;

fn first() -> Register {
    let state = |id: i64, code: String, level, parent: Option<i64>| UnitState {
        full_name: format!("Đơn vị {code}"),
        name: code.clone(),
        code,
        kind: "xa".into(),
        synthetic: false,
        ..UnitState::invented(id, level, parent)
    };
    let mut states = vec![state(1, "VN".into(), Level::Nation, None)];
    states.extend((2..5).map(|id| state(id, format!("P{id}"), Level::Province, Some(1))));
    states.extend((5..17).map(|id| state(id, format!("C{id}"), Level::Commune, Some(2 + id % 3))));
    states.extend((17..23).map(|id| state(id, format!("V{id}"), Level::Village, Some(id - 12))));
    Register::new(states, Vec::new(), Vec::new()).unwrap()
}

/// The lines of one day, from plain bytes. What stands below a unit that ends moves to its first successor.
fn lines(register: &Register, on: Day, steps: &[[u8; 5]], made: &mut u32) -> String {
    let before = on.plus(-1);
    let communes: Vec<&UnitState> = register.of_level(Level::Commune, before).collect();
    let provinces: Vec<&UnitState> = register.of_level(Level::Province, before).collect();
    let (mut text, mut used) = (String::new(), BTreeSet::new());
    for [kind, a, b, c, share] in steps {
        let pick = |n: &u8| communes[usize::from(*n) % communes.len()];
        let (one, other, province) = (pick(a), pick(b), provinces[usize::from(*c) % provinces.len()]);
        if one.id == other.id || !used.insert(one.id) || !used.insert(other.id) {
            continue;
        }
        *made += 1;
        let (day, new, parent) = (on, format!("N{made}"), &province.code);
        let (one_code, other_code) = (&one.code, &other.code);
        let described = format!("{new},Đơn vị {new},xa,3,{parent}");
        let population = ["", "0", "1"][usize::from(*share) % 3];
        let moves = |unit: &UnitState, to: &str, text: &mut String| {
            for child in register.children(unit.id, before) {
                let _ = writeln!(text, "transfer,{day},{},,,,,,{to},,,x", child.code);
            }
        };
        match kind % 7 {
            0 => {
                let _ = writeln!(text, "merge,{day},{one_code},{new},{described},,,x");
                let _ = writeln!(text, "merge,{day},{other_code},{new},,,,,,whole,,x");
                moves(one, &new, &mut text);
                moves(other, &new, &mut text);
            }
            1 => {
                let _ = writeln!(text, "merge,{day},{one_code},{other_code},,,,,,,,x");
                moves(one, other_code, &mut text);
            }
            2 => {
                let _ =
                    writeln!(text, "split,{day},{one_code},{new},{described},part_area_and_population,{population},x");
                let _ = writeln!(text, "split,{day},{one_code},{other_code},,,,,,remainder,,x");
                moves(one, &new, &mut text);
            }
            3 => {
                let _ = writeln!(text, "split,{day},{one_code},{new},{described},part_area_only,0,x");
                let _ = writeln!(text, "keep,{day},{one_code},,,,,,,,,x");
            }
            4 => {
                let _ = writeln!(text, "rename,{day},{one_code},{new},,Đơn vị {new},,,,,,x");
                let _ = writeln!(text, "transfer,{day},{other_code},,,,,,{parent},,,x");
            }
            5 => {
                let _ = writeln!(text, "create,{day},,{new},{described},,,x");
            }
            // Some close with units below: then the whole file is refused.
            _ => {
                let _ = writeln!(text, "close,{day},{one_code},,,,,,,,,x");
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn every_history_that_is_let_through_keeps_the_land_in_order(
        days in prop::collection::vec(prop::collection::vec(any::<[u8; 5]>(), 1..5), 1..6),
    ) {
        let (mut register, mut made, mut last) = (first(), 0, 1000);
        let mut closed = BTreeSet::new();
        for (steps, n) in days.iter().zip(1..) {
            let on = Day::parse("2027-01-01").unwrap().plus(n * 30);
            let text = lines(&register, on, steps, &mut made);
            let planned = Reform::parse(&format!("{COLUMNS}\n{text}"), &register, || {
                last += 1;
                UnitId(last)
            });
            let reform = match planned {
                Ok(reform) => reform,
                Err(issues) => {
                    // Only what the generator gets wrong on purpose.
                    let known = ["units-bad-below", "units-bad-empty"];
                    prop_assert!(issues.iter().all(|it| known.contains(&it.text)), "{text}{issues:?}");
                    continue;
                }
            };
            let next = reform.apply_to(&register).unwrap();
            let gone: BTreeSet<UnitId> = reform.ended().into_iter().collect();
            let told: BTreeSet<UnitId> = reform.successions().iter().map(|it| it.predecessor).collect();
            closed.extend(&gone - &told);
            let before = on.plus(-1);
            // The day before is as it was.
            for state in register.states().iter().filter(|it| it.covers(before)) {
                let now = next.get(state.id, before);
                prop_assert_eq!(now.map(|it| (&it.code, it.parent)), Some((&state.code, state.parent)));
            }
            register = next;
            // At most one state a day, every parent there and of a higher level: the engine takes it.
            register.to_hierarchy().unwrap();
            for state in register.states().iter().filter(|it| it.covers(on)) {
                prop_assert_eq!(register.states_of(state.id).iter().filter(|it| it.covers(on)).count(), 1);
                let above = state.parent.map(|it| register.get(it, on));
                prop_assert!(above.is_none_or(|it| it.is_some_and(|it| it.level < state.level)));
            }
            // Nothing is lost: whoever ended has heirs, unless it was closed without any, or all its heirs were.
            let ended = register.states().iter().map(|it| it.id).filter(|it| register.get(*it, on).is_none());
            for unit in ended.collect::<BTreeSet<_>>() {
                // Who gave a part away may take its heir in again: a circle.
                let (mut open, mut seen) = (vec![unit], BTreeSet::new());
                while let Some(it) = open.pop() {
                    if seen.insert(it) {
                        open.extend(register.successors(it).map(|it| it.successor));
                    }
                }
                let ends_in_closed = seen.iter().any(|it| closed.contains(it));
                prop_assert!(!register.heirs(unit, on).is_empty() || ends_in_closed, "{} {}", unit, text);
            }
        }
    }
}
