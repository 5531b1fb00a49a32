//! A team: founding it, its members, its months, closing it.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Issues, Period, TeamId, UnitId};
use web::{App, Choice, Error, Field, Form, Page, Result, Select, Typed, Who};

use super::{Origin, date, may, roster::Line, span, unit_id, way};
use crate::{
    RECORD, acts,
    month::{TypedMonth, open_months},
    place::Area,
    post::posts,
    store::{teams as rows, terms},
    team::{DECISION_MAX, Kind, TypedTeam},
};

#[derive(Template)]
#[template(path = "team_new.html")]
struct Blank<'a> {
    p: &'a Page,
    unit: UnitId,
    kind: Select<'a>,
    decision: Field<'a>,
    founded_on: Field<'a>,
}

pub(crate) async fn blank(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    render_new(&app, page, &who, unit_id(&id)?, &TypedTeam::default(), &Issues::new())
}

pub(crate) async fn found(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Form(typed): Form<TypedTeam>,
) -> Result<Response> {
    let unit = unit_id(&id)?;
    let done = acts::teams::found(&app, &who, unit, &typed).await;
    let to = |id| format!("/teams/{id}?done=people-team-founded");
    web::answered(done, to, async |issues| render_new(&app, page, &who, unit, &typed, &issues)).await
}

fn render_new(app: &App, page: Page, who: &Who, unit: UnitId, typed: &TypedTeam, issues: &Issues) -> Result<Response> {
    acts::place(app, who, RECORD, unit)?;
    let register = app.register.get();
    let state = register.get(unit, page.today).ok_or(Error::NotFound)?;
    let kind = |it: Kind| Choice { value: it.word().to_owned(), label: page.t(&format!("people-kind-{}", it.word())) };
    let main = Blank {
        p: &page,
        unit,
        kind: Select::new(&page, "kind", "people-kind", &typed.kind, Kind::ALL.map(kind).to_vec(), issues),
        decision: decision_field(&page, &typed.decision, issues),
        founded_on: Field::new(&page, "founded_on", "people-founded-on", &typed.founded_on, issues).kind("date", "off"),
    };
    let framed = page.clone().crumbs(way(&page, &register, unit)).synthetic(state.synthetic);
    framed.show_issues(&page.t("people-team-new"), issues, &main)
}

pub(super) fn decision_field<'a>(page: &Page, value: &'a str, issues: &Issues) -> Field<'a> {
    Field::new(page, "decision", "people-decision", value, issues)
        .hint(page.t("people-decision-hint"))
        .most(DECISION_MAX)
}

#[derive(Template)]
#[template(path = "team.html")]
struct Shown<'a> {
    p: &'a Page,
    id: TeamId,
    revision: i64,
    name: String,
    unit: UnitId,
    unit_name: String,
    decision: &'a str,
    days: String,
    members: Vec<Line>,
    over: Vec<Line>,
    /// Its months, for a security team.
    months: Option<Vec<Counted>>,
    ratings: Vec<(i32, String, String, String)>,
    origin: Origin,
    heirs: Option<Select<'a>>,
    record: bool,
    closed: bool,
    sent: &'a str,
    period: Select<'a>,
    patrols: Field<'a>,
    incidents: Field<'a>,
    attendances: Field<'a>,
    last: Field<'a>,
}

struct Counted {
    month: String,
    patrols: String,
    incidents: String,
    attendances: String,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    render(&app, page, &who, team_id(&id)?, "", &TypedMonth::default(), &Typed::default(), &Issues::new()).await
}

pub(crate) async fn count(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Form(typed): Form<TypedMonth>,
) -> Result<Response> {
    let id = team_id(&id)?;
    let done = acts::teams::count(&app, &who, id, &typed).await;
    let to = |()| format!("/teams/{id}?done=people-month-counted");
    web::answered(done, to, async |issues| {
        render(&app, page, &who, id, "month", &typed, &Typed::default(), &issues).await
    })
    .await
}

pub(crate) async fn close(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = team_id(&id)?;
    let done = acts::teams::close(&app, &who, id, typed.text("revision"), typed.text("last")).await;
    let to = |()| format!("/teams/{id}?done=people-team-closed");
    web::answered(done, to, async |issues| {
        render(&app, page, &who, id, "close", &TypedMonth::default(), &typed, &issues).await
    })
    .await
}

pub(crate) async fn give(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = team_id(&id)?;
    let to = typed.text("unit").parse().unwrap_or(UnitId(0));
    let done = acts::teams::give(&app, &who, id, typed.text("revision"), to).await;
    let to = |()| format!("/teams/{id}?done=people-given");
    web::answered(done, to, async |issues| {
        render(&app, page, &who, id, "unit", &TypedMonth::default(), &typed, &issues).await
    })
    .await
}

