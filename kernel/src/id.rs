use std::{fmt, str::FromStr, sync::atomic::AtomicI64, sync::atomic::Ordering};

use crate::Instant;

/// Crockford's base 32: no I, L, O, U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' không phải mã định danh / is no id")]
pub struct FormatError(pub String);

/// Writes an id in base 32, without leading zeros.
fn write(f: &mut fmt::Formatter<'_>, mut id: i64) -> fmt::Result {
    let mut digits = Vec::with_capacity(13);
    loop {
        let digit = usize::try_from(id & 31).unwrap_or(0);
        digits.push(DIGITS.get(digit).copied().unwrap_or(b'0'));
        id >>= 5;
        if id <= 0 {
            break;
        }
    }
    digits.iter().rev().try_for_each(|it| write!(f, "{}", char::from(*it)))
}

/// Reads base 32; capitals or not, without the letters that look like digits.
fn read(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 13 {
        return None;
    }
    text.bytes().try_fold(0_i64, |id, byte| {
        let digit = DIGITS.iter().position(|it| *it == byte.to_ascii_uppercase())?;
        id.checked_mul(32)?.checked_add(i64::try_from(digit).ok()?)
    })
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($prefix)?;
                write(f, self.0)
            }
        }

        impl FromStr for $name {
            type Err = FormatError;

            fn from_str(text: &str) -> Result<$name, FormatError> {
                text.strip_prefix($prefix).and_then(read).map($name).ok_or_else(|| FormatError(text.to_owned()))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<$name, D::Error> {
                <std::borrow::Cow<'de, str>>::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// An administrative unit ("đơn vị hành chính"). Printed with `u-`, for base 32 and codes look alike (rule 2).
    UnitId "u-";
    /// A periodic return ("báo cáo định kỳ").
    ReturnId "";
    /// An accepted version of a return: one row of the ledger.
    VersionId "";
    /// A person's or a command's account.
    AccountId "";
    /// A term: somebody's time in one appointed public post ("nhiệm kỳ").
    TermId "";
    /// A security and order team or a mediation team ("tổ").
    TeamId "";
    /// A request of somebody about their own data.
    RequestId "";
    /// Something that went wrong with personal data.
    IncidentId "";
}

/// Makes ids that grow with time: milliseconds since 2024, then 21 bits of chance. No two from one maker are equal.
#[derive(Debug, Default)]
pub struct NewId {
    last: AtomicI64,
}

impl NewId {
    /// 2024-01-01T00:00:00Z in milliseconds.
    const START: i64 = 1_704_067_200_000;

    /// The next id. `chance` is any random number; only 21 bits of it are used.
    pub fn next(&self, now: Instant, chance: u32) -> i64 {
        let millis = (now.micros() / 1_000 - NewId::START).max(0);
        let wanted = (millis << 21) | i64::from(chance & 0x1F_FFFF);
        let after = |last: i64| Some(wanted.max(last + 1));
        match self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, after) {
            Ok(last) | Err(last) => wanted.max(last + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_print_as_they_are_read() {
        for id in [1, 31, 32, 10_794, i64::MAX] {
            assert_eq!(UnitId(id).to_string().parse(), Ok(UnitId(id)));
            assert_eq!(ReturnId(id).to_string().to_lowercase().parse(), Ok(ReturnId(id)));
        }
        for text in ["", "u-", "00004", "u-UUU", "u-ZZZZZZZZZZZZZZ", "u-ZZZZZZZZZZZZZ"] {
            assert!(text.parse::<UnitId>().is_err(), "{text}");
        }
    }

    #[test]
    fn new_ids_grow_even_when_the_clock_stands_or_steps_back() {
        let maker = NewId::default();
        let mut last = 0;
        for (micros, chance) in [(1_800_000_000_000_000, 7), (1_800_000_000_000_000, 7), (1_700_000_000_000_000, 9)] {
            let id = maker.next(Instant::from_micros(micros), chance);
            assert!(last < id);
            last = id;
        }
    }
}
