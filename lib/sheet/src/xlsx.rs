//! Workbooks of Excel since 2007 (ECMA-376, part 1, chapter 18).

mod formats;
mod sheet;

use quick_xml::{
    XmlVersion,
    events::{BytesRef, BytesStart, Event},
    reader::Reader,
};

use crate::{Book, Limits, Sheet, SheetError, book::Meter, package::Package};
use formats::Show;

/// What all sheets share.
struct Shared {
    strings: Vec<String>,
    formats: Vec<Show>,
}

pub(crate) fn read(package: &mut Package<'_>, limits: &Limits, meter: &mut Meter) -> Result<Book, SheetError> {
    let types = package.must("[Content_Types].xml")?;
    if types.contains("macroEnabled") {
        return Err(SheetError::Macros);
    }
    let roots = relations(&package.part("_rels/.rels")?.unwrap_or_default())?;
    let root = roots.into_iter().find(|it| it.kind.ends_with("/officeDocument"));
    let path = root.map_or_else(|| "xl/workbook.xml".to_owned(), |it| it.target.trim_start_matches('/').to_owned());
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
    let links = relations(&package.must(&format!("{folder}/_rels/{file}.rels"))?)?;
    let place = |target: &str| match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    if links.iter().any(|it| it.kind.ends_with("acrosheet")) {
        return Err(SheetError::Macros);
    }
    let part = |end: &str| links.iter().find(|it| it.kind.ends_with(end)).map(|it| place(&it.target));
    let strings = match part("/sharedStrings") {
        Some(path) => strings(&package.must(&path)?)?,
        None => Vec::new(),
    };
    let formats = match part("/styles") {
        Some(path) => formats::read(&package.must(&path)?)?,
        None => Vec::new(),
    };
    let shared = Shared { strings, formats };
    let tabs = tabs(&package.must(&path)?)?;
    if tabs.len() > limits.sheets {
        return Err(SheetError::Sheets(limits.sheets));
    }
    let mut book = Book::default();
    for tab in tabs {
        // A chart's own sheet has no cells.
        let Some(link) = links.iter().find(|it| it.id == tab.link && it.kind.ends_with("/worksheet")) else { continue };
        let mut sheet = Sheet { name: tab.name, hidden: tab.hidden, ..Sheet::default() };
        let xml = package.must(&place(&link.target))?;
        sheet::read(&xml, &shared, &mut sheet, limits, meter)?;
        book.sheets.push(sheet);
    }
    Ok(book)
}

/// A relation of a part to another.
struct Link {
    id: String,
    kind: String,
    target: String,
}

fn relations(xml: &str) -> Result<Vec<Link>, SheetError> {
    let mut res = Vec::new();
    elements(xml, "rels", |it| {
        if it.local_name().as_ref() == "Relationship" {
            let text = |name| attribute(it, name).unwrap_or_default();
            res.push(Link { id: text("Id"), kind: text("Type"), target: text("Target") });
        }
        Ok(())
    })?;
    Ok(res)
}

/// A sheet as the workbook names it.
struct Tab {
    name: String,
    hidden: bool,
    link: String,
}

fn tabs(xml: &str) -> Result<Vec<Tab>, SheetError> {
    let mut res = Vec::new();
    elements(xml, "workbook", |it| {
        if it.local_name().as_ref() == "sheet" {
            let text = |name| attribute(it, name).unwrap_or_default();
            res.push(Tab {
                name: text("name"),
                hidden: text("state").to_lowercase().contains("hidden"),
                link: text("id"),
            });
        }
        Ok(())
    })?;
    Ok(res)
}

/// The shared strings, without the reading aids of East Asian text.
fn strings(xml: &str) -> Result<Vec<String>, SheetError> {
    let mut res: Vec<String> = Vec::new();
    let mut reader = Reader::from_str(xml);
    let (mut inside, mut aside) = (false, false);
    loop {
        match reader.read_event().map_err(|_| broken("sharedStrings"))? {
            Event::Start(it) => match it.local_name().as_ref() {
                "si" => res.push(String::new()),
                "t" => inside = true,
                "rPh" => aside = true,
                _ => (),
            },
            Event::Empty(it) if it.local_name().as_ref() == "si" => res.push(String::new()),
            Event::End(it) => match it.local_name().as_ref() {
                "t" => inside = false,
                "rPh" => aside = false,
                _ => (),
            },
            Event::Text(it) if inside && !aside => last(&mut res).push_str(&it.xml10_content()),
            Event::CData(it) if inside && !aside => last(&mut res).push_str(&it.xml10_content()),
            Event::GeneralRef(it) if inside && !aside => last(&mut res).extend(entity(&it)),
            Event::Eof => return Ok(res),
            _ => (),
        }
    }
}

fn last(list: &mut Vec<String>) -> &mut String {
    if list.is_empty() {
        list.push(String::new());
    }
    let at = list.len() - 1;
    &mut list[at]
}

/// Visits every element of a small part.
fn elements(
    xml: &str,
    part: &str,
    mut visit: impl FnMut(&BytesStart<'_>) -> Result<(), SheetError>,
) -> Result<(), SheetError> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| broken(part))? {
            Event::Start(it) | Event::Empty(it) => visit(&it)?,
            Event::Eof => return Ok(()),
            _ => (),
        }
    }
}

/// An attribute by its name without prefix.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|it| it.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// The letter that an entity stands for. Entities that a file defines itself stand for nothing.
pub(crate) fn entity(reference: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return Some(letter);
    }
    match &*reference.xml10_content() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

pub(crate) fn broken(part: &str) -> SheetError {
    SheetError::Broken(part.to_owned())
}
