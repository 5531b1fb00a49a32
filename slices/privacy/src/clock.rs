//! The legal clocks: how long an answer may take (`data/privacy/clocks.csv`), and the 72 hours after an incident.

use std::sync::LazyLock;

use kernel::{Day, Instant, WorkDays};
use serde::Deserialize;

const FILE: &str = include_str!("../../../data/privacy/clocks.csv");

/// Within so many hours after an incident is known the specialised body is told (Law 91/2025/QH15, article 23).
pub(crate) const NOTICE_HOURS: i64 = 72;
const HOUR: i64 = 3_600_000_000;

/// How long the steps of a request may take.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Clock {
    pub(crate) kind: String,
    acknowledge_working_days: u16,
    answer_days: u16,
    extension_days: u16,
    /// `confirmed`, or `to-check` where the text of the decree is still to be compared.
    pub(crate) status: String,
    pub(crate) source: String,
}

/// All clocks. A line that does not read is left out; a test finds it.
pub(crate) fn clocks() -> &'static [Clock] {
    static ALL: LazyLock<Vec<Clock>> = LazyLock::new(|| rows().filter_map(Result::ok).collect());
    &ALL
}

fn rows() -> impl Iterator<Item = Result<Clock, csv::Error>> {
    csv::Reader::from_reader(FILE.as_bytes()).into_deserialize()
}

impl Clock {
    /// Until when the receipt is to be confirmed.
    pub(crate) fn acknowledge_by(&self, work_days: &WorkDays, received: Day) -> Day {
        work_days.after(received, self.acknowledge_working_days)
    }

    /// Until when the answer is due; on the next working day if offices rest then.
    pub(crate) fn answer_by(&self, work_days: &WorkDays, received: Day) -> Day {
        work_days.next(received.plus(i32::from(self.answer_days)))
    }

    /// Until when it is due after the one extension.
    pub(crate) fn extended_to(&self, work_days: &WorkDays, received: Day) -> Day {
        work_days.next(received.plus(i32::from(self.answer_days) + i32::from(self.extension_days)))
    }
}

/// The moment until which the specialised body must be told of an incident.
pub(crate) fn notice_by(detected: Instant) -> Instant {
    Instant::from_micros(detected.micros() + NOTICE_HOURS * HOUR)
}

/// Whole hours from one moment to a later one; negative once it has passed.
pub(crate) fn hours_left(by: Instant, now: Instant) -> i64 {
    (by.micros() - now.micros()).div_euclid(HOUR)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn every_line_reads() {
        assert_eq!(clocks().len(), rows().count());
        assert_eq!(
            clocks().iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(),
            ["see", "correct", "delete", "restrict"]
        );
    }

    #[test]
    fn receipts_count_working_days_and_answers_end_on_one() {
        let work_days = WorkDays::new([day("2026-11-24")], []);
        let restrict = clocks().iter().find(|it| it.kind == "restrict").unwrap();
        // Saturday: Monday and Wednesday, for Tuesday is a feast.
        assert_eq!(restrict.acknowledge_by(&work_days, day("2026-11-21")), day("2026-11-25"));
        // The fifteenth day is a Sunday.
        assert_eq!(restrict.answer_by(&work_days, day("2026-11-21")), day("2026-12-07"));
        assert_eq!(restrict.extended_to(&work_days, day("2026-11-21")), day("2026-12-21"));
    }

    #[test]
    fn an_incident_leaves_72_hours() {
        let detected = Instant::at(day("2026-11-21"), 9 * 60);
        assert_eq!(notice_by(detected), Instant::at(day("2026-11-24"), 9 * 60));
        assert_eq!(hours_left(notice_by(detected), detected), 72);
        assert_eq!(hours_left(notice_by(detected), Instant::at(day("2026-11-24"), 9 * 60 + 1)), -1);
    }
}
