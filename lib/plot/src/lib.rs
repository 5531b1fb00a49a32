//! Charts and maps as SVG text, for pages that keep a strict content policy and for readers of every kind.
//!
//! Each chart is a typed value with two readings: `svg` draws it, `table` says the same as rows of text, which the page
//! prints below for those who do not see the drawing or want the numbers. Numbers arrive as whole numbers beside the
//! words for them: how a number is written is the caller's language.
//!
//! What every drawing keeps to:
//! - role `img`, `<title>` and `<desc>`; title, source and date are also printed, so a saved picture stands alone;
//! - classes only: no style attribute and no colour, so one stylesheet serves light, dark and print. Amounts use `c1` …
//!   `c5` (light to dark), series `s1` … `s4`, what is not known `none` with a hatch: unknown is not zero;
//! - laid out [`WIDTH`] wide for the text of a phone (14 units), and scaled to the width there is;
//! - whole-number geometry: the same input draws the same text, huge values neither overflow nor lose their place, and
//!   nothing panics on empty input.

mod bars;
mod choropleth;
mod classes;
mod drawing;
mod heat;
mod lines;
mod multiples;
mod outlines;
mod printed;
mod scale;
mod stacked;

pub use bars::{Bar, Bars};
pub use choropleth::{Choropleth, Shade};
pub use classes::{Class, Classes};
pub use drawing::{Caption, WIDTH, escape};
pub use heat::{Heat, HeatCell, HeatRow};
pub use lines::{Lines, Series};
pub use multiples::{Multiples, Panel};
pub use outlines::{Area, Inset, OutlineError, Outlines};
pub use printed::printed;
pub use stacked::{Stack, Stacked};

/// Writes a number in the reader's language: `1.234.567`, `93,75%`.
pub type Numbers<'a> = &'a dyn Fn(i64) -> String;

/// A row of a drawing's table twin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the row is of.
    pub name: String,
    /// One text per column; the caller's word for "no data" where nothing is known.
    pub values: Vec<String>,
}

#[cfg(test)]
mod properties;
