//! `GET /forms/{code}`: a form as it is asked, its versions, who owes it.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::{Assignment, Day, Form, Issue, Issues, Item, Level, Register};
use web::{App, Choice, Cover, Error, Field, Lang, Page, Result, Select, Typed, Who};

use super::{calendar_name, crumb, frequency_name, go, level_name, owner_name};
use crate::{
    BUILD,
    acts::{self, Shown},
};

#[derive(Template)]
#[template(path = "form.html")]
struct Main<'a> {
    p: &'a Page,
    code: String,
    name: String,
    owner: String,
    frequency: String,
    /// The version that is shown; absent while there is only a draft.
    version: Option<Version>,
    versions: Vec<Link>,
    sections: Vec<Part>,
    may: bool,
    draft: bool,
    assigned: Vec<Owed>,
    assign: Option<Assign<'a>>,
}

struct Version {
    number: i64,
    since: String,
    due: String,
    awards: bool,
}

struct Link {
    number: i64,
    path: String,
    since: String,
}

struct Part {
    title: String,
    help: String,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    measure: String,
    help: String,
    marks: String,
}

struct Owed {
    level: String,
    top: String,
    days: String,
}

struct Assign<'a> {
    top: Field<'a>,
    level: Select<'a>,
    from: Field<'a>,
    until: Field<'a>,
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(code): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    render(&app, page, &who, &code, &Typed(asked), &Issues::new()).await
}

async fn render(app: &App, page: Page, who: &Who, code: &str, typed: &Typed, issues: &Issues) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let scope = who.scope(BUILD)?;
    let shown = acts::look(app, &mut app.db.read().await?, &scope, code).await?;
    let Shown { family, may, .. } = &shown;
    let asked = typed.text("version").parse::<i64>().ok();
    let form = match asked {
        Some(number) => Some(catalogue.form_version(family.id, number).ok_or(Error::NotFound)?),
        None => catalogue.form(family.id),
    };
    let mut versions: Vec<&Form> = catalogue.versions(family.id).collect();
    versions.sort_by_key(|it| std::cmp::Reverse(it.number));
    let link = |it: &&Form| Link {
        number: it.number,
        path: format!("/forms/{code}?version={}", it.number),
        since: since(&page, it.since),
    };
    let line = |it: &Item| {
        let indicator = catalogue.indicator(it.indicator)?;
        let name = if page.lang == Lang::Vi { &indicator.name_vi } else { &indicator.name_en };
        let marks = [(it.required, "forms-required"), (it.is_grey, "forms-grey")];
        let marks: Vec<String> = marks.iter().filter(|it| it.0).map(|it| page.t(it.1)).collect();
        Some(Line {
            name: format!("{name} ({})", indicator.code),
            measure: indicator.measure.clone(),
            help: it.help.clone(),
            marks: marks.join(", "),
        })
    };
    let part = |it: &kernel::Section| Part {
        title: it.title.clone(),
        help: it.help.clone(),
        lines: it.items.iter().filter_map(line).collect(),
    };
    let draft = shown.draft();
    let name = form.map(|it| it.name.clone()).or_else(|| draft.map(|it| it.design.name.clone()));
    // Who reaches the top of an assignment, or stands below it, sees it.
    let near = |it: &&Assignment| {
        it.form == family.id
            && (scope.cover(&register, it.top, page.today) == Cover::Full
                || scope.tops().iter().any(|top| register.contains(it.top, *top, page.today)))
    };
    let owed = |it: &Assignment| Owed {
        level: level_name(&page, it.class),
        top: register.latest(it.top).map(|it| it.full_name.clone()).unwrap_or_default(),
        days: days(&page, it.from, it.until),
    };
    let levels = [Level::Province, Level::Commune, Level::Village].map(|it| it as u8);
    let level = |it: u8| Choice { value: it.to_string(), label: level_name(&page, it) };
    let usual = scope.tops().first().map(|it| register.path(*it, page.today)).unwrap_or_default();
    let top = if typed.text("top").is_empty() { usual.as_str() } else { typed.text("top") };
    let assign = form.filter(|it| !it.open).map(|_| Assign {
        top: Field::new(&page, "top", "forms-assign-top", top, issues),
        level: Select::new(
            &page,
            "level",
            "forms-assign-level",
            typed.text("level"),
            levels.map(level).to_vec(),
            issues,
        ),
        from: Field::new(&page, "from", "forms-assign-from", typed.text("from"), issues).kind("date", "off"),
        until: Field::new(&page, "until", "forms-assign-until", typed.text("until"), issues)
            .kind("date", "off")
            .hint(page.t("forms-assign-until-hint")),
    });
    let way = vec![crumb(&page)];
    let invented = family.owner.and_then(|it| register.latest(it)).is_some_and(|it| it.synthetic);
    let page = page.clone().crumbs(way).synthetic(invented);
    let main = Main {
        p: &page,
        code: code.to_owned(),
        name: name.clone().filter(|it| !it.is_empty()).unwrap_or_else(|| code.to_owned()),
        owner: owner_name(&page, &register, family.owner),
        frequency: format!("{}, {}", frequency_name(&page, family.frequency), calendar_name(&page, family.calendar)),
        version: form.map(|it| Version {
            number: it.number,
            since: since(&page, it.since),
            due: page.ta("forms-due", &[("due", it.due_days.to_string()), ("grace", it.grace_days.to_string())]),
            awards: it.awards,
        }),
        versions: if versions.len() > 1 { versions.iter().map(link).collect() } else { Vec::new() },
        sections: form.iter().flat_map(|it| &it.sections).map(part).collect(),
        may: *may && form.is_none_or(|it| it.owner.is_some() || !it.sections.is_empty()),
        draft: *may && draft.is_some(),
        assigned: catalogue.assignments.iter().filter(near).map(owed).collect(),
        assign,
    };
    let title = main.name.clone();
    page.show_issues(&title, issues, &main)
}

