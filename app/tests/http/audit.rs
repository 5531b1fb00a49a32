//! The audit: tampered tables are found, auditors see their part, and looking is itself an entry.

use audit::{Finding, Key, check};
use sqlx::AssertSqlSafe;

use crate::world::{PEOPLE, World, worlds};

const KEY: [u8; 32] = [7; 32];

/// What somebody who holds the database does behind the application's back.
async fn tamper(world: &World, sql: &str) {
    let mut conn = world.app.db.read().await.unwrap();
    assert!(conn.query(AssertSqlSafe(sql.to_owned())).run().await.unwrap() > 0, "{sql}");
}

async fn findings(world: &World) -> Vec<Finding> {
    let trusted = [Key::from_bytes(&KEY).public()];
    check(&mut world.app.db.read().await.unwrap(), &trusted).await.unwrap().findings
}

async fn anchored(world: &World) {
    app::anchor::now(&world.app, &Key::from_bytes(&KEY)).await.unwrap().expect("something is new");
}

#[tokio::test]
async fn an_edited_removed_or_reordered_row_is_found() {
    // The form that was assigned, every person's account, and one more where the chain should go on.
    let end = i64::try_from(PEOPLE.len()).unwrap() + 2;
    for (sql, seq) in [
        ("update audit_entry set actor = 'xa02' where province_id = 0 and seq = 3", 3),
        ("update audit_entry set at = at + 1 where province_id = 0 and seq = 4", 4),
        ("update audit_entry set unit_id = null where province_id = 0 and seq = 2", 2),
        ("delete from audit_entry where province_id = 0 and seq = 5", 5),
        ("update audit_entry set seq = -seq where province_id = 0 and seq in (3, 4)", 3),
        ("update audit_head set seq = seq - 1 where province_id = 0", end),
        ("delete from audit_head where province_id = 0", end),
    ] {
        for world in worlds().await {
            assert_eq!(findings(&world).await, [], "sound before");
            tamper(&world, sql).await;
            assert_eq!(findings(&world).await, [Finding::Chain { province: 0, seq }], "{sql}");
        }
    }
}

#[tokio::test]
async fn two_rows_in_each_others_place_are_found() {
    for world in worlds().await {
        for (from, to) in [(3, 1003), (4, 3), (1003, 4)] {
            let sql = format!("update audit_entry set seq = {to} where province_id = 0 and seq = {from}");
            tamper(&world, &sql).await;
        }
        assert_eq!(findings(&world).await, [Finding::Chain { province: 0, seq: 3 }]);
    }
}

#[tokio::test]
async fn anchors_find_what_was_rewritten_whole_and_their_own_tampering() {
    for world in worlds().await {
        anchored(&world).await;
        let none = app::anchor::now(&world.app, &Key::from_bytes(&KEY)).await.unwrap();
        assert_eq!(none, None, "nothing new, nothing signed");
        world.person("tinhmau").await.get("/work").await.is(200);
        let pages = world.person("kiemtra").await;
        pages.get("/audit").await.is(200);
        anchored(&world).await;
        assert_eq!(findings(&world).await, []);
        // The whole chain is taken away with its head: it agrees with itself, but not with what was signed.
        tamper(&world, "delete from audit_entry where province_id = 0").await;
        tamper(&world, "delete from audit_head where province_id = 0").await;
        assert!(matches!(findings(&world).await[..], [Finding::Rewritten { province: 0, number: 1, .. }]));
    }
    for (sql, expected) in [
        ("update audit_anchor set at = at - 1 where number = 1", Finding::Signature { number: 1 }),
        ("update audit_anchor set heads = '' where number = 2", Finding::Signature { number: 2 }),
        ("delete from audit_anchor where number = 1", Finding::Order { number: 1 }),
    ] {
        for world in worlds().await {
            anchored(&world).await;
            world.person("kiemtra").await.get("/audit").await.is(200);
            anchored(&world).await;
            tamper(&world, sql).await;
            assert_eq!(findings(&world).await, std::slice::from_ref(&expected), "{sql}");
        }
    }
}

#[tokio::test]
async fn an_anchor_of_another_key_is_found() {
    for world in worlds().await {
        app::anchor::now(&world.app, &Key::from_bytes(&[8; 32])).await.unwrap().unwrap();
        assert_eq!(findings(&world).await, [Finding::Key { number: 1 }]);
    }
}

#[tokio::test]
async fn auditors_see_their_part_and_each_look_is_an_entry() {
    for world in worlds().await {
        let (nation, mau) = (world.person("kiemtra").await, world.person("kiemtramau").await);
        let page = nation.get("/audit?act=access").await;
        page.is(200).has("Thêm tài khoản").has("demo");
        let all = nation.get("/audit?act=audit").await;
        all.is(200).has("Xem nhật ký").has("act=access");
        // The province's auditor sees accounts added in it, no looks (about no unit), nothing of another province.
        let part = mau.get("/audit").await;
        part.is(200).has("Tỉnh Mẫu").has("Thêm tài khoản");
        assert!(!part.text.contains("Tỉnh Quảng Trị"));
        assert!(!mau.get("/audit?act=audit").await.text.contains("Xem nhật ký</span>"));
        let quangtri = format!("/audit?unit={}", world.unit("Tỉnh Quảng Trị"));
        mau.get(&quangtri).await.is(422);
        nation.get(&quangtri).await.is(200).has("Thêm tài khoản");
        nation.get("/audit?from=x").await.is(422);
        nation.get("/audit?from=2020-01-01&until=2020-12-31").await.is(200).has("Không có việc nào");
        for reader in ["xa01", "tinhmau", "quantri"] {
            world.person(reader).await.get("/audit").await.is(403);
        }
        nation.get("/audit/rights").await.is(200).has("audit.read").has("/returns/{id}/approval");
        anchored(&world).await;
        nation.get("/audit/anchors").await.is(200).has(&Key::from_bytes(&KEY).public());
        nation.get("/work").await.is(403);
    }
}

