//! A term: one person's time in one post.

use kernel::{AccountId, Day, Instant, Issue, Issues, Level, TeamId, TermId, UnitId};
use serde::Deserialize;

use crate::{consent, post, post::Post, team::past_day};

/// How many letters a name has.
const NAME: std::ops::RangeInclusive<usize> = 2..=60;
/// The longest term, in days: ten years. A longer one is a slip of the hand.
const LONGEST: i32 = 3660;
/// A term that ends within so many days is shown as ending soon.
const SOON: i32 = 60;

/// A term as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) province: i64,
    pub(crate) id: TermId,
    /// The unit in which it was recorded.
    pub(crate) unit: UnitId,
    pub(crate) team: Option<TeamId>,
    /// The post's code.
    pub(crate) post: String,
    /// Who; none once the name was erased.
    pub(crate) full_name: Option<String>,
    pub(crate) from: Day,
    /// The day after the last; open while no end is known.
    pub(crate) until: Option<Day>,
    pub(crate) trained_on: Option<Day>,
    pub(crate) consent_version: i64,
    pub(crate) consented_on: Day,
    /// Whose account it is, if who keeps the roster said so.
    pub(crate) account: Option<AccountId>,
    pub(crate) withdrawn_at: Option<Instant>,
    /// Since when only who answers for personal data sees and changes it.
    pub(crate) restricted_at: Option<Instant>,
    pub(crate) revision: i64,
}

/// How a term stands to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It has not begun.
    Coming,
    /// It runs.
    Running,
    /// It runs and ends soon: time to hand over.
    Ending,
    /// It is over.
    Over,
}

impl Term {
    /// Whether it runs on a day.
    pub(crate) fn runs_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|it| day < it)
    }

    /// How it stands to a day.
    pub(crate) fn stage(&self, day: Day) -> Stage {
        match self.until {
            Some(until) if until <= day => Stage::Over,
            _ if day < self.from => Stage::Coming,
            Some(until) if until <= day.plus(SOON) => Stage::Ending,
            _ => Stage::Running,
        }
    }

    /// What others than who answers for personal data see of it: that the post is held, if it is restricted.
    pub(crate) fn shown_to_others(self) -> Term {
        if self.restricted_at.is_none() {
            return self;
        }
        Term { full_name: None, trained_on: None, account: None, withdrawn_at: None, ..self }
    }

    /// Whether both hold at some time.
    pub(crate) fn overlaps(&self, from: Day, until: Option<Day>) -> bool {
        self.until.is_none_or(|it| from < it) && until.is_none_or(|it| self.from < it)
    }
}

/// A term as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypedTerm {
    pub(crate) post: String,
    pub(crate) team: String,
    pub(crate) full_name: String,
    pub(crate) from: String,
    /// The last day; may be empty.
    pub(crate) until: String,
    pub(crate) trained_on: String,
    /// The version that the person has signed; empty if the box was not ticked.
    pub(crate) consent: String,
    pub(crate) consented_on: String,
    pub(crate) revision: String,
}

/// What a term is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewTerm {
    pub(crate) post: &'static Post,
    pub(crate) team: Option<TeamId>,
    pub(crate) person: Person,
    pub(crate) from: Day,
    pub(crate) until: Option<Day>,
    pub(crate) trained_on: Option<Day>,
}

/// Who, and what they agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) full_name: String,
    pub(crate) consent_version: i64,
    pub(crate) consented_on: Day,
}

/// Reads a new term in a unit of this level.
pub(crate) fn parse(typed: &TypedTerm, level: Level, today: Day) -> Result<NewTerm, Issues> {
    let post = match post::post(&typed.post).filter(|it| it.is_at(level)) {
        None => Err(vec![Issue::new("post", "people-post-missing")]),
        Some(post) => Ok(post),
    };
    let team = match (&post, typed.team.trim()) {
        (Ok(Post { team: Some(_), .. }), text) => match text.parse() {
            Ok(id) => Ok(Some(id)),
            Err(_) => Err(vec![Issue::new("team", "people-team-missing")]),
        },
        _ => Ok(None),
    };
    let person = parse_person(typed, today);
    let span = parse_span(&typed.from, &typed.until).map_err(|it| vec![it]);
    let trained_on = parse_training(&typed.trained_on, today).map_err(|it| vec![it]);
    match (post, team, person, span, trained_on) {
        (Ok(post), Ok(team), Ok(person), Ok((from, until)), Ok(trained_on)) => {
            Ok(NewTerm { post, team, person, from, until, trained_on })
        }
        (post, team, person, span, trained_on) => {
            let all = [post.err(), team.err(), person.err(), span.err(), trained_on.err()];
            Err(all.into_iter().flatten().flatten().collect())
        }
    }
}

/// Reads who, and the consent: of today's version, signed on a day that has come.
pub(crate) fn parse_person(typed: &TypedTerm, today: Day) -> Result<Person, Issues> {
    let name = parse_name(&typed.full_name);
    let current = consent::current(today).version;
    let version = match typed.consent.trim() {
        text if text.parse() == Ok(current) => Ok(current),
        "" => Err(Issue::new("consent", "people-consent-missing")),
        _ => Err(Issue::new("consent", "people-consent-changed")),
    };
    let consented_on = match typed.consented_on.trim() {
        "" => Ok(today),
        text => past_day("consented_on", text, today),
    };
    match (name, version, consented_on) {
        (Ok(full_name), Ok(consent_version), Ok(consented_on)) => {
            Ok(Person { full_name, consent_version, consented_on })
        }
        (name, version, day) => Err([name.err(), version.err(), day.err()].into_iter().flatten().collect()),
    }
}

