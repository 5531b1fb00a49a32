//! The yearly rating of teams: the year from 15 November to 14 November, four grades, and the cap on the highest (guidance
//! 01/HD-BCA-V05 of 2026).

use kernel::{Calendar, Day, Issue, Issues, Period, TeamId};

use crate::team::Team;

/// A team is rated once it has worked so many months of the year.
const MONTHS: i32 = 9;
/// Of so many teams rated good, one may be rated excellent: 20 %.
const PER_EXCELLENT: usize = 5;

/// How a team did in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grade {
    /// Hoàn thành xuất sắc nhiệm vụ.
    Excellent,
    /// Hoàn thành tốt.
    Good,
    /// Hoàn thành.
    Completed,
    /// Không hoàn thành.
    NotCompleted,
    /// Not rated: worked less than nine months, or a complaint is open.
    NotRated,
}

impl Grade {
    pub(crate) const ALL: [Grade; 5] =
        [Grade::Excellent, Grade::Good, Grade::Completed, Grade::NotCompleted, Grade::NotRated];

    /// The word in the database and in forms.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Grade::Excellent => "excellent",
            Grade::Good => "good",
            Grade::Completed => "completed",
            Grade::NotCompleted => "not-completed",
            Grade::NotRated => "not-rated",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Grade> {
        Grade::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// The rating of a team for a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rating {
    pub(crate) team: TeamId,
    /// `team:YEAR`.
    pub(crate) year: i32,
    pub(crate) grade: Grade,
    /// The number of the decision.
    pub(crate) decision: String,
    pub(crate) decided_on: Day,
}

/// The days of a rating year: 15 November of the year before to 14 November.
pub(crate) fn window(year: i32) -> Option<Period> {
    Period::year_of(Calendar::Team, year)
}

/// The latest year that has ended by a day.
pub(crate) fn latest_ended(today: Day) -> i32 {
    let year = today.year();
    match window(year) {
        Some(window) if window.last() < today => year,
        _ => year - 1,
    }
}

/// How many may be rated excellent beside so many rated good, in whole numbers: never more than a fifth.
pub(crate) fn most_excellent(good: usize) -> usize {
    good / PER_EXCELLENT
}

/// The teams that a year's decision is about: those that worked on its last day.
pub(crate) fn is_due(team: &Team, window: Period) -> bool {
    team.works_on(window.last())
}

/// Whether a team has worked long enough in the year to be rated.
pub(crate) fn is_ratable(team: &Team, window: Period) -> bool {
    team.founded_on <= months_before(window.last().plus(1), MONTHS)
}

/// The same day so many months earlier; the month's last where it has no such day.
fn months_before(day: Day, months: i32) -> Day {
    let (year, month, of_month) = day.civil();
    let count = year * 12 + i32::from(month) - 1 - months;
    let (year, month) = (count.div_euclid(12), u8::try_from(count.rem_euclid(12) + 1).unwrap_or(1));
    (1..=of_month).rev().find_map(|it| Day::new(year, month, it)).unwrap_or(day)
}

/// What is wrong with a decision about all teams of a unit: each team's grade by its field `grade-ID`.
pub(crate) fn issues(grades: &[(&Team, Option<Grade>)], window: Period, today: Day) -> Issues {
    if today <= window.last() {
        let (year, month, day) = window.last().civil();
        return vec![Issue::new("", "people-rating-early").with("last", viet::date_short(year, month, day))];
    }
    let mut issues = Issues::new();
    for (team, grade) in grades {
        let field = field(team.id);
        match grade {
            None => issues.push(Issue::new(field, "people-grade-missing")),
            Some(Grade::NotRated) => (),
            Some(_) if !is_ratable(team, window) => {
                issues.push(Issue::new(field, "people-grade-too-young").with("months", MONTHS));
            }
            Some(_) => (),
        }
    }
    let count = |wanted: Grade| grades.iter().filter(|it| it.1 == Some(wanted)).count();
    let (excellent, good) = (count(Grade::Excellent), count(Grade::Good));
    let most = most_excellent(good);
    if excellent > most {
        let issue = Issue::new("", "people-rating-cap");
        issues.push(issue.with("excellent", excellent).with("good", good).with("most", most));
    }
    issues
}

/// The field of a team in the form.
pub(crate) fn field(team: TeamId) -> String {
    format!("grade-{team}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::team::Kind;
    use kernel::UnitId;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn team(id: i64, founded: &str) -> Team {
        Team {
            province: 1,
            id: TeamId(id),
            unit: UnitId(1),
            kind: Kind::Security,
            number: 1,
            decision: "1/QĐ".into(),
            founded_on: day(founded),
            closed_from: None,
            revision: 1,
        }
    }

    #[track_caller]
    fn check(excellent: usize, good: usize, founded: &str, today: &str, expect: &[&str]) {
        let teams: Vec<Team> = (1..).take(excellent + good).map(|id| team(id, founded)).collect();
        let grade = |at: usize| Some(if at < excellent { Grade::Excellent } else { Grade::Good });
        let grades: Vec<(&Team, Option<Grade>)> = teams.iter().enumerate().map(|(at, it)| (it, grade(at))).collect();
        let found = issues(&grades, window(2026).unwrap(), day(today));
        assert_eq!(found.iter().map(|it| it.text).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn the_year_runs_from_15_november_to_14_november() {
        let window = window(2026).unwrap();
        assert_eq!((window.first(), window.last()), (day("2025-11-15"), day("2026-11-14")));
        assert_eq!(latest_ended(day("2026-11-14")), 2025);
        assert_eq!(latest_ended(day("2026-11-15")), 2026);
    }

    #[test]
    fn at_most_one_excellent_for_five_good() {
        check(1, 5, "2020-01-01", "2026-11-21", &[]);
        check(1, 4, "2020-01-01", "2026-11-21", &["people-rating-cap"]);
        check(2, 9, "2020-01-01", "2026-11-21", &["people-rating-cap"]);
        check(2, 10, "2020-01-01", "2026-11-21", &[]);
        check(1, 0, "2020-01-01", "2026-11-21", &["people-rating-cap"]);
    }

    #[test]
    fn nothing_is_decided_before_the_year_is_over() {
        check(0, 5, "2020-01-01", "2026-11-14", &["people-rating-early"]);
        check(0, 5, "2020-01-01", "2026-11-15", &[]);
    }

    #[test]
    fn a_team_of_less_than_nine_months_is_not_rated() {
        check(0, 1, "2026-02-15", "2026-11-21", &[]);
        check(0, 1, "2026-02-16", "2026-11-21", &["people-grade-too-young"]);
        let young = team(1, "2026-06-01");
        assert_eq!(issues(&[(&young, Some(Grade::NotRated))], window(2026).unwrap(), day("2026-11-21")), []);
        let found = issues(&[(&young, None)], window(2026).unwrap(), day("2026-11-21"));
        assert_eq!(found[0].text, "people-grade-missing");
    }

    #[test]
    fn months_are_counted_back_to_days_that_exist() {
        assert_eq!(months_before(day("2026-11-30"), 9), day("2026-02-28"));
        assert_eq!(months_before(day("2026-05-15"), 9), day("2025-08-15"));
    }
}
