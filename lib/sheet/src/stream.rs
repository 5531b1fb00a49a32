//! Long tables as a workbook, written row by row into whatever takes bytes: what was written is forgotten.

use std::io::{self, Write};

use zip::{
    CompressionMethod, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// The most rows of a sheet that Excel opens.
const ROWS: u32 = 1_048_576;
/// The longest text that Excel keeps in a cell.
const LONGEST: usize = 32_767;

/// What goes into a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Put<'a> {
    /// Nothing.
    Nothing,
    /// A text.
    Text(&'a str),
    /// A number, how many of its last digits stand behind the decimal sign, and which of the formats it is shown in.
    Number(i64, u8, usize),
}

/// A workbook of one sheet that is being written.
pub struct Stream<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    line: Vec<u8>,
    row: u32,
}

impl<W: Write> std::fmt::Debug for Stream<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stream at row {}", self.row)
    }
}

impl<W: Write> Stream<W> {
    /// A workbook whose sheet has this name and begins with these headings; they stay in sight. Numbers are shown in one
    /// of these formats, `#,##0` or `"khoảng "#,##0`: so a word beside a number does not make a text of it.
    ///
    /// # Errors
    /// When the bytes are not taken.
    pub fn new(out: W, sheet: &str, headings: &[&str], formats: &[&str]) -> io::Result<Stream<W>> {
        let mut zip = ZipWriter::new_stream(out);
        let name: String = sheet.chars().filter(|it| !"[]:*?/\\".contains(*it)).take(31).collect();
        let mut tab = Vec::new();
        escape(&mut tab, &name);
        let book = BOOK.replace("{}", &String::from_utf8_lossy(&tab));
        let styles = styles(formats);
        for (name, text) in [
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", ROOT),
            ("xl/workbook.xml", book.as_str()),
            ("xl/_rels/workbook.xml.rels", LINKS),
            ("xl/styles.xml", styles.as_str()),
        ] {
            zip.start_file(name, options()).map_err(io::Error::other)?;
            zip.write_all(text.as_bytes())?;
        }
        zip.start_file("xl/worksheets/sheet1.xml", options().large_file(true)).map_err(io::Error::other)?;
        zip.write_all(HEAD.as_bytes())?;
        let mut it = Stream { zip, line: Vec::new(), row: 0 };
        let headings: Vec<Put<'_>> = headings.iter().map(|it| Put::Text(it)).collect();
        it.write(&headings, 1)?;
        Ok(it)
    }

