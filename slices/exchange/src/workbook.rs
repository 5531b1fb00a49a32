//! A pivot as a workbook: a row for each unit and period, a column for each indicator.
//!
//! Numbers stay numbers: "khoảng" and "hơn" are the format in which a cell shows its number. Nothing is an empty cell,
//! which is not zero. A ratio is its share in per cent.

use std::io;

use kernel::Qualifier;
use returns::figure::{decimals, share};
use sheet::{Put, Stream};

use crate::{
    pivot::{Block, Pivot, Row},
    spool::Spool,
};

/// The columns before those of the indicators. Part of the contract with scripts, as in CSV.
const HEADS: [&str; 4] = ["unit_id", "unit_code", "full_name", "period"];
/// For each qualifier how whole numbers are shown, and those with two decimals.
const FORMATS: [&str; 10] = [
    "#,##0",
    "#,##0.00",
    "\"gần \"#,##0",
    "\"gần \"#,##0.00",
    "\"hơn \"#,##0",
    "\"hơn \"#,##0.00",
    "\"từ \"#,##0\" trở lên\"",
    "\"từ \"#,##0.00\" trở lên\"",
    "\"khoảng \"#,##0",
    "\"khoảng \"#,##0.00",
];

/// A workbook that is being written; what is written waits to be fetched.
#[derive(Debug)]
pub(crate) struct Workbook {
    stream: Stream<Spool>,
    spool: Spool,
    width: usize,
}

impl Workbook {
    pub(crate) fn new(pivot: &Pivot) -> io::Result<Workbook> {
        let names: Vec<String> = pivot
            .indicators()
            .iter()
            .map(|it| format!("{} {} ({})", it.code, it.name_vi, if it.is_ratio() { "%" } else { &it.measure }))
            .collect();
        let heads: Vec<&str> = HEADS.into_iter().chain(names.iter().map(String::as_str)).collect();
        let spool = Spool::default();
        let stream = Stream::new(spool.clone(), "Số liệu", &heads, &FORMATS)?;
        Ok(Workbook { stream, spool, width: names.len() })
    }

    /// What was written since the last time.
    pub(crate) fn written(&self) -> Vec<u8> {
        self.spool.take()
    }

    /// One more block of figures.
    pub(crate) fn block(&mut self, block: &Block<'_>) -> io::Result<Vec<u8>> {
        let mut rows = block.rows();
        let mut row: Vec<Row<'_>> = Vec::with_capacity(self.width);
        loop {
            row.clear();
            row.extend(rows.by_ref().take(self.width));
            let Some(first) = row.first() else { return Ok(self.written()) };
            let (id, period) = (first.unit.id.to_string(), first.period.to_string());
            let heads = [&id, &first.unit.code, &first.unit.full_name, &period];
            let cells: Vec<Put<'_>> = heads.into_iter().map(|it| Put::Text(it)).chain(row.iter().map(figure)).collect();
            self.stream.row(&cells)?;
        }
    }

    /// The end of the file.
    pub(crate) fn finish(self) -> io::Result<Vec<u8>> {
        self.stream.finish()?;
        Ok(self.spool.take())
    }
}

fn figure<'a>(row: &Row<'_>) -> Put<'a> {
    let total = row.total;
    let Some(value) = total.value else { return Put::Nothing };
    let (value, places) = match total.of {
        Some(0) => return Put::Nothing,
        Some(of) => (share(value, of), 2),
        None => (value, decimals(total, row.indicator)),
    };
    let qualifier = total.qualifier.unwrap_or_default();
    let at = Qualifier::ALL.into_iter().position(|it| it == qualifier).unwrap_or(0);
    Put::Number(value, places, at * 2 + usize::from(places > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_qualifier_has_its_formats_in_the_order_of_the_qualifiers() {
        let words = [Qualifier::Exact, Qualifier::Almost, Qualifier::MoreThan, Qualifier::AtLeast, Qualifier::About];
        assert_eq!(Qualifier::ALL, words);
        assert_eq!(FORMATS.len(), 2 * words.len());
        assert!(FORMATS.chunks(2).all(|it| it[1] == it[0].replace("#,##0", "#,##0.00")));
    }
}
