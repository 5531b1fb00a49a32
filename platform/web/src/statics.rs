//! The stylesheet and the one script: embedded, addressed by their content, kept by browsers for a year. And who to tell
//! of a weakness.

use axum::{
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};

use crate::{App, Error, Result};

/// The one stylesheet.
pub(crate) const CSS: &str = include_str!("../../../web/app.css");

/// Where it stands. The number changes with the content.
pub(crate) const CSS_PATH: &str = concat!("/static/app-", env!("BINHYEN_CSS_HASH"), ".css");

/// Where the one script stands, which hands questions to passkeys.
pub const PASSKEY_JS: &str = concat!("/static/passkey-", env!("BINHYEN_PASSKEY_HASH"), ".js");

/// For how long `security.txt` holds: half a year from whenever it is read.
const HOLDS: i32 = 180;

pub(crate) async fn css() -> Response {
    (headers("text/css; charset=utf-8"), CSS).into_response()
}

pub(crate) async fn passkey() -> Response {
    (headers("text/javascript; charset=utf-8"), include_str!("../../../web/passkey.js")).into_response()
}

fn headers(kind: &'static str) -> [(HeaderName, &'static str); 2] {
    [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")]
}

/// Whom to tell of a weakness (RFC 9116), if the server was told.
pub(crate) async fn security(State(app): State<App>) -> Result<Response> {
    let contact = app.settings.contact.as_ref().ok_or(Error::NotFound)?;
    let until = app.clock.today().plus(HOLDS);
    let text = format!("Contact: {contact}\nExpires: {until}T00:00:00Z\nPreferred-Languages: vi, en\n");
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
