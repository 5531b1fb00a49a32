//! Lines: what a part of a report is made of.

use kernel::Catalogue;

use super::{
    Wrong,
    piece::{Piece, compared, sentence, unknown},
};

/// When a sentence is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    /// The figure that it is about.
    pub(crate) code: String,
    /// What must be so.
    pub(crate) test: Test,
}

/// What a condition asks of its figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// `? A > 10:`, in whole numbers.
    Compared(&'static str, i64),
    /// `? A up:`
    Up,
    /// `? A down:`
    Down,
    /// `? A missing:`
    Missing,
}

/// A line of the wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// A sentence, without its full stop.
    Sentence(Vec<Piece>),
    /// `- …`: a line of its own with a dash; one without figures is always said.
    Item(Vec<Piece>),
    /// `* …`: a paragraph of its own, said as an item is.
    Text(Vec<Piece>),
    /// `? …: sentence`.
    If(Condition, Vec<Piece>),
    /// The end of a paragraph.
    Break,
    /// `@awards`: the sentence and the table of awards.
    Awards,
    /// `@figures`: the table of all figures.
    Figures,
    /// `@children …`: the table of the units directly below, of these indicators.
    Children(Vec<String>),
    /// `@chart CODE`: bars of the units directly below.
    Chart(String),
    /// `@map CODE`: the same as a map; a figure of the nation over outlines, else numbered cells.
    Map(String),
    /// `@records CODE …`: what the other slices hold as the records behind these figures; of all figures without codes.
    Records(Vec<String>),
    /// `@years N CODE …`: these figures over the last N years.
    Years(u8, Vec<String>),
    /// `@missing`: what was to be reported and was not.
    Missing,
}

/// Reads a line of a part.
pub(super) fn read_line(line: &str) -> Result<Line, Wrong> {
    if line.is_empty() {
        return Ok(Line::Break);
    }
    if let Some(word) = line.strip_prefix('@') {
        return command(word).ok_or_else(|| {
            let why =
                "lệnh không có; có: awards, figures, children, chart, map, years, records, missing/no such command";
            (format!("@{word}"), why.to_owned())
        });
    }
    if let Some(text) = line.strip_prefix("- ") {
        return sentence(text).map(Line::Item);
    }
    if let Some(text) = line.strip_prefix("* ") {
        return sentence(text).map(Line::Text);
    }
    if let Some(text) = line.strip_prefix('?') {
        let (condition, text) = text.split_once(':').ok_or_else(|| {
            (line.to_owned(), "điều kiện viết «? MÃ > 10: câu.»/a condition reads “? CODE > 10: sentence.”".to_owned())
        })?;
        return Ok(Line::If(self::condition(condition.trim())?, sentence(text.trim())?));
    }
    sentence(line).map(Line::Sentence)
}

fn command(text: &str) -> Option<Line> {
    let mut words = text.split_whitespace();
    let line = match words.next()? {
        "awards" => Line::Awards,
        "figures" => Line::Figures,
        "children" => return Some(Line::Children(words.map(str::to_owned).collect())),
        "records" => return Some(Line::Records(words.map(str::to_owned).collect())),
        "chart" => Line::Chart(words.next()?.to_owned()),
        "map" => Line::Map(words.next()?.to_owned()),
        "years" => {
            let count = words.next()?.parse().ok().filter(|it| (2..=10).contains(it))?;
            let codes: Vec<String> = words.map(str::to_owned).collect();
            return (!codes.is_empty()).then_some(Line::Years(count, codes));
        }
        "missing" => Line::Missing,
        _ => return None,
    };
    words.next().is_none().then_some(line)
}

fn condition(text: &str) -> Result<Condition, Wrong> {
    const SIGNS: [&str; 5] = [">=", "<=", ">", "<", "="];
    let mut words = text.split_whitespace();
    let code = words.next().unwrap_or_default().to_owned();
    let test = match (words.next(), words.next()) {
        (Some("up"), None) => Some(Test::Up),
        (Some("down"), None) => Some(Test::Down),
        (Some("missing"), None) => Some(Test::Missing),
        (Some(sign), Some(number)) => SIGNS
            .into_iter()
            .find(|it| *it == sign)
            .and_then(|sign| number.replace('.', "").parse().ok().map(|it| Test::Compared(sign, it))),
        _ => None,
    };
    let why = "sau mã là > >= < <= = và một số, hoặc up, down, missing/a sign and a number, or up, down, missing";
    test.filter(|_| words.next().is_none())
        .map(|test| Condition { code, test })
        .ok_or_else(|| (text.to_owned(), why.to_owned()))
}

impl Line {
    /// The codes of all figures in it.
    pub(crate) fn codes(&self) -> Vec<&str> {
        match self {
            Line::Sentence(pieces) | Line::Item(pieces) | Line::Text(pieces) => {
                pieces.iter().flat_map(Piece::codes).collect()
            }
            Line::If(condition, pieces) => {
                std::iter::once(condition.code.as_str()).chain(pieces.iter().flat_map(Piece::codes)).collect()
            }
            Line::Break | Line::Awards | Line::Figures | Line::Missing => Vec::new(),
            Line::Children(codes) | Line::Years(_, codes) | Line::Records(codes) => {
                codes.iter().map(String::as_str).collect()
            }
            Line::Chart(code) | Line::Map(code) => vec![code],
        }
    }

    pub(super) fn problems(&self, catalogue: &Catalogue) -> Vec<Wrong> {
        let of = |pieces: &[Piece]| pieces.iter().flat_map(|it| it.problems(Some(catalogue))).collect::<Vec<_>>();
        match self {
            Line::Sentence(pieces) if pieces.iter().all(|it| it.codes().is_empty()) => {
                let why = "câu không có số liệu; viết «- …» hoặc «* …» cho câu luôn có/a sentence without a figure; write “- …” or “* …”";
                let mut found = of(pieces);
                found.push((String::new(), why.to_owned()));
                found
            }
            Line::Sentence(pieces) | Line::Item(pieces) | Line::Text(pieces) => of(pieces),
            Line::If(condition, pieces) => {
                let mut found = of(pieces);
                found.extend(match condition.test {
                    Test::Missing => unknown(&condition.code, catalogue).into_iter().collect(),
                    // A bound would be a target.
                    Test::Up | Test::Down | Test::Compared(_, _) => compared(&condition.code, catalogue),
                });
                found
            }
            Line::Children(codes) | Line::Years(_, codes) | Line::Records(codes) => {
                codes.iter().flat_map(|it| compared(it, catalogue)).collect()
            }
            Line::Chart(code) | Line::Map(code) => compared(code, catalogue),
            Line::Break | Line::Awards | Line::Figures | Line::Missing => Vec::new(),
        }
    }
}
