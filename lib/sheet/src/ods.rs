//! Workbooks of LibreOffice (`OpenDocument` 1.3, part 3, chapter 9).

use std::collections::HashSet;

use quick_xml::{
    events::{BytesStart, Event},
    reader::Reader,
};

use crate::{
    Area, At, Book, Limits, Sheet, SheetError, Value,
    book::Meter,
    package::Package,
    xlsx::{attribute, broken, entity},
};

/// The cell that is being read.
struct Half {
    repeated: u32,
    value: Option<Value>,
    formula: bool,
    text: String,
    /// So deep inside notes and drawings, whose text is not the cell's.
    aside: u32,
    /// So deep inside paragraphs.
    paragraph: u32,
}

/// Where the reading stands.
#[derive(Default)]
struct Reading {
    book: Book,
    sheet: Option<Sheet>,
    next: At0,
    /// The cells of the row, to be repeated.
    row: Vec<(u32, Value, bool)>,
    row_repeated: u32,
    half: Option<Half>,
}

/// The next row and column.
#[derive(Default)]
struct At0 {
    row: u32,
    column: u32,
    described: u32,
}

pub(crate) fn read(package: &mut Package<'_>, limits: &Limits, meter: &mut Meter) -> Result<Book, SheetError> {
    if package.names().any(|it| it == "META-INF/manifest.xml")
        && package.must("META-INF/manifest.xml")?.contains("encryption-data")
    {
        return Err(SheetError::Locked);
    }
    let xml = package.must("content.xml")?;
    if !xml.contains("office:spreadsheet") {
        return Err(SheetError::Other("văn bản hoặc bản trình chiếu", "a document or slides"));
    }
    let unseen = unseen_styles(&xml)?;
    let mut it = Reading::default();
    let mut reader = Reader::from_str(&xml);
    loop {
        match reader.read_event().map_err(|_| broken("content.xml"))? {
            Event::Start(element) => it.open(&element, &unseen, limits)?,
            Event::Empty(element) => {
                it.open(&element, &unseen, limits)?;
                it.close(element.name().as_ref(), limits, meter)?;
            }
            Event::End(element) => it.close(element.name().as_ref(), limits, meter)?,
            Event::Text(text) => it.letters(&text.xml10_content()),
            Event::CData(text) => it.letters(&text.xml10_content()),
            Event::GeneralRef(reference) => it.letters(&String::from_iter(entity(&reference))),
            Event::Eof => return Ok(it.book),
            _ => (),
        }
    }
}

/// The styles that hide a sheet.
fn unseen_styles(xml: &str) -> Result<HashSet<String>, SheetError> {
    let mut res = HashSet::new();
    let mut style = String::new();
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| broken("content.xml"))? {
            Event::Start(it) | Event::Empty(it) => match it.name().as_ref() {
                "style:style" => style = attribute(&it, "name").unwrap_or_default(),
                "style:table-properties" if attribute(&it, "display").as_deref() == Some("false") => {
                    res.insert(style.clone());
                }
                "office:body" => return Ok(res),
                _ => (),
            },
            Event::Eof => return Ok(res),
            _ => (),
        }
    }
}

