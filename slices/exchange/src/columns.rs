//! Figures as Parquet: the columns of the CSV file with their types, for programs that read millions of rows at once.
//!
//! Rows are gathered until they fill a group, and each group is written out before the next is begun, so that a file of
//! any size passes through. Amounts are decimal numbers with two places, exactly; nothing is null, which is not zero.

use std::{io, sync::Arc};

use kernel::{Coverage, Qualifier};
use parquet::{
    basic::Compression,
    data_type::{BoolType, ByteArray, ByteArrayType, Int64Type},
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use returns::figure::{decimals, measure};

use crate::{
    pivot::{Block, Row},
    spool::Spool,
};

/// So many rows make a group.
const GROUP: usize = 65_536;
/// Places of an amount's fraction: kilograms and percentages have two, all else none.
const PLACES: u8 = 2;
/// The columns of the CSV file, in its order. Part of the contract with scripts: only ever added to, at the end.
const SCHEMA: &str = "message figures {
    optional binary unit_id (UTF8);
    optional binary unit_code (UTF8);
    optional binary full_name (UTF8);
    optional binary period (UTF8);
    optional binary indicator (UTF8);
    optional int64 value (DECIMAL(18,2));
    optional int64 of;
    optional binary qualifier (UTF8);
    optional binary unit_of_measure (UTF8);
    optional binary coverage (UTF8);
    optional int64 reported;
    optional int64 expected;
    optional binary boundaries (UTF8);
    optional boolean exact;
    optional int64 not_separable (DECIMAL(18,2));
}";

/// A file that is being written; what is written waits to be fetched.
#[derive(Debug)]
pub(crate) struct Columns {
    writer: SerializedFileWriter<Spool>,
    spool: Spool,
    gathered: Vec<Column>,
    rows: usize,
}

/// What is present of a column in the group, and for each row whether it is.
#[derive(Debug)]
struct Column {
    values: Values,
    present: Vec<i16>,
}

#[derive(Debug)]
enum Values {
    Text(Vec<ByteArray>),
    Number(Vec<i64>),
    Flag(Vec<bool>),
}

enum Value<'a> {
    Text(Option<&'a str>),
    Number(Option<i64>),
    Flag(bool),
}

impl Columns {
    pub(crate) fn new() -> io::Result<Columns> {
        let schema = Arc::new(parse_message_type(SCHEMA).map_err(failed)?);
        let properties = Arc::new(WriterProperties::builder().set_compression(Compression::UNCOMPRESSED).build());
        let spool = Spool::default();
        let writer = SerializedFileWriter::new(spool.clone(), schema, properties).map_err(failed)?;
        Ok(Columns { writer, spool, gathered: Vec::new(), rows: 0 })
    }

    /// What was written since the last time.
    pub(crate) fn written(&self) -> Vec<u8> {
        self.spool.take()
    }

    /// One more block of figures.
    pub(crate) fn block(&mut self, block: &Block<'_>) -> io::Result<Vec<u8>> {
        for row in block.rows() {
            self.row(&row)?;
        }
        Ok(self.written())
    }

