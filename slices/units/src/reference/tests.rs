use super::*;
use kernel::{Extent, Register, Resolve};
use std::{collections::HashSet, sync::LazyLock};

/// Read once for all tests: 14,000 units.
static REGISTER: LazyLock<Register> = LazyLock::new(|| {
    let (mut all, demo) = (national().unwrap(), demo().unwrap());
    all.states.extend(demo.states);
    Register::new(all.states, all.successions, all.aliases).unwrap()
});

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn on(level: Level, text: &str) -> usize {
    REGISTER.states().iter().filter(|it| it.level == level && it.covers(day(text)) && !it.synthetic).count()
}

fn name(id: UnitId, text: &str) -> &'static str {
    REGISTER.get(id, day(text)).map_or("", |it| it.full_name.as_str())
}

#[track_caller]
fn resolves(text: &str, on: &str, code: &str) {
    let id = REGISTER.resolve(text, day(on)).unwrap();
    assert_eq!(REGISTER.get(id, day(on)).unwrap().code, code, "{text}");
}

#[test]
fn rule_1_the_totals_of_both_lists_hold_up_to_the_day_of_the_reform() {
    assert_eq!(on(Level::Province, "2025-06-30"), 63);
    assert_eq!(on(Level::District, "2025-06-30"), 696);
    assert_eq!(on(Level::Commune, "2025-06-30"), 10_035);
    for today in ["2025-07-01", "2026-04-30", "2026-11-21"] {
        assert_eq!(on(Level::Province, today), 34);
        assert_eq!(on(Level::District, today), 0);
        assert_eq!(on(Level::Commune, today), 3_321);
    }
    let country = REGISTER.by_code("VN", day("2026-11-21")).unwrap().id;
    assert_eq!(REGISTER.children(country, day("2026-11-21")).len(), 34);
    assert_eq!(REGISTER.descendants(country, day("2025-06-30")).len(), 63 + 696 + 10_035);
    assert_eq!(REGISTER.descendants(country, day("2026-11-21")).len(), 34 + 3_321);
}

#[test]
fn rule_2_ids_go_on_only_where_the_unit_does() {
    let id = |code, on| REGISTER.by_code(code, day(on)).unwrap().id;
    assert_eq!(id("VN", "2026-01-01"), UnitId(1));
    assert_eq!(id("01", "2025-06-30"), UnitId(2));
    assert_eq!(id("01", "2025-07-01"), UnitId(2), "Hà Nội was kept");
    assert_ne!(id("37", "2025-06-30"), id("37", "2025-07-01"), "Ninh Bình is merged");
    assert_eq!(id("75", "2026-04-29"), id("75", "2026-04-30"), "Đồng Nai was renamed");
    assert_eq!(id("318", "2025-06-30"), id("11948", "2025-07-01"), "Bạch Long Vĩ became a đặc khu");
    let ids: HashSet<UnitId> = REGISTER.states().iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), 1 + 10_794 + 3_355 - 148 + 63);
    let mau = id("MAU", "2026-01-01");
    assert!(REGISTER.get(mau, day("2026-01-01")).unwrap().parent.is_none());
    assert_eq!(REGISTER.children(mau, day("2026-01-01")).len(), 44);
}

#[test]
fn rule_3_one_code_means_different_units_on_different_days() {
    let id = |on| REGISTER.by_code("00004", day(on)).unwrap().id;
    assert_eq!(name(id("2025-06-30"), "2025-06-30"), "Phường Trúc Bạch");
    assert_eq!(name(id("2025-07-01"), "2025-07-01"), "Phường Ba Đình");
    let (mut two, old, new) = (0, day("2025-06-30"), day("2025-07-01"));
    for state in REGISTER.states().iter().filter(|it| it.covers(old)) {
        two += usize::from(REGISTER.by_code(&state.code, new).is_some_and(|it| it.full_name != state.full_name));
    }
    assert_eq!(two, 2_148);
}

#[test]
fn rule_4_a_hierarchy_is_incomplete_while_a_unit_below_is_younger() {
    let before = |text, on| REGISTER.incomplete_before(REGISTER.resolve(text, day(on)).unwrap());
    assert_eq!(before("Thị xã Ba Đồn", "2021-12-31"), day("2022-04-10"));
    assert_eq!(before("Toàn quốc", "2021-12-31"), day("2025-03-01"));
    assert_eq!(before("Tỉnh Quảng Nam", "2021-12-31"), day("2025-01-01"));
}

#[test]
fn rule_5_a_district_goes_on_in_the_communes_of_its_communes() {
    let ba_don = REGISTER.resolve("Thị xã Ba Đồn", day("2025-06-30")).unwrap();
    let heirs = REGISTER.heirs(ba_don, day("2025-07-01"));
    assert!(heirs.len() > 1 && heirs.iter().all(|it| REGISTER.get(*it, day("2025-07-01")).is_some()));
    assert!(REGISTER.successors(ba_don).all(|it| it.extent == Extent::Derived && it.population.is_none()));
    let kien_hai = REGISTER.by_code("912", day("2025-06-30")).unwrap().id;
    assert_eq!(REGISTER.whole_successor(kien_hai).map(|it| name(it, "2026-01-01")), Some("Đặc khu Kiên Hải"));
}

#[test]
fn the_engine_takes_the_whole_country() {
    let hierarchy = REGISTER.to_hierarchy().unwrap();
    assert_eq!(hierarchy.below(1, day("2025-06-30")).len(), 63 + 696 + 10_035);
    assert_eq!(hierarchy.below(1, day("2026-11-21")).len(), 34 + 3_321);
    // Where the unit between is not in the data, the one above it still has everything that is.
    assert!(hierarchy.below(1, day("2021-12-31")).len() > 10_000);
}

