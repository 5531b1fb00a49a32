//! From the commune's grid to the province's total, and everything that may go wrong on the way.

use crate::world::{Person, World, worlds};

pub(crate) const MONTH: [(&str, &str); 6] =
    [("v.LAU01", "2"), ("v.LAU02", "1.250"), ("v.OUT01", "3"), ("v.OUT02", "120"), ("v.TIP01", "4"), ("v.TIP02", "1")];

/// Opens the month's return of a commune; answers its address.
pub(crate) async fn open(person: &Person<'_>, unit: &str, period: &str) -> String {
    let fields = [("unit", unit), ("form", "thang"), ("period", period)];
    let answer = person.post("/returns", &fields).await;
    answer.is(303);
    answer.to().to_owned()
}

pub(crate) fn hidden<'t>(page: &'t str, name: &str) -> &'t str {
    let (_, after) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the hidden field");
    after.split('"').next().unwrap()
}

pub(crate) async fn send(person: &Person<'_>, at: &str, fields: &[(&str, &str)], act: &str) -> crate::world::Answer {
    let page = person.get(at).await;
    page.is(200);
    let revision = hidden(&page.text, "revision").to_owned();
    let all: Vec<(&str, &str)> =
        fields.iter().copied().chain([("revision", revision.as_str()), ("act", act)]).collect();
    person.post(at, &all).await
}

pub(crate) async fn decide(person: &Person<'_>, at: &str, what: &str, reason: &str) -> crate::world::Answer {
    let page = person.get(&format!("{at}/review")).await;
    page.is(200);
    let revision = hidden(&page.text, "revision").to_owned();
    person.post(&format!("{at}/{what}"), &[("revision", revision.as_str()), ("reason", reason)]).await
}

fn attendances(world: &World) -> serde_json::Value {
    world.figure("Tỉnh Mẫu", "2026-10-14", "adm:2026-M10", "LAU02", "then")["value"].clone()
}

#[tokio::test]
async fn an_approved_return_moves_the_provinces_total_in_the_same_moment() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        assert_eq!(attendances(&world), serde_json::Value::Null);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &MONTH, "save").await.is(303);
        recorder.get(&at).await.is(200).has("1.250");
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        assert_eq!(attendances(&world), serde_json::Value::Null, "sent is not accepted");
        approver.get("/work").await.is(200).has("Xã Mẫu 01");
        decide(&approver, &at, "approval", "").await.is(303);
        assert_eq!(attendances(&world), 1250);
        let page = recorder.get(&at).await;
        page.is(200);
        assert!(!page.text.contains("name=\"v.LAU01\""), "an approved return is read, not typed into");
    }
}

#[tokio::test]
async fn a_return_is_sent_back_with_a_reason_mended_and_accepted() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        decide(&approver, &at, "sending-back", " ").await.is(422);
        decide(&approver, &at, "sending-back", "Số lượt người cao gấp mười tháng trước").await.is(303);
        recorder.get(&at).await.is(200).has("cao gấp mười tháng trước").has("name=\"v.LAU01\"");
        send(&recorder, &at, &[("v.LAU02", "125")], "submit").await.is(422).has("v.LAU01");
        let mut mended = MONTH;
        mended[1].1 = "125";
        send(&recorder, &at, &mended, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        assert_eq!(attendances(&world), 125);
    }
}

#[tokio::test]
async fn a_correction_is_a_new_version_with_its_reason() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        let page = recorder.get(&at).await;
        let revision = hidden(&page.text, "revision").to_owned();
        let without = [("revision", revision.as_str()), ("reason", "")];
        recorder.post(&format!("{at}/correction"), &without).await.is(422);
        let why = [("revision", revision.as_str()), ("reason", "Đếm trùng một cuộc")];
        recorder.post(&format!("{at}/correction"), &why).await.is(303);
        assert_eq!(attendances(&world), 1250, "the accepted version stands until the next one is accepted");
        let mut corrected = MONTH;
        corrected[1].1 = "1.200";
        send(&recorder, &at, &corrected, "submit").await.is(303);
        assert_eq!(attendances(&world), 1250);
        decide(&approver, &at, "approval", "").await.is(303);
        assert_eq!(attendances(&world), 1200);
        let mut conn = world.app.db.read().await.unwrap();
        let versions: Vec<(i64, String)> =
            conn.query("select number, reason from return_version order by number").all().await.unwrap();
        assert_eq!(versions, [(1, String::new()), (2, "Đếm trùng một cuộc".to_owned())]);
    }
}

