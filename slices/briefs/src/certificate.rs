//! Certificates that anybody can check: a few lines of text and their Ed25519 signature, printed as a QR code.
//!
//! The text says what the paper says. Nothing of it is kept here: no recipient has a row. What can be taken back is a
//! code, which the revocation list names.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use store::Conn;
use web::{App, Error, Page, Result, Typed, Who};

use crate::EDIT;

/// The first line of every text: the format's name and version.
const FORMAT: &str = "BINHYEN CHUNG NHAN 1";
/// Where the secret key is kept.
const KEY: &str = "certificate_key";
/// A text is never longer.
const LONGEST: usize = 4_000;

/// What a certificate says, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// "GIẤY KHEN".
    pub form: String,
    /// To whom.
    pub recipient: String,
    /// What for.
    pub reason: String,
    /// Who grants.
    pub authority: String,
    /// The period or day.
    pub day: String,
}

/// Why a certificate does not hold, in words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not such a text.
    #[error("đây không phải nội dung giấy chứng nhận của Bình Yên / this is no certificate text of Bình Yên")]
    Format,
    /// Not such a key.
    #[error("khóa công khai phải gồm 64 chữ số thập lục phân / the public key has 64 hexadecimal digits")]
    Key,
    /// The text was changed, or another key signed it.
    #[error("CHỮ KÝ KHÔNG ĐÚNG: nội dung đã bị sửa hoặc không do đơn vị này cấp / THE SIGNATURE IS WRONG")]
    Signature,
    /// It was taken back.
    #[error("GIẤY NÀY ĐÃ BỊ THU HỒI / THIS CERTIFICATE WAS REVOKED")]
    Revoked,
}

/// One line, without what would end it.
fn line(text: &str) -> String {
    viet::composed(text.split_whitespace().collect::<Vec<_>>().join(" ").as_str())
}

/// The text to be printed as a QR code, and the certificate's code.
pub(crate) fn sign(content: &Content, key: &SigningKey) -> (String, String) {
    let Content { form, recipient, reason, authority, day } = content;
    let said = [FORMAT, form, recipient, reason, authority, day].map(line).join("\n");
    let code: String = kernel::hex(&Sha256::digest(said.as_bytes())).chars().take(16).collect();
    let signed = format!("{said}\n{code}");
    let signature = kernel::hex(&key.sign(signed.as_bytes()).to_bytes());
    (format!("{signed}\n{signature}"), code)
}

/// Checks a certificate's text against a public key (64 hexadecimal digits) and the codes that were revoked.
///
/// # Errors
/// Why it does not hold.
pub fn verify(text: &str, key: &str, revoked: &[String]) -> std::result::Result<Content, VerifyError> {
    if text.len() > LONGEST {
        return Err(VerifyError::Format);
    }
    let text = text.trim().lines().map(line).collect::<Vec<_>>().join("\n");
    let (signed, signature) = text.rsplit_once('\n').ok_or(VerifyError::Format)?;
    let lines: Vec<&str> = signed.split('\n').collect();
    let [format, form, recipient, reason, authority, day, code] = lines.as_slice() else {
        return Err(VerifyError::Format);
    };
    if *format != FORMAT {
        return Err(VerifyError::Format);
    }
    let key = VerifyingKey::from_bytes(&bytes(key.trim()).ok_or(VerifyError::Key)?).map_err(|_| VerifyError::Key)?;
    let signature = Signature::from_bytes(&bytes(signature).ok_or(VerifyError::Format)?);
    key.verify_strict(signed.as_bytes(), &signature).map_err(|_| VerifyError::Signature)?;
    if revoked.iter().any(|it| it.trim() == *code) {
        return Err(VerifyError::Revoked);
    }
    let [form, recipient, reason, authority, day] =
        [form, recipient, reason, authority, day].map(|it| (*it).to_owned());
    Ok(Content { form, recipient, reason, authority, day })
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    if hex.len() != 2 * N || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// The key of this server, made at its first use.
pub(crate) async fn key(app: &App) -> Result<SigningKey> {
    let mut conn = app.db.read().await?;
    let kept = store::setting(&mut conn, KEY).await?;
    drop(conn);
    if let Some(secret) = kept.as_deref().and_then(bytes) {
        return Ok(SigningKey::from_bytes(&secret));
    }
    let mut tx = app.db.write().await?;
    if let Some(secret) = store::setting(&mut tx, KEY).await?.as_deref().and_then(bytes) {
        return Ok(SigningKey::from_bytes(&secret));
    }
    let secret: [u8; 32] = app.chance.bytes();
    store::set_setting(&mut tx, KEY, &kernel::hex(&secret)).await?;
    tx.commit().await?;
    Ok(SigningKey::from_bytes(&secret))
}

async fn public_key(app: &App) -> Result<String> {
    Ok(kernel::hex(key(app).await?.verifying_key().as_bytes()))
}

async fn revoked(conn: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = conn.query("select code from revoked_certificate order by code").all().await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

#[derive(askama::Template)]
#[template(path = "certificates.html")]
struct CertificatesPage<'a> {
    p: &'a Page,
    key: String,
    text: &'a str,
    said: Option<std::result::Result<Content, VerifyError>>,
    may_revoke: bool,
}

/// The public key, and a field to check a certificate.
pub(crate) async fn page(State(app): State<App>, page: Page) -> Result<Response> {
    show(&app, &page, "", None).await
}

/// A certificate's text, checked.
pub(crate) async fn checked(State(app): State<App>, page: Page, typed: Typed) -> Result<Response> {
    let text = typed.text("text").to_owned();
    let key = public_key(&app).await?;
    let mut conn = app.db.read().await?;
    let said = verify(&text, &key, &revoked(&mut conn).await?);
    drop(conn);
    show(&app, &page, &text, Some(said)).await
}

async fn show(
    app: &App,
    page: &Page,
    text: &str,
    said: Option<std::result::Result<Content, VerifyError>>,
) -> Result<Response> {
    let key = public_key(app).await?;
    let may_revoke = page.who.as_ref().is_some_and(|it| it.may(EDIT));
    page.show(&page.t("briefs-certificates"), &CertificatesPage { p: page, key, text, said, may_revoke })
}

/// The public key alone.
pub(crate) async fn key_file(State(app): State<App>) -> Result<Response> {
    Ok(plain(format!("{}\n", public_key(&app).await?)))
}

/// The revoked codes, one a line.
pub(crate) async fn revoked_file(State(app): State<App>) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let codes = revoked(&mut conn).await?;
    Ok(plain(codes.iter().map(|it| format!("{it}\n")).collect()))
}

