use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::{App, Error, Result, Settings, Who, cookie};

/// The largest form we take. The widest return has a few hundred short fields.
const LIMIT: usize = 512 * 1024;

/// What was typed, field by field, in order.
#[derive(Debug, Clone, Default)]
pub struct Typed(pub Vec<(String, String)>);

impl Typed {
    /// A field's text, trimmed; empty if it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value.trim())
    }

    /// Refuses a form that does not carry the word which [`expected_word`] says.
    pub(crate) fn must_carry(&self, word: Option<&str>) -> Result<()> {
        match word {
            Some(word) if self.text("csrf") != word => Err(Error::Bad("hidden word missing or wrong")),
            _ => Ok(()),
        }
    }
}

/// The hidden word that forms of a session carry. It cannot be told from the key in the database alone.
pub(crate) fn hidden_word(secret: &str) -> String {
    kernel::hex(&Sha256::digest(format!("csrf {secret}").as_bytes()))
}

/// The hidden word that a request's form must carry; none from who is not signed in.
pub(crate) fn expected_word(request: &Request, settings: &Settings) -> Option<String> {
    request.extensions().get::<Who>()?;
    cookie::of_session(request.headers(), settings).map(hidden_word)
}

/// Refuses a zero byte: no text of ours holds one, and `PostgreSQL` takes none.
pub(crate) fn must_be_text(name: &str, value: &str) -> Result<()> {
    if name.contains('\0') || value.contains('\0') { Err(Error::Bad("a zero byte")) } else { Ok(()) }
}

/// The fields of a form of ours as they came: its hidden word is checked before anything else is read.
impl FromRequest<App> for Typed {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Typed> {
        let word = expected_word(&request, &app.settings);
        let body = to_bytes(request.into_body(), LIMIT).await.map_err(|_| Error::Bad("form too large"))?;
        let typed = Typed(serde_urlencoded::from_bytes(&body).map_err(|_| Error::Bad("not a form"))?);
        typed.0.iter().try_for_each(|(name, value)| must_be_text(name, value))?;
        typed.must_carry(word.as_deref())?;
        Ok(typed)
    }
}

/// The same, read into a page's own fields.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Form<T>> {
        let typed = Typed::from_request(request, app).await?;
        let text = serde_urlencoded::to_string(&typed.0).map_err(|_| Error::Bad("not a form"))?;
        serde_urlencoded::from_str(&text).map(Form).map_err(|_| Error::Bad("not the form of this page"))
    }
}