/// A person's name: letters only, so that no number, address or remark fits.
pub(crate) fn parse_name(text: &str) -> Result<String, Issue> {
    person_name("full_name", text)
}

/// The same at another field.
///
/// # Errors
/// The issue to show at the field.
pub fn person_name(field: &str, text: &str) -> Result<String, Issue> {
    let name = viet::composed(text);
    let plain = |it: char| it.is_alphabetic() || matches!(it, ' ' | '\'' | '-');
    if NAME.contains(&name.chars().count()) && name.chars().all(plain) {
        Ok(name)
    } else {
        Err(Issue::new(field, "people-name-wrong").with("max", NAME.end()))
    }
}

/// The first day, and the day after the last.
pub(crate) fn parse_span(from: &str, last: &str) -> Result<(Day, Option<Day>), Issue> {
    let Some(from) = Day::parse(from.trim()) else { return Err(Issue::new("from", "people-day-wrong")) };
    match (last.trim(), Day::parse(last.trim())) {
        ("", _) => Ok((from, None)),
        (_, None) => Err(Issue::new("until", "people-day-wrong")),
        (_, Some(last)) if last < from => Err(Issue::new("until", "people-until-before")),
        (_, Some(last)) if last > from.plus(LONGEST) => Err(Issue::new("until", "people-until-long")),
        (_, Some(last)) => Ok((from, Some(last.plus(1)))),
    }
}

/// The last day of training; none if nothing is typed.
pub(crate) fn parse_training(text: &str, today: Day) -> Result<Option<Day>, Issue> {
    match text.trim() {
        "" => Ok(None),
        text => past_day("trained_on", text, today).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn typed() -> TypedTerm {
        TypedTerm {
            post: "village-head".into(),
            full_name: " Người  Mẫu Một ".into(),
            from: "2026-01-15".into(),
            consent: "1".into(),
            ..TypedTerm::default()
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut TypedTerm), expect: &[(&str, &str)]) {
        let mut it = typed();
        change(&mut it);
        let issues = parse(&it, Level::Village, day("2026-11-21")).err().unwrap_or_default();
        assert_eq!(issues.iter().map(|it| (it.field.as_str(), it.text)).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_term_has_a_post_of_the_list_a_name_of_letters_and_consent() {
        check(|_| (), &[]);
        check(|it| it.post = "elder".into(), &[("post", "people-post-missing")]);
        check(|it| it.post = "committee-head".into(), &[("post", "people-post-missing")]);
        check(|it| it.post = "mediator".into(), &[("team", "people-team-missing")]);
        check(|it| it.full_name = "Người Mẫu, 012345678901".into(), &[("full_name", "people-name-wrong")]);
        check(|it| it.full_name = "x".repeat(61), &[("full_name", "people-name-wrong")]);
        check(|it| it.consent = String::new(), &[("consent", "people-consent-missing")]);
        check(|it| it.consent = "99".into(), &[("consent", "people-consent-changed")]);
        check(|it| it.consented_on = "2026-11-22".into(), &[("consented_on", "people-day-future")]);
        check(|it| it.until = "2026-01-14".into(), &[("until", "people-until-before")]);
        check(|it| it.until = "2062-01-14".into(), &[("until", "people-until-long")]);
        check(|it| it.trained_on = "hôm qua".into(), &[("trained_on", "people-day-wrong")]);
        let all = [
            ("post", "people-post-missing"),
            ("full_name", "people-name-wrong"),
            ("consent", "people-consent-missing"),
            ("from", "people-day-wrong"),
        ];
        check(|it| *it = TypedTerm::default(), &all);
    }

    #[test]
    fn a_term_ends_after_its_last_day() {
        let (from, until) = parse_span("2026-01-15", "2026-12-31").unwrap();
        assert_eq!(until, Some(day("2027-01-01")));
        let term = Term {
            province: 1,
            id: TermId(1),
            unit: UnitId(1),
            team: None,
            post: "village-head".into(),
            full_name: None,
            from,
            until,
            trained_on: None,
            consent_version: 1,
            consented_on: from,
            account: None,
            withdrawn_at: None,
            restricted_at: None,
            revision: 1,
        };
        assert!(term.runs_on(day("2026-12-31")) && !term.runs_on(day("2027-01-01")));
        assert_eq!(term.stage(day("2026-01-14")), Stage::Coming);
        assert_eq!(term.stage(day("2026-10-01")), Stage::Running);
        assert_eq!(term.stage(day("2026-11-21")), Stage::Ending);
        assert_eq!(term.stage(day("2027-01-01")), Stage::Over);
        assert!(term.overlaps(day("2026-12-31"), None) && !term.overlaps(day("2027-01-01"), None));
        assert!(!term.overlaps(day("2020-01-01"), Some(day("2026-01-15"))));
    }
}
