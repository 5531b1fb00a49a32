//! The first steps of each role, above the page where its work begins.

use crate::{
    returns::{MONTH, open, send},
    world::worlds,
};

const GUIDE: &str = "<section class=\"guide\"";

#[tokio::test]
async fn first_steps_are_told_by_what_was_done_and_end_with_the_last() {
    for world in worlds().await {
        let (one, other) = (world.person("xa01").await, world.person("xa02").await);
        let work = one.get("/work").await;
        work.has(GUIDE).has("<li aria-current=\"step\"><a href=\"/work\">Mở báo cáo đầu tiên");
        assert!(!work.text.contains("<li class=\"done\">"), "nothing is done yet");
        assert!(!one.get("/units").await.text.contains(GUIDE), "away from home there is none");
        let at = open(&one, "Xã Mẫu 01", "adm:2026-M10").await;
        one.get("/work").await.has("<li class=\"done\"><a href=\"/work\">Mở báo cáo đầu tiên");
        send(&one, &at, &MONTH, "save").await.is(303);
        one.get("/work").await.has("<li aria-current=\"step\"><a href=\"/work\">Bấm “Gửi”");
        send(&one, &at, &MONTH, "submit").await.is(303);
        assert!(!one.get("/work").await.is(200).text.contains(GUIDE), "all steps are taken");
        other.get("/work").await.has(GUIDE).has("<li aria-current=\"step\"><a href=\"/work\">Mở báo cáo đầu tiên");
    }
}

#[tokio::test]
async fn first_steps_stand_where_each_role_is_at_home_until_they_are_put_away() {
    let homes = [
        ("tinhmau", "/work"),
        ("xemmau", "/work"),
        ("quantri", "/accounts"),
        ("kiemtra", "/audit"),
        ("dulieu", "/privacy/register"),
        ("capbo", "/news/desk"),
    ];
    for world in worlds().await {
        for (name, home) in homes {
            world.person(name).await.get(home).await.is(200).has(GUIDE);
        }
        let reader = world.person("xemmau").await;
        let before = world.entries().await;
        // Only an address of ours is gone to.
        let away = [("next", "https://example.org/")];
        assert_eq!(reader.post("/account/guide/removal", &away).await.is(303).to(), "/");
        assert!(!reader.get("/work").await.is(200).text.contains(GUIDE));
        assert_eq!(reader.post("/account/guide/removal", &[("next", "/work")]).await.is(303).to(), "/work");
        assert_eq!(world.entries().await, before + 1, "what is away already is not put away again");
        assert!(!world.person("xemmau").await.get("/work").await.text.contains(GUIDE), "it stays away");
        reader.get("/help").await.is(200).has("class=\"steps\"");
        world.person("tinhmau").await.get("/work").await.has(GUIDE);
    }
}
