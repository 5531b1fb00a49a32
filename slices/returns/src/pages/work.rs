//! `GET /work`: what waits for the person who asks.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{Catalogue, Deadline, FormId, Period, Register, ReturnId, UnitId};
use web::{App, Badge, Chart, Cover, Empty, Page, Result, Scope, Tile, Tiles, Who};

use super::{board, reminding, words};
use crate::{
    APPROVE, FILL, READ, acts,
    duties::{self, Duty},
    state::State as ReturnState,
    store::{self as rows, Listed},
};

/// So many lines of each list are shown.
const ROWS: usize = 40;
/// So many approved returns are shown.
const APPROVED: usize = 8;
/// So many returns are looked through for those within the scope.
const LOOKED_AT: i64 = 2000;
/// The same for approved ones.
const APPROVED_LOOKED_AT: i64 = 200;

#[derive(Template)]
#[template(path = "work.html")]
struct Main<'a> {
    p: &'a Page,
    fills: bool,
    approves: bool,
    glance: Tiles,
    told: Vec<reminding::Told>,
    todo: List,
    /// Forms that several units still owe: one screen fills them all in.
    together: Vec<Together>,
    waiting: List,
    sent: List,
    approved: List,
    board: Vec<board::Line>,
    chart: Option<Chart>,
    scripts: [&'static str; 1],
}

/// A form and period that several units owe.
struct Together {
    form: String,
    period: String,
    path: String,
    units: usize,
}

/// What several of these units owe alike, in the order of the list.
fn together(rows: &[Row]) -> Vec<Together> {
    let mut res: Vec<Together> = Vec::new();
    for row in rows.iter().filter(|it| it.due_on.is_some()) {
        let path = format!("/work/matrix?form={}&period={}", row.form_code, row.period);
        if let Some(it) = res.iter_mut().find(|it| it.path == path) {
            it.units += 1;
        } else {
            res.push(Together { form: row.form.clone(), period: row.period_name.clone(), path, units: 1 });
        }
    }
    res.retain(|it| it.units > 1);
    res
}

/// A list of returns, cut where it gets long.
struct List {
    rows: Vec<Row>,
    more: usize,
}

/// A return, or one that nobody has opened yet.
struct Row {
    id: Option<ReturnId>,
    unit: UnitId,
    unit_name: String,
    form: String,
    form_code: String,
    period: Period,
    period_name: String,
    deadline: Deadline,
    /// Absent where nobody owes the form.
    due_on: Option<String>,
    due_left: String,
    overdue: bool,
    running: bool,
    state: Option<Badge>,
    late_entry: bool,
    why: Option<String>,
    at: String,
}

/// What rows are described from.
struct Eyes<'a> {
    p: &'a Page,
    register: &'a Register,
    catalogue: &'a Catalogue,
}

impl Eyes<'_> {
    fn row(&self, unit: UnitId, form: FormId, period: Period, found: Option<&Listed>) -> Option<Row> {
        let form = self.catalogue.form(form)?;
        let day = acts::reporting_day(self.register, unit, period).unwrap_or(period.last());
        let deadline = self.catalogue.deadline(form, unit, period);
        let (due_left, overdue) = words::due(self.p, deadline.until);
        Some(Row {
            id: found.map(|it| it.id),
            unit,
            unit_name: self.register.path(unit, day),
            form: form.name.clone(),
            form_code: form.code.clone(),
            period,
            period_name: self.p.period(period),
            deadline,
            due_on: (!form.open).then(|| words::deadline(self.p, deadline)),
            due_left,
            overdue: overdue && !form.open,
            running: self.p.today <= period.last(),
            state: found.map(|it| words::state(self.p, it.state)),
            late_entry: found.is_some_and(|it| it.late_entry),
            why: found.filter(|it| it.state == ReturnState::Returned).and_then(|it| it.returned_why.clone()),
            at: found.map(|it| web::moment(it.sent_at.unwrap_or(it.changed_at))).unwrap_or_default(),
        })
    }

    fn of(&self, found: &Listed) -> Option<Row> {
        self.row(found.unit, found.form, found.period, Some(found))
    }
}

fn list(rows: Vec<Row>, most: usize) -> List {
    let total = rows.len();
    let rows: Vec<Row> = rows.into_iter().take(most).collect();
    List { more: total - rows.len(), rows }
}

