//! Tables of cells: read out of workbooks (.xlsx, .ods, .xls), text files (.csv) and what was pasted; written as
//! workbooks of any length.
//!
//! Pure: bytes in, cells out. Files come from strangers, so nothing is trusted: [`Limits`] hold before memory is taken
//! (a file that unpacks to gigabytes, a cell in row 1,048,576), macros and passwords are refused, formulas are never
//! computed. What a reader must know to trust a number is kept beside it: that it was a formula's last result, that its
//! row is hidden, that it stands in a merged area, that it is shown as a date. Text in the old encodings VNI and TCVN3 is
//! recognised and made Unicode, which [`Book::legacy`] tells.

mod book;
mod error;
mod legacy;
mod limits;
mod ods;
mod package;
mod read;
mod stream;
mod text;
mod xls;
mod xlsx;

pub use book::{Area, At, Book, Cell, Sheet, Value};
pub use error::SheetError;
pub use limits::Limits;
pub use read::{pasted, read};
pub use stream::{Put, Stream};

#[cfg(test)]
mod tests;
