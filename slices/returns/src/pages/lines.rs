//! Figures side by side: of a return, of the period before, of the same period a year before.

use figures::{Apportionment, Boundaries, Question, Total};
use forms::AwardWord;
use kernel::{Catalogue, Cell, CellKind, Coverage, Form, Indicator, IndicatorId, Issues, Period, UnitId};
use web::{App, Page, Result};

use super::words;
use crate::{
    AwardRow, Origin, acts, figure, merge,
    store::{self as rows, ReturnLine},
};

/// The totals of a unit for a period as they are accepted, one for each indicator; absent where the unit was not in
/// force then.
///
/// # Errors
/// When the totals cannot be read.
pub(super) fn accepted(
    app: &App,
    unit: UnitId,
    period: Period,
    indicators: &[IndicatorId],
) -> Result<Vec<Option<Total>>> {
    let question = |indicator: &IndicatorId| Question {
        unit: unit.0,
        indicator: *indicator,
        period,
        boundaries: Boundaries::Then,
        apportionment: Apportionment::None,
    };
    app.totals(|engine| indicators.iter().map(|it| engine.total(&question(it)).ok()).collect())
}

/// The two periods that a return is held against; the first is absent where it is the second.
pub(super) fn against(period: Period) -> (Option<Period>, Period) {
    let (before, year_ago) = (period.before(), period.year_before());
    ((before != year_ago).then_some(before), year_ago)
}

/// A figure as accepted, in words; empty if there is none.
pub(super) fn in_words(total: Option<&Total>, indicator: &Indicator) -> String {
    total.and_then(|it| figure::in_words(it, indicator)).unwrap_or_default()
}

/// One cell in words.
pub(super) fn cell_in_words(cell: &Cell, indicator: &Indicator) -> String {
    in_words(Some(&total_of(cell)), indicator)
}

/// A cell as if it were a total of its own.
fn total_of(cell: &Cell) -> Total {
    Total {
        value: Some(cell.amount.value),
        percent_only: cell.kind == CellKind::PercentOnly,
        qualifier: Some(cell.amount.qualifier),
        coverage: Some(cell.coverage),
        ..Total::default()
    }
}

/// How far a figure moved, `+12,5%`, or in percentage points; empty where it cannot be said.
pub(super) fn moved(p: &Page, now: &Total, before: Option<&Total>) -> String {
    let (Some(value), Some(Total { value: Some(before), percent_only, of: None, .. })) = (now.value, before) else {
        return String::new();
    };
    let Some(step) = value.checked_sub(*before) else { return String::new() };
    let sign = if step > 0 { "+" } else { "" };
    match (now.percent_only, *percent_only) {
        (true, true) => p.t1("returns-points", "points", format!("{sign}{}", viet::decimal(step, 2))),
        (false, false) if *before != 0 => {
            format!("{sign}{}", viet::percent(figure::share(step, before.saturating_abs())))
        }
        _ => String::new(),
    }
}

/// One figure of a return.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) measure: String,
    pub(super) value: String,
    pub(super) coverage: Option<String>,
    pub(super) note: String,
    pub(super) before: String,
    pub(super) before_moved: String,
    pub(super) year_ago: String,
    pub(super) year_moved: String,
    pub(super) issue: Option<String>,
    /// Where it came from, unless it was typed.
    pub(super) origin: Option<String>,
    /// What stood in the version that a correction replaces, where it differs.
    pub(super) accepted: Option<String>,
    /// Whether a word may be said at it.
    pub(super) comments: bool,
    /// What was said at it.
    pub(super) said: Vec<super::figure::Comment>,
    /// What who decides was typing at it, to send it back.
    pub(super) why: String,
}

/// Who looks at a return: what they see of small counts of tips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Eyes {
    /// Its own unit, or a part of it: all.
    Own,
    /// Who decides on it: those of the very return, none of other periods.
    Deciding,
    /// Anybody else above: none.
    Above,
}

/// A heading and its figures.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) lines: Vec<Line>,
}

