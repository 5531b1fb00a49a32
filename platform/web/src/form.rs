use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
};
use serde::de::DeserializeOwned;

use crate::{App, Error, Result, Who, guard};

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
}

/// A form of ours that was sent back: its hidden word is checked before anything is read.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Form<T>> {
        let Form(typed) = <Form<Typed> as Checked>::checked(request, app).await?;
        let text = serde_urlencoded::to_string(&typed.0).map_err(|_| Error::Bad("not a form"))?;
        serde_urlencoded::from_str(&text).map(Form).map_err(|_| Error::Bad("not the form of this page"))
    }
}

/// The fields as they came.
impl FromRequest<App> for Typed {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Typed> {
        <Form<Typed> as Checked>::checked(request, app).await.map(|it| it.0)
    }
}

trait Checked: Sized {
    async fn checked(request: Request, app: &App) -> Result<Self>;
}

impl Checked for Form<Typed> {
    async fn checked(request: Request, app: &App) -> Result<Self> {
        let signed_in = request.extensions().get::<Who>().is_some();
        let expected = guard::session_cookie(request.headers(), &app.settings).filter(|_| signed_in).map(guard::csrf);
        let body = to_bytes(request.into_body(), LIMIT).await.map_err(|_| Error::Bad("form too large"))?;
        let fields: Vec<(String, String)> =
            serde_urlencoded::from_bytes(&body).map_err(|_| Error::Bad("not a form"))?;
        if fields.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Error::Bad("a zero byte"));
        }
        let typed = Typed(fields);
        if let Some(expected) = expected
            && typed.text("csrf") != expected
        {
            return Err(Error::Bad("hidden word missing or wrong"));
        }
        Ok(Form(typed))
    }
}
