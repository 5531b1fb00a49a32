//! What somebody with an account sees, takes away and asks of what is held about them.

use axum::http::header;

use crate::world::{World, worlds};

#[tokio::test]
async fn everybody_sees_takes_away_and_asks_about_their_own_only() {
    for world in worlds().await {
        let (own, other) = (world.person("xa01").await, world.person("xa02").await);
        other.post("/account/sessions/removal", &[]).await.is(303);
        let page = own.get("/account/data").await;
        page.is(200).has("Người xa01").has("Xã Mẫu 01").has("Đang mở: 1").has("Bạn có thể còn tên ở chức vụ chưa nối");
        assert!(!page.text.contains("xa02") && !page.text.contains("Kết thúc lần đăng nhập khác"));
        let file = own.get("/account/data.json").await;
        assert!(file.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains("my-data.json"));
        let json: serde_json::Value = serde_json::from_slice(&file.bytes).unwrap();
        assert_eq!(json["account"]["name"], "xa01");
        assert_eq!(json["account"]["rights"][0]["role"], "commune-recorder");
        assert_eq!(json["account"]["sessions"].as_array().unwrap().len(), 1);
        assert!(!file.text.contains("$argon2") && !file.text.contains("xa02"), "no secret, nobody else");
        // What was taken is in the audit, and from then on in what is told.
        other.get("/account/data").await.has("Kết thúc lần đăng nhập khác: 1");
        own.get("/account/data").await.has("Tải tệp ra: 1");

        own.post("/account/data/requests", &[]).await.is(422).has("Chọn");
        let ask = [("kind", "restrict"), ("about", "roster")];
        assert_eq!(own.post("/account/data/requests", &ask).await.to(), "/account/data?done=privacy-own-asked");
        own.get("/account/data").await.has("Đang chờ trả lời: Hạn chế xử lý");
        own.post("/account/data/requests", &ask).await.is(422).has("đang chờ trả lời");
        other.post("/account/data/requests", &ask).await.is(303);
        // It reaches the officer, with the clock of the law, and no other.
        let officer = world.person("dulieumau").await;
        let list = officer.get("/privacy/requests").await.text;
        let ids = list.split("href=\"/privacy/requests/").skip(1).map(|it| it.split('"').next().unwrap());
        let ids: Vec<&str> = ids.filter(|it| *it != "new").collect();
        assert_eq!(ids.len(), 2, "{list}");
        let id = ids[0];
        officer.get(&format!("/privacy/requests/{id}")).await.has("Người xa0").has("Từ tài khoản của người yêu cầu");
        world.person("dulieu").await.get(&format!("/privacy/requests/{id}")).await.is(404);
    }
}

/// Somebody with this sign-in name and a given full name who records for a commune.
async fn namesake(world: &World, name: &str, full_name: &str) {
    let unit = world.unit("Xã Mẫu 01");
    let account = access::NewAccount {
        name: name.to_owned(),
        full_name: full_name.to_owned(),
        post: String::new(),
        password: "một mật khẩu dài".to_owned(),
        role: world.role(web::Duty::Recorder, unit),
        unit,
    };
    access::add_account(&world.app, &world.demo_who(), &account).await.unwrap();
}

#[tokio::test]
async fn namesakes_at_one_unit_have_their_own_requests() {
    for world in worlds().await {
        for name in ["mot", "hai"] {
            namesake(&world, name, "Người Trùng Tên").await;
        }
        let (one, two) = (world.person("mot").await, world.person("hai").await);
        let ask = [("kind", "see"), ("about", "account")];
        one.post("/account/data/requests", &ask).await.is(303);
        one.get("/account/data").await.has("Đang chờ trả lời: Xem");
        let page = two.get("/account/data").await;
        page.is(200).has("Người Trùng Tên");
        assert!(!page.text.contains("Đang chờ trả lời"), "{}", page.text);
        one.post("/account/data/requests", &ask).await.is(422).has("đang chờ trả lời");
        two.post("/account/data/requests", &ask).await.is(303);
        // What an officer writes down under the same name is nobody's account's.
        let officer = world.person("dulieumau").await;
        let paper = [("kind", "delete"), ("about", "account"), ("channel", "paper"), ("applicant", "Người Trùng Tên")];
        officer.post("/privacy/requests", &paper).await.is(303);
        assert_eq!(one.get("/account/data").await.text.matches("Đang chờ trả lời").count(), 1);
        // Answered and old, it no longer says whose account it came from.
        let list = officer.get("/privacy/requests").await.text;
        for id in list.split("href=\"/privacy/requests/").skip(1).map(|it| it.split('"').next().unwrap()) {
            if id != "new" {
                let answer = [("revision", "1"), ("outcome", "done"), ("answer", "Đã gửi bản sao")];
                officer.post(&format!("/privacy/requests/{id}/answer"), &answer).await.is(303);
            }
        }
        assert!(!one.get("/account/data").await.text.contains("Đang chờ trả lời"));
        let linked = "select cast(count(*) as bigint) from data_request where account_id is not null";
        let mut conn = world.app.db.read().await.unwrap();
        let (count,): (i64,) = conn.query(linked).one().await.unwrap();
        assert_eq!(count, 2);
        drop(conn);
        world.wait(60 * 24 * 732);
        privacy::run(&world.app, &world.demo_who(), false).await.unwrap();
        let (count,): (i64,) = world.app.db.read().await.unwrap().query(linked).one().await.unwrap();
        assert_eq!(count, 0);
    }
}

