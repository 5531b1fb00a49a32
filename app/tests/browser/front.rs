//! The pages that anybody may see.

use crate::{
    browser::{Window, visit},
    site::Site,
};
use std::sync::Arc;

#[tokio::test]
async fn the_front_page_and_the_way_in_stand_in_every_window() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.look_at("/", "front").await;
            visitor.look_at("/sign-in", "sign-in").await;
        })
        .await;
    }
}
