//! Where staff write news.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Issues, UnitId};
use web::{App, Area, Badge, Cell, Choice, Column, Crumb, Error, Field, Page, Result, Row, Select, Table, Typed, Who};

use super::front::day;
use crate::{
    NEWS, acts,
    news::{BODY, Draft, Item, State as NewsState, TITLE},
    store::news as rows,
};

#[derive(Template)]
#[template(path = "desk.html")]
struct Desk<'a> {
    p: &'a Page,
    table: Table,
}

/// `GET /news/desk`
pub(crate) async fn list(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    let register = app.register.get();
    let row = |it: Item| Row {
        cells: vec![
            Cell::link(&it.title_vi, format!("/news/{}/edit", it.id)),
            Cell::new(register.nearest(it.unit, page.today).map(|it| it.full_name.clone()).unwrap_or_default()),
            Cell::new(page.t(it.state.text())),
            Cell::new(day(it.changed_at)),
        ],
    };
    let items = acts::list(&app, &who).await?;
    let table = Table {
        caption: page.t("portal-desk-caption"),
        columns: ["portal-news-title", "portal-news-unit", "portal-news-state", "portal-news-changed"]
            .map(|it| Column::words(page.t(it)))
            .into(),
        rows: items.into_iter().map(row).collect(),
        foot: None,
    };
    let main = Desk { p: &page, table };
    page.clone().crumbs(way(&page, false)).show(&page.t("portal-desk"), &main)
}

fn way(page: &Page, deep: bool) -> Vec<Crumb> {
    let crumb = |text: &str, path: &str| Crumb { label: page.t(text), path: path.to_owned() };
    let mut way = vec![crumb("portal-nav-news", "/news")];
    if deep {
        way.push(crumb("portal-desk", "/news/desk"));
    }
    way
}

#[derive(Template)]
#[template(path = "news_edit.html")]
struct Edit<'a> {
    p: &'a Page,
    heading: String,
    action: String,
    unit: Option<Select<'a>>,
    revision: i64,
    state: Option<Badge>,
    published: bool,
    title_vi: Field<'a>,
    body_vi: Area<'a>,
    title_en: Field<'a>,
    body_en: Area<'a>,
}

fn form(
    app: &App,
    page: &Page,
    who: &Who,
    item: Option<&Item>,
    draft: &Draft,
    typed: &Typed,
    issues: &Issues,
) -> Result<Response> {
    let register = app.register.get();
    let choice = |it: UnitId| Choice { value: it.to_string(), label: register.path(it, page.today) };
    let unit = if item.is_none() {
        let choices = acts::offices(app, who, NEWS)?.into_iter().map(choice).collect();
        Some(Select::new(page, "unit", "portal-news-unit", typed.text("unit"), choices, issues))
    } else {
        None
    };
    let heading = page.t(if item.is_none() { "portal-news-new" } else { "portal-news-edit" });
    let main = Edit {
        p: page,
        heading: heading.clone(),
        action: item.map_or_else(|| "/news".to_owned(), |it| format!("/news/{}", it.id)),
        unit,
        revision: item.map_or(0, |it| it.revision),
        state: item.map(|it| Badge { words: page.t(it.state.text()), class: it.state.class() }),
        published: item.is_some_and(|it| it.state == NewsState::Published),
        title_vi: Field::new(page, "title_vi", "portal-news-title-vi", &draft.title_vi, issues).most(TITLE),
        body_vi: Area::new(page, "body_vi", "portal-news-body-vi", "portal-news-hint", &draft.body_vi, BODY, issues),
        title_en: Field::new(page, "title_en", "portal-news-title-en", &draft.title_en, issues).most(TITLE),
        body_en: Area::new(page, "body_en", "portal-news-body-en", "portal-news-hint-en", &draft.body_en, BODY, issues),
    };
    page.clone().crumbs(way(page, true)).show_issues(&heading, issues, &main)
}

/// `GET /news/new`
pub(crate) async fn new(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    form(&app, &page, &who, None, &Draft::default(), &Typed::default(), &Issues::new())
}

/// `POST /news`
pub(crate) async fn write(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let draft = Draft::typed(&typed);
    let unit: UnitId = typed.text("unit").parse().map_err(|_| Error::NotFound)?;
    let (state, word) = match typed.text("act") {
        "publish" => (NewsState::Published, "published-news"),
        _ => (NewsState::Draft, "saved-news"),
    };
    let done = acts::write(&app, &who, unit, draft.clone(), state).await;
    let to = |id| format!("/news/{id}/edit?done={word}");
    web::answered(done, to, async |issues| form(&app, &page, &who, None, &draft, &typed, &issues)).await
}

/// An item that somebody may write on.
async fn mine(app: &App, who: &Who, id: &str) -> Result<Item> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    let item = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
    let scope = who.scope(NEWS)?;
    acts::offices(app, who, NEWS)?;
    scope.must_cover(&app.register.get(), item.unit, app.clock.today())?;
    Ok(item)
}

/// `GET /news/{id}/edit`
pub(crate) async fn edit(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let item = mine(&app, &who, &id).await?;
    form(&app, &page, &who, Some(&item), &Draft::of(&item), &Typed::default(), &Issues::new())
}

/// `POST /news/{id}`
pub(crate) async fn change(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let item = mine(&app, &who, &id).await?;
    let draft = Draft::typed(&typed);
    let (state, word) = match typed.text("act") {
        "publish" => (NewsState::Published, "published-news"),
        "withdraw" => (NewsState::Withdrawn, "withdrawn-news"),
        _ => (item.state, "saved-news"),
    };
    let seen: i64 = typed.text("revision").parse().map_err(|_| Error::Bad("revision"))?;
    let done = acts::change(&app, &who, item.id, seen, draft.clone(), state).await;
    let to = |()| format!("/news/{}/edit?done={word}", item.id);
    web::answered(done, to, async |issues| form(&app, &page, &who, Some(&item), &draft, &typed, &issues)).await
}
