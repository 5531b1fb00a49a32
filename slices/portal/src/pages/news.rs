use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::Register;
use web::{App, Crumb, Empty, Error, Lang, Page, Pager, Result, Typed};

use super::front::day;
use crate::{
    news::{Item, State as NewsState, paragraphs},
    store::news,
};

/// So many on a page.
const PAGE: i64 = 20;

/// An item of a list.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) title: String,
    /// The language of the title, where it is not the page's.
    pub(super) lang: &'static str,
    pub(super) path: String,
    /// Who says it, and when.
    pub(super) by: String,
}

impl Line {
    pub(super) fn of(page: &Page, register: &Register, it: &Item) -> Line {
        let (title, _, lang) = it.words(page.lang);
        Line {
            title: title.to_owned(),
            lang: foreign(page.lang, lang),
            path: format!("/news/{}", it.id),
            by: by(register, it),
        }
    }
}

/// "Tỉnh Mẫu, 05/02/2026".
fn by(register: &Register, it: &Item) -> String {
    let at = it.published_at.unwrap_or(it.changed_at);
    let unit = register.nearest(it.unit, at.day()).map(|it| it.full_name.clone()).unwrap_or_default();
    format!("{unit}, {}", day(at))
}

fn foreign(page: Lang, text: Lang) -> &'static str {
    if page == text { "" } else { text.tag() }
}

#[derive(Template)]
#[template(path = "news.html")]
struct List<'a> {
    p: &'a Page,
    lines: Vec<Line>,
    pager: Pager,
    may_write: bool,
}

/// `GET /news?page=`
pub(crate) async fn list(
    State(app): State<App>,
    page: Page,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let number: i64 = Typed(asked).text("page").parse().unwrap_or(1).clamp(1, 500);
    let register = app.register.get();
    let found = news::published(&mut app.db.read().await?, PAGE + 1, (number - 1) * PAGE).await?;
    let count = i64::try_from(found.len()).unwrap_or(0);
    let most = number + i64::from(count > PAGE);
    let number_of = |it: i64| (usize::try_from(it).unwrap_or(1), format!("/news?page={it}"), it == number);
    let main = List {
        p: &page,
        lines: found.iter().take(20).map(|it| Line::of(&page, &register, it)).collect(),
        pager: Pager::numbered(page.t("portal-news-pages"), (1..=most).map(number_of).collect()),
        may_write: page.who.as_ref().is_some_and(|it| crate::acts::offices(&app, it, crate::NEWS).is_ok()),
    };
    page.clone().describes(page.t("portal-way-news")).show(&page.t("portal-nav-news"), &main)
}

#[derive(Template)]
#[template(path = "news_item.html")]
struct Shown<'a> {
    title: &'a str,
    lang: &'static str,
    by: String,
    paragraphs: Vec<&'a str>,
}

/// `GET /news/{id}`: what is published; a draft is not found.
pub(crate) async fn show(State(app): State<App>, page: Page, Path(id): Path<String>) -> Result<Response> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    let item = news::find(&mut app.db.read().await?, id).await?;
    let item = item.filter(|it| it.state == NewsState::Published).ok_or(Error::NotFound)?;
    let register = app.register.get();
    let page = page.synthetic(register.latest(item.unit).is_some_and(|it| it.synthetic));
    let (title, body, lang) = item.words(page.lang);
    let main = Shown { title, lang: foreign(page.lang, lang), by: by(&register, &item), paragraphs: paragraphs(body) };
    let crumbs = vec![Crumb { label: page.t("portal-nav-news"), path: "/news".to_owned() }];
    page.crumbs(crumbs).describes(title.to_owned()).show(title, &main)
}
