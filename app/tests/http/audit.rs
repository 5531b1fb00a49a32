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
