//! The stylesheet and the scripts: embedded, addressed by their content, kept by browsers for a year. And who to tell
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

/// Where the script stands that hands questions to passkeys.
pub const PASSKEY_JS: &str = concat!("/static/passkey-", env!("BINHYEN_PASSKEY_HASH"), ".js");

/// Where the script stands that walks through the grid and adds up.
pub const ENTRY_JS: &str = concat!("/static/entry-", env!("BINHYEN_ENTRY_HASH"), ".js");

/// Where the script stands that keeps what is typed, on this device and on the server.
pub const KEEP_JS: &str = concat!("/static/keep-", env!("BINHYEN_KEEP_HASH"), ".js");

/// Where the service worker stands: at the root, for it serves every page below it, and under one name, by which
/// browsers look for a newer one.
pub(crate) const WORKER_JS: &str = "/worker.js";

/// For how long `security.txt` holds: half a year from whenever it is read.
const HOLDS: i32 = 180;

pub(crate) async fn css() -> Response {
    (headers("text/css; charset=utf-8"), CSS).into_response()
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

pub(crate) async fn passkey() -> Response {
    (headers(SCRIPT), include_str!("../../../web/passkey.js")).into_response()
}

pub(crate) async fn entry() -> Response {
    (headers(SCRIPT), include_str!("../../../web/entry.js")).into_response()
}

pub(crate) async fn keep() -> Response {
    (headers(SCRIPT), include_str!("../../../web/keep.js")).into_response()
}

pub(crate) async fn worker() -> Response {
    let headers = [(header::CONTENT_TYPE, SCRIPT), (header::CACHE_CONTROL, "no-cache")];
    (headers, include_str!("../../../web/worker.js")).into_response()
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
