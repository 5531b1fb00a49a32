//! A unit's figures for a screen on a wall: large, one page after another, by itself once it is told to.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use returns::view::{Asked, Seen, View, Wish, text};
use web::{App, Chosen, Empty, Error, Page, Pager, Result, Tile, Tiles, Who};

use crate::{shown::Shown, trend, unit_page};

/// Seconds until the page turns.
const TURNS: u32 = 20;
/// So many tiles are read from across a room.
const TILES: usize = 4;
/// What is drawn, each on a page of its own where it is known.
const DRAWN: [&str; 4] = ["LAU01", "MOD02", "STD14", "OUT01"];

#[derive(Template)]
#[template(path = "wall.html")]
struct Wall<'a> {
    p: &'a Page,
    unit: &'a str,
    period: String,
    tiles: Option<Tiles>,
    svg: String,
    empty: Option<Empty>,
    pager: Pager,
    still: bool,
    /// The way to stand still, or to turn again.
    other: String,
    back: String,
}

/// `GET /units/{id}/wall?period=&boundaries=&screen=&turning=`
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let seen = Seen::read(&id, &who, &register, page.today)?;
    let catalogue = catalogue.seen_from(&register, seen.unit, page.today);
    let wish = Wish::read(&asked);
    let view = View::choose(&app, &register, seen.unit, &wish, page.today, unit_page::any(&catalogue))?;
    let state = view.state(&register).ok_or(Error::NotFound)?;
    let page = page.synthetic(state.synthetic);
    let from_above = seen.from_above(&register, view.unit, page.today);
    let shown = Shown { p: &page, register: &register, catalogue: &catalogue, view: &view, from_above };
    let tiles = unit_page::telling_tiles(&app, &shown);
    let drawn = DRAWN.iter().filter_map(|it| catalogue.by_code(it));
    let mut drawn: Vec<String> =
        drawn.filter_map(|it| trend::trend(&app, &page, &view, it, &state.full_name)).map(|it| it.svg).collect();
    let mut tiles: Vec<Vec<Tile>> = tiles.chunks(TILES).map(<[Tile]>::to_vec).collect();
    let screens = tiles.len() + drawn.len();
    let asked_for: usize = text(&asked, "screen").and_then(|it| it.parse().ok()).unwrap_or(1);
    let screen = asked_for.clamp(1, screens.max(1));
    let still = text(&asked, "turning").is_none();
    let path = |screen: usize, still: bool| {
        let turning = if still { "" } else { "&turning=1" };
        format!("/units/{}/wall?{}&screen={screen}{turning}", view.unit, view.query())
    };
    let page = if still || screens < 2 { page } else { page.turning(TURNS, path(screen % screens + 1, false)) };
    let link = |it: usize| Chosen { value: path(it, still), label: it.to_string(), chosen: it == screen };
    let drawn_at = screen.checked_sub(tiles.len() + 1);
    let main = Wall {
        p: &page,
        unit: &state.full_name,
        period: page.period(view.period),
        svg: drawn_at.filter(|it| *it < drawn.len()).map(|it| drawn.swap_remove(it)).unwrap_or_default(),
        tiles: Some(screen - 1).filter(|it| *it < tiles.len()).map(|it| Tiles { tiles: tiles.swap_remove(it) }),
        empty: (screens == 0).then(|| Empty::new(page.t("dashboards-empty"))),
        pager: Pager::new(page.t("dashboards-screens"), (1..=screens).map(link).collect()),
        still,
        other: path(screen, !still),
        back: view.unit_path(view.unit),
    };
    page.show_issues(&state.full_name, &wish.issues, &main)
}
