//! A unit's own page.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use figures::{Engine, Refusal, Total};
use kernel::{
    Calendar, Catalogue, Day, Extent, Frequency, IndicatorId, Period, Register, Succession, UnitId, UnitState,
};
use returns::{
    change::change,
    view::{Asked, Seen, Under, View, Wish},
};
use web::{App, Empty, Facts, Group, Notice, Page, Pager, Result, Select, Tile, Tiles, Who, date};

use crate::{
    children::{self, Children, FiledBy},
    drill::titled,
    heed,
    shown::{Shown, Words},
    store,
};

/// What stands in tiles, the most telling first.
const TELLING: [&str; 16] = [
    "LAU01", "LAU02", "MOD02", "MOD00", "MOD04", "STD14", "STD24", "TIP02", "TIP01", "OUT01", "OUT02", "MED07",
    "FOR11", "FES01", "AWA03", "FIN03",
];
/// No more tiles than are read at a glance.
const TILES: usize = 8;

#[derive(Template)]
#[template(path = "unit.html")]
struct UnitPage<'a> {
    p: &'a Page,
    state: &'a UnitState,
    facts: Facts,
    origin: String,
    /// What it was made from, and what it became.
    kin: Vec<(String, Vec<Kin>)>,
    /// Notices on top: shared past, incomplete hierarchy, not in force.
    notices: Vec<Notice>,
    here: String,
    periods: Select<'a>,
    period: String,
    days_of_period: String,
    boundaries: String,
    earlier: (String, String),
    later: (String, String),
    then: Option<String>,
    now: Option<String>,
    under: String,
    pinned: Tiles,
    tiles: Tiles,
    /// What has moved most: name, address, how far.
    moved: Vec<(String, String, String)>,
    children: Children,
    groups: Vec<(String, Vec<Line>)>,
    year_before: String,
    /// What other slices offer about the unit and this period.
    more: Vec<(String, String)>,
}

/// A figure of the page.
#[derive(Debug)]
struct Line {
    name: String,
    path: String,
    words: Words,
    before: String,
    change: String,
}

/// A unit that this one came from or went on in.
#[derive(Debug)]
struct Kin {
    name: String,
    path: String,
    on: String,
    extent: String,
    instrument: String,
}

/// `GET /units/{id}?period=&on=&boundaries=`
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let seen = Seen::read(&id, &who, &register, page.today)?;
    let catalogue = catalogue.seen_from(&register, seen.unit, page.today);
    let wish = Wish::read(&asked);
    let view = View::choose(&app, &register, seen.unit, &wish, page.today, any(&catalogue))?;
    let Some(state) = view.state(&register) else { return Err(web::Error::NotFound) };
    let page = page.crumbs(view.crumbs(&register, &seen)).synthetic(state.synthetic);
    let below = children::units(&register, &view);
    let filed = filed(&app, &register, &view, &below).await?;
    let from_above = seen.from_above(&register, view.unit, page.today);
    let shown = Shown { p: &page, register: &register, catalogue: &catalogue, view: &view, from_above };
    let opens = |unit: UnitId| seen.opens(&register, unit, page.today);

    let (totals, before) =
        (totals(&app, &catalogue, &view)?, totals(&app, &catalogue, &view.with_period(view.period.year_before()))?);
    let lines = lines(&shown, &totals, &before);
    let pins = store::pins(&mut app.db.read().await?, who.account, view.unit).await?;
    let pinned = pins.iter().filter_map(|it| catalogue.indicator(*it)).filter(|it| catalogue.is_free(it));
    let pinned = pinned.filter_map(|it| line(&shown, it, &totals, &before)).map(|it| tile(&page, it)).collect();
    let kin = |it: &Succession, other: UnitId| kin(&shown, &opens, it, other);
    let step = |period: Period| (page.period(period), view.with_period(period).unit_path(view.unit));
    let other_way = |under: Under| view.with_under(&register, under).map(|it| it.unit_path(it.unit));
    let main = UnitPage {
        p: &page,
        state,
        facts: Facts::new([
            (page.t("dashboards-level"), page.t(&format!("dashboards-level-{}", state.level as u8))),
            (page.t("dashboards-code"), state.code.clone()),
            (page.t("dashboards-above"), above(&register, &view)),
            (page.t("dashboards-in-force"), days(&page, &register, view.unit)),
        ]),
        origin: register.origin_text(view.unit).unwrap_or_default(),
        kin: titled([
            (
                page.t("dashboards-predecessors"),
                register.predecessors(view.unit).map(|it| kin(it, it.predecessor)).collect(),
            ),
            (page.t("dashboards-successors"), register.successors(view.unit).map(|it| kin(it, it.successor)).collect()),
        ]),
        notices: Notice::warnings(view.notices(&page, &register, &seen)),
        here: format!("/units/{}", view.unit),
        periods: Select::grouped(&page, "period", "dashboards-period", periods(&app, &page, view.period)),
        period: page.period(view.period),
        days_of_period: page.period_and_days(view.period),
        boundaries: view.boundaries_word(),
        earlier: step(view.period.before()),
        later: step(view.period.after()),
        then: other_way(Under::Then),
        now: other_way(Under::Now),
        under: view.under_words(&page),
        pinned: Tiles { tiles: pinned },
        tiles: Tiles { tiles: tiles(&shown, &totals, &before) },
        moved: moved(&shown, &totals, &before),
        children: children::table(&app, &shown, &below, &filed, children::page(&asked), opens)?,
        groups: lines,
        year_before: page.period(view.period.year_before()),
        more: page.about_unit(view.unit, &view.query()),
    };
    page.show_issues(&state.full_name, &wish.issues, &main)
}

