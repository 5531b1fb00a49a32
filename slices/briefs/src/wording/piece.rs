//! Sentences: text, figures, and what is said only as far as there are figures.

use kernel::{Catalogue, Indicator};

use super::Wrong;
use crate::words::WORDS;

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Said as it is.
    Text(String),
    /// A figure: an indicator's code.
    Figure(String),
    /// `{A:change}`: how it changed against the year before.
    Change(String),
    /// `{A:before}`: what it was the year before.
    Before(String),
    /// `{A:words}`: the number spelled out.
    Spelled(String),
    /// `{A/B}` or `{A/12}`: how many of A there are for one of B, with one decimal.
    Quotient(String, Divisor),
    /// A word that follows the period or the unit.
    Word(String),
    /// `[ … ]`: said if everything in it can be said.
    Maybe(Vec<Piece>),
    /// `<a|b|c>`: those that can be said, at least one.
    Any(Vec<Vec<Piece>>),
}

/// What a figure is divided by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Divisor {
    /// Another figure.
    Figure(String),
    /// A number that is not zero.
    Number(i64),
}

/// Reads a sentence; its full stop is taken off, so that a remark can stand before it.
pub(crate) fn sentence(text: &str) -> Result<Vec<Piece>, Wrong> {
    let text = text
        .strip_suffix('.')
        .ok_or_else(|| (text.to_owned(), "câu kết thúc bằng dấu chấm/a sentence ends with a full stop".to_owned()))?;
    whole(text)
}

/// Reads a text to its end.
pub(super) fn whole(text: &str) -> Result<Vec<Piece>, Wrong> {
    let mut rest = text;
    let pieces = pieces(&mut rest, "", 0)?;
    if rest.is_empty() { Ok(pieces) } else { Err(too_many(rest)) }
}

fn too_many(rest: &str) -> Wrong {
    (rest.to_owned(), "thừa một dấu/one sign too many".to_owned())
}

/// Brackets may stand so deep in each other.
const DEEPEST: u8 = 8;

/// Reads up to one of the `ends`, which stays in `rest`.
fn pieces(rest: &mut &str, ends: &str, depth: u8) -> Result<Vec<Piece>, Wrong> {
    let mut res = Vec::new();
    if depth > DEEPEST {
        return Err(((*rest).to_owned(), "ngoặc lồng quá sâu/brackets too deep".to_owned()));
    }
    while let Some(first) = rest.chars().next() {
        if ends.contains(first) {
            return Ok(res);
        }
        match first {
            '{' => res.push(field(rest)?),
            '[' => {
                *rest = rest.get(1..).unwrap_or_default();
                let inner = pieces(rest, "]", depth + 1)?;
                close(rest, ']')?;
                res.push(Piece::Maybe(inner));
            }
            '<' => {
                let mut items = Vec::new();
                while rest.starts_with(['<', '|']) {
                    *rest = rest.get(1..).unwrap_or_default();
                    items.push(pieces(rest, "|>", depth + 1)?);
                }
                close(rest, '>')?;
                res.push(Piece::Any(items));
            }
            ']' | '>' | '|' | '}' => return Err(too_many(rest)),
            _ => {
                let end = rest.find(['{', '}', '[', ']', '<', '|', '>']).unwrap_or(rest.len());
                let (text, after) = rest.split_at(end);
                res.push(Piece::Text(text.to_owned()));
                *rest = after;
            }
        }
    }
    Ok(res)
}

