use askama::{Template, filters::HtmlSafe};
use kernel::Issues;

use super::field::issue;
use crate::Page;

/// One line of a [`Select`] or [`Radios`].
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// One of several to choose from, or a link to one of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// What is sent, or where it leads.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is the one shown.
    pub chosen: bool,
}

/// Several under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// "Năm – theo năm công tác (15/12 đến 14/12)"; empty for none.
    pub label: String,
    /// In the order in which they are read.
    pub options: Vec<Chosen>,
}

fn choose(choices: Vec<Choice>, chosen: &str) -> Vec<Chosen> {
    let one = |it: Choice| Chosen { chosen: it.value == chosen, value: it.value, label: it.label };
    choices.into_iter().map(one).collect()
}

/// A labelled list to choose from.
#[derive(Debug, Template)]
#[template(path = "select.html")]
pub struct Select<'a> {
    name: &'a str,
    label: String,
    groups: Vec<Group>,
    issue: Option<String>,
}

impl HtmlSafe for Select<'_> {}

impl<'a> Select<'a> {
    /// A list of which one is chosen. The label is a text's id.
    pub fn new(
        page: &Page,
        name: &'a str,
        label: &str,
        chosen: &str,
        choices: Vec<Choice>,
        issues: &Issues,
    ) -> Select<'a> {
        Select::said(page, name, page.t(label), chosen, choices, issues)
    }

    /// The same with a label that is no text of ours, such as the heading of somebody's table.
    pub fn said(
        page: &Page,
        name: &'a str,
        label: String,
        chosen: &str,
        choices: Vec<Choice>,
        issues: &Issues,
    ) -> Select<'a> {
        let groups = vec![Group { label: String::new(), options: choose(choices, chosen) }];
        Select { name, label, groups, issue: issue(page, name, issues) }
    }

    /// A list in groups. The label is a text's id.
    pub fn grouped(page: &Page, name: &'a str, label: &str, groups: Vec<Group>) -> Select<'a> {
        Select { name, label: page.t(label), groups, issue: None }
    }

    /// What is wrong with the choice, where the list's own maker does not ask for it.
    #[must_use]
    pub fn issues(mut self, page: &Page, issues: &Issues) -> Select<'a> {
        self.issue = issue(page, self.name, issues);
        self
    }

    /// The same with a first line that sends nothing: "Không giới hạn".
    #[must_use]
    pub fn or_none(mut self, label: String) -> Select<'a> {
        let none = Chosen { value: String::new(), label, chosen: false };
        self.groups.insert(0, Group { label: String::new(), options: vec![none] });
        self
    }
}

/// A question with a few answers, all in sight.
#[derive(Debug, Template)]
#[template(path = "radios.html")]
pub struct Radios<'a> {
    name: &'a str,
    label: String,
    options: Vec<Chosen>,
    issue: Option<String>,
}

impl HtmlSafe for Radios<'_> {}

impl<'a> Radios<'a> {
    /// A question of which one answer may be chosen. The label is a text's id.
    pub fn new(
        page: &Page,
        name: &'a str,
        label: &str,
        chosen: &str,
        choices: Vec<Choice>,
        issues: &Issues,
    ) -> Radios<'a> {
        Radios { name, label: page.t(label), options: choose(choices, chosen), issue: issue(page, name, issues) }
    }
}

/// Links to the pages of a list, or to the steps of a row: one of them is here.
#[derive(Debug, Template)]
#[template(path = "pager.html")]
pub struct Pager {
    label: String,
    links: Vec<Chosen>,
}

impl HtmlSafe for Pager {}

impl Pager {
    /// Links under a name for those who do not see them.
    pub fn new(label: String, links: Vec<Chosen>) -> Pager {
        Pager { label, links }
    }

    /// The pages of a list; none if there is but one.
    pub fn numbered(label: String, pages: Vec<(usize, String, bool)>) -> Pager {
        let link = |it: (usize, String, bool)| Chosen { value: it.1, label: it.0.to_string(), chosen: it.2 };
        Pager::new(label, pages.into_iter().map(link).collect())
    }
}