/// Whether the unit, or anything below it, has any figure.
pub(crate) fn any(catalogue: &Catalogue) -> impl Fn(&Engine, &View) -> bool {
    |engine, view| {
        let mut all = catalogue.indicators().iter().map(|it| view.total(engine, view.unit, it.id()));
        all.any(|it| it.is_ok_and(|total| total.value.is_some()))
    }
}

/// Every period of which figures are held, the years around them, this year and the period shown.
fn periods(app: &App, p: &Page, shown: Period) -> Vec<Group> {
    let mut all = app.periods();
    all.extend([Some(shown), Period::on(Calendar::Civil, Frequency::Year, p.today)].into_iter().flatten());
    let years: Vec<Period> = all.iter().filter_map(|it| it.within(Frequency::Year)).collect();
    p.periods(all.into_iter().chain(years), Some(shown))
}

/// All totals of the unit for a period.
struct Totals {
    /// By indicator.
    held: HashMap<IndicatorId, Total>,
    /// Those that do not fit.
    too_large: Vec<IndicatorId>,
}

fn totals(app: &App, catalogue: &Catalogue, view: &View) -> Result<Totals> {
    app.totals(|engine| {
        let mut res = Totals { held: HashMap::new(), too_large: Vec::new() };
        for it in catalogue.indicators() {
            match view.total(engine, view.unit, it.id()) {
                Ok(total) => drop(res.held.insert(it.id(), total)),
                Err(Refusal::Overflow) => res.too_large.push(it.id()),
                // Of a unit that is not in force there are none; the page says so.
                Err(Refusal::NotInForce { .. } | Refusal::UnknownUnit(_) | Refusal::UnknownIndicator(_)) => {}
            }
        }
        res
    })
}

fn line(shown: &Shown<'_>, it: &kernel::Indicator, totals: &Totals, before: &Totals) -> Option<Line> {
    let name = shown.p.indicator(it).to_owned();
    let path = shown.view.figure_path(shown.view.unit, &it.code);
    if totals.too_large.contains(&it.id()) {
        let words = Words { value: shown.p.t("dashboards-too-large"), ..Words::default() };
        return Some(Line { name, path, words, before: String::new(), change: String::new() });
    }
    let total = totals.held.get(&it.id())?;
    let earlier = before.held.get(&it.id());
    Some(Line {
        name,
        path,
        words: shown.words(total, it),
        before: earlier.and_then(|before| shown.value(before, it)).unwrap_or_default(),
        change: earlier.and_then(|before| shown.change(total, before, it)).unwrap_or_default(),
    })
}

/// The most telling figures that are there; if these are few, what else is there and is not part of a share.
fn tiles(shown: &Shown<'_>, totals: &Totals, before: &Totals) -> Vec<Tile> {
    let telling = TELLING.iter().filter_map(|code| shown.catalogue.by_code(code));
    let rest =
        shown.catalogue.indicators().iter().filter(|it| !it.is_guarded() && !TELLING.contains(&it.code.as_str()));
    let given = |it: &&kernel::Indicator| totals.held.get(&it.id()).is_some_and(|total| total.value.is_some());
    let shares = shown.catalogue.indicators().iter().filter(|it| it.is_ratio()).filter(given);
    let parts: HashSet<IndicatorId> =
        shares.flat_map(|it| it.rule.numerator.iter().chain(&it.rule.denominator)).map(|it| it.indicator).collect();
    let rest = rest.filter(|it| !parts.contains(&it.id()));
    let chosen = telling.chain(rest).filter(given).take(TILES);
    chosen.filter_map(|it| line(shown, it, totals, before)).map(|it| tile(shown.p, it)).collect()
}

/// The same for another page.
pub(crate) fn telling_tiles(app: &App, shown: &Shown<'_>) -> Result<Vec<Tile>> {
    let before = shown.view.with_period(shown.view.period.year_before());
    Ok(tiles(shown, &totals(app, shown.catalogue, shown.view)?, &totals(app, shown.catalogue, &before)?))
}

