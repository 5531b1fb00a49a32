//! The way in: the front page that everybody sees, and the few addresses that programs ask for.

mod pages;
mod store;

use web::{Right, Slice, get};

/// The front page and what programs ask a server.
pub const SLICE: Slice = Slice {
    name: "portal",
    routes: || {
        vec![
            get("/", Right::Public, pages::front),
            get("/healthz", Right::Public, pages::health),
            get("/robots.txt", Right::Public, pages::robots),
        ]
    },
    nav: &[],
    permissions: &[],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
