//! A return's figures held against each other, against the unit's own past, and against what else was accepted.
//!
//! Errors stop a return from being sent. A warning needs a word of explanation, which is the note at its figure: it
//! travels with the figure into the ledger, and the approver reads it beside the warning.

use std::{cell::RefCell, collections::HashMap};

use figures::{Apportionment, Boundaries, Question};
use kernel::{Cell, CellKind, Coverage, Form, IndicatorId, Issue, Issues, Period, Qualifier, Severity};
use store::Conn;
use web::{App, Error, Result};

use crate::{
    draft::{Draft, Reading},
    plausible::{self, Odd},
    records::{self, Derived},
    rule::{self, From, Known},
    store::{self as rows, ReturnLine},
    sums::{self, Sum},
};

/// So many periods back a unit's past is looked at.
const PAST: usize = 12;

/// Whether a return is only kept, is being sent, or is being decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Kept as a draft: what is missing is not yet asked for.
    Keeping,
    /// Being sent: everything required, and every warning explained.
    Sending,
    /// Sent, and being decided on: warnings are only shown.
    Deciding,
}

/// Reads a draft with everything that is known beside it.
///
/// # Errors
/// When the past cannot be read.
pub(crate) async fn read(
    app: &App,
    conn: &mut Conn,
    line: &ReturnLine,
    draft: &Draft,
    derived: &[Derived],
    stage: Stage,
) -> Result<Reading> {
    let catalogue = app.catalogue.get();
    let form = line.asks(&catalogue).ok_or(Error::NotFound)?;
    let mut reading = draft.read(form, &catalogue, stage != Stage::Keeping);
    let differing = records::hold_against(&mut reading.cells, derived, &catalogue);
    let past = past(conn, line).await?;
    let mut found = relations(app, line, form, &reading.cells, &past)?;
    for issue in differing.into_iter().chain(history(app, line, &reading.cells, &past)) {
        say_once(&mut found, issue);
    }
    let spoken: Vec<String> = reading.issues.iter().map(|it| it.field.clone()).collect();
    found.retain(|it| !spoken.contains(&it.field));
    if stage == Stage::Sending {
        found = found.into_iter().map(|it| explained(it, draft)).collect();
    }
    reading.issues.extend(found);
    Ok(reading)
}

/// Reads a draft with everything that is known beside it, for a page.
///
/// # Errors
/// When the past or records cannot be read.
pub(crate) async fn of(app: &App, line: &ReturnLine, draft: &Draft, stage: Stage) -> Result<Reading> {
    let derived = records::derived(app, line).await?;
    read(app, &mut app.db.read().await?, line, draft, &derived, stage).await
}

/// The accepted returns of the periods before, the latest first.
async fn past(conn: &mut Conn, line: &ReturnLine) -> Result<Vec<(Period, Vec<Cell>)>> {
    let periods: Vec<Period> =
        std::iter::successors(Some(line.period.before()), |it| Some(it.before())).take(PAST).collect();
    Ok(rows::past(conn, line, &periods).await?)
}

/// The rules of the data file.
fn relations(
    app: &App,
    line: &ReturnLine,
    form: &Form,
    cells: &[Cell],
    past: &[(Period, Vec<Cell>)],
) -> Result<Issues> {
    let catalogue = app.catalogue.get();
    let rules = rule::rules(&catalogue).map_err(|err| Error::Internal(err.into()))?;
    let here = index(cells);
    let before = past.iter().find(|it| it.0 == line.period.before()).map(|it| index(&it.1)).unwrap_or_default();
    // A rule knows only values: what goes wrong on the way to one waits here.
    let failed = RefCell::new(None);
    let all = |indicator: IndicatorId| {
        let question = Question {
            unit: line.unit.0,
            indicator,
            period: line.period,
            boundaries: Boundaries::Then,
            apportionment: Apportionment::None,
        };
        let total = app.totals(|engine| engine.total(&question)).map_err(|err| failed.replace(Some(err))).ok()?.ok()?;
        Some(Known::new(total.value?, total.qualifier.unwrap_or(Qualifier::Exact), Coverage::Own))
    };
    let known = |from: From, indicator: IndicatorId| match from {
        From::Here => here.get(&indicator).copied(),
        From::Before => before.get(&indicator).copied(),
        From::All => all(indicator),
    };
    let mut res = Issues::new();
    for issue in rules.iter().filter_map(|it| it.check(form, &catalogue, &known)) {
        say_once(&mut res, issue);
    }
    failed.into_inner().map_or(Ok(res), Err)
}

