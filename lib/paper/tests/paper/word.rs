//! The Word file, read back part by part.

use std::fs;
use std::path::Path;

use paper::{Block, Document, Error};

use crate::pages::FONTS;
use crate::sample::{letter, long_name, report};

pub(crate) fn file(name: &str, document: &Document) -> Vec<u8> {
    let bytes = paper::docx(document, &FONTS).expect("the document is right");
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), &bytes).expect("the folder is writable");
    bytes
}

/// One part of the package; docx-rs stores its parts uncompressed.
pub(crate) fn part(file: &[u8], name: &str) -> String {
    let number = |at: usize, size: usize| (0..size).rev().fold(0, |sum, byte| sum << 8 | usize::from(file[at + byte]));
    let mut at = 0;
    while file[at..].starts_with(b"PK\x03\x04") {
        let (method, size) = (number(at + 8, 2), number(at + 18, 4));
        let (name_end, extra) = (at + 30 + number(at + 26, 2), number(at + 28, 2));
        let content = name_end + extra..name_end + extra + size;
        if &file[at + 30..name_end] == name.as_bytes() {
            assert_eq!(method, 0, "{name} is compressed");
            return String::from_utf8(file[content].to_vec()).expect("UTF-8");
        }
        at = content.end;
    }
    panic!("{name} is not in the file");
}

#[track_caller]
pub(crate) fn check(xml: &str, expect: &[&str]) {
    for text in expect {
        assert!(xml.contains(text), "{text} is not in {xml}");
    }
}

#[test]
fn page_is_a4_with_the_margins_of_the_decree() {
    let body = part(&file("report.docx", &report()), "word/document.xml");
    check(
        &body,
        &[
            r#"<w:pgSz w:w="11906" w:h="16838""#,
            r#"w:top="1134" w:right="850" w:bottom="1134" w:left="1701""#,
            "<w:titlePg",
            r#"w:type="first""#,
        ],
    );
}

#[test]
fn boxes_stand_in_the_body_in_order() {
    let file = file("boxes.docx", &report());
    let body = part(&file, "word/document.xml");
    let boxes = [
        "DỮ LIỆU MẪU",
        "ỦY BAN NHÂN DÂN TỈNH MẪU",
        "BAN CHỈ ĐẠO PHONG TRÀO",
        paper::NATION,
        paper::MOTTO,
        "/BC-BCĐ",
        "Tỉnh Mẫu, ngày 05 tháng 02 năm 2026",
        ">BÁO CÁO<",
        "Kính gửi:",
        "- Ủy ban nhân dân tỉnh Mẫu.",
        "Căn cứ Kế hoạch công tác năm 2026.",
        "I. TÌNH HÌNH",
        "Bảng 1.",
        "Trên đây là báo cáo",
        "Nơi nhận:",
        "- Lưu: VT, BCĐ.",
        "PHÓ TRƯỞNG BAN",
        "Nguyễn Thị Ngọc Ánh",
    ];
    let places: Vec<_> = boxes.map(|text| body.find(text).unwrap_or_else(|| panic!("{text}"))).into();
    assert!(places.is_sorted(), "{places:?}");
    let headers = part(&file, "word/header1.xml") + &part(&file, "word/header2.xml");
    assert!(headers.contains("PAGE") && headers.contains("DỮ LIỆU MẪU") && !headers.contains(paper::NATION));
}

#[test]
fn sizes_language_and_fonts_are_in_the_styles() {
    let file = file("styles.docx", &report());
    check(
        &part(&file, "word/styles.xml"),
        &[
            r#"w:eastAsia="Times New Roman""#,
            r#"<w:sz w:val="28"/>"#,
            r#"<w:lang w:val="vi-VN" w:eastAsia="vi-VN""#,
            r#"<w:name w:val="Body Text"/>"#,
            r#"<w:spacing w:before="0" w:after="120"/><w:ind w:firstLine="720"/><w:jc w:val="both"/>"#,
        ],
    );
    let body = part(&file, "word/document.xml");
    for style in body.split(r#"<w:pStyle w:val=""#).skip(1).filter_map(|rest| rest.split('"').next()) {
        check(&part(&file, "word/styles.xml"), &[&format!(r#"w:styleId="{style}""#)]);
    }
    check(
        &part(&file, "docProps/core.xml"),
        &["<dc:title>BÁO CÁO Kết quả phong trào", "<dc:language>vi-VN<", ">2026-02-05T00:00:00Z<"],
    );
}

#[test]
fn table_repeats_its_header_and_splits_no_row() {
    let body = part(&file("table.docx", &report()), "word/document.xml");
    assert_eq!(body.matches("<w:tblHeader />").count(), 2);
    assert_eq!(body.matches("<w:tr>").count(), body.matches("<w:cantSplit />").count());
    assert_eq!(body.matches(r#"<w:vMerge w:val="restart" />"#).count(), 2);
    assert_eq!(body.matches(r#"<w:vMerge w:val="continue" />"#).count(), 2);
    check(&body, &[&long_name(), r#"<w:gridSpan w:val="2" />"#]);
    let widths = body.split("<w:gridCol w:w=\"").skip(3).take(4);
    let sum: usize = widths.filter_map(|rest| rest.split('"').next()?.parse::<usize>().ok()).sum();
    assert_eq!(sum, 9355, "the columns fill the text width");
}

#[test]
fn the_last_text_keeps_with_the_signature() {
    let body = part(&file("keep.docx", &report()), "word/document.xml");
    let end = body.find("Trên đây là báo cáo").expect("the last paragraph");
    let start = body[..end].rfind("<w:p>").or_else(|| body[..end].rfind("<w:p ")).expect("its start");
    check(&body[start..end], &["<w:keepNext />"]);
}

#[test]
fn texts_stay_texts() {
    let body = part(&file("texts.docx", &report()), "word/document.xml");
    check(&body, &["Nguyễn &amp; &lt;b&gt;Con&lt;/b&gt;", "hơn\u{a0}1.200", "Tổ quốc: chữ tổ hợp"]);
    let mut document = letter();
    document.blocks = vec![Block::text("a\u{0}\u{b}b\nc")];
    check(&part(&file("control.docx", &document), "word/document.xml"), &["ab c"]);
}

#[test]
fn a_letter_has_its_subject_under_the_number() {
    let body = part(&file("letter.docx", &letter()), "word/document.xml");
    check(&body, &["Số: 07/CAX", "V/v đôn đốc gửi báo cáo tháng 10", "Kính gửi: Trưởng các thôn"]);
    assert!(!body.contains(r#"w:val="Title""#));
}

#[test]
fn equal_documents_give_equal_files() {
    let first = file("first.docx", &report());
    file("between.docx", &letter());
    assert!(first == file("second.docx", &report()));
    let dates: Vec<_> = first.windows(4).enumerate().filter(|(_, w)| w == b"PK\x03\x04").map(|(at, _)| at).collect();
    assert!(dates.iter().all(|at| first[at + 10..at + 14] == [0, 0, 0x21, 0]), "the parts carry no clock time");
}

#[test]
fn a_wrong_table_is_refused_by_name() {
    let mut document = report();
    for block in &mut document.blocks {
        if let Block::Table(table) = block {
            table.rows[3].pop();
        }
    }
    let error = paper::docx(&document, &FONTS).expect_err("a cell is missing");
    assert!(matches!(&error, Error::Table { table, .. } if table.contains("Bảng 1.")), "{error}");
    assert!(error.to_string().contains("row 4"), "{error}");
}
