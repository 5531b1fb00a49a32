//! News: short, in Vietnamese and, where somebody wrote it, in English; a draft, published, or withdrawn.

use kernel::{Instant, Issue, Issues, UnitId};
use web::{Lang, Typed};

/// The longest title, in letters.
pub(crate) const TITLE: usize = 140;
/// The longest text, in letters.
pub(crate) const BODY: usize = 4_000;

/// How far an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Seen by its writers only.
    Draft,
    /// Seen by everybody.
    Published,
    /// Taken back.
    Withdrawn,
}

impl State {
    pub(crate) const fn number(self) -> i64 {
        self as i64
    }

    /// What is not known is shown to nobody.
    pub(crate) const fn from_number(number: i64) -> State {
        match number {
            0 => State::Draft,
            1 => State::Published,
            _ => State::Withdrawn,
        }
    }

    /// The text that names it.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            State::Draft => "portal-news-draft",
            State::Published => "portal-news-published",
            State::Withdrawn => "portal-news-withdrawn",
        }
    }

    /// How it is coloured.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            State::Draft => "",
            State::Published => "approved",
            State::Withdrawn => "returned",
        }
    }
}

/// One item.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The province, or the root, of its unit.
    pub(crate) province: i64,
    /// Its number.
    pub(crate) id: i64,
    /// Who says it.
    pub(crate) unit: UnitId,
    pub(crate) title_vi: String,
    pub(crate) body_vi: String,
    pub(crate) title_en: String,
    pub(crate) body_en: String,
    pub(crate) state: State,
    /// Grows with each change.
    pub(crate) revision: i64,
    pub(crate) changed_at: Instant,
    /// When it was first published.
    pub(crate) published_at: Option<Instant>,
}

impl Item {
    /// Title and text in a language, and which language that is: Vietnamese where there is no English.
    pub(crate) fn words(&self, lang: Lang) -> (&str, &str, Lang) {
        match lang {
            Lang::En if !self.title_en.is_empty() => (&self.title_en, &self.body_en, Lang::En),
            _ => (&self.title_vi, &self.body_vi, Lang::Vi),
        }
    }
}

/// What was typed about an item.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The title in Vietnamese.
    pub title_vi: String,
    /// The text in Vietnamese; an empty line parts paragraphs.
    pub body_vi: String,
    /// The title in English; empty where there is none.
    pub title_en: String,
    /// The text in English; empty where there is none.
    pub body_en: String,
}

impl Draft {
    pub(crate) fn typed(typed: &Typed) -> Draft {
        let text = |name: &str| composed(typed.text(name));
        Draft {
            title_vi: text("title_vi"),
            body_vi: text("body_vi"),
            title_en: text("title_en"),
            body_en: text("body_en"),
        }
    }

    pub(crate) fn of(item: &Item) -> Draft {
        let Item { title_vi, body_vi, title_en, body_en, .. } = item.clone();
        Draft { title_vi, body_vi, title_en, body_en }
    }

    /// All that is wrong with it.
    pub(crate) fn issues(&self) -> Issues {
        let mut issues = Issues::new();
        let mut say = |wrong: bool, field: &str, text: &'static str, most: usize| {
            if wrong {
                issues.push(Issue::new(field, text).with("most", most));
            }
        };
        let long = |text: &str, most: usize| text.chars().count() > most;
        say(self.title_vi.is_empty(), "title_vi", "portal-news-no-title", TITLE);
        say(self.body_vi.is_empty(), "body_vi", "portal-news-no-body", BODY);
        say(long(&self.title_vi, TITLE), "title_vi", "portal-too-long", TITLE);
        say(long(&self.title_en, TITLE), "title_en", "portal-too-long", TITLE);
        say(long(&self.body_vi, BODY), "body_vi", "portal-too-long", BODY);
        say(long(&self.body_en, BODY), "body_en", "portal-too-long", BODY);
        say(self.title_en.is_empty() != self.body_en.is_empty(), "title_en", "portal-news-half-english", 0);
        issues
    }
}

/// A text as it is kept: each line composed and trimmed, empty lines as they are.
pub(crate) fn composed(text: &str) -> String {
    text.lines().map(viet::composed).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// A text as paragraphs: an empty line parts them.
pub(crate) fn paragraphs(text: &str) -> Vec<&str> {
    text.split("\n\n").map(str::trim).filter(|it| !it.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(draft: &Draft, expect: &[&str]) {
        let fields: Vec<String> = draft.issues().into_iter().map(|it| it.field).collect();
        assert_eq!(fields, expect);
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let good = Draft { title_vi: "Ngày hội".into(), body_vi: "Mời bà con.".into(), ..Draft::default() };
        check(&good, &[]);
        check(&Draft::default(), &["title_vi", "body_vi"]);
        check(&Draft { title_en: "Festival".into(), ..good.clone() }, &["title_en"]);
        check(&Draft { title_vi: "á".repeat(TITLE + 1), ..good.clone() }, &["title_vi"]);
        check(&Draft { title_vi: "á".repeat(TITLE), body_vi: "b".repeat(BODY + 1), ..good }, &["body_vi"]);
    }

    #[test]
    fn an_empty_line_parts_paragraphs() {
        assert_eq!(paragraphs(&composed("một \r\nhai\r\n\r\n\n\nba\n")), ["một\nhai", "ba"]);
    }
}
