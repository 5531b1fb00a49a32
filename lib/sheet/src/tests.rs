//! Files as offices send them, and as people send them who mean ill or chose the wrong one.

use std::io::Write;

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{At, Book, Limits, SheetError, Value, pasted, read};

/// A zip file of these parts.
fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of Excel with this one sheet.
fn xlsx(sheet: &str) -> Vec<u8> {
    zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"s.xml\"/></Relationships>",
        ),
        ("xl/workbook.xml", "<workbook><sheets><sheet name=\"Trang\" r:id=\"a\"/></sheets></workbook>"),
        ("xl/s.xml", &format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>")),
    ])
}

/// A workbook of LibreOffice with these tables.
fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:automatic-styles><style:style style:name=\"h\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

fn ours(bytes: &[u8]) -> Result<Book, SheetError> {
    read(bytes, &Limits::default())
}

#[track_caller]
fn refused(bytes: &[u8], expect: &SheetError) {
    assert_eq!(ours(bytes).as_ref(), Err(expect));
    assert!(expect.vietnamese().ends_with('.') && !expect.to_string().is_empty());
}

fn at(text: &str) -> At {
    text.parse().unwrap()
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn a_workbook_of_excel_is_read_with_all_that_makes_a_number_doubtful() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Xã Mẫu 01").unwrap();
    sheet.write(0, 0, "Số hộ").unwrap();
    sheet.write(0, 1, 1900).unwrap();
    sheet.write_with_format(1, 1, 0.85, &Format::new().set_num_format("0%")).unwrap();
    sheet.write_with_format(2, 1, 45000, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
    sheet.write(3, 1, Formula::new("=1+1").set_result("2")).unwrap();
    sheet.write(4, 1, true).unwrap();
    sheet.write(5, 0, "  A & <B>  ").unwrap();
    sheet.merge_range(6, 0, 7, 2, "gộp", &Format::new()).unwrap();
    sheet.write(8, 0, "ẩn").unwrap();
    sheet.set_row_hidden(8).unwrap();
    sheet.set_column_hidden(5).unwrap();
    sheet.write(0, 5, 7).unwrap();
    let other = book.add_worksheet();
    other.set_hidden(true).write(0, 0, "x").unwrap();
    let book = ours(&book.save_to_buffer().unwrap()).unwrap();
    let sheet = &book.sheets[0];
    assert_eq!((sheet.name.as_str(), sheet.hidden, book.sheets[1].hidden), ("Xã Mẫu 01", false, true));
    let value = |place: &str| sheet.cell(at(place)).map(|it| it.value.clone());
    assert_eq!(value("A1"), Some(text("Số hộ")));
    assert_eq!(value("B1"), Some(Value::Number(1900.0)));
    assert_eq!(value("B2"), Some(Value::Share(0.85)));
    assert_eq!(value("B3"), Some(Value::Moment(45000.0)));
    assert_eq!(value("B4"), Some(Value::Number(2.0)));
    assert!(sheet.cell(at("B4")).unwrap().formula && !sheet.cell(at("B1")).unwrap().formula);
    assert_eq!(value("B5"), Some(Value::Flag(true)));
    assert_eq!(value("A6"), Some(text("A & <B>")));
    assert_eq!(value("C8"), None);
    assert_eq!(sheet.merged_around(at("C8")).map(|it| it.first), Some(at("A7")));
    assert!(sheet.is_concealed(at("A9")) && sheet.is_concealed(at("F1")) && !sheet.is_concealed(at("B1")));
    assert_eq!(sheet.rows().count(), 8);
}

#[test]
fn odd_but_lawful_xml_is_understood() {
    let book = ours(&xlsx(
        "<row><c t=\"inlineStr\"><is><r><t>Hộ </t></r><r><t>A&amp;B&#x111;</t></r><rPh><t>no</t></rPh></is></c><c><v>5</v></c></row>\
         <row r=\"4\"><c r=\"C4\" t=\"str\"><f>x</f><v>y</v></c><c><v>1e3</v></c><c r=\"E4\"/><c r=\"F4\"><f>A1</f></c></row>",
    ))
    .unwrap();
    let found: Vec<(String, Value)> =
        book.sheets[0].cells.iter().map(|it| (it.at.to_string(), it.value.clone())).collect();
    let expect = [
        ("A1", text("Hộ A&Bđ")),
        ("B1", Value::Number(5.0)),
        ("C4", text("y")),
        ("D4", Value::Number(1000.0)),
        ("F4", Value::Fault(String::new())),
    ];
    assert_eq!(found, expect.map(|(at, value)| (at.to_owned(), value)));
}

#[test]
fn a_workbook_of_libreoffice_is_read() {
    let book = ours(&ods(
        "<table:table table:name=\"Một\"><table:table-column table:number-columns-repeated=\"3\"/><table:table-column table:visibility=\"collapse\"/>\
         <table:table-row><table:table-cell office:value-type=\"string\" table:number-columns-spanned=\"2\" table:number-rows-spanned=\"1\"><office:annotation><text:p>ghi chú</text:p></office:annotation><text:p>Số<text:s/>hộ</text:p></table:table-cell><table:covered-table-cell/>\
         <table:table-cell office:value-type=\"float\" office:value=\"1900\" table:number-columns-repeated=\"2\"><text:p>1.900</text:p></table:table-cell></table:table-row>\
         <table:table-row table:number-rows-repeated=\"2\" table:visibility=\"filter\"><table:table-cell office:value-type=\"percentage\" office:value=\"0.5\" table:formula=\"of:=1/2\"/></table:table-row>\
         <table:table-row table:number-rows-repeated=\"1048573\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table>\
         <table:table table:name=\"Ẩn\" table:style-name=\"h\"/>",
    ))
    .unwrap();
    let sheet = &book.sheets[0];
    let found: Vec<(String, &Value)> = sheet.cells.iter().map(|it| (it.at.to_string(), &it.value)).collect();
    let (words, number, share) = (text("Số hộ"), Value::Number(1900.0), Value::Share(0.5));
    let expect = [("A1", &words), ("C1", &number), ("D1", &number), ("A2", &share), ("A3", &share)];
    assert_eq!(found, expect.map(|(at, value)| (at.to_owned(), value)));
    assert!(sheet.cell(at("A3")).unwrap().formula);
    assert!(sheet.is_concealed(at("D1")) && sheet.is_concealed(at("A3")) && !sheet.is_concealed(at("C1")));
    assert_eq!(sheet.merged_around(at("B1")).map(|it| it.first), Some(at("A1")));
    assert!(book.sheets[1].hidden && !sheet.hidden);
}

#[test]
fn old_encodings_inside_a_workbook_become_unicode() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, words) in ["Sè l\u{ad}îng hé ®¨ng ký", "TØnh MÉu", "1.900"].iter().enumerate() {
        sheet.write(u32::try_from(row).unwrap(), 0, *words).unwrap();
    }
    let book = ours(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(book.legacy, Some(viet::Legacy::Tcvn3));
    assert_eq!(book.sheets[0].text(at("A2")), Some("Tỉnh Mẫu"));
    let book = pasted("Soá löôïng hoä\t5\n", &Limits::default()).unwrap();
    assert_eq!((book.legacy, book.sheets[0].text(at("A1"))), (Some(viet::Legacy::Vni), Some("Số lượng hộ")));
}

