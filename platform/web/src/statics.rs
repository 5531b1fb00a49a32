//! The stylesheet: embedded, addressed by its content, kept by browsers for a year.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// The one stylesheet.
pub(crate) const CSS: &str = include_str!("../../../web/app.css");

/// Where it stands. The number changes with the content.
pub(crate) const CSS_PATH: &str = concat!("/static/app-", env!("BINHYEN_CSS_HASH"), ".css");

pub(crate) async fn css() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, CSS).into_response()
}
