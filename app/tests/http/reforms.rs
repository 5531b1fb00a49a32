//! Boundary reforms through pages and commands: previewed, applied once, followed by every server.

use std::process::Command;

use kernel::Day;
use serde_json::{Value, json};

use crate::world::{World, worlds};

const EXAMPLE: &str = include_str!("../../../data/reforms/example.csv");

async fn report(world: &World) {
    let csv = "unit_code,on,period,indicator,value,qualifier,coverage\n\
               M0001,2026-05-01,2025,LAU01,10,exact,own\n\
               M0002,2026-05-01,2025,LAU01,20,exact,own\n\
               M0003,2026-05-01,2025,LAU01,5,exact,own\n\
               M0004,2026-05-01,2025,LAU01,1,exact,own\n\
               M0001,2026-05-01,2025,MOD01,3,exact,own\n";
    returns::import::figures(&world.app, "cli:test", "test.csv", csv.as_bytes()).await.unwrap();
}

#[track_caller]
fn check(world: &World, unit: &str, expect: (Value, i64)) {
    let answer = world.figure(unit, "2027-01-01", "2025", "LAU01", "2027-01-01");
    assert_eq!((&answer["value"], &answer["not_separable"]), (&expect.0, &json!(expect.1)), "{answer}");
    assert_eq!(answer["exact"], json!(expect.1 == 0));
}

#[tokio::test]
async fn a_reform_is_previewed_then_applied_once_and_every_server_follows() {
    for world in worlds().await {
        report(&world).await;
        // A second server on the same database.
        let other = World::open(&world.place, None).await;
        let administrator = world.person("quantrimau").await;
        administrator.get("/reforms/new").await.is(200).has("operation,effective_on");
        // Whoever governs the communes' province may; whoever reforms it must have the country.
        let preview = administrator.post("/reforms/preview", &[("file", EXAMPLE)]).await;
        preview.is(200).has("Xã Mẫu Mới, Tỉnh Mẫu (M0101)").has("Xã Mẫu 03, Tỉnh Mẫu (M0003)").has("Phường Mẫu 05");
        preview.has("2 số liệu vẫn chính xác").has("1 số liệu không tách được").has("1 số liệu chỉ tra cứu được");
        assert!(world.app.register.get().by_code("M0101", Day::parse("2027-01-01").unwrap()).is_none());
        let applied = administrator.post("/reforms", &[("file", EXAMPLE)]).await;
        assert_eq!(applied.to(), "/reforms?done=reform-applied", "{}", applied.text);
        check(&world, "M0101", (json!(30), 5));
        check(&world, "Xã Mẫu 04", (json!(1), 5));
        check(&world, "Tỉnh Mẫu", (json!(36), 0));
        // The other server learns of it with its next look at the ledger.
        let mut conn = other.app.db.read().await.unwrap();
        returns::follow::catch_up(&other.app, &mut conn).await.unwrap();
        drop(conn);
        check(&other, "M0101", (json!(30), 5));
        check(&other, "Tỉnh Mẫu", (json!(36), 0));
        // Then as it was.
        assert_eq!(world.figure("M0002", "2026-05-01", "2025", "LAU01", "then")["value"], 20);
        // Once.
        let again = administrator.post("/reforms", &[("file", EXAMPLE)]).await;
        again.is(422).has("đã được áp dụng ngày 21/11/2026");
        administrator.post("/reforms/preview", &[("file", &EXAMPLE.replace('\n', "\r\n"))]).await.is(422);
        // What is applied is public; who did it is not.
        let stranger = axum::http::Request::get("/reforms").body(axum::body::Body::empty()).unwrap();
        let list = world.send(stranger).await;
        list.is(200).has("01/01/2027").has("00/NQ-MAU").has("202/2025/QH15");
        assert!(!list.text.contains("quantrimau") && !list.text.contains("/reforms/new"));
        let mut conn = world.app.db.read().await.unwrap();
        let (act, actor): (String, String) =
            conn.query("select act, actor from audit_entry where act = 'units.reformed'").one().await.unwrap();
        assert_eq!((act.as_str(), actor.as_str()), ("units.reformed", "quantrimau"));
        assert!(audit::broken(&mut conn).await.unwrap().is_empty());
        // A new figure of a new unit counts at once, and at the other server.
        drop(conn);
        let csv =
            "unit_code,on,period,indicator,value,qualifier,coverage\nM0101,2027-02-01,2027-M01,LAU01,8,exact,own\n";
        returns::import::figures(&world.app, "cli:test", "new.csv", csv.as_bytes()).await.unwrap();
        assert_eq!(world.figure("MAU", "2027-01-31", "2027-M01", "LAU01", "then")["value"], 8);
        // A start from the database alone tells the same.
        let fresh = World::open(&world.place, None).await;
        check(&fresh, "M0101", (json!(30), 5));
        assert_eq!(fresh.app.register.get().version(), world.app.register.get().version());
    }
}

