//! Who owed a form, and what became of it. Pure.
//!
//! Of what is expected, every return is received (sent, and not sent back since), sent back and waiting to be sent
//! again, or missing; what is received is on time or late, by the day on which what was accepted first was sent, so that
//! a later correction makes nobody late.

use std::ops::AddAssign;

use kernel::Day;
use returns::{Listed, State};

/// How one owed return stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Sent in time.
    OnTime,
    /// Sent so many days after it was due.
    Late(i32),
    /// Sent back, not sent again.
    Returned,
    /// Not sent, so many days after it was due.
    Missing(i32),
    /// Not sent, and not yet due.
    NotDue,
}

impl Standing {
    /// How a return stands on a day.
    pub(crate) fn of(found: Option<&Listed>, due: Day, today: Day) -> Standing {
        let after = |day: Day| day.number() - due.number();
        match found {
            Some(it) if it.is_sent() => match it.sent_at.map_or(0, |at| after(at.day())) {
                late @ 1.. => Standing::Late(late),
                _ => Standing::OnTime,
            },
            Some(it) if it.state == State::Returned => Standing::Returned,
            _ => match after(today) {
                over @ 1.. => Standing::Missing(over),
                _ => Standing::NotDue,
            },
        }
    }
}

/// Returns counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Owed, one for each unit and period.
    pub(crate) expected: usize,
    /// Sent in time.
    pub(crate) on_time: usize,
    /// Sent too late.
    pub(crate) late: usize,
    /// Sent back, not sent again.
    pub(crate) returned: usize,
    /// Not sent.
    pub(crate) missing: usize,
    /// Of these, not yet due.
    pub(crate) not_due: usize,
}

impl Tally {
    /// Sent and not sent back since.
    pub(crate) fn received(&self) -> usize {
        self.on_time + self.late
    }

    /// The numbers in the order of the columns: expected, received, on time, late, returned, missing.
    pub(crate) fn columns(&self) -> [usize; 6] {
        [self.expected, self.received(), self.on_time, self.late, self.returned, self.missing]
    }
}

impl AddAssign<Standing> for Tally {
    fn add_assign(&mut self, it: Standing) {
        self.expected += 1;
        match it {
            Standing::OnTime => self.on_time += 1,
            Standing::Late(_) => self.late += 1,
            Standing::Returned => self.returned += 1,
            Standing::Missing(_) => self.missing += 1,
            Standing::NotDue => {
                self.missing += 1;
                self.not_due += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Instant, Period, ReturnId, UnitId};

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn filed(state: State, accepted: bool, sent: &str) -> Listed {
        Listed {
            id: ReturnId(1),
            unit: UnitId(1),
            form: 1,
            period: Period::parse("2026-M01").unwrap(),
            closes_on: None,
            state,
            late_entry: false,
            accepted,
            sent_at: Day::parse(sent).map(|it| Instant::at(it, 600)),
            returned_why: None,
            changed_at: Instant::at(day("2026-02-10"), 0),
        }
    }

    #[track_caller]
    fn check(found: Option<(State, bool, &str)>, today: &str, expect: Standing) {
        let found = found.map(|it| filed(it.0, it.1, it.2));
        assert_eq!(Standing::of(found.as_ref(), day("2026-02-03"), day(today)), expect);
    }

    #[test]
    fn a_return_is_received_sent_back_or_missing() {
        check(Some((State::Submitted, false, "2026-02-03")), "2026-02-09", Standing::OnTime);
        check(Some((State::Approved, true, "2026-02-05")), "2026-02-09", Standing::Late(2));
        check(Some((State::Returned, false, "2026-02-01")), "2026-02-09", Standing::Returned);
        check(Some((State::Draft, false, "")), "2026-02-09", Standing::Missing(6));
        check(None, "2026-02-03", Standing::NotDue);
        // Being corrected, it has been received all the same.
        check(Some((State::Correcting, true, "2026-02-02")), "2026-02-09", Standing::OnTime);
        check(Some((State::Returned, true, "2026-02-02")), "2026-02-09", Standing::OnTime);
    }

    #[test]
    fn the_parts_make_the_whole() {
        let mut tally = Tally::default();
        for it in [Standing::OnTime, Standing::Late(1), Standing::Returned, Standing::Missing(3), Standing::NotDue] {
            tally += it;
        }
        assert_eq!(tally.columns(), [5, 2, 1, 1, 1, 2]);
        assert_eq!(tally.received() + tally.returned + tally.missing, tally.expected);
        assert_eq!(tally.not_due, 1);
    }
}
