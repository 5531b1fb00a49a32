use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use kernel::Issues;
use web::{App, Error, Field, Page, Result, Typed, Who};

use super::{factors, session, with_cookies};
use crate::{
    Came,
    acts::passkeys::{self, Question},
    next::local,
};

#[derive(Template)]
#[template(path = "passkey.html")]
struct Asked<'a> {
    p: &'a Page,
    title: &'a str,
    intro: String,
    /// What the browser does: `create` or `get`.
    verb: &'static str,
    action: &'static str,
    question: Question,
    name: Option<Field<'a>>,
    next: &'a str,
    script: &'static str,
}

pub(crate) async fn ask_new(State(app): State<App>, page: Page, who: Who, _typed: Typed) -> Result<Response> {
    let question = match passkeys::ask_new(&app, &who).await {
        Err(Error::Refused(issues)) => return factors::render_list(&app, page, &who, &issues).await,
        asked => asked?,
    };
    let page = factors::with_way(page);
    let title = page.t("access-passkey-add");
    let name =
        Field::new(&page, "name", "access-passkey-name", "", &Issues::new()).hint(page.t("access-passkey-name-hint"));
    let main = Asked {
        p: &page,
        title: &title,
        intro: page.t("access-passkey-add-intro"),
        verb: "create",
        action: "/account/passkeys",
        question,
        name: Some(name),
        next: "",
        script: web::PASSKEY_JS,
    };
    page.show(&title, &main)
}

pub(crate) async fn add(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    match passkeys::add(&app, &who, typed.text("question"), typed.text("answer"), typed.text("name")).await {
        Ok(entrance) if entrance.codes.is_empty() => {
            Ok(with_cookies(entrance.cookies, "/account/factors?done=passkey-added"))
        }
        Ok(entrance) => {
            let cookies = entrance.cookies.into_iter().map(|it| (header::SET_COOKIE, it));
            Ok((AppendHeaders(cookies), factors::show_codes(page, &entrance.codes)?).into_response())
        }
        Err(Error::Refused(issues)) => factors::render_list(&app, page, &who, &issues).await,
        Err(err) => Err(err),
    }
}

pub(crate) async fn remove(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let done = passkeys::remove(&app, &who, typed.text("passkey"), typed.text("password")).await;
    let to = |()| "/account/factors?done=passkey-removed".to_owned();
    web::answered(done, to, async |issues| factors::render_list(&app, page, &who, &issues).await).await
}

pub(crate) async fn ask_any(State(app): State<App>, page: Page, typed: Typed) -> Result<Response> {
    let next = local(typed.text("next")).unwrap_or_default();
    render(&app, &page, next, &Issues::new()).await
}

pub(crate) async fn sign_in(State(app): State<App>, page: Page, typed: Typed) -> Result<Response> {
    let next = local(typed.text("next")).unwrap_or_default();
    let came = Came { leaving: page.who.as_ref(), browser: page.browser.as_ref() };
    match passkeys::sign_in(&app, typed.text("question"), typed.text("answer"), came).await {
        Ok(signed_in) => Ok(session::onward(signed_in, local(next))),
        // Another question: each is asked once.
        Err(Error::Refused(issues)) => render(&app, &page, next, &issues).await,
        Err(err) => Err(err),
    }
}

async fn render(app: &App, page: &Page, next: &str, issues: &Issues) -> Result<Response> {
    let title = page.t("access-passkey-sign-in");
    let main = Asked {
        p: page,
        title: &title,
        intro: page.t("access-passkey-sign-in-intro"),
        verb: "get",
        action: "/sign-in/passkey",
        question: passkeys::ask_any(app).await?,
        name: None,
        next,
        script: web::PASSKEY_JS,
    };
    let mut response = page.show_issues(&title, issues, &main)?;
    // The page holds the question.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
