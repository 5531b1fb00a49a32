use askama::{Template, filters::HtmlSafe};
use kernel::Issues;

use crate::Page;

/// A labelled input with its hint and what is wrong with it.
#[derive(Debug, Template)]
#[template(path = "field.html")]
pub struct Field<'a> {
    /// What it is called on the page; what is wrong is told under this.
    id: &'a str,
    /// Under which name it is sent.
    name: &'a str,
    label: String,
    hint: String,
    value: &'a str,
    kind: &'static str,
    autocomplete: &'static str,
    most: usize,
    issue: Option<String>,
}

impl HtmlSafe for Field<'_> {}

impl<'a> Field<'a> {
    /// A field of a form that may have been sent back with issues. The label is a text's id.
    pub fn new(page: &Page, name: &'a str, label: &str, value: &'a str, issues: &Issues) -> Field<'a> {
        let (issue, label) = (issue(page, name, issues), page.t(label));
        Field { id: name, name, label, hint: String::new(), value, kind: "text", autocomplete: "off", most: 0, issue }
    }

    /// Another kind of input: `password`, `date`, `search`.
    #[must_use]
    pub fn kind(self, kind: &'static str, autocomplete: &'static str) -> Field<'a> {
        Field { kind, autocomplete, ..self }
    }

    /// Sent under another name than it has on the page, where a page holds several forms with the same field.
    #[must_use]
    pub fn named(self, name: &'a str) -> Field<'a> {
        Field { name, ..self }
    }

    /// A word of help under the label.
    #[must_use]
    pub fn hint(self, hint: String) -> Field<'a> {
        Field { hint, ..self }
    }

    /// No more than so many characters.
    #[must_use]
    pub fn most(self, most: usize) -> Field<'a> {
        Field { most, ..self }
    }
}

/// A labelled field of several lines.
#[derive(Debug, Template)]
#[template(path = "area.html")]
pub struct Area<'a> {
    name: &'a str,
    label: String,
    hint: String,
    value: &'a str,
    most: usize,
    issue: Option<String>,
}

impl HtmlSafe for Area<'_> {}

impl<'a> Area<'a> {
    /// A field of at most so many characters. Label and hint are ids of texts.
    pub fn new(
        page: &Page,
        name: &'a str,
        label: &str,
        hint: &str,
        value: &'a str,
        most: usize,
        issues: &Issues,
    ) -> Area<'a> {
        Area { name, label: page.t(label), hint: page.t(hint), value, most, issue: issue(page, name, issues) }
    }
}

/// What is wrong with a field, in words.
pub(super) fn issue(page: &Page, name: &str, issues: &Issues) -> Option<String> {
    issues.iter().find(|it| it.field == name).map(|it| page.issue(it))
}