impl Reading {
    fn open(&mut self, element: &BytesStart<'_>, unseen: &HashSet<String>, limits: &Limits) -> Result<(), SheetError> {
        let times = |name| attribute(element, name).and_then(|it| it.parse::<u32>().ok()).unwrap_or(1).max(1);
        match element.name().as_ref() {
            "table:table" => {
                if self.book.sheets.len() >= limits.sheets {
                    return Err(SheetError::Sheets(limits.sheets));
                }
                let style = attribute(element, "style-name").unwrap_or_default();
                let name = attribute(element, "name").unwrap_or_default();
                self.sheet = Some(Sheet { name, hidden: unseen.contains(&style), ..Sheet::default() });
                self.next = At0::default();
            }
            "table:table-column" => {
                let first = self.next.described;
                self.next.described = first.saturating_add(times("number-columns-repeated"));
                if let Some(sheet) = self.sheet.as_mut().filter(|_| is_unseen(element)) {
                    let last = At::new(u32::MAX, self.next.described - 1);
                    sheet.concealed.push(Area { first: At::new(0, first), last });
                }
            }
            "table:table-row" => {
                self.next.column = 0;
                self.row.clear();
                self.row_repeated = times("number-rows-repeated");
                if let Some(sheet) = self.sheet.as_mut().filter(|_| is_unseen(element)) {
                    let last = At::new(self.next.row.saturating_add(self.row_repeated - 1), u32::MAX);
                    sheet.concealed.push(Area { first: At::new(self.next.row, 0), last });
                }
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let (across, down) = (times("number-columns-spanned"), times("number-rows-spanned"));
                if let Some(sheet) =
                    self.sheet.as_mut().filter(|it| across * down.min(9) > 1 && it.merged.len() < limits.cells)
                {
                    let first = At::new(self.next.row, self.next.column);
                    let last = At::new(first.row.saturating_add(down - 1), first.column.saturating_add(across - 1));
                    sheet.merged.push(Area { first, last });
                }
                self.half = Some(Half {
                    repeated: times("number-columns-repeated"),
                    value: value(element)?,
                    formula: attribute(element, "formula").is_some(),
                    text: String::new(),
                    aside: 0,
                    paragraph: 0,
                });
            }
            "office:annotation" | "draw:frame" | "draw:custom-shape" => {
                self.half.iter_mut().for_each(|it| it.aside += 1);
            }
            "text:p" => {
                if let Some(half) = self.half.as_mut().filter(|it| it.aside == 0) {
                    if !half.text.is_empty() {
                        half.text.push('\n');
                    }
                    half.paragraph += 1;
                }
            }
            "text:s" | "text:tab" | "text:line-break" => self.letters(" "),
            _ => (),
        }
        Ok(())
    }

    fn letters(&mut self, text: &str) {
        if let Some(half) = self.half.as_mut().filter(|it| it.aside == 0 && it.paragraph > 0) {
            half.text.push_str(text);
        }
    }

    fn close(&mut self, name: &str, limits: &Limits, meter: &mut Meter) -> Result<(), SheetError> {
        match name {
            "text:p" => {
                if let Some(half) = self.half.as_mut().filter(|it| it.aside == 0) {
                    half.paragraph = half.paragraph.saturating_sub(1);
                }
            }
            "office:annotation" | "draw:frame" | "draw:custom-shape" => {
                self.half.iter_mut().for_each(|it| it.aside = it.aside.saturating_sub(1));
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let Some(half) = self.half.take() else { return Ok(()) };
                let first = self.next.column;
                self.next.column = first.saturating_add(half.repeated);
                let value = match half.value {
                    Some(value) => value,
                    None if half.text.trim().is_empty() && !half.formula => return Ok(()),
                    None if half.text.trim().is_empty() => Value::Fault(String::new()),
                    None => Value::Text(half.text),
                };
                // A value repeated to the edge of the sheet stops at the limit, with the reason.
                for column in first..self.next.column.min(limits.columns.saturating_add(1)) {
                    self.row.push((column, value.clone(), half.formula));
                }
            }
            "table:table-row" => {
                let Some(sheet) = &mut self.sheet else { return Ok(()) };
                let first = self.next.row;
                self.next.row = first.saturating_add(self.row_repeated);
                if self.row.is_empty() {
                    return Ok(());
                }
                for row in first..self.next.row {
                    for (column, value, formula) in &self.row {
                        let at = At::new(row, *column);
                        meter.cell(&sheet.name, at)?;
                        sheet.push(at, value.clone(), *formula);
                    }
                }
            }
            "table:table" => self.book.sheets.extend(self.sheet.take()),
            _ => (),
        }
        Ok(())
    }
}

fn is_unseen(element: &BytesStart<'_>) -> bool {
    attribute(element, "visibility").is_some_and(|it| it == "collapse" || it == "filter")
}

/// What a cell's attributes say that it holds; a text stands in its paragraphs.
fn value(element: &BytesStart<'_>) -> Result<Option<Value>, SheetError> {
    let Some(kind) = attribute(element, "value-type") else { return Ok(None) };
    let number = || {
        let text = attribute(element, "value").unwrap_or_default();
        text.parse::<f64>().map_err(|_| broken("số/number"))
    };
    Ok(match kind.as_str() {
        "float" | "currency" => Some(Value::Number(number()?)),
        "percentage" => Some(Value::Share(number()?)),
        "date" | "time" => Some(Value::Moment(0.0)),
        "boolean" => Some(Value::Flag(attribute(element, "boolean-value").as_deref() == Some("true"))),
        _ => attribute(element, "string-value").map(Value::Text),
    })
}
