use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use kernel::{Frequency, Indicator, Issues, Period, Register, UnitId, UnitState};
use serde_json::json;
use web::{App, Cell, Choice, Column, Crumb, Error, Group, Page, Result, Row, Select, Table, Typed, Who};

use super::front::day;
use crate::{
    RELEASE, acts,
    conceal::Sheet,
    open::{Release, Sheets},
    store::open as rows,
};

#[derive(Template)]
#[template(path = "open.html")]
struct List<'a> {
    p: &'a Page,
    table: Table,
    /// For those who may publish: the roots, the years.
    publish: Option<(Select<'a>, Select<'a>)>,
}

/// `GET /open`: what was published.
pub(crate) async fn list(State(app): State<App>, page: Page) -> Result<Response> {
    render(&app, &page, &Issues::new()).await
}

async fn render(app: &App, page: &Page, issues: &Issues) -> Result<Response> {
    let register = app.register.get();
    let releases = rows::releases(&mut app.db.read().await?).await?;
    let row = |it: &Release| Row {
        cells: vec![
            Cell::link(
                format!("{} – {}", name(&register, it.root, it), page.period(it.period)),
                format!("/open/{}", it.id),
            ),
            Cell::new(day(it.released_at)),
        ],
    };
    let table = Table {
        caption: page.t("portal-open-caption"),
        columns: vec![Column::words(page.t("portal-open-what")), Column::words(page.t("portal-open-when"))],
        rows: releases.iter().map(row).collect(),
        foot: None,
    };
    let main = List { p: page, table, publish: publish(app, page, &register, issues) };
    page.clone().describes(page.t("portal-way-open")).show_issues(&page.t("portal-nav-open"), issues, &main)
}

/// What somebody may publish: the roots that they cover, and the years that are over.
fn publish<'a>(app: &App, page: &Page, register: &Register, issues: &Issues) -> Option<(Select<'a>, Select<'a>)> {
    let scope = page.who.as_ref()?.scope(RELEASE).ok()?;
    let covers = |it: &&UnitState| scope.cover(register, it.id, page.today) == web::Cover::Full;
    let choice = |it: &UnitState| Choice { value: it.id.to_string(), label: it.full_name.clone() };
    let roots: Vec<Choice> = register.roots(page.today).into_iter().filter(covers).map(choice).collect();
    if roots.is_empty() {
        return None;
    }
    let over = |it: &Period| it.frequency() == Frequency::Year && it.last() < page.today;
    let years: Vec<Period> =
        app.periods().into_iter().filter_map(|it| it.within(Frequency::Year)).filter(over).collect();
    let flat = |it: Group| it.options;
    let years = page.periods(years, None).into_iter().flat_map(flat);
    let years = years.map(|it| Choice { value: it.value, label: it.label }).collect();
    Some((
        Select::new(page, "unit", "portal-open-root", "", roots, issues),
        Select::new(page, "period", "portal-open-period", "", years, issues),
    ))
}

fn name(register: &Register, unit: UnitId, release: &Release) -> String {
    register.nearest(unit, release.period.last()).map(|it| it.full_name.clone()).unwrap_or_default()
}

/// A release and the unit of it that an address names: by default the root.
async fn found(app: &App, id: &str, unit: &str) -> Result<(Release, UnitId, Sheets)> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    let mut conn = app.db.read().await?;
    let release = rows::find(&mut conn, id).await?.ok_or(Error::NotFound)?;
    let unit = if unit.is_empty() { release.root } else { unit.parse().map_err(|_| Error::NotFound)? };
    let text = rows::sheet(&mut conn, release.root.0, release.id, unit.0).await?.ok_or(Error::NotFound)?;
    let sheets = serde_json::from_str(&text).map_err(|err| Error::Internal(err.into()))?;
    Ok((release, unit, sheets))
}

