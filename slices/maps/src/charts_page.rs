//! The months of a year.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Catalogue, Frequency, Period};
use plot::{Caption, Heat, Multiples, Panel};
use returns::view::{Asked, Under, View, Wish};
use web::{App, Chart, Empty, Error, Page, Pager, Result, Table, Who, date};

use crate::{completeness, shown};

#[derive(Template)]
#[template(path = "charts.html")]
struct ChartsPage<'a> {
    p: &'a Page,
    title: String,
    notice: String,
    charts: Vec<Section>,
    steps: Pager,
    under: String,
    then: Option<String>,
    now: Option<String>,
    unit_page: String,
}

/// A drawing with what it is about.
#[derive(Debug)]
struct Section {
    heading: String,
    about: String,
    chart: Chart,
}

impl Section {
    fn new(p: &Page, heading: String, about: String, svg: String, table: Table) -> Section {
        let label = p.t1("maps-table-of", "chart", &heading);
        Section { heading, about, chart: Chart { svg, label, table } }
    }
}

/// `GET /units/{id}/charts?period=&boundaries=`
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let seen = shown::whole(&id, &who, &register, page.today)?;
    let unit = seen.unit;
    let wish = Wish::read(&asked);
    let monthly = |engine: &figures::Engine, view: &View| {
        view.period.frequency() == Frequency::Month
            && shown::telling(&catalogue).any(|it| view.total(engine, unit, it.id()).is_ok_and(|it| it.value.is_some()))
    };
    let mut view = View::choose(&app, &register, unit, &wish, page.today, monthly)?;
    view.period = view.period.within(Frequency::Year).unwrap_or(view.period);
    let state = register.nearest(unit, view.day()).ok_or(Error::NotFound)?;
    let page = page.crumbs(view.crumbs_to(&register, &seen)).synthetic(state.synthetic);
    let months = view.period.parts(Frequency::Month);
    let columns: Vec<String> = months.iter().map(|it| it.ordinal().to_string()).collect();
    let period = page.period_and_days(view.period);
    let units = register.children(unit, view.day());

    let title = page.ta("maps-charts-title", &[("period", period.clone()), ("unit", state.full_name.clone())]);
    let mut charts = Vec::new();
    let panels = panels(&app, &page, &catalogue, &view, &months)?;
    if !panels.is_empty() {
        let caption = Caption {
            id: "months".to_owned(),
            title: page.ta("maps-months", &[("period", period.clone()), ("unit", state.full_name.clone())]),
            desc: page.t1("maps-months-desc", "count", panels.len()),
            source: shown::source(&page),
        };
        let chart = Multiples { caption, columns: columns.clone(), panels };
        let (svg, table) = (chart.svg(), shown::table(&page, &title, &columns, chart.table()));
        let (heading, about) = (page.t("maps-months-heading"), page.t("maps-months-about"));
        charts.push(Section::new(&page, heading, about, svg, table));
    }
    if let Some(measure) = completeness::measure(&catalogue, view.period.calendar()) {
        let rows = completeness::rows(&app, &page, &view, &months, &units, measure)?;
        if !rows.is_empty() {
            let caption = Caption {
                id: "reported".to_owned(),
                title: page.ta("maps-reported", &[("period", period.clone()), ("unit", state.full_name.clone())]),
                desc: page.t1("maps-reported-desc", "count", rows.len()),
                source: shown::source(&page),
            };
            let numbers = |it: i64| format!("{it}%");
            let classes = completeness::classes();
            let chart = Heat {
                caption,
                columns: columns.clone(),
                rows,
                classes,
                numbers: &numbers,
                none: page.t("maps-not-due"),
            };
            let (svg, table) = (chart.svg(), shown::table(&page, &title, &columns, chart.table()));
            let about = page.t1("maps-reported-about", "form", &measure.0.name);
            charts.push(Section::new(&page, page.t("maps-reported-heading"), about, svg, table));
        }
    }

    let path = |view: &View| format!("/units/{unit}/charts?{}", view.query());
    let main = ChartsPage {
        p: &page,
        title,
        notice: match (view.in_force(&register), charts.is_empty()) {
            (false, _) => page.t1("returns-not-in-force", "day", date(view.day())),
            (true, true) => page.t("maps-no-months"),
            (true, false) => String::new(),
        },
        charts,
        steps: {
            let years = app.periods().into_iter().filter_map(|it| it.within(Frequency::Year));
            Pager::new(page.t("maps-steps"), shown::steps(years, &view, path))
        },
        under: view.under_words(&page),
        then: view.with_under(&register, Under::Then).map(|it| path(&it)),
        now: view.with_under(&register, Under::Now).map(|it| path(&it)),
        unit_page: format!("/units/{unit}?{}", view.query()),
    };
    let status = if wish.issues.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.show_with(status, &main.title, &wish.issues, &main)
}

/// One panel per telling indicator of which any month is known.
fn panels(app: &App, p: &Page, catalogue: &Catalogue, view: &View, months: &[Period]) -> Result<Vec<Panel>> {
    let panel = |it: &kernel::Indicator| -> Result<Panel> {
        let totals: Vec<figures::Total> = app.totals(|engine| {
            months
                .iter()
                .map(|month| view.with_period(*month).total(engine, view.unit, it.id()).unwrap_or_default())
                .collect()
        })?;
        let measure = if it.is_ratio() { "%" } else { &it.measure };
        let label = |total: &figures::Total| returns::figure::in_words(total, it).unwrap_or_else(|| p.t("maps-none"));
        Ok(Panel {
            name: format!("{} ({measure})", p.indicator(it)),
            values: totals.iter().map(returns::figure::amount).collect(),
            labels: totals.iter().map(label).collect(),
        })
    };
    let mut panels: Vec<Panel> = shown::telling(catalogue).map(panel).collect::<Result<_>>()?;
    panels.retain(|it| it.values.iter().any(Option::is_some));
    Ok(panels)
}
