//! Workbooks of Excel before 2007 ([MS-XLS]).
//!
//! The crate calamine reads them, but lays every sheet out as a full rectangle first: two cells in opposite corners of
//! 65,536 × 256 would take half a gigabyte. So the records are looked through before: where cells stand, what is hidden,
//! whether there are macros.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read},
};

use calamine::{Data, DataType, Reader, SheetVisible, Xls};

use crate::{Area, At, Book, Limits, Sheet, SheetError, Value, book::Meter, xlsx::broken};

/// The most cells that all rectangles may have together.
const RECTANGLES: u64 = 4_000_000;

pub(crate) fn read(bytes: &[u8], limits: &Limits, meter: &mut Meter) -> Result<Book, SheetError> {
    let records = records(bytes)?;
    let found = survey(&records)?;
    if found.len() > limits.sheets {
        return Err(SheetError::Sheets(limits.sheets));
    }
    let mut rectangles = 0_u64;
    for sheet in &found {
        rectangles += u64::from(sheet.last.row + 1) * u64::from(sheet.last.column + 1);
        if rectangles > RECTANGLES {
            return Err(SheetError::Cells(limits.cells));
        }
    }
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|_| broken("xls"))?;
    let tabs = book.sheets_metadata().to_vec();
    let mut res = Book::default();
    for (tab, seen) in tabs.iter().zip(found) {
        let mut sheet = Sheet {
            name: tab.name.clone(),
            hidden: tab.visible != SheetVisible::Visible,
            merged: seen.merged,
            concealed: seen.concealed,
            ..Sheet::default()
        };
        let Ok(range) = book.worksheet_range(&tab.name) else { continue };
        let formulas = book.worksheet_formula(&tab.name).unwrap_or_default();
        let (row, column) = range.start().unwrap_or_default();
        for (r, c, data) in range.used_cells() {
            let at = At::new(row + u32::try_from(r).unwrap_or(0), column + u32::try_from(c).unwrap_or(0));
            let Some(value) = value(data) else { continue };
            meter.cell(&sheet.name, at)?;
            let formula = formulas.get_value((at.row, at.column)).is_some_and(|it| !it.is_empty());
            sheet.push(at, value, formula);
        }
        res.sheets.push(sheet);
    }
    Ok(res)
}

fn value(data: &Data) -> Option<Value> {
    Some(match data {
        Data::Empty => return None,
        Data::Int(_) | Data::Float(_) => Value::Number(data.as_f64()?),
        Data::String(text) => Value::Text(text.clone()),
        Data::Bool(it) => Value::Flag(*it),
        Data::Error(it) => Value::Fault(it.to_string()),
        _ => Value::Moment(0.0),
    })
}

/// The workbook's stream of records, if it has neither macros nor a password.
fn records(bytes: &[u8]) -> Result<Vec<u8>, SheetError> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| broken("xls"))?;
    if file.is_storage("/_VBA_PROJECT_CUR") || file.is_storage("/VBA") {
        return Err(SheetError::Macros);
    }
    if file.is_stream("/EncryptedPackage") {
        return Err(SheetError::Locked);
    }
    if file.is_stream("/WordDocument") {
        return Err(SheetError::Other("văn bản Word", "a Word document"));
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|it| file.is_stream(it));
    let mut records = Vec::new();
    let Some(name) = name else { return Err(SheetError::Other("tệp Office khác", "another Office file")) };
    file.open_stream(name).and_then(|mut it| it.read_to_end(&mut records)).map_err(|_| broken("xls"))?;
    Ok(records)
}

/// What is told of a sheet before it is read.
struct Seen {
    last: At,
    merged: Vec<Area>,
    concealed: Vec<Area>,
}

/// Looks through the records of all worksheets, in the order of the tabs.
fn survey(records: &[u8]) -> Result<Vec<Seen>, SheetError> {
    let mut starts = Vec::new();
    let mut at = 0;
    // The first part names the sheets and where each begins.
    while let Some((kind, data, next)) = record(records, at) {
        match kind {
            0x002F => return Err(SheetError::Locked),
            0x00D3 => return Err(SheetError::Macros),
            0x0085 => {
                let start = data.get(..4).and_then(|it| it.try_into().ok()).map(u32::from_le_bytes);
                // Excel 4 macros are a kind of sheet of their own.
                if data.get(5) == Some(&1) {
                    return Err(SheetError::Macros);
                }
                starts.push(usize::try_from(start.unwrap_or(u32::MAX)).unwrap_or(usize::MAX));
            }
            0x000A => break,
            _ => (),
        }
        at = next;
    }
    Ok(starts.into_iter().map(|start| look(records, start)).collect())
}

fn look(records: &[u8], start: usize) -> Seen {
    let mut res = Seen { last: At::new(0, 0), merged: Vec::new(), concealed: Vec::new() };
    let mut rows: BTreeSet<u32> = BTreeSet::new();
    let mut at = start;
    let mut depth = 0_u32;
    while let Some((kind, data, next)) = record(records, at) {
        let short =
            |place: usize| data.get(place..place + 2).and_then(|it| it.try_into().ok()).map_or(0, u16::from_le_bytes);
        match kind {
            // Charts within the sheet have a beginning and an end of their own.
            0x0009 | 0x0209 | 0x0409 | 0x0809 => depth += 1,
            0x000A if depth <= 1 => break,
            0x000A => depth -= 1,
            // Every record of a cell begins with its row and column.
            0x0006 | 0x0206 | 0x0406 | 0x0201..=0x0205 | 0x027E | 0x00FD | 0x00D6 | 0x00BD | 0x00BE => {
                let mut column = u32::from(short(2));
                if kind == 0x00BD || kind == 0x00BE {
                    column = column.max(u32::from(short(data.len().saturating_sub(2))));
                }
                res.last.row = res.last.row.max(u32::from(short(0)));
                res.last.column = res.last.column.max(column);
            }
            0x0208 if short(12) & 0x20 != 0 => {
                rows.insert(u32::from(short(0)));
            }
            0x007D if short(8) & 1 != 0 => {
                let last = At::new(u32::MAX, u32::from(short(2)));
                res.concealed.push(Area { first: At::new(0, u32::from(short(0))), last });
            }
            0x00E5 => {
                let all = (0..usize::from(short(0))).map(|it| 2 + it * 8).filter(|it| it + 8 <= data.len());
                res.merged.extend(all.map(|it| Area {
                    first: At::new(short(it).into(), short(it + 4).into()),
                    last: At::new(short(it + 2).into(), short(it + 6).into()),
                }));
            }
            _ => (),
        }
        at = next;
    }
    res.concealed.extend(rows.into_iter().map(|it| Area { first: At::new(it, 0), last: At::new(it, u32::MAX) }));
    res
}

/// The record at a place: its kind, its data, where the next one is.
fn record(records: &[u8], at: usize) -> Option<(u16, &[u8], usize)> {
    let head = records.get(at..at.checked_add(4)?)?;
    let kind = u16::from_le_bytes([head[0], head[1]]);
    let end = at + 4 + usize::from(u16::from_le_bytes([head[2], head[3]]));
    Some((kind, records.get(at + 4..end)?, end))
}
