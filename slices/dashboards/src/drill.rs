//! How one total is composed: what the unit itself gave, what stands one level down, and every return behind it.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use figures::{Refusal, Source, Term};
use kernel::{Coverage, Indicator, Issues, UnitId, VersionId};
use returns::{
    figure::in_words,
    merge,
    view::{Asked, Seen, View, Wish},
};
use web::{App, Chart, Error, Notice, Page, Result, Typed, Who};

use crate::{
    acts, children,
    shown::{Shown, Words},
    store, trend, unit_page,
};

/// So many returns are listed at most.
const SOURCES: usize = 100;

#[derive(Template)]
#[template(path = "drill.html")]
struct Drill<'a> {
    p: &'a Page,
    unit: &'a str,
    unit_path: String,
    name: String,
    period: String,
    words: Words,
    under: String,
    /// How the total came about, in a sentence.
    way: String,
    notices: Vec<Notice>,
    /// A ratio's parts, above and below the line.
    parts: Vec<(String, Vec<Part>)>,
    children: Vec<Part>,
    guarded: bool,
    /// The returns behind it, and those shown beside it.
    held: Vec<(String, Vec<Held>)>,
    more: usize,
    hidden: usize,
    trend: Option<Chart>,
    /// Where it is pinned, and whether it is; nothing for what is never pinned.
    pin: Option<(String, bool)>,
    code: &'a str,
    query: String,
}

/// A figure that this one is made of, with its own page.
#[derive(Debug)]
struct Part {
    sign: &'static str,
    name: String,
    path: String,
    words: Words,
}

/// A figure as a return holds it.
#[derive(Debug)]
struct Held {
    unit: String,
    indicator: String,
    period: String,
    value: String,
    coverage: String,
    notes: Vec<String>,
    path: String,
}

/// `GET /units/{id}/figures/{code}?period=&boundaries=`
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path((id, code)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    render(&app, page, &who, (&id, &code), &asked, Issues::new()).await
}

async fn render(
    app: &App,
    page: Page,
    who: &Who,
    (id, code): (&str, &str),
    asked: &Asked,
    issues: Issues,
) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let seen = Seen::read(id, who, &register, page.today)?;
    let catalogue = catalogue.seen_from(&register, seen.unit, page.today);
    let indicator = catalogue.by_code(code).ok_or(Error::NotFound)?;
    let mut wish = Wish::read(asked);
    wish.issues.extend(issues);
    let view = View::choose(app, &register, seen.unit, &wish, page.today, unit_page::any(&catalogue))?;
    let Some(state) = view.state(&register) else { return Err(Error::NotFound) };
    let page = page.crumbs(view.crumbs_to(&register, &seen)).synthetic(state.synthetic);
    let from_above = seen.from_above(&register, view.unit, page.today);
    let shown = Shown { p: &page, register: &register, catalogue: &catalogue, view: &view, from_above };

    let total = app.totals(|engine| view.total(engine, view.unit, indicator.id()))?;
    let mut notices = view.notices(&page, &register, &seen);
    let (words, way) = match &total {
        Ok(total) => (shown.words(total, indicator), way(&shown, total, indicator)),
        Err(refusal) => {
            if *refusal == Refusal::Overflow {
                notices.push(page.t("dashboards-too-large"));
            }
            (Words { value: page.t("dashboards-none"), ..Words::default() }, String::new())
        }
    };
    let (sources, controls) = app.totals(|engine| {
        let sources = engine.sources(&view.question(view.unit, indicator.id())).unwrap_or_default();
        (sources, engine.controls(view.unit.0, indicator.id(), view.period))
    })?;
    let pinned = store::pins(&mut app.db.read().await?, who.account, view.unit).await?.contains(&indicator.id());
    let (mut open, shut): (Vec<Source>, Vec<Source>) =
        sources.into_iter().partition(|it| seen.opens(&register, UnitId(it.unit), page.today));
    let name_of = |it: &Source| register.nearest(UnitId(it.unit), it.period.last()).map(|it| viet::sort_key(&it.name));
    open.sort_by_cached_key(|it| (it.period, it.unit != view.unit.0, name_of(it), it.unit, it.indicator));
    let more = open.len().saturating_sub(SOURCES);
    let terms = |terms: &[Term]| -> Result<Vec<Part>> {
        terms.iter().filter_map(|it| term(app, &shown, *it).transpose()).collect()
    };
    let name = page.indicator(indicator).to_owned();
    let main = Drill {
        p: &page,
        unit: &state.full_name,
        unit_path: view.unit_path(view.unit),
        name: name.clone(),
        period: page.period_and_days(view.period),
        words,
        under: view.under_words(&page),
        way,
        notices: Notice::warnings(notices),
        parts: titled([
            (page.t("dashboards-numerator"), terms(&indicator.rule.numerator)?),
            (page.t("dashboards-denominator"), terms(&indicator.rule.denominator)?),
        ]),
        children: below(app, &shown, &seen, indicator)?,
        guarded: indicator.is_guarded(),
        held: titled([
            (page.t("dashboards-sources"), told(&shown, &seen, &open).into_iter().take(SOURCES).collect()),
            (page.t("dashboards-controls"), told(&shown, &seen, &controls)),
        ]),
        more,
        hidden: shut.len(),
        trend: trend::trend(app, &page, &view, indicator, &state.full_name)?,
        pin: catalogue.is_free(indicator).then(|| (format!("/units/{}/pins", view.unit), pinned)),
        code: &indicator.code,
        query: view.query(),
    };
    page.show_issues(&format!("{name} – {}", state.full_name), &wish.issues, &main)
}

