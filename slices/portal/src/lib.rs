//! What citizens see: the front page, the movement in plain words, news, published figures, feedback, one search over all
//! of it; and the few addresses that programs ask for. What is not built has no entry.
//!
//! - `GET /`, `/movement`, `/news`, `/news/{id}`, `/open`, `/open/{id}` (with `.csv` and `.json`), `/search`, `/feedback`,
//!   `/help`: for everybody, without a cookie; no client's address is kept.
//! - `/news/desk` and `/feedback/desk`: staff of the ministry and of provinces write news and read feedback.
//! - `POST /open`: the staff of a root publish the figures of a past year; what may be published is decided by one pure
//!   function, `conceal`.

mod acts;
mod conceal;
mod feedback;
mod news;
mod open;
mod pages;
mod store;

pub use acts::{release, write};
pub use news::{Draft, State};

use web::{Duty, Nav, Permission, Right, Slice, get, post};

/// Writes and publishes news, at the ministry and in provinces.
pub const NEWS: Permission = Permission("portal.news");
/// Publishes figures.
pub const RELEASE: Permission = Permission("portal.release");
/// Reads what citizens say.
pub const FEEDBACK: Permission = Permission("portal.feedback");

/// What citizens see.
pub const SLICE: Slice = Slice {
    name: "portal",
    routes: || {
        let (news, feedback) = (Right::May(NEWS), Right::May(FEEDBACK));
        vec![
            get("/", Right::Public, pages::front::show),
            get("/movement", Right::Public, pages::movement),
            get("/help", Right::Public, pages::help),
            get("/search", Right::Public, pages::search::show),
            get("/news", Right::Public, pages::news::list),
            get("/news/{id}", Right::Public, pages::news::show),
            get("/news/desk", news, pages::desk::list),
            get("/news/new", news, pages::desk::new),
            post("/news", news, pages::desk::write),
            get("/news/{id}/edit", news, pages::desk::edit),
            post("/news/{id}", news, pages::desk::change),
            get("/open", Right::Public, pages::open::list),
            get("/open/{id}", Right::Public, pages::open::show),
            get("/open/{id}/figures.csv", Right::Public, pages::open::csv),
            get("/open/{id}/figures.json", Right::Public, pages::open::json),
            post("/open", Right::May(RELEASE), pages::open::release),
            get("/feedback", Right::Public, pages::feedback::form),
            post("/feedback", Right::Public, pages::feedback::send),
            get("/feedback/desk", feedback, pages::feedback::desk),
            post("/feedback/{id}/handled", feedback, pages::feedback::handle),
            get("/healthz", Right::Public, pages::health),
            get("/robots.txt", Right::Public, pages::robots),
        ]
    },
    nav: &[
        Nav { text: "portal-nav-open", path: "/open", right: Right::Public },
        Nav { text: "portal-nav-feedback", path: "/feedback/desk", right: Right::May(FEEDBACK) },
    ],
    permissions: &[(NEWS, &[Duty::Publisher]), (RELEASE, &[Duty::Approver]), (FEEDBACK, &[Duty::Publisher])],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
