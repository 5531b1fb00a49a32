use std::{fmt, str::FromStr};

use crate::{Limits, SheetError};

/// Where a cell stands, counted from 0; printed as people know it, `D14`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// The row.
    pub row: u32,
    /// The column.
    pub column: u32,
}

impl At {
    /// The cell in this row and column.
    pub const fn new(row: u32, column: u32) -> At {
        At { row, column }
    }

    /// The column's letters: `D`, `AA`.
    pub fn letters(column: u32) -> String {
        let mut left = u64::from(column) + 1;
        let mut letters = Vec::new();
        while left > 0 {
            left -= 1;
            letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
            left /= 26;
        }
        letters.iter().rev().collect()
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", At::letters(self.column), u64::from(self.row) + 1)
    }
}

/// Reads `D14` and `$D$14`.
impl FromStr for At {
    type Err = SheetError;

    fn from_str(text: &str) -> Result<At, SheetError> {
        let broken = || SheetError::Broken(format!("ô/cell {text}"));
        let plain: String = text.chars().filter(|it| *it != '$').collect();
        let split = plain.find(|it: char| it.is_ascii_digit()).ok_or_else(broken)?;
        let (letters, digits) = plain.split_at(split);
        if letters.is_empty() || letters.len() > 4 || !letters.bytes().all(|it| it.is_ascii_alphabetic()) {
            return Err(broken());
        }
        let column = letters.bytes().fold(0_u32, |sum, it| sum * 26 + u32::from(it.to_ascii_uppercase() - b'A') + 1);
        let row: u32 = digits.parse().map_err(|_| broken())?;
        match (row.checked_sub(1), column.checked_sub(1)) {
            (Some(row), Some(column)) => Ok(At { row, column }),
            _ => Err(broken()),
        }
    }
}

/// A rectangle of cells, both corners included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Upper left.
    pub first: At,
    /// Lower right.
    pub last: At,
}

impl Area {
    /// Whether the cell lies in it.
    pub fn holds(&self, at: At) -> bool {
        (self.first.row..=self.last.row).contains(&at.row)
            && (self.first.column..=self.last.column).contains(&at.column)
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A number that is shown as so many per cent: 0.85 as 85%.
    Share(f64),
    /// A number that is shown as a day or a time. Excel makes one of "1-9" and of "3/4" as soon as it is typed.
    Moment(f64),
    /// A text, trimmed and composed; never empty.
    Text(String),
    /// True or false.
    Flag(bool),
    /// An error of a formula, `#DIV/0!`; empty for a formula whose result the file does not hold.
    Fault(String),
}

/// A cell with something in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Where.
    pub at: At,
    /// What.
    pub value: Value,
    /// Whether it is the last known result of a formula.
    pub formula: bool,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// Its name on the tab; empty for text files.
    pub name: String,
    /// Whether its tab is hidden.
    pub hidden: bool,
    /// Its cells, row after row.
    pub cells: Vec<Cell>,
    /// Its merged areas: only the upper left cell of one holds anything.
    pub merged: Vec<Area>,
    /// Its hidden rows and columns.
    pub concealed: Vec<Area>,
}

impl Sheet {
    /// The cell there, if it holds anything.
    pub fn cell(&self, at: At) -> Option<&Cell> {
        let place = self.cells.binary_search_by_key(&at, |it| it.at).ok()?;
        self.cells.get(place)
    }

    /// The text there; nothing for numbers and empty cells.
    pub fn text(&self, at: At) -> Option<&str> {
        match &self.cell(at)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the cell lies in a hidden row or column.
    pub fn is_concealed(&self, at: At) -> bool {
        self.concealed.iter().any(|it| it.holds(at))
    }

    /// The merged area around a cell.
    pub fn merged_around(&self, at: At) -> Option<Area> {
        self.merged.iter().find(|it| it.holds(at)).copied()
    }

    /// The rows that hold anything: their number from 0, and their cells.
    pub fn rows(&self) -> impl Iterator<Item = (u32, &[Cell])> {
        self.cells.chunk_by(|one, two| one.at.row == two.at.row).filter_map(|it| Some((it.first()?.at.row, it)))
    }

    /// Adds a cell if it holds anything.
    pub(crate) fn push(&mut self, at: At, value: Value, formula: bool) {
        let value = match value {
            Value::Text(text) => match viet::composed(&text) {
                text if text.is_empty() => return,
                text => Value::Text(text),
            },
            Value::Number(number) | Value::Share(number) | Value::Moment(number) if !number.is_finite() => {
                Value::Fault(number.to_string())
            }
            other => other,
        };
        self.cells.push(Cell { at, value, formula });
    }

    /// Puts cells in order; of two for one place the later stays.
    pub(crate) fn settle(&mut self) {
        self.cells.reverse();
        self.cells.sort_by_key(|it| it.at);
        self.cells.dedup_by_key(|it| it.at);
    }
}

/// What was read of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    /// Its sheets, in order.
    pub sheets: Vec<Sheet>,
    /// The old encoding that its texts were converted from.
    pub legacy: Option<viet::Legacy>,
}

/// Keeps count against the limits while a file is read.
#[derive(Debug)]
pub(crate) struct Meter {
    limits: Limits,
    cells: usize,
}

impl Meter {
    pub(crate) fn new(limits: Limits) -> Meter {
        Meter { limits, cells: 0 }
    }

    /// Counts one cell with something in it.
    pub(crate) fn cell(&mut self, sheet: &str, at: At) -> Result<(), SheetError> {
        self.cells += 1;
        if at.row >= self.limits.rows {
            return Err(SheetError::Rows(sheet.to_owned(), self.limits.rows));
        }
        if at.column >= self.limits.columns {
            return Err(SheetError::Columns(sheet.to_owned(), self.limits.columns));
        }
        if self.cells > self.limits.cells { Err(SheetError::Cells(self.limits.cells)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_people_name_them() {
        for (text, row, column) in
            [("A1", 0, 0), ("Z9", 8, 25), ("AA10", 9, 26), ("D14", 13, 3), ("XFD1048576", 1_048_575, 16_383)]
        {
            assert_eq!(text.parse(), Ok(At::new(row, column)));
            assert_eq!(At::new(row, column).to_string(), text);
        }
        assert_eq!("$d$14".parse(), Ok(At::new(13, 3)));
        for text in ["", "14", "D", "D0", "ABCDE1", "D1x", "Đ1"] {
            assert!(text.parse::<At>().is_err(), "{text}");
        }
    }
}