#[tokio::test]
async fn a_linked_identity_is_told_whichever_provider_is_asked_today() {
    for world in worlds().await {
        let id = access::find_account(&world.app, &world.demo_who(), "xa01").await.unwrap().unwrap();
        for (issuer, subject, confirmed) in
            [("https://cu.example", "can-bo-7", Some(1)), ("https://moi.example", "7f3a", None)]
        {
            let sql = "insert into provider_link (issuer, subject, account_id, linked_at, confirmed_at)
                       values ($1, $2, $3, 1, $4)";
            let mut conn = world.app.db.read().await.unwrap();
            conn.query(sql).bind(issuer).bind(subject).bind(id.0).bind(confirmed).run().await.unwrap();
        }
        assert!(world.app.settings.provider.is_none());
        let own = world.person("xa01").await;
        let page = own.get("/account/data").await;
        page.is(200).has("can-bo-7 (https://cu.example)").has("7f3a (https://moi.example)").has("bạn chưa xác nhận");
        let json: serde_json::Value = serde_json::from_slice(&own.get("/account/data.json").await.bytes).unwrap();
        let identities = &json["account"]["identities"];
        assert_eq!(identities[0]["issuer"], "https://cu.example");
        assert_eq!((&identities[0]["confirmed"], &identities[1]["confirmed"]), (&true.into(), &false.into()));
        assert!(!world.person("xa02").await.get("/account/data").await.text.contains("can-bo-7"));
    }
}

