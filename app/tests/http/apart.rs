//! Roles that exclude each other: nobody gets both for one day, through whatever door.

use access::NewGrant;
use kernel::UnitId;

use crate::{
    returns::hidden,
    world::{Person, World, worlds},
};

async fn account(world: &World, name: &str) -> String {
    let id = access::find_account(&world.app, &world.demo_who(), name).await.unwrap().unwrap();
    format!("/accounts/{id}")
}

/// An administrator of the country and of the invented province, which lies beside it.
async fn administrator(world: &World) -> Person<'_> {
    let (app, who) = (&world.app, world.demo_who());
    let id = access::find_account(app, &who, "quantri").await.unwrap().unwrap();
    let right = NewGrant { role: "administrator".to_owned(), unit: "Tỉnh Mẫu".to_owned(), ..NewGrant::default() };
    access::grant(app, &who, id, &right).await.unwrap();
    world.person("quantri").await
}

/// The open rights of an account: role and unit, ordered.
async fn rights(world: &World, name: &str) -> Vec<(String, UnitId)> {
    let sql = "select g.role, g.unit_id from account_grant g join account a on a.id = g.account_id
               where a.name = $1 and (g.valid_until is null or g.valid_until > $2) order by g.role, g.unit_id";
    let today = world.app.clock.today().to_string();
    let mut conn = world.app.db.read().await.unwrap();
    let rows: Vec<(String, i64)> = conn.query(sql).bind(name).bind(today).all().await.unwrap();
    rows.into_iter().map(|(role, unit)| (role, UnitId(unit))).collect()
}

#[tokio::test]
async fn a_right_is_not_given_and_not_renewed_beside_one_that_excludes_it() {
    for world in worlds().await {
        let administrator = administrator(&world).await;
        let at = account(&world, "tinhmau").await;
        let give = format!("{at}/rights");
        let auditor = [("role", "auditor"), ("unit", "Tỉnh Quảng Trị"), ("from", "2026-12-01")];
        let said = administrator.post(&give, &auditor).await;
        said.is(422).has("Người tinhmau đã được giao vai trò").has("Người duyệt cấp tỉnh").has("Tỉnh Mẫu");
        // What was typed stays, and the other language says it too.
        said.has("value=\"Tỉnh Quảng Trị\"").has("value=\"2026-12-01\"");
        administrator
            .post(&format!("{give}?lang=en"), &auditor)
            .await
            .is(422)
            .has("Approver of a province")
            .has("the role &#34;Auditor&#34;")
            .has("on the same day");
        assert_eq!(rights(&world, "tinhmau").await.len(), 1);
        // A last day before the other begins mends it; both on the last day would not.
        let mau = world.unit("Tỉnh Mẫu").to_string();
        let taken = [("role", "province-approver"), ("unit", mau.as_str())];
        administrator.post(&format!("{at}/rights/removal"), &taken).await.is(303);
        administrator.post(&give, &auditor).await.is(303);
        let approver = [("role", "province-approver"), ("unit", "Tỉnh Mẫu"), ("until", "2026-12-01")];
        administrator.post(&give, &approver).await.is(422).has("Người kiểm tra nhật ký");
        administrator.post(&give, &[approver[0], approver[1], ("until", "2026-11-30")]).await.is(303);
        // Ended, it is renewed for other days only.
        world.wait(12 * 24 * 60);
        let administrator = world.person("quantri").await;
        administrator.post(&give, &approver[..2]).await.is(422).has("không trùng nhau");
        assert_eq!(rights(&world, "tinhmau").await, [("auditor".to_owned(), world.unit("Tỉnh Quảng Trị"))]);
    }
}

