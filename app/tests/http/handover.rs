//! People leave, are away, change places; units merge: what becomes of rights and of the work that is open.

use kernel::{Level, UnitId};

use crate::{
    returns::{MONTH, hidden, open, send},
    world::{World, worlds},
};

async fn id_of(world: &World, name: &str) -> String {
    access::find_account(&world.app, &world.demo_who(), name).await.unwrap().unwrap().to_string()
}

#[tokio::test]
async fn a_deputy_acts_until_a_day_and_the_one_away_keeps_everything() {
    for world in worlds().await {
        let administrator = world.person("quantrimau").await;
        let at = format!("/accounts/{}/handover", id_of(&world, "xa01").await);
        administrator.get(&at).await.is(200).has("Bàn giao công việc").has("name=\"to\"");
        // All that is wrong at once, with what was typed.
        let wrong = administrator.post(&at, &[("to", "khong-co")]).await;
        wrong.is(422).has("Hãy chọn một việc").has("value=\"khong-co\"").has("tên khong-co");
        let typed = [("kind", "deputy"), ("to", "quantrimau"), ("until", "")];
        administrator
            .post(&at, &typed)
            .await
            .is(422)
            .has("không nhận việc thay")
            .has("ngày cuối cùng của việc ủy quyền");
        for until in ["2026-11-20", "2028-11-20", "mai"] {
            administrator.post(&at, &[("kind", "deputy"), ("to", "xa02"), ("until", until)]).await.is(422);
        }
        // Somebody of another province is not there.
        administrator.post(&at, &[("kind", "transfer"), ("to", "quangtri")]).await.is(422).has("tên quangtri");
        let (away, deputy) = (world.person("xa01").await, world.person("xa02").await);
        let unit = format!("/units/{}", world.unit("Xã Mẫu 01"));
        let typed = [("kind", "deputy"), ("to", "xa02"), ("until", "2026-11-30")];
        administrator.post(&at, &typed).await.is(200).has("Người xa02").has("30/11/2026");
        deputy.get(&unit).await.is(404);
        let sure = [typed[0], typed[1], typed[2], ("sure", "yes")];
        assert!(administrator.post(&at, &sure).await.to().ends_with("?done=handed-over"));
        deputy.get(&unit).await.is(200);
        deputy.get(&format!("/units/{}", world.unit("Xã Mẫu 02"))).await.is(200);
        away.get(&unit).await.is(200);
        let page = administrator.get(&format!("/accounts/{}", id_of(&world, "xa02").await)).await;
        page.is(200).has("thay người vắng mặt, từ 21/11/2026 đến hết 30/11/2026");
        // A second time there is nothing to give.
        administrator.post(&at, &typed).await.is(200).has("đã có quyền này");
        world.wait(10 * 24 * 60);
        world.person("xa02").await.get(&unit).await.is(404);
        world.person("xa01").await.get(&unit).await.is(200);
    }
}

#[tokio::test]
async fn open_work_goes_on_where_it_stands_when_rights_pass_to_another() {
    for world in worlds().await {
        let (administrator, before, after) =
            (world.person("quantrimau").await, world.person("xa01").await, world.person("xa02").await);
        let work = open(&before, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&before, &work, &MONTH[..2], "save").await.is(303);
        after.get(&work).await.is(404);
        let at = format!("/accounts/{}/handover", id_of(&world, "xa01").await);
        let typed = [("kind", "transfer"), ("to", "xa02"), ("sure", "yes")];
        administrator.post(&at, &typed).await.is(303);
        before.get(&work).await.is(403);
        after.get("/work").await.is(200).has("Xã Mẫu 01");
        after.get(&work).await.is(200).has("1.250");
        send(&after, &work, &MONTH, "submit").await.is(303);
        administrator.post(&at, &typed).await.is(422).has("không có quyền nào đang dùng");
    }
}

