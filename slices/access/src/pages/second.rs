use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use kernel::Issues;
use web::{App, Entered, Error, Field, Page, Result, Typed, Who};

use super::{home, with_cookies};
use crate::{acts::second, next::local};

#[derive(Template)]
#[template(path = "code.html")]
struct Ask<'a> {
    p: &'a Page,
    code: Field<'a>,
    next: &'a str,
}

pub(crate) async fn ask(page: Page, who: Who, Query(asked): Query<Vec<(String, String)>>) -> Result<Response> {
    let asked = Typed(asked);
    let next = local(asked.text("next")).unwrap_or_default();
    if who.entered != Entered::MustShow {
        return Ok(onward(&who, next).into_response());
    }
    render(&page, next, &Issues::new())
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let next = local(typed.text("next")).unwrap_or_default();
    if who.entered != Entered::MustShow {
        return Ok(onward(&who, next).into_response());
    }
    match second::show_code(&app, &who, typed.text("code"), page.browser.as_ref()).await {
        Ok(entrance) => Ok(with_cookies(entrance.cookies, &path(&who, next))),
        Err(Error::Refused(issues)) => render(&page, next, &issues),
        Err(err) => Err(err),
    }
}

fn onward(who: &Who, next: &str) -> Redirect {
    Redirect::to(&path(who, next))
}

fn path(who: &Who, next: &str) -> String {
    let roles: Vec<_> = who.grants.iter().map(|it| it.0).collect();
    if next.is_empty() { home(&roles).to_owned() } else { next.to_owned() }
}

fn render(page: &Page, next: &str, issues: &Issues) -> Result<Response> {
    let code = Field::new(page, "code", "access-code", "", issues)
        .kind("text", "one-time-code")
        .hint(page.t("access-code-hint"));
    page.show_issues(&page.t("access-code-title"), issues, &Ask { p: page, code, next })
}
