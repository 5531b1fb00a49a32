//! The small language of report templates: sentences that are said only as far as their figures exist. What it can say
//! stands in `docs/brief-language.md`; the wordings of the program are in `data/briefs`.

use figures::Frequency;
use kernel::{Catalogue, Level};

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
    /// `@years N CODE …`: these figures over the last N years.
    Years(u8, Vec<String>),
    /// `@missing`: what was to be reported and was not.
    Missing,
}

/// A part of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its title, in capitals, without a number.
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

/// The longest template, in letters, and the most lines.
const LONGEST: usize = 60_000;
const MOST_LINES: usize = 1_000;

/// The span a template is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// Half a year.
    Half,
    /// A year.
    Year,
    /// A project of several years, ending with the one named.
    Years,
}

impl Span {
    /// All of them.
    pub const ALL: [Span; 5] = [Span::Month, Span::Quarter, Span::Half, Span::Year, Span::Years];

    /// The word in addresses and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Span::Month => "month",
            Span::Quarter => "quarter",
            Span::Half => "half",
            Span::Year => "year",
            Span::Years => "years",
        }
    }

    /// Reads [`Span::word`].
    pub fn parse(word: &str) -> Option<Span> {
        Span::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The span of a period.
    pub fn of(frequency: Frequency) -> Span {
        match frequency {
            Frequency::Month => Span::Month,
            Frequency::Quarter => Span::Quarter,
            Frequency::Half => Span::Half,
            Frequency::Year => Span::Year,
        }
    }

    /// The wording that is part of the program.
    pub(crate) const fn built_in(self) -> &'static str {
        match self {
            Span::Month => include_str!("../../../data/briefs/month.txt"),
            Span::Quarter => include_str!("../../../data/briefs/quarter.txt"),
            Span::Half => include_str!("../../../data/briefs/half.txt"),
            Span::Year => include_str!("../../../data/briefs/year.txt"),
            Span::Years => include_str!("../../../data/briefs/years.txt"),
        }
    }
}

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
            template.parts.push(Part { title: title.trim().to_owned(), only: Vec::new(), lines: Vec::new() });
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

fn read_line(line: &str) -> Result<Line, Wrong> {
    if line.is_empty() {
        return Ok(Line::Break);
    }
    if let Some(word) = line.strip_prefix('@') {
        return command(word).ok_or_else(|| {
            let why = "lệnh không có; có: awards, figures, children, chart, years, missing/no such command";
            (format!("@{word}"), why.to_owned())
        });
    }
    if let Some(text) = line.strip_prefix("- ") {
        return sentence(text).map(Line::Item);
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
        "chart" => Line::Chart(words.next()?.to_owned()),
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

/// Reads a sentence; its full stop is taken off, so that a remark can stand before it.
pub(crate) fn sentence(text: &str) -> Result<Vec<Piece>, Wrong> {
    let text = text
        .strip_suffix('.')
        .ok_or_else(|| (text.to_owned(), "câu kết thúc bằng dấu chấm/a sentence ends with a full stop".to_owned()))?;
    whole(text)
}

/// Reads a text to its end.
fn whole(text: &str) -> Result<Vec<Piece>, Wrong> {
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
            Piece::Figure(code) | Piece::Change(code) | Piece::Before(code) | Piece::Spelled(code) => vec![code],
            Piece::Quotient(code, Divisor::Number(_)) => vec![code],
            Piece::Quotient(code, Divisor::Figure(by)) => vec![code, by],
            Piece::Maybe(inner) => inner.iter().flat_map(Piece::codes).collect(),
            Piece::Any(items) => items.iter().flatten().flat_map(Piece::codes).collect(),
        }
    }

    /// Unknown fields, and comparisons that must not be made.
    fn problems(&self, catalogue: Option<&Catalogue>) -> Vec<Wrong> {
        match self {
            Piece::Word(word) if !WORDS.contains(&word.as_str()) => {
                vec![(word.clone(), format!("không có trường này; có/no such field; there are: {}", WORDS.join(", ")))]
            }
            Piece::Maybe(inner) => inner.iter().flat_map(|it| it.problems(catalogue)).collect(),
            Piece::Any(items) => items.iter().flatten().flat_map(|it| it.problems(catalogue)).collect(),
            Piece::Change(code) | Piece::Before(code) => catalogue.map_or_else(Vec::new, |it| compared(code, it)),
            _ => {
                let codes = self.codes().into_iter();
                codes.filter_map(|it| catalogue.and_then(|catalogue| unknown(it, catalogue))).collect()
            }
        }
    }
}

