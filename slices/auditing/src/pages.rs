use askama::Template;
use audit::{Anchor, Entry, Found, Place, Search};
use axum::{
    extract::{Query, State},
    response::Response,
};
use kernel::{Day, Instant, Issue, Issues, UnitId};
use serde::{Deserialize, Serialize};
use web::{App, Duty, Field, Page, Result, Right, Role, Who};

use crate::{READ, scope::Reach};

/// How many entries a page shows.
const ROWS: i64 = 100;
/// How many days are searched if nothing else is asked.
const DAYS: i32 = 30;
/// How many anchors are shown.
const ANCHORS: i64 = 50;
/// The longest word that is looked for.
const WORD: usize = 60;

/// What the address asks.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    unit: String,
    actor: String,
    act: String,
    object: String,
    from: String,
    until: String,
    after: String,
}

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
    rows: Vec<Row>,
    next: Option<String>,
    whole: bool,
}

struct Row {
    at: String,
    actor: String,
    act: String,
    code: String,
    unit: String,
    object: String,
    place: String,
}

/// `GET /audit`: what was done, the latest first. Itself an entry.
pub(crate) async fn search(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (register, scope) = (app.register.get(), who.scope(READ)?);
    let reach = Reach::new(&register, &scope, page.today);
    let mut issues = Issues::new();
    let from = day(&asked.from, "from", page.today.plus(-DAYS), &mut issues);
    let last = day(&asked.until, "until", page.today, &mut issues);
    let unit = match asked.unit.trim() {
        "" => None,
        text => {
            let found = text.parse().or_else(|_| register.resolve(text, page.today));
            // Out of scope is not found.
            let found = found.ok().filter(|it| reach.units.contains(it));
            if found.is_none() {
                issues.push(Issue::new("unit", "auditing-unit-unknown"));
            }
            found
        }
    };
    for (field, text) in [("actor", &asked.actor), ("act", &asked.act), ("object", &asked.object)] {
        if text.chars().count() > WORD {
            issues.push(Issue::new(field, "auditing-word-long").with("max", WORD));
        }
    }
    let one = unit.map(|it| vec![it]);
    let mut rows = Vec::new();
    if issues.is_empty() {
        let search = Search {
            units: one.as_deref().unwrap_or(&reach.units),
            without_unit: reach.whole && unit.is_none(),
            from: Instant::at(from, 0),
            until: Instant::at(last.plus(1), 0),
            actor: asked.actor.trim(),
            act: asked.act.trim(),
            object: asked.object.trim(),
            after: place(&asked.after),
            limit: ROWS + 1,
        };
        let mut tx = app.db.write().await?;
        rows = audit::search(&mut tx, &search).await?;
        // The look is an entry too; ids and words of ours only.
        let object = asked_for(&asked, from, last);
        note(&app, &mut tx, &who, "audit.read", unit, &object).await?;
        tx.commit().await?;
    }
    let more = rows.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|it| address(&asked, it.place));
    let in_words = |it: Found| Row {
        at: moment(it.place.at),
        actor: it.actor,
        act: act(&page, &it.act),
        unit: it.unit.map(|unit| register.path(unit, page.today)).unwrap_or_default(),
        code: it.act,
        object: it.object,
        place: format!("{}/{}", it.place.province, it.place.seq),
    };
    let (from, last) = (from.to_string(), last.to_string());
    let field = |name, label, value| Field::new(&page, name, label, value, &issues);
    let main = Shown {
        p: &page,
        unit: field("unit", "auditing-unit", &asked.unit),
        actor: field("actor", "auditing-actor", &asked.actor),
        act: field("act", "auditing-act", &asked.act).hint(page.t("auditing-act-hint")),
        object: field("object", "auditing-object", &asked.object).hint(page.t("auditing-object-hint")),
        from: field("from", "auditing-from", &from).kind("date", "off"),
        until: field("until", "auditing-until", &last).kind("date", "off"),
        rows: rows.into_iter().map(in_words).collect(),
        next,
        whole: reach.whole,
    };
    page.show_issues(&page.t("auditing-title"), &issues, &main)
}

