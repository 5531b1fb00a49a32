//! `GET /work/matrix`: one screen for who fills in for many units, a row for each unit and a column for each figure of one
//! section of a form, or for each award; `POST` keeps or sends each unit's return on its own, or takes the last step back.

mod ask;
mod screen;

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Form, Instant, Issue, Issues, Period, UnitId};
use web::{App, Cover, Error, Page, Result, Typed, Who};

use self::{
    ask::{Ask, typed_for},
    screen::render,
};
use super::{entry::Kept, go};
use crate::{
    Draft, FILL, acts, duties,
    store::{self as rows, ReturnLine},
};

/// So many units stand on a page.
const UNITS: usize = 40;

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
        let sections = form.sections.len() + usize::from(form.awards);
        let section = number("section").min(sections.saturating_sub(1));
        Ok(Asked { form: form.clone(), period, section, page: number("page").max(1) })
    }

    fn path(&self) -> String {
        self.path_of(self.section, self.page)
    }

    fn path_of(&self, section: usize, page: usize) -> String {
        format!("/work/matrix?form={}&period={}&section={section}&page={page}", self.form.code, self.period)
    }

    /// Whether the section is that of the awards, which comes after the form's own.
    fn is_awards(&self) -> bool {
        self.section >= self.form.sections.len()
    }

    /// The units of this page that owe the form and that this person fills in for, with the number of pages.
    fn units(&self, app: &App, who: &Who) -> Result<(Vec<UnitId>, usize)> {
        let scope = who.scope(FILL)?;
        let (register, catalogue, today) = (app.register.get(), app.catalogue.get(), app.clock.today());
        let mut all = duties::owing_form(&register, &catalogue, &self.form, self.period);
        all.retain(|it| scope.cover(&register, *it, today) == Cover::Full);
        let name = |it: &UnitId| register.latest(*it).map(|it| viet::sort_key(&it.full_name));
        all.sort_by_cached_key(|it| (name(it), *it));
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
    if typed.text("act") == "undo" {
        return undo(&app, page, &who, &asked, &typed).await;
    }
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

/// Takes back what was typed since the drafts were kept, or else the last step: what was kept on this page together.
async fn undo(app: &App, page: Page, who: &Who, asked: &Asked, typed: &Typed) -> Result<Response> {
    let done = |text: &str| Ok(go(&format!("{}&done={text}", asked.path())));
    let (units, _) = asked.units(app, who)?;
    let known = returns(app, asked, &units).await?;
    let asks = Ask::all(asked, &app.catalogue.get())?;
    let nothing = Draft::default();
    let typed_anew = units.iter().any(|unit| {
        let stored = known.get(unit).map_or(&nothing, |it| &it.draft);
        !typed_for(&asks, typed, *unit, stored).says(stored)
    });
    let seen = |unit: UnitId| typed.text(&format!("revision.{unit}")).parse().unwrap_or(0);
    let stale: Vec<UnitId> = known.values().filter(|it| it.revision != seen(it.unit)).map(|it| it.unit).collect();
    if !stale.is_empty() {
        let outcome = Outcome { conflicts: stale, ..Outcome::default() };
        return render(app, page, who, asked, Some(typed), &outcome, StatusCode::CONFLICT).await;
    }
    if typed_anew {
        return done("returns-undone");
    }
    let mut steps: Vec<(Instant, &ReturnLine)> = Vec::new();
    let mut conn = app.db.read().await?;
    for line in known.values().filter(|it| it.state.is_open()) {
        steps.extend(rows::last_step(&mut conn, line).await?.map(|it| (it.at, line)));
    }
    drop(conn);
    let Some(last) = steps.iter().map(|it| it.0.micros()).max() else { return done("returns-undone-all") };
    let mut outcome = Outcome::default();
    for (_, line) in steps.iter().filter(|it| last - it.0.micros() < acts::ONE_STEP) {
        match acts::undo(app, who, line.id, line.revision).await {
            Ok(_) => (),
            Err(Error::Stale | Error::Refused(_)) => outcome.conflicts.push(line.unit),
            Err(err) => return Err(err),
        }
    }
    if outcome.conflicts.is_empty() {
        return done("returns-undone");
    }
    render(app, page, who, asked, Some(typed), &outcome, StatusCode::CONFLICT).await
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
    let asks = Ask::all(asked, &app.catalogue.get())?;
    let mut outcome = Outcome::default();
    for unit in units {
        let line = known.get(&unit);
        let stored = line.map(|it| it.draft.clone()).unwrap_or_default();
        let draft = typed_for(&asks, typed, unit, &stored);
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
            (id, opened.revision, typed_for(&asks, typed, unit, &opened.draft))
        };
        let at = |issue: Issue| at_unit(issue, unit, &asks, &draft);
        let done = match how {
            How::ByItself => acts::keep(app, who, id, revision, draft.clone()).await.map(|it| (it.0.revision, it.1)),
            How::Asked => {
                acts::save(app, who, id, revision, draft.clone()).await.map(|it| (it.revision, Issues::new()))
            }
            How::Sending => {
                acts::submit(app, who, id, revision, draft.clone()).await.map(|it| (it.revision, Issues::new()))
            }
        };
        match done {
            Ok((revision, issues)) => {
                outcome.kept.insert(unit, revision);
                outcome.sent += usize::from(how == How::Sending);
                outcome.issues.extend(issues.into_iter().map(at));
            }
            Err(Error::Refused(issues)) => outcome.issues.extend(issues.into_iter().map(at)),
            Err(Error::Stale) => outcome.conflicts.push(unit),
            Err(err) => return Err(err),
        }
    }
    Ok(outcome)
}

/// An issue of a return's field as one of this page's: `v.LAU01` becomes `v.u-….LAU01`.
fn at_unit(issue: Issue, unit: UnitId, asks: &[Ask], draft: &Draft) -> Issue {
    let award = asks.iter().find(|it| it.award_field(draft).as_ref() == Some(&issue.field));
    let code = issue.field.strip_prefix("v.").or(award.map(Ask::code));
    let field = code.map_or_else(|| format!("unit.{unit}"), |code| format!("v.{unit}.{code}"));
    Issue { field, ..issue }
}

/// The returns of these units that are opened, by unit.
async fn returns(app: &App, asked: &Asked, units: &[UnitId]) -> Result<BTreeMap<UnitId, ReturnLine>> {
    let register = app.register.get();
    let province = |unit: &UnitId| {
        let day = acts::reporting_day(&register, *unit, asked.period)?;
        register.province_of(*unit, day)
    };
    let mut provinces: Vec<UnitId> = units.iter().filter_map(province).collect();
    provinces.sort_unstable();
    provinces.dedup();
    let mut conn = app.db.read().await?;
    let found = rows::find_all(&mut conn, &provinces, units, asked.form.id, asked.period).await?;
    Ok(found.into_iter().map(|it| (it.unit, it)).collect())
}
