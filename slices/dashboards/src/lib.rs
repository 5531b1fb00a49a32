//! What the figures say of a unit: its own page, the way from a total down to the return that holds it, and the
//! accepted version itself.
//!
//! - `GET /units/{id}`: who the unit is, the telling figures of a period, the units below, every figure.
//! - `GET /units/{id}/figures/{code}`: how one total is composed, with a link one level down and to each source.
//! - `GET /units/{id}/neighbours`: one indicator beside the units of the same kind, by name.
//! - `GET /units/{id}/wall`: the same figures for a screen on a wall, which turns its pages by itself.
//! - `POST /units/{id}/pins`: what somebody wants on top of a unit's page.
//! - `GET /versions/{id}`: an accepted version of a return, every cell of it.
//!
//! All ask for `returns.read` over the unit; out of scope is not found, and the past of a unit of which only some
//! heirs are in scope is shown and marked. Nothing here adds anything up: totals come from the engine, words for them
//! from `returns::figure`. Counts of denunciation, of people reformed, of crime and of key areas stand on a unit's own
//! page as plain numbers: never compared between units, never held against the year before, never drawn or pinned.

mod acts;
mod children;
mod drill;
mod heed;
mod neighbours;
mod shown;
mod store;
mod trend;
mod unit_page;
mod version_page;
mod wall;

use returns::READ;
use web::{Nav, Right, Slice, get, post};

/// The slice.
pub const SLICE: Slice = Slice {
    name: "dashboards",
    routes: || {
        vec![
            get("/units/{id}", Right::May(READ), unit_page::show),
            get("/units/{id}/figures/{code}", Right::May(READ), drill::show),
            post("/units/{id}/pins", Right::May(READ), drill::pin),
            get("/units/{id}/neighbours", Right::May(READ), neighbours::show),
            get("/units/{id}/wall", Right::May(READ), wall::show),
            get("/versions/{id}", Right::May(READ), version_page::show),
        ]
    },
    nav: &[
        Nav { text: "dashboards-nav-neighbours", path: "/units/{id}/neighbours", right: Right::May(READ) },
        Nav { text: "dashboards-nav-wall", path: "/units/{id}/wall", right: Right::May(READ) },
    ],
    permissions: &[],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
