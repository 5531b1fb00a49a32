//! Secrets that the program must be able to read again and a thief of the database must not: sealed with a key that is
//! not in the database (AES-256-GCM). A sealed text opens only where it was sealed, so that nobody who can write to the
//! database moves one account's secret to another.

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use sha2::{Digest, Sha256};

use crate::App;

/// The way of sealing, first word of every sealed text.
const WAY: &str = "s1";

/// The keys: the newest seals, all open. Its `Debug` shows their names only.
#[derive(Clone)]
pub struct Seal(Vec<Key>);

#[derive(Clone)]
struct Key {
    name: String,
    bytes: [u8; 32],
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|it| &it.name)).finish()
    }
}

impl Seal {
    /// Reads keys of 64 hex digits, one a line, the newest first; `None` if there is none or one is not a key.
    pub fn parse(text: &str) -> Option<Seal> {
        let key = |line: &str| {
            let bytes: [u8; 32] = kernel::unhex(line.trim())?.try_into().ok()?;
            let name = kernel::hex(&Sha256::digest([b"binhyen seal ".as_slice(), &bytes].concat()));
            Some(Key { name: name.get(..8)?.to_owned(), bytes })
        };
        let keys: Option<Vec<Key>> = text.lines().filter(|it| !it.trim().is_empty()).map(key).collect();
        keys.filter(|it| !it.is_empty()).map(Seal)
    }

    /// The names of the keys, the newest first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|it| it.name.as_str())
    }

    /// Seals a secret for a place, `totp 12`; `None` if there is no sealing it. The nonce is used once.
    pub fn seal(&self, nonce: [u8; 12], place: &str, secret: &str) -> Option<String> {
        let key = self.0.first()?;
        let text = Payload { msg: secret.as_bytes(), aad: place.as_bytes() };
        let sealed = Aes256Gcm::new(&key.bytes.into()).encrypt(&nonce.into(), text).ok()?;
        Some(format!("{WAY}.{}.{}.{}", key.name, kernel::hex(&nonce), kernel::hex(&sealed)))
    }

    /// The secret, if it was sealed for this place with one of these keys and nobody changed it.
    pub fn open(&self, place: &str, sealed: &str) -> Option<String> {
        let [WAY, name, nonce, text] = sealed.split('.').collect::<Vec<_>>()[..] else { return None };
        let key = self.0.iter().find(|it| it.name == name)?;
        let nonce: [u8; 12] = kernel::unhex(nonce)?.try_into().ok()?;
        let text = kernel::unhex(text)?;
        let text = Payload { msg: &text, aad: place.as_bytes() };
        String::from_utf8(Aes256Gcm::new(&key.bytes.into()).decrypt(&nonce.into(), text).ok()?).ok()
    }

    /// Whether a text is sealed with the newest key.
    pub fn is_newest(&self, sealed: &str) -> bool {
        self.names().next().is_some_and(|it| sealed.starts_with(&format!("{WAY}.{it}.")))
    }
}

impl App {
    /// Seals a secret for a place; `None` without a key.
    pub fn seal(&self, place: &str, secret: &str) -> Option<String> {
        self.settings.seal.as_ref()?.seal(self.chance.bytes(), place, secret)
    }

    /// Opens what [`App::seal`] made for the same place.
    pub fn unseal(&self, place: &str, sealed: &str) -> Option<String> {
        self.settings.seal.as_ref()?.open(place, sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: [u8; 12] = [9; 12];

    fn keys(digits: &str) -> Seal {
        let lines: Vec<String> = digits.chars().map(|it| it.to_string().repeat(64)).collect();
        Seal::parse(&lines.join("\n")).unwrap()
    }

    #[test]
    fn a_secret_opens_where_it_was_sealed_and_nowhere_else() {
        let seal = keys("a");
        let sealed = seal.seal(NONCE, "totp 1", "GEZDGNBV").unwrap();
        assert!(!sealed.contains("GEZDGNBV"));
        assert_eq!(seal.open("totp 1", &sealed).as_deref(), Some("GEZDGNBV"));
        assert_eq!(seal.open("totp 2", &sealed), None, "A3: moved to another account");
        assert_eq!(keys("b").open("totp 1", &sealed), None);
        // A4: cut, lengthened, one digit changed.
        for at in 0..sealed.len() {
            let mut other = sealed.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(seal.open("totp 1", str::from_utf8(&other).unwrap()), None, "{at}");
            assert_eq!(seal.open("totp 1", &sealed[..at]), None, "{at}");
        }
        assert_eq!(seal.open("totp 1", &format!("{sealed}00")), None);
        assert_eq!(seal.open("totp 1", "GEZDGNBV"), None, "what was never sealed is not opened");
    }

    #[test]
    fn the_newest_key_seals_and_older_ones_open() {
        let old = keys("a").seal(NONCE, "totp 1", "GEZDGNBV").unwrap();
        let seal = keys("ba");
        assert_eq!(seal.open("totp 1", &old).as_deref(), Some("GEZDGNBV"));
        assert!(!seal.is_newest(&old));
        let new = seal.seal(NONCE, "totp 1", "GEZDGNBV").unwrap();
        assert!(
            seal.is_newest(&new)
                && keys("b").open("totp 1", &new).is_some()
                && keys("a").open("totp 1", &new).is_none()
        );
    }

    #[test]
    fn keys_are_lines_of_hex_digits() {
        for wrong in ["", "\n", "ab", &"g".repeat(64), &format!("{}\nab", "a".repeat(64))] {
            assert!(Seal::parse(wrong).is_none(), "{wrong}");
        }
        assert!(!format!("{:?}", keys("ab")).contains("aaaa"), "the keys are not shown");
    }
}
