//! Certificates and decisions that anybody can check: a few lines of text and their Ed25519 signature (RFC 8032), printed
//! as a QR code.
//!
//! The text says what the paper says. Nothing of it is kept here: no recipient has a row. What can be taken back is a
//! code, which the revocation list names.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use kernel::UnitId;
use sha2::{Digest, Sha256};
use web::App;

use crate::store::certificates;

/// The first line of every text: the format's name and version.
const FORMAT: &str = "BINHYEN CHUNG NHAN 1";
/// Where the secret key is kept.
const KEY: &str = "certificate_key";
/// A text is never longer, in bytes.
const LONGEST: usize = 4_000;
/// So many digits of the text's hash are in its code.
const DIGITS: usize = 16;

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

/// The text to be printed as a QR code, and the code by which the unit can revoke it.
pub(crate) fn sign(content: &Content, unit: UnitId, key: &SigningKey) -> (String, String) {
    let Content { form, recipient, reason, authority, day } = content;
    let said = [FORMAT, form, recipient, reason, authority, day].map(line).join("\n");
    let hash = kernel::hex(&Sha256::digest(said.as_bytes()));
    let code = format!("{unit}-{}", hash.get(..DIGITS).unwrap_or_default());
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

/// The key of this server, made at its first use. It lies in the database, so that several servers sign alike.
///
/// # Errors
/// The store's.
pub(crate) async fn key(app: &App) -> store::Result<SigningKey> {
    let mut conn = app.db.read().await?;
    let kept = store::setting(&mut conn, KEY).await?;
    drop(conn);
    if let Some(secret) = kept.as_deref().and_then(bytes) {
        return Ok(SigningKey::from_bytes(&secret));
    }
    let secret: [u8; 32] = app.chance.bytes();
    let mut tx = app.db.write().await?;
    // Another server may have made one in the same moment: the first stays.
    let kept = certificates::keep_first(&mut tx, KEY, &kernel::hex(&secret)).await?;
    tx.commit().await?;
    Ok(SigningKey::from_bytes(&bytes(&kept).unwrap_or(secret)))
}

/// What a text is checked against: the public key of this server in hexadecimal digits, and the codes that were revoked.
///
/// # Errors
/// The store's.
pub async fn known(app: &App) -> store::Result<(String, Vec<String>)> {
    let key = kernel::hex(key(app).await?.verifying_key().as_bytes());
    let mut conn = app.db.read().await?;
    Ok((key, certificates::revoked(&mut conn).await?))
}

/// The unit whose code this is: `u-DNK-0123456789abcdef`.
pub(crate) fn unit_of(code: &str) -> Option<UnitId> {
    let (unit, digits) = code.rsplit_once('-')?;
    let sound = digits.len() == DIGITS && digits.bytes().all(|it| it.is_ascii_hexdigit() && !it.is_ascii_uppercase());
    sound.then(|| unit.parse().ok()).flatten()
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
        let (text, code) = sign(&content(), UnitId(7), &secret);
        assert_eq!(unit_of(&code), Some(UnitId(7)));
        assert_eq!(unit_of("u-DNK-0123456789ABCDEF"), None);
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
