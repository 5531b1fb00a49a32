//! What a table would change, in words; part of the pages that show it before it is taken.

use std::collections::BTreeMap;

use askama::{Template, filters::HtmlSafe};
use kernel::{Coverage, Qualifier};
use returns::{Draft, RawCell};
use web::{App, Page};

use crate::{
    acts::{Look, Looked},
    filling::{Award, Place, Remark},
    names::Asked,
};

/// So many problems are listed.
const PROBLEMS: usize = 200;
/// So many changed figures are listed in all.
const CHANGES: usize = 400;

/// What is shown of a [`Look`].
#[derive(Template)]
#[template(path = "look.html")]
pub(super) struct Shown<'a> {
    p: &'a Page,
    problems: Vec<String>,
    more_problems: usize,
    notes: Vec<String>,
    returns: Vec<Return>,
    same: usize,
    more: usize,
}

impl HtmlSafe for Shown<'_> {}

struct Return {
    title: String,
    path: Option<String>,
    changes: Vec<Change>,
}

struct Change {
    at: String,
    name: String,
    measure: String,
    before: String,
    after: String,
}

impl<'a> Shown<'a> {
    pub(super) fn new(p: &'a Page, app: &App, look: &Look) -> Shown<'a> {
        let mut left = CHANGES;
        let mut more = 0;
        let mut returns = Vec::new();
        for looked in look.returns.iter().filter(|it| it.changes()) {
            let mut changes = changes(p, app, looked);
            more += changes.len().saturating_sub(left);
            changes.truncate(left);
            left -= changes.len();
            returns.push(Return {
                title: title(p, app, looked),
                path: looked.line.as_ref().map(|it| format!("/returns/{}", it.id)),
                changes,
            });
        }
        Shown {
            p,
            problems: look.problems.iter().take(PROBLEMS).map(|it| remark(p, it)).collect(),
            more_problems: look.problems.len().saturating_sub(PROBLEMS),
            notes: look.notes.iter().take(PROBLEMS).map(|it| remark(p, it)).collect(),
            same: look.returns.len() - returns.len(),
            returns,
            more,
        }
    }

    /// Whether there is anything to take.
    pub(super) fn may_take(&self) -> bool {
        self.problems.is_empty() && !self.returns.is_empty()
    }
}

/// "Trang “Xã Mẫu 01”, ô D14: …".
pub(super) fn remark(p: &Page, remark: &Remark) -> String {
    let what = p.issue(&remark.issue);
    let Place { sheet, at } = &remark.place;
    match (sheet.is_empty(), at) {
        (true, None) => what,
        (true, Some(at)) => p.ta("workbooks-at-cell", &[("cell", at.to_string()), ("what", what)]),
        (false, None) => p.ta("workbooks-at-sheet", &[("sheet", sheet.clone()), ("what", what)]),
        (false, Some(at)) => {
            p.ta("workbooks-at", &[("sheet", sheet.clone()), ("cell", at.to_string()), ("what", what)])
        }
    }
}

fn title(p: &Page, app: &App, looked: &Looked) -> String {
    let filling = &looked.filling;
    let register = app.register.get();
    let unit = register.nearest(filling.unit, filling.period.last()).map(|it| it.full_name.clone()).unwrap_or_default();
    let form = app.catalogue.get().form(filling.form).map(|it| it.name.clone()).unwrap_or_default();
    format!("{unit}: {form}, {}", p.period(filling.period))
}

fn changes(p: &Page, app: &App, looked: &Looked) -> Vec<Change> {
    let catalogue = app.catalogue.get();
    let stored = looked.stored();
    let nothing = RawCell::default();
    let filling = &looked.filling;
    let change = |(code, place): (&String, &Place)| {
        let (old, new) = (stored.cells.get(code).unwrap_or(&nothing), looked.draft.cells.get(code)?);
        let indicator = catalogue.by_code(code).filter(|_| old != new)?;
        Some(Change {
            at: place.at.map(|it| it.to_string()).unwrap_or_default(),
            name: p.indicator(indicator).to_owned(),
            measure: indicator.measure.clone(),
            before: words(p, old),
            after: words(p, new),
        })
    };
    // In the order of the table, which is that of the form.
    let mut cells: BTreeMap<&String, &Place> = BTreeMap::new();
    if let Some(it) = &filling.coverage {
        cells.extend(looked.draft.cells.keys().map(|code| (code, &it.place)));
    }
    cells.extend(filling.notes.iter().map(|(code, it)| (code, &it.place)));
    cells.extend(filling.cells.iter().map(|(code, it)| (code, &it.place)));
    let mut cells: Vec<(&String, &Place)> = cells.into_iter().collect();
    cells.sort_by_key(|it| it.1.at);
    let count = |draft: &Draft, it: &Award| match draft.award(&it.kind) {
        "" => "–".to_owned(),
        count => count.to_owned(),
    };
    let award = |it: &Award| {
        let row = |draft: &Draft| draft.award_at(&it.kind).and_then(|at| draft.awards.get(at).cloned());
        (row(&stored) != row(&looked.draft)).then(|| Change {
            at: it.place.at.map(|it| it.to_string()).unwrap_or_default(),
            name: Asked::Award(&it.kind).name(p).to_owned(),
            measure: p.t("workbooks-award"),
            before: count(&stored, it),
            after: count(&looked.draft, it),
        })
    };
    cells.into_iter().filter_map(change).chain(filling.awards.iter().filter_map(award)).collect()
}

/// A cell in words: "khoảng 500"; a dash for none.
fn words(p: &Page, cell: &RawCell) -> String {
    let value = &cell.value;
    let said = match Qualifier::parse(&cell.qualifier).unwrap_or_default() {
        _ if value.is_empty() => "–".to_owned(),
        Qualifier::Exact => value.clone(),
        Qualifier::Almost => p.t1("workbooks-almost", "value", value),
        Qualifier::MoreThan => p.t1("workbooks-more-than", "value", value),
        Qualifier::AtLeast => p.t1("workbooks-at-least", "value", value),
        Qualifier::About => p.t1("workbooks-about", "value", value),
    };
    let coverage = match Coverage::parse(&cell.coverage).unwrap_or_default() {
        Coverage::Whole => format!(", {}", p.t("returns-coverage-whole").to_lowercase()),
        Coverage::Control => format!(", {}", p.t("returns-coverage-control").to_lowercase()),
        Coverage::Own => String::new(),
    };
    let note = if cell.note.is_empty() { String::new() } else { format!(" ({})", cell.note) };
    format!("{said}{coverage}{note}")
}
