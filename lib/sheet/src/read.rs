use crate::{Book, Limits, SheetError, book::Meter, legacy, ods, package::Package, text, xls, xlsx};

/// What files begin with that are no spreadsheets, and what they are.
const OTHERS: [(&[u8], &str, &str); 9] = [
    (b"\x89PNG", "hình ảnh", "a picture"),
    (b"\xff\xd8\xff", "hình ảnh", "a picture"),
    (b"GIF8", "hình ảnh", "a picture"),
    (b"BM", "hình ảnh", "a picture"),
    (b"RIFF", "hình ảnh hoặc âm thanh", "a picture or sound"),
    (b"%PDF", "tệp PDF", "a PDF"),
    (b"{\\rtf", "văn bản RTF", "an RTF document"),
    (b"Rar!", "tệp nén", "an archive"),
    (b"7z\xbc\xaf", "tệp nén", "an archive"),
];

/// Reads a file. What it is, is told from its bytes; its name says nothing.
///
/// # Errors
/// Why nothing was read.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Book, SheetError> {
    if bytes.len() > limits.bytes {
        return Err(SheetError::Large(limits.bytes));
    }
    let mut meter = Meter::new(*limits);
    let mut book = if bytes.is_empty() {
        return Err(SheetError::Empty);
    } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        packed(bytes, limits, &mut meter)?
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        xls::read(bytes, limits, &mut meter)?
    } else if let Some((_, vi, en)) = OTHERS.iter().find(|it| bytes.starts_with(it.0)) {
        return Err(SheetError::Other(vi, en));
    } else {
        text::read(bytes, &mut meter)?
    };
    if book.sheets.len() > limits.sheets {
        return Err(SheetError::Sheets(limits.sheets));
    }
    book.sheets.iter_mut().for_each(crate::Sheet::settle);
    if book.sheets.iter().all(|it| it.cells.is_empty()) {
        return Err(SheetError::Empty);
    }
    legacy::unify(&mut book);
    Ok(book)
}

/// Reads a table copied out of a spreadsheet or a document: cells parted by tabs, rows by line ends.
///
/// # Errors
/// More of it than the limits let; nothing in it.
pub fn pasted(table: &str, limits: &Limits) -> Result<Book, SheetError> {
    if table.len() > limits.bytes {
        return Err(SheetError::Large(limits.bytes));
    }
    let mut sheet = text::table(table, '\t', &mut Meter::new(*limits))?;
    sheet.settle();
    if sheet.cells.is_empty() {
        return Err(SheetError::Empty);
    }
    let mut book = Book { sheets: vec![sheet], legacy: None };
    legacy::unify(&mut book);
    Ok(book)
}

fn packed(bytes: &[u8], limits: &Limits, meter: &mut Meter) -> Result<Book, SheetError> {
    let mut package = Package::open(bytes, limits)?;
    let mut has = (false, false, false, false);
    for name in package.names() {
        if name.ends_with("vbaProject.bin") || name.contains("/macrosheets/") || name.starts_with("Basic/") {
            return Err(SheetError::Macros);
        }
        has.0 |= name.starts_with("xl/");
        has.1 |= name == "content.xml";
        has.2 |= name == "xl/workbook.bin";
        has.3 |= name.starts_with("word/");
    }
    match has {
        (_, _, true, _) => Err(SheetError::Other("tệp Excel nhị phân (.xlsb)", "a binary Excel file (.xlsb)")),
        (true, ..) => xlsx::read(&mut package, limits, meter),
        (_, true, ..) => ods::read(&mut package, limits, meter),
        (.., true) => Err(SheetError::Other("văn bản Word", "a Word document")),
        _ => Err(SheetError::Other("tệp nén", "an archive")),
    }
}
