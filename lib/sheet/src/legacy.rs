//! Texts of a whole file in an old encoding: one file, one encoding.

use crate::{Book, Value};

/// Converts all texts if the file as a whole is written in VNI or TCVN3.
pub(crate) fn unify(book: &mut Book) {
    let texts = || {
        let cells = book.sheets.iter().flat_map(|it| &it.cells);
        cells.filter_map(|it| if let Value::Text(text) = &it.value { Some(text.as_str()) } else { None })
    };
    let all: String = texts().flat_map(|it| [it, "\n"]).collect();
    let Some(legacy) = viet::legacy(&all) else { return };
    for sheet in &mut book.sheets {
        for cell in &mut sheet.cells {
            if let Value::Text(text) = &mut cell.value {
                *text = viet::composed(&legacy.to_unicode(text));
            }
        }
    }
    book.legacy = Some(legacy);
}
