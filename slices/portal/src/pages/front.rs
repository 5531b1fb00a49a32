use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{Issues, UnitId};
use web::{App, Field, Page, Result, Tile, Tiles, date};

use crate::store::news;

/// So many news on the front page.
const NEWS: i64 = 3;

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    p: &'a Page,
    search: Field<'a>,
    units: Vec<(UnitId, String)>,
    ways: Tiles,
    news: Vec<super::news::Line>,
    uses: Tiles,
}

/// `GET /`: what Bình Yên is, one search, and the ways on.
pub(crate) async fn show(State(app): State<App>, page: Page) -> Result<Response> {
    let register = app.register.get();
    let mut units: Vec<UnitId> = page.who.iter().flat_map(|it| it.grants.iter().map(|grant| grant.1)).collect();
    units.sort_unstable();
    units.dedup();
    let latest = news::published(&mut app.db.read().await?, NEWS, 0).await?;
    let tile = |heading: &str, text: &str, path: &str| Tile {
        heading: page.t(heading),
        path: path.to_owned(),
        lines: vec![page.t(text)],
        ..Tile::default()
    };
    let main = Front {
        p: &page,
        search: Field::new(&page, "q", "portal-search", "", &Issues::new())
            .kind("search", "off")
            .hint(page.t("portal-search-hint"))
            .most(200),
        units: units.into_iter().map(|it| (it, register.path(it, page.today))).collect(),
        ways: Tiles {
            tiles: vec![
                tile("portal-nav-movement", "portal-way-movement", "/movement"),
                tile("portal-way-place-title", "portal-way-place", "/units"),
                tile("portal-nav-open", "portal-way-open", "/open"),
                tile("portal-feedback", "portal-way-feedback", "/feedback"),
            ],
        },
        news: latest.iter().map(|it| super::news::Line::of(&page, &register, it)).collect(),
        uses: Tiles {
            tiles: vec![
                tile("portal-use-commune", "portal-use-commune-text", ""),
                tile("portal-use-above", "portal-use-above-text", ""),
                tile("portal-use-leader", "portal-use-leader-text", ""),
                tile("portal-use-reform", "portal-use-reform-text", ""),
            ],
        },
    };
    page.clone().describes(page.t("portal-lead")).show(&page.t("portal-title"), &main)
}

/// The day of an instant, as it is read.
pub(super) fn day(at: kernel::Instant) -> String {
    date(at.day())
}