fn unknown(code: &str, catalogue: &Catalogue) -> Option<Wrong> {
    catalogue
        .by_code(code)
        .is_none()
        .then(|| (code.to_owned(), "không có chỉ tiêu này trong danh mục/no such indicator".to_owned()))
}

/// A figure that is to be compared between units or years.
fn compared(code: &str, catalogue: &Catalogue) -> Vec<Wrong> {
    let guarded = catalogue.by_code(code).is_some_and(kernel::Indicator::is_guarded);
    let why = "không được so sánh: nguồn tin, cảm hóa, địa bàn, tội phạm/must not be compared";
    unknown(code, catalogue).into_iter().chain(guarded.then(|| (code.to_owned(), why.to_owned()))).collect()
}

impl Line {
    /// The codes of all figures in it.
    pub(crate) fn codes(&self) -> Vec<&str> {
        match self {
            Line::Sentence(pieces) | Line::Item(pieces) => pieces.iter().flat_map(Piece::codes).collect(),
            Line::If(condition, pieces) => {
                std::iter::once(condition.code.as_str()).chain(pieces.iter().flat_map(Piece::codes)).collect()
            }
            Line::Break | Line::Awards | Line::Figures | Line::Missing => Vec::new(),
            Line::Children(codes) | Line::Years(_, codes) => codes.iter().map(String::as_str).collect(),
            Line::Chart(code) => vec![code],
        }
    }