    /// One more row.
    ///
    /// # Errors
    /// When the bytes are not taken, or Excel takes no more rows.
    pub fn row(&mut self, cells: &[Put<'_>]) -> io::Result<()> {
        if self.row >= ROWS {
            return Err(io::Error::other("Excel: 1.048.576 dòng/rows"));
        }
        self.write(cells, 0)
    }

    fn write(&mut self, cells: &[Put<'_>], style: u8) -> io::Result<()> {
        self.row += 1;
        let line = &mut self.line;
        line.clear();
        line.extend_from_slice(b"<row>");
        for cell in cells {
            match cell {
                Put::Nothing => line.extend_from_slice(b"<c/>"),
                Put::Text(text) => {
                    write!(line, "<c t=\"inlineStr\" s=\"{style}\"><is><t xml:space=\"preserve\">")?;
                    escape(line, text);
                    line.extend_from_slice(b"</t></is></c>");
                }
                Put::Number(number, places, format) => {
                    write!(line, "<c s=\"{}\"><v>", format + OWN)?;
                    scaled(line, *number, *places)?;
                    line.extend_from_slice(b"</v></c>");
                }
            }
        }
        line.extend_from_slice(b"</row>");
        self.zip.write_all(line)
    }

    /// Ends the workbook.
    ///
    /// # Errors
    /// When the bytes are not taken.
    pub fn finish(mut self) -> io::Result<W> {
        self.zip.write_all(TAIL.as_bytes())?;
        Ok(self.zip.finish().map_err(io::Error::other)?.into_inner())
    }
}

/// Speed before size: tables of figures shrink well at any level.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(1))
}

/// Letters that XML does not take are left out.
fn escape(out: &mut Vec<u8>, text: &str) {
    let mut rest = LONGEST;
    for letter in text.chars() {
        let Some(left) = rest.checked_sub(letter.len_utf16()) else { break };
        rest = left;
        match letter {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\t' | '\n' => out.push(b' '),
            it if it < ' ' || it == '\u{fffe}' || it == '\u{ffff}' => (),
            it => out.extend_from_slice(it.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

fn scaled(out: &mut Vec<u8>, number: i64, places: u8) -> io::Result<()> {
    let unit = 10_u64.saturating_pow(u32::from(places));
    let size = number.unsigned_abs();
    let sign = if number < 0 { "-" } else { "" };
    match places {
        0 => write!(out, "{number}"),
        _ => write!(out, "{sign}{}.{:0width$}", size / unit, size % unit, width = usize::from(places)),
    }
}

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const LINKS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// So many styles stand before those of numbers: plain, and bold for headings.
const OWN: usize = 2;

/// The styles, one for each format of numbers.
fn styles(formats: &[&str]) -> String {
    let (mut codes, mut cells) = (Vec::new(), Vec::new());
    for (at, format) in formats.iter().enumerate() {
        let mut code = Vec::new();
        escape(&mut code, format);
        // Below 164 stand the formats that every program knows.
        codes.push(format!("<numFmt numFmtId=\"{}\" formatCode=\"{}\"/>", 164 + at, String::from_utf8_lossy(&code)));
        cells.push(format!("<xf numFmtId=\"{}\" applyNumberFormat=\"1\"/>", 164 + at));
    }
    let (many, all) = (formats.len(), formats.len() + OWN);
    let (codes, cells) = (codes.concat(), cells.concat());
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="{many}">{codes}</numFmts><fonts count="2"><font><sz val="12"/><name val="Times New Roman"/></font><font><b/><sz val="12"/><name val="Times New Roman"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="{all}"><xf/><xf fontId="1" applyFont="1"/>{cells}</cellXfs></styleSheet>"#
    )
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>"#;
const TAIL: &str = "</sheetData></worksheet>";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{At, Limits, Value};

    #[test]
    fn what_is_written_row_by_row_is_read_again() {
        let mut it =
            Stream::new(Vec::new(), "Số/liệu", &["Đơn vị", "Số & <chữ>"], &["#,##0", "\"khoảng \"0.00"]).unwrap();
        it.row(&[Put::Text("Xã \"Mẫu\""), Put::Number(-5, 0, 0)]).unwrap();
        it.row(&[Put::Nothing, Put::Number(-1385, 2, 1)]).unwrap();
        it.row(&[Put::Text(" \u{1}x"), Put::Number(-5, 2, 1)]).unwrap();
        let bytes = it.finish().unwrap();
        let book = crate::read(&bytes, &Limits::default()).unwrap();
        let sheet = &book.sheets[0];
        assert_eq!(sheet.name, "Sốliệu");
        let found: Vec<(String, &Value)> = sheet.cells.iter().map(|it| (it.at.to_string(), &it.value)).collect();
        let text = |it: &str| Value::Text(it.to_owned());
        assert_eq!(
            found,
            [
                ("A1".into(), &text("Đơn vị")),
                ("B1".into(), &text("Số & <chữ>")),
                ("A2".into(), &text("Xã \"Mẫu\"")),
                ("B2".into(), &Value::Number(-5.0)),
                ("B3".into(), &Value::Number(-13.85)),
                ("A4".into(), &text("x")),
                ("B4".into(), &Value::Number(-0.05)),
            ]
        );
        assert!(sheet.cell(At::new(2, 0)).is_none());
    }
}
