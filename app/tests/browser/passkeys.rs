//! A passkey from its first day to its last, through Chromium's virtual authenticator.

use crate::{
    browser::{Window, visit},
    site::Site,
};
use std::sync::Arc;

#[tokio::test]
async fn a_passkey_is_added_signs_in_and_is_removed() {
    let site = Arc::new(Site::start());
    visit(&site, Window::DESK, |visitor| async move {
        visitor.plug_in_passkeys().await;
        visitor.open_by_name("/sign-in").await;
        visitor.fill("input[name=name]", "tinhmau").await;
        visitor.fill("input[name=password]", app::demo::PASSWORD).await;
        visitor.click("main form button").await;
        visitor.open_by_name("/account/factors").await;
        visitor.look("factors").await;
        visitor.click("form[action='/account/passkeys/question'] button").await;
        visitor.look("passkey-new").await;
        visitor.fill("input[name=name]", "khóa thử").await;
        visitor.click("form[data-passkey] button").await;
        let codes = visitor.text().await;
        assert!(visitor.has(".codes li:nth-child(10)").await, "ten recovery codes:\n{codes}");
        visitor.look("recovery-codes").await;
        visitor.open_by_name("/account/factors").await;
        assert!(visitor.text().await.contains("khóa thử"));

        // Out, and in again without name or password.
        visitor.sign_out().await;
        visitor.open_by_name("/sign-in?next=/account/factors").await;
        visitor.click("form[action='/sign-in/passkey/question'] button").await;
        visitor.look("passkey-sign-in").await;
        visitor.click("form[data-passkey] button").await;
        assert_eq!(visitor.path().await, "/account/factors", "{}", visitor.text().await);
        assert!(visitor.text().await.contains("dùng lần cuối"));
        visitor.look("factors-passkey").await;

        // The password alone is no longer enough.
        visitor.sign_out().await;
        visitor.open_by_name("/sign-in").await;
        visitor.fill("input[name=name]", "tinhmau").await;
        visitor.fill("input[name=password]", app::demo::PASSWORD).await;
        visitor.click("main form button").await;
        assert!(visitor.path().await.starts_with("/sign-in/code"), "{}", visitor.path().await);
        visitor.look("sign-in-code").await;
        visitor.click("form[action='/sign-in/passkey/question'] button").await;
        visitor.click("form[data-passkey] button").await;

        visitor.open_by_name("/account/factors").await;
        visitor.fill("input[name=password]", app::demo::PASSWORD).await;
        visitor.click("button[name=passkey]").await;
        assert!(!visitor.text().await.contains("khóa thử"), "{}", visitor.text().await);
    })
    .await;
}

#[tokio::test]
async fn without_scripts_the_page_says_what_to_do_instead() {
    let site = Arc::new(Site::start());
    visit(&site, Window::PHONE_PLAIN, |visitor| async move {
        visitor.open("/sign-in").await;
        visitor.click("form[action='/sign-in/passkey/question'] button").await;
        assert!(visitor.text().await.contains("JavaScript đang tắt"), "{}", visitor.text().await);
        visitor.look("passkey-plain").await;
        visitor.open("/account/factors/app").await;
        assert!(visitor.path().await.starts_with("/sign-in"));
        visitor.sign_in("tinhmau").await;
        visitor.look_at("/account/factors/app", "factor-app").await;
    })
    .await;
}
