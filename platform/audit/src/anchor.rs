use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use kernel::Instant;

/// The secret half of the key that signs anchors. Its `Debug` shows the public half only.
#[derive(Clone)]
pub struct Key(SigningKey);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.public())
    }
}

impl Key {
    /// The key made from 32 secret bytes (Ed25519, RFC 8032).
    pub fn from_bytes(bytes: &[u8; 32]) -> Key {
        Key(SigningKey::from_bytes(bytes))
    }

    /// The key from its 64 hex digits; `None` if they are not.
    pub fn from_hex(text: &str) -> Option<Key> {
        unhex(text.trim()).map(|it| Key::from_bytes(&it))
    }

    /// The public half, in hex: worth a place outside this machine.
    pub fn public(&self) -> String {
        kernel::hex(self.0.verifying_key().as_bytes())
    }

    pub(crate) fn sign(&self, text: &str) -> String {
        kernel::hex(&self.0.sign(text.as_bytes()).to_bytes())
    }
}

/// Whether a text is a public key in hex.
pub fn public_key(text: &str) -> Option<String> {
    let bytes: [u8; 32] = unhex(text.trim())?;
    VerifyingKey::from_bytes(&bytes).ok().map(|it| kernel::hex(it.as_bytes()))
}

/// Whether this public key proves this signature of this text.
pub(crate) fn proves(key: &str, signature: &str, text: &str) -> bool {
    let key = unhex(key).and_then(|it| VerifyingKey::from_bytes(&it).ok());
    let signature = unhex::<64>(signature).map(|it| Signature::from_bytes(&it));
    key.zip(signature).is_some_and(|(key, signature)| key.verify(text.as_bytes(), &signature).is_ok())
}

/// What is signed: the anchor's number and moment, the signature before it, and every head.
pub(crate) fn said(number: i64, at: Instant, before: &str, heads: &str) -> String {
    format!("binhyen audit anchor 1\n{number}\n{}\n{before}\n{heads}", at.micros())
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    kernel::unhex(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_proves_one_text_by_one_key() {
        let (key, other) = (Key::from_bytes(&[1; 32]), Key::from_bytes(&[2; 32]));
        let at = Instant::from_micros(7);
        let text_of = |number| said(number, at, "", "0 1 ab");
        let signature = key.sign(&text_of(1));
        assert!(proves(&key.public(), &signature, &text_of(1)));
        assert!(!proves(&key.public(), &signature, &text_of(2)));
        assert!(!proves(&other.public(), &signature, &text_of(1)));
        assert!(!proves("", &signature, &text_of(1)));
        assert!(!proves(&key.public(), "00", &text_of(1)));
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        let key = Key::from_hex(&"0a".repeat(32)).unwrap();
        assert_eq!(key.public(), Key::from_bytes(&[10; 32]).public());
        assert_eq!(public_key(&key.public()), Some(key.public()));
        assert!(Key::from_hex("0a").is_none());
        assert!(Key::from_hex(&"0g".repeat(32)).is_none());
        assert!(!format!("{key:?}").contains(&"0a".repeat(8)), "the secret is not shown");
    }
}
