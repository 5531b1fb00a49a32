//! The parts of the Word package that docx-rs has no words for: styles, language, properties, repeated header rows.

use std::io::Cursor;

use docx_rs::Docx;

use crate::lines::clean;
use crate::{Document, Error};

/// A row height that no row of ours has otherwise: it marks a row that repeats on each page.
pub(super) const REPEATED: f32 = 1.0;

/// Packs the file, with the parts of our own in place.
pub(super) fn pack(word: Docx, document: &Document) -> Result<Vec<u8>, Error> {
    let mut parts = word.build();
    let body = String::from_utf8(parts.document).map_err(|e| Error::Package(e.to_string()))?;
    let body = body.replace(r#"<w:trHeight w:val="1" w:hRule="atLeast" />"#, "<w:tblHeader />");
    parts.document = described(same_headers(&body), document).into_bytes();
    parts.styles = include_bytes!("styles.xml").to_vec();
    parts.settings = include_bytes!("settings.xml").to_vec();
    parts.doc_props.core = core(document).into_bytes();
    let mut file = Cursor::new(Vec::new());
    parts.pack(&mut file).map_err(|e| Error::Package(e.to_string()))?;
    Ok(file.into_inner())
}

/// Gives every section the page header of the last one, the only one that docx-rs gives it to.
fn same_headers(body: &str) -> String {
    let Some(at) = body.rfind("<w:sectPr>") else { return body.to_owned() };
    let (before, last) = body.split_at(at);
    let ends: Vec<usize> = last.match_indices("<w:headerReference").map(|(at, _)| at).collect();
    let reference = |at: &usize| last.get(*at..).and_then(|it| it.split_once("/>")).map(|(it, _)| format!("{it}/>"));
    let headers: String = ends.iter().filter_map(reference).collect();
    before.replace("<w:sectPr>", &format!("<w:sectPr>{headers}")) + last
}

/// Says of each picture what it shows: docx-rs writes an empty name for all of them.
fn described(body: String, document: &Document) -> String {
    const EMPTY: &str = r#"<wp:docPr id="1" name="Figure" />"#;
    let blocks = document.blocks.iter().chain(document.appendices.iter().flat_map(|it| &it.blocks));
    let pictures = blocks.filter_map(|it| if let crate::Block::Picture(picture) = it { Some(picture) } else { None });
    pictures.enumerate().fold(body, |body, (at, picture)| {
        let (id, alt) = (at + 1, escaped(&picture.alt).replace('"', "&quot;"));
        body.replacen(EMPTY, &format!(r#"<wp:docPr id="{id}" name="Hình {id}" descr="{alt}"/>"#), 1)
    })
}

/// Title, subject, language and date of the file.
fn core(document: &Document) -> String {
    let title = escaped(&document.title());
    let subject = escaped(&document.subject);
    let creator = escaped(&document.header.issuing_body);
    let dates = document.header.issued.day().map_or_else(String::new, |day| {
        let element =
            |name| format!(r#"<dcterms:{name} xsi:type="dcterms:W3CDTF">{}</dcterms:{name}>"#, day.timestamp());
        element("created") + &element("modified")
    });
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject><dc:creator>{creator}</dc:creator><dc:language>vi-VN</dc:language>{dates}</cp:coreProperties>"#
    )
}

fn escaped(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
