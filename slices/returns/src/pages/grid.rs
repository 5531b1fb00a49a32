//! The entry grid: one row for each line of the form, and the award rows.

use std::collections::BTreeSet;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use figures::Total;
use forms::AwardWord;
use kernel::{Catalogue, Coverage, Form, Indicator, IndicatorId, Issues, Qualifier};
use web::{App, Badge, Choice, Cover, Error, Notice, NoticeList, Page, Result};

use super::{
    figure, form,
    head::{self, Head},
    lines, words,
};
use crate::{
    Draft, Origin, RawAward, RawCell, checks,
    newer::Newer,
    store::{self as rows, ReturnLine},
};

/// What the grid shows.
pub(super) struct Grid<'a> {
    /// The return as it is stored.
    pub(super) line: &'a ReturnLine,
    /// What stands in the fields.
    pub(super) draft: &'a Draft,
    /// What somebody else stored meanwhile; shown where it differs.
    pub(super) stored: Option<&'a Draft>,
    /// What is wrong.
    pub(super) issues: &'a Issues,
    /// It can no longer be saved: the fields only show what was typed.
    pub(super) locked: bool,
}

#[derive(Template)]
#[template(path = "grid.html")]
struct Main<'a> {
    p: &'a Page,
    head: Head,
    path: String,
    revision: i64,
    locked: bool,
    /// Where the return is moved to a newer version of its form, if there is one.
    newer: Option<String>,
    /// Nothing of what is shown is kept yet.
    unsaved: bool,
    scripts: [&'static str; 2],
    warnings: Option<NoticeList>,
    before: bool,
    coverages: Vec<Choice>,
    qualifiers: Vec<Choice>,
    sections: Vec<Section>,
    awards: Option<Awards>,
    source: Option<Source>,
}

struct Section {
    title: String,
    help: String,
    rows: Vec<Row>,
}

impl Section {
    /// How many of its lines hold something.
    fn filled(&self) -> usize {
        self.rows.iter().filter(|it| !it.value.is_empty()).count()
    }
}

/// A line of the form, to be filled in.
struct Row {
    code: String,
    name: String,
    measure: String,
    required: bool,
    /// Only shown: it is filled in elsewhere or not at all.
    grey: bool,
    help: String,
    percent_only: bool,
    before: String,
    year_ago: String,
    value: String,
    qualifier: String,
    coverage: String,
    note: String,
    issue: Option<String>,
    other: Option<String>,
    /// What was said at it.
    said: Vec<figure::Comment>,
    /// Where it came from, unless it was typed.
    origin: Option<String>,
    /// What related lines amount to: formula and value.
    sum: Option<(String, String)>,
}

/// The award rows to be filled in.
struct Awards {
    authorities: Vec<Choice>,
    forms: Vec<Choice>,
    recipients: Vec<Choice>,
    rows: Vec<AwardLine>,
    coverage: String,
    /// What somebody else stored meanwhile, if it differs.
    others: Option<Vec<String>>,
}

struct AwardLine {
    at: usize,
    raw: RawAward,
    issue: Option<String>,
}

struct Source {
    value: String,
    issue: Option<String>,
    other: Option<String>,
}

pub(super) async fn render(app: &App, p: Page, grid: &Grid<'_>, status: StatusCode) -> Result<Response> {
    let p = head::page(p, app, grid.line);
    let form = form(app, grid.line)?;
    let head = Head::new(&p, app, grid.line, &form, Cover::Full);
    let title = head.title();
    let warnings = words::warnings(&p, grid.issues);
    let mut sections = sections(app, &p, grid, &form)?;
    let said = rows::comments(&mut app.db.read().await?, grid.line).await?;
    let sums = checks::sums(app, grid.line, grid.draft).await?;
    let catalogue = app.catalogue.get();
    for row in sections.iter_mut().flat_map(|it| &mut it.rows) {
        let indicator = catalogue.by_code(&row.code).map(Indicator::id);
        let sum = sums.iter().find(|it| Some(it.target) == indicator);
        row.sum = sum.map(|it| (it.formula.clone(), viet::number(it.value)));
        row.said = indicator.map(|it| figure::comments(said.clone(), it)).unwrap_or_default();
    }
    let main = Main {
        head,
        path: format!("/returns/{}", grid.line.id),
        revision: grid.line.revision,
        locked: grid.locked,
        newer: renewal(grid, &catalogue),
        unsaved: grid.stored.is_some(),
        scripts: [web::KEEP_JS, web::ENTRY_JS],
        warnings,
        before: lines::against(grid.line.period).0.is_some(),
        coverages: if speaks_for_others(app, grid, &form) { coverages(&p) } else { Vec::new() },
        qualifiers: qualifiers(&p),
        sections,
        awards: if form.awards { Some(awards(&p, grid)?) } else { None },
        source: (form.open || !grid.draft.source.is_empty()).then(|| source(&p, grid)),
        p: &p,
    };
    p.show_with(status, &title, grid.issues, &main)
}

