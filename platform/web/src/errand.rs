use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{App, Error, Result, guard};

/// The cookie of an errand.
pub(crate) const COOKIE: &str = "binhyen-errand";

/// The secret of an errand that leads a browser to another house and back. Only that browser has it, for ten minutes;
/// whoever comes back without it never left from here.
pub struct Errand(pub Option<String>);

impl FromRequestParts<App> for Errand {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Errand> {
        let secret = guard::own_cookie(&parts.headers, &app.settings, COOKIE);
        Ok(Errand(secret.filter(|it| !it.is_empty()).map(str::to_owned)))
    }
}

impl App {
    /// Begins an errand: the cookie to set, and the secret in it.
    pub fn new_errand(&self) -> (String, String) {
        let bytes: [u8; 32] = self.chance.bytes();
        let secret = kernel::hex(&bytes);
        (self.named_cookie(COOKIE, &secret, "; Max-Age=600"), secret)
    }

    /// The cookie that takes the secret away.
    pub fn no_errand(&self) -> String {
        self.named_cookie(COOKIE, "", "; Max-Age=0")
    }
}
