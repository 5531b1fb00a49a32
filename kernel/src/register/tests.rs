use super::*;

fn day(text: &str) -> Day {
    match text {
        "" => Day::BEGINNING,
        "…" => Day::NEVER,
        _ => Day::parse(text).unwrap(),
    }
}

/// One line per state: id, code, level, parent (0 for none), full name with the kind before `|`, from, until.
fn state(line: (i64, &str, i64, i64, &str, &str, &str)) -> UnitState {
    let (id, code, level, parent, name, from, until) = line;
    let (kind, bare) = name.split_once('|').unwrap_or(("", name));
    UnitState {
        code: code.into(),
        name: bare.into(),
        full_name: format!("{kind} {bare}").trim().into(),
        kind: kind.into(),
        from: day(from),
        until: day(until),
        synthetic: false,
        ..UnitState::invented(id, Level::from_number(level).unwrap(), (parent > 0).then_some(parent))
    }
}

fn succession(predecessor: i64, successor: i64, extent: Extent) -> Succession {
    let (predecessor, successor) = (UnitId(predecessor), UnitId(successor));
    let instrument = "9999/NQ".into();
    Succession { predecessor, successor, on: day("2025-07-01"), extent, population: None, instrument }
}

fn parts() -> (Vec<UnitState>, Vec<Succession>, Vec<Alias>) {
    let states = [
        (1, "VN", 0, 0, "Toàn quốc", "", "…"),
        (2, "44", 1, 1, "Tỉnh|Đông", "", "2025-07-01"),
        (3, "45", 1, 1, "Tỉnh|Tây", "", "2025-07-01"),
        (4, "458", 2, 2, "Thị xã|Ba Đồn", "", "2025-07-01"),
        (5, "459", 2, 3, "Huyện|Mới", "2025-02-01", "2025-07-01"),
        (6, "19001", 3, 4, "Phường|Ba Đồn", "", "2025-07-01"),
        (7, "19002", 3, 4, "Xã|Tân Tiến", "", "2025-07-01"),
        (8, "19003", 3, 5, "Xã|Tân Tiến", "", "2025-07-01"),
        (9, "19004", 3, 5, "Xã|Ia H'Drai - Hoà", "", "2025-07-01"),
        (10, "44", 1, 1, "Tỉnh|Đông Tây", "2025-07-01", "2026-09-20"),
        (10, "44", 1, 1, "Thành phố|Đông Tây", "2026-09-20", "…"),
        (11, "19001", 3, 10, "Phường|Nam", "2025-07-01", "…"),
        (12, "19003", 3, 10, "Xã|Tân Tiến", "2025-07-01", "…"),
        (9, "19004", 3, 10, "Xã|Ia H'Drai - Hoà", "2025-07-01", "…"),
        (20, "MAU", 1, 0, "Tỉnh|Mẫu", "2025-07-01", "…"),
        (21, "M0002", 3, 20, "Xã|Mẫu 2", "2025-07-01", "…"),
        (22, "M0010", 3, 20, "Xã|Mẫu 10", "2025-07-01", "…"),
    ];
    let successions = vec![
        succession(2, 10, Extent::Whole),
        succession(3, 10, Extent::Whole),
        succession(6, 11, Extent::Whole),
        succession(7, 11, Extent::AreaAndPopulation),
        succession(7, 12, Extent::Remainder),
        succession(8, 12, Extent::Whole),
        succession(4, 11, Extent::Derived),
        succession(4, 12, Extent::Derived),
    ];
    let aliases = vec![Alias { unit: UnitId(9), full_name: "Xã Ia H'Drai - Hòa".into() }];
    (states.map(state).to_vec(), successions, aliases)
}

fn register() -> Register {
    let (states, successions, aliases) = parts();
    Register::new(states, successions, aliases).unwrap()
}

fn ids(states: &[&UnitState]) -> Vec<i64> {
    states.iter().map(|it| it.id.0).collect()
}

#[test]
fn rule_3_a_code_and_a_day_find_a_unit() {
    let register = register();
    let name = |code, on| register.by_code(code, day(on)).map(|it| it.full_name.as_str());
    assert_eq!(name("19001", "2025-06-30"), Some("Phường Ba Đồn"));
    assert_eq!(name("19001", "2025-07-01"), Some("Phường Nam"));
    assert_eq!(name("44", "2026-09-19"), Some("Tỉnh Đông Tây"));
    assert_eq!(name("44", "2026-09-20"), Some("Thành phố Đông Tây"));
    assert_eq!(name("458", "2025-07-01"), None);
    assert_eq!(name("4", "2025-07-01"), None);
}

#[test]
fn children_stand_in_vietnamese_order_and_only_in_their_days() {
    let register = register();
    assert_eq!(ids(&register.children(UnitId(20), day("2026-01-01"))), [21, 22]);
    assert_eq!(ids(&register.children(UnitId(4), day("2025-06-30"))), [6, 7]);
    assert_eq!(ids(&register.children(UnitId(4), day("2025-07-01"))), [] as [i64; 0]);
    assert_eq!(ids(&register.children(UnitId(10), day("2026-09-20"))), [9, 11, 12]);
}