fn plain(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// A page to keep: it checks certificates without any network.
pub(crate) async fn offline(State(app): State<App>) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let codes = revoked(&mut conn).await?;
    drop(conn);
    let html = include_str!("../templates/offline.html")
        .replace("%KEY%", &public_key(&app).await?)
        .replace("%REVOKED%", &codes.join(" "));
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"kiem-tra-giay-khen.html\""),
    ];
    Ok((headers, html).into_response())
}

/// Takes a certificate back by its code.
pub(crate) async fn revoke(State(app): State<App>, who: Who, typed: Typed) -> Result<Response> {
    let code = typed.text("code").to_ascii_lowercase();
    if code.len() != 16 || !code.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Err(Error::Refused(vec![kernel::Issue::new("code", "briefs-certificate-code-wrong")]));
    }
    let unit = who.scope(EDIT)?.tops().first().copied().ok_or(Error::Forbidden)?;
    let mut tx = app.db.write().await?;
    tx.query("insert into revoked_certificate (code, unit_id, revoked_at, revoked_by) values ($1, $2, $3, $4) on conflict (code) do nothing")
        .bind(code)
        .bind(unit.0)
        .bind(app.clock.now().micros())
        .bind(who.name.clone())
        .run()
        .await?;
    tx.commit().await?;
    Ok(Redirect::to("/certificates?done=revoked").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Content {
        Content {
            form: "GIẤY KHEN".into(),
            recipient: "Nhân dân và cán bộ Thôn 1\n".into(),
            reason: "Thành tích xuất sắc".into(),
            authority: "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ MẪU 01".into(),
            day: "Năm 2026".into(),
        }
    }

    #[test]
    fn only_the_unchanged_text_holds() {
        let secret = SigningKey::from_bytes(&[7; 32]);
        let key = kernel::hex(secret.verifying_key().as_bytes());
        let (text, code) = sign(&content(), &secret);
        assert_eq!(verify(&text, &key, &[]).map(|it| it.recipient), Ok("Nhân dân và cán bộ Thôn 1".to_owned()));
        assert!(verify(&format!("{}\n", text.replace('\n', "\r\n")), &key, &[]).is_ok());
        assert_eq!(verify(&text.replace("Thôn 1", "Thôn 2"), &key, &[]), Err(VerifyError::Signature));
        assert_eq!(
            verify(&text, &kernel::hex(SigningKey::from_bytes(&[8; 32]).verifying_key().as_bytes()), &[]),
            Err(VerifyError::Signature)
        );
        assert_eq!(verify(&text, &key, &[code]), Err(VerifyError::Revoked));
        assert_eq!(verify(&text, "xyz", &[]), Err(VerifyError::Key));
        assert_eq!(verify("GIẤY KHEN", &key, &[]), Err(VerifyError::Format));
        assert_eq!(verify(&"x\n".repeat(5000), &key, &[]), Err(VerifyError::Format));
        assert!(paper::qr(&text, "x", 26).is_some(), "it fits a QR code");
    }
}
