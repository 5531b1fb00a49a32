//! Figures for others: tables of many units, periods and indicators on the screen and as files, the years of one
//! indicator, and who has reported in time.
//!
//! - `GET /units/{id}/figures.csv`, `.json`, `.xlsx`: any pivot, streamed; `binhyen export figures` writes the same.
//! - `GET /units/{id}/table`: a pivot of one period to read, sort and compare.
//! - `GET /units/{id}/series/{code}`: one indicator over all periods held.
//! - `GET /units/{id}/completeness`, `.csv`: what was expected, received, late, sent back, missing.
//!
//! All ask for `returns.read` over the unit; out of scope is not found, and a unit of the table that stands out of scope
//! today is left out and counted. Nothing here adds anything up: totals come from the engine, a few hundred at a time,
//! so that a table of any size passes through without ever being held. Counts of denunciation, of people reformed, of
//! crime and of key areas are listed as plain values: nothing is sorted by them, no share and no change is computed.

mod change;
#[cfg(feature = "parquet")]
mod columns;
mod completeness;
mod completeness_page;
mod download;
mod pieces;
mod pivot;
mod series_page;
mod spool;
mod table_page;
mod view;
mod workbook;
mod write;

pub use pieces::Pieces;
pub use pivot::{Asked, Block, Pivot, PivotError, Row};
pub use write::Format;

use returns::READ;
use web::{Nav, Right, Slice, get};

/// The slice.
pub const SLICE: Slice = Slice {
    name: "exchange",
    routes: || {
        vec![
            get("/units/{id}/figures.csv", Right::May(READ), download::csv),
            get("/units/{id}/figures.json", Right::May(READ), download::json),
            get("/units/{id}/figures.xlsx", Right::May(READ), download::xlsx),
            get("/units/{id}/table", Right::May(READ), table_page::show),
            get("/units/{id}/series/{code}", Right::May(READ), series_page::show),
            get("/units/{id}/completeness", Right::May(READ), completeness_page::show),
            get("/units/{id}/completeness.csv", Right::May(READ), completeness_page::csv),
        ]
    },
    nav: &[
        Nav { text: "exchange-nav-table", path: "/units/{id}/table", right: Right::May(READ) },
        Nav { text: "exchange-nav-completeness", path: "/units/{id}/completeness", right: Right::May(READ) },
    ],
    permissions: &[],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
