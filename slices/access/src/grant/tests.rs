use kernel::{Level, UnitState};
use web::Who;

use super::*;
use crate::{MANAGE, SLICE};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn today() -> Day {
    day("2026-03-05")
}

/// The country, two provinces with a "Xã Tân Tiến" each, and a commune that was closed.
fn register() -> Register {
    let state = |(id, code, level, parent, full_name, until): (i64, &str, i64, i64, &str, &str)| UnitState {
        id: UnitId(id),
        code: code.to_owned(),
        name: full_name.to_owned(),
        full_name: full_name.to_owned(),
        kind: String::new(),
        level: Level::from_number(level).unwrap(),
        parent: (parent > 0).then_some(UnitId(parent)),
        from: Day::BEGINNING,
        until: if until.is_empty() { Day::NEVER } else { day(until) },
        synthetic: false,
        source: String::new(),
    };
    let states = [
        (1, "VN", 0, 0, "Toàn quốc", ""),
        (2, "44", 1, 1, "Tỉnh Đông", ""),
        (3, "45", 1, 1, "Tỉnh Tây", ""),
        (4, "19001", 3, 2, "Xã Tân Tiến", ""),
        (5, "19002", 3, 3, "Xã Tân Tiến", ""),
        (6, "19003", 3, 2, "Xã Cũ", "2026-01-01"),
    ];
    Register::new(states.map(state).to_vec(), Vec::new(), Vec::new()).unwrap()
}

/// The scope of an administrator at these units.
fn scope(units: &[i64]) -> Scope {
    let grants = units.iter().map(|it| (Duty::Administrator, UnitId(*it))).collect();
    Who::command("test", grants, &[SLICE]).scope(MANAGE).unwrap()
}

/// Unit, first day and the day after the last; or fields with what is wrong.
type Read<'a> = Result<(i64, &'a str, Option<&'a str>), &'a [(&'a str, &'a str)]>;

#[track_caller]
fn check(scope_of: i64, typed: [&str; 4], expect: Read<'_>) {
    let [role, unit, from, until] = typed.map(str::to_owned);
    let parsed = NewGrant { role, unit, from, until }.parse(&register(), &scope(&[scope_of]), today());
    let found = match &parsed {
        Ok(it) => Ok((it.unit.0, it.from, it.until)),
        Err(issues) => Err(issues.iter().map(|it| (it.field.as_str(), it.text)).collect::<Vec<_>>()),
    };
    let expect = expect.map(|(unit, from, until)| (unit, day(from), until.map(day))).map_err(<[_]>::to_vec);
    assert_eq!(found, expect);
}

#[test]
fn a_right_is_read_from_what_was_typed() {
    check(1, ["recorder", "Tỉnh Đông", "", ""], Ok((2, "2026-03-05", None)));
    check(1, ["recorder", "Xã Tân Tiến, Tỉnh Tây", "2026-04-01", ""], Ok((5, "2026-04-01", None)));
    // The last day is typed, the day after it is kept.
    check(1, ["reader", "44", "", "2026-12-31"], Ok((2, "2026-03-05", Some("2027-01-01"))));
    check(1, ["reader", "44", "", "2026-03-05"], Ok((2, "2026-03-05", Some("2026-03-06"))));
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let all: &[_] = &[
        ("role", "access-role-missing"),
        ("unit", "access-unit-missing"),
        ("from", "access-day-wrong"),
        ("until", "access-day-wrong"),
    ];
    check(1, ["king", " ", "hôm nay", "31/12/2026"], Err(all));
    check(1, ["reader", "44", "", "2026-03-04"], Err(&[("until", "access-until-past")]));
    check(1, ["reader", "44", "2026-06-01", "2026-05-31"], Err(&[("until", "access-until-past")]));
    check(1, ["reader", "Xã Lạ", "", ""], Err(&[("unit", "access-unit-unknown")]));
    check(1, ["reader", "Xã Cũ", "", ""], Err(&[("unit", "access-unit-closed")]));
    check(1, ["reader", "Xã Tân Tiến", "", ""], Err(&[("unit", "access-unit-ambiguous")]));
}

