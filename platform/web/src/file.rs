use axum::{
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
    http::header,
};

use crate::{App, Error, Result, Typed, form};

/// The largest request that carries a file: a signed report with its pictures.
const LIMIT: usize = 11 << 20;
/// The longest name of a file that is kept, in letters.
const NAME: usize = 60;

/// A file as it was sent.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Its name without folders, cut where it is long; told to people, never trusted.
    pub name: String,
    /// Its bytes; none if no file was chosen. [`File::checked`] gives them out.
    pub(crate) bytes: Vec<u8>,
}

/// A form of ours with a file. Its hidden word stands before the file, so that a forged one is refused unread.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// The fields, in order.
    pub typed: Typed,
    /// The file.
    pub file: File,
}

impl FromRequest<App> for Sent {
    type Rejection = Error;

    async fn from_request(mut request: Request, app: &App) -> Result<Sent> {
        let word = form::expected_word(&request, &app.settings);
        let length = request.headers().get(header::CONTENT_LENGTH);
        if length.and_then(|it| it.to_str().ok()?.parse::<usize>().ok()).is_some_and(|it| it > LIMIT) {
            return Err(Error::Bad("file too large"));
        }
        DefaultBodyLimit::max(LIMIT).apply(&mut request);
        let mut parts =
            Multipart::from_request(request, app).await.map_err(|_| Error::Bad("not a form with a file"))?;
        let mut sent = Sent::default();
        while let Some(part) = parts.next_field().await.map_err(|_| Error::Bad("form broken off"))? {
            let name = part.name().unwrap_or_default().to_owned();
            if let Some(file) = part.file_name() {
                sent.typed.must_carry(word.as_deref())?;
                let last = file.rsplit(['/', '\\']).next().unwrap_or_default();
                let name = last.chars().filter(|it| !it.is_control()).take(NAME).collect();
                let bytes = part.bytes().await.map_err(|_| Error::Bad("file too large"))?.to_vec();
                sent.file = File { name, bytes };
            } else {
                let text = part.text().await.map_err(|_| Error::Bad("not a form"))?;
                form::must_be_text(&name, &text)?;
                sent.typed.0.push((name, text));
            }
        }
        sent.typed.must_carry(word.as_deref())?;
        Ok(sent)
    }
}