    /// The end of the file.
    pub(crate) fn finish(mut self) -> io::Result<Vec<u8>> {
        if self.rows > 0 {
            self.flush().map_err(failed)?;
        }
        self.writer.close().map_err(failed)?;
        Ok(self.spool.take())
    }

    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        let total = row.total;
        let places = decimals(total, row.indicator);
        let (id, period) = (row.unit.id.to_string(), row.period.to_string());
        let values = [
            Value::Text(Some(&id)),
            Value::Text(Some(&row.unit.code)),
            Value::Text(Some(&row.unit.full_name)),
            Value::Text(Some(&period)),
            Value::Text(Some(&row.indicator.code)),
            Value::Number(total.value.map(|it| scaled(it, places)).transpose()?),
            Value::Number(total.of),
            Value::Text(total.qualifier.map(Qualifier::word)),
            Value::Text(Some(measure(total, row.indicator))),
            Value::Text(total.coverage.map(Coverage::word)),
            Value::Number(Some(i64::from(total.reported))),
            Value::Number(total.expected.map(i64::from)),
            Value::Text(Some(row.boundaries)),
            Value::Flag(total.exact),
            Value::Number(Some(scaled(total.not_separable, places)?)),
        ];
        if self.gathered.is_empty() {
            self.gathered = values.iter().map(Column::of).collect();
        }
        for (column, value) in self.gathered.iter_mut().zip(values) {
            column.push(value);
        }
        self.rows += 1;
        if self.rows == GROUP { self.flush().map_err(failed) } else { Ok(()) }
    }

    /// Writes the group that has been gathered.
    fn flush(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for column in std::mem::take(&mut self.gathered) {
            let Some(mut to) = group.next_column()? else { break };
            let present = Some(column.present.as_slice());
            match column.values {
                Values::Text(it) => to.typed::<ByteArrayType>().write_batch(&it, present, None)?,
                Values::Number(it) => to.typed::<Int64Type>().write_batch(&it, present, None)?,
                Values::Flag(it) => to.typed::<BoolType>().write_batch(&it, present, None)?,
            };
            to.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

impl Column {
    /// An empty one for values of this kind.
    fn of(value: &Value<'_>) -> Column {
        let values = match value {
            Value::Text(_) => Values::Text(Vec::new()),
            Value::Number(_) => Values::Number(Vec::new()),
            Value::Flag(_) => Values::Flag(Vec::new()),
        };
        Column { values, present: Vec::new() }
    }

    fn push(&mut self, value: Value<'_>) {
        let present = match (&mut self.values, value) {
            (Values::Text(all), Value::Text(Some(it))) => {
                all.push(ByteArray::from(it));
                true
            }
            (Values::Number(all), Value::Number(Some(it))) => {
                all.push(it);
                true
            }
            (Values::Flag(all), Value::Flag(it)) => {
                all.push(it);
                true
            }
            _ => false,
        };
        self.present.push(i16::from(present));
    }
}

fn failed(err: ParquetError) -> io::Error {
    io::Error::other(err)
}

/// An amount with so many places, with all the places of the column.
fn scaled(value: i64, places: u8) -> io::Result<i64> {
    let factor = 10_i64.pow(u32::from(PLACES.saturating_sub(places)));
    value.checked_mul(factor).ok_or_else(|| io::Error::other("a figure is too large for the column"))
}

#[cfg(test)]
mod tests {
    use figures::Total;
    use kernel::{Level, Period, UnitState};
    use parquet::{
        file::reader::{FileReader, SerializedFileReader},
        record::RowAccessor,
        schema::types::Type,
    };

    use super::*;
    use crate::write::HEADER;

    fn unit() -> UnitState {
        let [code, full_name] = ["00007", "Phường Ba Đồn"].map(str::to_owned);
        UnitState { code, full_name, ..UnitState::invented(7, Level::Commune, None) }
    }

    #[test]
    fn the_columns_are_those_of_the_csv_file() {
        let schema = parse_message_type(SCHEMA).unwrap();
        let names: Vec<&str> = schema.get_fields().iter().map(|it| Type::name(it)).collect();
        assert_eq!(names, HEADER);
    }

    #[test]
    fn what_is_written_is_read_group_by_group() {
        let (unit, catalogue) = (unit(), forms::catalogue().unwrap());
        let indicator = catalogue.by_code("LAU01").unwrap();
        let (mut file, mut bytes) = (Columns::new().unwrap(), Vec::new());
        let count = GROUP + 3;
        for at in 0..count {
            let value = (at % 2 == 0).then_some(i64::try_from(at).unwrap());
            let total = Total { value, exact: at % 3 == 0, expected: None, reported: 5, ..Total::default() };
            let period = Period::parse("2026-M07").unwrap();
            let row = Row {
                unit: &unit,
                on: period.last(),
                period,
                indicator,
                boundaries: "then",
                total: &total,
                merged: false,
            };
            file.row(&row).unwrap();
            bytes.extend(file.written());
        }
        assert!(bytes.len() > GROUP, "the first group is written out while the file is made");
        bytes.extend(file.finish().unwrap());
        let reader = SerializedFileReader::new(axum::body::Bytes::from(bytes)).unwrap();
        assert_eq!(reader.num_row_groups(), 2);
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), count);
        assert_eq!(rows[2].get_string(2).unwrap(), "Phường Ba Đồn");
        assert_eq!(rows[2].get_decimal(5).unwrap().data(), 200_i64.to_be_bytes());
        assert!(rows[1].get_decimal(5).is_err(), "nothing is not zero");
        assert_eq!((rows[0].get_bool(13).unwrap(), rows[1].get_bool(13).unwrap()), (true, false));
        assert_eq!(rows[GROUP + 2].get_long(10).unwrap(), 5);
        assert!(rows[0].get_long(11).is_err());
    }

    #[test]
    fn amounts_keep_their_places() {
        assert_eq!(scaled(1385, 2).unwrap(), 1385);
        assert_eq!(scaled(-12, 0).unwrap(), -1200);
        assert!(scaled(i64::MAX, 0).is_err());
    }
}
