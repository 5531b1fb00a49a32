//! The layout table of Decree 30/2020/NĐ-CP, read back from both files: page, margins, sizes, place and order of each
//! box; and what an archive and a screen reader ask of the PDF.

use std::fs;
use std::path::Path;
use std::process::Command;

use paper::{
    Align, Appendix, Article, Bar, Block, Certificate, Clause, Column, Document, Kind, Signature, Slide, Slides, Table,
};

use crate::pages::{FONTS, dense, pages, run, write};
use crate::sample::{long_name, report};
use crate::word::{check, file, part};

/// A decision with everything that a document can have.
fn decision() -> Document {
    let clause = |text: &str, points: &[&str]| Clause {
        text: text.into(),
        points: points.iter().map(|it| (*it).to_owned()).collect(),
    };
    let mut blocks = vec![Block::Chapter { number: "Chương I".into(), title: "KHEN THƯỞNG".into() }];
    blocks.extend(paper::articles(&[
        Article {
            text: "Tặng Giấy khen của Chủ tịch Ủy ban nhân dân xã".into(),
            clauses: vec![clause("Cho 12 tập thể:", &["Thôn 1;", "Thôn 2."]), clause("Cho 30 cá nhân.", &[])],
        },
        Article { text: "Quyết định này có hiệu lực kể từ ngày ký.".into(), clauses: Vec::new() },
    ]));
    let bar = |label: &str, value| Bar { label: label.into(), value, text: value.to_string(), light: false };
    blocks.push(Block::Picture(paper::bars("Số khen thưởng", &[bar("Thôn 1", 12), bar("Thôn 2 & <3>", 30)], 150)));
    blocks.push(Block::Table(wide(4)));
    blocks.push(Block::text("Điều 3. Các ông, bà có tên trên chịu trách nhiệm thi hành Quyết định này./."));
    let appendix = |title: &str, landscape, rows| Appendix {
        title: title.into(),
        landscape,
        blocks: vec![Block::Table(Table { landscape: false, ..wide(rows) })],
    };
    Document {
        authority: Some("CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ MẪU".into()),
        resolution: Kind::Decision.resolution(),
        kind: Kind::Decision.title(),
        subject: "Về việc khen thưởng phong trào Toàn dân bảo vệ an ninh Tổ quốc".into(),
        addressees: Vec::new(),
        blocks,
        signature: Signature {
            lines: ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"].map(String::from).to_vec(),
            name: Some("Trần Văn Bình".into()),
        },
        mark: None,
        appendices: vec![appendix("DANH SÁCH TẬP THỂ", false, 60), appendix("DANH SÁCH CÁ NHÂN", true, 5)],
        ..report()
    }
}

fn wide(rows: usize) -> Table {
    let names: Vec<paper::Cell> = (0..8).map(|at| paper::Cell::from(format!("Cột {at}"))).collect();
    Table {
        caption: Some("Bảng rộng".into()),
        columns: vec![Column::new(1, Align::Right); 8],
        header: vec![names],
        rows: (0..rows).map(|row| (0..8).map(|column| (row * 1000 + column).to_string().into()).collect()).collect(),
        notes: Vec::new(),
        landscape: true,
    }
}

