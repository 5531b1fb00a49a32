//! The PDF writer: the tree goes as data to a fixed Typst template, so no text is ever read as markup.

use serde_json::{Value, json};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::lines::{MOTTO, NATION, clean};
use crate::{Document, Error, Fonts};

/// How many documents a piece of layout is remembered for; more only costs memory.
const REMEMBERED: usize = 2;

/// What is set: each has its template.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sheet {
    /// An official document.
    Document,
    /// Certificates.
    Certificate,
    /// Slides.
    Slides,
}

/// The document as PDF/A-2a and PDF/UA-1 (tagged, embedded fonts), which the typesetter enforces. Equal documents and
/// fonts give equal bytes; the file's date is the day of issue. A letter that no font has prints as "□".
pub fn pdf(document: &Document, fonts: &Fonts) -> Result<Vec<u8>, Error> {
    document.check()?;
    write(Sheet::Document, data(document, fonts)?, fonts)
}

/// Sets any sheet.
pub(crate) fn write(sheet: Sheet, mut data: Value, fonts: &Fonts) -> Result<Vec<u8>, Error> {
    clean_all(&mut data, fonts);
    let data = serde_json::to_string(&data).map_err(|e| Error::Layout(e.to_string()))?;
    let desk = Desk { fonts, template: fonts.template(sheet), data: Bytes::from_string(data) };
    let laid_out = typst::compile::<PagedDocument>(&desk).output.and_then(|pages| {
        let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).unwrap_or_default();
        let creator = Smart::Custom(Some("Bình Yên".into()));
        typst_pdf::pdf(&pages, &PdfOptions { creator, standards, ..PdfOptions::default() })
    });
    typst::comemo::evict(REMEMBERED);
    laid_out.map_err(|said| Error::Layout(words(&said)))
}

fn words(said: &[SourceDiagnostic]) -> String {
    said.iter().map(|one| one.message.to_string()).collect::<Vec<_>>().join("; ")
}

/// The tree and its ready lines as JSON.
fn data(document: &Document, fonts: &Fonts) -> Result<Value, Error> {
    let appendices: Vec<_> = (0..document.appendices.len()).map(|at| document.appendix_lines(at)).collect();
    Ok(json!({
        "nation": NATION,
        "motto": MOTTO,
        "families": fonts.families(),
        "title": if document.title().trim().is_empty() { "Văn bản".to_owned() } else { document.title() },
        "number_line": document.header.number_line(),
        "date_line": document.header.date_line(),
        "letter_subject": document.letter_subject(),
        "addressee_lines": document.addressee_lines(),
        "base_lines": document.base_lines(),
        "recipient_lines": document.recipient_lines(),
        "appendix_lines": appendices,
        "day": document.header.issued.file_day(),
        "document": serde_json::to_value(document).map_err(|e| Error::Layout(e.to_string()))?,
    }))
}

/// Cleans every text; drawings stay as they are, but for their type.
fn clean_all(value: &mut Value, fonts: &Fonts) {
    match value {
        Value::String(text) => *text = fonts.printable(&breakable(&clean(text))),
        Value::Array(items) => items.iter_mut().for_each(|it| clean_all(it, fonts)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(svg) if name == "svg" => *svg = fonts.in_type(svg),
                    _ => clean_all(field, fonts),
                }
            }
        }
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
    template: &'a Source,
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
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
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
