//! What somebody with an account sees, takes away and asks of what is held about them.

use axum::http::header;

use crate::world::{World, worlds};

#[tokio::test]
async fn everybody_sees_takes_away_and_asks_about_their_own_only() {
    for world in worlds().await {
        let (own, other) = (world.person("xa01").await, world.person("xa02").await);
        other.post("/account/sessions/removal", &[]).await.is(303);
        let page = own.get("/account/data").await;
        page.is(200).has("Người xa01").has("Xã Mẫu 01").has("Đang mở: 1").has("không nối với tài khoản");
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
