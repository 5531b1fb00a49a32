//! Days as official documents write them.

use serde::Serialize;

/// A day of the Gregorian calendar, always a real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, or `None` if the calendar has no such day between the years 1900 and 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1900..=9999).contains(&year) && (1..=last).contains(&day)).then_some(Self { year, month, day })
    }

    /// Year, month, day.
    pub fn parts(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// New Year's Day, within the years that can be told.
    pub(crate) fn first_of(year: u16) -> Self {
        Self { year: year.clamp(1900, 9999), month: 1, day: 1 }
    }

    /// "2026-02-05T00:00:00Z", the form of document properties.
    pub(crate) fn timestamp(self) -> String {
        format!("{:04}-{:02}-{:02}T00:00:00Z", self.year, self.month, self.day)
    }
}

/// When a document is issued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Issued {
    /// Nothing known: all to be written by hand.
    #[default]
    Blank,
    /// Only the year; day and month are left blank.
    Year(u16),
    /// The full day.
    Day(Date),
}

impl Issued {
    /// "ngày 05 tháng 02 năm 2026": days below 10 and the months 1 and 2 are padded, the others are not.
    pub fn words(self) -> String {
        let blank = "\u{a0}".repeat(4);
        match self {
            Self::Blank => format!("ngày{blank}tháng{blank}năm{blank}"),
            Self::Year(year) => format!("ngày{blank}tháng{blank}năm {year}"),
            Self::Day(Date { year, month, day }) if month < 3 => format!("ngày {day:02} tháng {month:02} năm {year}"),
            Self::Day(Date { year, month, day }) => format!("ngày {day:02} tháng {month} năm {year}"),
        }
    }

    /// A day for the file's properties, which archives demand: New Year's Day where only the year is known.
    pub(crate) fn file_day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Year(year) => Date::first_of(year),
            Self::Blank => Date::first_of(2000),
        }
    }

    /// The full day, if known.
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Day(day) => Some(day),
            Self::Blank | Self::Year(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(year: u16, month: u8, day: u8, expect: Option<&str>) {
        assert_eq!(Date::new(year, month, day).map(|d| Issued::Day(d).words()).as_deref(), expect);
    }

    #[test]
    fn pads_small_days_and_the_first_two_months() {
        check(2026, 2, 5, Some("ngày 05 tháng 02 năm 2026"));
        check(2026, 3, 9, Some("ngày 09 tháng 3 năm 2026"));
        check(2026, 12, 31, Some("ngày 31 tháng 12 năm 2026"));
    }

    #[test]
    fn refuses_days_that_do_not_exist() {
        check(2026, 2, 29, None);
        check(2024, 2, 29, Some("ngày 29 tháng 02 năm 2024"));
        check(1900, 2, 29, None);
        check(2026, 13, 1, None);
        check(2026, 4, 31, None);
        check(2026, 4, 0, None);
    }

    #[test]
    fn blanks_do_not_break() {
        assert_eq!(Issued::Year(2026).words(), "ngày\u{a0}\u{a0}\u{a0}\u{a0}tháng\u{a0}\u{a0}\u{a0}\u{a0}năm 2026");
        assert!(Issued::Blank.words().ends_with("năm\u{a0}\u{a0}\u{a0}\u{a0}"));
    }
}
