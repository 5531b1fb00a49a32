use askama::Template;
use audit::{Anchor, Entry, Found};
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use kernel::{Issue, Issues};
use web::{
    App, Cell, Column, Duty, Empty, Error, Field, List, Page, Result, Right, Role, Route, Row, Table, Who, moment,
};

use crate::{
    READ,
    asked::{Asked, Wanted},
    scope::Reach,
};

/// How many entries a page shows.
const ROWS: i64 = 100;
/// How many entries a file holds at most.
const FILE_ROWS: i64 = 50_000;
/// How many anchors are shown.
const ANCHORS: i64 = 50;

#[derive(Template)]
#[template(path = "audit.html")]
struct Shown<'a> {
    p: &'a Page,
    unit: Field<'a>,
    actor: Field<'a>,
    act: Field<'a>,
    object: Field<'a>,
    from: Field<'a>,
    until: Field<'a>,
    list: List,
    file: String,
    whole: bool,
}

/// `GET /audit`: what was done, the latest first. Itself an entry.
pub(crate) async fn search(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let register = app.register.get();
    let reach = Reach::new(&register, &who.scope(READ)?, page.today);
    let read = Wanted::read(&asked, &register, &reach, page.today);
    let mut rows = match &read {
        Ok(wanted) => found(&app, &who, &asked, wanted, &reach, ROWS + 1).await?,
        Err(_) => Vec::new(),
    };
    let (from, last) = asked.days(page.today);
    let issues = read.err().unwrap_or_default();
    let more = rows.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|it| asked.after("/audit", it.place));
    let words = ["at", "actor", "act", "unit", "object", "row"];
    let columns = words.map(|it| Column::words(page.t(&format!("auditing-{it}")))).to_vec();
    let row = |it: Found| {
        vec![
            Cell::new(moment(it.place.at)),
            Cell::new(it.actor),
            Cell::new(page.act(&it.act)).note(it.act),
            Cell::new(it.unit.map(|unit| register.path(unit, page.today)).unwrap_or_default()),
            Cell::new(it.object),
            Cell::new(format!("{}/{}", it.place.province, it.place.seq)),
        ]
    };
    let list = List::new(columns, rows.into_iter().map(row), page.t("auditing-none"));
    let field = |name, label, value| Field::new(&page, name, label, value, &issues);
    let main = Shown {
        p: &page,
        unit: field("unit", "auditing-unit", &asked.unit),
        actor: field("actor", "auditing-actor", &asked.actor),
        act: field("act", "auditing-act", &asked.act).hint(page.t("auditing-act-hint")),
        object: field("object", "auditing-object", &asked.object).hint(page.t("auditing-object-hint")),
        from: field("from", "auditing-from", &from).kind("date", "off"),
        until: field("until", "auditing-until", &last).kind("date", "off"),
        list: list.more(next.map(|path| (page.t("auditing-older"), path))),
        file: asked.address("/audit.csv"),
        whole: reach.whole,
    };
    page.show_issues(&page.t("auditing-title"), &issues, &main)
}

/// Looks, and writes down that somebody looked; ids and words of ours only.
async fn found(app: &App, who: &Who, asked: &Asked, wanted: &Wanted, reach: &Reach, limit: i64) -> Result<Vec<Found>> {
    let mut tx = app.db.write().await?;
    let rows = audit::search(&mut tx, &wanted.search(asked, reach, limit)).await?;
    let (act, object) = ("audit.read", wanted.in_words(asked));
    let entry = Entry { province: 0, at: app.clock.now(), actor: who.actor(), act, unit: wanted.unit, object: &object };
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(rows)
}

