//! Periodic returns: a unit's figures for a period, sent, sent back, approved, corrected.
//!
//! The way of a figure through this crate: what is typed is a [`Draft`], kept as typed; [`acts::submit`] reads it;
//! [`acts::approve`] inserts the accepted version, the ledger's next row, and [`follow`] hands the row to the engine
//! that knows all totals. Nothing else changes a figure. [`figure`] asks the engine on behalf of pages, documents and
//! commands.
//!
//! What it does not do: no total is kept in a table, and no figure is ever changed in place.

pub mod acts;
pub mod askable;
mod awards;
pub mod change;
mod check;
mod checks;
mod draft;
mod duties;
pub mod figure;
pub mod follow;
pub mod import;
mod locks;
pub mod merge;
mod newer;
mod pages;
mod plausible;
mod records;
mod rule;
pub mod snapshot;
pub mod spoken;
mod state;
mod store;
mod sums;
pub mod view;
pub mod years;

pub use awards::AwardRow;
pub use check::{Checked, check_ledger};
pub use draft::{Draft, RawAward, RawCell, Reading};
pub use rule::{Addend, Formula, formulas};
pub use state::{Origin, State};
pub use store::{
    Filed, Listed, ReturnLine, VersionHead, awards_of, filed_of, find, listed, version, version_head, versions_of,
};

use web::{Duty, Nav, Permission, Right, Slice};

/// Fills in and sends returns of the units in scope.
pub const FILL: Permission = Permission("returns.fill");
/// Approves, sends back and lets correct the returns of the units below.
pub const APPROVE: Permission = Permission("returns.approve");
/// Writes about a figure of a return to who sends or decides it.
pub(crate) const COMMENT: Permission = Permission("returns.comment");
/// Reads figures and returns.
pub const READ: Permission = Permission("returns.read");

/// The slice.
pub const SLICE: Slice = Slice {
    name: "returns",
    routes: pages::routes,
    nav: &[Nav { text: "returns-nav-work", path: "/work", right: Right::May(READ) }],
    permissions: &[
        (FILL, &[Duty::Recorder]),
        (APPROVE, &[Duty::Approver]),
        (COMMENT, &[Duty::Recorder, Duty::Approver]),
        (READ, &[Duty::Recorder, Duty::Approver, Duty::Reader]),
    ],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