#[test]
fn a_role_is_held_at_units_of_its_level_in_its_days() {
    let elsewhere: &[_] = &[("role", "access-role-elsewhere")];
    check(1, ["commune-recorder", "Tỉnh Đông", "", ""], Err(elsewhere));
    check(1, ["province-recorder", "Tỉnh Đông", "", ""], Ok((2, "2026-03-05", None)));
    check(1, ["approver", "Xã Tân Tiến, Tỉnh Tây", "", ""], Ok((5, "2026-03-05", None)));
    check(1, ["auditor", "Xã Tân Tiến, Tỉnh Tây", "", ""], Err(elsewhere));
    let ceased: &[_] = &[("role", "access-role-elsewhere"), ("role", "access-role-ceased")];
    check(1, ["district-recorder", "Tỉnh Đông", "", ""], Err(ceased));
    // A guest's right ends, whatever was typed.
    check(1, ["guest", "44", "", ""], Ok((2, "2026-03-05", Some("2026-04-04"))));
    check(1, ["guest", "44", "", "2026-04-03"], Ok((2, "2026-03-05", Some("2026-04-04"))));
    check(1, ["guest", "44", "", "2026-04-04"], Err(&[("until", "access-until-long")]));
}

#[test]
fn a_right_to_a_role_that_has_ceased_has_ended() {
    let role = Role::parse("district-recorder").unwrap();
    let right = Grant { role, unit: UnitId(2), from: day("2024-01-01"), until: None, deputy_for: None };
    assert!(!right.ended(day("2025-06-30")));
    assert!(right.ended(day("2025-07-01")));
}

#[test]
fn nobody_gives_a_right_above_or_outside_their_own() {
    check(2, ["administrator", "Toàn quốc", "", ""], Err(&[("unit", "access-unit-outside")]));
    check(2, ["reader", "Tỉnh Tây", "", ""], Err(&[("unit", "access-unit-outside")]));
    check(4, ["reader", "Tỉnh Đông", "", ""], Err(&[("unit", "access-unit-outside")]));
    check(2, ["administrator", "Tỉnh Đông", "", ""], Ok((2, "2026-03-05", None)));
}

#[test]
fn of_units_with_one_name_the_one_within_reach_is_meant() {
    check(2, ["reader", "Xã Tân Tiến", "", ""], Ok((4, "2026-03-05", None)));
}

#[test]
fn an_ambiguous_name_is_answered_with_the_candidates() {
    let typed = NewGrant { role: "reader".into(), unit: "Xã Tân Tiến".into(), ..NewGrant::default() };
    let issues = typed.parse(&register(), &scope(&[1]), today()).unwrap_err();
    let names = issues[0].args.iter().find(|it| it.0 == "names").unwrap();
    assert_eq!(names.1, "Xã Tân Tiến, Tỉnh Đông; Xã Tân Tiến, Tỉnh Tây");
}

fn right(unit: i64, until: Option<&str>) -> Grant {
    Grant {
        role: Role::parse("committee-reader").unwrap(),
        unit: UnitId(unit),
        from: day("2026-01-01"),
        until: until.map(day),
        deputy_for: None,
    }
}

#[track_caller]
fn reaches(scope_of: &[i64], grants: &[Grant], expect: Reach) {
    assert_eq!(reach(grants, &register(), &scope(scope_of), today()), expect);
}

