//! Figures from all sides: charts, maps, tables, neighbours, the wall; and what auditors and data officers see.

use crate::{
    browser::{Visitor, Window, visit},
    people::open_unit,
    site::Site,
};
use std::sync::Arc;

/// The path of the page that is open, and what follows the question mark.
async fn here(visitor: &Visitor) -> (String, String) {
    let path = visitor.path().await;
    let (path, query) = path.split_once('?').unwrap();
    (path.to_owned(), query.to_owned())
}

#[tokio::test]
async fn a_leader_sees_a_province_from_all_sides() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.sign_in("tinhmau").await;
            visitor.look_at("/", "front-signed-in").await;
            open_unit(&visitor, "tinh+mau", "adm:2026-M09").await;
            let (unit, query) = here(&visitor).await;
            for (page, name) in
                [("map", "map"), ("charts", "charts"), ("table", "table"), ("completeness", "completeness")]
            {
                visitor.look_at(&format!("{unit}/{page}?{query}"), name).await;
            }
            visitor.look_at(&format!("{unit}/series/LAU01"), "series").await;
            // The windows look at one server one after the other: what one pins the next one sees pinned.
            visitor.open(&format!("{unit}/figures/OUT01?{query}")).await;
            if visitor.has("button[value=unpin]").await {
                visitor.click("button[value=unpin]").await;
                visitor.open(&format!("{unit}/figures/OUT01?{query}")).await;
            }
            visitor.click("button[value=pin]").await;
            assert!(visitor.has(".notice.ok").await, "{}", visitor.text().await);
            visitor.look("unit-pinned").await;
            visitor.look_at(&format!("{unit}/wall?{query}&screen=1"), "wall").await;
            visitor.look_at(&format!("{unit}/wall?{query}&screen=3"), "wall-drawn").await;
            open_unit(&visitor, "xa+mau+01", "adm:2026-M09").await;
            let (commune, query) = here(&visitor).await;
            visitor.look_at(&format!("{commune}/neighbours?{query}"), "neighbours").await;
            visitor.look_at("/news/desk", "news-desk").await;
            visitor.look_at("/news/new", "news-new").await;
            visitor.look_at("/feedback/desk", "feedback-desk").await;
        })
        .await;
    }
}

#[tokio::test]
async fn the_nation_is_drawn_on_every_screen() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.sign_in("capbo").await;
            open_unit(&visitor, "toan+quoc", "2021").await;
            let (unit, query) = here(&visitor).await;
            visitor.look("nation").await;
            visitor.look_at(&format!("{unit}/map?{query}"), "map-nation").await;
            visitor.look_at("/open", "open-publish").await;
        })
        .await;
    }
}
