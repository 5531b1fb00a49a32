//! The pages that anybody may see.

use crate::{
    browser::{Window, visit},
    site::Site,
};
use std::sync::Arc;

#[tokio::test]
async fn the_front_page_search_and_the_way_in_stand_in_every_window() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.look_at("/", "front").await;
            visitor.look_at("/units?q=ba+don", "search").await;
            assert!(visitor.text().await.contains("Thị xã Ba Đồn"), "folded search finds Ba Đồn");
            visitor.look_at("/units?q=zzzz", "search-empty").await;
            visitor.look_at("/sign-in", "sign-in").await;
            visitor.look_at("/ui", "parts").await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_and_nothing_shown() {
    let site = Arc::new(Site::start());
    visit(&site, Window::PHONE_PLAIN, |visitor| async move {
        visitor.open("/sign-in").await;
        visitor.fill("input[name=name]", "tinhmau").await;
        visitor.fill("input[name=password]", "không phải").await;
        visitor.click("main form button").await;
        assert!(visitor.path().await.starts_with("/sign-in"));
        assert!(visitor.has(".error-summary").await, "{}", visitor.text().await);
        visitor.look("sign-in-wrong").await;
        visitor.open("/work").await;
        assert!(visitor.path().await.starts_with("/sign-in"), "work is not for strangers");
    })
    .await;
}

#[tokio::test]
async fn a_citizen_finds_all_that_is_for_everybody() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.look_at("/movement", "movement").await;
            visitor.look_at("/help", "help").await;
            visitor.look_at("/news", "news").await;
            visitor.click("main .links a").await;
            visitor.look("news-item").await;
            visitor.look_at("/open", "open").await;
            visitor.click("main tbody a").await;
            visitor.look("open-figures").await;
            visitor.look_at("/search?q=ba+don", "found").await;
            visitor.click("main a[href^='/places/']").await;
            visitor.look("place").await;
            visitor.look_at("/reforms", "reforms").await;
            visitor.open("/feedback").await;
            visitor.fill("textarea", "ngắn").await;
            visitor.click("main form button").await;
            assert!(visitor.has(".error-summary a[href='#topic']").await, "{}", visitor.text().await);
            visitor.look("feedback-wrong").await;
            visitor.find("input[value=site]").await.click().await.unwrap();
            visitor.fill("textarea", "Trang này dễ đọc lắm, cảm ơn.").await;
            visitor.click("main form button").await;
            assert!(visitor.has(".notice.ok").await, "{}", visitor.text().await);
        })
        .await;
    }
}