/// `POST /units/{id}/pins`: `indicator`, `act` is `pin` or `unpin`; back to the unit's page.
pub(crate) async fn pin(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let seen = Seen::read(&id, &who, &app.register.get(), page.today)?;
    let catalogue = app.catalogue.get();
    let indicator = catalogue.by_code(typed.text("indicator")).ok_or(Error::NotFound)?;
    let on = typed.text("act") == "pin";
    let asked: Asked = serde_urlencoded::from_str(typed.text("query")).unwrap_or_default();
    match acts::pin(&app, &who, seen.unit, indicator, on).await {
        Ok(()) => {}
        Err(Error::Refused(issues)) => {
            return render(&app, page, &who, (&id, &indicator.code), &asked, issues).await;
        }
        Err(err) => return Err(err),
    }
    // Only what we ourselves write into an address comes back.
    let wish = Wish::read(&asked);
    let place = wish.period.map(|it| format!("period={it}&")).unwrap_or_default();
    let under = wish.under.map(|it| format!("boundaries={}&", it.word())).unwrap_or_default();
    let done = if on { "pinned-figure" } else { "unpinned-figure" };
    Ok(Redirect::to(&format!("/units/{}?{place}{under}done={done}", seen.unit)).into_response())
}

/// Lists that hold anything, each under its title.
pub(crate) fn titled<T>(lists: [(String, Vec<T>); 2]) -> Vec<(String, Vec<T>)> {
    lists.into_iter().filter(|it| !it.1.is_empty()).collect()
}

/// How the total came about.
fn way(shown: &Shown<'_>, total: &figures::Total, indicator: &Indicator) -> String {
    let p = shown.p;
    if total.value.is_none() {
        return String::new();
    }
    match (indicator.rule.kind, indicator.rule.across) {
        (figures::Kind::Change, _) => p.t("dashboards-way-change"),
        (figures::Kind::Ratio, _) if total.percent_only => p.t("dashboards-way-percent"),
        (figures::Kind::Ratio, _) => p.t("dashboards-way-ratio"),
        _ if total.coverage == Some(Coverage::Whole) => p.t("dashboards-way-whole"),
        (_, figures::Across::None) => p.t("dashboards-way-own"),
        _ => p.t("dashboards-way-sum"),
    }
}

