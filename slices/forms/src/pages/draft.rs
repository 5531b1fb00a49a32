//! `GET` and `POST /forms/{code}/draft`: the builder. Every button keeps what was typed and then does its own.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Issue, Issues, Period};
use web::{App, Choice, Crumb, Error, Field, Lang, Page, Result, Select, Typed, Who, moment};

use super::{crumb, go, owner_name};
use crate::{
    BUILD, Design,
    acts::{self, Shown},
    design,
};

/// So many periods before and after the running one may a version begin with.
const PERIODS: usize = 14;

#[derive(Template)]
#[template(path = "draft.html")]
struct Main<'a> {
    p: &'a Page,
    code: &'a str,
    title: String,
    owner: String,
    revision: i64,
    saved: String,
    name: Field<'a>,
    due: Field<'a>,
    grace: Field<'a>,
    awards: bool,
    sections: Vec<Part<'a>>,
    choices: Vec<Group>,
    period: Select<'a>,
}

struct Part<'a> {
    at: usize,
    /// Its number as people count.
    number: usize,
    title: Field<'a>,
    help: &'a str,
    lines: Vec<Row<'a>>,
    first: bool,
    last: bool,
}

struct Row<'a> {
    id: String,
    name: String,
    line: &'a design::Line,
    issue: Option<String>,
    first: bool,
    last: bool,
}

/// Indicators under one heading, to choose from.
struct Group {
    label: String,
    choices: Vec<Choice>,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(code): Path<String>) -> Result<Response> {
    let shown = draft(&app, &who, &code).await?;
    let stored = shown.draft().ok_or(Error::NotFound)?;
    render(&app, page, &shown, (stored.revision, &stored.design), &Typed::default(), &Issues::new())
}

async fn draft(app: &App, who: &Who, code: &str) -> Result<Shown> {
    let shown = acts::look(app, &mut app.db.read().await?, &who.scope(BUILD)?, code).await?;
    if shown.may { Ok(shown) } else { Err(Error::Forbidden) }
}

fn revision(typed: &Typed) -> Result<i64> {
    typed.text("revision").parse().map_err(|_| Error::Bad("no revision"))
}

pub(crate) async fn save(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(code): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let shown = draft(&app, &who, &code).await?;
    let stored = shown.draft().ok_or(Error::NotFound)?;
    let (mut design, mut issues) = Design::from_typed(&typed, &stored.design);
    let what = typed.text("do");
    let place = what.strip_prefix("add.").unwrap_or_default();
    design.turn(what, typed.text(&format!("a.{place}")));
    let revision = revision(&typed)?;
    if issues.is_empty() {
        match acts::save(&app, &who, &code, revision, design.clone()).await {
            Ok(()) => return Ok(go(&format!("/forms/{code}/draft?done=forms-saved{}", anchor(what)))),
            Err(Error::Refused(found)) => issues = found,
            Err(Error::Stale) => return stale(&app, page, &who, &code, &design).await,
            Err(err) => return Err(err),
        }
    }
    render(&app, page, &shown, (revision, &design), &typed, &issues)
}

/// Back to the section where the button was pressed.
fn anchor(what: &str) -> String {
    let section = what.split('.').nth(1).and_then(|it| it.parse::<usize>().ok());
    section.map(|it| format!("#t.{it}")).unwrap_or_default()
}

/// Somebody saved meanwhile: what was typed stays on the page, and saving again is a choice.
async fn stale(app: &App, page: Page, who: &Who, code: &str, design: &Design) -> Result<Response> {
    let shown = draft(app, who, code).await?;
    let Some(stored) = shown.draft() else { return Err(Error::Stale) };
    let issues = vec![Issue::new("", "forms-stale")];
    render_with(app, page, &shown, (stored.revision, design), &Typed::default(), &issues, StatusCode::CONFLICT)
}

pub(crate) async fn publish(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(code): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let done = acts::publish(&app, &who, &code, revision(&typed)?, typed.text("period")).await;
    let to = |()| format!("/forms/{code}?done=forms-published");
    web::answered(done, to, async |issues| {
        let shown = draft(&app, &who, &code).await?;
        let stored = shown.draft().ok_or(Error::NotFound)?;
        render(&app, page, &shown, (stored.revision, &stored.design), &typed, &issues)
    })
    .await
}

