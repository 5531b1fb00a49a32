//! Our cookies: of a session, of a browser that is known at the door, of an errand. Each holds a secret that only its
//! browser has; the database knows what it hashes to.

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};

use crate::{App, SessionKey, Settings};

const SESSION: &str = "binhyen";
const BROWSER: &str = "binhyen-browser";
const ERRAND: &str = "binhyen-errand";

/// What the database knows a cookie's secret by.
pub(crate) fn key(secret: &str) -> SessionKey {
    SessionKey(kernel::hex(&Sha256::digest(secret.as_bytes())))
}

/// The secret of the session, if a browser sent one.
pub(crate) fn of_session<'a>(headers: &'a HeaderMap, settings: &Settings) -> Option<&'a str> {
    own(headers, settings, SESSION)
}

/// The secret by which a browser is known again, if it sent one.
pub(crate) fn of_browser<'a>(headers: &'a HeaderMap, settings: &Settings) -> Option<&'a str> {
    own(headers, settings, BROWSER)
}

/// The secret of an errand, if a browser came back with one.
pub(crate) fn of_errand<'a>(headers: &'a HeaderMap, settings: &Settings) -> Option<&'a str> {
    own(headers, settings, ERRAND).filter(|it| !it.is_empty())
}

/// A cookie that only we may have set.
fn own<'a>(headers: &'a HeaderMap, settings: &Settings, name: &str) -> Option<&'a str> {
    if settings.secure { value(headers, &format!("__Host-{name}")) } else { value(headers, name) }
}

/// A cookie that anybody may have set.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    all.flat_map(|it| it.split(';')).find_map(|it| it.trim().strip_prefix(name)?.strip_prefix('='))
}

impl App {
    /// A new session: the cookie to set and the key to store.
    pub fn new_session(&self) -> (String, SessionKey) {
        let secret = self.secret();
        (self.cookie(SESSION, &secret, ""), key(&secret))
    }

    /// The cookie that takes the session away.
    pub fn no_session(&self) -> String {
        self.cookie(SESSION, "", "; Max-Age=0")
    }

    /// The cookie by which a browser is known again at the door, for half a year, and its key to store. It opens
    /// nothing.
    pub fn new_browser(&self) -> (String, SessionKey) {
        let secret = self.secret();
        (self.cookie(BROWSER, &secret, "; Max-Age=15552000"), key(&secret))
    }

    /// Begins an errand, of ten minutes: the cookie to set, and the secret in it.
    pub fn new_errand(&self) -> (String, String) {
        let secret = self.secret();
        (self.cookie(ERRAND, &secret, "; Max-Age=600"), secret)
    }

    /// The cookie that ends an errand.
    pub fn no_errand(&self) -> String {
        self.cookie(ERRAND, "", "; Max-Age=0")
    }

    fn secret(&self) -> String {
        kernel::hex(&self.chance.bytes::<32>())
    }

    fn cookie(&self, name: &str, value: &str, more: &str) -> String {
        // With this prefix a browser takes the cookie from this very host over https only: no sibling host can plant one.
        let (prefix, secure) = if self.settings.secure { ("__Host-", "; Secure") } else { ("", "") };
        format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}")
    }
}