#[tokio::test]
async fn who_handles_tips_never_keeps_the_identities() {
    for world in worlds().await {
        let administrator = administrator(&world).await;
        for (name, unit) in [("xemmau", "Tỉnh Mẫu"), ("xa02", "Xã Mẫu 02")] {
            let give = format!("{}/rights", account(&world, name).await);
            administrator.post(&give, &[("role", "tip-handler"), ("unit", unit)]).await.is(303);
            let custodian = [("role", "tip-custodian"), ("unit", "Toàn quốc")];
            administrator.post(&give, &custodian).await.is(422).has("Người xử lý tin quần chúng");
        }
        let give = format!("{}/rights", account(&world, "quantrimau").await);
        for role in ["tip-handler", "tip-custodian", "province-approver", "auditor"] {
            administrator.post(&give, &[("role", role), ("unit", "Tỉnh Mẫu")]).await.is(422).has("Người quản trị");
        }
        // There are no tips: they read what a reader reads, and no more.
        let handler = [("role", "tip-handler"), ("unit", "Tỉnh Mẫu")];
        administrator.post(&format!("{}/rights", account(&world, "xa01").await), &handler).await.is(303);
        let page = world.person("kiemtra").await.get("/audit/rights").await;
        page.is(200).has("Vai trò không đi cùng nhau").has("Người giữ danh tính người báo tin");
    }
}

#[tokio::test]
async fn nobody_is_handed_what_does_not_go_with_their_rights() {
    for world in worlds().await {
        let administrator = administrator(&world).await;
        let at = format!("{}/handover", account(&world, "tinhmau").await);
        for kind in ["deputy", "transfer", "leaving"] {
            let typed = [("kind", kind), ("to", "kiemtramau"), ("until", "2026-11-30")];
            let said = administrator.post(&at, &typed).await;
            said.is(422).has("Người kiemtramau đã được giao vai trò").has("value=\"kiemtramau\"");
            administrator.post(&at, &[&typed[..], &[("sure", "yes")]].concat()).await.is(422);
        }
        assert_eq!(rights(&world, "kiemtramau").await, [("auditor".to_owned(), world.unit("Tỉnh Mẫu"))]);
        assert_eq!(rights(&world, "tinhmau").await.len(), 1);
        // An administrator of the province is told no more of a right elsewhere than that it is there.
        let give = format!("{}/rights", account(&world, "xemmau").await);
        administrator.post(&give, &[("role", "auditor"), ("unit", "Tỉnh Quảng Trị")]).await.is(303);
        let near = world.person("quantrimau").await;
        let said = near.post(&at, &[("kind", "transfer"), ("to", "xemmau")]).await;
        said.is(422).has("Ngoài phạm vi bạn quản lý, Người xemmau");
        assert!(!said.text.contains("Quảng Trị") && !said.text.contains("Người kiểm tra nhật ký"), "{}", said.text);
        // Somebody whose rights go with it gets it.
        administrator.post(&at, &[("kind", "transfer"), ("to", "nhapmau"), ("sure", "yes")]).await.is(303);
    }
}

#[tokio::test]
async fn a_right_follows_its_unit_only_beside_rights_that_go_with_it() {
    for world in worlds().await {
        let register = world.app.register.get();
        let today = world.app.clock.today();
        let closed = register
            .states()
            .iter()
            .filter(|it| it.until <= today && it.level == kernel::Level::Commune && !it.synthetic);
        let merged = closed.map(|it| it.id).find(|it| register.heirs(*it, today).len() == 1).unwrap();
        // From before the rule: an auditor with an approver's right at a unit that is no more.
        let sql = "insert into account_grant (account_id, role, unit_id, valid_from)
                   values ((select id from account where name = 'kiemtra'), 'commune-approver', $1, '2020-01-01')";
        world.app.db.read().await.unwrap().query(sql).bind(merged.0).run().await.unwrap();
        let administrator = world.person("quantri").await;
        let page = administrator.get("/accounts/successions").await;
        page.is(200).has("Cần người quyết định").has("Người kiemtra").has("không đi cùng vai trò khác");
        assert!(!page.text.contains("name=\"seen\""), "nothing is clear: {}", page.text);
        // Without the other right it follows.
        let id = account(&world, "kiemtra").await;
        let nation = world.unit("Toàn quốc").to_string();
        administrator.post(&format!("{id}/rights/removal"), &[("role", "auditor"), ("unit", &nation)]).await.is(303);
        let page = administrator.get("/accounts/successions").await;
        let seen = hidden(&page.text, "seen").to_owned();
        administrator.post("/accounts/successions", &[("seen", &seen)]).await.is(303);
        let heir = register.heirs(merged, today)[0];
        assert_eq!(rights(&world, "kiemtra").await, [("commune-approver".to_owned(), heir)]);
    }
}
