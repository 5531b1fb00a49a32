//! The stamps of state secrets.

use std::io::{Cursor, Read};

use kernel::{Issue, secret_name, secret_stamp};

/// So much of what a packed file holds is looked at; a stamp stands at the top of a document.
const LOOKED_AT: u64 = 32 * 1024 * 1024;

/// The ends of paragraphs and cells in the files of Word, Excel and `OpenDocument`.
const ENDS: [&str; 7] = ["/w:p", "/si", "/is", "/a:p", "/text:p", "/text:h", "/table:table-cell"];

/// Refuses a file that bears the stamp of a state secret (MẬT, TỐI MẬT, TUYỆT MẬT) in its name or as a line, cell or
/// paragraph of its own. Packed files (.docx, .xlsx, .ods) are looked into, and refused where a password hides a part of
/// them; of a PDF, whose pages are compressed, only the name and the title can be read, and pictures are not.
///
/// # Errors
/// The issue to show at this field.
pub(super) fn refuse_secret(field: &str, name: &str, bytes: &[u8]) -> Result<(), Issue> {
    let stamp = match secret_name(name) {
        Some(stamp) => Some(stamp),
        None if bytes.starts_with(b"PK\x03\x04") => {
            packed(bytes).map_err(|()| Issue::new(field, "web-upload-locked"))?
        }
        None => loose(bytes),
    };
    stamp.map_or(Ok(()), |stamp| Err(Issue::new(field, "web-upload-secret").with("stamp", stamp)))
}

/// The stamp in a packed file; an error if a part of it has a password. What is no archive is left to who reads it.
fn packed(bytes: &[u8]) -> Result<Option<&'static str>, ()> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Ok(None) };
    let mut left = LOOKED_AT;
    for at in 0..archive.len() {
        let mut part = match archive.by_index(at) {
            Ok(it) => it,
            Err(zip::result::ZipError::UnsupportedArchive(why)) if why.contains("assword") => return Err(()),
            Err(_) => continue,
        };
        if !part.name().to_ascii_lowercase().ends_with(".xml") {
            continue;
        }
        let mut text = Vec::new();
        // A part that breaks off is looked at as far as it goes.
        let _ = part.by_ref().take(left).read_to_end(&mut text);
        left -= text.len() as u64;
        if let Some(stamp) = paragraphs(&String::from_utf8_lossy(&text)).iter().find_map(|it| secret_stamp(it)) {
            return Ok(Some(stamp));
        }
        if left == 0 {
            break;
        }
    }
    Ok(None)
}

/// The texts of an XML file, one for each paragraph or cell.
fn paragraphs(xml: &str) -> Vec<String> {
    let mut res = vec![String::new()];
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        if ENDS.contains(&tag.trim_end()) {
            res.push(String::new());
        }
        if let Some(last) = res.last_mut() {
            last.push_str(&unescaped(text));
        }
    }
    res
}

/// A text of XML with the letters that its numbers stand for.
fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut parts = text.split('&');
    let mut res = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';').unwrap_or(("", part));
        let number = match entity.strip_prefix('#') {
            Some(hex) if hex.starts_with(['x', 'X']) => u32::from_str_radix(&hex[1..], 16).ok(),
            Some(number) => number.parse().ok(),
            None => None,
        };
        res.push(number.and_then(char::from_u32).unwrap_or(' '));
        res.push_str(rest);
    }
    res
}

/// The stamp in a file that is not packed: as UTF-8, and as UTF-16 of either order at even and odd places, which is how
/// old files of Office and titles of PDF hold their texts.
fn loose(bytes: &[u8]) -> Option<&'static str> {
    let texts =
        std::iter::once(String::from_utf8_lossy(bytes).into_owned()).chain([0, 1].into_iter().flat_map(|from| {
            let bytes = bytes.get(from..).unwrap_or_default();
            [u16::from_le_bytes as fn([u8; 2]) -> u16, u16::from_be_bytes].map(|order| {
                let units = bytes.as_chunks::<2>().0.iter().map(|it| order(*it));
                char::decode_utf16(units).map(|it| it.unwrap_or('\0')).collect()
            })
        }));
    // What lies between stamps in such files are numbers, not letters of a text.
    let is_text = |it: char| it == ' ' || it == '\u{a0}' || is_vietnamese(it) || "[](){}:.,-–_*«»\"'".contains(it);
    texts.into_iter().find_map(|text| text.split(|it: char| !is_text(it)).find_map(secret_stamp))
}

/// Whether a Vietnamese text may hold this letter; Ā, which lengths look like in old files of Office, it does not.
fn is_vietnamese(it: char) -> bool {
    it.is_ascii_alphanumeric()
        || matches!(it, '\u{300}'..='\u{323}' | '\u{1ea0}'..='\u{1ef9}')
        || it.to_lowercase().any(|it| "àáâãèéêìíòóôõùúýăđĩũơư".contains(it))
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{archive, old},
        *,
    };

    #[track_caller]
    fn check(name: &str, bytes: &[u8], expect: Option<&str>) {
        let found = refuse_secret("file", name, bytes).err();
        assert_eq!(found.map(|it| it.text), expect, "{name}");
    }

    #[test]
    fn stamps_are_found_wherever_they_stand() {
        let word =
            archive(&[("word/document.xml", "<w:p><w:r><w:t>TỐI</w:t></w:r><w:r><w:t> M&#x1EAC;T</w:t></w:r></w:p>")]);
        check("a.docx", &word, Some("web-upload-secret"));
        let head = archive(&[("word/header1.xml", "<w:p><w:t>Mật</w:t></w:p><w:p><w:t>Số: 1</w:t></w:p>")]);
        check("a.docx", &head, Some("web-upload-secret"));
        let excel = archive(&[("xl/sharedStrings.xml", "<sst><si><t>Thôn 1</t></si><si><t>MẬT</t></si></sst>")]);
        check("a.xlsx", &excel, Some("web-upload-secret"));
        check("a.csv", "Tên;Số\nMẬT;\n".as_bytes(), Some("web-upload-secret"));
        check("a.xls", &old("MẬT"), Some("web-upload-secret"));
        check("Báo cáo (MẬT).pdf", b"%PDF-1.7", Some("web-upload-secret"));
        let title: Vec<u8> = "TUYỆT MẬT".encode_utf16().flat_map(u16::to_be_bytes).collect();
        check("a.pdf", &[b"%PDF-1.7 /Title (\xfe\xff", &title[..], b")"].concat(), Some("web-upload-secret"));
    }

    #[test]
    fn other_files_pass() {
        let word = archive(&[("word/document.xml", "<w:p><w:t>Bảo mật thông tin, bí mật nhà nước</w:t></w:p>")]);
        check("a.docx", &word, None);
        check("a.csv", "Tên;Số\nBảo mật;1\n".as_bytes(), None);
        check("a.xlsx", b"PK\x03\x04 broken", None);
        check("a.txt", b"", None);
    }
}