#[tokio::test]
async fn who_leaves_leaves_nothing_behind() {
    for world in worlds().await {
        let (administrator, leaving) = (world.person("quantrimau").await, world.person("xa01").await);
        let id = id_of(&world, "xa01").await;
        let reader = [("role", "committee-reader"), ("unit", "Xã Mẫu 03")];
        administrator.post(&format!("/accounts/{id}/rights"), &reader).await.is(303);
        let at = format!("/accounts/{id}/handover");
        administrator.post(&at, &[("kind", "leaving")]).await.is(422).has("tên đăng nhập của người nhận");
        // Each right may go its own way; to nobody only if that is said.
        let own = format!("to.committee-reader.{}", world.unit("Xã Mẫu 03"));
        let typed = [("kind", "leaving"), ("to", "xa02"), (own.as_str(), "-")];
        administrator.post(&at, &typed).await.is(200).has("Không giao cho ai").has("Người xa02");
        leaving.get("/work").await.is(200);
        let sure = [typed[0], typed[1], typed[2], ("sure", "yes")];
        assert_eq!(administrator.post(&at, &sure).await.to(), "/accounts?done=left");
        assert!(leaving.get("/work").await.to().starts_with("/sign-in"));
        let receiver = world.person("xa02").await;
        receiver.get(&format!("/units/{}", world.unit("Xã Mẫu 01"))).await.is(200);
        receiver.get(&format!("/units/{}", world.unit("Xã Mẫu 03"))).await.is(404);
        let mut conn = world.app.db.read().await.unwrap();
        let sql = "select act from audit_entry where actor = 'quantrimau' and act <> 'access.right-taken' order by seq";
        let acts: Vec<(String,)> = conn.query(sql).all().await.unwrap();
        let acts: Vec<&str> = acts.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(acts, ["access.right-given", "access.left", "access.right-given"]);
        // Whoever hands over somebody's last administrator is told so, and nothing happens.
        let own = format!("/accounts/{}/handover", id_of(&world, "quantrimau").await);
        let typed = [("kind", "leaving"), ("to", "-"), ("sure", "yes")];
        administrator.post(&own, &typed).await.is(422).has("người quản trị cuối cùng");
        administrator.get("/accounts").await.is(200);
    }
}

#[tokio::test]
async fn c9_administrators_give_themselves_nothing() {
    for world in worlds().await {
        let administrator = world.person("quantrimau").await;
        let own = id_of(&world, "quantrimau").await;
        let right = [("role", "committee-reader"), ("unit", "Tỉnh Mẫu")];
        administrator.post(&format!("/accounts/{own}/rights"), &right).await.is(422).has("tự cấp quyền cho mình");
        administrator.get("/work").await.is(403);
    }
}

async fn unit_of(world: &World, name: &str) -> (String, UnitId) {
    let sql = "select g.role, g.unit_id from account_grant g join account a on a.id = g.account_id
               where a.name = $1 and g.valid_until is null";
    let mut conn = world.app.db.read().await.unwrap();
    let (role, unit): (String, i64) = conn.query(sql).bind(name).one().await.unwrap();
    (role, UnitId(unit))
}

#[tokio::test]
async fn rights_follow_a_merged_unit_after_a_look_and_a_split_one_waits_for_a_person() {
    for world in worlds().await {
        let register = world.app.register.get();
        let today = world.app.clock.today();
        let closed =
            register.states().iter().filter(|it| it.until <= today && it.level == Level::Commune && !it.synthetic);
        let merged = closed.map(|it| it.id).find(|it| register.heirs(*it, today).len() == 1).unwrap();
        let heir = register.heirs(merged, today)[0];
        let split = world.unit_on("Thị xã Ba Đồn", "2021-12-31");
        assert!(register.heirs(split, today).len() > 1);
        for (name, role, unit) in [("quangtri", "commune-recorder", merged), ("nhapbo", "district-recorder", split)] {
            let sql = "update account_grant set unit_id = $2, role = $3
                       where account_id = (select id from account where name = $1)";
            // The district's role has ceased; what it was for has not.
            let role = if unit == split { "committee-reader" } else { role };
            let mut conn = world.app.db.read().await.unwrap();
            conn.query(sql).bind(name).bind(unit.0).bind(role).run().await.unwrap();
        }
        let administrator = world.person("quantri").await;
        let page = administrator.get("/accounts/successions").await;
        page.is(200).has("Người quangtri").has(&register.path(heir, today)).has("Người nhapbo").has("Chuyển 1 quyền");
        let seen = hidden(&page.text, "seen").to_owned();
        administrator.post("/accounts/successions", &[("seen", "0")]).await.is(409);
        assert_eq!(unit_of(&world, "quangtri").await.1, merged);
        let done = administrator.post("/accounts/successions", &[("seen", &seen)]).await;
        assert_eq!(done.to(), "/accounts/successions?done=rights-followed");
        assert_eq!(unit_of(&world, "quangtri").await, ("commune-recorder".to_owned(), heir));
        world.person("quangtri").await.get(&format!("/units/{heir}")).await.is(200);
        assert_eq!(unit_of(&world, "nhapbo").await.1, split);
        // Done twice is not done twice.
        administrator.post("/accounts/successions", &[("seen", &seen)]).await.is(409);
        world.person("quantrimau").await.get("/accounts/successions").await.is(200).has("Không có quyền nào");
    }
}
