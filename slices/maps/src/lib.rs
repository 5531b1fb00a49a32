//! Figures as maps and charts, drawn by the server, each with its table.
//!
//! - `GET /units/{id}/map?indicator=&period=&boundaries=`: one indicator over the units directly below. The nation is
//!   drawn from outlines, those of 2024 for a day before 2025-07-01 and those of 2025 after; any other unit as numbered
//!   cells that claim no place.
//! - `GET /units/{id}/charts?period=&boundaries=`: the months of a year, one small chart per telling indicator, and a
//!   calendar of who reported.
//!
//! Both ask for `returns.read` over the unit; out of scope is not found. Counts of denunciation, of people reformed, of
//! crime and of key areas, and shares made of them, are never mapped or drawn here: a map of them is a contest or a list
//! of bad places. The rows of tables stand in Vietnamese order of names, never in order of values.

mod charts_page;
mod completeness;
mod map_page;
mod outlines;
mod shown;

pub use outlines::provinces;

use returns::READ;
use web::{Nav, Right, Slice, get};

/// The slice.
pub const SLICE: Slice = Slice {
    name: "maps",
    routes: || {
        vec![
            get("/units/{id}/map", Right::May(READ), map_page::show),
            get("/units/{id}/charts", Right::May(READ), charts_page::show),
        ]
    },
    nav: &[
        Nav { text: "maps-nav-map", path: "/units/{id}/map", right: Right::May(READ) },
        Nav { text: "maps-nav-charts", path: "/units/{id}/charts", right: Right::May(READ) },
    ],
    permissions: &[],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