#[test]
fn an_account_is_reached_through_its_rights() {
    reaches(&[2], &[right(4, None)], Reach::Whole);
    reaches(&[2], &[right(5, None)], Reach::None);
    reaches(&[2], &[right(1, None)], Reach::None);
    reaches(&[2], &[right(4, None), right(5, None)], Reach::Part);
    reaches(&[2, 3], &[right(4, None), right(5, None)], Reach::Whole);
    // Who has moved is the business of where they are; who has left, of where they were.
    reaches(&[2], &[right(4, Some("2026-03-05")), right(5, None)], Reach::None);
    reaches(&[3], &[right(4, Some("2026-03-05")), right(5, None)], Reach::Whole);
    reaches(&[2], &[right(4, Some("2026-03-05"))], Reach::Whole);
    reaches(&[1], &[], Reach::None);
}

#[track_caller]
fn orphaned(unit: i64, others: &[i64], expect: bool) {
    let others: Vec<UnitId> = others.iter().map(|it| UnitId(*it)).collect();
    assert_eq!(is_orphaned(UnitId(unit), &others, &register(), today()), expect);
}

#[test]
fn a_unit_keeps_an_administrator_of_its_own_or_above() {
    orphaned(1, &[], true);
    orphaned(1, &[2, 3, 4], true);
    orphaned(1, &[1], false);
    orphaned(4, &[2], false);
    orphaned(4, &[3], true);
    // A unit that is no more needs none.
    orphaned(6, &[], false);
}

#[track_caller]
fn excludes(one: (&str, i64, &str, &str), other: (&str, i64, &str, &str), expect: bool) {
    let right = |(role, unit, from, until): (&str, i64, &str, &str)| Grant {
        role: Role::parse(role).unwrap(),
        unit: UnitId(unit),
        from: day(from),
        until: (!until.is_empty()).then(|| day(until)),
        deputy_for: None,
    };
    let (one, other) = (right(one), right(other));
    assert_eq!((one.excludes(&other), other.excludes(&one)), (expect, expect), "{one:?} {other:?}");
}

#[test]
fn roles_that_exclude_each_other_share_no_day_whatever_the_units() {
    let auditor = ("auditor", 2, "2026-01-01", "");
    excludes(auditor, ("administrator", 2, "2026-01-01", ""), true);
    excludes(auditor, ("administrator", 5, "2030-01-01", ""), true);
    excludes(auditor, ("committee-reader", 2, "2026-01-01", ""), false);
    excludes(auditor, auditor, false);
    // The day after the last is free; the last is not.
    excludes(("auditor", 2, "2026-01-01", "2026-03-01"), ("commune-approver", 4, "2026-03-01", ""), false);
    excludes(("auditor", 2, "2026-01-01", "2026-03-02"), ("commune-approver", 4, "2026-03-01", ""), true);
    // What was taken before it began was never held.
    excludes(("auditor", 2, "2026-05-01", "2026-03-05"), ("commune-approver", 4, "2026-01-01", ""), false);
    excludes(("tip-handler", 4, "2026-01-01", ""), ("tip-custodian", 2, "2026-06-01", "2026-07-01"), true);
}

#[test]
fn of_a_right_out_of_reach_it_is_told_only_that_it_is_there() {
    let right = |role: &str, unit: i64| Grant::new(Role::parse(role).unwrap(), UnitId(unit), today());
    let (new, held) = (right("auditor", 2), [right("committee-reader", 2), right("commune-approver", 5)]);
    let said = |scope_of: i64| apart(&new, &held, "Người Mẫu", &register(), &scope(&[scope_of]), today()).unwrap();
    let (near, far) = (said(1), said(2));
    assert_eq!((near.text, far.text), ("access-roles-apart", "access-roles-apart-elsewhere"));
    assert!(near.args.contains(&("unit", "Xã Tân Tiến, Tỉnh Tây".to_owned())), "{near:?}");
    assert_eq!(near.texts, [("role", "access-role-auditor".into()), ("held", "access-role-commune-approver".into())]);
    assert_eq!((far.args.len(), far.texts.len()), (1, 1));
    assert_eq!(apart(&new, &held[..1], "", &register(), &scope(&[1]), today()), None);
}