/// Where the return is moved to a newer version of its form, if there is one and it can be.
fn renewal(grid: &Grid<'_>, catalogue: &Catalogue) -> Option<String> {
    let newer = Newer::of(grid.line, catalogue).filter(|_| !grid.locked);
    newer.map(|_| format!("/returns/{}/version", grid.line.id))
}

/// Whether the figures may speak for more than the unit itself: it has units below it, or the form is for published
/// figures, which mostly do.
fn speaks_for_others(app: &App, grid: &Grid<'_>, form: &Form) -> bool {
    let day = grid.line.closes_on.unwrap_or(grid.line.period.last());
    form.open
        || !app.register.get().children(grid.line.unit, day).is_empty()
        || grid.draft.cells.values().any(|it| !own(&it.coverage).is_empty())
}

fn sections(app: &App, p: &Page, grid: &Grid<'_>, form: &Form) -> Result<Vec<Section>> {
    let catalogue = app.catalogue.get();
    let (before, year_ago) = lines::against(grid.line.period);
    let section = |it: &kernel::Section| -> Result<Section> {
        let ids: Vec<IndicatorId> = it.items.iter().map(|it| it.indicator).collect();
        let then = before.map(|it| lines::accepted(app, grid.line.unit, it, &ids)).transpose()?.unwrap_or_default();
        let last_year = lines::accepted(app, grid.line.unit, year_ago, &ids)?;
        let at = |of: &[Option<Total>], place: usize, indicator: &Indicator| {
            lines::in_words(of.get(place).and_then(Option::as_ref), indicator)
        };
        let rows = it.items.iter().enumerate().filter_map(|(place, item)| {
            let indicator = catalogue.indicator(item.indicator)?;
            let mut row = row(p, grid, indicator);
            row.required = item.required;
            row.grey = item.is_grey;
            row.help.clone_from(&item.help);
            row.before = at(&then, place, indicator);
            row.year_ago = at(&last_year, place, indicator);
            Some(row)
        });
        Ok(Section { title: it.title.clone(), help: it.help.clone(), rows: rows.collect() })
    };
    form.sections.iter().map(section).collect()
}

fn row(p: &Page, grid: &Grid<'_>, indicator: &Indicator) -> Row {
    let raw = grid.draft.cells.get(&indicator.code).cloned().unwrap_or_default();
    let field = format!("v.{}", indicator.code);
    let other = grid.stored.and_then(|it| differing(p, &raw, it.cells.get(&indicator.code)));
    Row {
        code: indicator.code.clone(),
        name: p.indicator(indicator).to_owned(),
        measure: indicator.measure.clone(),
        required: false,
        grey: false,
        help: String::new(),
        percent_only: indicator.is_ratio(),
        before: String::new(),
        year_ago: String::new(),
        qualifier: raw.qualifier.strip_prefix("exact").unwrap_or(&raw.qualifier).to_owned(),
        coverage: own(&raw.coverage).to_owned(),
        said: Vec::new(),
        sum: None,
        origin: (!raw.origin.is_typed()).then(|| p.t(Origin::text(raw.origin.number()))),
        value: raw.value,
        note: raw.note,
        issue: grid.issues.iter().find(|it| it.field == field).map(|it| p.issue(it)),
        other,
    }
}

/// A coverage word with the default left empty, as the list of choices has it.
fn own(word: &str) -> &str {
    word.strip_prefix("own").unwrap_or(word)
}

