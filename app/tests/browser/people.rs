//! What people of the demo see once they are signed in.

use crate::{
    browser::{Visitor, Window, visit},
    site::Site,
};
use std::sync::Arc;

/// The first hit of the unit search, opened for a period.
async fn open_unit(visitor: &Visitor, search: &str, period: &str) {
    visitor.open(&format!("/units?q={search}")).await;
    let link = visitor.find("main a[href^='/units/u-']").await.attr("href").await.unwrap().unwrap();
    let path = link.split('?').next().unwrap_or_default();
    visitor.open(&format!("{path}?period={period}")).await;
}

#[tokio::test]
async fn units_show_their_figures_and_the_way_to_the_source() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.sign_in("tinhmau").await;
            open_unit(&visitor, "tinh+mau", "adm:2026-M09").await;
            visitor.look("unit").await;
            assert!(visitor.has(".synthetic").await, "the invented province is marked");
            visitor.click(".tile a.number").await;
            visitor.look("drill").await;
        })
        .await;
    }
}

#[tokio::test]
async fn an_administrator_sees_the_accounts() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.sign_in("quantri").await;
            visitor.look_at("/accounts", "accounts").await;
            visitor.look_at("/accounts/new", "account-new").await;
            visitor.look_at("/account/password", "password").await;
        })
        .await;
    }
}
