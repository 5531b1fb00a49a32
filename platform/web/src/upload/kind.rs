//! What a file is, told from its bytes: a name is only what somebody says.

use std::io::{Cursor, Read};

use kernel::Issue;

/// The first bytes of the old compound files of Office, which also hold whatever has a password.
pub(super) const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// What programs begin with: Windows, Linux, macOS, Java, WebAssembly.
const PROGRAMS: [&[u8]; 7] =
    [b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\0asm"];
/// Endings of programs, scripts and pages, which no document holds.
const RUNS: [&str; 17] = [
    ".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta", ".jar", ".msi",
    ".lnk", ".html", ".htm",
];
/// What pages begin with, in small letters.
const PAGES: [&str; 7] = ["<!doctype html", "<html", "<head", "<script", "<svg", "<body", "<table"];
/// What begins other files that people have, and what they are: ids of texts.
const OTHERS: [(&[u8], &str); 12] = [
    (b"\x89PNG", "web-upload-is-picture"),
    (b"\xff\xd8\xff", "web-upload-is-picture"),
    (b"GIF8", "web-upload-is-picture"),
    (b"BM", "web-upload-is-picture"),
    (b"RIFF", "web-upload-is-picture"),
    (b"%PDF", "web-upload-is-pdf"),
    (b"{\\rtf", "web-upload-is-rtf"),
    (b"Rar!", "web-upload-is-archive"),
    (b"7z\xbc\xaf", "web-upload-is-archive"),
    (b"\x1f\x8b", "web-upload-is-archive"),
    (b"BZh", "web-upload-is-archive"),
    (b"\xfd7zXZ", "web-upload-is-archive"),
];

/// A kind of file that some page takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A workbook of Excel.
    Xlsx,
    /// A workbook of Excel before 2007.
    Xls,
    /// A spreadsheet of `OpenDocument`.
    Ods,
    /// Cells as text.
    Csv,
    /// A document of Word.
    Docx,
}

impl FileKind {
    /// All of them.
    pub const ALL: [FileKind; 5] = [FileKind::Xlsx, FileKind::Xls, FileKind::Ods, FileKind::Csv, FileKind::Docx];

    /// The endings of its names; the first is the usual one.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            FileKind::Xlsx => &[".xlsx"],
            FileKind::Xls => &[".xls"],
            FileKind::Ods => &[".ods"],
            FileKind::Csv => &[".csv", ".tsv", ".txt"],
            FileKind::Docx => &[".docx"],
        }
    }
}

/// Whether a file is of one of these kinds, as its name says, and runs nothing.
///
/// # Errors
/// The issue to show at the field.
pub(super) fn must_be(field: &str, name: &str, bytes: &[u8], kinds: &[FileKind]) -> Result<(), Issue> {
    let wanted: Vec<&str> = kinds.iter().map(|it| it.endings()[0]).collect();
    let refused = |text| Issue::new(field, text).with("wanted", wanted.join(", "));
    let found = told(bytes).map_err(refused)?;
    if !kinds.contains(&found) {
        return Err(refused("web-upload-other").with("found", found.endings()[0]));
    }
    let name = name.to_lowercase();
    let said = FileKind::ALL.into_iter().find(|it| it.endings().iter().any(|ending| name.ends_with(ending)));
    match said {
        Some(said) if said != found => {
            Err(refused("web-upload-misnamed").with("said", said.endings()[0]).with("found", found.endings()[0]))
        }
        _ => Ok(()),
    }
}