/// One thing at a figure at a time: what was found first, but what stops the return before all else.
fn say_once(all: &mut Issues, issue: Issue) {
    match all.iter_mut().find(|it| it.field == issue.field) {
        Some(other) if other.severity == Severity::Warning && issue.severity == Severity::Error => *other = issue,
        Some(_) => (),
        None => all.push(issue),
    }
}

/// Quantities by indicator, as rules see them.
fn index(cells: &[Cell]) -> HashMap<IndicatorId, Known> {
    let quantities = cells.iter().filter(|it| it.kind == CellKind::Quantity);
    quantities.map(|it| (it.indicator, Known::new(it.amount.value, it.amount.qualifier, it.coverage))).collect()
}

/// What the related lines of a return amount to, as far as they can be read.
///
/// # Errors
/// When the period before cannot be read.
pub(crate) async fn sums(app: &App, line: &ReturnLine, draft: &Draft) -> Result<Vec<Sum>> {
    let catalogue = app.catalogue.get();
    let form = line.asks(&catalogue).ok_or(Error::NotFound)?;
    let rules = rule::rules(&catalogue).map_err(|err| Error::Internal(err.into()))?;
    let here = index(&draft.read(form, &catalogue, false).cells);
    let past = rows::past(&mut app.db.read().await?, line, &[line.period.before()]).await?;
    let before = past.first().map(|it| index(&it.1)).unwrap_or_default();
    let known = |from: From, indicator: IndicatorId| match from {
        From::Here => here.get(&indicator).copied(),
        From::Before => before.get(&indicator).copied(),
        From::All => None,
    };
    Ok(sums::sums(&rules, form, &catalogue, &known))
}

/// The unit's own past.
fn history(app: &App, line: &ReturnLine, cells: &[Cell], past: &[(Period, Vec<Cell>)]) -> Issues {
    let catalogue = app.catalogue.get();
    let mut res = Issues::new();
    for cell in cells.iter().filter(|it| it.kind == CellKind::Quantity) {
        let Some(indicator) = catalogue.indicator(cell.indicator) else { continue };
        if indicator.is_guarded() || indicator.is_award() {
            continue;
        }
        let same =
            |it: &&Cell| (it.indicator, it.coverage, it.kind) == (cell.indicator, cell.coverage, CellKind::Quantity);
        let value = |it: &(Period, Vec<Cell>)| it.1.iter().find(same).map(|it| it.amount.value);
        let then: Vec<i64> = past.iter().filter_map(value).collect();
        let before = past.iter().find(|it| it.0 == line.period.before()).and_then(value);
        let whole = 10_i64.pow(u32::from(indicator.decimals));
        let number = |value: i64| viet::decimal(value, indicator.decimals);
        let issue = |text| {
            Issue::new(format!("v.{}", indicator.code), text)
                .with("name", &indicator.name_vi)
                .with("name-en", &indicator.name_en)
        };
        let found = match plausible::odd(cell.amount.value, &then, before, whole) {
            Some(Odd::Range { low, high }) => issue("returns-odd-range")
                .with("low", number(low))
                .with("high", number(high))
                .with("periods", then.len()),
            Some(Odd::Sudden { before }) => issue("returns-odd-sudden").with("before", number(before)),
            None => continue,
        };
        res.push(found.with("value", number(cell.amount.value)).warning());
    }
    res
}

/// A warning without a note at its figure stops the return.
fn explained(issue: Issue, draft: &Draft) -> Issue {
    let code = issue.field.trim_start_matches("v.");
    let note = draft.cells.get(code).is_some_and(|it| !it.note.trim().is_empty());
    if issue.severity == Severity::Error || note {
        return issue;
    }
    let text = match issue.text {
        "returns-odd-range" => "returns-explain-range",
        "returns-odd-sudden" => "returns-explain-sudden",
        "returns-records-differ" => "returns-explain-records",
        _ => "returns-explain-rule",
    };
    Issue { text, severity: Severity::Error, ..issue }
}
