use std::fmt;

/// A calendar day, counted from 1970-01-01. Written `2026-08-19`. Ordered as time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// Before any day that the data knows.
    pub const BEGINNING: Day = Day(i32::MIN);
    /// After any day that the data knows: the open end of a span.
    pub const NEVER: Day = Day(i32::MAX);

    /// The day with this number (days since 1970-01-01).
    pub const fn from_number(number: i32) -> Day {
        Day(number)
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The day `year-month-day`, or `None` if there is no such day. Years 1 to 9999.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Day> {
        let exists = (1..=9999).contains(&year) && (1..=12).contains(&month) && 1 <= day && day <= last_of(year, month);
        exists.then(|| Day(number_of(year, month, day)))
    }

    /// Reads `2026-08-19`; `None` if it is not a day written so.
    pub fn parse(text: &str) -> Option<Day> {
        let digits = |part: &str, width: usize| -> Option<i32> {
            (part.len() == width && part.bytes().all(|it| it.is_ascii_digit())).then(|| part.parse().ok()).flatten()
        };
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = u8::try_from(digits(parts.next()?, 2)?).ok()?;
        let day = u8::try_from(digits(parts.next()?, 2)?).ok()?;
        if parts.next().is_some() {
            return None;
        }
        Day::new(year, month, day)
    }

    /// Year, month, day.
    pub fn civil(self) -> (i32, u8, u8) {
        // Days from the civil calendar, with years that begin in March so that the leap day comes last.
        let shifted = i64::from(self.0) + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (i32::try_from(year).unwrap_or(i32::MAX), u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.civil().0
    }

    /// So many days later (or earlier, if negative). The open ends stay where they are.
    #[must_use]
    pub fn plus(self, days: i32) -> Day {
        match self {
            Day::BEGINNING | Day::NEVER => self,
            Day(number) => Day(number.saturating_add(days)),
        }
    }

    /// Monday is 0, Sunday is 6.
    pub fn weekday(self) -> u8 {
        u8::try_from((i64::from(self.0) + 3).rem_euclid(7)).unwrap_or(0)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

fn last_of(year: i32, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

fn number_of(year: i32, month: u8, day: u8) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i32::from(month) + 9) % 12;
    let of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<i32>) {
        assert_eq!(Day::parse(text).map(Day::number), expect, "{text}");
    }

    #[test]
    fn days_are_read_strictly() {
        check("1970-01-01", Some(0));
        check("2000-03-01", Some(11_017));
        check("2028-02-29", Some(21_243));
        check("2026-02-29", None);
        check("2026-8-19", None);
        check("+026-08-19", None);
        check("19/8/2026", None);
        check("2026-00-10", None);
        check("2026-01-01-01", None);
        check("", None);
    }

    #[test]
    fn every_day_of_four_centuries_prints_as_it_is_read() {
        for number in -80_000..80_000 {
            let day = Day::from_number(number);
            assert_eq!(Day::parse(&day.to_string()), Some(day));
        }
    }

    #[test]
    fn weekdays() {
        assert_eq!(Day::parse("2026-11-21").map(Day::weekday), Some(5));
        assert_eq!(Day::parse("2026-11-22").map(Day::weekday), Some(6));
    }
}
