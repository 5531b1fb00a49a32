//! The PDF, read back with pdftotext.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use paper::{Block, Document, Fonts, Signature};

use crate::sample::{HOSTILE, letter, long_name, report};
use crate::texts::with_text;

pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::find);

/// Writes the PDF where it can be looked at.
pub(crate) fn write(name: &str, document: &Document) -> PathBuf {
    let bytes = paper::pdf(document, &FONTS).expect("the document is right");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes).expect("the folder is writable");
    path
}

pub(crate) fn run(program: &str, arguments: &[&str], file: &Path) -> String {
    let said = Command::new(program).args(arguments).arg(file).arg("-").output();
    let said = said.unwrap_or_else(|e| panic!("{program} does not start ({e}): install poppler-utils"));
    assert!(said.status.success(), "{program}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).expect("UTF-8")
}

/// The text of each page, as laid out.
pub(crate) fn pages(name: &str, document: &Document) -> Vec<String> {
    let text = run("pdftotext", &["-layout"], &write(name, document));
    text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
}

/// The text without any white space, so that line breaks do not matter.
pub(crate) fn dense(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn has_the_boxes_of_the_first_page_in_order() {
    let page = dense(&pages("boxes.pdf", &report())[0]);
    let boxes = [
        "DỮ LIỆU MẪU",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "/BC-BCĐ",
        "Tỉnh Mẫu, ngày 05 tháng 02 năm 2026",
        "BÁO CÁO",
        "Kết quả phong trào Toàn dân bảo vệ an ninh Tổ quốc năm 2026",
        "Kính gửi:",
        "- Bộ Công an;",
        "Căn cứ Quy chế hoạt động của Ban Chỉ đạo;",
        "I. TÌNH HÌNH",
    ];
    let places: Vec<_> = boxes.map(|text| page.find(&dense(text)).unwrap_or_else(|| panic!("{text}: {page}"))).into();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn numbers_every_page_but_the_first() {
    let pages = pages("numbers.pdf", &report());
    assert!(pages.len() >= 3, "{} pages", pages.len());
    assert!(pages[0].trim_start().starts_with("DỮ LIỆU MẪU"));
    for (at, page) in pages.iter().enumerate().skip(1) {
        let mut lines = page.lines().map(str::trim).filter(|line| !line.is_empty());
        assert_eq!(lines.next(), Some((at + 1).to_string().as_str()));
        assert_eq!(lines.next(), Some("DỮ LIỆU MẪU"));
    }
}

#[test]
fn keeps_every_text() {
    let pages = pages("texts.pdf", &report());
    let all = dense(&run("pdftotext", &["-raw"], &write("texts.pdf", &report()))); // Cell by cell, not line by line.
    for text in [HOSTILE, &long_name(), "Tổ quốc: chữ tổ hợp", "hơn 1.200 tin báo", "Ghi chú: trong đó có số ước."]
    {
        assert!(all.contains(&dense(text)), "{text}\n{all}");
    }
    let repeated = pages.iter().filter(|page| dense(page).contains("TTĐơnvị")).count();
    assert!(repeated >= 2, "the table's header stands on {repeated} pages");
}

#[test]
fn does_not_leave_the_signature_alone() {
    // However long the body is, text stands above the signature on its page.
    for paragraphs in 0..14 {
        let mut document = report();
        let more = (0..paragraphs).map(|_| Block::text("Một dòng chữ dùng để đẩy phần chữ ký xuống dần."));
        let end = document.blocks.len() - 1;
        document.blocks.splice(end..end, more);
        let pages = pages("signature.pdf", &document);
        let last = dense(pages.last().expect("a page"));
        assert!(last.contains(&dense("TM. BAN CHỈ ĐẠO")) && last.contains("NguyễnThịNgọcÁnh"), "{last}");
        assert!(last.contains(&dense("Trên đây là báo cáo")), "{paragraphs} more paragraphs: {last}");
        assert!(last.contains(&dense("- Lưu: VT, BCĐ.")));
    }
}

#[test]
fn keeps_the_last_table_with_the_signature() {
    for rows in 0..6 {
        let mut document = report();
        document.blocks.truncate(9);
        let Some(Block::Table(table)) = document.blocks.last_mut() else { panic!("the ninth block is the table") };
        table.notes.clear();
        table.rows.drain(..rows);
        let pages = pages("table-end.pdf", &document);
        let last = dense(pages.last().expect("a page"));
        assert!(last.contains("Tổngcộng") && last.contains(&dense("TM. BAN CHỈ ĐẠO")), "{rows}: {last}");
    }
}

#[test]
fn writes_a_letter() {
    let pages = pages("letter.pdf", &letter());
    assert_eq!(pages.len(), 1);
    let page = dense(&pages[0]);
    for text in ["Số: 07/CAX", "V/v đôn đốc gửi báo cáo tháng 10", "Kính gửi: Trưởng các thôn", "- Lưu: CAX."]
    {
        assert!(page.contains(&dense(text)), "{text}: {page}");
    }
    assert!(page.contains(&dense("Xã Mẫu, ngày tháng năm 2026")), "{page}");
}

#[test]
fn names_the_file_and_embeds_fonts() {
    let info = Command::new("pdfinfo").arg(write("info.pdf", &report())).output().expect("install poppler-utils");
    let info = String::from_utf8_lossy(&info.stdout).into_owned();
    for line in ["BÁO CÁO Kết quả phong trào", "Tagged:          yes", "A4", "BAN CHỈ ĐẠO PHONG TRÀO", "2026"]
    {
        assert!(info.contains(line), "{line}\n{info}");
    }
    let fonts = Command::new("pdffonts").arg(write("fonts.pdf", &report())).output().expect("install poppler-utils");
    let fonts = String::from_utf8_lossy(&fonts.stdout).into_owned();
    let family = FONTS.family().replace(' ', "");
    assert!(fonts.lines().skip(2).all(|line| line.contains(&family) && line.contains(" yes yes ")), "{fonts}");
}

#[test]
fn equal_documents_give_equal_files() {
    let first = paper::pdf(&report(), &FONTS).expect("the document is right");
    paper::pdf(&letter(), &FONTS).expect("the document is right");
    assert!(first == paper::pdf(&report(), &FONTS).expect("the document is right"));
}

#[test]
fn a_document_that_nobody_signs_is_refused() {
    let said = paper::pdf(&Document::default(), &FONTS).expect_err("nobody signs").to_string();
    assert!(said.contains("nobody signs"), "{said}");
    let signature = Signature { lines: vec!["CHỦ TỊCH".into()], name: None };
    assert_eq!(pages("empty.pdf", &Document { signature, ..Document::default() }).len(), 1);
}

#[test]
fn a_list_or_a_cell_longer_than_a_page_is_not_cut_off() {
    let mut document = with_text("Một");
    document.recipients = (1..=120).map(|at| format!("Ủy ban nhân dân xã số {at}")).collect();
    let all = dense(&pages("recipients.pdf", &document).concat());
    assert!((1..=120).all(|at| all.contains(&format!("xãsố{at};")) || all.contains("xãsố120.")));
    let text = (1..=300).map(|at| format!("Câu số {at} dài.")).collect::<Vec<_>>().join(" ");
    let Some(Block::Table(table)) = document.blocks.get_mut(1) else { panic!("the second block is the table") };
    table.rows = vec![vec!["1".into(), text.into()]];
    let all = dense(&run("pdftotext", &["-raw"], &write("cell.pdf", &document)));
    assert!(all.contains("Câusố1dài.") && all.contains("Câusố300dài."));
}
