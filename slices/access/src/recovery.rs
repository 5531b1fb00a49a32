//! Recovery codes: written on paper, each opens the second door once. 80 bits each, so that a plain hash keeps them.

use sha2::{Digest, Sha256};

/// How many an account gets.
pub(crate) const COUNT: usize = 10;
/// What they are written with: no 0, 1, i, l, o, which look like each other.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
/// How many letters a code has, in groups of four.
const LENGTH: usize = 16;

/// A code from random bytes: `k7wd-29xm-…`. Bytes that would favour some letters are dropped, so more come than are
/// needed.
pub(crate) fn code(bytes: &[u8; 64]) -> String {
    let fair = bytes.iter().filter(|it| **it < 248).map(|it| char::from(LETTERS[usize::from(it % 31)]));
    let letters: Vec<char> = fair.take(LENGTH).collect();
    let groups: Vec<String> = letters.chunks(4).map(|it| it.iter().collect()).collect();
    groups.join("-")
}

/// What the database knows a code by, however it was typed; `None` if it cannot be one.
pub(crate) fn key(typed: &str) -> Option<String> {
    let plain: String = typed.chars().filter(|it| !it.is_whitespace() && *it != '-').collect();
    let plain = plain.to_ascii_lowercase();
    let known = plain.len() == LENGTH && plain.bytes().all(|it| LETTERS.contains(&it));
    known.then(|| kernel::hex(&Sha256::digest(format!("recovery {plain}").as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let bytes = std::array::from_fn(|at| u8::try_from(at * 5 % 251).unwrap());
        let code = code(&bytes);
        assert_eq!(code.len(), LENGTH + 3);
        let known = key(&code);
        assert!(known.is_some());
        assert_eq!(key(&format!(" {} ", code.to_uppercase().replace('-', " "))), known);
        for typed in ["", "123456", &code[1..], &format!("{code}2"), &code.replace(&code[..1], "0")] {
            assert_eq!(key(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn no_letter_is_favoured() {
        let mut seen = [0_u32; 256];
        for it in 0..=255_u8 {
            code(&[it; 64]).bytes().take(1).for_each(|it| seen[usize::from(it)] += 1);
        }
        assert!(LETTERS.iter().all(|it| seen[usize::from(*it)] == 8), "{seen:?}");
    }
}