#[tokio::test]
async fn what_a_unit_owed_its_heir_owes_and_a_period_that_has_begun_is_closed() {
    for world in worlds().await {
        let form = world.app.catalogue.get().form_by_code("nam").unwrap().id;
        let (class, top) = (kernel::Level::Commune as u8, world.unit("Xã Mẫu 01"));
        let from = Day::parse("2025-12-15").unwrap();
        let owes = kernel::Assignment { form, class, top, from, until: Day::NEVER };
        forms::acts::assign(&world.app, &world.demo_who(), &owes).await.unwrap();
        let administrator = world.person("quantrimau").await;
        let preview = administrator.post("/reforms/preview", &[("file", EXAMPLE)]).await;
        preview.is(200).has("Biểu mẫu đã giao, chuyển sang đơn vị kế thừa: 1").has("Xã Mẫu 01 → Xã Mẫu Mới");
        // Ended on 2026-12-31, inside the month from 15 December: three units, and the year of the one.
        preview.has("Báo cáo khóa sổ còn phải nộp (đến hết ngày cuối của đơn vị): 4").has("adm:2027-M01: Xã Mẫu 01");
        administrator.post("/reforms", &[("file", EXAMPLE)]).await.is(303);
        let heir = world.app.register.get().by_code("M0101", Day::parse("2027-01-01").unwrap()).unwrap().id;
        let form = u32::try_from(form).unwrap();
        let owing = |period: &str| -> Vec<i64> {
            let period = kernel::Period::parse(period).unwrap();
            let all = world.app.expected_units(form, world.unit("Tỉnh Mẫu"), period);
            all.into_iter().map(|it| it.0.0).collect()
        };
        assert_eq!(owing("adm:2026"), [top.0]);
        let mut both = vec![top.0, heir.0];
        both.sort_unstable();
        let mut now = owing("adm:2027");
        now.sort_unstable();
        assert_eq!(now, both, "the heir its year, the old unit its closing return");
        assert_eq!(owing("adm:2028"), [heir.0]);
        let register = world.app.register.get();
        let day = Day::parse("2028-01-01").unwrap();
        let form = world.app.catalogue.get().form_by_code("nam").unwrap().clone();
        assert!(returns::acts::takes_form(&world.app, &form, heir, day));
        let sibling = register.by_code("M0006", day).unwrap().id;
        assert!(!returns::acts::takes_form(&world.app, &form, sibling, day));
    }
}

#[tokio::test]
async fn out_of_scope_is_not_found_and_wrong_lines_are_named_on_the_page() {
    for world in worlds().await {
        let columns = EXAMPLE.lines().next().unwrap();
        let (province, nation) = (world.person("quantrimau").await, world.person("quantri").await);
        // Another province's commune; the province itself, which stands under the country or under nothing.
        let foreign = format!("{columns}\nrename,2027-01-01,00004,,,Phường Khác,,,,,,1/NQ\n");
        province.post("/reforms/preview", &[("file", &foreign)]).await.is(404);
        province.post("/reforms", &[("file", &foreign)]).await.is(404);
        nation.post("/reforms/preview", &[("file", &foreign)]).await.is(200).has("Phường Khác");
        nation.post("/reforms/preview", &[("file", EXAMPLE)]).await.is(404);
        let wrong = format!("{columns}\nmerge,2027-01-01,M9999,M0101,,,,,,,,1/NQ\nhop-nhat,2027-01-01,,,,,,,,,,1/NQ\n");
        let answer = province.post("/reforms", &[("file", &wrong)]).await;
        answer.is(422).has("Dòng 3: không có thao tác").has("M9999");
        province.post("/reforms/preview", &[]).await.is(422).has("Dòng 1");
        world.person("tinhmau").await.get("/reforms/new").await.is(403);
        assert_eq!(
            world.app.register.get().version(),
            World::open(&world.place, None).await.app.register.get().version()
        );
    }
}

fn run(database: &std::path::Path, args: &[&str]) -> (bool, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_binhyen")).args(args).arg("--database").arg(database).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.success(), text(&out.stdout), text(&out.stderr))
}

