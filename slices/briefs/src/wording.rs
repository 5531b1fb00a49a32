//! The small language of `data/briefs/year.txt`: sentences that are said only as far as their figures exist.

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Said as it is.
    Text(String),
    /// A figure: an indicator's code.
    Figure(String),
    /// A word that follows the period or the unit.
    Word(String),
    /// `[ … ]`: said if everything in it can be said.
    Maybe(Vec<Piece>),
    /// `<a|b|c>`: those that can be said, at least one.
    Any(Vec<Vec<Piece>>),
}

/// A line of the wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// A sentence, without its full stop.
    Sentence(Vec<Piece>),
    /// The end of a paragraph.
    Break,
    /// `@awards`: the sentence and the table of awards.
    Awards,
    /// `@figures`: the table of all figures.
    Figures,
    /// `@children …`: the table of the units directly below, of these indicators.
    Children(Vec<String>),
    /// `@missing`: what was to be reported and was not.
    Missing,
}

/// A part of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its title, in capitals, without a number.
    pub(crate) title: String,
    /// Its lines.
    pub(crate) lines: Vec<Line>,
}

/// The wording cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("data/briefs/year.txt, dòng {line}: {why} / line {line}: {why}")]
pub struct WordingError {
    /// Line of the file.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

/// The wording that is part of the program.
pub(crate) fn year() -> Result<Vec<Part>, WordingError> {
    read(include_str!("../../../data/briefs/year.txt"))
}

/// Reads a wording.
pub(crate) fn read(text: &str) -> Result<Vec<Part>, WordingError> {
    let mut parts: Vec<Part> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let wrong = |why: String| WordingError { line: at + 1, why };
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        if let Some(title) = line.strip_prefix("==") {
            parts.push(Part { title: title.trim().to_owned(), lines: Vec::new() });
            continue;
        }
        let read = match line.strip_prefix('@') {
            Some(word) => command(word).ok_or_else(|| wrong(format!("unknown @{word}")))?,
            None if line.is_empty() => Line::Break,
            None => Line::Sentence(sentence(line).map_err(wrong)?),
        };
        match (parts.last_mut(), read) {
            (Some(part), read) => part.lines.push(read),
            (None, Line::Break) => {}
            (None, _) => return Err(wrong("stands before the first part".to_owned())),
        }
    }
    Ok(parts)
}

fn command(text: &str) -> Option<Line> {
    let mut words = text.split_whitespace();
    match words.next()? {
        "awards" => Some(Line::Awards),
        "figures" => Some(Line::Figures),
        "children" => Some(Line::Children(words.map(str::to_owned).collect())),
        "missing" => Some(Line::Missing),
        _ => None,
    }
}

/// Reads a sentence; its full stop is taken off, so that a remark can stand before it.
pub(crate) fn sentence(text: &str) -> Result<Vec<Piece>, String> {
    let text = text.strip_suffix('.').ok_or("a sentence ends with a full stop")?;
    let mut rest = text;
    let pieces = pieces(&mut rest, "")?;
    if rest.is_empty() { Ok(pieces) } else { Err(format!("one too many: {rest}")) }
}

/// Reads up to one of the `ends`, which stays in `rest`.
fn pieces(rest: &mut &str, ends: &str) -> Result<Vec<Piece>, String> {
    let mut res = Vec::new();
    while let Some(first) = rest.chars().next() {
        if ends.contains(first) {
            return Ok(res);
        }
        match first {
            '{' => res.push(field(rest)?),
            '[' => {
                *rest = rest.get(1..).unwrap_or_default();
                let inner = pieces(rest, "]")?;
                close(rest, ']')?;
                res.push(Piece::Maybe(inner));
            }
            '<' => {
                let mut items = Vec::new();
                while rest.starts_with(['<', '|']) {
                    *rest = rest.get(1..).unwrap_or_default();
                    items.push(pieces(rest, "|>")?);
                }
                close(rest, '>')?;
                res.push(Piece::Any(items));
            }
            ']' | '>' | '|' | '}' => return Err(format!("one too many: {rest}")),
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

fn field(rest: &mut &str) -> Result<Piece, String> {
    let end = rest.find('}').ok_or_else(|| format!("not closed: {rest}"))?;
    let name = rest.get(1..end).unwrap_or_default().to_owned();
    *rest = rest.get(end + 1..).unwrap_or_default();
    let figure = name.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    Ok(if figure { Piece::Figure(name) } else { Piece::Word(name) })
}

fn close(rest: &mut &str, end: char) -> Result<(), String> {
    *rest = rest.strip_prefix(end).ok_or_else(|| format!("{end} is missing"))?;
    Ok(())
}

impl Piece {
    /// The codes of all figures in it.
    pub(crate) fn codes(&self) -> Vec<&str> {
        match self {
            Piece::Text(_) | Piece::Word(_) => Vec::new(),
            Piece::Figure(code) => vec![code],
            Piece::Maybe(inner) => inner.iter().flat_map(Piece::codes).collect(),
            Piece::Any(items) => items.iter().flatten().flat_map(Piece::codes).collect(),
        }
    }
}

impl Line {
    /// The codes of all figures in it.
    pub(crate) fn codes(&self) -> Vec<&str> {
        match self {
            Line::Sentence(pieces) => pieces.iter().flat_map(Piece::codes).collect(),
            Line::Break | Line::Awards | Line::Figures | Line::Missing => Vec::new(),
            Line::Children(codes) => codes.iter().map(String::as_str).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word that the composer knows.
    const WORDS: [&str; 5] = ["span", "unit", "whole", "communes", "end"];

    #[test]
    fn the_wording_names_known_indicators_and_words() {
        let catalogue = returns::catalogue().unwrap();
        let parts = year().unwrap();
        assert_eq!(parts.len(), 18);
        for line in parts.iter().flat_map(|it| &it.lines) {
            for code in line.codes() {
                let indicator = catalogue.by_code(code).unwrap_or_else(|| panic!("{code}"));
                let compared = matches!(line, Line::Children(_));
                assert!(!(compared && indicator.is_guarded()), "{code} must not stand in a table of units");
            }
            if let Line::Sentence(pieces) = line {
                let words = pieces.iter().filter_map(|it| if let Piece::Word(word) = it { Some(word) } else { None });
                words.for_each(|it| assert!(WORDS.contains(&it.as_str()), "{it}"));
                assert!(!line.codes().is_empty());
            }
        }
    }

    #[track_caller]
    fn check_wrong(text: &str) {
        assert!(sentence(text).is_err(), "{text}");
    }

    #[test]
    fn broken_sentences_are_refused() {
        check_wrong("Có {LAU01} cuộc");
        check_wrong("Có {LAU01 cuộc.");
        check_wrong("Có [{LAU01} cuộc.");
        check_wrong("Có {LAU01}] cuộc.");
        check_wrong("Có <{LAU01}|{LAU02} cuộc.");
        check_wrong("Có {LAU01} | cuộc.");
        check_wrong("Có } cuộc.");
        assert!(read("Có {LAU01} cuộc.").is_err());
        assert!(read("== I\n@what").is_err());
    }
}
