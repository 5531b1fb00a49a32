//! Records become figures: what a slice says about an indicator that its own records amount to.
//!
//! A slice lists its rules in [`crate::Slice::derives`]; a return that asks for such an indicator opens pre-filled, with
//! the records behind the number one click away. The records are the number: [`Rule::amount`] is taken from the very
//! list that is shown, so the two cannot disagree. A figure that differs from its records needs a reason.
//!
//! ```text
//! derives: &[Derive {
//!     indicator: "FOR01",
//!     rule: Rule::Stock,
//!     text: "people-derive-teams",          // "Số tổ còn hoạt động vào ngày cuối kỳ…"
//!     records: |app, over| Box::pin(derive::teams(app, over)),
//! }],
//!
//! async fn teams(app: &App, over: Over<'_>) -> Result<Option<Vec<Behind>>>
//! ```

use std::{collections::BTreeSet, pin::Pin};

use kernel::{Day, UnitId};

use crate::{App, Result};

/// An indicator that a slice computes from its records.
#[derive(Debug, Clone, Copy)]
pub struct Derive {
    /// The indicator's code. No two slices derive the same one.
    pub indicator: &'static str,
    /// How the records become a number.
    pub rule: Rule,
    /// The id of the text that defines the figure in words: which records count, and which do not.
    pub text: &'static str,
    /// Lists the records; see [`Records`].
    pub records: Records,
}

/// How records become a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// How many records fall into the period.
    Count,
    /// Their amounts added.
    Sum,
    /// How many different keys they have.
    Distinct,
    /// How many stand on the period's last day.
    Stock,
}

/// Whose records, and from when to when.
#[derive(Debug, Clone, Copy)]
pub struct Over<'a> {
    /// The units that the return speaks for: its own, and those below it that send none themselves. The asker has been
    /// found to cover them.
    pub units: &'a [UnitId],
    /// The period's first day.
    pub first: Day,
    /// The period's last day, or the unit's own last if it closed before. A [`Rule::Stock`] is as of its end.
    pub last: Day,
}

/// A record behind a number. Holds nothing that only some of the figure's readers may see: no names of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// What is shown: "Tổ bảo vệ ANTT thôn 3".
    pub label: String,
    /// Where the record is read; empty if it has no page.
    pub path: String,
    /// What is told apart under [`Rule::Distinct`]; else any text.
    pub key: String,
    /// What is added under [`Rule::Sum`], scaled by the indicator's decimals; else 1.
    pub amount: i64,
}

/// The records behind an indicator in a fixed order, or nothing if these units keep no such records here: then the figure
/// is typed as before, which is another thing than zero.
pub type Records = for<'a> fn(&'a App, Over<'a>) -> Listing<'a>;

/// What [`Records`] gives back.
pub type Listing<'a> = Pin<Box<dyn Future<Output = Result<Option<Vec<Behind>>>> + Send + 'a>>;

impl Rule {
    /// The number that a list of records amounts to; nothing if it is too large to keep.
    pub fn amount(self, records: &[Behind]) -> Option<i64> {
        match self {
            Rule::Count | Rule::Stock => i64::try_from(records.len()).ok(),
            Rule::Sum => records.iter().try_fold(0_i64, |sum, it| sum.checked_add(it.amount)),
            Rule::Distinct => {
                let keys: BTreeSet<&str> = records.iter().map(|it| it.key.as_str()).collect();
                i64::try_from(keys.len()).ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: Rule, records: &[(&str, i64)], expect: Option<i64>) {
        let record = |(key, amount): &(&str, i64)| Behind {
            label: String::new(),
            path: String::new(),
            key: (*key).to_owned(),
            amount: *amount,
        };
        let records: Vec<Behind> = records.iter().map(record).collect();
        assert_eq!(rule.amount(&records), expect);
    }

    #[test]
    fn the_list_is_the_number() {
        let records = [("a", 3), ("b", 4), ("a", 5)];
        check(Rule::Count, &records, Some(3));
        check(Rule::Stock, &records, Some(3));
        check(Rule::Sum, &records, Some(12));
        check(Rule::Distinct, &records, Some(2));
        check(Rule::Sum, &[], Some(0));
        check(Rule::Sum, &[("a", i64::MAX), ("b", 1)], None);
    }
}