/// How much waits: to be filled in, to be approved, for others to approve; only for who does that.
fn glance(p: &Page, todo: Option<&Vec<Row>>, waiting: Option<&Vec<Row>>, sent: &[Row]) -> Tiles {
    let tile = |text: &str, path: &str, count: usize| Tile {
        heading: p.t(text),
        value: count.to_string(),
        path: path.to_owned(),
        ..Tile::default()
    };
    let mut tiles = Vec::new();
    if let Some(rows) = todo {
        let overdue = rows.iter().filter(|it| it.overdue).count();
        let lines = (overdue > 0).then(|| p.t1("returns-tile-overdue", "count", overdue)).into_iter().collect();
        tiles.push(Tile { lines, ..tile("returns-tile-todo", "#todo", rows.len()) });
    }
    tiles.extend(waiting.map(|it| tile("returns-tile-waiting", "#waiting", it.len())));
    if !(tiles.is_empty() || sent.is_empty()) {
        tiles.push(tile("returns-tile-sent", "#sent", sent.len()));
    }
    Tiles { tiles }
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    let (register, catalogue, today) = (app.register.get(), app.catalogue.get(), page.today);
    let read = who.scope(READ)?;
    let (fill, approve) = (who.scope(FILL).ok(), who.scope(APPROVE).ok());
    let covered = |scope: &Option<Scope>, unit: UnitId| {
        scope.as_ref().is_some_and(|it| it.cover(&register, unit, today) == Cover::Full)
    };
    let ledgers = duties::ledgers(&register, &read, today);
    let owed: Vec<Duty> =
        duties::duties(&register, &catalogue, today, |it| read.cover(&register, it, today) == Cover::Full);
    let mut units: Vec<UnitId> = owed.iter().map(|it| it.unit).collect();
    let mut periods: Vec<Period> = owed.iter().map(|it| it.period).collect();
    units.sort_unstable();
    units.dedup();
    periods.sort_unstable();
    periods.dedup();
    let (filed, unsettled, approved) = {
        let mut conn = app.db.read().await?;
        let filed =
            if owed.is_empty() { Vec::new() } else { rows::listed(&mut conn, &ledgers, &units, &periods).await? };
        let unsettled = rows::unsettled(&mut conn, &ledgers, LOOKED_AT).await?;
        (filed, unsettled, rows::approved(&mut conn, &ledgers, APPROVED_LOOKED_AT).await?)
    };
    let filed: HashMap<(UnitId, FormId, Period), &Listed> =
        filed.iter().map(|it| ((it.unit, it.form, it.period), it)).collect();
    let eyes = Eyes { p: &page, register: &register, catalogue: &catalogue };

    // What is owed and not yet sent, and whatever else was begun.
    let mine = |it: &&Duty| covered(&fill, it.unit);
    let unsent = |it: &&Duty| filed.get(&(it.unit, it.form, it.period)).is_none_or(|it| !it.is_sent());
    let missing: Vec<&Duty> = owed.iter().filter(mine).filter(unsent).collect();
    let told = reminding::told(&app, &page, (&register, &catalogue), &ledgers, &missing).await?;
    let mut todo: Vec<Row> = owed
        .iter()
        .filter(mine)
        .filter(unsent)
        .filter_map(|it| eyes.row(it.unit, it.form, it.period, filed.get(&(it.unit, it.form, it.period)).copied()))
        .collect();
    let begun = unsettled.iter().filter(|it| it.state.is_open() && covered(&fill, it.unit));
    for row in begun.filter_map(|it| eyes.of(it)) {
        if todo.iter().all(|it| it.id != row.id) {
            todo.push(row);
        }
    }
    let sent_back = |it: &Row| it.state.as_ref().is_some_and(|it| it.class == ReturnState::Returned.word());
    todo.sort_by_key(|it| (!sent_back(it), it.deadline, it.unit));

    let stands_above = |it: &&Listed| {
        let day = it.closes_on.unwrap_or(it.period.last());
        approve.as_ref().is_some_and(|scope| acts::stands_above(&register, scope, it.unit, day, today))
    };
    let submitted = || unsettled.iter().filter(|it| it.state == ReturnState::Submitted);
    let mut waiting: Vec<&Listed> = submitted().filter(stands_above).collect();
    waiting.sort_by_key(|it| (it.sent_at, it.id));
    let waiting: Vec<Row> = waiting.into_iter().filter_map(|it| eyes.of(it)).collect();
    let sent = submitted().filter(|it| covered(&fill, it.unit) && !stands_above(it));
    let sent: Vec<Row> = sent.filter_map(|it| eyes.of(it)).collect();
    let done = approved.iter().filter(|it| read.cover(&register, it.unit, today) > Cover::None);

    let board = board::lines(&page, &catalogue, &owed, &filed);
    let main = Main {
        glance: glance(&page, fill.is_some().then_some(&todo), approve.is_some().then_some(&waiting), &sent),
        fills: fill.is_some(),
        approves: approve.is_some(),
        told,
        together: together(&todo),
        todo: list(todo, ROWS),
        waiting: list(waiting, ROWS),
        sent: list(sent, ROWS),
        approved: list(done.take(APPROVED).filter_map(|it| eyes.of(it)).collect(), APPROVED),
        chart: board::chart(&page, &board),
        board,
        scripts: [web::KEEP_JS],
        p: &page,
    };
    let tops = read.tops();
    let invented = !tops.is_empty() && tops.iter().all(|it| register.latest(*it).is_some_and(|it| it.synthetic));
    let title = page.t("returns-nav-work");
    page.clone().synthetic(invented).show(&title, &main)
}
