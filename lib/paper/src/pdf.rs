//! The PDF writer: the tree goes as data to a fixed Typst template, so no text is ever read as markup.

use serde_json::{Value, json};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::lines::{MOTTO, NATION, clean};
use crate::{Document, Error, Fonts};

/// How many documents a piece of layout is remembered for; more only costs memory.
const REMEMBERED: usize = 2;

/// The document as a tagged PDF with embedded fonts. Equal documents and fonts give equal bytes; the file's date is the
/// day of issue.
pub fn pdf(document: &Document, fonts: &Fonts) -> Result<Vec<u8>, Error> {
    document.check()?;
    let desk = Desk { fonts, data: Bytes::from_string(data(document, fonts)?) };
    let laid_out = typst::compile::<PagedDocument>(&desk).output.and_then(|pages| {
        let options = PdfOptions { creator: Smart::Custom(Some("Bình Yên".into())), ..PdfOptions::default() };
        typst_pdf::pdf(&pages, &options)
    });
    typst::comemo::evict(REMEMBERED);
    laid_out.map_err(|said| Error::Layout(words(&said)))
}

fn words(said: &[SourceDiagnostic]) -> String {
    said.iter().map(|one| one.message.to_string()).collect::<Vec<_>>().join("; ")
}

/// The tree and its ready lines as JSON, every text cleaned.
fn data(document: &Document, fonts: &Fonts) -> Result<String, Error> {
    let failed = |e: serde_json::Error| Error::Layout(e.to_string());
    let mut data = json!({
        "nation": NATION,
        "motto": MOTTO,
        "families": fonts.families(),
        "title": document.title(),
        "number_line": document.header.number_line(),
        "date_line": document.header.date_line(),
        "letter_subject": document.letter_subject(),
        "addressee_lines": document.addressee_lines(),
        "base_lines": document.base_lines(),
        "recipient_lines": document.recipient_lines(),
        "day": document.header.issued.day(),
        "document": serde_json::to_value(document).map_err(failed)?,
    });
    clean_all(&mut data);
    serde_json::to_string(&data).map_err(failed)
}

fn clean_all(value: &mut Value) {
    match value {
        Value::String(text) => *text = breakable(&clean(text)),
        Value::Array(items) => items.iter_mut().for_each(clean_all),
        Value::Object(fields) => fields.values_mut().for_each(clean_all),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Lets a word of absurd length break, which would otherwise run off the page.
fn breakable(text: &str) -> String {
    const LONGEST_WORD: u32 = 24;
    let mut length = 0;
    let mut result = String::with_capacity(text.len());
    for letter in text.chars() {
        length = if letter.is_whitespace() { 0 } else { length + 1 };
        if length > LONGEST_WORD {
            result.push('\u{200b}'); // Zero-width space.
            length = 1;
        }
        result.push(letter);
    }
    result
}

/// What the typesetter may see: the fonts, the template and one file of data.
struct Desk<'a> {
    fonts: &'a Fonts,
    data: Bytes,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.fonts.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.fonts.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() { Ok(self.fonts.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id.get().vpath().file_name() {
            Some("document.json") => Ok(self.data.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.faces.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expect: &str) {
        assert_eq!(breakable(input).replace('\u{200b}', "|"), expect);
    }

    #[test]
    fn breaks_only_absurd_words() {
        check("Toàn dân bảo vệ an ninh Tổ quốc", "Toàn dân bảo vệ an ninh Tổ quốc");
        check(&"x".repeat(24), &"x".repeat(24));
        check(&"x".repeat(49), &[&"x".repeat(24), "|", &"x".repeat(24), "|x"].concat());
        check(
            "hơn\u{a0}1.200\u{a0}người\u{a0}dân\u{a0}tham\u{a0}gia",
            "hơn\u{a0}1.200\u{a0}người\u{a0}dân\u{a0}tham\u{a0}gia",
        );
    }
}
