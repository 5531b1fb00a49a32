//! Vietnamese as written: folding for search, sort keys, numerals and number words, dates, the encodings from before Unicode.
//!
//! Pure: text and numbers in, text and numbers out. Whoever meets text of people (a name typed without marks, `1.900`,
//! "46 ngàn") or writes for them (`13,85`, "ngày 05 tháng 02 năm 2026") asks this crate, so that one rule holds
//! everywhere.

mod dates;
mod fold;
mod legacy;
mod numbers;
mod parse;
mod sort;
mod syllable;
mod words;

pub use dates::{date_long, date_short};
pub use fold::{composed, fold};
pub use legacy::{Legacy, legacy, reads_well};
pub use numbers::{decimal, number, percent};
pub use parse::{NumberError, parse_number};
pub use sort::sort_key;
pub use words::words;
