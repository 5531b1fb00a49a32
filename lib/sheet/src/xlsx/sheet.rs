//! One worksheet, in one pass.

use quick_xml::{
    events::{BytesStart, Event},
    reader::Reader,
};

use super::{Shared, attribute, broken, entity, formats::Show};
use crate::{Area, At, Limits, Sheet, SheetError, Value, book::Meter};

/// The cell that is being read.
#[derive(Default)]
struct Half {
    kind: String,
    style: usize,
    formula: bool,
    /// The element whose text is being collected.
    inside: Option<Inside>,
    value: Option<String>,
    inline: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Value,
    Inline,
    Aside,
}

impl Half {
    fn text(&mut self) -> Option<&mut String> {
        match self.inside {
            Some(Inside::Value) => Some(self.value.get_or_insert_default()),
            Some(Inside::Inline) => Some(self.inline.get_or_insert_default()),
            Some(Inside::Aside) | None => None,
        }
    }

    fn finish(self, shared: &Shared) -> Result<Option<Value>, SheetError> {
        if let Some(text) = self.inline {
            return Ok(Some(Value::Text(text)));
        }
        let Some(raw) = self.value else {
            return Ok(self.formula.then(|| Value::Fault(String::new())));
        };
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| broken("số/number"));
        Ok(Some(match self.kind.as_str() {
            "s" => {
                let at: usize = raw.trim().parse().map_err(|_| broken("sharedStrings"))?;
                Value::Text(shared.strings.get(at).cloned().ok_or_else(|| broken("sharedStrings"))?)
            }
            "str" | "inlineStr" => Value::Text(raw),
            "b" => Value::Flag(raw.trim() == "1" || raw.trim() == "true"),
            "e" => Value::Fault(raw),
            "d" => Value::Moment(0.0),
            _ if raw.trim().is_empty() => return Ok(None),
            _ => match shared.formats.get(self.style) {
                Some(Show::Moment) => Value::Moment(number(&raw)?),
                Some(Show::Share) => Value::Share(number(&raw)?),
                Some(Show::Number) | None => Value::Number(number(&raw)?),
            },
        }))
    }
}

/// Reads the cells of a worksheet, its merged areas and what of it is hidden.
pub(super) fn read(
    xml: &str,
    shared: &Shared,
    sheet: &mut Sheet,
    limits: &Limits,
    meter: &mut Meter,
) -> Result<(), SheetError> {
    let mut reader = Reader::from_str(xml);
    let mut next = At::new(0, 0);
    let mut half: Option<(At, Half)> = None;
    loop {
        let event = reader.read_event().map_err(|_| broken(&sheet.name))?;
        match &event {
            Event::Start(it) | Event::Empty(it) => {
                let closed = matches!(event, Event::Empty(_));
                match it.local_name().as_ref() {
                    "row" => row(it, &mut next, sheet)?,
                    "c" => {
                        let at = cell_at(it, next)?;
                        next = At::new(at.row, at.column.saturating_add(1));
                        let kind = attribute(it, "t").unwrap_or_default();
                        let style = attribute(it, "s").and_then(|it| it.parse().ok()).unwrap_or(0);
                        half = (!closed).then(|| (at, Half { kind, style, ..Half::default() }));
                    }
                    "col" => column(it, sheet),
                    "mergeCell" if sheet.merged.len() < limits.cells => sheet.merged.extend(area(it)),
                    inner => {
                        if let Some((_, half)) = &mut half {
                            match inner {
                                "f" => half.formula = true,
                                "v" if !closed => half.inside = Some(Inside::Value),
                                "t" if !closed && half.inside.is_none() => half.inside = Some(Inside::Inline),
                                "rPh" if !closed => half.inside = Some(Inside::Aside),
                                _ => (),
                            }
                        }
                    }
                }
            }
            Event::End(it) => match it.local_name().as_ref() {
                "c" => {
                    if let Some((at, half)) = half.take() {
                        let formula = half.formula;
                        if let Some(value) = half.finish(shared)? {
                            meter.cell(&sheet.name, at)?;
                            sheet.push(at, value, formula);
                        }
                    }
                }
                "row" => next = At::new(next.row.saturating_add(1), 0),
                "v" | "rPh" => half.iter_mut().for_each(|it| it.1.inside = None),
                "t" => {
                    if let Some((_, half)) = half.as_mut().filter(|it| it.1.inside == Some(Inside::Inline)) {
                        half.inside = None;
                    }
                }
                _ => (),
            },
            Event::Text(it) => {
                if let Some(text) = half.as_mut().and_then(|it| it.1.text()) {
                    text.push_str(&it.xml10_content());
                }
            }
            Event::CData(it) => {
                if let Some(text) = half.as_mut().and_then(|it| it.1.text()) {
                    text.push_str(&it.xml10_content());
                }
            }
            Event::GeneralRef(it) => {
                if let Some(text) = half.as_mut().and_then(|it| it.1.text()) {
                    text.extend(entity(it));
                }
            }
            Event::Eof => return Ok(()),
            _ => (),
        }
    }
}

fn row(element: &BytesStart<'_>, next: &mut At, sheet: &mut Sheet) -> Result<(), SheetError> {
    if let Some(number) = attribute(element, "r") {
        let number: u32 = number.parse().map_err(|_| broken(&sheet.name))?;
        *next = At::new(number.saturating_sub(1), 0);
    }
    if is_hidden(element) {
        // Rows one after the other are one area.
        match sheet.concealed.last_mut() {
            Some(it) if it.last == At::new(next.row.wrapping_sub(1), u32::MAX) => it.last.row = next.row,
            _ => sheet.concealed.push(Area { first: *next, last: At::new(next.row, u32::MAX) }),
        }
    }
    Ok(())
}

fn cell_at(element: &BytesStart<'_>, next: At) -> Result<At, SheetError> {
    attribute(element, "r").map_or(Ok(next), |it| it.parse())
}

fn column(element: &BytesStart<'_>, sheet: &mut Sheet) {
    let number = |name| attribute(element, name).and_then(|it| it.parse::<u32>().ok()).and_then(|it| it.checked_sub(1));
    if let (true, Some(first), Some(last)) = (is_hidden(element), number("min"), number("max")) {
        sheet.concealed.push(Area { first: At::new(0, first), last: At::new(u32::MAX, last) });
    }
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    attribute(element, "hidden").is_some_and(|it| it == "1" || it == "true")
}

fn area(element: &BytesStart<'_>) -> Option<Area> {
    let text = attribute(element, "ref")?;
    let (first, last) = text.split_once(':').unwrap_or((&text, &text));
    Some(Area { first: first.parse().ok()?, last: last.parse().ok()? })
}
