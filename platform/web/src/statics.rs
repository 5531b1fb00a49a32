//! The stylesheet, the scripts and the icons: embedded, addressed by their content, kept by browsers for a year. What a
//! telephone asks before it installs us; and who to tell of a weakness.

use axum::{
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

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
/// Where the icon stands. The pictures change with it and share its number.
pub(crate) const ICON_PATH: &str = concat!("/static/icon-", env!("BINHYEN_ICON_HASH"), ".svg");
/// The same for a home screen that takes no drawing.
pub(crate) const APPLE_PATH: &str = concat!("/static/icon-180-", env!("BINHYEN_ICON_HASH"), ".png");
const SMALL_PATH: &str = concat!("/static/icon-192-", env!("BINHYEN_ICON_HASH"), ".png");
const LARGE_PATH: &str = concat!("/static/icon-512-", env!("BINHYEN_ICON_HASH"), ".png");

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

/// Every icon: where it stands, what it is, its bytes.
pub(crate) const ICONS: [(&str, &str, &[u8]); 4] = [
    (ICON_PATH, "image/svg+xml", include_bytes!("../../../web/icons/icon.svg")),
    (APPLE_PATH, "image/png", include_bytes!("../../../web/icons/icon-180.png")),
    (SMALL_PATH, "image/png", include_bytes!("../../../web/icons/icon-192.png")),
    (LARGE_PATH, "image/png", include_bytes!("../../../web/icons/icon-512.png")),
];

/// One of the icons.
pub(crate) fn icon(kind: &'static str, bytes: &'static [u8]) -> Response {
    (headers(kind), bytes).into_response()
}

/// What a telephone asks before it puts us on its home screen (W3C Web Application Manifest).
pub(crate) async fn manifest() -> Response {
    let icon = |path: &str, size: &str, kind: &str, purpose: &str| json!({ "src": path, "sizes": size, "type": kind, "purpose": purpose });
    let manifest = json!({
        "id": "/",
        "name": "Bình Yên – phong trào Toàn dân bảo vệ an ninh Tổ quốc",
        "short_name": "Bình Yên",
        "lang": "vi",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#12523a",
        "icons": [
            icon(ICON_PATH, "any", "image/svg+xml", "any"),
            icon(SMALL_PATH, "192x192", "image/png", "any"),
            icon(LARGE_PATH, "512x512", "image/png", "any maskable"),
        ],
    });
    let kept = [(header::CONTENT_TYPE, "application/manifest+json"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (kept, manifest.to_string()).into_response()
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
