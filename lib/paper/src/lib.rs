//! Official Vietnamese administrative documents in the layout of Decree 30/2020/NĐ-CP.
//!
//! A caller builds one [`Document`], a small public tree that knows nothing of files; [`docx()`] and [`pdf()`] write it,
//! [`xlsx()`] writes long tables for Excel, [`certificates()`] and [`slides()`] set what lies on its long side.
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

mod certificate;
mod chart;
mod check;
mod date;
mod docx;
mod fonts;
mod kind;
mod lines;
mod pdf;
mod qr;
mod signature;
mod slides;
mod tree;
mod width;
mod xlsx;

pub use certificate::{Certificate, certificates};
pub use chart::{Bar, bars};
pub use check::Error;
pub use date::{Date, Issued};
pub use docx::docx;
pub use fonts::Fonts;
pub use kind::{Article, Clause, Kind, articles, roman};
pub use lines::{MOTTO, NATION, NO_BREAK_SPACE};
pub use pdf::pdf;
pub use qr::qr;
pub use slides::{Slide, Slides, slides};
pub use tree::{Align, Appendix, Block, Cell, Column, Document, Header, Picture, Run, Signature, Table};
pub use xlsx::xlsx;
