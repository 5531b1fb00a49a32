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
