//! Figures as files: CSV, JSON and workbooks, written block by block.

use std::{fmt::Write as _, io};

use kernel::{Coverage, Qualifier};
use returns::figure::{decimals, measure};

#[cfg(feature = "parquet")]
use crate::columns::Columns;
use crate::{
    pivot::{Block, Pivot, Row},
    workbook::Workbook,
};

/// The columns of a CSV file. Part of the contract with scripts: only ever added to, at the end.
pub(crate) const HEADER: [&str; 15] = [
    "unit_id",
    "unit_code",
    "full_name",
    "period",
    "indicator",
    "value",
    "of",
    "qualifier",
    "unit_of_measure",
    "coverage",
    "reported",
    "expected",
    "boundaries",
    "exact",
    "not_separable",
];

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One figure a line, UTF-8, a header first; an empty field is nothing, which is not zero.
    Csv,
    /// An array of the objects that `figure --json` prints, one a line.
    Json,
    /// A workbook: a row for each unit and period, a column for each indicator.
    Xlsx,
    /// The columns of [`Format::Csv`] with their types, for programs that read millions of rows.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// The word on the command line, and the end of a file's name.
    pub const fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Xlsx => "xlsx",
            #[cfg(feature = "parquet")]
            Format::Parquet => "parquet",
        }
    }

    /// What a browser is told.
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Json => "application/json",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            #[cfg(feature = "parquet")]
            Format::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// What writes a file of this kind.
    pub(crate) fn writer(self) -> Writer {
        match self {
            Format::Csv => Writer::Csv,
            Format::Json => Writer::Json,
            Format::Xlsx => Writer::Xlsx(None),
            #[cfg(feature = "parquet")]
            Format::Parquet => Writer::Parquet(None),
        }
    }
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) enum Writer {
    Csv,
    Json,
    /// Absent before its head is written and after its end.
    Xlsx(Option<Box<Workbook>>),
    /// The same.
    #[cfg(feature = "parquet")]
    Parquet(Option<Box<Columns>>),
}

impl Writer {
    /// What stands before the first figure.
    ///
    /// # Errors
    /// Never in truth: memory takes what is written. The same holds for all of it.
    pub(crate) fn head(&mut self, pivot: &Pivot) -> io::Result<Vec<u8>> {
        match self {
            Writer::Csv => Ok((HEADER.join(",") + "\n").into_bytes()),
            Writer::Json => Ok(b"[".to_vec()),
            Writer::Xlsx(book) => Ok(book.insert(Box::new(Workbook::new(pivot)?)).written()),
            #[cfg(feature = "parquet")]
            Writer::Parquet(file) => Ok(file.insert(Box::new(Columns::new()?)).written()),
        }
    }

    /// What stands after the last.
    pub(crate) fn tail(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Writer::Csv => Ok(Vec::new()),
            Writer::Json => Ok(b"\n]\n".to_vec()),
            Writer::Xlsx(book) => book.take().map_or_else(|| Ok(Vec::new()), |it| it.finish()),
            #[cfg(feature = "parquet")]
            Writer::Parquet(file) => file.take().map_or_else(|| Ok(Vec::new()), |it| it.finish()),
        }
    }

    /// A block of figures; `first` says that none was written before it.
    pub(crate) fn block(&mut self, block: &Block<'_>, first: bool) -> io::Result<Vec<u8>> {
        match self {
            Writer::Csv => csv(block),
            Writer::Json => json(block, first),
            Writer::Xlsx(Some(book)) => book.block(block),
            Writer::Xlsx(None) => Ok(Vec::new()),
            #[cfg(feature = "parquet")]
            Writer::Parquet(file) => file.as_mut().map_or_else(|| Ok(Vec::new()), |it| it.block(block)),
        }
    }
}

fn csv(block: &Block<'_>) -> io::Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    for row in block.rows() {
        let total = row.total;
        let places = decimals(total, row.indicator);
        let number = |it: Option<i64>, places: u8| it.map(|it| decimal(it, places)).unwrap_or_default();
        out.write_record([
            row.unit.id.to_string().as_str(),
            &row.unit.code,
            &row.unit.full_name,
            &row.period.to_string(),
            &row.indicator.code,
            &number(total.value, places),
            &number(total.of, 0),
            total.qualifier.map_or("", Qualifier::word),
            measure(total, row.indicator),
            total.coverage.map_or("", Coverage::word),
            &total.reported.to_string(),
            &number(total.expected.map(i64::from), 0),
            row.boundaries,
            if total.exact { "true" } else { "false" },
            &decimal(total.not_separable, places),
        ])?;
    }
    out.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn json(block: &Block<'_>, first: bool) -> io::Result<Vec<u8>> {
    let mut out = String::new();
    let mut unit = String::new();
    let mut of = None;
    for (at, row) in block.rows().enumerate() {
        // A unit's part is the same for all its figures.
        if of != Some(row.unit.id) {
            let text = |it: &str| serde_json::to_string(it).map_err(io::Error::from);
            let (code, name) = (text(&row.unit.code)?, text(&row.unit.full_name)?);
            unit = format!("{{\"id\":\"{}\",\"code\":{code},\"full_name\":{name}}}", row.unit.id);
            of = Some(row.unit.id);
        }
        out.push_str(if first && at == 0 { "\n" } else { ",\n" });
        object(&mut out, &unit, &row).map_err(io::Error::other)?;
    }
    Ok(out.into_bytes())
}

/// The object of rule 28.
fn object(out: &mut String, unit: &str, row: &Row<'_>) -> std::fmt::Result {
    let total = row.total;
    let places = decimals(total, row.indicator);
    let number = |it: Option<i64>, places: u8| it.map_or_else(|| "null".to_owned(), |it| decimal(it, places));
    let word = |it: Option<&'static str>| it.map_or_else(|| "null".to_owned(), |it| format!("\"{it}\""));
    let measure = serde_json::to_string(measure(total, row.indicator)).map_err(|_| std::fmt::Error)?;
    write!(
        out,
        "{{\"unit\":{unit},\"indicator\":\"{}\",\"on\":\"{}\",\"period\":\"{}\",\"value\":{},\"of\":{},\
         \"qualifier\":{},\"unit_of_measure\":{measure},\"coverage\":{},\"reported\":{},\"expected\":{},\
         \"boundaries\":\"{}\",\"exact\":{},\"not_separable\":{}}}",
        row.indicator.code,
        row.on,
        row.period,
        number(total.value, places),
        number(total.of, 0),
        word(total.qualifier.map(Qualifier::word)),
        word(total.coverage.map(Coverage::word)),
        total.reported,
        number(total.expected.map(i64::from), 0),
        row.boundaries,
        total.exact,
        decimal(total.not_separable, places),
    )
}

/// An integer amount with decimal places as a number: no more digits than it needs.
fn decimal(value: i64, places: u8) -> String {
    if places == 0 {
        return value.to_string();
    }
    let unit = 10_u64.pow(u32::from(places));
    let (whole, rest) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    let sign = if value < 0 { "-" } else { "" };
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let rest = format!("{rest:0width$}", width = usize::from(places));
    format!("{sign}{whole}.{}", rest.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: i64, places: u8, expect: &str) {
        assert_eq!(decimal(value, places), expect);
    }

    #[test]
    fn amounts_keep_the_digits_they_need() {
        check(1385, 2, "13.85");
        check(-1218, 2, "-12.18");
        check(8550, 2, "85.5");
        check(8500, 2, "85");
        check(-5, 2, "-0.05");
        check(0, 2, "0");
        check(i64::MIN, 0, &i64::MIN.to_string());
    }
}