    fn problems(&self, catalogue: &Catalogue) -> Vec<Wrong> {
        let of = |pieces: &[Piece]| pieces.iter().flat_map(|it| it.problems(Some(catalogue))).collect::<Vec<_>>();
        match self {
            Line::Sentence(pieces) if pieces.iter().all(|it| it.codes().is_empty()) => {
                let why = "câu không có số liệu; viết «- …» cho câu luôn có/a sentence without a figure; write “- …”";
                let mut found = of(pieces);
                found.push((String::new(), why.to_owned()));
                found
            }
            Line::Sentence(pieces) | Line::Item(pieces) => of(pieces),
            Line::If(condition, pieces) => {
                let mut found = of(pieces);
                found.extend(match condition.test {
                    Test::Up | Test::Down => compared(&condition.code, catalogue),
                    _ => unknown(&condition.code, catalogue).into_iter().collect(),
                });
                found
            }
            Line::Children(codes) | Line::Years(_, codes) => {
                codes.iter().flat_map(|it| compared(it, catalogue)).collect()
            }
            Line::Chart(code) => compared(code, catalogue),
            Line::Break | Line::Awards | Line::Figures | Line::Missing => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        returns::catalogue().unwrap()
    }

    #[test]
    fn the_wordings_of_the_program_are_sound() {
        for span in Span::ALL {
            let template = read(span.built_in(), &catalogue()).unwrap_or_else(|it| panic!("{}: {it:?}", span.word()));
            assert!(template.parts.len() >= 4, "{}", span.word());
            assert_eq!(Span::parse(span.word()), Some(span));
        }
    }

    /// The template with one line in its part.
    fn with(line: &str) -> String {
        format!("@signature\n== PHẦN\n{line}\n")
    }

    #[track_caller]
    fn check_wrong(text: &str, line: usize, field: &str, why: &str) {
        let found = read(text, &catalogue()).expect_err(text);
        let hit = found.iter().any(|it| it.line == line && it.field.contains(field) && it.why.contains(why));
        assert!(hit, "{text}: {found:?}");
    }

    #[test]
    fn what_is_wrong_is_said_with_line_and_field() {
        check_wrong(&with("Có {LAU01} cuộc"), 3, "", "full stop");
        check_wrong(&with("Có {LAU01 cuộc."), 3, "{LAU01 cuộc", "not closed");
        check_wrong(&with("Có [{LAU01} cuộc."), 3, "", "] is missing");
        check_wrong(&with("Có {LAU01}] cuộc."), 3, "]", "too many");
        check_wrong(&with("Có <{LAU01}|{LAU02} cuộc."), 3, "", "> is missing");
        check_wrong(&with("Có {LAU01} | cuộc."), 3, "|", "too many");
        check_wrong(&with("Có {LAU99} cuộc."), 3, "LAU99", "no such indicator");
        check_wrong(&with("Có {tên} và {LAU01}."), 3, "tên", "no such field");
        check_wrong(&with("Bình quân {LAU02/0} lượt."), 3, "LAU02/0", "division by zero");
        check_wrong(&with("Bình quân {LAU02/LAU99} lượt."), 3, "LAU99", "no such indicator");
        check_wrong(&with("Nguồn tin {TIP01:change}."), 3, "TIP01", "must not be compared");
        check_wrong(&with("? TIP01 up: Có {TIP01} tin."), 3, "TIP01", "must not be compared");
        check_wrong(&with("? LAU01 nhiều: Có {LAU01}."), 3, "LAU01 nhiều", "a sign");
        check_wrong(&with("@chart TIP01"), 3, "TIP01", "must not be compared");
        check_wrong(&with("@children LAU01 TIP02"), 3, "TIP02", "must not be compared");
        check_wrong(&with("@what"), 3, "@what", "no such command");
        check_wrong(&with("@years 99 LAU01"), 3, "@years", "no such command");
        check_wrong(&with("@only ward"), 3, "ward", "levels");
        check_wrong(&with("Một câu không số."), 3, "", "without a figure");
        check_wrong(&with(&"[".repeat(50)), 3, "", "full stop");
        check_wrong(&with(&format!("{}.", "[".repeat(50))), 3, "", "too deep");
        check_wrong("== PHẦN\nCó {LAU01} cuộc.", 1, "@signature", "signature is missing");
        check_wrong("@signature KT. TRƯỞNG BAN\n== PHẦN\n@figures", 1, "KT.", "post");
        check_wrong("@signature\nCó {LAU01} cuộc.", 2, "", "before the first part");
        check_wrong("@subject Kết quả {LAU01}\n@signature\n== A\n@figures", 1, "", "no figure");
        check_wrong(&"x".repeat(70_000), 1, "", "too long");
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let found = read("== A\nCó {LAU98}.\nCó {LAU99}.", &catalogue()).unwrap_err();
        assert_eq!(found.iter().map(|it| it.line).collect::<Vec<_>>(), [2, 3, 1]);
    }

    #[test]
    fn templates_say_who_signs_and_to_whom() {
        let text = "@subject Kết quả {span}\n@signature TM. BAN CHỈ ĐẠO / TRƯỞNG BAN\n@base Căn cứ A\n@to Bộ Công an\n\
                    @recipient Lưu: VT\n== A\n@only commune village\n- Giữ vững an ninh {span}.\n? LAU01 >= 1.000: Hơn {LAU01} cuộc.";
        let read = read(text, &catalogue()).unwrap();
        assert_eq!(read.signature, ["TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN"]);
        assert_eq!((read.bases.len(), read.addressees.len(), read.recipients.len()), (1, 1, 1));
        assert_eq!(read.parts[0].only, [Level::Commune, Level::Village]);
        let (9, Line::If(condition, _)) = &read.parts[0].lines[1] else { panic!("{:?}", read.parts) };
        assert_eq!(condition.test, Test::Compared(">=", 1000));
    }
}