async fn note(
    app: &App,
    tx: &mut store::Conn,
    who: &Who,
    act: &'static str,
    unit: Option<UnitId>,
    object: &str,
) -> Result<()> {
    let entry = Entry { province: 0, at: app.clock.now(), actor: who.actor(), act, unit, object };
    Ok(audit::append(tx, &entry).await?)
}

/// What was asked, for the audit: letters that a name, an act or an id may have, nothing else.
fn asked_for(asked: &Asked, from: Day, last: Day) -> String {
    let plain = |it: &char| it.is_ascii_alphanumeric() || ".-_:".contains(*it);
    let word = |text: &str| viet::fold(text).chars().filter(plain).collect::<String>();
    let mut res = format!("{from}/{last}");
    for (name, text) in [("actor", &asked.actor), ("act", &asked.act), ("object", &asked.object)] {
        if !text.trim().is_empty() {
            res.extend([" ", name, "=", &word(text)]);
        }
    }
    res
}

fn day(text: &str, field: &str, otherwise: Day, issues: &mut Issues) -> Day {
    if text.trim().is_empty() {
        return otherwise;
    }
    Day::parse(text.trim()).unwrap_or_else(|| {
        issues.push(Issue::new(field, "auditing-day-wrong"));
        otherwise
    })
}

/// `at.chain.number`, as [`address`] writes it.
fn place(text: &str) -> Option<Place> {
    let mut parts = text.split('.').map(|it| it.parse::<i64>().ok());
    Some(Place { at: Instant::from_micros(parts.next()??), province: parts.next()??, seq: parts.next()?? })
}

fn address(asked: &Asked, last: Place) -> String {
    let after = format!("{}.{}.{}", last.at.micros(), last.province, last.seq);
    let query = serde_urlencoded::to_string(Asked { after, ..asked.clone() }).unwrap_or_default();
    format!("/audit?{query}")
}

/// An act in words; its code if there are none.
fn act(page: &Page, code: &str) -> String {
    let id = format!("auditing-act-{}", code.replace('.', "-"));
    let said = page.t(&id);
    if said == id { code.to_owned() } else { said }
}

fn moment(at: Instant) -> String {
    let (year, month, day) = at.day().civil();
    format!("{} {}", viet::date_short(year, month, day), at.time())
}

#[derive(Template)]
#[template(path = "anchors.html")]
struct Anchors<'a> {
    p: &'a Page,
    anchors: Vec<(String, Anchor)>,
}

/// `GET /audit/anchors`: the signed heads.
pub(crate) async fn anchors(State(app): State<App>, page: Page) -> Result<Response> {
    let anchors = audit::anchors(&mut app.db.read().await?, ANCHORS).await?;
    let anchors = anchors.into_iter().map(|it| (moment(it.at), it)).collect();
    page.show(&page.t("auditing-anchors"), &Anchors { p: &page, anchors })
}

#[derive(Template)]
#[template(path = "rights.html")]
struct Rights<'a> {
    p: &'a Page,
    routes: Vec<(&'static str, &'static str, String, String)>,
}

/// `GET /audit/rights`: every way in, its right, the roles that have it.
pub(crate) async fn rights(State(app): State<App>, page: Page) -> Result<Response> {
    let roles = |right: Right| match right {
        Right::Public => page.t("auditing-everybody"),
        Right::May(permission) => {
            let held = app.slices.iter().flat_map(|it| it.permissions).filter(|(it, _)| *it == permission);
            let duties: Vec<Duty> = held.flat_map(|it| it.1).copied().collect();
            let roles = Role::all().filter(|it| duties.iter().any(|duty| it.has(*duty)));
            let names = roles.map(|it| page.t(&format!("access-role-{}", it.word())));
            names.collect::<Vec<_>>().join(", ")
        }
        _ => page.t("auditing-signed-in"),
    };
    let code = |right: Right| match right {
        Right::May(permission) => permission.0.to_owned(),
        _ => String::new(),
    };
    let all = app.slices.iter().flat_map(|it| (it.routes)());
    let routes = all.map(|it| (it.method, it.path, code(it.right), roles(it.right))).collect();
    page.show(&page.t("auditing-rights"), &Rights { p: &page, routes })
}
