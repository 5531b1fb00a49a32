//! Official Vietnamese administrative documents in the layout of Decree 30/2020/NĐ-CP.
//!
//! A caller builds one [`Document`], a small public tree that knows nothing of files; [`docx()`] and [`pdf()`] write it.
//! Pages render their own HTML from the same tree, using the same ready lines ([`Header::number_line`],
//! [`Header::date_line`], [`Document::base_lines`], [`Document::recipient_lines`], [`NATION`], [`MOTTO`]), so the three
//! forms cannot say different things.
//!
//! The crate is pure: the same tree (and the same fonts) gives the same bytes, no clock, no network. Only
//! [`Fonts::find`] reads the disk.
//!
//! # Licence of the embedded font
//! With npm at build time the program carries Tinos (metrics of Times New Roman), Digitized data copyright (c) 2010
//! Google Corporation, SIL Open Font License 1.1, <https://openfontlicense.org>; unmodified. The last resort is
//! Libertinus Serif from `typst-assets`, copyright The Libertinus Project Authors, same licence.

mod check;
mod date;
mod docx;
mod fonts;
mod lines;
mod pdf;

mod tree;
mod width;

pub use check::Error;
pub use date::{Date, Issued};
pub use docx::docx;

pub use fonts::Fonts;
pub use lines::{MOTTO, NATION, NO_BREAK_SPACE};
pub use pdf::pdf;
pub use tree::{Align, Block, Cell, Column, Document, Header, Run, Signature, Table};
