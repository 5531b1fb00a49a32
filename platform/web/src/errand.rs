use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{App, Error, Result, cookie};

/// The secret of an errand that leads a browser to another house and back. Only that browser has it, for ten minutes;
/// whoever comes back without it never left from here.
pub struct Errand(pub Option<String>);

impl FromRequestParts<App> for Errand {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Errand> {
        Ok(Errand(cookie::of_errand(&parts.headers, &app.settings).map(str::to_owned)))
    }
}
