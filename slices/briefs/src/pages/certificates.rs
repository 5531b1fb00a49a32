//! The public page on which anybody checks a certificate, the key, the list of what was revoked, and a page that does the
//! same without any network.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::Issues;
use web::{App, Field, Page, Result, Typed, Who};

use crate::{
    COMMEND, acts,
    certificate::{Content, VerifyError, known, verify},
};

#[derive(askama::Template)]
#[template(path = "certificates.html")]
struct CertificatesPage<'a> {
    p: &'a Page,
    key: String,
    text: &'a str,
    said: Option<std::result::Result<Content, VerifyError>>,
    /// The field of a code to be revoked, for who may.
    code: Option<Field<'a>>,
}

/// The public key, and a field to check a certificate.
pub(crate) async fn page(State(app): State<App>, page: Page) -> Result<Response> {
    show(&app, &page, "", None, "", &Issues::new()).await
}

/// A certificate's text, checked.
pub(crate) async fn checked(State(app): State<App>, page: Page, typed: Typed) -> Result<Response> {
    let text = typed.text("text").to_owned();
    let (key, revoked) = known(&app).await?;
    show(&app, &page, &text, Some(verify(&text, &key, &revoked)), "", &Issues::new()).await
}

async fn show(
    app: &App,
    page: &Page,
    text: &str,
    said: Option<std::result::Result<Content, VerifyError>>,
    code: &str,
    issues: &Issues,
) -> Result<Response> {
    let (key, _) = known(app).await?;
    let may_revoke = page.who.as_ref().is_some_and(|it| it.may(COMMEND));
    let code = may_revoke.then(|| {
        Field::new(page, "code", "briefs-certificate-code", code, issues).hint(page.t("briefs-certificate-code-hint"))
    });
    let content = CertificatesPage { p: page, key, text, said, code };
    let status = if issues.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.show_with(status, &page.t("briefs-certificates"), issues, &content)
}

/// Takes a certificate back by its code.
pub(crate) async fn revoke(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let code = typed.text("code");
    let done = acts::revoke(&app, &who, code).await;
    let to = |()| "/certificates?done=revoked".to_owned();
    web::answered(done, to, async |issues| show(&app, &page, "", None, code, &issues).await).await
}

/// The public key alone.
pub(crate) async fn key_file(State(app): State<App>) -> Result<Response> {
    Ok(plain(format!("{}\n", known(&app).await?.0)))
}

/// The revoked codes, one a line.
pub(crate) async fn revoked_file(State(app): State<App>) -> Result<Response> {
    let lines = known(&app).await?.1.into_iter().flat_map(|it| [it, "\n".to_owned()]);
    Ok(plain(lines.collect()))
}

fn plain(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// A page to keep: it checks certificates without any network.
pub(crate) async fn offline(State(app): State<App>) -> Result<Response> {
    let (key, revoked) = known(&app).await?;
    let html = include_str!("../../templates/offline.html")
        .replace("%KEY%", &key)
        .replace("%REVOKED%", &revoked.join(" "))
        .replace("%DAY%", &web::date(app.clock.today()));
    Ok(super::download("text/html; charset=utf-8", "kiem-tra-giay-khen.html", html.into_bytes()))
}
