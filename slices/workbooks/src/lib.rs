//! Figures that come as tables: pasted from Excel or Word, filled in offline in a workbook of ours, or standing in a
//! workbook that somebody made years ago.
//!
//! - `GET /returns/{id}/paste`: a copied table into one return.
//! - `GET /workbooks/form.xlsx`: a workbook for one return, or for all units below one; it carries its [`identity`].
//! - `POST /workbooks`, `/workbooks/{id}`: what a workbook brings, shown before anything changes.
//! - `/workbooks/{id}/mapping`: which column of somebody's own workbook is which indicator; the answer is kept for next
//!   time.
//! - `/workbooks/mappings`: those answers, to be renamed or deleted.
//!
//! All ways end in the same place: [`filling`] says which figures go into which returns, every problem is told with its
//! sheet and cell, and only a table without problems is taken, whole, into drafts. It is then looked at, sent and approved
//! like what was typed. An empty cell changes nothing; nothing here deletes a figure.
//!
//! What was sent is kept for a day, for who sent it alone, and deleted as soon as it is taken.

mod acts;
mod amount;
mod filling;
mod identity;
mod mapping;
mod names;
mod pages;
mod paste;
mod read;
mod store;
mod write;

pub use acts::forget;

use returns::FILL;
use web::{Nav, Right, Slice};

/// The slice.
pub const SLICE: Slice = Slice {
    name: "workbooks",
    routes: pages::routes,
    nav: &[Nav { text: "workbooks-nav", path: "/workbooks", right: Right::May(FILL) }],
    permissions: &[],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
