use std::{fmt, sync::Arc};

use crate::Day;

/// A moment, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

const MICROS_A_DAY: i64 = 86_400_000_000;
/// Việt Nam keeps UTC+7 the year round.
const OFFSET: i64 = 7 * 3_600_000_000;

impl Instant {
    /// The moment so many microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Instant {
        Instant(micros)
    }

    /// Midnight, in Việt Nam, at which a day begins, and so many minutes later.
    pub fn at(day: Day, minutes: i64) -> Instant {
        Instant(i64::from(day.number()) * MICROS_A_DAY - OFFSET + minutes * 60_000_000)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The day in Việt Nam.
    pub fn day(self) -> Day {
        let number = (self.0 + OFFSET).div_euclid(MICROS_A_DAY);
        Day::from_number(i32::try_from(number).unwrap_or(0))
    }

    /// Hour and minute in Việt Nam, `14:05`.
    pub fn time(self) -> String {
        let minutes = (self.0 + OFFSET).rem_euclid(MICROS_A_DAY) / 60_000_000;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// Day and minute in Việt Nam as machines write and sort them, `2026-02-05 14:05`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.day(), self.time())
    }
}

/// As [`Instant`] is displayed.
impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What time it is. The only clock: everything else is handed moments and days.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Instant + Send + Sync>);

impl Clock {
    /// A clock that asks this.
    pub fn new(ask: impl Fn() -> Instant + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(ask))
    }

    /// Now.
    pub fn now(&self) -> Instant {
        (self.0)()
    }

    /// Today in Việt Nam.
    pub fn today(&self) -> Day {
        self.now().day()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// Where random bytes come from: the system's in the binary, a fixed row in tests.
#[derive(Clone)]
pub struct Chance(Arc<Fill>);

impl Chance {
    /// A source that fills bytes so.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Chance {
        Chance(Arc::new(fill))
    }

    /// So many random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }

    /// A random number.
    pub fn number(&self) -> u32 {
        u32::from_le_bytes(self.bytes())
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_viet_nam() {
        let day = Day::parse("2026-07-01").unwrap();
        assert_eq!(Instant::at(day, 0).day(), day);
        assert_eq!(Instant::from_micros(Instant::at(day, 0).micros() - 1).day(), day.plus(-1));
        assert_eq!(Instant::at(day, 14 * 60 + 5).time(), "14:05");
        assert_eq!(Instant::at(day, 14 * 60 + 5).to_string(), "2026-07-01 14:05");
    }
}
