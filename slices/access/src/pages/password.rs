use askama::Template;
use axum::{extract::State, response::Response};
use kernel::Issues;
use web::{App, Error, Field, Page, Result, Typed, Who};

use super::{new_password, with_cookie};
use crate::acts;

#[derive(Template)]
#[template(path = "password.html")]
struct Change<'a> {
    p: &'a Page,
    name: &'a str,
    fields: [Field<'a>; 3],
}

pub(crate) async fn show(page: Page, who: Who) -> Result<Response> {
    render(&page, &who, &Issues::new())
}

pub(crate) async fn change(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let (current, password, again) = (typed.text("current"), typed.text("password"), typed.text("again"));
    match acts::change_password(&app, &who, current, password, again).await {
        Ok(cookie) => Ok(with_cookie(cookie, "/account/password?done=password-changed")),
        Err(Error::Refused(issues)) => render(&page, &who, &issues),
        Err(err) => Err(err),
    }
}

fn render(page: &Page, who: &Who, issues: &Issues) -> Result<Response> {
    let fields = [
        Field::new(page, "current", "access-password-current", "", issues).kind("password", "current-password"),
        new_password(page, "password", "access-password-new", issues).hint(page.t("access-password-hint")),
        new_password(page, "again", "access-password-again", issues),
    ];
    page.show_issues(&page.t("access-password-title"), issues, &Change { p: page, name: &who.name, fields })
}