/// What a file is, or the text that says why it is none that we take.
fn told(bytes: &[u8]) -> Result<FileKind, &'static str> {
    // Two letters may also begin a text; only what is no text has a zero soon after.
    let zero = bytes.iter().take(64).any(|it| *it == 0);
    let begins = |with: &[u8]| bytes.starts_with(with) && (zero || with.len() > 2 || !with.is_ascii());
    if PROGRAMS.iter().any(|it| begins(it)) || bytes.starts_with(b"#!") {
        return Err("web-upload-program");
    }
    if bytes.starts_with(b"PK") {
        return packed(bytes);
    }
    if bytes.starts_with(COMPOUND) {
        return compound(bytes);
    }
    if let Some((_, text)) = OTHERS.iter().find(|it| begins(it.0)) {
        return Err(text);
    }
    let top = String::from_utf8_lossy(bytes.get(..1_024).unwrap_or(bytes)).to_lowercase();
    let top = top.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if PAGES.iter().any(|it| top.starts_with(it)) || (top.starts_with("<?xml") && top.contains("<svg")) {
        return Err("web-upload-page");
    }
    if top.starts_with("<?xml") {
        return Err("web-upload-is-xml");
    }
    // UTF-16 says so in its first letter; no other text holds a zero.
    let wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if !wide && bytes.contains(&0) { Err("web-upload-unknown") } else { Ok(FileKind::Csv) }
}

/// A packed document: told from the parts that it cannot be without.
fn packed(bytes: &[u8]) -> Result<FileKind, &'static str> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| "web-upload-broken")?;
    let names: Vec<String> = archive.file_names().map(str::to_lowercase).collect();
    let ends = |end: &str| names.iter().any(|it| it.ends_with(end));
    let within = |part: &str| names.iter().any(|it| it.contains(part));
    let macros = ends("vbaproject.bin") || ends("vbadata.xml") || within("macrosheets/") || within("activex");
    if macros || names.iter().any(|it| it.starts_with("basic/") || it.starts_with("scripts/")) {
        return Err("web-upload-macros");
    }
    if within("/embeddings/") {
        return Err("web-upload-embeds");
    }
    if RUNS.iter().any(|it| ends(it)) {
        return Err("web-upload-program");
    }
    if names.iter().any(|it| it.starts_with('/') || it.split(['/', '\\']).any(|part| part == "..")) {
        return Err("web-upload-broken");
    }
    let types = part(&mut archive, "[Content_Types].xml").to_lowercase();
    if types.contains("macroenabled") {
        return Err("web-upload-macros");
    }
    let has = |name: &str| names.iter().any(|it| it == name);
    match () {
        () if has("xl/workbook.bin") => Err("web-upload-is-xlsb"),
        () if !types.is_empty() && names.iter().any(|it| it.starts_with("xl/")) => Ok(FileKind::Xlsx),
        () if !types.is_empty() && has("word/document.xml") => Ok(FileKind::Docx),
        () if has("content.xml") => {
            let of = part(&mut archive, "mimetype");
            // Some programs leave the line out; what they write is read all the same.
            let sheet = of.is_empty() || of.trim().starts_with("application/vnd.oasis.opendocument.spreadsheet");
            if sheet { Ok(FileKind::Ods) } else { Err("web-upload-unknown") }
        }
        () => Err("web-upload-is-archive"),
    }
}

/// The text of a small part; empty if it is not there.
fn part(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, name: &str) -> String {
    let mut text = String::new();
    if let Ok(part) = archive.by_name(name) {
        // One that breaks off or is no text is as good as none.
        let _ = part.take(1 << 20).read_to_string(&mut text);
    }
    text
}

