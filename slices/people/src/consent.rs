//! What people agree to before their name stands in a roster, in versions.

use std::sync::LazyLock;

use kernel::Day;
use serde::Deserialize;
use web::Lang;

const FILE: &str = include_str!("../../../data/people/consents.csv");

/// A version of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its number; never used again.
    pub version: i64,
    /// From this day on it is the one that is signed.
    pub since: Day,
    vi: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    version: i64,
    since: String,
    vi: String,
    en: String,
}

impl Consent {
    /// What is signed, in a language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// All versions, the oldest first. A line that does not read is left out; a test finds it.
pub fn consents() -> &'static [Consent] {
    static ALL: LazyLock<Vec<Consent>> = LazyLock::new(|| {
        let read = |row: Result<Row, csv::Error>| {
            let Row { version, since, vi, en } = row.ok()?;
            Some(Consent { version, since: Day::parse(&since)?, vi, en })
        };
        csv::Reader::from_reader(FILE.as_bytes()).into_deserialize().filter_map(read).collect()
    });
    &ALL
}

/// The version that is signed on a day; the first, before there was any.
pub(crate) fn current(day: Day) -> &'static Consent {
    let all = consents();
    all.iter().rev().find(|it| it.since <= day).unwrap_or(&all[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_each_other() {
        let all = consents();
        assert_eq!(all.len(), csv::Reader::from_reader(FILE.as_bytes()).into_records().count());
        for (at, it) in all.iter().enumerate() {
            assert_eq!(it.version, i64::try_from(at).unwrap() + 1);
            assert!(!it.text(Lang::Vi).is_empty() && !it.text(Lang::En).is_empty());
        }
        assert!(all.is_sorted_by(|a, b| a.since < b.since));
        assert_eq!(current(Day::BEGINNING).version, 1);
    }
}
