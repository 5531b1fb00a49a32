//! Which data about persons the program keeps, why, on what legal ground, for how long, and who sees it.
//!
//! The register is a data file, `data/privacy/register.csv`, with a row for every column of every table; a test on both
//! stores fails for a column that nobody declared. Everybody with an account may read it, on a page and as a file: it is
//! the register of processing that Decree 356/2025/NĐ-CP asks for. It knows columns only, no content.

mod pages;
mod register;

pub use register::{Declared, register};

use web::{Nav, Right, Slice, get};

/// The register of processing.
pub const SLICE: Slice = Slice {
    name: "privacy",
    routes: || {
        vec![
            get("/privacy/register", Right::SignedIn, pages::register),
            get("/privacy/register.csv", Right::SignedIn, pages::file),
        ]
    },
    nav: &[Nav { text: "privacy-nav", path: "/privacy/register", right: Right::SignedIn }],
    permissions: &[],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