fn field(rest: &mut &str) -> Result<Piece, Wrong> {
    let not_closed = || ((*rest).to_owned(), "thiếu dấu }/not closed".to_owned());
    let end = rest.find('}').ok_or_else(not_closed)?;
    let name = rest.get(1..end).unwrap_or_default().trim().to_owned();
    *rest = rest.get(end + 1..).unwrap_or_default();
    let is_code = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    if let Some((code, what)) = name.split_once(':') {
        let code = code.trim().to_owned();
        return match what.trim() {
            "change" => Ok(Piece::Change(code)),
            "before" => Ok(Piece::Before(code)),
            "words" => Ok(Piece::Spelled(code)),
            _ => Err((name, "sau dấu : là change, before hoặc words/change, before or words follows".to_owned())),
        };
    }
    if let Some((code, by)) = name.split_once('/') {
        let by = by.trim();
        return Ok(match by.parse::<i64>() {
            Ok(0) => return Err((name, "chia cho 0/division by zero".to_owned())),
            Ok(number) => Piece::Quotient(code.trim().to_owned(), Divisor::Number(number)),
            Err(_) => Piece::Quotient(code.trim().to_owned(), Divisor::Figure(by.to_owned())),
        });
    }
    Ok(if is_code(&name) { Piece::Figure(name) } else { Piece::Word(name) })
}

fn close(rest: &mut &str, end: char) -> Result<(), Wrong> {
    *rest = rest.strip_prefix(end).ok_or_else(|| ((*rest).to_owned(), format!("thiếu dấu {end}/{end} is missing")))?;
    Ok(())
}

impl Piece {
    /// The codes of all figures in it.
    pub(crate) fn codes(&self) -> Vec<&str> {
        match self {
            Piece::Text(_) | Piece::Word(_) => Vec::new(),
            Piece::Figure(code)
            | Piece::Change(code)
            | Piece::Before(code)
            | Piece::Spelled(code)
            | Piece::Quotient(code, Divisor::Number(_)) => vec![code],
            Piece::Quotient(code, Divisor::Figure(by)) => vec![code, by],
            Piece::Maybe(inner) => inner.iter().flat_map(Piece::codes).collect(),
            Piece::Any(items) => items.iter().flatten().flat_map(Piece::codes).collect(),
        }
    }

    /// Unknown fields, and comparisons that must not be made.
    pub(super) fn problems(&self, catalogue: Option<&Catalogue>) -> Vec<Wrong> {
        match self {
            Piece::Word(word) if !WORDS.contains(&word.as_str()) => {
                vec![(word.clone(), format!("không có trường này; có/no such field; there are: {}", WORDS.join(", ")))]
            }
            Piece::Maybe(inner) => inner.iter().flat_map(|it| it.problems(catalogue)).collect(),
            Piece::Any(items) => items.iter().flatten().flat_map(|it| it.problems(catalogue)).collect(),
            Piece::Change(_) | Piece::Before(_) | Piece::Quotient(_, _) => {
                let codes = self.codes().into_iter();
                codes.flat_map(|code| catalogue.map_or_else(Vec::new, |it| compared(code, it))).collect()
            }
            _ => {
                let codes = self.codes().into_iter();
                codes.filter_map(|it| catalogue.and_then(|catalogue| unknown(it, catalogue))).collect()
            }
        }
    }
}

pub(super) fn unknown(code: &str, catalogue: &Catalogue) -> Option<Wrong> {
    catalogue
        .by_code(code)
        .is_none()
        .then(|| (code.to_owned(), "không có chỉ tiêu này trong danh mục/no such indicator".to_owned()))
}

/// A figure that is to be compared between units or years: neither guarded nor made of anything guarded.
pub(super) fn compared(code: &str, catalogue: &Catalogue) -> Vec<Wrong> {
    let guarded = catalogue.by_code(code).is_some_and(|it| is_guarded(it, catalogue));
    let why = "không được so sánh: nguồn tin, cảm hóa, địa bàn, tội phạm/must not be compared";
    unknown(code, catalogue).into_iter().chain(guarded.then(|| (code.to_owned(), why.to_owned()))).collect()
}

fn is_guarded(indicator: &Indicator, catalogue: &Catalogue) -> bool {
    let mut terms = indicator.rule.numerator.iter().chain(&indicator.rule.denominator);
    indicator.is_guarded() || terms.any(|it| catalogue.indicator(it.indicator).is_some_and(Indicator::is_guarded))
}