#[tokio::test]
async fn older_entries_are_on_the_next_page() {
    for world in worlds().await {
        let nation = world.person("kiemtra").await;
        for _ in 0..105 {
            nation.get("/audit?act=none").await.is(200);
        }
        let page = nation.get("/audit?act=audit.read").await;
        let (_, next) = page.text.split_once("rel=\"next\" href=\"").unwrap();
        let next = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let rows = |text: &str| text.matches("data-label=\"Việc\"").count();
        assert_eq!(rows(&page.text), 100);
        let older = nation.get(&next).await;
        assert_eq!(rows(&older.text), 5, "the look at the first page stands above it");
    }
}

/// The acts that stand in the audit about what somebody did, the oldest first.
async fn acts_of(world: &World, actor: &str) -> Vec<(String, Option<i64>, String)> {
    let sql = "select act, unit_id, object from audit_entry where actor = $1 order by at, seq";
    world.app.db.read().await.unwrap().query(sql).bind(actor).all().await.unwrap()
}

#[tokio::test]
async fn signing_in_reading_changing_approving_taking_out_and_giving_rights_are_entries() {
    use crate::returns::{MONTH, decide, open, send};
    for world in worlds().await {
        let (recorder, approver, administrator) =
            (world.person("xa01").await, world.person("tinhmau").await, world.person("quantrimau").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        let unit = world.unit("Tỉnh Mẫu");
        approver.get(&format!("/units/{unit}/figures.csv?period=adm:2026-M10&indicators=LAU01")).await.is(200);
        approver.get(&format!("/units/{unit}/brief.docx?period=adm:2026-M10")).await.is(200);
        approver.get(&format!("/units/{}/figures.csv", world.unit("Tỉnh Quảng Trị"))).await.is(404);
        let id = access::find_account(&world.app, &world.demo_who(), "xa02").await.unwrap().unwrap();
        administrator.get("/accounts?q=Nguy%E1%BB%85n").await.is(200);
        administrator.get(&format!("/accounts/{id}")).await.is(200);
        let right = [("role", "committee-reader"), ("unit", "Xã Mẫu 03")];
        administrator.post(&format!("/accounts/{id}/rights"), &right).await.is(303);
        administrator.post("/sign-out", &[]).await.is(303);
        let acts = |all: &[(String, Option<i64>, String)]| all.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        assert_eq!(acts(&acts_of(&world, "xa01").await), ["returns.opened", "returns.submitted"]);
        let approver = acts_of(&world, "tinhmau").await;
        assert_eq!(acts(&approver), ["returns.approved", "export.taken", "export.taken"], "a refused file is none");
        assert_eq!(approver[1].1, Some(unit.0));
        assert_eq!(approver[1].2, format!("/units/{unit}/figures.csv"));
        let administrator = acts_of(&world, "quantrimau").await;
        let expected = ["access.accounts-listed", "access.account-read", "access.right-given", "access.signed-out"];
        assert_eq!(acts(&administrator), expected);
        assert!(administrator.iter().all(|it| !it.2.contains("Nguy")), "what was looked for may be a name");
        assert_eq!(findings(&world).await, []);
    }
}

#[tokio::test]
async fn auditors_take_their_part_as_a_file() {
    for world in worlds().await {
        let (nation, mau) = (world.person("kiemtra").await, world.person("kiemtramau").await);
        let file = nation.get("/audit.csv?act=access").await;
        file.is(200).has("at,chain,row,actor,act,unit,unit_name,object").has("access.account-added").has("Toàn quốc");
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        let part = mau.get("/audit.csv").await;
        part.is(200).has("Tỉnh Mẫu");
        assert!(!part.text.contains("Quảng Trị") && !part.text.contains("audit.read"));
        mau.get(&format!("/audit.csv?unit={}", world.unit("Tỉnh Quảng Trị"))).await.is(422);
        world.person("quantri").await.get("/audit.csv").await.is(403);
        let acts: Vec<String> = acts_of(&world, "kiemtra").await.into_iter().map(|it| it.0).collect();
        assert_eq!(acts, ["audit.read", "export.taken"]);
        // By account and by object, as on the page.
        nation.get("/audit.csv?actor=kiemtra&act=export").await.is(200).has("/audit.csv");
        let none = nation.get("/audit.csv?object=khong-co").await;
        assert_eq!(none.is(200).text.lines().count(), 1);
    }
}