#[tokio::test]
async fn the_command_line_previews_and_applies() {
    let world = worlds().await.remove(0);
    report(&world).await;
    let folder = tempfile::tempdir().unwrap();
    let (file, database) = (folder.path().join("reform.csv"), std::path::Path::new(&world.place));
    std::fs::write(&file, EXAMPLE).unwrap();
    let path = file.to_str().unwrap();
    let (ok, out, err) = run(database, &["reform", "preview", path]);
    assert!(ok, "{err}");
    assert!(out.contains("+ 2027-01-01  M0101  Xã Mẫu Mới, Tỉnh Mẫu"), "{out}");
    assert!(out.contains("LAU01 2025: 35; chính xác / exact 30 (Xã Mẫu Mới 30); không tách được"), "{out}");
    assert!(out.contains("nothing has changed"));
    let (ok, out, err) = run(database, &["reform", "apply", path]);
    assert!(ok && out.contains("đã áp dụng / applied: 1 mới/begin, 3 kết thúc/end, 16 thay đổi/changed"), "{out}{err}");
    let (ok, out, err) = run(database, &["reform", "apply", path]);
    assert!(!ok && out.is_empty() && err.contains("This very file was applied"), "{err}");
    std::fs::write(&file, EXAMPLE.replace("M0005", "M7005").replace("M0004", "M7004")).unwrap();
    let (ok, _, err) = run(database, &["reform", "preview", path]);
    assert!(
        !ok && err.contains("Line 5: ") && err.contains("Line 6: on 2026-12-31 no unit has the code M7005"),
        "{err}"
    );
}

/// The worked example of `docs/worked-example.md`, on the published figures of real places.
#[tokio::test]
async fn what_successors_of_real_places_can_and_cannot_show_today() {
    for world in crate::world::demo_worlds().await {
        let now =
            |unit: &str, period: &str, indicator: &str| world.figure(unit, "2026-11-21", period, indicator, "now");
        let is = |answer: &Value, value: Value, not_separable: i64| {
            assert_eq!((&answer["value"], &answer["not_separable"]), (&value, &json!(not_separable)), "{answer}");
            assert_eq!(answer["exact"], json!(not_separable == 0), "{answer}");
        };
        // Provinces merged whole: their figures are exact at the province that took them in.
        is(&now("Thành phố Đà Nẵng", "2017", "MOD04"), json!(175), 0);
        is(&now("Thành phố Đà Nẵng", "2017", "LAU01"), json!(1900), 0);
        is(&now("Tỉnh Ninh Bình", "2021", "MOD04"), json!(17), 0);
        // But what is never added over places does not cross a merger of several (rule 23).
        is(&now("Tỉnh Quảng Ngãi", "2022", "MOD00"), Value::Null, 0);
        // Two districts were split among communes of one province: exact there, not separable below.
        is(&now("Tỉnh Quảng Trị", "2021", "MOD04"), json!(4), 0);
        is(&now("Phường Ba Đồn", "2021", "MOD04"), Value::Null, 4);
        is(&now("Tỉnh Ninh Bình", "2018", "AWA11"), json!(3), 0);
        is(&now("Xã Kim Sơn, Tỉnh Ninh Bình", "2018", "AWA11"), Value::Null, 3);
        // A share's parts add up; a percentage without parts does not cross a split or a merger (rule 23).
        let share = now("Tỉnh Quảng Trị", "2021", "STD24");
        assert_eq!((&share["value"], &share["of"]), (&json!(15), &json!(16)), "{share}");
        is(&now("Tỉnh Ninh Bình", "2018", "STD14"), Value::Null, 0);
        // At every level exact and, each once, not separable are the whole.
        let register = world.app.register.get();
        let day = Day::parse("2026-11-21").unwrap();
        let parent = world.unit("Tỉnh Quảng Trị");
        let below: i64 = register
            .children(parent, day)
            .iter()
            .map(|it| now(&it.id.to_string(), "2021", "MOD04")["value"].as_i64().unwrap_or(0))
            .sum();
        let shared: std::collections::BTreeSet<i64> = register
            .children(parent, day)
            .iter()
            .filter_map(|it| now(&it.id.to_string(), "2021", "MOD04")["not_separable"].as_i64())
            .filter(|it| *it > 0)
            .collect();
        assert_eq!((below, shared.into_iter().collect::<Vec<_>>()), (0, vec![4]));
    }
}