#[derive(Template)]
#[template(path = "open_sheet.html")]
struct Shown<'a> {
    p: &'a Page,
    title: String,
    about: String,
    indicator: Select<'a>,
    unit: UnitId,
    here: String,
    table: Table,
    csv: String,
    json: String,
}

/// `GET /open/{id}?unit=&indicator=`: one indicator over the units directly below a unit.
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Typed(asked);
    let (release, unit, sheets) = found(&app, &id, asked.text("unit")).await?;
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let state = register.nearest(unit, release.period.last()).ok_or(Error::NotFound)?;
    let known = |code: &str| catalogue.by_code(code).filter(|it| sheets.contains_key(&it.code));
    let first = catalogue.indicators().iter().find(|it| sheets.contains_key(&it.code));
    let indicator = known(asked.text("indicator")).or(first).ok_or(Error::NotFound)?;
    let sheet = sheets.get(&indicator.code).ok_or(Error::NotFound)?;
    let title = format!("{} – {}", state.full_name, page.period(release.period));
    let here = format!("/open/{}", release.id);
    let file = |kind: &str| format!("{here}/figures.{kind}?unit={unit}");
    let mut crumbs = vec![Crumb { label: page.t("portal-nav-open"), path: "/open".to_owned() }];
    if unit != release.root {
        let path = format!("{here}?indicator={}", indicator.code);
        crumbs.push(Crumb { label: name(&register, release.root, &release), path });
    }
    let main = Shown {
        p: &page,
        about: page.ta(
            "portal-open-about",
            &[("day", day(release.released_at)), ("boundaries", web::date(release.period.last()))],
        ),
        indicator: Select::grouped(
            &page,
            "indicator",
            "portal-open-indicator",
            page.indicators(catalogue.indicators().iter().filter(|it| sheets.contains_key(&it.code)), Some(indicator)),
        ),
        table: table(&app, &page, &register, &release, indicator, sheet).await?,
        unit,
        csv: file("csv"),
        json: file("json"),
        title: title.clone(),
        here,
    };
    page.clone().crumbs(crumbs).synthetic(state.synthetic).describes(title.clone()).show(&title, &main)
}

async fn table(
    app: &App,
    p: &Page,
    register: &Register,
    release: &Release,
    indicator: &Indicator,
    sheet: &Sheet,
) -> Result<Table> {
    let number = |it: i64| viet::decimal(it, indicator.decimals);
    // Units below which something was published lead on.
    let deeper: Vec<i64> = rows::units(&mut app.db.read().await?, release.root.0, release.id).await?;
    let row = |(unit, value): &(i64, Option<i64>)| {
        let leads = deeper.contains(unit) && value.is_some() && !indicator.is_guarded();
        let path = format!("/open/{}?unit={}&indicator={}", release.id, UnitId(*unit), indicator.code);
        Row {
            cells: vec![
                Cell::link(name(register, UnitId(*unit), release), if leads { path } else { String::new() }),
                Cell::new(value.map(number).unwrap_or_default()),
            ],
        }
    };
    let (told, silent): (Vec<_>, Vec<_>) = sheet.rows.iter().partition(|it| it.1.is_some());
    let several = |text: &str, units: Vec<i64>, value: String| {
        let names: Vec<String> = units.iter().map(|it| name(register, UnitId(*it), release)).collect();
        let head = Cell { text: p.t1(text, "count", names.len()), notes: vec![names.join(", ")], ..Cell::default() };
        Row { cells: vec![head, Cell::new(value)] }
    };
    let mut all: Vec<Row> = told.into_iter().map(row).collect();
    if let Some(sum) = sheet.merged_sum {
        all.push(several("portal-open-merged", sheet.merged.clone(), number(sum)));
    }
    if !silent.is_empty() {
        all.push(several("portal-open-silent", silent.iter().map(|it| it.0).collect(), String::new()));
    }
    Ok(Table {
        caption: format!("{} ({})", p.indicator(indicator), indicator.measure),
        columns: vec![Column::words(p.t("portal-open-unit")), Column::numbers(p.t("portal-open-value"))],
        rows: all,
        foot: Some(Row { cells: vec![Cell::new(p.t("portal-open-total")), Cell::new(number(sheet.total))] }),
    })
}

