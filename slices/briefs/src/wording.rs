//! The small language of report templates: sentences that are said only as far as their figures exist. What it can say
//! stands in `docs/brief-language.md`; the wordings of the program are in `data/briefs`.

mod line;
mod piece;
#[cfg(test)]
mod tests;
mod which;

use kernel::{Catalogue, Level};
use line::read_line;
use piece::whole;

pub(crate) use line::{Condition, Line, Test};
#[cfg(test)]
pub(crate) use piece::sentence;
pub(crate) use piece::{Divisor, Piece};
pub use which::Wording;

/// A part of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its title, in capitals, without a number; empty for a part that has none (`== -`).
    pub(crate) title: String,
    /// `@only …`: the levels for which it is written; none for all.
    pub(crate) only: Vec<Level>,
    /// Its lines, with their numbers in the template.
    pub(crate) lines: Vec<(usize, Line)>,
}

/// A template that can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Template {
    /// `@subject …`: what the report is about; the usual words without it.
    pub(crate) subject: Option<Vec<Piece>>,
    /// `@signature A / B / C`: the lines above the name; empty for the issuer's usual ones.
    pub(crate) signature: Vec<String>,
    /// `@base …`
    pub(crate) bases: Vec<String>,
    /// `@to …`
    pub(crate) addressees: Vec<String>,
    /// `@recipient …`; none for the usual ones.
    pub(crate) recipients: Vec<String>,
    /// Its parts.
    pub(crate) parts: Vec<Part>,
}

/// One thing that is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("dòng {line}, «{field}»: {why}")]
pub struct WordingError {
    /// Line of the template, from 1.
    pub line: usize,
    /// The field or word that it is about.
    pub field: String,
    /// What is wrong and how to mend it, in Vietnamese and English.
    pub why: String,
}

/// Stands for the title of a part that has none.
const UNTITLED: &str = "-";
/// The longest template, in letters, and the most lines.
const LONGEST: usize = 60_000;
const MOST_LINES: usize = 1_000;

/// Reads a template and checks its fields against the catalogue; says everything that is wrong with it.
pub(crate) fn read(text: &str, catalogue: &Catalogue) -> Result<Template, Vec<WordingError>> {
    let mut wrong = Vec::new();
    let mut say = |line: usize, field: &str, why: String| {
        wrong.push(WordingError { line, field: field.to_owned(), why });
    };
    if text.chars().count() > LONGEST || text.lines().count() > MOST_LINES {
        say(1, "", format!("mẫu dài quá {LONGEST} chữ hoặc {MOST_LINES} dòng/the template is too long"));
        return Err(wrong);
    }
    let mut template = Template::default();
    let mut signed = false;
    for (at, line) in text.lines().enumerate() {
        let (at, line) = (at + 1, line.trim());
        if line.starts_with('#') {
            continue;
        }
        if let Some(title) = line.strip_prefix("==") {
            if title.trim().is_empty() {
                say(at, "==", "phần chưa có tên/the part has no title".into());
            }
            let title = title.trim();
            let title = if title == UNTITLED { "" } else { title };
            template.parts.push(Part { title: title.to_owned(), only: Vec::new(), lines: Vec::new() });
            continue;
        }
        if let Some(rest) = line.strip_prefix('@')
            && let Some(done) = heading(rest, &mut template, &mut signed)
        {
            if let Err((field, why)) = done {
                say(at, &field, why);
            }
            continue;
        }
        match read_line(line) {
            Err((field, why)) => say(at, &field, why),
            Ok(read) => {
                for (field, why) in read.problems(catalogue) {
                    say(at, &field, why);
                }
                match (template.parts.last_mut(), read) {
                    (Some(part), read) => part.lines.push((at, read)),
                    (None, Line::Break) => {}
                    (None, _) => say(at, line, "đứng trước phần đầu tiên (== TÊN)/stands before the first part".into()),
                }
            }
        }
    }
    if template.parts.is_empty() {
        say(1, "==", "mẫu chưa có phần nào (== TÊN)/the template has no part".into());
    }
    if !signed {
        let why = "thiếu chữ ký: thêm dòng @signature (một mình, hoặc TM. … / CHỨC VỤ)/the signature is missing: add a \
                   line @signature";
        say(1, "@signature", why.into());
    }
    if wrong.is_empty() { Ok(template) } else { Err(wrong) }
}

/// A field and what is wrong with it.
type Wrong = (String, String);

/// Reads what concerns the whole template or part; `None` if the word is none of these.
fn heading(rest: &str, template: &mut Template, signed: &mut bool) -> Option<Result<(), Wrong>> {
    let (word, value) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let value = value.trim();
    let texts = match word {
        "base" => &mut template.bases,
        "to" => &mut template.addressees,
        "recipient" => &mut template.recipients,
        "subject" => {
            return Some(whole(value).and_then(|read| {
                let words = |it: &Piece| matches!(it, Piece::Text(_)) || matches!(it, Piece::Word(_));
                if !read.iter().all(words) {
                    return Err((value.into(), "trích yếu không có số liệu/a subject holds no figure".into()));
                }
                for piece in &read {
                    piece.problems(None).into_iter().next().map_or(Ok(()), Err)?;
                }
                template.subject = Some(read);
                Ok(())
            }));
        }
        "signature" => {
            *signed = true;
            template.signature = value.split('/').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
            let lines = template.signature.clone();
            if lines.is_empty() {
                return Some(Ok(()));
            }
            let signature = paper::Signature { lines, name: None };
            return Some(signature.check().map_err(|it| (value.to_owned(), it.to_string())));
        }
        "only" => {
            let levels: Option<Vec<Level>> = value.split_whitespace().map(level).collect();
            let why = "một hay nhiều cấp: nation province district commune village/one or more levels";
            let Some(levels) = levels.filter(|it| !it.is_empty()) else {
                return Some(Err((value.to_owned(), why.to_owned())));
            };
            let Some(part) = template.parts.last_mut() else {
                return Some(Err(("@only".into(), "đứng trong một phần/stands in a part".into())));
            };
            part.only = levels;
            return Some(Ok(()));
        }
        _ => return None,
    };
    if value.is_empty() {
        return Some(Err((format!("@{word}"), "thiếu nội dung/nothing follows".into())));
    }
    texts.push(value.to_owned());
    Some(Ok(()))
}

fn level(word: &str) -> Option<Level> {
    Some(match word {
        "nation" => Level::Nation,
        "province" => Level::Province,
        "district" => Level::District,
        "commune" => Level::Commune,
        "village" => Level::Village,
        _ => return None,
    })
}