#[test]
fn what_is_no_spreadsheet_is_called_by_its_name() {
    refused(b"", &SheetError::Empty);
    refused(b" \r\n \r\n", &SheetError::Empty);
    refused(&xlsx(""), &SheetError::Empty);
    refused(b"\x89PNG\r\n\x1a\n\0\0", &SheetError::Other("hình ảnh", "a picture"));
    refused(b"\xff\xd8\xff\xe0\0\x10JFIF", &SheetError::Other("hình ảnh", "a picture"));
    refused(b"%PDF-1.7", &SheetError::Other("tệp PDF", "a PDF"));
    refused(b"<html><table>", &SheetError::Other("trang web hoặc XML đổi tên", "a web page or XML under another name"));
    refused(b"\x01\0\x02\x03\0\0\x07", &SheetError::Other("tệp nhị phân", "a binary file"));
    refused(&zipped(&[("word/document.xml", "")]), &SheetError::Other("văn bản Word", "a Word document"));
    refused(&zipped(&[("a.txt", "")]), &SheetError::Other("tệp nén", "an archive"));
    refused(
        &zipped(&[("xl/workbook.bin", "")]),
        &SheetError::Other("tệp Excel nhị phân (.xlsb)", "a binary Excel file (.xlsb)"),
    );
    // Bytes that are text in no encoding we know.
    refused(b"S\xf0\xdd x\xe7\xe7\xe7, \xb2\xb3\xdb", &SheetError::Encoding);
}

#[test]
fn macros_and_passwords_are_refused() {
    refused(&zipped(&[("xl/workbook.xml", ""), ("xl/vbaProject.bin", "")]), &SheetError::Macros);
    refused(&zipped(&[("xl/workbook.xml", ""), ("xl/macrosheets/sheet1.xml", "")]), &SheetError::Macros);
    refused(&zipped(&[("content.xml", ""), ("Basic/Standard/Module1.xml", "")]), &SheetError::Macros);
    let typed = "<Types><Override ContentType=\"application/vnd.ms-excel.sheet.macroEnabled.main+xml\"/></Types>";
    refused(&zipped(&[("[Content_Types].xml", typed), ("xl/workbook.xml", "")]), &SheetError::Macros);
    let manifest = "<manifest:encryption-data/>";
    refused(&zipped(&[("META-INF/manifest.xml", manifest), ("content.xml", "")]), &SheetError::Locked);
    let mut old = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    old.create_stream("/EncryptedPackage").unwrap();
    refused(&old.into_inner().into_inner(), &SheetError::Locked);
    let mut old = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    old.create_storage("/_VBA_PROJECT_CUR").unwrap();
    refused(&old.into_inner().into_inner(), &SheetError::Macros);
}

