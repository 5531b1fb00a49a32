//! What the registry and the signer add to a report when it is signed: number, day and name (NĐ 30/2020, Phụ lục I).

use kernel::{Day, Issue, Issues, Period};
use paper::{Date, Document, Issued};
use web::Typed;

/// The largest number of a paper within a year that is believed.
const LARGEST: u32 = 99_999;

/// What is added; each part may be left to be written by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Signing {
    /// The registry's number.
    pub(crate) number: Option<u32>,
    /// The day on which it was signed.
    pub(crate) day: Option<Day>,
    /// Who signed, without titles. It stands in the files and is stored nowhere else.
    name: Option<String>,
}

impl Signing {
    /// Reads what was typed about a report on a period.
    ///
    /// # Errors
    /// One issue for each field that cannot be.
    pub(crate) fn read(typed: &Typed, period: Period, today: Day) -> Result<Signing, Issues> {
        let number = number(typed.text("number"));
        let day = day(typed.text("signed_on"), period, today);
        let name = name(typed.text("signer"));
        match (number, day, name) {
            (Ok(number), Ok(day), Ok(name)) => Ok(Signing { number, day, name }),
            (number, day, name) => Err([number.err(), day.err(), name.err()].into_iter().flatten().collect()),
        }
    }

    /// Writes it into header and signature.
    pub(crate) fn write_on(&self, document: &mut Document) {
        document.header.number = self.number.or(document.header.number);
        if let Some(date) = self.day.and_then(date) {
            document.header.issued = Issued::Day(date);
        }
        if self.name.is_some() {
            document.signature.name.clone_from(&self.name);
        }
    }
}

fn number(text: &str) -> Result<Option<u32>, Issue> {
    match text.parse() {
        _ if text.is_empty() => Ok(None),
        Ok(number @ 1..=LARGEST) => Ok(Some(number)),
        _ => Err(Issue::new("number", "briefs-signing-number-wrong").with("most", LARGEST)),
    }
}

/// Nobody signs a report before its period has begun, nor tomorrow.
fn day(text: &str, period: Period, today: Day) -> Result<Option<Day>, Issue> {
    match Day::parse(text) {
        _ if text.is_empty() => Ok(None),
        Some(day) if (period.first()..=today).contains(&day) => Ok(Some(day)),
        _ => {
            let (first, last) = (web::date(period.first()), web::date(today));
            Err(Issue::new("signed_on", "briefs-signing-day-wrong").with("first", first).with("last", last))
        }
    }
}

fn name(text: &str) -> Result<Option<String>, Issue> {
    if text.is_empty() { Ok(None) } else { people::person_name("signer", text).map(Some) }
}

fn date(day: Day) -> Option<Date> {
    let (year, month, date) = day.civil();
    Date::new(u16::try_from(year).ok()?, month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(number: &str, day: &str, name: &str) -> Result<Signing, Vec<String>> {
        let pairs = [("number", number), ("signed_on", day), ("signer", name)];
        let typed = Typed(pairs.map(|(field, text)| (field.to_owned(), text.to_owned())).to_vec());
        let (period, today) = (Period::parse("2026").unwrap(), Day::parse("2026-12-20").unwrap());
        Signing::read(&typed, period, today).map_err(|it| it.into_iter().map(|issue| issue.field).collect())
    }

    #[test]
    fn what_is_left_out_is_left_to_be_written() {
        let mut document = Document::default();
        let before = document.clone();
        read("", "", "").unwrap().write_on(&mut document);
        assert_eq!(document, before);
    }

    #[test]
    fn number_day_and_name_stand_in_the_paper() {
        let mut document = Document::default();
        read("128", "2026-12-15", "Nguyễn Văn Mẫu").unwrap().write_on(&mut document);
        assert_eq!(document.header.number, Some(128));
        assert!(document.header.date_line().ends_with("ngày 15 tháng 12 năm 2026"));
        assert_eq!(document.signature.name.as_deref(), Some("Nguyễn Văn Mẫu"));
    }

    #[test]
    fn what_cannot_be_is_refused_field_by_field() {
        assert_eq!(
            read("12a", "2026-02-30", "Đ/c 1"),
            Err(["number", "signed_on", "signer"].map(str::to_owned).to_vec())
        );
        for (number, day) in [("0", ""), ("100000", ""), ("-1", ""), ("", "2026-12-21"), ("", "2025-12-31")] {
            assert!(read(number, day, "").is_err(), "{number} {day}");
        }
    }
}
