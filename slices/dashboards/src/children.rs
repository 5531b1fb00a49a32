//! The units directly below: their telling figures, and who has not reported yet.

use std::collections::HashMap;

use figures::Total;
use kernel::{Day, FormId, Indicator, UnitId, UnitState};
use returns::{
    Filed,
    view::{Asked, View},
};
use web::{App, Result, date};

use crate::shown::Shown;

/// Columns, in this order, as far as anything is held; no guarded indicator, for these stand side by side.
const COLUMNS: [&str; 20] = [
    "LAU01", "LAU02", "OUT01", "OUT02", "MOD02", "MOD00", "MOD04", "MOD05", "MOD06", "STD14", "STD24", "STD34",
    "STD44", "STD54", "MED07", "FOR11", "FES01", "AWA03", "AWA05", "FIN03",
];
/// No more than fit beside the names.
const MOST: usize = 8;
/// So many rows on a page: with eight columns about 33 KB.
const ROWS: usize = 45;

/// The table.
#[derive(Debug, Default)]
pub(crate) struct Children {
    /// Headings of the figures.
    pub(crate) columns: Vec<String>,
    /// The units that hold or owe anything, as far as one page takes them.
    pub(crate) rows: Vec<Row>,
    /// The others.
    pub(crate) silent: Vec<Row>,
    /// How many there are in all.
    pub(crate) count: usize,
    /// Names of those of which something is missing, over all rows; empty where nobody owes anything.
    pub(crate) missing: Vec<String>,
    /// Whether anybody owes anything, so that the last column has a meaning.
    pub(crate) owing: bool,
    /// Addresses of the other pages of the table: number, address, whether it is this one.
    pub(crate) pages: Vec<(usize, String, bool)>,
}

/// One unit.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its full name.
    pub(crate) name: String,
    /// Its page; empty if that is out of scope.
    pub(crate) path: String,
    /// One value per column; empty where there is none.
    pub(crate) values: Vec<String>,
    /// What it has reported.
    pub(crate) status: Status,
}

impl Row {
    fn is_told(&self) -> bool {
        !self.status.words.is_empty() || self.values.iter().any(|it| !it.is_empty())
    }
}

/// How far a unit has reported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// In words; empty where it owes nothing.
    pub(crate) words: String,
    /// `approved`, `submitted`, `late` or empty: how it is coloured.
    pub(crate) class: &'static str,
    /// Whether something is missing.
    pub(crate) missing: bool,
}

/// What the children of a unit filed for exactly the period shown, by unit.
pub(crate) type FiledBy = HashMap<UnitId, Vec<Filed>>;

/// The table of the units directly below: the telling columns of which any of them holds a figure.
pub(crate) fn table(
    app: &App,
    shown: &Shown<'_>,
    children: &[&UnitState],
    filed: &FiledBy,
    asked_page: usize,
    opens: impl Fn(UnitId) -> bool,
) -> Result<Children> {
    let view = shown.view;
    let known = COLUMNS.iter().filter_map(|code| shown.catalogue.by_code(code));
    let known: Vec<&Indicator> = known.filter(|it| !it.is_guarded()).collect();
    let ids: Vec<_> = known.iter().map(|it| it.id()).collect();
    let table = app.totals(|engine| engine.totals_of_children(view.unit.0, &ids, view.period, view.boundaries()))?;
    // A sum that does not fit leaves the table without figures; the units stand all the same.
    let totals: HashMap<i64, &[Total]> = table.as_ref().map(|it| it.rows().collect()).unwrap_or_default();
    let told = |at: &usize| totals.values().filter_map(|row| row.get(*at)).any(|it| it.value.is_some());
    let at: Vec<usize> = (0..ids.len()).filter(told).take(MOST).collect();
    let columns: Vec<&Indicator> = at.iter().filter_map(|at| known.get(*at).copied()).collect();
    let owed = owed(app, shown, children);
    let mut rows: Vec<Row> = Vec::with_capacity(children.len());
    for child in children {
        let all = totals.get(&child.id.0).copied().unwrap_or_default();
        let own: Vec<&Total> = at.iter().filter_map(|at| all.get(*at)).collect();
        let value = |(total, it): (&&Total, &&Indicator)| returns::figure::in_words(total, it).unwrap_or_default();
        rows.push(Row {
            name: child.full_name.clone(),
            path: if opens(child.id) { view.unit_path(child.id) } else { String::new() },
            values: own.iter().zip(&columns).map(value).collect(),
            status: status(shown, child.id, all, owed.get(&child.id), filed.get(&child.id)),
        });
    }
    let missing: Vec<String> = rows.iter().filter(|it| it.status.missing).map(|it| it.name.clone()).collect();
    let owing = rows.iter().any(|it| !it.status.words.is_empty());
    let count = rows.len();
    let (rows, silent): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(Row::is_told);
    let last = rows.len().div_ceil(ROWS).max(1);
    let page = asked_page.clamp(1, last);
    let path = |it: usize| format!("{}&page={it}#below", view.unit_path(view.unit));
    let pages = if last > 1 { (1..=last).map(|it| (it, path(it), it == page)).collect() } else { Vec::new() };
    let rows = rows.into_iter().skip((page - 1) * ROWS).take(ROWS).collect();
    Ok(Children {
        columns: columns.iter().map(|it| heading(shown, it)).collect(),
        rows,
        silent,
        count,
        missing,
        owing,
        pages,
    })
}

/// A column's heading: a short word where the name is long.
fn heading(shown: &Shown<'_>, indicator: &Indicator) -> String {
    shown.p.t(&format!("dashboards-short-{}", indicator.code.to_lowercase()))
}