fn since(page: &Page, day: Day) -> String {
    if day == Day::BEGINNING { page.t("forms-since-ever") } else { page.t1("forms-since", "day", web::date(day)) }
}

fn days(page: &Page, from: Day, until: Day) -> String {
    match until {
        Day::NEVER => page.t1("forms-since", "day", web::date(from)),
        until => page.ta("forms-between", &[("from", web::date(from)), ("last", web::date(until.plus(-1)))]),
    }
}

/// `POST /forms/{code}/versions`: a draft of the next version.
pub(crate) async fn begin(State(app): State<App>, who: Who, Path(code): Path<String>, _: Typed) -> Result<Response> {
    acts::begin(&app, &who, &code).await?;
    Ok(go(&format!("/forms/{code}/draft")))
}

/// `POST /forms/{code}/discarding`: throws the draft away.
pub(crate) async fn discard(State(app): State<App>, who: Who, Path(code): Path<String>, _: Typed) -> Result<Response> {
    acts::discard(&app, &who, &code).await?;
    Ok(go("/forms?done=forms-discarded"))
}

/// `POST /forms/{code}/assignments`: lets units owe it.
pub(crate) async fn assign(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(code): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let read = read(&app.register.get(), &typed, page.today).map_err(Error::Refused);
    let catalogue = app.catalogue.get();
    let form = catalogue.form_by_code(&code).filter(|it| !it.open).ok_or(Error::NotFound)?;
    let done = match read {
        Ok(it) => acts::assign(&app, &who, &Assignment { form: form.id, ..it }).await,
        Err(err) => Err(err),
    };
    match done {
        Ok(()) => Ok(go(&format!("/forms/{code}?done=forms-assigned"))),
        Err(Error::Refused(issues)) => render(&app, page, &who, &code, &typed, &issues).await,
        Err(Error::NotFound) => {
            let issues = vec![Issue::new("top", "forms-assign-reach")];
            render(&app, page, &who, &code, &typed, &issues).await
        }
        Err(err) => Err(err),
    }
}

fn read(register: &Register, typed: &Typed, today: Day) -> std::result::Result<Assignment, Issues> {
    let mut issues = Issues::new();
    let top = register.resolve(typed.text("top"), today).ok();
    if top.is_none() {
        issues.push(Issue::new("top", "forms-assign-unit").with("text", typed.text("top")));
    }
    let class = typed.text("level").parse::<u8>().ok().filter(|it| (1..=4).contains(it));
    if class.is_none() {
        issues.push(Issue::new("level", "forms-assign-no-level"));
    }
    let from = Day::parse(typed.text("from"));
    if from.is_none() {
        issues.push(Issue::new("from", "forms-assign-no-day"));
    }
    let last = Day::parse(typed.text("until"));
    if last.is_none() && !typed.text("until").is_empty() {
        issues.push(Issue::new("until", "forms-assign-no-day"));
    }
    let until = last.map_or(Day::NEVER, |it| it.plus(1));
    match (top, class, from) {
        (Some(top), Some(class), Some(from)) if issues.is_empty() => {
            Ok(Assignment { form: 0, class, top, from, until })
        }
        _ => Err(issues),
    }
}
