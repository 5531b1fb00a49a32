use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use kernel::Issues;
use web::{App, Error, Field, Page, Result, Typed, Who};

use super::{escaped, home, role_name, with_cookie, with_cookies};
use crate::{Came, SignedIn, acts, grant, next::local, store};

/// How many logins the demo's page names.
const DEMO_LOGINS: usize = 24;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    p: &'a Page,
    name: Field<'a>,
    password: Field<'a>,
    next: &'a str,
    /// The identity provider's name, and where to go on to, as a part of an address.
    provider: Option<(&'a str, String)>,
    demo: Vec<Login>,
}

/// A login of the demo.
struct Login {
    name: String,
    link: String,
    about: Vec<String>,
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Typed(asked);
    let next = local(asked.text("next"));
    if page.who.is_some() {
        return Ok(Redirect::to(next.unwrap_or("/")).into_response());
    }
    render(&app, &page, asked.text("name"), next, &Issues::new()).await
}

pub(crate) async fn sign_in(State(app): State<App>, page: Page, typed: Typed) -> Result<Response> {
    let (name, next) = (typed.text("name"), local(typed.text("next")));
    let came = Came { leaving: page.who.as_ref(), browser: page.browser.as_ref() };
    match acts::sign_in(&app, name, typed.text("password"), came).await {
        Ok(signed_in) => Ok(onward(signed_in, next)),
        Err(Error::Refused(issues)) => render(&app, &page, name, next, &issues).await,
        Err(err) => Err(err),
    }
}

/// Into the house, or to the second factor, with the new cookies.
pub(super) fn onward(signed_in: SignedIn, next: Option<&str>) -> Response {
    let path = next.filter(|it| *it != "/").unwrap_or_else(|| home(&signed_in.roles));
    let cookies = std::iter::once(signed_in.cookie).chain(signed_in.browser).collect();
    if signed_in.must_show {
        return with_cookies(cookies, &format!("/sign-in/code?next={}", escaped(path)));
    }
    with_cookies(cookies, path)
}

pub(crate) async fn sign_out(State(app): State<App>, who: Who, _typed: Typed) -> Result<Response> {
    acts::sign_out(&app, &who).await?;
    Ok(with_cookie(app.no_session(), "/?done=signed-out"))
}

pub(super) async fn render(
    app: &App,
    page: &Page,
    name: &str,
    next: Option<&str>,
    issues: &Issues,
) -> Result<Response> {
    let next = next.unwrap_or_default();
    let main = SignIn {
        p: page,
        name: Field::new(page, "name", "access-name", name, issues).kind("text", "username"),
        password: Field::new(page, "password", "access-password", "", issues).kind("password", "current-password"),
        next,
        provider: app.settings.provider.as_ref().map(|it| (it.label.as_str(), escaped(next))),
        demo: if page.demo { logins(app, page, next).await? } else { Vec::new() },
    };
    page.show_issues(&page.t("access-sign-in"), issues, &main)
}

/// The demo's logins: the oldest accounts, which are those that the demo made.
async fn logins(app: &App, page: &Page, next: &str) -> Result<Vec<Login>> {
    let (register, today) = (app.register.get(), page.today);
    let all = store::all(&mut app.db.read().await?).await?;
    let open = all.into_iter().filter(|(account, _)| account.takes_nothing().is_none());
    let login = |(account, grants): (crate::account::Account, Vec<grant::Grant>)| {
        let about = |it: &grant::Grant| format!("{}, {}", role_name(page, it.role), register.path(it.unit, today));
        let next = if next.is_empty() { String::new() } else { format!("&next={}", escaped(next)) };
        Login {
            link: format!("/sign-in?name={}{next}", escaped(&account.name)),
            name: account.name,
            about: grant::relevant(&grants, today).iter().map(about).collect(),
        }
    };
    Ok(open.take(DEMO_LOGINS).map(login).collect())
}

/// `POST /account/guide/removal`: the first steps are known now.
pub(crate) async fn close_guide(State(app): State<App>, who: Who, typed: Typed) -> Result<Response> {
    acts::sessions::close_guide(&app, &who).await?;
    Ok(Redirect::to(local(typed.text("next")).unwrap_or("/")).into_response())
}