/// `GET /audit.csv`: the same as a file, the latest first, whole or refused: a file that stops in the middle would be
/// taken for all there is.
pub(crate) async fn file(State(app): State<App>, page: Page, who: Who, Query(asked): Query<Asked>) -> Result<Response> {
    let register = app.register.get();
    let reach = Reach::new(&register, &who.scope(READ)?, page.today);
    let wanted = Wanted::read(&asked, &register, &reach, page.today).map_err(Error::Refused)?;
    let rows = found(&app, &who, &asked, &wanted, &reach, FILE_ROWS + 1).await?;
    if rows.len() > usize::try_from(FILE_ROWS).unwrap_or(usize::MAX) {
        let issues: Issues = vec![Issue::new("from", "auditing-file-long").with("max", FILE_ROWS)];
        return page.show_issues(
            &page.t("auditing-title"),
            &issues,
            &TooMany { p: &page, back: asked.address("/audit") },
        );
    }
    let mut file = csv::Writer::from_writer(Vec::new());
    let cannot = |err: csv::Error| Error::Internal(Box::new(err));
    file.write_record(["at", "chain", "row", "actor", "act", "unit", "unit_name", "object"]).map_err(cannot)?;
    for it in rows {
        let unit = it.unit.map(|unit| unit.to_string()).unwrap_or_default();
        let name = it.unit.map(|unit| register.path(unit, page.today)).unwrap_or_default();
        let (chain, row) = (it.place.province.to_string(), it.place.seq.to_string());
        let at = it.place.at.to_string();
        let cells = [at, chain, row, it.actor, it.act, unit, name, it.object].map(harmless);
        file.write_record(cells).map_err(cannot)?;
    }
    let bytes = file.into_inner().map_err(|err| Error::Internal(Box::new(err.into_error())))?;
    let (from, last) = asked.days(page.today);
    let name = format!("attachment; filename=\"audit-{from}-{last}.csv\"");
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[derive(Template)]
#[template(path = "too_many.html")]
struct TooMany<'a> {
    p: &'a Page,
    back: String,
}

#[derive(Template)]
#[template(path = "anchors.html")]
struct Anchors<'a> {
    p: &'a Page,
    anchors: Table,
}

/// A table whose columns hold words.
fn table(p: &Page, caption: String, columns: &[&str], rows: impl Iterator<Item = Row>) -> Table {
    let columns = columns.iter().map(|it| Column::words(p.t(it))).collect();
    Table { caption, columns, rows: rows.collect(), foot: None }
}

/// `GET /audit/anchors`: the signed heads.
pub(crate) async fn anchors(State(app): State<App>, page: Page) -> Result<Response> {
    let anchors = audit::anchors(&mut app.db.read().await?, ANCHORS).await?;
    let row = |it: Anchor| Row {
        cells: [it.number.to_string(), moment(it.at), it.chains.to_string(), it.key, it.signature]
            .map(Cell::new)
            .into(),
    };
    let columns = ["auditing-anchor", "auditing-at", "auditing-chains", "auditing-key", "auditing-signature"];
    let anchors = table(&page, page.t("auditing-anchors-latest"), &columns, anchors.into_iter().map(row));
    page.show(&page.t("auditing-anchors"), &Anchors { p: &page, anchors })
}

#[derive(Template)]
#[template(path = "rights.html")]
struct Rights<'a> {
    p: &'a Page,
    routes: Table,
    apart: Table,
}

/// `GET /audit/rights`: every way in, its right, the roles that have it; which roles nobody holds on one day.
pub(crate) async fn rights(State(app): State<App>, page: Page) -> Result<Response> {
    let name = |role: Role| page.t(&format!("access-role-{}", role.word()));
    let roles = |right: Right| match right {
        Right::Public => page.t("auditing-everybody"),
        Right::May(permission) => {
            let held = app.slices.iter().flat_map(|it| it.permissions).filter(|(it, _)| *it == permission);
            let duties: Vec<Duty> = held.flat_map(|it| it.1).copied().collect();
            let roles = Role::all().filter(|it| duties.iter().any(|duty| it.has(*duty)));
            roles.map(name).collect::<Vec<_>>().join(", ")
        }
        _ => page.t("auditing-signed-in"),
    };
    let code = |right: Right| match right {
        Right::May(permission) => permission.0.to_owned(),
        _ => String::new(),
    };
    let row = |it: &Route| Row {
        cells: [format!("{} {}", it.method, it.path), code(it.right), roles(it.right)].map(Cell::new).into(),
    };
    let all: Vec<Route> = app.slices.iter().flat_map(|it| (it.routes)()).collect();
    let columns = ["auditing-way", "auditing-right", "auditing-roles"];
    let caption = page.t1("auditing-rights-count", "count", all.len());
    let routes = table(&page, caption, &columns, all.iter().map(row));
    let others = |role: Role| Role::all().filter(move |it| it.excludes(role));
    let apart = Role::all().filter(|it| others(*it).next().is_some()).map(|it| Row {
        cells: vec![Cell::new(name(it)), Cell::new(others(it).map(name).collect::<Vec<_>>().join(", "))],
    });
    let columns = ["auditing-role", "auditing-never-with"];
    let apart = table(&page, page.t("auditing-roles-apart"), &columns, apart);
    page.show(&page.t("auditing-rights"), &Rights { p: &page, routes, apart })
}
