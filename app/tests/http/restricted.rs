//! Accounts whose data are kept and not used.

use access::{NewAccount, NewGrant};
use axum::http::{Request, header};
use web::Duty;

use crate::world::{Person, World, encode, worlds};

async fn account(world: &World, name: &str) -> String {
    let id = access::find_account(&world.app, &world.demo_who(), name).await.unwrap().unwrap();
    format!("/accounts/{id}")
}

/// Asks from an account that it be restricted; the request, as the officer's list leads to it.
async fn asked(world: &World, name: &str) -> String {
    let fields = [("kind", "restrict"), ("about", "account")];
    world.person(name).await.post("/account/data/requests", &fields).await.is(303);
    let list = world.person("dulieumau").await.get("/privacy/requests").await.text;
    let ids = list.split("href=\"/privacy/requests/").skip(1).map(|it| it.split('"').next().unwrap());
    let [id] = ids.filter(|it| *it != "new").collect::<Vec<_>>()[..] else { panic!("{list}") };
    format!("/privacy/requests/{id}")
}

/// An administrator of one commune, who manages a part of the rights of "xa01".
async fn administrator_of_a_part(world: &World) -> Person<'_> {
    let (who, unit) = (world.demo_who(), world.unit("Xã Mẫu 02"));
    let new = NewAccount {
        name: "quantrixa".to_owned(),
        full_name: "Người quản trị xã".to_owned(),
        post: String::new(),
        password: "một mật khẩu dài".to_owned(),
        role: world.role(Duty::Administrator, unit),
        unit,
    };
    access::add_account(&world.app, &who, &new).await.unwrap();
    let id = access::find_account(&world.app, &who, "xa01").await.unwrap().unwrap();
    let right = NewGrant { role: "recorder".to_owned(), unit: "Xã Mẫu 02".to_owned(), ..NewGrant::default() };
    access::grant(&world.app, &who, id, &right).await.unwrap();
    world.person("quantrixa").await
}

#[tokio::test]
async fn only_who_manages_all_of_a_restricted_account_still_finds_it() {
    const WHY: [(&str, &str); 1] = [("restrict_why", "Theo yêu cầu của chủ tài khoản")];
    for world in worlds().await {
        let part = administrator_of_a_part(&world).await;
        let (whole, officer) = (world.person("quantrimau").await, world.person("dulieumau").await);
        let (at, request) = (account(&world, "xa01").await, asked(&world, "xa01").await);
        part.get(&at).await.is(200).has("Người xa01");
        part.get("/accounts?q=xa01").await.has("Người xa01");
        // With a reason, by the officer of the unit.
        let restriction = format!("{request}/restriction");
        officer.get(&request).await.is(200).has("đang được dùng bình thường").has("<dd>xa01</dd>");
        officer.post(&restriction, &[("restrict_why", " ")]).await.is(422).has("Hãy ghi vài chữ");
        world.person("dulieu").await.post(&restriction, &WHY).await.is(404);
        whole.post(&restriction, &WHY).await.is(403);
        officer.post(&format!("{restriction}/removal"), &WHY).await.is(409);
        officer.post(&restriction, &WHY).await.is(303);
        officer.post(&restriction, &WHY).await.is(409);
        officer.get(&request).await.has("Đang hạn chế xử lý từ ngày 21/11/2026. Lý do: Theo yêu cầu");

        // Lists, searches, pages, handovers of others do not know it.
        for path in ["/accounts", "/accounts?q=xa01", "/accounts/successions"] {
            let page = part.get(path).await;
            assert!(!page.is(200).text.contains("Người xa01"), "{path}: {}", page.text);
        }
        part.get(&at).await.is(404);
        part.get(&format!("{at}/handover")).await.is(404);
        let right = [("role", "committee-reader"), ("unit", "Xã Mẫu 02")];
        part.post(&format!("{at}/rights"), &right).await.is(404);
        let other = format!("{}/handover", account(&world, "xa02").await);
        let deputy = [("kind", "deputy"), ("to", "xa01"), ("until", "2026-11-30")];
        part.post(&other, &deputy).await.is(422).has("không có tài khoản nào khác tên xa01");
        assert_eq!(part.post("/accounts", &[("name", "xa01")]).await.is(422).text.matches("Người xa01").count(), 0);

        // Who manages all of it finds it, marked, and gives it nothing.
        whole.get("/accounts?q=xa01").await.is(200).has("Người xa01").has("Hạn chế xử lý");
        let page = whole.get(&at).await;
        page.is(200).has("Hạn chế xử lý từ ngày 21/11/2026");
        assert!(!page.text.contains(&format!("action=\"{at}/rights\"")), "no form for another right");
        assert!(!page.text.contains("Theo yêu cầu của chủ tài khoản"), "the reason is the owner's");
        let right = [("role", "committee-reader"), ("unit", "Xã Mẫu 03")];
        whole.post(&format!("{at}/rights"), &right).await.is(422).has("đang hạn chế xử lý nên không nhận thêm");
        for kind in ["deputy", "transfer", "leaving"] {
            let typed = [("kind", kind), ("to", "xa01"), ("until", "2026-11-30"), ("sure", "yes")];
            whole.post(&other, &typed).await.is(422).has("Dữ liệu của tài khoản xa01 đang hạn chế xử lý");
        }
        // Auditors read of it.
        let audit = world.person("kiemtramau").await.get("/audit?act=access.account-restricted").await;
        audit.is(200).has("Hạn chế xử lý dữ liệu tài khoản").has(request.rsplit('/').next().unwrap());
        assert!(!audit.text.contains("Theo yêu cầu của chủ tài khoản"));

        // Lifted after the answer, with its reason, everything is as before.
        let answer = [("revision", "1"), ("outcome", "done"), ("answer", "Đã hạn chế")];
        officer.post(&format!("{request}/answer"), &answer).await.is(303);
        officer.post(&format!("{restriction}/removal"), &[]).await.is(422).has("Hãy ghi vài chữ");
        let lifted = [("restrict_why", "Chủ tài khoản đề nghị bỏ")];
        officer.post(&format!("{restriction}/removal"), &lifted).await.is(303);
        officer.get(&request).await.has("đã được bỏ. Lý do: Chủ tài khoản đề nghị bỏ");
        part.get(&at).await.is(200);
        whole.post(&format!("{at}/rights"), &right).await.is(303);
    }
}