/// A word on a page: left, top, right, bottom in millimetres.
#[derive(Debug)]
struct Word {
    text: String,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

/// Pages with their size and words.
fn words(name: &str, document: &Document) -> Vec<((f64, f64), Vec<Word>)> {
    let html = run("pdftotext", &["-bbox"], &write(name, document));
    let number = |line: &str, name: &str| -> f64 {
        let (_, rest) = line.split_once(&format!("{name}=\"")).expect("the attribute");
        rest.split('"').next().expect("its value").parse::<f64>().expect("a number") * 25.4 / 72.0
    };
    let mut pages = Vec::new();
    for line in html.lines().map(str::trim) {
        if line.starts_with("<page ") {
            pages.push(((number(line, "width"), number(line, "height")), Vec::new()));
        } else if line.starts_with("<word ") {
            let text = line.split_once('>').and_then(|(_, it)| it.split_once('<')).expect("its text").0.to_owned();
            let [left, top, right, bottom] = ["xMin", "yMin", "xMax", "yMax"].map(|it| number(line, it));
            pages.last_mut().expect("a page").1.push(Word { text, left, top, right, bottom });
        }
    }
    pages
}

/// The first run of words that reads so: its box.
#[track_caller]
fn found(words: &[Word], text: &str) -> (f64, f64, f64, f64) {
    let wanted: Vec<&str> = text.split(' ').collect();
    let run = words.windows(wanted.len()).find(|it| it.iter().map(|it| it.text.as_str()).eq(wanted.iter().copied()));
    let run = run.unwrap_or_else(|| panic!("{text} is not on the page"));
    let (first, last) = (&run[0], &run[run.len() - 1]);
    (first.left, first.top, last.right, last.bottom)
}

#[track_caller]
fn near(found: f64, expect: f64, by: f64) {
    assert!((found - expect).abs() <= by, "{found} is not within {by} of {expect}");
}

#[test]
fn the_boxes_stand_where_the_decree_puts_them() {
    let pages = words("layout.pdf", &Document { mark: None, ..report() });
    let ((width, height), words) = &pages[0];
    near(*width, 210.0, 0.1);
    near(*height, 297.0, 0.1);
    let (left, right, middle) = (30.0, 195.0, 112.5);
    for word in words {
        assert!(word.left >= left - 0.2 && word.right <= right + 0.4, "{word:?} is in the margin");
        assert!(word.top >= 19.0 && word.bottom <= 277.5, "{word:?} is in the margin");
    }
    let at = |text: &str| found(words, text);
    let nation = at("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    let motto = at("Độc lập - Tự do - Hạnh phúc");
    let parent = at("ỦY BAN NHÂN DÂN TỈNH MẪU");
    let body = at("BAN CHỈ ĐẠO PHONG TRÀO");
    let date = at("Tỉnh Mẫu, ngày 05 tháng 02 năm 2026");
    let number = at("/BC-BCĐ");
    let kind = at("BÁO CÁO");
    // Boxes 1 and 4 in the right half, centred over each other; 2 and 3 in the left.
    let centre = |it: (f64, f64, f64, f64)| f64::midpoint(it.0, it.2);
    assert!(nation.0 > 90.0 && body.2 < 97.0, "{nation:?} {body:?}");
    near(centre(motto), centre(nation), 0.6);
    near(centre(date), centre(nation), 0.6);
    near(centre(body), centre(parent), 0.6);
    assert!(nation.1 < motto.1 && motto.1 < date.1 && parent.1 < body.1 && body.1 < number.1);
    near(number.3, date.3, 0.4); // Boxes 3 and 4 stand on one line.
    near(centre(kind), middle, 0.6);
    assert!(kind.1 > date.3 && at("I. TÌNH HÌNH").1 > at("Kính gửi:").1);
    // Indented 12.7 mm.
    near(at("I. TÌNH HÌNH").0, left + 12.7, 0.3);
    // Page numbers: centred in the top margin, from the second page on.
    for (at, (_, words)) in pages.iter().enumerate().skip(1) {
        let first = &words[0];
        assert_eq!(first.text, (at + 1).to_string());
        near(f64::midpoint(first.left, first.right), middle, 0.5);
        assert!(first.bottom < 20.0, "{first:?}");
    }
    // Box 7 in the right half, box 9b in the left.
    let (_, last) = pages.last().expect("a page");
    let sign = found(last, "PHÓ TRƯỞNG BAN");
    assert!(sign.0 > 105.0 && found(last, "Nơi nhận:").0 < 35.0);
    let name = found(last, "Nguyễn Thị Ngọc Ánh");
    assert!(name.1 - sign.3 > 20.0, "there is room to sign");
}

#[test]
fn the_sizes_are_those_of_the_decree() {
    // The height of a box follows the type; the page number, 14 pt, is the measure, and the distance of two lines of
    // the body (1.15 of 14 pt) says that it is right.
    let document = Document { mark: None, ..report() };
    let pages = words("sizes.pdf", &document);
    let height = |page: usize, text: &str| {
        let box_of = found(&pages[page].1, text);
        box_of.3 - box_of.1
    };
    let size = |page: usize, text: &str| height(page, text) / height(1, "2") * 14.0;
    let line = found(&pages[0].1, "Trong năm, các xã,").1;
    let next = pages[0].1.iter().find(|it| it.top > line + 1.0 && it.left < 31.0).expect("a second line").top;
    near((next - line) * 72.0 / 25.4, 14.0 * 1.15, 0.3);
    for (text, low, high) in [
        ("CỘNG HÒA XÃ HỘI", 12.0, 13.0),
        ("Độc lập - Tự do", 13.0, 14.0),
        ("BAN CHỈ ĐẠO PHONG TRÀO", 12.0, 13.0),
        ("/BC-BCĐ", 13.0, 13.0),
        ("Tỉnh Mẫu, ngày", 13.0, 14.0),
        ("BÁO CÁO", 13.0, 14.0),
        ("I. TÌNH HÌNH", 13.0, 14.0),
    ] {
        let found = size(0, text);
        assert!(found > low - 0.4 && found < high + 0.4, "{text}: {found} pt");
    }
    let last = pages.len() - 1;
    near(size(last, "Nơi nhận:"), 12.0, 0.4);
    near(size(last, "- Như trên;"), 11.0, 0.4);
}

#[test]
fn a_decision_has_its_parts_in_order() {
    let document = decision();
    let text = dense(&run("pdftotext", &["-layout"], &write("decision.pdf", &document)));
    let body = part(&file("decision.docx", &document), "word/document.xml");
    let parts = [
        "Về việc khen thưởng",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ MẪU",
        "Căn cứ Kế hoạch công tác",
        "QUYẾT ĐỊNH:",
        "Chương I",
        "Điều 1.",
        "1. Cho 12 tập thể:",
        "b) Thôn 2.",
        "Điều 2.",
        "Bảng rộng",
        "Điều 3.",
        "KT. CHỦ TỊCH",
        "Trần Văn Bình",
        "Phụ lục I",
        "DANH SÁCH TẬP THỂ",
        "(Kèm theo Quyết định số",
        "Phụ lục II",
        "DANH SÁCH CÁ NHÂN",
    ];
    let mut at = (0, 0);
    for it in parts {
        let (pdf, word) = (text[at.0..].find(&dense(it)), body[at.1..].find(it));
        assert!(pdf.is_some() && word.is_some(), "{it}: PDF {pdf:?}, Word {word:?}");
        at = (at.0 + pdf.unwrap_or(0), at.1 + word.unwrap_or(0));
    }
}

#[test]
fn landscape_tables_and_appendices_have_pages_of_their_own() {
    let pages = words("sections.pdf", &decision());
    let lies: Vec<bool> = pages.iter().map(|((width, height), _)| width > height).collect();
    assert_eq!(lies, [false, true, false, false, false, true], "body, table, end, appendix I twice, appendix II");
    let number = |at: usize| pages[at].1[0].text.as_str();
    assert_eq!([number(1), number(2), number(4)], ["2", "3", "2"]);
    assert_eq!(pages[3].1[0].text, "Phụ", "the first page of an appendix has no number");
    let last = &pages[5].1;
    assert!(last.iter().all(|it| it.left >= 29.5 && it.right <= 282.5));
    assert!(last.iter().any(|it| it.right > 260.0), "the table fills the long side");

    let body = part(&file("sections.docx", &decision()), "word/document.xml");
    let sections: Vec<&str> =
        body.split("<w:sectPr>").skip(1).map(|it| it.split("</w:sectPr>").next().unwrap()).collect();
    assert_eq!(sections.len(), 5);
    let lies: Vec<bool> = sections.iter().map(|it| it.contains("w:orient=\"landscape\"")).collect();
    assert_eq!(lies, [false, true, false, false, true]);
    let first: Vec<bool> = sections.iter().map(|it| it.contains("<w:titlePg")).collect();
    assert_eq!(first, [true, false, false, true, true]);
    let anew: Vec<bool> = sections.iter().map(|it| it.contains("w:start=\"1\"")).collect();
    assert_eq!(anew, [false, false, false, true, true]);
    for section in sections {
        check(
            section,
            &["w:headerReference w:type=\"default\"", "w:headerReference w:type=\"first\"", "w:left=\"1701\""],
        );
    }
}

#[test]
fn pictures_are_lines_in_the_pdf_and_pixels_in_word() {
    let document = decision();
    let text = run("pdftotext", &["-raw"], &write("picture.pdf", &document));
    assert!(text.contains("Thôn 2 & <3>"), "the letters of the drawing are letters: {text}");
    let file = file("picture.docx", &document);
    check(&part(&file, "word/document.xml"), &["descr=\"Số khen thưởng. Thôn 1: 12; Thôn 2 &amp; &lt;3&gt;: 30\""]);
    assert!(file.windows(8).any(|it| it == b"\x89PNG\r\n\x1a\n"), "a PNG is in the file");
    let broken = Block::Picture(paper::Picture { svg: "<svg".into(), alt: "x".into(), caption: None, width: 50 });
    let broken = Document { blocks: vec![broken, Block::text("Hết./.")], ..document };
    assert!(matches!(paper::docx(&broken, &FONTS), Err(paper::Error::Picture { .. })));
    assert!(paper::pdf(&broken, &FONTS).is_err());
}

#[test]
fn a_landscape_table_does_not_leave_the_signature_alone() {
    let mut document = decision();
    document.blocks.pop();
    let said = paper::pdf(&document, &FONTS).expect_err("the signature would stand alone").to_string();
    assert!(said.contains("landscape"), "{said}");
}

#[test]
fn the_pdf_is_an_archive_and_speaks_to_screen_readers() {
    for (name, bytes) in [
        ("report", paper::pdf(&report(), &FONTS).unwrap()),
        ("decision", paper::pdf(&decision(), &FONTS).unwrap()),
        ("certificate", paper::certificates(&[certificate()], &FONTS).unwrap()),
        ("slides", paper::slides(&show(), &FONTS).unwrap()),
    ] {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("archive-{name}.pdf"));
        fs::write(&path, &bytes).unwrap();
        let metadata = run_info(&["-meta"], &path);
        for text in [
            "<pdfaid:part>2</pdfaid:part>",
            "<pdfaid:conformance>A</pdfaid:conformance>",
            "<pdfuaid:part>1</pdfuaid:part>",
        ] {
            assert!(metadata.contains(text), "{name}: {text} is not in {metadata}");
        }
        let structure = run_info(&["-struct-text"], &path);
        assert!(structure.contains("Document"), "{name}: {structure}");
        let info = run_info(&[], &path);
        for text in ["Tagged:          yes", "JavaScript:      no", "Encrypted:       no"] {
            assert!(info.contains(text), "{name}: {info}");
        }
        let raw = String::from_utf8_lossy(&bytes);
        assert!(raw.contains("/OutputIntents") && raw.contains("/Lang"), "{name}");
    }
    let structure = run_info(&["-struct-text"], &Path::new(env!("CARGO_TARGET_TMPDIR")).join("archive-decision.pdf"));
    for tag in ["Table", "TH", "Figure", "P (block)"] {
        assert!(structure.contains(tag), "{tag}: {structure}");
    }
}

fn run_info(arguments: &[&str], file: &Path) -> String {
    let said = Command::new("pdfinfo").args(arguments).arg(file).output().expect("install poppler-utils");
    String::from_utf8_lossy(&said.stdout).into_owned()
}

fn certificate() -> Certificate {
    Certificate {
        authority: "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ MẪU 01".into(),
        form: "GIẤY KHEN".into(),
        recipient: "Nhân dân và cán bộ Thôn 1".into(),
        detail: Some("Xã Mẫu 01, Tỉnh Mẫu".into()),
        reason: "Đã có thành tích xuất sắc trong phong trào Toàn dân bảo vệ an ninh Tổ quốc năm 2026".into(),
        decision: vec!["Quyết định số:        /QĐ-UBND".into(), "Vào sổ khen thưởng số:        ".into()],
        place: "Xã Mẫu 01".into(),
        signature: Signature { lines: vec!["CHỦ TỊCH".into()], name: None },
        qr: paper::qr("https://vi.du/", "Mã kiểm tra", 26),
        ..Certificate::default()
    }
}

fn show() -> Slides {
    let bar = Bar { label: "Năm 2026".into(), value: 12, text: "12".into(), light: false };
    let slide = Slide {
        title: "Mô hình tự quản".into(),
        lines: vec!["Xây dựng mới 12 mô hình.".into()],
        picture: Some(paper::bars("Mô hình", &[bar], 150)),
    };
    Slides { title: "Hội nghị tổng kết năm 2026".into(), slides: vec![slide; 5], ..Slides::default() }
}

#[test]
fn a_certificate_is_one_page_whatever_the_name() {
    let named = |name: String| Certificate { recipient: name.clone(), detail: Some(name), ..certificate() };
    let list = [certificate(), named(long_name()), named("Ỷ".repeat(200))];
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("certificates.pdf");
    fs::write(&path, paper::certificates(&list, &FONTS).unwrap()).unwrap();
    let info = run_info(&[], &path);
    assert!(info.contains("Pages:           3") && info.contains("841.89 x 595.276"), "{info}");
    assert!(paper::certificates(&[Certificate::default()], &FONTS).is_err(), "nobody signs");
}

#[test]
fn slides_are_as_many_as_there_are() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("slides.pdf");
    fs::write(&path, paper::slides(&show(), &FONTS).unwrap()).unwrap();
    assert!(run_info(&[], &path).contains("Pages:           6"));
}