/// Forms that these units themselves owe for exactly the period shown, by unit. All that stands further below is not
/// walked through: in a country these are its villages.
fn owed(app: &App, shown: &Shown<'_>, children: &[&UnitState]) -> HashMap<UnitId, Vec<FormId>> {
    let view = shown.view;
    let units: Vec<UnitId> = children.iter().map(|it| it.id).collect();
    let mut owed: HashMap<UnitId, Vec<FormId>> = HashMap::new();
    let forms = shown.catalogue.forms.iter().filter(|it| it.takes(view.period));
    for form in forms {
        let Ok(number) = u32::try_from(form.id) else { continue };
        for unit in app.expected_among(number, view.unit, &units, view.period) {
            owed.entry(unit).or_default().push(form.id);
        }
    }
    owed
}

fn status(
    shown: &Shown<'_>,
    unit: UnitId,
    totals: &[Total],
    owed: Option<&Vec<FormId>>,
    filed: Option<&Vec<Filed>>,
) -> Status {
    if let Some(forms) = owed {
        let own = forms.iter().filter_map(|it| shown.catalogue.form(*it));
        let worst = own.map(|form| {
            let filed = filed.and_then(|all| all.iter().find(|it| it.form == form.id));
            own_status(shown.catalogue.deadline(form, unit, shown.view.period).until, filed, shown.view.today)
        });
        if let Some(worst) = worst.max() {
            return worst.said(shown);
        }
    }
    // It owes nothing itself: what stands below it. The fullest column speaks, for not every line of a form is filled.
    let counted = totals.iter().filter_map(|it| Some((it.reported, it.expected.filter(|it| *it > 0)?)));
    let Some((reported, expected)) = counted.max() else { return Status::default() };
    let places = [("reported", reported.to_string()), ("expected", expected.to_string())];
    let missing = reported < expected;
    let class = if missing { "" } else { "approved" };
    Status { words: shown.p.ta("dashboards-child-reported", &places), class, missing }
}

/// Where a unit's own return stands, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Own {
    InTime,
    /// Days after the due day on which it was sent.
    Late(i32),
    Waiting,
    /// Not sent; the due day is still to come.
    Open(Day),
    /// Not sent, so many days after it was due.
    Overdue(i32),
}

fn own_status(due: Day, filed: Option<&Filed>, today: Day) -> Own {
    let after = |day: Day| day.number() - due.number();
    match filed {
        Some(it) if it.accepted => match it.submitted_at.map_or(0, |at| after(at.day())) {
            late @ 1.. => Own::Late(late),
            _ => Own::InTime,
        },
        Some(it) if it.state == returns::State::Submitted => Own::Waiting,
        _ if after(today) > 0 => Own::Overdue(after(today)),
        _ => Own::Open(due),
    }
}

impl Own {
    fn said(self, shown: &Shown<'_>) -> Status {
        let p = shown.p;
        let (words, class, missing) = match self {
            Own::InTime => (p.t("dashboards-in-time"), "approved", false),
            Own::Late(days) => (p.t1("dashboards-late", "days", days), "returned", false),
            Own::Waiting => (p.t("dashboards-waiting"), "submitted", true),
            Own::Open(due) => (p.t1("dashboards-open", "day", date(due)), "", true),
            Own::Overdue(days) => (p.t1("dashboards-overdue", "days", days), "late", true),
        };
        Status { words, class, missing }
    }
}

/// The page of the table that was asked for.
pub(crate) fn page(asked: &Asked) -> usize {
    asked.get("page").and_then(|it| it.parse().ok()).unwrap_or(1)
}

/// The units below in Vietnamese order, those of the hierarchy shown.
pub(crate) fn units<'a>(register: &'a kernel::Register, view: &View) -> Vec<&'a UnitState> {
    register.children(view.unit, view.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Instant;
    use returns::State;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[track_caller]
    fn check(state: Option<(State, bool, &str)>, today: &str, expect: Own) {
        let filed = state.map(|(state, accepted, sent)| Filed {
            unit: UnitId(1),
            form: 2,
            state,
            accepted,
            submitted_at: Day::parse(sent).map(|it| Instant::at(it, 600)),
        });
        assert_eq!(own_status(day("2026-02-17"), filed.as_ref(), day(today)), expect);
    }

    #[test]
    fn a_return_is_late_from_the_day_after_it_was_due() {
        check(Some((State::Approved, true, "2026-02-17")), "2026-03-01", Own::InTime);
        check(Some((State::Approved, true, "2026-02-18")), "2026-03-01", Own::Late(1));
        check(Some((State::Approved, true, "")), "2026-03-01", Own::InTime);
        check(Some((State::Correcting, true, "2026-02-10")), "2026-03-01", Own::InTime);
    }

    #[test]
    fn what_was_not_sent_is_open_until_it_is_overdue() {
        check(None, "2026-02-17", Own::Open(day("2026-02-17")));
        check(None, "2026-02-18", Own::Overdue(1));
        check(Some((State::Draft, false, "")), "2026-02-20", Own::Overdue(3));
        check(Some((State::Returned, false, "2026-02-16")), "2026-02-20", Own::Overdue(3));
        check(Some((State::Submitted, false, "2026-02-16")), "2026-02-20", Own::Waiting);
    }

    #[test]
    fn no_guarded_indicator_stands_side_by_side() {
        let catalogue = forms::catalogue().unwrap();
        for code in COLUMNS {
            assert!(!catalogue.by_code(code).unwrap().is_guarded(), "{code}");
        }
    }

    #[test]
    fn every_column_has_a_short_heading() {
        for text in [crate::SLICE.texts.0, crate::SLICE.texts.1] {
            for code in COLUMNS {
                let id = format!("dashboards-short-{} =", code.to_lowercase());
                assert!(text.contains(&id), "{id}");
            }
        }
    }
}