#[tokio::test]
async fn a_linked_post_is_told_to_its_holder_alone_as_long_as_the_account_is_open() {
    for world in worlds().await {
        let (recorder, unit) = (world.person("xa01").await, world.unit("Xã Mẫu 01"));
        namesake(&world, "bi.thu", "Người Mẫu Có Tài Khoản").await;
        let fields = [
            ("post", "committee-head"),
            ("full_name", "Người Mẫu Có Tài Khoản"),
            ("from", "2026-01-15"),
            ("trained_on", "2026-03-01"),
            ("consent", "1"),
        ];
        recorder.post(&format!("/units/{unit}/people"), &fields).await.is(303);
        let roster = recorder.get(&format!("/units/{unit}/people")).await.text;
        let id = roster.split("href=\"/terms/").nth(1).unwrap().split('"').next().unwrap();
        let (term, at) = (format!("/terms/{id}"), format!("/terms/{id}/account"));
        // Somebody of another unit, somebody who is not there, somebody who only reads.
        for name in ["xa02", "khong-co"] {
            let wrong = recorder.post(&at, &[("revision", "1"), ("account", name)]).await;
            wrong.is(422).has("không có tài khoản đang dùng nào tên").has(&format!("value=\"{name}\""));
        }
        world.person("xemmau").await.post(&at, &[("revision", "1"), ("account", "bi.thu")]).await.is(403);
        world.person("xa02").await.post(&at, &[("revision", "1"), ("account", "xa02")]).await.is(404);
        recorder.post(&at, &[("revision", "1"), ("account", "BI.THU")]).await.is(303);
        recorder.post(&at, &[("revision", "1"), ("account", "")]).await.is(409);
        recorder.get(&term).await.has("bi.thu (Người Mẫu Có Tài Khoản)");
        assert!(!world.person("xemmau").await.get(&term).await.is(200).text.contains("bi.thu"));

        let own = world.person("bi.thu").await;
        let page = own.get("/account/data").await;
        page.is(200).has("Xã Mẫu 01, Tỉnh Mẫu, từ 15/01/2026; tập huấn gần nhất 01/03/2026; Phiếu phiên bản 1");
        let json: serde_json::Value = serde_json::from_slice(&own.get("/account/data.json").await.bytes).unwrap();
        assert_eq!(json["posts"][0]["post"], "committee-head");
        assert_eq!(json["posts"][0]["full_name"], "Người Mẫu Có Tài Khoản");
        let other = recorder.get("/account/data.json").await;
        assert!(!other.text.contains("committee-head"), "{}", other.text);

        // What is restricted is still told to its owner, and its link to nobody else.
        let officer = world.person("dulieumau").await;
        officer.post(&format!("{term}/restriction"), &[("revision", "2")]).await.is(303);
        own.get("/account/data").await.has("đang hạn chế xử lý theo yêu cầu");
        officer.post(&format!("{term}/restriction/removal"), &[("revision", "3")]).await.is(303);

        // It ends with the account: at once for who looks, and soon in what is kept.
        let who = world.demo_who();
        let account = access::find_account(&world.app, &who, "bi.thu").await.unwrap().unwrap();
        access::close_account(&world.app, &who, account).await.unwrap();
        assert!(!recorder.get(&term).await.is(200).text.contains("bi.thu"));
        let count = |removed: &[privacy::Removed]| removed.iter().find(|it| it.rule.code == "link").unwrap().count;
        assert_eq!(count(&privacy::run(&world.app, &who, false).await.unwrap()), 0);
        world.wait(60 * 24 * 2);
        assert_eq!(count(&privacy::run(&world.app, &who, true).await.unwrap()), 1);
        assert_eq!(count(&privacy::run(&world.app, &who, false).await.unwrap()), 1);
        assert_eq!(count(&privacy::run(&world.app, &who, false).await.unwrap()), 0);
        let recorder = world.person("xa01").await;
        recorder.get(&term).await.is(200).has("Người Mẫu Có Tài Khoản");
        recorder.post(&at, &[("revision", "5"), ("account", "bi.thu")]).await.is(422);
        let audit = world.person("kiemtramau").await.get("/audit?act=people").await;
        audit.has("Nối nhiệm kỳ với tài khoản").has("Bỏ nối nhiệm kỳ với tài khoản đã đóng");
    }
}

#[tokio::test]
async fn a_link_goes_with_the_name_and_does_not_pass_to_who_follows() {
    const LINKED: &str = "select cast(count(*) as bigint) from post_term where account_id is not null";
    for world in worlds().await {
        let (recorder, unit) = (world.person("xa01").await, world.unit("Xã Mẫu 01"));
        namesake(&world, "bi.thu", "Người Mẫu Có Tài Khoản").await;
        let fields = [("full_name", "Người Mẫu Một"), ("from", "2026-01-15"), ("consent", "1")];
        let add = [&fields[..], &[("post", "committee-head")]].concat();
        recorder.post(&format!("/units/{unit}/people"), &add).await.is(303);
        let roster = recorder.get(&format!("/units/{unit}/people")).await.text;
        let id = roster.split("href=\"/terms/").nth(1).unwrap().split('"').next().unwrap();
        let term = format!("/terms/{id}");
        recorder.post(&format!("{term}/account"), &[("revision", "1"), ("account", "bi.thu")]).await.is(303);
        let next = [("revision", "2"), ("until", "2026-11-21"), ("full_name", "Người Mẫu Hai"), ("consent", "1")];
        recorder.post(&format!("{term}/handover"), &next).await.is(303);
        let mut conn = world.app.db.read().await.unwrap();
        let (count,): (i64,) = conn.query(LINKED).one().await.unwrap();
        assert_eq!(count, 1, "the old term's alone");
        recorder.post(&format!("{term}/withdrawal"), &[("revision", "3")]).await.is(303);
        let (count,): (i64,) = conn.query(LINKED).one().await.unwrap();
        assert_eq!(count, 0);
        recorder.post(&format!("{term}/account"), &[("revision", "4"), ("account", "bi.thu")]).await.is(409);
    }
}
