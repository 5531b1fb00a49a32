//! The parts that pages are made of. Each is a struct with its template.

use askama::{Template, filters::HtmlSafe};
use kernel::Issues;

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
    issue: Option<String>,
}

impl HtmlSafe for Field<'_> {}

impl<'a> Field<'a> {
    /// A field of a form that may have been sent back with issues. The label is a text's id.
    pub fn new(page: &Page, name: &'a str, label: &str, value: &'a str, issues: &Issues) -> Field<'a> {
        let issue = issues.iter().find(|it| it.field == name).map(|it| page.issue(it));
        let label = page.t(label);
        Field { name, label, hint: String::new(), value, kind: "text", autocomplete: "off", issue }
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
        Select::said(page, name, page.t(label), chosen, choices, issues)
    }

    /// The same with a label that is no text of ours.
    pub fn said(
        page: &Page,
        name: &'a str,
        label: String,
        chosen: &'a str,
        choices: Vec<Choice>,
        issues: &Issues,
    ) -> Select<'a> {
        let issue = issues.iter().find(|it| it.field == name).map(|it| page.issue(it));
        Select { name, label, chosen, choices, issue }
    }
}