/// `GET /open/{id}/figures.csv?unit=`: every indicator of a unit. A merged unit says so; what is empty was not reported.
pub(crate) async fn csv(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let (release, unit, sheets) = found(&app, &id, Typed(asked).text("unit")).await?;
    let register = app.register.get();
    let internal = |err: csv::Error| Error::Internal(err.into());
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(["period", "indicator", "unit_id", "unit_code", "full_name", "value", "status"])
        .map_err(internal)?;
    let period = release.period.to_string();
    for (code, sheet) in &sheets {
        let mut write = |unit: i64, value: Option<i64>, status: &str| {
            let state = register.nearest(UnitId(unit), release.period.last());
            let (unit_code, full_name) = state.map(|it| (it.code.as_str(), it.full_name.as_str())).unwrap_or_default();
            let value = value.map(|it| it.to_string()).unwrap_or_default();
            let unit = UnitId(unit).to_string();
            out.write_record([&period, code, unit.as_str(), unit_code, full_name, &value, status]).map_err(internal)
        };
        write(unit.0, Some(sheet.total), "total")?;
        for (unit, value) in &sheet.rows {
            write(*unit, *value, if value.is_some() { "value" } else { "missing" })?;
        }
        for unit in &sheet.merged {
            write(*unit, None, "merged")?;
        }
        if let Some(sum) = sheet.merged_sum {
            write(unit.0, Some(sum), "merged_sum")?;
        }
    }
    let bytes = out.into_inner().map_err(|err| Error::Internal(err.into_error().into()))?;
    Ok(attached("text/csv; charset=utf-8", &release, unit, "csv", bytes))
}

/// `GET /open/{id}/figures.json?unit=`: the same for programs.
pub(crate) async fn json(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let (release, unit, sheets) = found(&app, &id, Typed(asked).text("unit")).await?;
    let register = app.register.get();
    let named = |it: i64| json!({ "id": UnitId(it).to_string(), "full_name": name(&register, UnitId(it), &release) });
    let row = |it: &(i64, Option<i64>)| json!({ "unit": named(it.0), "value": it.1 });
    let sheet = |it: &Sheet| {
        json!({
            "total": it.total,
            "units": it.rows.iter().map(row).collect::<Vec<_>>(),
            "merged": it.merged.iter().map(|it| named(*it)).collect::<Vec<_>>(),
            "merged_sum": it.merged_sum,
        })
    };
    let figures: serde_json::Map<String, serde_json::Value> =
        sheets.iter().map(|(code, it)| (code.clone(), sheet(it))).collect();
    let all = json!({
        "unit": named(unit.0),
        "period": release.period.to_string(),
        "released_on": release.released_at.day().to_string(),
        "figures": figures,
    });
    Ok(attached("application/json", &release, unit, "json", all.to_string().into_bytes()))
}

fn attached(kind: &'static str, release: &Release, unit: UnitId, ending: &str, bytes: Vec<u8>) -> Response {
    let name = format!("{unit}-{}.{ending}", release.period.to_string().replace(':', "-"));
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "public, max-age=3600".to_owned()),
    ];
    (headers, bytes).into_response()
}

/// `POST /open`
pub(crate) async fn release(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let root: UnitId = typed.text("unit").parse().map_err(|_| Error::NotFound)?;
    let period = Period::parse(typed.text("period")).map_err(|_| Error::Bad("period"))?;
    let done = acts::release(&app, &who, root, period).await;
    let to = |kept| {
        let done = if kept == 0 { "published-figures" } else { "published-figures-kept" };
        format!("/open?done={done}")
    };
    web::answered(done, to, async |issues| render(&app, &page, &issues).await).await
}
