//! What is asked, of whom, for which period and until when: indicators, forms with their versions, assignments, granted
//! time.
//!
//! What everyone shares is files in `data`, built into the binary ([`catalogue`]). Beside it the ministry, a province or a
//! commune may add [`indicator`]s and forms of its own, for itself and all below, and new versions of forms, drawn up as a
//! [`Design`] and published from a period on. A return keeps the version that it was opened with, so that no change
//! alters what was sent. All of it together is the [`kernel::Catalogue`] ([`load_catalogue`]); the tables carry a version,
//! and a server whose catalogue has another one reads them again ([`follow`]).
//!
//! Here nobody reports anything: that is the slice `returns`.

pub mod acts;
mod assigned;
mod awards;
pub mod design;
pub mod guard;
pub mod indicator;
mod pages;
mod reference;
mod store;

pub use acts::{follow, load_forms};
pub use assigned::assignments;
pub use awards::{AwardKind, award_kinds};
pub use design::Design;
pub use reference::{AwardWord, DataError, award_words, catalogue, rows};
pub use store::{Extension, changed, extensions_of, insert_extension, load_catalogue};

use web::{Duty, Nav, Permission, Right, Slice};

/// Makes indicators and forms for a unit and all below, and assigns them.
pub const BUILD: Permission = Permission("forms.build");

/// The slice.
pub const SLICE: Slice = Slice {
    name: "forms",
    routes: pages::routes,
    nav: &[Nav { text: "forms-nav", path: "/forms", right: Right::May(BUILD) }],
    permissions: &[(BUILD, &[Duty::Approver])],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
