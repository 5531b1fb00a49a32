use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use kernel::Issues;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;
use web::{App, Crumb, Entered, Error, Field, Notice, Page, Result, Typed, Who, moment};

use super::{
    escaped,
    provider::{Linked, linked},
};
use crate::{
    acts::{
        second::{self, Factors},
        sessions,
    },
    store::passkeys,
    totp::Secret,
};

#[derive(Template)]
#[template(path = "factors.html")]
struct List<'a> {
    p: &'a Page,
    own: Factors,
    must: bool,
    demo: bool,
    compelled: bool,
    password: Field<'a>,
    passkeys: Vec<Key>,
    /// The identity provider's name, and the account's link to it.
    provider: Option<(String, Option<Linked>)>,
    sessions: Vec<Seen>,
}

/// A passkey in the list.
struct Key {
    id: String,
    name: String,
    added: String,
    used: Option<String>,
}

/// A session in the list.
struct Seen {
    key: String,
    began: String,
    used: String,
    own: bool,
}

pub(crate) async fn list(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    render_list(&app, page, &who, &Issues::new()).await
}

pub(crate) async fn remove(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let done = second::remove_app(&app, &who, typed.text("password")).await;
    let to = |()| "/account/factors?done=app-removed".to_owned();
    web::answered(done, to, async |issues| render_list(&app, page, &who, &issues).await).await
}

pub(crate) async fn end_sessions(State(app): State<App>, who: Who, typed: Typed) -> Result<Response> {
    let session = typed.text("session");
    sessions::end(&app, &who, (!session.is_empty()).then_some(session)).await?;
    Ok(Redirect::to("/account/factors?done=sessions-ended").into_response())
}

pub(crate) async fn renew(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    match second::renew_codes(&app, &who, typed.text("password")).await {
        Ok(codes) => show_codes(page, &codes),
        Err(Error::Refused(issues)) => render_list(&app, page, &who, &issues).await,
        Err(err) => Err(err),
    }
}

pub(super) async fn render_list(app: &App, page: Page, who: &Who, issues: &Issues) -> Result<Response> {
    second::fully(who)?;
    let key = |it: passkeys::Passkey| Key {
        id: it.id,
        name: it.name,
        added: moment(it.added_at),
        used: it.used_at.map(moment),
    };
    let seen = |it: sessions::Session| Seen {
        own: who.session.as_ref() == Some(&it.key),
        key: it.key.0,
        began: moment(it.began),
        used: moment(it.seen),
    };
    let keys = passkeys::of(&mut app.db.read().await?, who.account).await?;
    let main = List {
        p: &page,
        own: second::factors(app, who).await?,
        must: who.entered == Entered::MustSetUp,
        demo: app.settings.demo,
        compelled: second::is_compelled(app, who),
        password: Field::new(&page, "password", "access-password-current", "", issues)
            .kind("password", "current-password")
            .hint(page.t("access-factors-password-hint")),
        // Who still has to set up a second factor does that first.
        provider: if who.entered == Entered::Fully { linked(app, who.account).await? } else { None },
        passkeys: keys.into_iter().map(key).collect(),
        sessions: sessions::own(app, who).await?.into_iter().map(seen).collect(),
    };
    page.show_issues(&page.t("access-factors"), issues, &main)
}

#[derive(Template)]
#[template(path = "factor_app.html")]
struct NewApp<'a> {
    p: &'a Page,
    svg: String,
    secret: String,
    spaced: String,
    code: Field<'a>,
}

pub(crate) async fn blank(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    second::fully(&who)?;
    if second::factors(&app, &who).await?.app {
        return Ok(Redirect::to("/account/factors").into_response());
    }
    render_app(page, &who, second::new_secret(&app), &Issues::new())
}

pub(crate) async fn add(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    // Made by us and sent along by the form: nothing is stored of an app that nobody has confirmed.
    let secret = Secret::parse(typed.text("secret")).ok_or(Error::Bad("no secret"))?;
    match second::add_app(&app, &who, secret, typed.text("code")).await {
        Ok(entrance) => {
            let cookies = entrance.cookies.into_iter().map(|it| (header::SET_COOKIE, it));
            Ok((AppendHeaders(cookies), show_codes(page, &entrance.codes)?).into_response())
        }
        Err(Error::Refused(issues)) => render_app(page, &who, secret, &issues),
        Err(err) => Err(err),
    }
}

fn render_app(page: Page, who: &Who, secret: Secret, issues: &Issues) -> Result<Response> {
    let page = with_way(page);
    let text = secret.text();
    let letters: Vec<char> = text.chars().collect();
    let spaced: Vec<String> = letters.chunks(4).map(|it| it.iter().collect()).collect();
    let product = escaped("Bình Yên");
    let address = format!("otpauth://totp/{product}:{}?secret={text}&issuer={product}", escaped(&who.name));
    let main = NewApp {
        p: &page,
        svg: svg(&address, &page.t("access-app-picture")),
        secret: text,
        spaced: spaced.join(" "),
        code: Field::new(&page, "code", "access-code-six", "", issues)
            .kind("text", "one-time-code")
            .hint(page.t("access-app-code-hint")),
    };
    page.show_issues(&page.t("access-app-add"), issues, &main)
}

#[derive(Template)]
#[template(path = "recovery.html")]
struct Codes<'a> {
    p: &'a Page,
    codes: &'a [String],
}

/// The recovery codes, this once.
pub(super) fn show_codes(page: Page, codes: &[String]) -> Result<Response> {
    let page = with_way(page);
    page.show(&page.t("access-recovery"), &Codes { p: &page, codes })
}

pub(super) fn with_way(page: Page) -> Page {
    let way = vec![Crumb { label: page.t("access-factors"), path: "/account/factors".to_owned() }];
    page.crumbs(way)
}

/// A QR code as a picture: black on white whatever the page's colours, with the quiet zone that readers need. Empty if
/// the text is too long for one; the text itself stands beside it.
fn svg(text: &str, label: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let (width, quiet) = (code.size(), 4);
    let places = (0..width).flat_map(|y| (0..width).map(move |x| (x, y)));
    let path = places.filter(|(x, y)| code.get_module(*x, *y)).fold(String::new(), |mut path, (x, y)| {
        // Writing to a text cannot fail.
        let _ = write!(path, "M{} {}h1v1h-1z", x + quiet, y + quiet);
        path
    });
    let side = width + 2 * quiet;
    format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" width=\"240\" height=\"240\" role=\"img\" \
         aria-label=\"{label}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}
