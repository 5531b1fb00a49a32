//! How numbers are shown: whether a number is a share or a day can be told from its format alone.

use std::collections::HashMap;

use super::{attribute, elements};
use crate::SheetError;

/// As what a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    Number,
    Share,
    Moment,
}

/// For each style of cells, as what it shows numbers.
pub(super) fn read(xml: &str) -> Result<Vec<Show>, SheetError> {
    let mut own: HashMap<u32, Show> = HashMap::new();
    let mut styles = Vec::new();
    let mut in_cells = false;
    elements(xml, "styles", |it| {
        match it.local_name().as_ref() {
            "numFmt" => {
                let id = attribute(it, "numFmtId").and_then(|it| it.parse().ok());
                if let (Some(id), Some(code)) = (id, attribute(it, "formatCode")) {
                    own.insert(id, of_code(&code));
                }
            }
            "cellXfs" => in_cells = true,
            "cellStyles" | "dxfs" | "cellStyleXfs" => in_cells = false,
            "xf" if in_cells => {
                let id = attribute(it, "numFmtId").and_then(|it| it.parse().ok()).unwrap_or(0);
                styles.push(own.get(&id).copied().unwrap_or_else(|| built_in(id)));
            }
            _ => (),
        }
        Ok(())
    })?;
    Ok(styles)
}

/// The formats that every reader knows by number (18.8.30), those of East Asian versions included.
fn built_in(id: u32) -> Show {
    match id {
        9 | 10 => Show::Share,
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Show::Moment,
        _ => Show::Number,
    }
}

/// The format's letters outside of quotes, brackets and escapes: `d`, `m`, `y`, `h`, `s` mean days and times.
fn of_code(code: &str) -> Show {
    let first = code.split(';').next().unwrap_or(code);
    let mut letters = first.chars();
    let mut share = false;
    while let Some(letter) = letters.next() {
        match letter.to_ascii_lowercase() {
            '"' => while letters.next().is_some_and(|it| it != '"') {},
            // [h] is a time, [Red] a colour.
            '[' => {
                let word: String = letters.by_ref().take_while(|it| *it != ']').collect();
                if !word.is_empty() && word.chars().all(|it| "hmsHMS".contains(it)) {
                    return Show::Moment;
                }
            }
            '\\' | '_' | '*' => drop(letters.next()),
            'd' | 'm' | 'y' | 'h' | 's' => return Show::Moment,
            'g' => drop(letters.by_ref().nth(5)),
            '%' => share = true,
            _ => (),
        }
    }
    if share { Show::Share } else { Show::Number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_say_what_a_number_is() {
        for code in ["General", "#,##0", "0.00", "#,##0\\ \"đồng\"", "[Red]-0", "_-* #,##0_-", "0 \"ngày\"", "0E+00"]
        {
            assert_eq!(of_code(code), Show::Number, "{code}");
        }
        for code in ["dd/mm/yyyy", "[h]:mm", "[$-42A]d mmmm", "hh:mm;@", "m/d"] {
            assert_eq!(of_code(code), Show::Moment, "{code}");
        }
        assert_eq!(of_code("0.0%"), Show::Share);
    }
}