#[tokio::test]
async fn wrong_figures_come_back_at_their_cells_with_what_was_typed() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        let wrong = [
            ("v.LAU01", "-2"),
            ("v.LAU02", "nhiều"),
            ("v.OUT01", "99999999999999999999"),
            ("v.OUT02", "1,900"),
            ("v.TIP01", "1"),
            ("v.TIP02", "2"),
        ];
        let page = send(&recorder, &at, &wrong, "submit").await;
        page.is(422);
        for (field, typed) in wrong.iter().take(4) {
            page.has(&format!("href=\"#{field}\"")).has(&format!("value=\"{typed}\""));
        }
        // Two valuable tips of one tip: a share above one.
        page.has("href=\"#v.TIP02\"");
        recorder.get(&at).await.is(200).has("value=\"nhiều\"");
        assert_eq!(attendances(&world), serde_json::Value::Null);
    }
}

#[tokio::test]
async fn who_saves_second_sees_the_conflict_and_loses_nothing() {
    for world in worlds().await {
        let (first, second) = (world.person("xa01").await, world.person("nhapmau").await);
        let at = open(&first, "Xã Mẫu 01", "adm:2026-M10").await;
        let page = second.get(&at).await;
        let old = hidden(&page.text, "revision").to_owned();
        send(&first, &at, &[("v.LAU01", "7")], "save").await.is(303);
        let late = [("v.LAU01", "9"), ("revision", old.as_str()), ("act", "save")];
        let answer = second.post(&at, &late).await;
        answer.is(409).has("value=\"9\"").has("7");
        first.get(&at).await.has("value=\"7\"");
        // The page that tells of the conflict lets the second save on purpose.
        let fresh = hidden(&answer.text, "revision").to_owned();
        second.post(&at, &[("v.LAU01", "9"), ("revision", fresh.as_str()), ("act", "save")]).await.is(303);
        first.get(&at).await.has("value=\"9\"");
    }
}

#[tokio::test]
async fn a_second_return_of_the_same_form_and_period_is_the_first() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let first = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        assert_eq!(open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await, first);
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_refused_with_the_reason() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        for (unit, form, period) in [
            ("Xã Mẫu 01", "thang", "2026-M10"),
            ("Xã Mẫu 01", "thang", "adm:2026"),
            ("Xã Mẫu 01", "thang", "adm:2027-M10"),
            ("Xã Mẫu 01", "thang", "adm:2024-M10"),
            ("Xã Mẫu 01", "thang", "tháng mười"),
            ("Xã Không Có", "thang", "adm:2026-M10"),
            ("Xã Tân Tiến", "thang", "adm:2026-M10"),
            ("Xã Mẫu 01", "khac", "adm:2026-M10"),
        ] {
            let answer = recorder.post("/returns", &[("unit", unit), ("form", form), ("period", period)]).await;
            assert!([404, 422].contains(&answer.status.as_u16()), "{unit} {form} {period}: {}", answer.status);
        }
        // Another commune is not found rather than forbidden.
        let fields = [("unit", "Xã Mẫu 02"), ("form", "thang"), ("period", "adm:2026-M10")];
        recorder.post("/returns", &fields).await.is(404);
        let other = world.person("xa02").await;
        let at = open(&other, "Xã Mẫu 02", "adm:2026-M10").await;
        recorder.get(&at).await.is(404);
        recorder.post(&at, &[("revision", "1"), ("act", "save"), ("v.LAU01", "1")]).await.is(404);
    }
}

