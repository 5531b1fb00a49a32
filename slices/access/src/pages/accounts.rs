use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kernel::Issues;
use web::{App, Cell, Column, Cover, Crumb, Empty, Field, Form, Page, Result, Row, Select, Table, Typed, Who};

use super::{Line, escaped, new_password, roles};
use crate::{
    MANAGE,
    account::{Account, TypedAccount},
    acts,
    grant::{self, Grant, Reach},
    store,
};

/// How many accounts a page lists.
const ROWS: usize = 40;

#[derive(Template)]
#[template(path = "accounts.html")]
struct List<'a> {
    p: &'a Page,
    search: Field<'a>,
    accounts: Table,
    earlier: Option<String>,
    later: Option<String>,
}

pub(crate) async fn list(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Typed(asked);
    let (query, scope) = (viet::fold(asked.text("q")), who.scope(MANAGE)?);
    let (register, today) = (app.register.get(), page.today);
    let all = store::all(&mut app.db.read().await?).await?;
    let is_meant = |account: &Account| {
        let texts = [&account.name, &account.full_name, &account.post];
        query.is_empty() || texts.iter().any(|it| viet::fold(it).contains(&query))
    };
    let mut found: Vec<(Account, Vec<Grant>)> = all
        .into_iter()
        .filter(|(account, grants)| {
            is_meant(account) && grant::shown(account, grants, &register, &scope, today) > Reach::None
        })
        .collect();
    found.sort_by_cached_key(|(account, _)| (account.closed_at.is_some(), viet::fold(&account.name)));
    let total = found.len();
    let last = total.saturating_sub(1) / ROWS + 1;
    let at = asked.text("page").parse().unwrap_or(1).clamp(1, last);
    let link = |to: usize| format!("/accounts?page={to}&q={}", escaped(asked.text("q")));
    let row = |(account, grants): (Account, Vec<Grant>)| {
        let relevant = grant::relevant(&grants, today);
        let (own, others): (Vec<&Grant>, Vec<&Grant>) =
            relevant.iter().partition(|it| scope.cover(&register, it.unit, today) == Cover::Full);
        let closed = account.closed_at.map(|_| page.t("access-closed"));
        let restricted = account.restricted_at.map(|_| page.t("access-restricted"));
        let right = |it: &Grant| {
            let line = Line::new(&page, &register, it);
            format!("{}, {}, {}", line.role_name, line.unit_name, line.days)
        };
        let mut rights = own.into_iter().map(right);
        let first = rights.next().unwrap_or_default();
        // Rights that lie outside the reader's scope are known to be there, no more.
        let elsewhere = (!others.is_empty()).then(|| page.t("access-rights-others"));
        Row {
            cells: vec![
                Cell {
                    notes: closed.into_iter().chain(restricted).collect(),
                    ..Cell::link(account.name, format!("/accounts/{}", account.id))
                },
                Cell::new(account.full_name),
                Cell::new(account.post),
                Cell { notes: rights.chain(elsewhere).collect(), ..Cell::new(first) },
            ],
        }
    };
    let main = List {
        p: &page,
        search: Field::new(&page, "q", "access-accounts-search", asked.text("q"), &Issues::new()).kind("search", "off"),
        accounts: Table {
            caption: page.t1("access-accounts-count", "count", total),
            columns: ["access-name", "access-full-name", "access-post", "access-rights"]
                .map(|it| Column::words(page.t(it)))
                .into(),
            rows: found.into_iter().skip((at - 1) * ROWS).take(ROWS).map(row).collect(),
            foot: None,
        },
        earlier: (at > 1).then(|| link(at - 1)),
        later: (at < last).then(|| link(at + 1)),
    };
    // How many were there, not what was looked for: people type names.
    app.note(&who, "access.accounts-listed", None, &total.to_string()).await?;
    page.show(&page.t("access-accounts"), &main)
}

#[derive(Template)]
#[template(path = "account_new.html")]
struct Blank<'a> {
    p: &'a Page,
    name: Field<'a>,
    full_name: Field<'a>,
    post: Field<'a>,
    role: Select<'a>,
    unit: Field<'a>,
    password: Field<'a>,
}

pub(crate) async fn blank(page: Page) -> Result<Response> {
    render(page, &TypedAccount::default(), &Issues::new())
}

pub(crate) async fn add(
    State(app): State<App>,
    page: Page,
    who: Who,
    Form(typed): Form<TypedAccount>,
) -> Result<Response> {
    let done = acts::add_typed(&app, &who, &typed).await;
    let to = |id| format!("/accounts/{id}?done=account-added");
    web::answered(done, to, async |issues| render(page, &typed, &issues)).await
}

fn render(page: Page, typed: &TypedAccount, issues: &Issues) -> Result<Response> {
    let way = vec![Crumb { label: page.t("access-accounts"), path: "/accounts".to_owned() }];
    let page = page.crumbs(way);
    let main = Blank {
        p: &page,
        name: Field::new(&page, "name", "access-name", &typed.name, issues).hint(page.t("access-name-hint")),
        full_name: Field::new(&page, "full_name", "access-full-name", &typed.full_name, issues),
        post: Field::new(&page, "post", "access-post", &typed.post, issues).hint(page.t("access-post-hint")),
        role: Select::new(&page, "role", "access-role", &typed.role, roles(&page), issues),
        unit: Field::new(&page, "unit", "access-unit", &typed.unit, issues).hint(page.t("access-unit-hint")),
        password: new_password(&page, "password", "access-password-first", issues).hint(page.t("access-password-hint")),
    };
    page.show_issues(&page.t("access-account-new"), issues, &main)
}