/// An old file of Office: its folder has a line of 128 bytes for each part, which begins with the name in UTF-16.
fn compound(bytes: &[u8]) -> Result<FileKind, &'static str> {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        bytes.chunks(128).any(|it| it.starts_with(&name))
    };
    match () {
        () if has("EncryptedPackage") => Err("web-upload-locked"),
        () if ["_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"].into_iter().any(has) => Err("web-upload-macros"),
        () if has("Workbook") || has("Book") => Ok(FileKind::Xls),
        () if has("WordDocument") => Err("web-upload-is-doc"),
        () => Err("web-upload-unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{archive, old},
        *,
    };

    #[track_caller]
    fn check(bytes: &[u8], expect: Result<FileKind, &'static str>) {
        assert_eq!(told(bytes), expect, "{:?}", String::from_utf8_lossy(bytes.get(..40).unwrap_or(bytes)));
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let types = ("[Content_Types].xml", "<Types/>");
        check(&archive(&[types, ("xl/workbook.xml", "<workbook/>")]), Ok(FileKind::Xlsx));
        check(&archive(&[types, ("word/document.xml", "<w:document/>")]), Ok(FileKind::Docx));
        let ods = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
        check(&archive(&[ods, ("content.xml", "<office/>")]), Ok(FileKind::Ods));
        check(&old("Workbook"), Ok(FileKind::Xls));
        check("Tên;Số\nThôn 1;2\n".as_bytes(), Ok(FileKind::Csv));
        check(b"\xff\xfe1\0;\x002\0", Ok(FileKind::Csv));
        check(b"S\xf0\xdd x\xe7\xe7", Ok(FileKind::Csv));
        check(b"BM 01;BM 02\n1;2\n", Ok(FileKind::Csv));
    }

    #[test]
    fn e_what_runs_or_is_another_thing_is_refused() {
        let types = ("[Content_Types].xml", "<Types/>");
        let book = ("xl/workbook.xml", "<workbook/>");
        check(&archive(&[types, book, ("xl/vbaProject.bin", "x")]), Err("web-upload-macros"));
        check(&archive(&[types, book, ("xl/activeX/activeX1.xml", "x")]), Err("web-upload-macros"));
        check(&archive(&[types, book, ("xl/macrosheets/sheet1.xml", "x")]), Err("web-upload-macros"));
        let enabled = "<Override ContentType=\"application/vnd.ms-excel.sheet.macroEnabled.main+xml\"/>";
        check(&archive(&[("[Content_Types].xml", enabled), book]), Err("web-upload-macros"));
        check(&archive(&[types, book, ("xl/media/a.exe", "x")]), Err("web-upload-program"));
        check(&archive(&[types, book, ("xl/embeddings/oleObject1.bin", "x")]), Err("web-upload-embeds"));
        check(&archive(&[types, book, ("index.html", "x")]), Err("web-upload-program"));
        check(&archive(&[types, book, ("../../etc/passwd", "x")]), Err("web-upload-broken"));
        check(&archive(&[types, ("xl/workbook.bin", "x")]), Err("web-upload-is-xlsb"));
        check(&archive(&[("content.xml", "x"), ("Basic/Standard/Module1.xml", "x")]), Err("web-upload-macros"));
        check(
            &archive(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "x")]),
            Err("web-upload-unknown"),
        );
        check(&archive(&[("notes.txt", "x")]), Err("web-upload-is-archive"));
        check(b"PK\x03\x04 broken", Err("web-upload-broken"));
        check(&old("_VBA_PROJECT_CUR"), Err("web-upload-macros"));
        check(&old("EncryptedPackage"), Err("web-upload-locked"));
        check(&old("WordDocument"), Err("web-upload-is-doc"));
        check(b"BM\x36\0\0\0", Err("web-upload-is-picture"));
        check(b"MZ\x90\0", Err("web-upload-program"));
        check(b"\x7fELF\x02", Err("web-upload-program"));
        check(b"#!/bin/sh\n", Err("web-upload-program"));
        check(b"\xef\xbb\xbf \n<!DOCTYPE HTML><table>", Err("web-upload-page"));
        check(b"<?xml version=\"1.0\"?><svg onload=\"x\"/>", Err("web-upload-page"));
        check(b"<?xml version=\"1.0\"?><Workbook/>", Err("web-upload-is-xml"));
        check(b"%PDF-1.7", Err("web-upload-is-pdf"));
        check(b"\x89PNG\r\n", Err("web-upload-is-picture"));
        check(b"1,2\0,3", Err("web-upload-unknown"));
    }

    #[test]
    fn a_name_may_not_say_otherwise() {
        let check = |name: &str, expect: Option<&str>| {
            let found = must_be("file", name, b"1;2\n", &[FileKind::Csv, FileKind::Xlsx]).err();
            assert_eq!(found.map(|it| it.text), expect, "{name}");
        };
        check("a.csv", None);
        check("A.CSV", None);
        check("số liệu", None);
        check("a.tsv", None);
        check("a.xlsx", Some("web-upload-misnamed"));
        let word = must_be("file", "a.csv", b"1;2\n", &[FileKind::Docx]).err();
        assert_eq!(word.map(|it| it.text), Some("web-upload-other"));
    }
}
