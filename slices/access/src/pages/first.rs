use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use kernel::Issues;
use web::{App, Error, Field, Form, Page, Result, Typed};

use super::{new_password, with_cookie};
use crate::acts::{self, First};

#[derive(Template)]
#[template(path = "first.html")]
struct Blank<'a> {
    p: &'a Page,
    key: &'a str,
    fields: [Field<'a>; 4],
}

#[derive(Template)]
#[template(path = "first_gone.html")]
struct Gone<'a> {
    p: &'a Page,
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let first = First { key: Typed(asked).text("key").to_owned(), ..First::default() };
    if acts::first_link_is_open(&app, &first.key).await? { render(&page, &first, &Issues::new()) } else { gone(&page) }
}

pub(crate) async fn make(State(app): State<App>, page: Page, Form(first): Form<First>) -> Result<Response> {
    match acts::use_first_link(&app, &first).await {
        Ok(signed_in) => Ok(with_cookie(signed_in.cookie, "/accounts?done=first-administrator")),
        Err(Error::Refused(issues)) => render(&page, &first, &issues),
        Err(Error::NotFound) => gone(&page),
        Err(err) => Err(err),
    }
}

fn render(page: &Page, first: &First, issues: &Issues) -> Result<Response> {
    let fields = [
        Field::new(page, "name", "access-name", &first.name, issues)
            .kind("text", "username")
            .hint(page.t("access-name-hint")),
        Field::new(page, "full_name", "access-full-name", &first.full_name, issues).kind("text", "name"),
        new_password(page, "password", "access-password", issues).hint(page.t("access-password-hint")),
        new_password(page, "again", "access-password-again", issues),
    ];
    let main = Blank { p: page, key: &first.key, fields };
    let mut response = page.show_issues(&page.t("access-first-title"), issues, &main)?;
    // The page holds the key.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn gone(page: &Page) -> Result<Response> {
    page.show_with(StatusCode::NOT_FOUND, &page.t("access-first-gone"), &Issues::new(), &Gone { p: page })
}