#[test]
fn what_stands_under_an_unknown_unit_stands_under_the_next_above() {
    let register = register();
    assert_eq!(ids(&register.ancestors(UnitId(8), day("2021-12-31"))), [3, 1]);
    assert_eq!(ids(&register.ancestors(UnitId(8), day("2025-02-01"))), [5, 3, 1]);
    assert_eq!(ids(&register.children(UnitId(3), day("2021-12-31"))), [9, 8]);
    assert_eq!(ids(&register.children(UnitId(3), day("2025-02-01"))), [5]);
    assert!(register.contains(UnitId(3), UnitId(8), day("2021-12-31")));
    assert!(!register.contains(UnitId(2), UnitId(8), day("2021-12-31")));
    assert!(!register.contains(UnitId(3), UnitId(8), day("2025-07-01")));
    assert!(register.contains(UnitId(8), UnitId(8), day("2025-06-30")));
}

#[test]
fn paths_go_from_small_to_large_without_the_country() {
    let register = register();
    assert_eq!(register.path(UnitId(6), day("2020-01-01")), "Phường Ba Đồn, Thị xã Ba Đồn, Tỉnh Đông");
    assert_eq!(register.path(UnitId(6), day("2026-01-01")), "Phường Ba Đồn, Thị xã Ba Đồn, Tỉnh Đông");
    assert_eq!(register.path(UnitId(11), day("2020-01-01")), "Phường Nam, Tỉnh Đông Tây");
    assert_eq!(register.path(UnitId(1), day("2020-01-01")), "Toàn quốc");
}

#[test]
fn tinh_mau_is_a_root_of_its_own() {
    let register = register();
    assert_eq!(ids(&register.roots(day("2026-01-01"))), [1, 20]);
    assert!(!register.contains(UnitId(1), UnitId(21), day("2026-01-01")));
    assert_eq!(ids(&register.descendants(UnitId(1), day("2026-01-01"))), [10, 9, 11, 12]);
}

#[test]
fn rule_4_incomplete_while_any_unit_below_is_younger() {
    let register = register();
    assert_eq!(Register::DATA_BEGINS, day("2022-04-10"));
    assert_eq!(Register::OLDEST_LIST, day("2025-06-30"));
    assert_eq!(register.incomplete_before(UnitId(3)), day("2025-02-01"));
    assert_eq!(register.incomplete_before(UnitId(1)), day("2025-02-01"));
    assert_eq!(register.incomplete_before(UnitId(2)), day("2022-04-10"));
    assert_eq!(register.incomplete_before(UnitId(5)), day("2022-04-10"));
}

#[track_caller]
fn resolves(text: &str, on: &str, expect: i64) {
    assert_eq!(register().resolve(text, day(on)), Ok(UnitId(expect)), "{text}");
}

#[track_caller]
fn refuses(text: &str, on: &str, expect: &Resolve) {
    assert_eq!(register().resolve(text, day(on)).as_ref(), Err(expect), "{text}");
}

#[test]
fn names_codes_and_ids_resolve_on_their_day() {
    resolves("Thị xã Ba Đồn", "2021-12-31", 4);
    resolves("  thi xa   ba don ", "2021-12-31", 4);
    resolves("458", "2021-12-31", 4);
    resolves("u-4", "2021-12-31", 4);
    resolves("VN", "2026-01-01", 1);
    resolves("Xã Ia H'Drai - Hòa", "2021-12-31", 9);
    resolves("xa ia hdrai hoa", "2026-01-01", 9);
    resolves("Thị xa\u{303} Ba Đồn", "2021-12-31", 4);
    resolves("Thành phố Đông Tây", "2026-09-20", 10);
}

#[test]
fn an_ambiguous_name_lists_its_units_and_places_above_decide() {
    refuses("Xã Tân Tiến", "2021-12-31", &Resolve::Ambiguous(vec![UnitId(7), UnitId(8)]));
    resolves("Xã Tân Tiến, Tỉnh Tây", "2021-12-31", 8);
    resolves("Xã Tân Tiến, Thị xã Ba Đồn, Tỉnh Đông", "2021-12-31", 7);
    resolves("Xã Tân Tiến, ba don", "2021-12-31", 7);
    resolves("Xã Tân Tiến", "2026-01-01", 12);
    resolves("Xã Tân Tiến, Thành phố Đông Tây", "2026-01-01", 12);
    refuses("Xã Tân Tiến, Tỉnh Mẫu", "2021-12-31", &Resolve::Unknown);
    refuses("Xã Tân Tiến, Tỉnh Đông, Thị xã Ba Đồn", "2021-12-31", &Resolve::Unknown);
}

