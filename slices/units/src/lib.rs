//! Administrative units ("đơn vị hành chính"): where they come from, how they are kept, how people find them.
//!
//! The facts are files in `data/units/`, built into the binary ([`reference`]). On an empty database they are written
//! once ([`load_reference`]); from then on the tables are the truth, read whole into [`kernel::Register`]
//! ([`load_register`]), which answers every question in memory. The invented province "Tỉnh Mẫu" enters only demo and
//! test databases ([`load_demo`]).

mod acts;
mod pages;
pub mod reference;
mod store;

pub use acts::{load_demo, load_reference};
pub use store::load_register;

use web::{Nav, Right, Slice};

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
    routes: || vec![web::get("/units", Right::Public, pages::search)],
    nav: &[Nav { text: "units-nav", path: "/units", right: Right::Public }],
    permissions: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
