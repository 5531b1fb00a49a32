use std::fmt;

use crate::Day;

/// A kind of year (facts 7.4). Periods nest only within one calendar (rule 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Calendar {
    /// 1 January to 31 December. Codes carry no prefix.
    Civil,
    /// The administrative year, 15 December to 14 December: `adm:`.
    Administrative,
    /// The National Assembly's crime year, 1 October to 30 September: `na:`.
    Assembly,
    /// The standard's year for residential areas, 1 November to 31 October: `kdc:`.
    ResidentialArea,
    /// The standard's year for other units, 16 November to 15 November: `std:`.
    Standard,
    /// The security teams' rating year, 15 November to 14 November: `team:`.
    Team,
}

impl Calendar {
    /// All, in the order in which they are numbered in snapshots. Never reorder.
    pub const ALL: [Calendar; 6] = [
        Calendar::Civil,
        Calendar::Administrative,
        Calendar::Assembly,
        Calendar::ResidentialArea,
        Calendar::Standard,
        Calendar::Team,
    ];

    /// What stands before the colon; empty for the civil calendar.
    pub const fn prefix(self) -> &'static str {
        match self {
            Calendar::Civil => "",
            Calendar::Administrative => "adm",
            Calendar::Assembly => "na",
            Calendar::ResidentialArea => "kdc",
            Calendar::Standard => "std",
            Calendar::Team => "team",
        }
    }

    /// Reads a prefix.
    pub fn from_prefix(prefix: &str) -> Option<Calendar> {
        Calendar::ALL.into_iter().find(|it| it.prefix() == prefix)
    }

    /// The day on which month `month` (0 to 11) of `year` begins. Month 12 is the next year's first.
    fn month_begins(self, year: i32, month: i32) -> Option<Day> {
        // Month 1 of the year begins in this civil month of the year before (or of the year itself), on this day.
        let (first_month, day) = match self {
            Calendar::Civil => (0, 1),
            Calendar::Administrative => (-1, 15),
            Calendar::Assembly => (-3, 1),
            Calendar::ResidentialArea => (-2, 1),
            Calendar::Standard => (-2, 16),
            Calendar::Team => (-2, 15),
        };
        let months = year * 12 + first_month + month;
        Day::new(months.div_euclid(12), u8::try_from(months.rem_euclid(12) + 1).ok()?, day)
    }
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// One month of the calendar.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    Half,
    /// Twelve months.
    Year,
}

impl Frequency {
    /// All, shortest first, in the order in which they are numbered in snapshots. Never reorder.
    pub const ALL: [Frequency; 4] = [Frequency::Month, Frequency::Quarter, Frequency::Half, Frequency::Year];

    /// Months in it.
    pub const fn months(self) -> u8 {
        match self {
            Frequency::Month => 1,
            Frequency::Quarter => 3,
            Frequency::Half => 6,
            Frequency::Year => 12,
        }
    }

    /// The word in data files.
    pub const fn word(self) -> &'static str {
        match self {
            Frequency::Month => "month",
            Frequency::Quarter => "quarter",
            Frequency::Half => "half",
            Frequency::Year => "year",
        }
    }

    /// Reads [`Frequency::word`].
    pub fn parse(word: &str) -> Option<Frequency> {
        Frequency::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// A span of days in a named calendar, written `2021`, `2021-H1`, `2021-Q2`, `2021-M07`, `adm:2021-M07` (rule 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    calendar: Calendar,
    year: i16,
    /// First month, 0 to 11, a multiple of the length.
    month: u8,
    frequency: Frequency,
}

/// Why a text is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The prefix names no calendar.
    #[error("không có lịch '{0}' / no calendar '{0}' (adm, na, kdc, std, team)")]
    Calendar(String),
    /// The rest is no period.
    #[error("'{0}' không phải kỳ báo cáo / is no period (write 2021, 2021-H1, 2021-Q2, 2021-M07, adm:2021-M07)")]
    Shape(String),
}

impl Period {
    /// The whole year. Years 1900 to 2999; `None` outside.
    pub fn year_of(calendar: Calendar, year: i32) -> Option<Period> {
        Period::new(calendar, year, Frequency::Year, 1)
    }