fn render(
    app: &App,
    page: Page,
    shown: &Shown,
    draft: (i64, &Design),
    typed: &Typed,
    issues: &Issues,
) -> Result<Response> {
    let status = if issues.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render_with(app, page, shown, draft, typed, issues, status)
}

fn render_with(
    app: &App,
    page: Page,
    shown: &Shown,
    (revision, design): (i64, &Design),
    typed: &Typed,
    issues: &Issues,
    status: StatusCode,
) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let family = &shown.family;
    let path = format!("/forms/{}", family.code);
    let way = vec![crumb(&page), Crumb { label: design.name.clone(), path }];
    let invented = family.owner.and_then(|it| register.latest(it)).is_some_and(|it| it.synthetic);
    let page = page.crumbs(way).synthetic(invented);
    let name_of = |it: &kernel::Indicator| {
        let name = if page.lang == Lang::Vi { &it.name_vi } else { &it.name_en };
        format!("{name} ({})", it.code)
    };
    let row = |i: usize, j: usize, line: &'_ design::Line| {
        let known = catalogue.by_code(&line.indicator);
        let field = format!("h.{i}.{j}");
        (known.map_or_else(|| line.indicator.clone(), name_of), issues.iter().find(|it| it.field == field))
    };
    let titles: Vec<String> = (0..design.sections.len()).map(|it| format!("t.{it}")).collect();
    let sections = design.sections.iter().zip(&titles).enumerate().map(|(i, (part, field))| Part {
        at: i,
        number: i + 1,
        title: Field::new(&page, field, "forms-section-title", &part.title, issues),
        help: &part.help,
        lines: part
            .lines
            .iter()
            .enumerate()
            .map(|(j, line)| {
                let (name, issue) = row(i, j, line);
                Row {
                    id: format!("{i}.{j}"),
                    name,
                    line,
                    issue: issue.map(|it| page.issue(it)),
                    first: j == 0,
                    last: j + 1 == part.lines.len(),
                }
            })
            .collect(),
        first: i == 0,
        last: i + 1 == design.sections.len(),
    });
    let mut choices: Vec<Group> = Vec::new();
    for it in acts::to_ask(&catalogue, &register, family.owner, page.today) {
        let choice = Choice { value: it.code.clone(), label: name_of(it) };
        match choices.last_mut() {
            Some(group) if group.label == it.group => group.choices.push(choice),
            _ => choices.push(Group { label: it.group.clone(), choices: vec![choice] }),
        }
    }
    let days = [("due", design.due_days), ("grace", design.grace_days)].map(|(field, days)| {
        let wrong = issues.iter().any(|it| it.field == field);
        if wrong { typed.text(field).to_owned() } else { days.to_string() }
    });
    let [due, grace] = &days;
    let running = Period::on(family.calendar, family.frequency, page.today);
    let after = std::iter::successors(running, |it| Some(it.after())).take(PERIODS);
    let before = std::iter::successors(running, |it| Some(it.before())).take(PERIODS);
    let periods =
        page.periods(after.chain(before), Period::parse(typed.text("period")).ok().or(running.map(Period::after)));
    let title = page.t1("forms-draft-title", "name", &design.name);
    let main = Main {
        p: &page,
        code: &family.code,
        title: title.clone(),
        owner: owner_name(&page, &register, family.owner),
        revision,
        saved: shown
            .draft()
            .map(|it| page.ta("forms-draft-saved", &[("at", moment(it.changed_at)), ("by", it.changed_by.clone())]))
            .unwrap_or_default(),
        name: Field::new(&page, "name", "forms-name", &design.name, issues),
        due: Field::new(&page, "due", "forms-due-days", due, issues).kind("number", "off"),
        grace: Field::new(&page, "grace", "forms-grace-days", grace, issues).kind("number", "off"),
        awards: design.awards,
        sections: sections.collect(),
        choices,
        period: Select::grouped(&page, "period", "forms-from-period", periods).issues(&page, issues),
    };
    page.show_with(status, &title, issues, &main)
}
