//! `GET /forms`: every form in sight; `GET /forms/new` and `POST /forms`: one more.

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{Calendar, Form, Frequency, Issues};
use web::{App, Cell, Choice, Column, Field, Page, Result, Select, Typed, Who};

use super::{calendar_name, crumb, frequency_name, owner_name, owners};
use crate::{
    BUILD,
    acts::{self, NewForm},
    store as rows,
};

#[derive(Template)]
#[template(path = "forms.html")]
struct List<'a> {
    p: &'a Page,
    list: web::List,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let scope = who.scope(BUILD)?;
    let owned = rows::owned(&mut app.db.read().await?).await?;
    let unpublished = owned.iter().filter(|it| catalogue.form(it.id).is_none());
    // What the program itself fills is nobody's to ask for.
    let published = catalogue.forms.iter().filter(|it| !it.sections.is_empty() || it.owner.is_some());
    let words = ["name", "owner", "frequency", "version"];
    let mut columns = words.map(|it| Column::words(page.t(&format!("forms-{it}")))).to_vec();
    columns.push(Column::numbers(page.t("forms-lines")));
    let row = |it: &Form| {
        let name = if it.name.is_empty() { &it.code } else { &it.name };
        let frequency = format!("{}, {}", frequency_name(&page, it.frequency), calendar_name(&page, it.calendar));
        vec![
            Cell::link(name, format!("/forms/{}", it.code)),
            Cell::new(owner_name(&page, &register, it.owner)),
            Cell::new(frequency),
            Cell::new(if it.number == 0 { page.t("forms-draft") } else { it.number.to_string() }),
            Cell::new(it.items().count().to_string()),
        ]
    };
    let rows = published.chain(unpublished).filter(|it| acts::sees(&app, &scope, it.owner)).map(row);
    let list = web::List::new(columns, rows, page.t("forms-none"));
    page.show(&page.t("forms-nav"), &List { p: &page, list })
}

#[derive(Template)]
#[template(path = "form_new.html")]
struct New<'a> {
    p: &'a Page,
    owner: Select<'a>,
    code: Field<'a>,
    name: Field<'a>,
    calendar: Select<'a>,
    frequency: Select<'a>,
    copy: Select<'a>,
}

pub(crate) async fn blank(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    let usual = [("calendar", "adm"), ("frequency", "month")];
    let typed = Typed(usual.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
    render(&app, page, &who, &typed, &Issues::new())
}

pub(crate) async fn create(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let new = NewForm {
        owner: typed.text("owner").parse().ok(),
        code: typed.text("code").to_owned(),
        name: viet::composed(typed.text("name")),
        calendar: typed.text("calendar").to_owned(),
        frequency: typed.text("frequency").to_owned(),
        copy: typed.text("copy").to_owned(),
    };
    let done = acts::create(&app, &who, &new).await;
    let to = |code| format!("/forms/{code}/draft?done=forms-created");
    web::answered(done, to, async |issues| render(&app, page, &who, &typed, &issues)).await
}

fn render(app: &App, page: Page, who: &Who, typed: &Typed, issues: &Issues) -> Result<Response> {
    let scope = who.scope(BUILD)?;
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let way = vec![crumb(&page)];
    let page = page.crumbs(way);
    let calendar = |it: Calendar| Choice { value: it.prefix().to_owned(), label: calendar_name(&page, it) };
    let frequency = |it: Frequency| Choice { value: it.word().to_owned(), label: frequency_name(&page, it) };
    let none = Choice { value: String::new(), label: page.t("forms-copy-none") };
    let copied = catalogue.forms.iter().filter(|it| !it.sections.is_empty() && acts::sees(app, &scope, it.owner));
    let copied = copied.map(|it| Choice { value: it.code.clone(), label: it.name.clone() });
    let select = |name, label, choices| Select::new(&page, name, label, typed.text(name), choices, issues);
    let main = New {
        p: &page,
        owner: select("owner", "forms-owner", owners(&register, &scope, page.today)),
        code: Field::new(&page, "code", "forms-form-code", typed.text("code"), issues)
            .hint(page.t("forms-form-code-hint")),
        name: Field::new(&page, "name", "forms-name", typed.text("name"), issues),
        calendar: select("calendar", "forms-calendar", Calendar::ALL.map(calendar).to_vec()),
        frequency: select("frequency", "forms-frequency", Frequency::ALL.map(frequency).to_vec()),
        copy: select("copy", "forms-copy", std::iter::once(none).chain(copied).collect()),
    };
    page.show_issues(&page.t("forms-new"), issues, &main)
}