/// All figures of a return: what its form asks, reported or not, then what was computed or came otherwise.
///
/// # Errors
/// When the totals cannot be read.
pub(super) fn sections(
    p: &Page,
    app: &App,
    line: &ReturnLine,
    form: &Form,
    cells: &[Cell],
    issues: &Issues,
    eyes: Eyes,
) -> Result<Vec<Section>> {
    let catalogue = app.catalogue.get();
    let others = cells.iter().map(|it| it.indicator).filter(|it| form.items().all(|item| item.indicator != *it));
    let mut parts: Vec<(String, Vec<IndicatorId>)> =
        form.sections.iter().map(|it| (it.title.clone(), it.items.iter().map(|it| it.indicator).collect())).collect();
    parts.push((p.t("returns-section-other"), others.collect()));
    parts.retain(|it| !it.1.is_empty());
    let (before, year_ago) = against(line.period);
    let describe = |indicator: &Indicator, before: Option<&Total>, year_ago: Option<&Total>| {
        let cell = cells.iter().find(|it| it.indicator == indicator.id());
        let total = cell.map(total_of).unwrap_or_default();
        let field = format!("v.{}", indicator.code);
        let merges = eyes != Eyes::Own && merge::merges(indicator);
        let words = |total: Option<&Total>| match total.filter(|it| merges && merge::hides(indicator, it)) {
            Some(_) => p.t("returns-merged"),
            None => in_words(total, indicator),
        };
        let step = |before: Option<&Total>| if merges { String::new() } else { moved(p, &total, before) };
        Line {
            code: indicator.code.clone(),
            name: p.indicator(indicator).to_owned(),
            measure: indicator.measure.clone(),
            value: if eyes == Eyes::Deciding { in_words(Some(&total), indicator) } else { words(Some(&total)) },
            coverage: cell.filter(|it| it.coverage != Coverage::Own).map(|it| coverage(p, it.coverage)),
            note: cell.map(|it| it.note.clone()).unwrap_or_default(),
            before: words(before),
            before_moved: step(before),
            year_ago: words(year_ago),
            year_moved: step(year_ago),
            issue: issues.iter().find(|it| it.field == field).map(|it| p.issue(it)),
            origin: cell.filter(|it| it.origin != 0).map(|it| p.t(Origin::text(it.origin))),
            accepted: None,
            comments: acts::takes_comments(indicator),
            said: Vec::new(),
            why: String::new(),
        }
    };
    let section = |(title, ids): (String, Vec<IndicatorId>)| -> Result<Section> {
        let then = before.map(|it| accepted(app, line.unit, it, &ids)).transpose()?.unwrap_or_default();
        let last_year = accepted(app, line.unit, year_ago, &ids)?;
        let at = |of: &[Option<Total>], at: usize| of.get(at).cloned().flatten();
        let lines = ids.iter().enumerate().filter_map(|(place, id)| {
            let indicator = catalogue.indicator(*id)?;
            Some(describe(indicator, at(&then, place).as_ref(), at(&last_year, place).as_ref()))
        });
        Ok(Section { title, lines: lines.collect() })
    };
    parts.into_iter().map(section).collect()
}

/// Puts beside each figure of a correction what was accepted before, where it differs.
pub(super) fn beside_accepted(p: &Page, sections: &mut [Section], accepted: &[Cell], catalogue: &Catalogue) {
    for line in sections.iter_mut().flat_map(|it| &mut it.lines) {
        let Some(indicator) = catalogue.by_code(&line.code) else { continue };
        let cell = accepted.iter().find(|it| it.indicator == indicator.id());
        let before = cell.map_or_else(|| p.t("returns-missing"), |it| cell_in_words(it, indicator));
        let now = if line.value.is_empty() { p.t("returns-missing") } else { line.value.clone() };
        line.accepted = (before != now).then_some(before);
    }
}

/// Puts what was said at each figure beside it.
pub(super) fn beside_comments(sections: &mut [Section], said: &[rows::Comment], catalogue: &Catalogue) {
    for line in sections.iter_mut().flat_map(|it| &mut it.lines) {
        let Some(indicator) = catalogue.by_code(&line.code) else { continue };
        line.said = super::figure::comments(said.to_vec(), indicator.id());
    }
}

/// A coverage in words.
pub(super) fn coverage(p: &Page, coverage: Coverage) -> String {
    p.t(match coverage {
        Coverage::Own => "returns-coverage-own",
        Coverage::Whole => "returns-coverage-whole",
        Coverage::Control => "returns-coverage-control",
    })
}

/// An award row in words.
#[derive(Debug)]
pub(super) struct Award {
    pub(super) authority: String,
    pub(super) form: String,
    pub(super) recipient: String,
    pub(super) count: String,
}

/// Award rows in words.
pub(super) fn awards(p: &Page, words: &[AwardWord], rows: &[AwardRow]) -> Vec<Award> {
    let award = |it: &AwardRow| Award {
        authority: words::award(p, words, "authority", &it.authority),
        form: words::award(p, words, "award", &it.award),
        recipient: words::award(p, words, "recipient", &it.recipient),
        count: viet::number(it.count),
    };
    rows.iter().map(award).collect()
}