#[tokio::test]
async fn rule_16_a_whole_figure_beside_figures_below_is_refused_naming_both() {
    for world in worlds().await {
        let (commune, province) = (world.person("xa01").await, world.person("nhapmau").await);
        let (approver, ministry) = (world.person("tinhmau").await, world.person("quantrimau").await);
        let at = open(&commune, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&commune, &at, &MONTH, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        // The province speaks for the whole of the year by the open form: other periods do not meet, so ask the acts.
        drop((province, ministry));
        let who = world.demo_who();
        let csv =
            "unit_code,on,period,indicator,value,qualifier,coverage\nMAU,2026-10-14,adm:2026-M10,LAU01,5,exact,whole\n";
        let err =
            returns::import::figures(&world.app, &who.name, "x.csv", csv.as_bytes()).await.unwrap_err().to_string();
        assert!(err.contains("Xã Mẫu 01"), "{err}");
        // The other order: the whole first, a figure below later.
        let csv =
            "unit_code,on,period,indicator,value,qualifier,coverage\nMAU,2026-09-14,adm:2026-M09,LAU01,5,exact,whole\n";
        returns::import::figures(&world.app, &who.name, "y.csv", csv.as_bytes()).await.unwrap();
        let at = open(&commune, "Xã Mẫu 01", "adm:2026-M09").await;
        send(&commune, &at, &MONTH, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(422).has("Tỉnh Mẫu").has("Xã Mẫu 01");
        let total = world.figure("Tỉnh Mẫu", "2026-09-14", "adm:2026-M09", "LAU01", "then");
        assert_eq!((&total["value"], &total["coverage"]), (&5.into(), &"whole".into()));
        assert_eq!((&total["reported"], &total["expected"]), (&1.into(), &1.into()));
    }
}

#[tokio::test]
async fn rule_25_a_closed_unit_is_entered_late_by_its_heir_and_approved_above() {
    for world in worlds().await {
        let (heir, above) = (world.person("quangtri").await, world.person("capbo").await);
        let fields = [("unit", "Thị xã Ba Đồn"), ("form", "cong-bo-nam"), ("period", "2021")];
        let answer = heir.post("/returns", &fields).await;
        answer.is(303);
        let at = answer.to().to_owned();
        heir.get(&at).await.is(200).has("Nhập bổ sung");
        let figures = [
            ("v.MOD04", "4"),
            ("c.MOD04", "whole"),
            ("v.STD13", "92"),
            ("c.STD13", "whole"),
            ("v.STD11", "95"),
            ("c.STD11", "whole"),
        ];
        send(&heir, &at, &figures, "submit").await.is(303);
        // The district's level above was the old province, whose whole successor is the new one.
        let approver = world.person("duyetquangtri").await;
        decide(&approver, &at, "approval", "").await.is(303);
        drop(above);
        let then = world.figure("Thị xã Ba Đồn", "2021-12-31", "2021", "STD14", "then");
        assert_eq!((&then["value"], &then["of"]), (&92.into(), &95.into()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_approvers_at_once_make_one_version() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        let who = world.demo_who();
        let id: kernel::ReturnId = at.trim_start_matches("/returns/").parse().unwrap();
        let (line, _) = returns::acts::find(&world.app, &who.scope(returns::APPROVE).unwrap(), id).await.unwrap();
        let tries: Vec<_> = (0..6)
            .map(|_| {
                let (app, who) = (world.app.clone(), who.clone());
                tokio::spawn(async move { returns::acts::approve(&app, &who, id, line.revision).await.is_ok() })
            })
            .collect();
        let mut accepted = 0;
        for it in tries {
            accepted += usize::from(it.await.unwrap());
        }
        assert_eq!(accepted, 1);
        assert_eq!(attendances(&world), 1250);
    }
}

#[tokio::test]
async fn another_server_on_the_same_database_follows() {
    for world in worlds().await {
        let other = World::open(&world.place, None).await;
        let follower = tokio::spawn(returns::follow::keep_following(other.app.clone()));
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        let mut tries = 0;
        while attendances(&other) != 1250 {
            tries += 1;
            assert!(tries < 200, "the other server does not follow");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        follower.abort();
    }
}
