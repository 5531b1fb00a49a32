//! What citizens see: the ways on, news, published figures that tell of nobody, places under old names, feedback.

use axum::{
    body::Body,
    http::{Request, header},
};
use kernel::Period;

use crate::world::{Answer, World, encode, worlds};

/// A page as anybody sees it.
async fn open(world: &World, path: &str) -> Answer {
    world.send(Request::get(path).body(Body::empty()).unwrap()).await
}

/// A form as anybody sends it.
async fn send(world: &World, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(body.join("&"))).unwrap()).await
}

#[tokio::test]
async fn everybody_may_read_what_is_for_everybody() {
    for world in worlds().await {
        for path in ["/", "/movement", "/help", "/news", "/open", "/feedback", "/search?q=phong+trao", "/ui", "/units"]
        {
            for lang in ["vi", "en"] {
                let joint = if path.contains('?') { '&' } else { '?' };
                let answer = open(&world, &format!("{path}{joint}lang={lang}")).await;
                answer.is(200).has("<h1>");
                assert_eq!(answer.text.matches("<h1>").count(), 1, "{path}");
                assert!(!answer.text.contains("portal-") && !answer.text.contains("web-ui-"), "{path} {}", answer.text);
            }
        }
        for path in ["/news/desk", "/news/new", "/feedback/desk"] {
            open(&world, path).await.is(303);
        }
    }
}

#[tokio::test]
async fn news_are_read_once_they_are_published_and_until_they_are_withdrawn() {
    for world in worlds().await {
        let writer = world.person("tinhmau").await;
        let unit = world.unit("Tỉnh Mẫu").to_string();
        let fields =
            [("unit", unit.as_str()), ("title_vi", "Ngày hội ở Xã Mẫu 01"), ("body_vi", "Mời bà con.\n\nLúc 8 giờ.")];
        writer
            .post("/news", &[("unit", unit.as_str()), ("title_vi", ""), ("body_vi", "x")])
            .await
            .is(422)
            .has("Chưa có tiêu đề");
        let written = writer.post("/news", &fields).await;
        written.is(303);
        let edit = written.to().split('?').next().unwrap().to_owned();
        let public = edit.trim_end_matches("/edit").to_owned();
        open(&world, &public).await.is(404);
        assert!(!open(&world, "/news").await.text.contains("Ngày hội ở Xã Mẫu 01"));

        let mut change = fields[1..].to_vec();
        change.extend([("revision", "1"), ("act", "publish")]);
        writer.post(&public, &change).await.is(303);
        open(&world, &public).await.is(200).has("<p>Lúc 8 giờ.</p>").has("Tỉnh Mẫu");
        open(&world, "/news").await.has("Ngày hội ở Xã Mẫu 01");
        open(&world, "/").await.has("Ngày hội ở Xã Mẫu 01");
        open(&world, "/search?q=ngay+hoi+xa+mau").await.has(&public);
        writer.post(&public, &change).await.is(409);

        for stranger in ["quangtri", "duyetquangtri"] {
            let stranger = world.person(stranger).await;
            stranger.get(&edit).await.is(404);
            change[2] = ("revision", "2");
            stranger.post(&public, &change).await.is(404);
        }
        world.person("xa01").await.get("/news/new").await.is(403);
        world.person("xemmau").await.get("/news/desk").await.is(403);

        let mut withdraw = fields[1..].to_vec();
        withdraw.extend([("revision", "2"), ("act", "withdraw")]);
        writer.post(&public, &withdraw).await.is(303);
        open(&world, &public).await.is(404);
        writer.get("/news/desk").await.is(200).has("đã gỡ");
    }
}

