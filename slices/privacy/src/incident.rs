//! Something that went wrong with personal data.

use kernel::{Day, IncidentId, Instant, Issue, Issues, UnitId};
use serde::Deserialize;

use crate::{
    clock::{hours_left, notice_by},
    request::{needed, one_of, past_day},
};

/// What happened to the data.
pub(crate) const KINDS: [&str; 4] = ["disclosed", "accessed", "lost", "altered"];
/// More people than live in the country: a slip of the hand.
const MOST: i64 = 100_000_000;

/// An incident as it is stored. Says nothing about a person: how many are concerned, and what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Incident {
    pub(crate) province: i64,
    pub(crate) id: IncidentId,
    pub(crate) unit: UnitId,
    pub(crate) kind: String,
    pub(crate) detected_at: Instant,
    pub(crate) people: i64,
    pub(crate) what: String,
    pub(crate) notified_at: Option<Instant>,
    pub(crate) informed_on: Option<Day>,
    pub(crate) measures: Option<String>,
    pub(crate) closed_on: Option<Day>,
    pub(crate) revision: i64,
}

impl Incident {
    /// Whether the specialised body was told within 72 hours, or may still be.
    pub(crate) fn is_in_time(&self, now: Instant) -> bool {
        self.notified_at.unwrap_or(now) <= notice_by(self.detected_at)
    }

    /// Whole hours until it must be told; negative once they are over.
    pub(crate) fn hours_left(&self, now: Instant) -> i64 {
        hours_left(notice_by(self.detected_at), now)
    }
}

/// An incident as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypedIncident {
    pub(crate) unit: String,
    pub(crate) kind: String,
    pub(crate) detected_on: String,
    /// `14:05`
    pub(crate) detected_time: String,
    pub(crate) people: String,
    pub(crate) what: String,
}

/// What an incident is made from: kind, moment, people, words.
pub(crate) fn parse(typed: &TypedIncident, now: Instant) -> Result<(String, Instant, i64, String), Issues> {
    let kind = one_of("kind", "privacy-incident-kind", &typed.kind, &KINDS);
    let detected = parse_moment(typed, now);
    let text = typed.people.trim();
    let people = text.parse().ok().filter(|it| (0..=MOST).contains(it));
    let people = people.ok_or_else(|| Issue::new("people", "privacy-people-wrong"));
    let what = needed("what", &typed.what);
    match (kind, detected, people, what) {
        (Ok(kind), Ok(detected), Ok(people), Ok(what)) => Ok((kind, detected, people, what)),
        (kind, detected, people, what) => {
            Err([kind.err(), detected.err(), people.err(), what.err()].into_iter().flatten().collect())
        }
    }
}

/// When it was known: a day, and an hour without which the whole day would have passed already.
fn parse_moment(typed: &TypedIncident, now: Instant) -> Result<Instant, Issue> {
    let day = past_day("detected_on", &typed.detected_on, now.day())?;
    let minutes = typed.detected_time.trim().split_once(':').and_then(|(hour, minute)| {
        let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
    });
    let minutes = minutes.ok_or_else(|| Issue::new("detected_time", "privacy-time-wrong"))?;
    let at = Instant::at(day, minutes);
    if at > now { Err(Issue::new("detected_time", "people-day-future")) } else { Ok(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(day: &str, time: &str, people: &str, expect: &[&str]) {
        let now = Instant::at(Day::parse("2026-11-21").unwrap(), 9 * 60);
        let typed = TypedIncident {
            kind: "lost".into(),
            detected_on: day.into(),
            detected_time: time.into(),
            people: people.into(),
            what: "Mất máy tính của văn phòng".into(),
            ..TypedIncident::default()
        };
        let found = parse(&typed, now).err().unwrap_or_default();
        assert_eq!(found.iter().map(|it| it.field.as_str()).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn an_incident_has_a_moment_that_has_come() {
        check("2026-11-21", "08:59", "0", &[]);
        check("", "08:59", "12", &[]);
        check("2026-11-21", "09:01", "12", &["detected_time"]);
        check("2026-11-22", "08:00", "12", &["detected_on"]);
        check("2026-11-21", "25:00", "-1", &["detected_time", "people"]);
        check("2026-11-21", "", "x", &["detected_time", "people"]);
    }
}
