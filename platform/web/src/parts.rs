//! The parts that pages are made of. Each is a struct with its template.

use askama::{Template, filters::HtmlSafe};
use kernel::{Issue, Issues};

use crate::Page;

/// A labelled input with its hint and what is wrong with it.
#[derive(Debug, Template)]
#[template(path = "field.html")]
pub struct Field<'a> {
    name: &'a str,
    label: String,
    hint: String,
    value: &'a str,
    kind: &'static str,
    autocomplete: &'static str,
    max: usize,
    issue: Option<String>,
}

impl HtmlSafe for Field<'_> {}

/// The longest line that a [`Field`] takes, in letters, unless it says otherwise.
const LINE_MAX: usize = 200;

impl<'a> Field<'a> {
    /// A field of a form that may have been sent back with issues. The label is a text's id.
    pub fn new(page: &Page, name: &'a str, label: &str, value: &'a str, issues: &Issues) -> Field<'a> {
        let issue = issues.iter().find(|it| it.field == name).map(|it| page.issue(it));
        let label = page.t(label);
        let (hint, max) = (String::new(), LINE_MAX);
        Field { name, label, hint, value, kind: "text", autocomplete: "off", max, issue }
    }

    /// Takes no more than so many letters.
    #[must_use]
    pub fn max(self, max: usize) -> Field<'a> {
        Field { max, ..self }
    }

    /// Another kind of input: `password`, `date`, `search`.
    #[must_use]
    pub fn kind(self, kind: &'static str, autocomplete: &'static str) -> Field<'a> {
        Field { kind, autocomplete, ..self }
    }

    /// A word of help under the label.
    #[must_use]
    pub fn hint(self, hint: String) -> Field<'a> {
        Field { hint, ..self }
    }
}

/// One line of a [`Select`].
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// A labelled list to choose from.
#[derive(Debug, Template)]
#[template(path = "select.html")]
pub struct Select<'a> {
    name: &'a str,
    label: String,
    chosen: &'a str,
    choices: Vec<Choice>,
    issue: Option<String>,
}

impl HtmlSafe for Select<'_> {}

impl<'a> Select<'a> {
    /// A list of which one is chosen. The label is a text's id.
    pub fn new(
        page: &Page,
        name: &'a str,
        label: &str,
        chosen: &'a str,
        choices: Vec<Choice>,
        issues: &Issues,
    ) -> Select<'a> {
        let issue = issues.iter().find(|it| it.field == name).map(|it| page.issue(it));
        Select { name, label: page.t(label), chosen, choices, issue }
    }
}

/// A few words of somebody's own: short, with the warning to name nobody. Words typed here are shown where they belong and
/// nowhere else: no search, no interface for programs and no export knows them.
#[derive(Debug, Template)]
#[template(path = "free_text.html")]
pub struct FreeText<'a> {
    name: &'a str,
    label: String,
    hint: String,
    warning: String,
    value: &'a str,
    max: usize,
    issue: Option<String>,
}

impl HtmlSafe for FreeText<'_> {}

/// The longest free text, in letters.
pub const FREE_TEXT_MAX: usize = 500;

/// So many digits in a row are the number of a document or a telephone.
const DIGITS: usize = 9;

impl<'a> FreeText<'a> {
    /// A field of at most so many letters, never more than [`FREE_TEXT_MAX`]. The label is a text's id.
    pub fn new(page: &Page, name: &'a str, label: &str, value: &'a str, max: usize, issues: &Issues) -> FreeText<'a> {
        let issue = issues.iter().find(|it| it.field == name).map(|it| page.issue(it));
        let warning = page.t("web-free-text-warning");
        let max = max.min(FREE_TEXT_MAX);
        FreeText { name, label: page.t(label), hint: String::new(), warning, value, max, issue }
    }

    /// A word of help under the label.
    #[must_use]
    pub fn hint(self, hint: String) -> FreeText<'a> {
        FreeText { hint, ..self }
    }
}

/// Reads what was typed into a [`FreeText`]: composed, trimmed, perhaps empty.
///
/// # Errors
/// The issue to show at the field, if it is too long or holds what looks like the number of a document or a telephone.
pub fn read_free_text(field: &str, text: &str, max: usize) -> Result<String, Issue> {
    let lines: Vec<String> = text.lines().map(viet::composed).filter(|it| !it.is_empty()).collect();
    let text = lines.join("\n");
    if text.chars().count() > max.min(FREE_TEXT_MAX) {
        return Err(Issue::new(field, "web-free-text-long").with("max", max.min(FREE_TEXT_MAX)));
    }
    let joined = text.chars().filter(|it| !" .-".contains(*it));
    let mut row = 0;
    for letter in joined {
        row = if letter.is_ascii_digit() { row + 1 } else { 0 };
        if row >= DIGITS {
            return Err(Issue::new(field, "web-free-text-number"));
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<&str, &str>) {
        let found = read_free_text("why", text, 40);
        assert_eq!(found.as_deref().map_err(|it| it.text), expect);
    }

    #[test]
    fn free_words_are_short_and_hold_no_numbers_of_people() {
        check("  Mất  điện \n\n hai ngày ", Ok("Mất điện\nhai ngày"));
        check("", Ok(""));
        check(&"a".repeat(41), Err("web-free-text-long"));
        check("gọi 0912 345 678 nhé", Err("web-free-text-number"));
        check("CCCD 079.012.345.678", Err("web-free-text-number"));
        check("1.900 cuộc, 120 người, 25/12/2026", Ok("1.900 cuộc, 120 người, 25/12/2026"));
    }
}
