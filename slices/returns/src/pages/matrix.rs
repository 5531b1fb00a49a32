//! `GET /work/matrix`: one screen for who fills in for many units, a row for each unit and a column for each figure of one
//! section of a form; `POST` keeps or sends each unit's return on its own.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Form, IndicatorId, Issue, Issues, Period, UnitId};
use web::{App, Cover, Crumb, Error, Page, Result, Typed, Who};

use super::{entry::Kept, go, lines, words};
use crate::{
    Draft, FILL, RawCell, acts, checks, duties, merge,
    store::{self as rows, ReturnLine},
};

/// So many units stand on a page.
const UNITS: usize = 40;

#[derive(Template)]
#[template(path = "matrix.html")]
struct Main<'a> {
    p: &'a Page,
    asked: &'a Asked,
    form: String,
    period_name: String,
    days: String,
    /// Title, address, and whether it is this one.
    sections: Vec<(String, String, bool)>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// The same of the pages of units.
    pages: Vec<(String, String, bool)>,
    scripts: [&'static str; 2],
}

/// A figure that all units are asked for.
struct Column {
    code: String,
    name: String,
    measure: String,
    /// What the readable figures of the page add up to.
    sum: String,
}

struct Row {
    unit: UnitId,
    name: String,
    /// The return, once it is opened.
    id: Option<kernel::ReturnId>,
    revision: i64,
    state: Option<(&'static str, String)>,
    open: bool,
    issue: Option<String>,
    cells: Vec<Cell>,
}

struct Cell {
    code: String,
    name: String,
    value: String,
    before: String,
    issue: Option<String>,
}

/// Which form, period, section and page.
struct Asked {
    form: Form,
    period: Period,
    section: usize,
    page: usize,
}

impl Asked {
    fn read(app: &App, query: &Typed) -> Result<Asked> {
        let catalogue = app.catalogue.get();
        let form = catalogue.form_by_code(query.text("form")).filter(|it| !it.open).ok_or(Error::NotFound)?;
        let period = Period::parse(query.text("period")).map_err(|_| Error::NotFound)?;
        let form = catalogue.form_for(form.id, period).filter(|it| it.takes(period)).ok_or(Error::NotFound)?;
        let number = |name: &str| query.text(name).parse::<usize>().unwrap_or(0);
        let section = number("section").min(form.sections.len().saturating_sub(1));
        Ok(Asked { form: form.clone(), period, section, page: number("page").max(1) })
    }

    fn path(&self) -> String {
        self.path_of(self.section, self.page)
    }

    fn path_of(&self, section: usize, page: usize) -> String {
        format!("/work/matrix?form={}&period={}&section={section}&page={page}", self.form.code, self.period)
    }

    /// The figures of the section that are typed.
    fn items(&self) -> Vec<IndicatorId> {
        let section = self.form.sections.get(self.section);
        section.map(|it| it.items.iter().map(|it| it.indicator).collect()).unwrap_or_default()
    }

