//! Teams: the security and order team of a village (Law 30/2023/QH15), the mediation team.

use kernel::{Day, Issue, Issues, Level, Register, TeamId, UnitId};
use serde::Deserialize;

/// The longest number of a decision, in letters.
pub(crate) const DECISION_MAX: usize = 40;

/// What a team is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Tổ bảo vệ an ninh, trật tự: counted, rated, feeds the indicators.
    Security,
    /// Tổ hòa giải: its roster only.
    Mediation,
}

impl Kind {
    pub(crate) const ALL: [Kind; 2] = [Kind::Security, Kind::Mediation];

    /// The word in the database and in forms.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Kind::Security => "security",
            Kind::Mediation => "mediation",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// A team as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Team {
    pub(crate) province: i64,
    pub(crate) id: TeamId,
    /// The unit in which it was founded: a village or a commune.
    pub(crate) unit: UnitId,
    pub(crate) kind: Kind,
    /// Tells teams of one kind in one unit apart; the first is 1.
    pub(crate) number: i64,
    /// The number of the decision that founded it.
    pub(crate) decision: String,
    pub(crate) founded_on: Day,
    /// The day after its last; open while it works.
    pub(crate) closed_from: Option<Day>,
    pub(crate) revision: i64,
}

impl Team {
    /// Whether it works on a day.
    pub(crate) fn works_on(&self, day: Day) -> bool {
        self.founded_on <= day && self.closed_from.is_none_or(|it| day < it)
    }

    /// What it is called: "Tổ bảo vệ ANTT Thôn 1", "Tổ hòa giải số 2 Thôn 1". The name of public papers, Vietnamese in
    /// either language.
    pub(crate) fn name(&self, register: &Register, day: Day) -> String {
        let kind = match self.kind {
            Kind::Security => "Tổ bảo vệ ANTT",
            Kind::Mediation => "Tổ hòa giải",
        };
        let number = if self.number > 1 { format!(" số {}", self.number) } else { String::new() };
        let unit = register.nearest(self.unit, day).map_or_else(|| self.unit.to_string(), |it| it.full_name.clone());
        format!("{kind}{number} {unit}")
    }
}

/// A team as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypedTeam {
    pub(crate) kind: String,
    pub(crate) decision: String,
    pub(crate) founded_on: String,
}

/// Reads a new team of a unit at a level.
pub(crate) fn parse(typed: &TypedTeam, level: Level, today: Day) -> Result<(Kind, String, Day), Issues> {
    let mut issues = Issues::new();
    if !has_teams(level) {
        issues.push(Issue::new("", "people-team-level"));
    }
    let kind = Kind::parse(&typed.kind);
    if kind.is_none() {
        issues.push(Issue::new("kind", "people-team-kind-missing"));
    }
    let decision = read_decision("decision", &typed.decision);
    let founded_on = past_day("founded_on", &typed.founded_on, today);
    match (kind, decision, founded_on) {
        (Some(kind), Ok(decision), Ok(founded_on)) if issues.is_empty() => Ok((kind, decision, founded_on)),
        (_, decision, founded_on) => {
            issues.extend([decision.err(), founded_on.err()].into_iter().flatten());
            Err(issues)
        }
    }
}

/// Whether units of a level have teams.
pub(crate) fn has_teams(level: Level) -> bool {
    matches!(level, Level::Commune | Level::Village)
}

/// The number of a decision, "12/QĐ-UBND": figures, letters and the marks between them. No words: nobody's name fits.
pub(crate) fn read_decision(field: &str, text: &str) -> Result<String, Issue> {
    let text = viet::composed(text);
    let plain = |it: char| it.is_alphanumeric() || "/-.".contains(it);
    let begins = text.starts_with(|it: char| it.is_ascii_digit());
    if begins && text.chars().count() <= DECISION_MAX && text.chars().all(plain) {
        Ok(text)
    } else {
        Err(Issue::new(field, "people-decision-wrong").with("max", DECISION_MAX))
    }
}

/// A day that is not in the future.
pub(crate) fn past_day(field: &str, text: &str, today: Day) -> Result<Day, Issue> {
    match Day::parse(text.trim()) {
        None => Err(Issue::new(field, "people-day-wrong")),
        Some(day) if day > today => Err(Issue::new(field, "people-day-future")),
        Some(day) => Ok(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn decision(text: &str, stands: bool) {
        assert_eq!(read_decision("decision", text).is_ok(), stands, "{text}");
    }

    #[test]
    fn a_decision_is_a_number_and_not_a_sentence() {
        decision("12/QĐ-UBND", true);
        decision("05/2026/QĐ-CT.UBND", true);
        decision("", false);
        decision("QĐ", false);
        decision("12 của ông Nguyễn Văn A", false);
        decision(&format!("1{}", "0".repeat(40)), false);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let today = Day::parse("2026-11-21").unwrap();
        let typed = TypedTeam { founded_on: "2026-11-22".into(), ..TypedTeam::default() };
        let issues = parse(&typed, Level::Province, today).unwrap_err();
        assert_eq!(
            issues.iter().map(|it| it.field.as_str()).collect::<Vec<_>>(),
            ["", "kind", "decision", "founded_on"]
        );
        assert_eq!(issues[3].text, "people-day-future");
    }
}