#[test]
fn a_name_of_other_days_says_its_days() {
    let not_on = |unit, from, until| Resolve::NotOn { unit: UnitId(unit), from: day(from), until: day(until) };
    refuses("Thị xã Ba Đồn", "2025-07-01", &not_on(4, "", "2025-07-01"));
    refuses("Thành phố Đông Tây", "2026-09-19", &not_on(10, "2026-09-20", "…"));
    refuses("Xã Tân Tiến, Thị xã Ba Đồn", "2026-01-01", &not_on(7, "", "2025-07-01"));
    refuses("u-4", "2026-01-01", &not_on(4, "", "2025-07-01"));
    refuses("Tỉnh Không Có", "2026-01-01", &Resolve::Unknown);
    refuses("u-ZZZ", "2026-01-01", &Resolve::Unknown);
    refuses("", "2026-01-01", &Resolve::Unknown);
}

#[track_caller]
fn finds(text: &str, on: Option<&str>, expect: &[i64]) {
    let register = register();
    assert_eq!(ids(&register.search(text, on.map(day), 10)), expect, "{text}");
}

#[test]
fn search_folds_marks_and_puts_the_best_first() {
    finds("ba don", None, &[4, 6]);
    finds("Ba Đồn", Some("2026-01-01"), &[]);
    finds("tan", None, &[12, 7, 8]);
    finds("tây", None, &[3, 10]);
    finds("tinh dong tay", Some("2026-10-01"), &[10]);
    finds("đông", None, &[2, 10]);
    finds("tan tien, ba don", None, &[7]);
    finds("ia hdrai", None, &[9]);
    finds("hoa", None, &[9]);
    finds("19001", Some("2026-01-01"), &[11]);
    finds("u-4", None, &[4]);
    finds("", None, &[]);
    finds("   ,", None, &[]);
}

#[test]
fn lineage_goes_both_ways() {
    let register = register();
    let before: Vec<i64> = register.predecessors(UnitId(12)).map(|it| it.predecessor.0).collect();
    assert_eq!(before, [4, 7, 8]);
    assert_eq!(register.whole_successor(UnitId(6)), Some(UnitId(11)));
    assert_eq!(register.whole_successor(UnitId(7)), None);
    assert_eq!(register.whole_successor(UnitId(12)), None);
    assert_eq!(register.heirs(UnitId(7), day("2026-01-01")), [UnitId(11), UnitId(12)]);
    assert_eq!(register.heirs(UnitId(7), day("2020-01-01")), [UnitId(7)]);
    assert_eq!(
        register.origin_text(UnitId(11)).as_deref(),
        Some(
            "Hình thành ngày 01/07/2025 từ toàn bộ Phường Ba Đồn, một phần diện tích và dân số của Xã Tân Tiến \
             và các xã thuộc Thị xã Ba Đồn (9999/NQ)."
        )
    );
    assert_eq!(register.origin_text(UnitId(1)), None);
}

#[test]
fn the_engine_gets_a_hierarchy_without_gaps() {
    let hierarchy = register().to_hierarchy().unwrap();
    assert_eq!(hierarchy.ancestors(8, day("2021-12-31")), [3, 1]);
    assert_eq!(hierarchy.ancestors(8, day("2025-02-01")), [5, 3, 1]);
    assert_eq!(hierarchy.class(8, day("2025-02-01")), Some(3));
    assert_eq!(hierarchy.parent(9, day("2025-07-01")), Some(10));
    assert_eq!(hierarchy.heirs(7, day("2025-06-30"), day("2026-01-01")), [11, 12]);
    assert!(!hierarchy.complete(3, day("2025-01-31")) && hierarchy.complete(3, day("2025-02-01")));
    assert_eq!(hierarchy.children(20, day("2026-01-01")), [21, 22]);
}

#[track_caller]
fn spoilt(spoil: impl FnOnce(&mut Vec<UnitState>, &mut Vec<Succession>)) -> RegisterError {
    let (mut states, mut successions, aliases) = parts();
    spoil(&mut states, &mut successions);
    Register::new(states, successions, aliases).unwrap_err()
}

#[test]
fn a_register_that_contradicts_itself_is_refused() {
    let empty = spoilt(|states, _| states[3].until = states[3].from);
    assert!(matches!(empty, RegisterError::EmptySpan(UnitId(4), _)));
    let overlap = spoilt(|states, _| states[10].from = day("2026-09-01"));
    assert!(matches!(overlap, RegisterError::Overlap(UnitId(10), _)));
    let twice = spoilt(|states, _| states[7].code = "19002".into());
    assert!(matches!(twice, RegisterError::CodeTwice(_, _)));
    let orphan = spoilt(|states, _| states[7].parent = Some(UnitId(99)));
    assert_eq!(orphan, RegisterError::Unknown(UnitId(99)));
    let above = spoilt(|states, _| states[7].parent = Some(UnitId(6)));
    assert!(matches!(above, RegisterError::Level(UnitId(8), _)));
    let heir = spoilt(|_, successions| successions[0].successor = UnitId(98));
    assert_eq!(heir, RegisterError::Unknown(UnitId(98)));
}