/// What stands in the store where it differs from what was typed.
fn differing(p: &Page, typed: &RawCell, stored: Option<&RawCell>) -> Option<String> {
    let nothing = RawCell::default();
    let stored = stored.unwrap_or(&nothing);
    if stored.says(typed) {
        return None;
    }
    let qualifier = Qualifier::parse(&stored.qualifier).filter(|it| *it != Qualifier::Exact);
    let coverage = Coverage::parse(&stored.coverage).filter(|it| *it != Coverage::Own);
    let value = if stored.value.is_empty() { p.t("returns-missing") } else { stored.value.clone() };
    let parts = [
        Some(value),
        qualifier.map(|it| qualifier_name(p, it)),
        coverage.map(|it| lines::coverage(p, it)),
        Some(stored.note.clone()).filter(|it| !it.is_empty()),
    ];
    let all: Vec<String> = parts.into_iter().flatten().collect();
    Some(p.t1("returns-stored", "value", all.join(", ")))
}

fn qualifier_name(p: &Page, qualifier: Qualifier) -> String {
    p.t(match qualifier {
        Qualifier::Exact => "returns-qualifier-exact",
        Qualifier::Almost => "returns-qualifier-almost",
        Qualifier::MoreThan => "returns-qualifier-more-than",
        Qualifier::AtLeast => "returns-qualifier-at-least",
        Qualifier::About => "returns-qualifier-about",
    })
}

fn qualifiers(p: &Page) -> Vec<Choice> {
    let value = |it: Qualifier| if it == Qualifier::Exact { String::new() } else { it.word().to_owned() };
    Qualifier::ALL.into_iter().map(|it| Choice { value: value(it), label: qualifier_name(p, it) }).collect()
}

fn coverages(p: &Page) -> Vec<Choice> {
    let value = |it: Coverage| own(it.word()).to_owned();
    Coverage::ALL.into_iter().map(|it| Choice { value: value(it), label: lines::coverage(p, it) }).collect()
}

fn awards(p: &Page, grid: &Grid<'_>) -> Result<Awards> {
    let words = forms::award_words().map_err(|err| Error::Internal(err.into()))?;
    let issue = |at: usize| {
        let field = format!("award-count.{at}");
        grid.issues.iter().find(|it| it.field == field).map(|it| p.issue(it))
    };
    let rows = if grid.locked { grid.draft.awards.clone() } else { grid.draft.award_lines() };
    let rows = rows.into_iter().enumerate();
    let others = grid.stored.filter(|it| counted(&it.awards) != counted(&grid.draft.awards));
    Ok(Awards {
        authorities: words::award_choices(p, &words, "authority"),
        forms: words::award_choices(p, &words, "award"),
        recipients: words::award_choices(p, &words, "recipient"),
        rows: rows.map(|(at, raw)| AwardLine { at, raw, issue: issue(at) }).collect(),
        coverage: grid.draft.awards.first().map(|it| own(&it.coverage).to_owned()).unwrap_or_default(),
        others: others.map(|it| it.awards.iter().map(|row| award_words(p, &words, row)).collect()),
    })
}

/// Award rows in no order, for comparing.
fn counted(rows: &[RawAward]) -> BTreeSet<[&str; 5]> {
    rows.iter().map(counted_row).collect()
}

fn counted_row(row: &RawAward) -> [&str; 5] {
    [&row.authority, &row.award, &row.recipient, &row.count, own(&row.coverage)]
}

fn award_words(p: &Page, words: &[AwardWord], row: &RawAward) -> String {
    let word = |kind: &str, code: &str| words::award(p, words, kind, code);
    let names = [word("authority", &row.authority), word("award", &row.award), word("recipient", &row.recipient)];
    format!("{}: {}", names.join(", "), row.count)
}

fn source(p: &Page, grid: &Grid<'_>) -> Source {
    let other = grid.stored.filter(|it| it.source != grid.draft.source);
    Source {
        value: grid.draft.source.clone(),
        issue: grid.issues.iter().find(|it| it.field == "source").map(|it| p.issue(it)),
        other: other.map(|it| {
            let value = if it.source.is_empty() { p.t("returns-missing") } else { it.source.clone() };
            p.t1("returns-stored", "value", value)
        }),
    }
}