/// Four communes of the invented province with figures of a year that is over.
async fn year(world: &World, values: [i64; 4]) {
    let mut csv = "unit_code,on,period,indicator,value,qualifier,coverage\n".to_owned();
    for (at, value) in values.iter().enumerate() {
        for code in ["LAU01", "TIP01"] {
            csv.extend([format!("M000{},2026-05-01,2025,{code},{value},exact,own\n", at + 1)]);
        }
    }
    returns::import::figures(&world.app, "cli:test", "test.csv", csv.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn published_figures_tell_of_nobody() {
    for world in worlds().await {
        year(&world, [3, 20, 30, 40]).await;
        let (mau, approver) = (world.unit("Tỉnh Mẫu").to_string(), world.person("tinhmau").await);
        for (period, unit, status) in [
            ("2026", mau.as_str(), 422),
            ("2025-Q1", mau.as_str(), 422),
            ("2025", "u-1ZZZZ", 404),
            ("2025", &world.unit("Xã Mẫu 01").to_string(), 404),
        ] {
            approver.post("/open", &[("unit", unit), ("period", period)]).await.is(status);
        }
        approver.post("/open", &[("unit", &mau), ("period", "2025")]).await.is(303);
        world.person("xemmau").await.post("/open", &[("unit", &mau), ("period", "2025")]).await.is(403);

        let list = open(&world, "/open").await;
        let (_, after) = list.text.split_once("href=\"/open/").expect("the release is listed");
        let release = format!("/open/{}", after.split('"').next().unwrap());
        let shown = open(&world, &format!("{release}?indicator=LAU01")).await;
        shown.is(200).has("Xã Mẫu 04").has("3 đơn vị gộp chung").has(">53<").has(">93<").has(">40<");
        for alone in [">3<", ">20<", ">30<"] {
            assert!(!shown.text.contains(alone), "{alone} is told");
        }
        let guarded = open(&world, &format!("{release}?indicator=TIP01")).await;
        guarded.is(200).has(">93<");
        assert!(!guarded.text.contains("Xã Mẫu 04"), "guarded figures are not told of communes");

        let csv = open(&world, &format!("{release}/figures.csv")).await;
        csv.is(200).has(",93,total").has(",40,value").has(",,merged").has(",53,merged_sum");
        assert!(!csv.text.contains(",20,") && !csv.text.contains(",3,"), "{}", csv.text);
        let json: serde_json::Value =
            serde_json::from_str(&open(&world, &format!("{release}/figures.json")).await.text).unwrap();
        assert_eq!(json["figures"]["LAU01"]["merged_sum"], 53);
        assert_eq!(json["figures"]["TIP01"]["units"].as_array().unwrap().len(), 0);
        open(&world, &format!("{release}?unit={}", world.unit("Xã Mẫu 01"))).await.is(404);
    }
}

#[tokio::test]
async fn what_was_published_does_not_follow_small_corrections() {
    for world in worlds().await {
        year(&world, [10, 20, 30, 40]).await;
        let who = world.demo_who();
        let mau = world.unit("Tỉnh Mẫu");
        let period = Period::parse("2025").unwrap();
        assert_eq!(portal::release(&world.app, &who, mau, period).await.unwrap(), 0);
        // One commune more reports: what was missing may come only where the total moves by many.
        let csv = "unit_code,on,period,indicator,value,qualifier,coverage\nM0005,2026-05-01,2025,LAU01,1,exact,own\n";
        returns::import::figures(&world.app, "cli:test", "more.csv", csv.as_bytes()).await.unwrap();
        assert_eq!(portal::release(&world.app, &who, mau, period).await.unwrap(), 1);
        let list = open(&world, "/open").await;
        assert_eq!(list.text.matches("href=\"/open/").count(), 1, "one year stands once");
        let (_, after) = list.text.split_once("href=\"/open/").unwrap();
        let shown = open(&world, &format!("/open/{}?indicator=LAU01", after.split('"').next().unwrap())).await;
        shown.has(">100<");
        assert!(!shown.text.contains(">101<"));
        let overlapping = portal::release(&world.app, &who, mau, Period::parse("na:2025").unwrap()).await;
        assert!(matches!(overlapping, Err(web::Error::Refused(_))), "{overlapping:?}");
    }
}

#[tokio::test]
async fn what_became_of_an_old_commune_is_told_to_everybody() {
    for world in worlds().await {
        let found = open(&world, "/search?q=thi+xa+ba+don").await;
        found.is(200).has("Thị xã Ba Đồn").has("nay thuộc");
        let (_, after) = found.text.split_once("href=\"/places/").unwrap();
        let place = open(&world, &format!("/places/{}", after.split('"').next().unwrap())).await;
        place.is(200).has("Thị xã Ba Đồn").has("đến hết 30/06/2025").has("/places/u-");
        assert!(!place.text.contains("href=\"/units/u-"), "figures are for staff");
        open(&world, "/units?q=ba+don").await.has("href=\"/places/u-");
        world.person("capbo").await.get("/units?q=ba+don").await.has("href=\"/units/u-");
        open(&world, "/places/u-1ZZZZ").await.is(404);
        open(&world, "/places/x").await.is(404);
    }
}

#[tokio::test]
async fn feedback_reaches_the_staff_of_the_province_and_nobody_else() {
    for world in worlds().await {
        let mau = world.unit("Tỉnh Mẫu").to_string();
        let text = "Trang này rất dễ đọc, cảm ơn.";
        send(&world, "/feedback", &[("topic", "site"), ("unit", &mau), ("body", "ngắn")])
            .await
            .is(422)
            .has(">\nngắn</textarea>");
        send(&world, "/feedback", &[("unit", &mau), ("body", text)]).await.is(422).has("Hãy chọn điều bạn muốn góp ý");
        let sent = send(&world, "/feedback", &[("topic", "site"), ("unit", &mau), ("body", text)]).await;
        sent.is(303);
        assert!(sent.headers.get(header::SET_COOKIE).is_none(), "nobody is told from anybody");
        open(&world, sent.to()).await.has("Đã nhận góp ý");

        let desk = world.person("tinhmau").await.get("/feedback/desk").await;
        desk.is(200).has(text);
        assert!(!world.person("duyetquangtri").await.get("/feedback/desk").await.text.contains(text));
        world.person("xa01").await.get("/feedback/desk").await.is(403);
        world.person("capbo").await.get("/search?q=rat+de+doc").await.is(200).has("Không tìm thấy gì");

        let (_, after) = desk.text.split_once("action=\"/feedback/").unwrap();
        let handled = format!("/feedback/{}", after.split('"').next().unwrap());
        world.person("duyetquangtri").await.post(&handled, &[]).await.is(404);
        world.person("tinhmau").await.post(&handled, &[]).await.is(303);
        assert!(!world.person("tinhmau").await.get("/feedback/desk").await.text.contains(text));
    }
}

#[tokio::test]
async fn a_flood_of_feedback_is_dammed_without_knowing_who_sends() {
    for world in worlds().await {
        for at in 0..30 {
            let body = format!("Góp ý số {at} của một người nào đó.");
            send(&world, "/feedback", &[("topic", "movement"), ("body", &body)]).await.is(303);
        }
        let fields = [("topic", "movement"), ("body", "Một góp ý nữa, thật lòng.")];
        send(&world, "/feedback", &fields).await.is(429).has("Một góp ý nữa, thật lòng.").has("10 phút");
        world.wait(11);
        send(&world, "/feedback", &fields).await.is(303);
    }
}

#[expect(clippy::print_stderr, reason = "the size is wanted, not only whether it fits")]
#[tokio::test]
async fn the_first_load_is_light() {
    let world = worlds().await.remove(0);
    let page = open(&world, "/").await;
    let mut sum = world.weigh("/", "").await;
    for (_, after) in page.text.match_indices("href=\"/static/").map(|it| page.text.split_at(it.0 + 6)) {
        let path = after.split('"').next().unwrap();
        match path.rsplit('.').next() {
            Some("css") => sum += world.weigh(path, "").await,
            Some("svg") => sum += open(&world, path).await.text.len(),
            _ => (),
        }
    }
    eprintln!("front page with its stylesheet and icon: {sum} bytes over the wire");
    assert!(sum <= 40 * 1024, "{sum}");
}
