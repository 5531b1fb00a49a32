//! `/units/{id}/team-ratings`: the yearly rating of a commune's teams, decided for all at once.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::{Issues, TeamId, UnitId};
use web::{App, Choice, Error, Field, Page, Result, Select, Typed, Who};

use super::{date, may, team::decision_field, unit_id, way};
use crate::{
    RATE, READ, acts,
    rating::{self, Grade, Rating, most_excellent},
    store::teams as rows,
};

/// So many years back may be looked at.
const YEARS: i32 = 6;

#[derive(Template)]
#[template(path = "ratings.html")]
struct Main<'a> {
    p: &'a Page,
    unit: UnitId,
    name: String,
    year: i32,
    first: String,
    last: String,
    years: Vec<i32>,
    ended: bool,
    lines: Vec<Line<'a>>,
    excellent: usize,
    good: usize,
    most: usize,
    decided: Option<(String, String)>,
    rate: bool,
    decision: Field<'a>,
    decided_on: Field<'a>,
}

struct Line<'a> {
    path: String,
    name: String,
    founded: String,
    ratable: bool,
    grade: String,
    choice: Select<'a>,
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Typed(asked);
    let year = asked.text("year").parse().unwrap_or_else(|_| rating::latest_ended(page.today));
    render(&app, page, &who, unit_id(&id)?, year, None, &Issues::new()).await
}

pub(crate) async fn decide(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let unit = unit_id(&id)?;
    acts::place(&app, &who, RATE, unit)?;
    let year = typed.text("year").parse().map_err(|_| Error::Bad("no year"))?;
    let done = acts::ratings::decide(&app, &who, unit, year, &typed).await;
    let to = |()| format!("/units/{unit}/team-ratings?year={year}&done=people-teams-rated");
    web::answered(done, to, async |issues| render(&app, page, &who, unit, year, Some(&typed), &issues).await).await
}

async fn render(
    app: &App,
    page: Page,
    who: &Who,
    unit: UnitId,
    year: i32,
    typed: Option<&Typed>,
    issues: &Issues,
) -> Result<Response> {
    let (window, teams) = acts::ratings::due(app, who, READ, unit, year).await?;
    let (register, today) = (app.register.get(), page.today);
    let mut ratings = rows::ratings(&mut app.db.read().await?, &teams).await?;
    ratings.retain(|it| it.year == year);
    let stored = |team: TeamId| ratings.iter().find(|it| it.team == team);
    // The fields' names and what is chosen live as long as the page.
    let chosen: Vec<(String, String)> = teams
        .iter()
        .map(|it| {
            let field = rating::field(it.id);
            let word = match typed {
                Some(typed) => typed.text(&field).to_owned(),
                None => stored(it.id).map(|it| it.grade.word().to_owned()).unwrap_or_default(),
            };
            (field, word)
        })
        .collect();
    let grade_name = |grade: Grade| page.t(&format!("people-grade-{}", grade.word()));
    let choices = |ratable: bool| {
        let open = Grade::ALL.into_iter().filter(move |it| ratable || *it == Grade::NotRated);
        let none = Choice { value: String::new(), label: page.t("people-choose") };
        let grade = |it: Grade| Choice { value: it.word().to_owned(), label: grade_name(it) };
        std::iter::once(none).chain(open.map(grade)).collect::<Vec<_>>()
    };
    let lines = teams.iter().zip(&chosen).map(|(it, (field, word))| {
        let ratable = rating::is_ratable(it, window);
        Line {
            path: format!("/teams/{}", it.id),
            name: it.name(&register, today),
            founded: date(it.founded_on),
            ratable,
            grade: stored(it.id).map(|it| grade_name(it.grade)).unwrap_or_default(),
            choice: Select::new(&page, field, "people-grade", word, choices(ratable), issues),
        }
    });
    let count = |grade: Grade| chosen.iter().filter(|it| it.1 == grade.word()).count();
    let decision = ratings.first().map(|it: &Rating| (it.decision.clone(), date(it.decided_on)));
    let latest = rating::latest_ended(today);
    let text = |name: &str| typed.map(|it| it.text(name)).unwrap_or_default();
    let name = register.nearest(unit, today).map(|it| it.full_name.clone()).unwrap_or_default();
    let main = Main {
        unit,
        name: name.clone(),
        year,
        first: date(window.first()),
        last: date(window.last()),
        years: (latest - YEARS + 1..=latest).rev().collect(),
        ended: window.last() < today,
        lines: lines.collect(),
        excellent: count(Grade::Excellent),
        good: count(Grade::Good),
        most: most_excellent(count(Grade::Good)),
        decided: decision,
        rate: may(app, who, RATE, unit),
        decision: decision_field(&page, text("decision"), issues),
        decided_on: Field::new(&page, "decided_on", "people-decided-on", text("decided_on"), issues)
            .kind("date", "off"),
        p: &page,
    };
    let title = format!("{} – {name}", page.t1("people-ratings", "year", year));
    let synthetic = register.latest(unit).is_some_and(|it| it.synthetic);
    let framed = page.clone().crumbs(way(&page, &register, unit)).synthetic(synthetic);
    framed.show_issues(&title, issues, &main)
}