/// One of a ratio's parts.
fn term(app: &App, shown: &Shown<'_>, term: Term) -> Result<Option<Part>> {
    let Some(indicator) = shown.catalogue.indicator(term.indicator) else { return Ok(None) };
    let view = shown.view;
    let total = app.totals(|engine| view.total(engine, view.unit, indicator.id()))?;
    Ok(total.ok().map(|total| Part {
        sign: if term.sign < 0 { "−" } else { "+" },
        name: shown.p.indicator(indicator).to_owned(),
        path: view.figure_path(view.unit, &indicator.code),
        words: shown.words(&total, indicator),
    }))
}

/// The same figure of the units directly below that hold or owe one. Guarded figures do not stand side by side.
fn below(app: &App, shown: &Shown<'_>, seen: &Seen, indicator: &Indicator) -> Result<Vec<Part>> {
    let view = shown.view;
    if indicator.is_guarded() {
        return Ok(Vec::new());
    }
    let table =
        app.totals(|engine| engine.totals_of_children(view.unit.0, &[indicator.id()], view.period, view.boundaries()))?;
    let Ok(table) = table else { return Ok(Vec::new()) };
    let totals: std::collections::HashMap<i64, &figures::Total> =
        table.rows().filter_map(|(unit, row)| Some((unit, row.first()?))).collect();
    let part = |child: &&kernel::UnitState| {
        let total = totals.get(&child.id.0)?;
        let said = total.value.is_some() || total.not_separable != 0 || total.expected.is_some_and(|it| it > 0);
        said.then(|| Part {
            sign: "",
            name: child.full_name.clone(),
            path: if seen.opens(shown.register, child.id, view.today) {
                view.figure_path(child.id, &indicator.code)
            } else {
                String::new()
            },
            words: shown.words(total, indicator),
        })
    };
    Ok(children::units(shown.register, view).iter().filter_map(part).collect())
}

/// Returns side by side, the small counts of tips among those of other units merged.
fn told(shown: &Shown<'_>, seen: &Seen, all: &[Source]) -> Vec<Held> {
    let counts: Vec<Option<i64>> = all
        .iter()
        .map(|it| {
            let merges = shown.catalogue.indicator(it.indicator).is_some_and(merge::merges);
            let above = seen.from_above(shown.register, UnitId(it.unit), shown.view.today);
            (merges && above).then_some(it.amount.value)
        })
        .collect();
    let hidden = merge::merged(&counts).into_iter();
    all.iter()
        .zip(hidden)
        .map(|(it, hidden)| {
            let held = held(shown, it);
            if hidden { Held { value: shown.p.t("returns-merged-beside"), ..held } } else { held }
        })
        .collect()
}

fn held(shown: &Shown<'_>, source: &Source) -> Held {
    let (p, view) = (shown.p, shown.view);
    let indicator = shown.catalogue.indicator(source.indicator);
    let state = shown.register.nearest(UnitId(source.unit), source.period.last());
    let total = figures::Total {
        value: Some(source.amount.value),
        qualifier: Some(source.amount.qualifier),
        percent_only: source.percent_only,
        ..figures::Total::default()
    };
    let mut notes = Vec::new();
    if !source.separable {
        notes.push(p.t("dashboards-source-not-separable"));
    }
    if source.apportioned {
        notes.push(p.t("dashboards-source-apportioned"));
    }
    Held {
        unit: state.map(|it| it.full_name.clone()).unwrap_or_default(),
        indicator: indicator.map(|it| p.indicator(it).to_owned()).unwrap_or_default(),
        period: if source.period == view.period { String::new() } else { p.period_and_days(source.period) },
        value: indicator.and_then(|it| in_words(&total, it)).unwrap_or_default(),
        coverage: p.t(coverage(source.coverage)),
        notes,
        path: format!("/versions/{}", VersionId(source.version)),
    }
}

/// The id of a coverage's name in the texts.
pub(crate) fn coverage(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Own => "dashboards-coverage-own",
        Coverage::Whole => "dashboards-coverage-whole",
        Coverage::Control => "dashboards-coverage-control",
    }
}