fn team_id(text: &str) -> Result<TeamId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// "Tháng 10/2026 (15/09/2026–14/10/2026)".
fn month(p: &Page, period: Period) -> String {
    let (year, month, _) = period.last().civil();
    let places = [("month", format!("{month}/{year}")), ("first", date(period.first())), ("last", date(period.last()))];
    p.ta("people-month", &places)
}

#[expect(clippy::too_many_arguments, reason = "each form of the page brings what was typed into it")]
async fn render(
    app: &App,
    page: Page,
    who: &Who,
    id: TeamId,
    sent: &str,
    typed: &TypedMonth,
    closing: &Typed,
    issues: &Issues,
) -> Result<Response> {
    let team = acts::teams::find(app, who, id).await?;
    let (register, today) = (app.register.get(), page.today);
    let teams = [team.clone()];
    let mut conn = app.db.read().await?;
    let mut all = terms::of(&mut conn, &Area::new(&register, [team.unit])).await?;
    let (months, ratings) = (rows::months(&mut conn, &teams).await?, rows::ratings(&mut conn, &teams).await?);
    drop(conn);
    all.retain(|it| it.team == Some(id));
    let mut all: Vec<_> = all.into_iter().map(crate::term::Term::shown).collect();
    if all.iter().any(|it| it.full_name.is_some()) {
        acts::looked(app, who, team.unit, &id.to_string()).await?;
    }
    let rank = |code: &str| posts().iter().position(|it| it.code == code);
    all.sort_by_key(|it| rank(&it.post));
    let origin = Origin::new(&page, &register, team.unit);
    let home = acts::teams::home(app, &team).unwrap_or(team.unit);
    let record = if origin.heirs.is_empty() {
        may(app, who, RECORD, home)
    } else {
        origin.heirs.iter().any(|it| may(app, who, RECORD, it.0))
    };
    let line = |over: bool| {
        let of_stage = all.iter().filter(move |it| it.until.is_some_and(|it| it <= today) == over);
        of_stage.map(|it| Line::new(&page, &register, it, team.unit)).collect::<Vec<_>>()
    };
    let counted = |it: &crate::month::Month| Counted {
        month: month(&page, it.period),
        patrols: viet::number(it.patrols),
        incidents: viet::number(it.incidents),
        attendances: viet::number(it.attendances),
    };
    let choices =
        open_months(&team, today).into_iter().map(|it| Choice { value: it.to_string(), label: month(&page, it) });
    let heirs = origin.heirs.iter().map(|it| Choice { value: it.0.to_string(), label: it.1.clone() }).collect();
    let field = |name: &'static str, label: &str| label_field(&page, name, label, typed, issues);
    let main = Shown {
        id,
        revision: team.revision,
        name: team.name(&register, today),
        unit: home,
        unit_name: register.path(home, today),
        decision: &team.decision,
        days: span(&page, team.founded_on, team.closed_from),
        members: line(false),
        over: line(true),
        months: (team.kind == Kind::Security).then(|| months.iter().map(counted).collect()),
        ratings: ratings
            .into_iter()
            .map(|it| (it.year, page.t(&format!("people-grade-{}", it.grade.word())), it.decision, date(it.decided_on)))
            .collect(),
        heirs: (!origin.heirs.is_empty()).then(|| Select::new(&page, "unit", "people-place-to", "", heirs, issues)),
        origin,
        record,
        closed: team.closed_from.is_some(),
        sent,
        period: Select::new(&page, "period", "people-month-label", &typed.period, choices.collect(), issues),
        patrols: field("patrols", "people-patrols"),
        incidents: field("incidents", "people-incidents"),
        attendances: field("attendances", "people-attendances"),
        last: Field::new(&page, "last", "people-last-day", closing.text("last"), issues).kind("date", "off"),
        p: &page,
    };
    let synthetic = register.latest(team.unit).is_some_and(|it| it.synthetic);
    let framed = page.clone().crumbs(way(&page, &register, home)).synthetic(synthetic);
    framed.show_issues(&main.name, issues, &main)
}

fn label_field<'a>(page: &Page, name: &'static str, label: &str, typed: &'a TypedMonth, issues: &Issues) -> Field<'a> {
    let value = match name {
        "patrols" => &typed.patrols,
        "incidents" => &typed.incidents,
        _ => &typed.attendances,
    };
    Field::new(page, name, label, value, issues)
}
