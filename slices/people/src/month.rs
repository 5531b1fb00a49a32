//! What a team did in a month, counted.

use kernel::{Calendar, Day, Frequency, Issue, Issues, Period, TeamId};
use serde::Deserialize;

use crate::team::Team;

/// So many months back may be entered or mended.
const MONTHS: usize = 13;
/// No team does more of anything in a month; a greater number is a slip of the hand.
const MOST: i64 = 9_999;

/// The counts of a team and a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Month {
    pub(crate) team: TeamId,
    pub(crate) period: Period,
    /// Patrol shifts.
    pub(crate) patrols: i64,
    /// Incidents it helped with.
    pub(crate) incidents: i64,
    /// Attendances at training: a person who came twice counts twice.
    pub(crate) attendances: i64,
}

/// The same as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypedMonth {
    pub(crate) period: String,
    pub(crate) patrols: String,
    pub(crate) incidents: String,
    pub(crate) attendances: String,
}

/// The months that may be entered for a team on a day, the latest first: begun, and not wholly before or after its time.
pub(crate) fn open_months(team: &Team, today: Day) -> Vec<Period> {
    let running = Period::on(Calendar::Administrative, Frequency::Month, today);
    let months = std::iter::successors(running, |it| Some(it.before())).take(MONTHS);
    let within = |it: &Period| team.founded_on <= it.last() && team.closed_from.is_none_or(|end| it.first() < end);
    months.filter(within).collect()
}

/// Reads the counts of a month.
pub(crate) fn parse(typed: &TypedMonth, team: &Team, today: Day) -> Result<Month, Issues> {
    let period = Period::parse(&typed.period).ok().filter(|it| open_months(team, today).contains(it));
    let period = period.ok_or_else(|| Issue::new("period", "people-month-wrong"));
    let count = |field: &str, text: &str| {
        let text = text.trim();
        let plain = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        let number = text.parse().ok().filter(|it: &i64| plain && *it <= MOST);
        number.ok_or_else(|| Issue::new(field, "people-count-wrong").with("max", MOST))
    };
    let patrols = count("patrols", &typed.patrols);
    let incidents = count("incidents", &typed.incidents);
    let attendances = count("attendances", &typed.attendances);
    match (period, patrols, incidents, attendances) {
        (Ok(period), Ok(patrols), Ok(incidents), Ok(attendances)) => {
            Ok(Month { team: team.id, period, patrols, incidents, attendances })
        }
        (period, patrols, incidents, attendances) => {
            Err([period.err(), patrols.err(), incidents.err(), attendances.err()].into_iter().flatten().collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::team::Kind;
    use kernel::UnitId;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn team() -> Team {
        Team {
            province: 1,
            id: TeamId(1),
            unit: UnitId(1),
            kind: Kind::Security,
            number: 1,
            decision: "1/QĐ".into(),
            founded_on: day("2026-09-20"),
            closed_from: None,
            revision: 1,
        }
    }

    #[track_caller]
    fn check(period: &str, patrols: &str, expect: &[&str]) {
        let typed = TypedMonth {
            period: period.into(),
            patrols: patrols.into(),
            incidents: "0".into(),
            attendances: "3".into(),
        };
        let found = parse(&typed, &team(), day("2026-11-21")).err().unwrap_or_default();
        assert_eq!(found.iter().map(|it| it.field.as_str()).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn counts_belong_to_a_month_that_has_begun_in_the_teams_time() {
        check("adm:2026-M12", "4", &[]);
        check("adm:2026-M10", "4", &[]);
        check("adm:2026-M09", "4", &["period"]);
        check("adm:2027-M01", "4", &["period"]);
        check("2026-M10", "4", &["period"]);
        check("adm:2026-Q4", "4", &["period"]);
        check("adm:2026-M10", "", &["patrols"]);
        check("adm:2026-M10", "-1", &["patrols"]);
        check("x", "10000", &["period", "patrols"]);
    }
}