#[test]
fn what_would_fill_the_memory_is_refused_before_it_does() {
    let limits = Limits::default();
    refused(&vec![b'a'; limits.bytes + 1], &SheetError::Large(limits.bytes));
    // Unpacks to 65 MB of blanks.
    let bomb = xlsx(&" ".repeat(65 << 20));
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    refused(&bomb, &SheetError::Unpacks(limits.unpacked));
    // Two cells in opposite corners.
    let corners = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>";
    refused(&xlsx(corners), &SheetError::Rows("Trang".into(), limits.rows));
    refused(
        &xlsx("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>"),
        &SheetError::Columns("Trang".into(), limits.columns),
    );
    // A million rows, one after the other, and as a text.
    let rows = "<row><c><v>1</v></c></row>".repeat(1_000_000);
    refused(&xlsx(&rows), &SheetError::Rows("Trang".into(), limits.rows));
    refused("1\n".repeat(1_000_000).as_bytes(), &SheetError::Rows(String::new(), limits.rows));
    let filled = "<table:table table:name=\"T\"><table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"16384\"/></table:table-row></table:table>";
    refused(&ods(filled), &SheetError::Columns("T".into(), limits.columns));
    refused(&ods(&filled.replace("16384", "9")), &SheetError::Rows("T".into(), limits.rows));
    refused(&ods(&"<table:table table:name=\"T\"/>".repeat(401)), &SheetError::Sheets(limits.sheets));
    let wide = "1,".repeat(400);
    refused(format!("{wide}\n").repeat(2_000).as_bytes(), &SheetError::Cells(limits.cells));
}

#[test]
fn broken_files_are_told_from_good_ones() {
    let good = xlsx("<row><c><v>1</v></c></row>");
    assert!(ours(&good).is_ok());
    for cut in [5, good.len() / 3, good.len() / 2, good.len() - 10] {
        assert!(ours(&good[..cut]).is_err(), "{cut}");
    }
    for sheet in [
        "<row><c t=\"s\"><v>9</v></c></row>",
        "<row><c><v>một</v></c></row>",
        "<row r=\"x\"/>",
        "<row><c r=\"?\"/></row>",
        "<row></c>",
    ] {
        assert!(matches!(ours(&xlsx(sheet)), Err(SheetError::Broken(_))), "{sheet}");
    }
    // An entity that a file defines itself stands for nothing: no file can make itself grow.
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><row><c t=\"str\"><v>1&b;</v></c></row>";
    assert!(ours(&xlsx(laughs)).is_ok_and(|it| it.sheets[0].text(at("A1")) == Some("1")));
}

#[test]
fn a_pasted_table_keeps_its_rows_and_columns() {
    let book = pasted("TT\tChỉ tiêu\tSố liệu\r\n\r\n1\t\"Hộ\nđăng ký\"\t1.900\r\n", &Limits::default()).unwrap();
    let found: Vec<(String, &Value)> = book.sheets[0].cells.iter().map(|it| (it.at.to_string(), &it.value)).collect();
    let (tt, head, figures, one, name, number) =
        (text("TT"), text("Chỉ tiêu"), text("Số liệu"), text("1"), text("Hộ đăng ký"), text("1.900"));
    let expect = [("A1", &tt), ("B1", &head), ("C1", &figures), ("A3", &one), ("B3", &name), ("C3", &number)];
    assert_eq!(found, expect.map(|(at, value)| (at.to_owned(), value)));
    assert_eq!(pasted(" \t \n", &Limits::default()), Err(SheetError::Empty));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..400), head in 0usize..5) {
        let heads: [&[u8]; 5] = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"<?xml"];
        if let Err(err) = ours(&[heads[head], &bytes].concat()) {
            prop_assert!(!err.vietnamese().is_empty() && !err.to_string().is_empty());
        }
    }

    #[test]
    fn any_sheet_gets_an_answer(sheet in "(<row( r=\"[0-9]{1,8}\")?>|</row>|<c( r=\"[A-Z]{1,4}[0-9]{1,8}\")?( t=\"(s|b|e|n|str)\")?>|</c>|<v>|</v>|<f>|</f>|[0-9.]{1,5}|&[a-z]{1,4};){0,30}") {
        let _ = ours(&xlsx(&sheet));
    }
}