    /// The units of this page that owe the form and that this person fills in for, with the number of pages.
    fn units(&self, app: &App, who: &Who) -> Result<(Vec<UnitId>, usize)> {
        let scope = who.scope(FILL)?;
        let (register, catalogue, today) = (app.register.get(), app.catalogue.get(), app.clock.today());
        let owed = catalogue.assignments.iter().filter(|it| it.form == self.form.id);
        let mut all: Vec<UnitId> = owed.flat_map(|it| duties::owing(&register, it, self.period)).collect();
        all.retain(|it| scope.cover(&register, *it, today) == Cover::Full);
        let name = |it: &UnitId| register.latest(*it).map(|it| viet::sort_key(&it.full_name));
        all.sort_by_cached_key(|it| (name(it), *it));
        all.dedup();
        let pages = all.len().div_ceil(UNITS).max(1);
        Ok((all.into_iter().skip((self.page - 1) * UNITS).take(UNITS).collect(), pages))
    }
}

/// What became of the units of a page.
#[derive(Default)]
struct Outcome {
    kept: BTreeMap<UnitId, i64>,
    sent: usize,
    /// Changed by somebody else meanwhile, or no longer open.
    conflicts: Vec<UnitId>,
    /// What stops or is worth a look, by field of this page.
    issues: Issues,
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Asked::read(&app, &Typed(query))?;
    render(&app, page, &who, &asked, None, &Outcome::default(), StatusCode::OK).await
}

pub(crate) async fn save(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let asked = Asked::read(&app, &typed)?;
    let sending = typed.text("act") == "submit";
    let outcome = keep_all(&app, &who, &asked, &typed, if sending { How::Sending } else { How::Asked }).await?;
    if !outcome.conflicts.is_empty() {
        return render(&app, page, &who, &asked, Some(&typed), &outcome, StatusCode::CONFLICT).await;
    }
    if sending && !outcome.issues.is_empty() {
        return render(&app, page, &who, &asked, Some(&typed), &outcome, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let done = if sending { "returns-submitted-all" } else { "returns-saved" };
    Ok(go(&format!("{}&done={done}", asked.path())))
}

/// `POST /work/matrix/draft`: keeps what is being typed, for the page's script.
pub(crate) async fn keep(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let asked = Asked::read(&app, &typed)?;
    let outcome = keep_all(&app, &who, &asked, &typed, How::ByItself).await?;
    let fields = outcome.kept.iter().map(|(unit, revision)| (format!("revision.{unit}"), revision.to_string()));
    let at = app.clock.now().time();
    let kept = Kept { fields: fields.collect(), issues: Kept::words(&page, &outcome.issues), at };
    let status = if outcome.conflicts.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    Ok((status, Json(kept)).into_response())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    ByItself,
    Asked,
    Sending,
}

/// Keeps each unit's part on its own, in a transaction of its own: what is wrong with one stops no other.
async fn keep_all(app: &App, who: &Who, asked: &Asked, typed: &Typed, how: How) -> Result<Outcome> {
    let (units, _) = asked.units(app, who)?;
    let known = returns(app, asked, &units).await?;
    let mut outcome = Outcome::default();
    for unit in units {
        let line = known.get(&unit);
        let stored = line.map(|it| it.draft.clone()).unwrap_or_default();
        let draft = typed_for(app, asked, typed, unit, &stored);
        let seen: i64 = typed.text(&format!("revision.{unit}")).parse().unwrap_or(0);
        let changed = !draft.says(&stored);
        let open = line.is_none_or(|it| it.state.is_open());
        if !changed && (how != How::Sending || line.is_none() || !open) {
            continue;
        }
        if !open || line.is_some_and(|it| it.revision != seen) {
            if changed {
                outcome.conflicts.push(unit);
            }
            continue;
        }
        let (id, revision, draft) = if let Some(it) = line {
            (it.id, it.revision, draft)
        } else {
            let id = acts::open(app, who, unit, &asked.form, asked.period).await?;
            let opened = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
            (id, opened.revision, typed_for(app, asked, typed, unit, &opened.draft))
        };
        let done = match how {
            How::ByItself => acts::keep(app, who, id, revision, draft).await.map(|it| (it.0.revision, it.1)),
            How::Asked => acts::save(app, who, id, revision, draft).await.map(|it| (it.revision, Issues::new())),
            How::Sending => acts::submit(app, who, id, revision, draft).await.map(|it| (it.revision, Issues::new())),
        };
        match done {
            Ok((revision, issues)) => {
                outcome.kept.insert(unit, revision);
                outcome.sent += usize::from(how == How::Sending);
                outcome.issues.extend(issues.into_iter().map(|it| at_unit(it, unit)));
            }
            Err(Error::Refused(issues)) => outcome.issues.extend(issues.into_iter().map(|it| at_unit(it, unit))),
            Err(Error::Stale) => outcome.conflicts.push(unit),
            Err(err) => return Err(err),
        }
    }
    Ok(outcome)
}

/// An issue of a return's field as one of this page's: `v.LAU01` becomes `v.u-….LAU01`.
fn at_unit(issue: Issue, unit: UnitId) -> Issue {
    let field = match issue.field.strip_prefix("v.") {
        Some(code) => format!("v.{unit}.{code}"),
        None => format!("unit.{unit}"),
    };
    Issue { field, ..issue }
}

/// The returns of these units that are opened, by unit.
async fn returns(app: &App, asked: &Asked, units: &[UnitId]) -> Result<BTreeMap<UnitId, ReturnLine>> {
    let register = app.register.get();
    let province = |unit: &UnitId| {
        let day = acts::reporting_day(&register, *unit, asked.period)?;
        acts::province_of(&register, *unit, day)
    };
    let mut provinces: Vec<UnitId> = units.iter().filter_map(province).collect();
    provinces.sort_unstable();
    provinces.dedup();
    let mut conn = app.db.read().await?;
    let found = rows::find_all(&mut conn, &provinces, units, asked.form.id, asked.period).await?;
    Ok(found.into_iter().map(|it| (it.unit, it)).collect())
}

/// A unit's draft with the section as it was typed; the other sections, qualifiers and notes stay as they are.
fn typed_for(app: &App, asked: &Asked, typed: &Typed, unit: UnitId, stored: &Draft) -> Draft {
    let catalogue = app.catalogue.get();
    let mut draft = stored.clone();
    for indicator in asked.items().into_iter().filter_map(|it| catalogue.indicator(it)) {
        let name = format!("v.{unit}.{}", indicator.code);
        // A field that was not there was not emptied.
        if typed.0.iter().all(|it| it.0 != name) {
            continue;
        }
        let value = typed.text(&name);
        let cell = draft.cells.entry(indicator.code.clone()).or_default();
        if cell.value != value {
            *cell = RawCell {
                value: value.to_owned(),
                origin: crate::Origin::Typed,
                place: String::new(),
                ..std::mem::take(cell)
            };
        }
        if cell.value.is_empty() && cell.note.is_empty() {
            draft.cells.remove(&indicator.code);
        }
    }
    draft
}

async fn render(
    app: &App,
    page: Page,
    who: &Who,
    asked: &Asked,
    typed: Option<&Typed>,
    outcome: &Outcome,
    status: StatusCode,
) -> Result<Response> {
    let (units, pages) = asked.units(app, who)?;
    if units.is_empty() {
        return Err(Error::NotFound);
    }
    let register = app.register.get();
    let catalogue = app.catalogue.get();
    let known = returns(app, asked, &units).await?;
    let form = &asked.form;
    let items = asked.items();
    let indicators: Vec<&kernel::Indicator> = items.iter().filter_map(|it| catalogue.indicator(*it)).collect();
    let before = lines::against(asked.period).0.unwrap_or(asked.period.year_before());
    let mut rows = Vec::with_capacity(units.len());
    for unit in &units {
        let line = known.get(unit);
        let conflict = outcome.conflicts.contains(unit);
        let mut issues = outcome.issues.clone();
        if let Some(line) = line.filter(|it| it.state.is_open() && issues.is_empty()) {
            let found = checks::of(app, line, &line.draft, checks::Stage::Keeping).await?.issues;
            issues.extend(found.into_iter().map(|it| at_unit(it, *unit)));
        }
        let then = lines::accepted(app, *unit, before, &items)?;
        let open = line.is_none_or(|it| it.state.is_open());
        let above = merge::looks_from_above(&who.scope(FILL)?, &register, *unit, page.today);
        let cells = indicators.iter().enumerate().map(|(place, it)| {
            let name = format!("v.{unit}.{}", it.code);
            let stored = line.and_then(|line| line.draft.cells.get(&it.code)).map_or("", |it| it.value.as_str());
            let value = typed.map_or(stored, |typed| typed.text(&name));
            let said = issues.iter().find(|it| it.field == name).map(|it| page.issue(it));
            let other = (conflict && value != stored).then(|| {
                let stored = if stored.is_empty() { page.t("returns-missing") } else { stored.to_owned() };
                page.t1("returns-stored", "value", stored)
            });
            // What is being filled in is seen; what was sent or is past is no longer one's own.
            let small = |total: &figures::Total| above && merge::hides(it, total);
            let past = then.get(place).and_then(Option::as_ref);
            let sent = viet::parse_number(value, it.decimals).ok();
            let sent = figures::Total { value: sent, ..figures::Total::default() };
            Cell {
                code: it.code.clone(),
                name: words::name(&page, it),
                value: if !open && small(&sent) { page.t("returns-merged") } else { value.to_owned() },
                before: if past.is_some_and(small) { page.t("returns-merged") } else { lines::in_words(past, it) },
                issue: other.or(said),
            }
        });
        let whole = format!("unit.{unit}");
        let said = issues.iter().find(|it| it.field == whole).map(|it| page.issue(it));
        rows.push(Row {
            unit: *unit,
            name: register.latest(*unit).map(|it| it.full_name.clone()).unwrap_or_default(),
            id: line.map(|it| it.id),
            revision: line.map_or(0, |it| it.revision),
            state: line.map(|it| (it.state.word(), page.t(it.state.text()))),
            open,
            issue: if conflict { Some(page.t("returns-matrix-conflict")) } else { said },
            cells: cells.collect(),
        });
    }
    let sum = |at: usize, decimals: u8| {
        let read = |row: &Row| viet::parse_number(&row.cells.get(at)?.value, decimals).ok();
        viet::decimal(rows.iter().filter_map(read).fold(0, i64::saturating_add), decimals)
    };
    let columns = indicators.iter().enumerate().map(|(at, it)| Column {
        code: it.code.clone(),
        name: words::name(&page, it),
        measure: it.measure.clone(),
        sum: sum(at, it.decimals),
    });
    let columns: Vec<Column> = columns.collect();
    let titles = form.sections.iter().enumerate();
    let sections = titles.map(|(at, it)| (it.title.clone(), asked.path_of(at, asked.page), at == asked.section));
    let name = |at: usize| page.t1("returns-matrix-page", "number", at);
    let pages: Vec<(String, String, bool)> =
        (1..=pages).map(|at| (name(at), asked.path_of(asked.section, at), at == asked.page)).collect();
    let way = vec![Crumb { label: page.t("returns-nav-work"), path: "/work".to_owned() }];
    let invented = units.iter().all(|it| register.latest(*it).is_some_and(|it| it.synthetic));
    let page = page.crumbs(way).synthetic(invented);
    let title = format!("{}: {}", form.name, words::period(&page, asked.period));
    let main = Main {
        columns,
        rows,
        pages,
        form: form.name.clone(),
        period_name: words::period(&page, asked.period),
        days: words::days(&page, asked.period, None),
        sections: sections.collect(),
        scripts: [web::KEEP_JS, web::ENTRY_JS],
        asked,
        p: &page,
    };
    let mut summary = outcome.issues.clone();
    summary.retain(|it| it.severity == kernel::Severity::Error);
    page.show_with(status, &title, &summary, &main)
}
