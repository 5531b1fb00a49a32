//! What people of the demo see once they are signed in.

use crate::{
    browser::{Visitor, Window, visit},
    site::Site,
};
use std::sync::Arc;

/// The first hit of the unit search, opened for a period.
pub(crate) async fn open_unit(visitor: &Visitor, search: &str, period: &str) {
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
async fn an_approver_finds_what_waits_and_reviews_it() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.sign_in("tinhmau").await;
            visitor.look_at("/work", "work").await;
            visitor.look_at("/work/board?form=thang&period=adm:2026-M10", "board").await;
            visitor.open("/work").await;
            visitor.click("main a[href^='/returns/']").await;
            visitor.look("review").await;
            open_unit(&visitor, "tinh+mau", "adm:2026-M09").await;
            let unit = visitor.path().await;
            let unit = unit.split('?').next().unwrap_or_default();
            visitor.look_at(&format!("{unit}/brief?period=adm:2026-M09"), "brief").await;
            visitor.look_at(&format!("{unit}/brief/template?wording=month"), "brief-template").await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_recorder_types_a_wrong_figure_and_is_told_at_the_cell() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.sign_in("xa01").await;
            visitor.look_at("/work", "work-recorder").await;
            visitor.look_at("/returns/new", "return-new").await;
            visitor.open("/work").await;
            visitor.click("main td .button").await;
            visitor.look("entry").await;
            visitor.fill("input[name^='v.']", "-5").await;
            visitor.click("button[value=submit]").await;
            assert!(visitor.has(".error-summary a[href^='#v.']").await, "{}", visitor.text().await);
            assert!(visitor.has("input[name^='v.'][aria-invalid=true]").await, "the cell is marked");
            visitor.look("entry-wrong").await;
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

#[tokio::test]
async fn who_approves_draws_up_forms_and_closes_periods() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.sign_in("capbo").await;
            visitor.look_at("/forms", "forms").await;
            visitor.look_at("/forms/new", "form-new").await;
            visitor.look_at("/forms/indicators", "indicators").await;
            visitor.look_at("/forms/import", "forms-import").await;
            visitor.look_at("/forms/thang", "form").await;
            // The first window begins the draft, the others go on with it.
            visitor.click("main .actions > :first-child").await;
            visitor.look("form-draft").await;
        })
        .await;
        visit(&site, window, |visitor| async move {
            visitor.sign_in("tinhmau").await;
            visitor.look_at("/work/lock?form=thang&period=adm:2026-M10", "lock").await;
        })
        .await;
    }
}
