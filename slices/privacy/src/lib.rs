//! Personal data: the register of processing, requests of the people concerned, incidents, retention, and the papers that
//! the law asks for.
//!
//! The register is a data file, `data/privacy/register.csv`, with a row for every column of every table; a test on both
//! stores fails for a column that nobody declared. Everybody with an account may read it, on a page and as a file: it is
//! the register of processing that Decree 356/2025/NĐ-CP asks for. It knows columns only, no content.
//!
//! Everybody with an account sees there what is held about them, takes it away as a file, and asks for it to be
//! corrected, deleted or restricted.
//!
//! Who answers for personal data in a unit keeps the queue of requests (see, correct, delete, restrict) with the legal
//! clocks of `data/privacy/clocks.csv`, and the register of incidents with its 72 hours. The retention job follows
//! `data/privacy/retention.csv` and reports what it removed. Impact assessment and yearly transparency report are written
//! from the register and from counted records; they name nobody.

mod acts;
mod clock;
mod counted;
mod documents;
mod incident;
mod own;
mod pages;
mod register;
mod request;
mod retention;
mod store;

pub use register::{Declared, register};
pub use retention::{Removed, Rule, rules, run};

use web::{Duty, Nav, Permission, Right, Slice};

/// Keeps requests and incidents of the units in scope, and writes the papers about them.
pub const HANDLE: Permission = Permission("privacy.handle");

/// The slice.
pub const SLICE: Slice = Slice {
    name: "privacy",
    routes: pages::routes,
    nav: &[
        Nav { text: "privacy-nav-requests", path: "/privacy/requests", right: Right::May(HANDLE) },
        Nav { text: "privacy-own", path: "/account/data", right: Right::SignedIn },
        Nav { text: "privacy-nav", path: "/privacy/register", right: Right::SignedIn },
    ],
    permissions: &[(HANDLE, &[Duty::DataOfficer])],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