    /// The `ordinal`-th (from 1) month, quarter or half of a year.
    pub fn new(calendar: Calendar, year: i32, frequency: Frequency, ordinal: u8) -> Option<Period> {
        let exists = (1900..=2999).contains(&year) && 1 <= ordinal && ordinal <= 12 / frequency.months();
        exists.then(|| Period {
            calendar,
            year: i16::try_from(year).unwrap_or(0),
            month: (ordinal - 1) * frequency.months(),
            frequency,
        })
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Result<Period, PeriodError> {
        let (prefix, rest) = code.split_once(':').unwrap_or(("", code));
        let calendar = Calendar::from_prefix(prefix)
            .filter(|it| code.contains(':') != (*it == Calendar::Civil))
            .ok_or_else(|| PeriodError::Calendar(prefix.to_owned()))?;
        let shape = || PeriodError::Shape(code.to_owned());
        let digits = |text: &str, width: usize| -> Option<i32> {
            (text.len() == width && text.bytes().all(|it| it.is_ascii_digit())).then(|| text.parse().ok()).flatten()
        };
        let (year, part) = match rest.split_once('-') {
            Some((year, part)) => (year, Some(part)),
            None => (rest, None),
        };
        let year = digits(year, 4).ok_or_else(shape)?;
        let (frequency, ordinal) = match part {
            None => (Frequency::Year, 1),
            Some(part) => {
                let mut letters = part.chars();
                let (frequency, width) = match letters.next() {
                    Some('H') => (Frequency::Half, 1),
                    Some('Q') => (Frequency::Quarter, 1),
                    Some('M') => (Frequency::Month, 2),
                    _ => return Err(shape()),
                };
                let ordinal = digits(letters.as_str(), width).ok_or_else(shape)?;
                (frequency, u8::try_from(ordinal).map_err(|_| shape())?)
            }
        };
        Period::new(calendar, year, frequency, ordinal).ok_or_else(shape)
    }

    /// The calendar it belongs to.
    pub const fn calendar(self) -> Calendar {
        self.calendar
    }

    /// The year in its calendar.
    pub fn year(self) -> i32 {
        i32::from(self.year)
    }

    /// How long it is.
    pub const fn frequency(self) -> Frequency {
        self.frequency
    }

    /// Which of its year's months, quarters or halves it is, from 1.
    pub const fn ordinal(self) -> u8 {
        self.month / self.frequency.months() + 1
    }

    /// First day.
    pub fn first(self) -> Day {
        self.calendar.month_begins(self.year(), i32::from(self.month)).unwrap_or(Day::BEGINNING)
    }

    /// Last day. The hierarchy of a period is the one in force on it (rule 9).
    pub fn last(self) -> Day {
        let next = i32::from(self.month) + i32::from(self.frequency.months());
        self.calendar.month_begins(self.year(), next).map_or(Day::NEVER, |it| it.plus(-1))
    }

    /// Whether the day lies in it.
    pub fn holds(self, day: Day) -> bool {
        self.first() <= day && day <= self.last()
    }

    /// Whether the other period lies within this one: same calendar, same or shorter (rule 9).
    pub fn contains(self, other: Period) -> bool {
        self.calendar == other.calendar
            && self.year == other.year
            && self.frequency >= other.frequency
            && self.month <= other.month
            && other.month + other.frequency.months() <= self.month + self.frequency.months()
    }

    /// Its parts of this length, in order; itself alone if it has this length; none if it is shorter.
    pub fn parts(self, frequency: Frequency) -> Vec<Period> {
        (self.month..self.month + self.frequency.months())
            .step_by(usize::from(frequency.months()))
            .filter(|month| month % frequency.months() == 0)
            .map(|month| Period { month, frequency, ..self })
            .filter(|it| self.contains(*it))
            .collect()
    }

    /// The period of this length that it lies in; itself if it has this length; `None` if it is longer.
    pub fn within(self, frequency: Frequency) -> Option<Period> {
        let month = self.month / frequency.months() * frequency.months();
        Some(Period { month, frequency, ..self }).filter(|it| it.contains(self))
    }

    /// The same period a year before.
    #[must_use]
    pub fn year_before(self) -> Period {
        Period { year: self.year.saturating_sub(1), ..self }
    }

    /// The period of the same length just before.
    #[must_use]
    pub fn before(self) -> Period {
        match self.month.checked_sub(self.frequency.months()) {
            Some(month) => Period { month, ..self },
            None => Period { year: self.year.saturating_sub(1), month: 12 - self.frequency.months(), ..self },
        }
    }

    /// The period of the same length just after.
    #[must_use]
    pub fn after(self) -> Period {
        let month = self.month + self.frequency.months();
        if month < 12 {
            Period { month, ..self }
        } else {
            Period { year: self.year.saturating_add(1), month: 0, ..self }
        }
    }

    /// The period of this calendar and length in which the day lies.
    pub fn on(calendar: Calendar, frequency: Frequency, day: Day) -> Option<Period> {
        let year = day.year();
        (year..=year + 1)
            .flat_map(|year| (1..=12 / frequency.months()).map(move |it| (year, it)))
            .filter_map(|(year, ordinal)| Period::new(calendar, year, frequency, ordinal))
            .find(|it| it.holds(day))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.calendar != Calendar::Civil {
            write!(f, "{}:", self.calendar.prefix())?;
        }
        write!(f, "{:04}", self.year)?;
        match self.frequency {
            Frequency::Year => Ok(()),
            Frequency::Half => write!(f, "-H{}", self.ordinal()),
            Frequency::Quarter => write!(f, "-Q{}", self.ordinal()),
            Frequency::Month => write!(f, "-M{:02}", self.ordinal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, first: &str, last: &str) {
        let it = Period::parse(code).unwrap();
        assert_eq!((it.first().to_string(), it.last().to_string()), (first.to_owned(), last.to_owned()), "{code}");
        assert_eq!(it.to_string(), code);
    }

    #[test]
    fn rule_8_codes_and_their_days() {
        check("2021", "2021-01-01", "2021-12-31");
        check("2021-H1", "2021-01-01", "2021-06-30");
        check("2021-Q2", "2021-04-01", "2021-06-30");
        check("2021-M07", "2021-07-01", "2021-07-31");
        check("adm:2021", "2020-12-15", "2021-12-14");
        check("adm:2021-M07", "2021-06-15", "2021-07-14");
        check("adm:2021-H1", "2020-12-15", "2021-06-14");
        check("adm:2026-M01", "2025-12-15", "2026-01-14");
        check("na:2025", "2024-10-01", "2025-09-30");
        check("kdc:2024", "2023-11-01", "2024-10-31");
        check("std:2024", "2023-11-16", "2024-11-15");
        check("team:2026", "2025-11-15", "2026-11-14");
    }

    #[test]
    fn what_is_no_period() {
        for code in [
            "",
            "21",
            "2021-M7",
            "2021-M13",
            "2021-M00",
            "2021-H3",
            "2021-Q5",
            "2021-X1",
            ":2021",
            "abc:2021",
            "2021-",
            "2021-M07-01",
            "+021",
            "civil:2021",
            "adm:",
            "2021-Mé",
        ] {
            assert!(Period::parse(code).is_err(), "{code}");
        }
    }

    #[test]
    fn rule_9_periods_nest_only_within_one_calendar() {
        let year = Period::parse("adm:2021").unwrap();
        assert!(year.contains(Period::parse("adm:2021-M12").unwrap()));
        assert!(!year.contains(Period::parse("2021-M05").unwrap()));
        assert!(!year.contains(Period::parse("adm:2020-M12").unwrap()));
        assert_eq!(year.parts(Frequency::Month).len(), 12);
        assert_eq!(Period::parse("2021-Q2").unwrap().parts(Frequency::Half), []);
        let month = Period::parse("2021-M05").unwrap();
        assert_eq!(month.within(Frequency::Quarter).unwrap().to_string(), "2021-Q2");
        assert_eq!(year.within(Frequency::Month), None);
    }

    #[test]
    fn every_day_lies_in_one_period_of_each_calendar_and_length() {
        for calendar in Calendar::ALL {
            for frequency in Frequency::ALL {
                let mut it = Period::on(calendar, frequency, Day::parse("2019-12-14").unwrap()).unwrap();
                for number in 0..1_200 {
                    let day = Day::parse("2019-12-14").unwrap().plus(number);
                    if !it.holds(day) {
                        assert_eq!(it.last().plus(1), day);
                        it = it.after();
                    }
                    assert_eq!(Period::on(calendar, frequency, day), Some(it));
                    assert_eq!(it.after().before(), it);
                }
            }
        }
    }
}