#[tokio::test]
async fn the_owner_of_a_restricted_account_signs_in_and_reads_what_is_held() {
    const GUIDE: &str = "<section class=\"guide\"";
    for world in worlds().await {
        let request = asked(&world, "xa01").await;
        let (own, officer) = (world.person("xa01").await, world.person("dulieumau").await);
        own.get("/work").await.has(GUIDE);
        let why = [("restrict_why", "Đang làm rõ họ tên ghi sai")];
        officer.post(&format!("{request}/restriction"), &why).await.is(303);
        let form = format!("name=xa01&password={}", encode("một mật khẩu dài"));
        let sign_in = Request::post("/sign-in")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(form));
        assert_eq!(world.send(sign_in.unwrap()).await.is(303).to(), "/work");
        // The rights they have go on; what they did is not used to tell them what to do next.
        let work = own.get("/work").await;
        assert!(!work.is(200).text.contains(GUIDE), "{}", work.text);
        own.get("/account/data")
            .await
            .has("được giữ mà không dùng từ 09:00, 21/11/2026")
            .has("Đang làm rõ họ tên ghi sai");
        let json: serde_json::Value = serde_json::from_slice(&own.get("/account/data.json").await.bytes).unwrap();
        assert_eq!(json["account"]["restricted_why"], "Đang làm rõ họ tên ghi sai");
        assert!(json["account"]["restricted_since"].as_str().unwrap().starts_with("2026-11-21 "));
        let lifted = [("restrict_why", "Đã sửa họ tên")];
        officer.post(&format!("{request}/restriction/removal"), &lifted).await.is(303);
        own.get("/account/data").await.has("Việc hạn chế xử lý đã được bỏ. Lý do: Đã sửa họ tên");
        own.get("/work").await.has(GUIDE);
    }
}

#[tokio::test]
async fn an_account_is_restricted_for_who_asked_on_paper() {
    for world in worlds().await {
        let officer = world.person("dulieumau").await;
        let fields = |about, account| {
            [
                ("kind", "restrict"),
                ("about", about),
                ("channel", "paper"),
                ("applicant", "Người Mẫu Giấy"),
                ("account", account),
            ]
        };
        let wrong = officer.post("/privacy/requests", &fields("account", "khong-co")).await;
        wrong.is(422).has("không có tài khoản nào tên này").has("value=\"khong-co\"");
        // Somebody of another province is not there; a roster line is no account.
        officer.post("/privacy/requests", &fields("account", "quangtri")).await.is(422);
        officer.post("/privacy/requests", &fields("roster", "xa02")).await.is(422).has("Chỉ ghi tên đăng nhập");
        officer.get("/privacy/requests").await.has("Không có yêu cầu nào đang chờ");
        let done = officer.post("/privacy/requests", &fields("account", "XA02")).await;
        let request = done.is(303).to().split('?').next().unwrap().to_owned();
        let why = [("restrict_why", "Đơn trên giấy")];
        officer.post(&format!("{request}/restriction"), &why).await.is(303);
        world.person("xa02").await.get("/account/data").await.has("Đơn trên giấy").has("Đang chờ trả lời");
        // Without an account there is nothing to restrict.
        let none = officer.post("/privacy/requests", &fields("account", "")).await;
        let none = none.is(303).to().split('?').next().unwrap().to_owned();
        officer.post(&format!("{none}/restriction"), &why).await.is(404);
        assert!(!officer.get(&none).await.is(200).text.contains("restrict_why"));
    }
}

#[tokio::test]
async fn a_right_of_a_restricted_account_does_not_follow_its_unit_by_itself() {
    for world in worlds().await {
        let register = world.app.register.get();
        let today = world.app.clock.today();
        let closed = register.states().iter().filter(|it| it.until <= today && it.level == kernel::Level::Commune);
        let merged = closed.map(|it| it.id).find(|it| register.heirs(*it, today).len() == 1).unwrap();
        let mut conn = world.app.db.read().await.unwrap();
        let sql = "update account_grant set unit_id = $1, role = 'commune-recorder'
                   where account_id = (select id from account where name = 'quangtri')";
        conn.query(sql).bind(merged.0).run().await.unwrap();
        let administrator = world.person("quantri").await;
        administrator.get("/accounts/successions").await.is(200).has("Chuyển 1 quyền");
        conn.query("update account set restricted_at = 1 where name = 'quangtri'").run().await.unwrap();
        let page = administrator.get("/accounts/successions").await;
        page.is(200).has("Người quangtri").has("Cần người quyết định");
        assert!(!page.text.contains("name=\"seen\""), "{}", page.text);
    }
}