/// What has moved most in a year.
fn moved(shown: &Shown<'_>, totals: &Totals, before: &Totals) -> Vec<(String, String, String)> {
    let changes = shown.catalogue.indicators().iter().filter_map(|it| {
        let change = change(totals.held.get(&it.id())?, before.held.get(&it.id())?, it)?;
        Some((change, it))
    });
    let said = |it: &kernel::Indicator| {
        let line = line(shown, it, totals, before)?;
        Some((line.name, line.path, line.change))
    };
    heed::moved(changes).into_iter().filter_map(said).collect()
}

fn tile(p: &Page, line: Line) -> Tile {
    let Words { value, measure, reported, whole, notes } = line.words;
    let whole = if whole { p.t("dashboards-whole") } else { String::new() };
    let said = |it: &String| !it.is_empty();
    Tile {
        heading: line.name,
        value,
        measure,
        path: line.path,
        lines: [line.change].into_iter().filter(said).collect(),
        quiet: [reported, whole].into_iter().chain(notes).filter(said).collect(),
    }
}

/// Every figure that is held, was held a year before, or is owed, under the headings of the catalogue.
fn lines(shown: &Shown<'_>, totals: &Totals, before: &Totals) -> Vec<(String, Vec<Line>)> {
    let mut groups: Vec<(String, Vec<Line>)> = Vec::new();
    for it in shown.catalogue.indicators() {
        let said = totals.held.get(&it.id()).is_some_and(|total| {
            let owed = total.expected.is_some_and(|it| it > 0);
            total.value.is_some() || total.not_separable != 0 || !total.percent_children.is_empty() || owed
        });
        let earlier = before.held.get(&it.id()).is_some_and(|it| it.value.is_some());
        if !said && !earlier && !totals.too_large.contains(&it.id()) {
            continue;
        }
        let Some(line) = line(shown, it, totals, before) else { continue };
        match groups.last_mut() {
            Some((group, lines)) if group == it.heading() => lines.push(line),
            _ => groups.push((it.heading().to_owned(), vec![line])),
        }
    }
    groups
}

/// What the units below filed for exactly this period.
async fn filed(app: &App, register: &Register, view: &View, below: &[&UnitState]) -> Result<FiledBy> {
    let day = view.period.last();
    let mut provinces: Vec<UnitId> = below.iter().filter_map(|it| register.province_of(it.id, day)).collect();
    provinces.sort_unstable();
    provinces.dedup();
    let units: Vec<UnitId> = below.iter().map(|it| it.id).collect();
    let mut found = FiledBy::new();
    if !units.is_empty() {
        let mut conn = app.db.read().await?;
        for it in returns::filed_of(&mut conn, &provinces, &units, view.period).await? {
            found.entry(it.unit).or_default().push(it);
        }
    }
    Ok(found)
}

/// Names of the units above, small to large.
fn above(register: &Register, view: &View) -> String {
    let day = if view.in_force(register) {
        view.day()
    } else {
        register.latest(view.unit).map_or(view.day(), UnitState::last_day)
    };
    register.ancestors(view.unit, day).iter().map(|it| it.full_name.as_str()).collect::<Vec<_>>().join(", ")
}

/// "từ 01/07/2025", "đến hết 30/06/2025".
fn days(p: &Page, register: &Register, unit: UnitId) -> String {
    let Some((from, until)) = register.life(unit) else { return String::new() };
    let (first, last) = (date(from), date(until.plus(-1)));
    match (from == Day::BEGINNING, until == Day::NEVER) {
        (true, true) => p.t("dashboards-days-open"),
        (false, true) => p.t1("dashboards-days-from", "first", first),
        (true, false) => p.t1("dashboards-days-until", "last", last),
        (false, false) => p.ta("dashboards-days", &[("first", first), ("last", last)]),
    }
}

fn kin(shown: &Shown<'_>, opens: &impl Fn(UnitId) -> bool, it: &Succession, other: UnitId) -> Kin {
    let (p, register) = (shown.p, shown.register);
    let day = if other == it.predecessor { it.on.plus(-1) } else { it.on };
    let extent = match it.extent {
        Extent::Whole => "dashboards-extent-whole",
        Extent::AreaAndPopulation => "dashboards-extent-area-population",
        Extent::AreaOnly => "dashboards-extent-area",
        Extent::AreaAllPopulation => "dashboards-extent-area-all-population",
        Extent::PopulationOnly => "dashboards-extent-population",
        Extent::AllAreaNoPopulation => "dashboards-extent-all-area",
        Extent::Remainder => "dashboards-extent-remainder",
        Extent::RemainderPopulation => "dashboards-extent-remainder-population",
        Extent::Derived => "dashboards-extent-derived",
    };
    Kin {
        name: register.path(other, day),
        path: if opens(other) { format!("/units/{other}") } else { String::new() },
        on: date(it.on),
        extent: p.t(extent),
        instrument: it.instrument.clone(),
    }
}
