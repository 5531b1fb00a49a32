//! Who sends to whom: village, commune, province, ministry today; districts between until 30 June 2025; the last returns of
//! units that ended.

use kernel::{Day, Level, UnitId};
use web::Duty;

use crate::{
    returns::{MONTH, decide, open, send},
    world::{Answer, Person, World, worlds},
};

/// Gives somebody a duty at a unit.
async fn add(world: &World, name: &str, duty: Duty, unit: UnitId) {
    let account = access::NewAccount {
        name: name.to_owned(),
        full_name: format!("Người {name}"),
        post: "Cán bộ".to_owned(),
        password: "một mật khẩu dài".to_owned(),
        role: world.role(duty, unit),
        unit,
    };
    access::add_account(&world.app, &world.demo_who(), &account).await.unwrap();
}

/// Opens the return of published figures of a unit and a year.
async fn open_year(person: &Person<'_>, unit: UnitId, year: &str) -> Answer {
    let unit = unit.to_string();
    person.post("/returns", &[("unit", unit.as_str()), ("form", "cong-bo-nam"), ("period", year)]).await
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// The units directly below another on a day.
fn below(world: &World, unit: UnitId, on: &str) -> Vec<(UnitId, String)> {
    let register = world.app.register.get();
    register.children(unit, day(on)).iter().map(|it| (it.id, it.full_name.clone())).collect()
}

#[tokio::test]
async fn a_village_sends_to_its_commune_and_the_commune_to_its_province() {
    for world in worlds().await {
        let commune = world.unit("Xã Mẫu 01");
        let (village, name) = below(&world, commune, crate::world::TODAY).remove(0);
        let class = Level::Village as u8;
        let form = world.app.catalogue.get().form_by_code("thang").unwrap().id;
        let owes = kernel::Assignment { form, class, top: commune, from: day("2025-12-15"), until: Day::NEVER };
        forms::acts::assign(&world.app, &world.demo_who(), &owes).await.unwrap();
        add(&world, "thon1", Duty::Recorder, village).await;
        add(&world, "duyetxa01", Duty::Approver, commune).await;
        add(&world, "duyetxa02", Duty::Approver, world.unit("Xã Mẫu 02")).await;
        let head = world.person("thon1").await;
        let at = open(&head, &format!("{name}, Xã Mẫu 01, Tỉnh Mẫu"), "adm:2026-M10").await;
        send(&head, &at, &MONTH, "submit").await.is(303);
        world.person("duyetxa02").await.get(&format!("{at}/review")).await.is(404);
        let commune = world.person("duyetxa01").await;
        commune.get("/work").await.is(200).has(&name);
        decide(&commune, &at, "approval", "").await.is(303);
        // The commune adds what it did itself, and its province decides on that.
        let recorder = world.person("xa01").await;
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        commune.get(&format!("{at}/review")).await.is(404);
        decide(&world.person("tinhmau").await, &at, "approval", "").await.is(303);
        let total = world.figure("Xã Mẫu 01", "2026-10-14", "adm:2026-M10", "LAU02", "then");
        assert_eq!(total["value"], 2500, "its own and its village's");
    }
}

#[tokio::test]
async fn a_province_sends_to_the_ministry() {
    for world in worlds().await {
        let recorder = world.person("quangtri").await;
        let fields = [("unit", "Tỉnh Quảng Trị"), ("form", "cong-bo-nam"), ("period", "2025")];
        let at = recorder.post("/returns", &fields).await.is(303).to().to_owned();
        send(&recorder, &at, &[("v.MOD04", "4")], "submit").await.is(303);
        world.person("duyetquangtri").await.get(&format!("{at}/review")).await.is(404);
        decide(&world.person("capbo").await, &at, "approval", "").await.is(303);
    }
}

#[tokio::test]
async fn before_july_2025_a_commune_sent_to_its_district_and_the_districts_whole_heir_decides() {
    for world in worlds().await {
        let district = world.unit_on("Thị xã Ba Đồn", "2021-12-31");
        let (commune, name) = below(&world, district, "2021-12-31").remove(0);
        let register = world.app.register.get();
        let heirs = register.heirs(district, world.app.clock.today());
        assert!(heirs.len() > 1, "several communes hold what the district was");
        add(&world, "motphan", Duty::Approver, heirs[0]).await;
        drop(register);
        let recorder = world.person("quangtri").await;
        let at = open_year(&recorder, commune, "2021").await.is(303).to().to_owned();
        recorder.get(&at).await.is(200).has(&name).has("Nhập bổ sung");
        send(&recorder, &at, &[("v.MOD04", "3")], "submit").await.is(303);
        // One heir among several does not speak for the district that stood above.
        let part = world.person("motphan").await.get(&format!("{at}/review")).await;
        assert!([403, 404].contains(&part.status.as_u16()), "{}", part.status);
        decide(&world.person("duyetquangtri").await, &at, "approval", "").await.is(303);
        let then = world.figure("Thị xã Ba Đồn", "2021-12-31", "2021", "MOD04", "then");
        assert_eq!(then["value"], 3, "it counts for the district of that time");
    }
}

#[tokio::test]
async fn a_unit_that_ended_inside_the_period_files_its_last_return() {
    for world in worlds().await {
        let district = world.unit_on("Thị xã Ba Đồn", "2025-06-30");
        let (commune, _) = below(&world, district, "2025-06-30").remove(0);
        let register = world.app.register.get();
        let (_, until) = register.life(commune).unwrap();
        assert_eq!(until, day("2025-07-01"), "it ended with June");
        drop(register);
        let recorder = world.person("quangtri").await;
        let at = open_year(&recorder, commune, "2025").await.is(303).to().to_owned();
        recorder.get(&at).await.is(200).has("chỉ tính đến hết ngày 30/06/2025");
        send(&recorder, &at, &[("v.MOD04", "2")], "submit").await.is(303);
        let approver = world.person("duyetquangtri").await;
        approver.get(&format!("{at}/review")).await.is(200).has("30/06/2025");
        decide(&approver, &at, "approval", "").await.is(303);
        let mut conn = world.app.db.read().await.unwrap();
        let closes: Vec<(Option<String>,)> = conn.query("select closes_on from return_version").all().await.unwrap();
        assert_eq!(closes, [(Some("2025-06-30".to_owned()),)]);
        // After its end it owes nothing.
        open_year(&recorder, commune, "2026").await.is(422);
    }
}
