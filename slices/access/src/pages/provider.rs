use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use web::{App, Errand, Error, Page, Result, Typed, Who};

use super::{
    account::{self, Written},
    factors, session,
};
use crate::{
    Came,
    acts::provider::{self, Back, Brought, Onward},
    next::local,
};

#[derive(Template)]
#[template(path = "onward.html")]
struct Onwards<'a> {
    p: &'a Page,
    label: &'a str,
    address: &'a str,
}

/// `GET /sign-in/provider`: a link, not a form, because our forms may not lead to another house.
pub(crate) async fn go(
    State(app): State<App>,
    page: Page,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Typed(asked);
    let next = local(asked.text("next")).unwrap_or_default();
    match provider::go(&app, next).await {
        Ok(it) => Ok((AppendHeaders([(header::SET_COOKIE, it.cookie)]), Redirect::to(&it.address)).into_response()),
        Err(Error::Refused(issues)) => session::render(&app, &page, "", Some(next), &issues).await,
        Err(err) => Err(err),
    }
}

/// `GET /sign-in/provider/return`
pub(crate) async fn come(
    State(app): State<App>,
    page: Page,
    Errand(secret): Errand,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Typed(asked);
    let brought = Brought {
        secret: secret.as_deref(),
        state: asked.text("state"),
        code: asked.text("code"),
        issuer: asked.text("iss"),
    };
    let came = Came { leaving: page.who.as_ref(), browser: page.browser.as_ref() };
    let mut response = match provider::come(&app, brought, came).await {
        Ok(Back::In(signed_in, next)) => session::onward(signed_in, local(&next)),
        Ok(Back::Linked) => Redirect::to("/account/factors?done=provider-linked").into_response(),
        // Who is signed in left to link; who is not, to sign in.
        Err(Error::Refused(issues)) => match page.who.clone() {
            Some(who) => factors::render_list(&app, page, &who, &issues).await?,
            None => session::render(&app, &page, "", None, &issues).await?,
        },
        Err(err) => return Err(err),
    };
    let none = HeaderValue::from_str(&app.no_errand()).map_err(|_| Error::Bad("cookie"))?;
    response.headers_mut().append(header::SET_COOKIE, none);
    Ok(response)
}

pub(crate) async fn link(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    match provider::go_linking(&app, &who, typed.text("password")).await {
        Ok(Onward { cookie, address }) => {
            let page = factors::with_way(page);
            let label = &provider::provider(&app)?.label;
            let main = Onwards { p: &page, label, address: &address };
            let shown = page.show(&page.t1("access-provider-link", "label", label), &main)?;
            Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), shown).into_response())
        }
        Err(Error::Refused(issues)) => factors::render_list(&app, page, &who, &issues).await,
        Err(err) => Err(err),
    }
}

pub(crate) async fn confirm(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let done = provider::confirm(&app, &who, typed.text("subject"), typed.text("password")).await;
    answer(&app, page, &who, done, "provider-linked").await
}

pub(crate) async fn unlink(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let done = provider::unlink(&app, &who, typed.text("password")).await;
    answer(&app, page, &who, done, "provider-unlinked").await
}

async fn answer(app: &App, page: Page, who: &Who, done: Result<()>, notice: &str) -> Result<Response> {
    let to = |()| format!("/account/factors?done={notice}");
    web::answered(done, to, async |issues| factors::render_list(app, page, who, &issues).await).await
}

pub(crate) async fn propose(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = account::account_id(&id)?;
    let written = Written { subject: typed.text("subject").to_owned(), ..Written::default() };
    let done = provider::propose(&app, &who, id, &written.subject).await;
    account::answer(&app, page, &who, id, &written, done, "provider-proposed").await
}

pub(crate) async fn withdraw(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    _typed: Typed,
) -> Result<Response> {
    let id = account::account_id(&id)?;
    let done = provider::withdraw(&app, &who, id).await;
    account::answer(&app, page, &who, id, &Written::default(), done, "provider-unlinked").await
}

/// What the pages say about a link, for its owner and for their administrator.
pub(super) struct Linked {
    pub(super) subject: String,
    pub(super) since: String,
    pub(super) used: Option<String>,
    pub(super) confirmed: bool,
}

/// The provider's name and an account's link to it; `None` if no provider was configured.
pub(super) async fn linked(app: &App, id: kernel::AccountId) -> Result<Option<(String, Option<Linked>)>> {
    let Some(provider) = &app.settings.provider else { return Ok(None) };
    let found = crate::store::provider::of(&mut app.db.read().await?, &provider.issuer, id).await?;
    let read = |it: crate::store::provider::Link| Linked {
        subject: it.subject,
        since: super::date(it.linked_at.day()),
        used: it.used_at.map(|used| super::date(used.day())),
        confirmed: it.confirmed,
    };
    Ok(Some((provider.label.clone(), found.map(read))))
}
