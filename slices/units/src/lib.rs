//! Administrative units ("đơn vị hành chính"): where they come from, how they are kept, how people find them.
//!
//! The facts are files in `data/units/`, built into the binary ([`reference`]). On an empty database they are written
//! once ([`load_reference`]); from then on the tables are the truth, read whole into [`kernel::Register`]
//! ([`load_register`]), which answers every question in memory. The invented province "Tỉnh Mẫu" enters only demo and
//! test databases ([`load_demo`]).
//!
//! Units change by a [`Reform`]: a file of merged, split, renamed, moved, new and closed units, previewed with its effect
//! on figures ([`preview_reform`]) and applied whole or not at all ([`apply_reform`]). The change of 2025 and those of
//! 2026 are reforms too, planned by the same code from `data/units/`. The tables carry a version; a server whose register
//! has another one reads them again ([`follow`]).

mod acts;
mod pages;
pub mod reference;
pub mod reform;
mod store;

pub use acts::{Preview, apply_reform, follow, load_demo, load_reference, preview_reform};
pub use reform::Reform;
pub use store::load_register;

use web::{Duty, Nav, Permission, Right, Slice};

/// Previews and applies boundary reforms of the units below.
pub const REFORM: Permission = Permission("units.reform");

/// Why units could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The files built in are not what they should be.
    #[error(transparent)]
    Reference(#[from] reference::ReferenceError),
    /// What the tables hold contradicts itself.
    #[error(
        "danh mục đơn vị hành chính trong cơ sở dữ liệu có mâu thuẫn / the units in the database are in conflict: {0}"
    )]
    Register(#[from] kernel::RegisterError),
    /// A row of the tables that this program does not understand.
    #[error(
        "bảng {table}, đơn vị {unit}: không đọc được {what} / table {table}, unit {unit}: {what} is not understood"
    )]
    Row {
        /// The table.
        table: &'static str,
        /// The unit's id, as it prints.
        unit: kernel::UnitId,
        /// The column.
        what: &'static str,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] ::store::Error),
}

/// The slice.
pub const SLICE: Slice = Slice {
    name: "units",
    routes: pages::routes,
    nav: &[
        Nav { text: "units-nav", path: "/units", right: Right::Public },
        Nav { text: "units-reforms-nav", path: "/reforms", right: Right::May(REFORM) },
    ],
    permissions: &[(REFORM, &[Duty::Administrator])],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
