//! The audit as pages: who did what, when, about which unit; the signed anchors; which role may use which way in.
//!
//! Auditors read, nobody edits. What they see is what is about the units in their scope; what is about no unit (sign-ins,
//! commands) is seen by who audits the whole country. Every look is itself written into the audit, with what was asked.
//! The rights table is read from the list of slices, so it cannot be out of date.

mod asked;
mod pages;
mod scope;

use web::{Duty, Nav, Permission, Right, Slice, get};

/// Reads the audit.
pub const READ: Permission = Permission("audit.read");

/// The pages of the audit.
pub const SLICE: Slice = Slice {
    name: "auditing",
    routes: || {
        vec![
            get("/audit", Right::May(READ), pages::search),
            get("/audit.csv", Right::May(READ), pages::file),
            get("/audit/anchors", Right::May(READ), pages::anchors),
            get("/audit/rights", Right::May(READ), pages::rights),
        ]
    },
    nav: &[Nav { text: "auditing-nav", path: "/audit", right: Right::May(READ) }],
    permissions: &[(READ, &[Duty::Auditor])],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