#[test]
fn an_annex_of_5000_rows_is_written() {
    let day = paper::Date::new(2026, 11, 21).unwrap();
    let table = Table { landscape: false, ..wide(5000) };
    let first = paper::xlsx("Phụ lục", std::slice::from_ref(&table), day).unwrap();
    assert!(first.starts_with(b"PK") && first.len() > 100_000);
    assert!(
        first == paper::xlsx("Phụ lục", std::slice::from_ref(&table), day).unwrap(),
        "equal tables give equal bytes"
    );
    let mut broken = table;
    broken.rows[4999].pop();
    assert!(paper::xlsx("Phụ lục", &[broken], day).unwrap_err().to_string().contains("row 5000"));
}

#[test]
fn every_letter_of_vietnamese_is_written_composed_and_decomposed() {
    let tones = ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"];
    let letters: Vec<String> = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
        .chars()
        .flat_map(|vowel| tones.map(|tone| format!("{vowel}{tone}")))
        .chain(["đ".into(), "Đ".into()])
        .collect();
    let mut document = report();
    document.blocks = vec![Block::text(letters.join(" ")), Block::text("Hết./.")];
    let page = pages("letters.pdf", &document).concat();
    let shown = dense(&page);
    for letter in ["ằ", "ẵ", "ặ", "ỗ", "ợ", "ữ", "ỵ", "Ẵ", "Ộ", "Ỡ", "Ự", "Ỹ", "đ", "Đ"] {
        assert!(shown.contains(letter), "{letter}: {page}");
    }
    assert!(!shown.contains('□'));
    document.blocks = vec![Block::text("Chữ lạ: 漢 \u{e000}."), Block::text("Hết./.")];
    assert!(dense(&pages("strange.pdf", &document).concat()).contains("Chữlạ:□□."));
}