#[test]
fn every_unit_of_2024_goes_on_somewhere() {
    for state in REGISTER.states().iter().filter(|it| it.covers(day("2025-06-30"))) {
        assert!(!REGISTER.heirs(state.id, day("2026-11-21")).is_empty(), "{}", state.full_name);
    }
}

#[test]
fn the_places_of_the_published_figures_are_found() {
    resolves("Tỉnh Quảng Nam", "2017-12-31", "49");
    resolves("Huyện Kim Sơn", "2018-12-31", "376");
    resolves("Thị xã Ba Đồn", "2021-12-31", "458");
    resolves("Tỉnh Nam Định", "2021-12-31", "36");
    resolves("Tỉnh Kon Tum", "2022-12-31", "62");
    resolves("Xã Mẫu 07", "2026-01-31", "M0007");
}

#[test]
fn seven_units_are_called_xa_tan_tien_in_2025() {
    let Err(Resolve::Ambiguous(units)) = REGISTER.resolve("Xã Tân Tiến", day("2025-07-01")) else { panic!() };
    assert_eq!(units.len(), 7);
    let mut paths = HashSet::new();
    for unit in units {
        let path = REGISTER.path(unit, day("2025-07-01"));
        assert_eq!(REGISTER.resolve(&path, day("2025-07-01")), Ok(unit), "{path}");
        paths.insert(path);
    }
    assert_eq!(paths.len(), 7);
}

#[test]
fn every_unit_is_found_by_its_id_its_code_and_most_by_their_paths() {
    let (today, mut same) = (day("2025-06-30"), 0);
    for state in REGISTER.states().iter().filter(|it| it.covers(today)).step_by(50) {
        assert_eq!(REGISTER.resolve(&state.id.to_string(), today), Ok(state.id));
        assert_eq!(REGISTER.resolve(&state.code, today), Ok(state.id));
        same += usize::from(REGISTER.resolve(&REGISTER.path(state.id, today), today) == Ok(state.id));
    }
    assert!(same > 200, "{same}");
}

#[test]
fn other_spellings_and_other_days_are_told() {
    resolves("Phường Yên Hoà", "2025-06-30", "00172");
    resolves("phuong yen hoa, quan cau giay", "2025-06-30", "00172");
    let not_on = REGISTER.resolve("Thị xã Ba Đồn", day("2025-07-01"));
    assert!(matches!(not_on, Err(Resolve::NotOn { until, .. }) if until == day("2025-07-01")));
}

#[test]
fn search_finds_ba_don_without_marks_and_the_best_first() {
    let found = REGISTER.search("ba don", None, 10);
    assert_eq!(found[0].full_name, "Thị xã Ba Đồn");
    let found = REGISTER.search("dong nai", None, 10);
    assert_eq!(found[0].full_name, "Thành phố Đồng Nai");
    let found = REGISTER.search("tinh dong nai", Some(day("2026-11-21")), 10);
    assert_eq!(found[0].full_name, "Thành phố Đồng Nai");
    assert!(REGISTER.search("a", None, 20).len() == 20);
}

#[test]
fn a_cut_exchanged_or_renamed_file_is_refused_by_name() {
    let whole = UNITS_2026;
    assert_eq!(whole.verify(), Ok(()));
    let cut = File { text: &whole.text[..whole.text.len() - 40], ..whole };
    assert_eq!(cut.verify(), Err(ReferenceError::Checksum("units_2026.csv")));
    let short = File { text: whole.text.rsplit_once("07375").unwrap().0, ..whole };
    assert!(matches!(short.rows().err(), Some(ReferenceError::Count { file: "units_2026.csv", expected: 25, .. })));
    let other = File { text: CHANGES_2025.text, ..whole };
    assert!(matches!(other.rows().err(), Some(ReferenceError::Columns { file: "units_2026.csv", .. })));
    let unlisted = File { name: "units_2027.csv", ..whole };
    assert_eq!(unlisted.verify(), Err(ReferenceError::Checksum("units_2027.csv")));
}

#[test]
fn a_row_that_is_not_understood_is_refused_by_line_and_column() {
    let ids = Ids::read(IDS).unwrap();
    let spoilt = UNITS_2026.text.replacen("2026-09-20", "2026-09-31", 1);
    let file = File { text: &spoilt, ..UNITS_2026 };
    let error = units(file, &ids, &["2026", "2025"], None).unwrap_err();
    assert_eq!(error, ReferenceError::Row { file: "units_2026.csv", line: 3, what: "valid_from" });
    assert!(error.to_string().contains("units_2026.csv, dòng 3"));
    let unknown = UNITS_2026.text.replacen("\n22,", "\n21,", 1);
    let file = File { text: &unknown, ..UNITS_2026 };
    assert!(matches!(units(file, &ids, &["2026", "2025"], None), Err(ReferenceError::Row { line: 2, .. })));
}

#[test]
fn the_reforms_of_2025_and_2026_are_applied_as_reforms() {
    let all = national().unwrap();
    let [(first, _), (second, _)] = all.reforms.as_slice() else { panic!() };
    assert_eq!((first.first_day(), first.last_day()), (day("2025-07-01"), day("2025-07-01")));
    assert_eq!((first.ended().len(), first.begun().count(), first.continued().count()), (10_646, 3_207, 148));
    assert_eq!((second.first_day(), second.last_day()), (day("2026-04-30"), day("2026-09-20")));
    assert_eq!((second.ended().len(), second.begun().count(), second.continued().count()), (0, 0, 25));
    assert_eq!(
        second.instruments(),
        ["36/2026/QH16", "39/2026/QH16", "30/2026/QH16", "388/NQ-UBTVQH16", "237/NQ-UBTVQH16"]
    );
}
