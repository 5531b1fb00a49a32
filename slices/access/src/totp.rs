//! One-time codes of an app on a telephone (RFC 6238): HMAC-SHA-1, six digits, half a minute each, because that is what
//! every such app can do. A wrong clock is forgiven by half a minute in each direction.

use hmac::{Hmac, KeyInit, Mac};
use kernel::Instant;
use sha1::Sha1;

/// What base 32 is written with.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// How long one code holds.
const STEP: i64 = 30_000_000;
/// By how many steps the telephone's clock may differ.
const TOLERANCE: i64 = 1;

/// What server and app share: 160 bits. Has no `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) [u8; 20]);

impl Secret {
    /// In base 32, 32 letters: what people type and the database keeps.
    pub(crate) fn text(self) -> String {
        // Five bytes are eight letters; 20 bytes leave no rest.
        let letters = |five: &[u8]| {
            let all = five.iter().fold(0_u64, |all, it| all << 8 | u64::from(*it));
            (0..8).rev().map(move |at| char::from(LETTERS[usize::try_from((all >> (at * 5)) & 31).unwrap_or(0)]))
        };
        self.0.chunks_exact(5).flat_map(letters).collect()
    }

    /// Reads [`Secret::text`].
    pub(crate) fn parse(text: &str) -> Option<Secret> {
        let bits: Option<Vec<u8>> =
            text.bytes().map(|it| LETTERS.iter().position(|letter| *letter == it)?.try_into().ok()).collect();
        let bits = bits.filter(|it| it.len() == 32)?;
        let mut bytes = [0; 20];
        for (five, eight) in bytes.chunks_exact_mut(5).zip(bits.chunks_exact(8)) {
            let all = eight.iter().fold(0_u64, |all, it| all << 5 | u64::from(*it));
            five.copy_from_slice(&all.to_be_bytes()[3..]);
        }
        Some(Secret(bytes))
    }

    /// The latest step at which the app shows this code, give or take the tolerance; `None` if it shows it at none.
    pub(crate) fn step_of(self, typed: &str, now: Instant) -> Option<i64> {
        let (typed, now) = (code(typed)?, now.micros().div_euclid(STEP));
        (now - TOLERANCE..=now + TOLERANCE).rev().find(|it| self.code_at(*it) == Some(typed))
    }

    /// The code of a step.
    pub(crate) fn code_at(self, step: i64) -> Option<u32> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).ok()?;
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 15);
        let word = hash[at..at + 4].iter().fold(0_u32, |word, it| word << 8 | u32::from(*it));
        Some((word & 0x7fff_ffff) % 1_000_000)
    }
}

/// Six digits, spaces aside.
pub(crate) fn code(typed: &str) -> Option<u32> {
    let plain: String = typed.chars().filter(|it| !it.is_whitespace()).collect();
    let digits = plain.len() == 6 && plain.bytes().all(|it| it.is_ascii_digit());
    if digits { plain.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const KNOWN: Secret = Secret(*b"12345678901234567890");

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // Its table has eight digits; the last six are ours.
        for (seconds, expect) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(KNOWN.code_at(seconds / 30), Some(expect), "{seconds}");
        }
    }

    #[track_caller]
    fn check(typed: &str, seconds: i64, expect: Option<i64>) {
        assert_eq!(KNOWN.step_of(typed, at(seconds)), expect, "{typed:?} at {seconds}");
    }

    #[test]
    fn a_clock_may_differ_by_one_step() {
        // The code of the second step, 30 to 59 seconds.
        check("287082", 59, Some(1));
        check("287 082", 0, Some(1));
        check("287082", 89, Some(1));
        check("287082", 90, None);
        check("287082", -1, None);
    }

    #[test]
    fn only_six_digits_are_a_code() {
        for typed in ["", "28708", "2870822", "28708x", "+28708", "²87082", "٢٨٧٠٨٢"] {
            assert_eq!(code(typed), None, "{typed:?}");
        }
        assert_eq!(code(" 005 924 "), Some(5_924));
    }

    #[test]
    fn a_secret_is_read_as_it_was_written() {
        assert_eq!(KNOWN.text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(Secret::parse(&KNOWN.text()) == Some(KNOWN));
        for text in ["", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "1".repeat(32).as_str()]
        {
            assert!(Secret::parse(text).is_none(), "{text:?}");
        }
    }
}
