//! A request of somebody about the data that is held about them.

use kernel::{AccountId, Day, Issue, Issues, RequestId, UnitId, WorkDays};
use serde::Deserialize;
use web::read_free_text;

use crate::clock::{Clock, clocks};

/// What is about the account of who asks.
pub(crate) const ACCOUNT: &str = "account";
/// What may be asked about.
pub(crate) const ABOUT: [&str; 3] = [ACCOUNT, "roster", "other"];
/// What somebody may ask about by themselves: what else there is, a person hears and writes down.
pub(crate) const OWN_ABOUT: [&str; 2] = [ACCOUNT, "roster"];
/// How a request comes that somebody sent from their own account.
pub(crate) const OWN_CHANNEL: &str = "signed-in";
/// How a request comes that an officer writes down.
pub(crate) const CHANNELS: [&str; 4] = ["paper", "in-person", "phone", "email"];
/// How it ends.
pub(crate) const OUTCOMES: [&str; 4] = ["done", "partly", "refused", "nothing-held"];
/// The longest answer and reason, in letters.
pub(crate) const TEXT_MAX: usize = 300;

/// A request as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) province: i64,
    pub(crate) id: RequestId,
    pub(crate) unit: UnitId,
    pub(crate) kind: String,
    pub(crate) about: String,
    pub(crate) channel: String,
    /// Who asks; none once the retention time is over.
    pub(crate) applicant: Option<String>,
    /// The account that it came from, or that an officer wrote down; none once the retention time is over.
    pub(crate) account: Option<AccountId>,
    pub(crate) received_on: Day,
    pub(crate) acknowledged_on: Option<Day>,
    pub(crate) due_on: Day,
    pub(crate) extended_why: Option<String>,
    pub(crate) answered_on: Option<Day>,
    pub(crate) outcome: Option<String>,
    pub(crate) answer: Option<String>,
    pub(crate) revision: i64,
}

impl Request {
    /// Its clock.
    pub(crate) fn clock(&self) -> Option<&'static Clock> {
        clock_of(&self.kind).ok()
    }

    /// Whether the answer is late: given after the due day, or not given on it.
    pub(crate) fn is_late(&self, today: Day) -> bool {
        self.answered_on.unwrap_or(today) > self.due_on
    }

    /// Until when the receipt is to be confirmed.
    pub(crate) fn acknowledge_by(&self, work_days: &WorkDays) -> Day {
        self.clock().map_or(self.received_on, |it| it.acknowledge_by(work_days, self.received_on))
    }
}

/// A request as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypedRequest {
    pub(crate) unit: String,
    pub(crate) kind: String,
    pub(crate) about: String,
    pub(crate) channel: String,
    pub(crate) applicant: String,
    /// The sign-in name of the account that it is about; may be empty.
    pub(crate) account: String,
    pub(crate) received_on: String,
}

/// What a request is made from.
#[derive(Debug)]
pub(crate) struct NewRequest {
    pub(crate) clock: &'static Clock,
    pub(crate) about: String,
    pub(crate) channel: String,
    pub(crate) applicant: String,
    pub(crate) account: Option<AccountId>,
    pub(crate) received_on: Day,
}

/// Reads a new request.
pub(crate) fn parse(typed: &TypedRequest, today: Day) -> Result<NewRequest, Issues> {
    let clock = clock_of(&typed.kind);
    let about = one_of("about", "privacy-about-what", &typed.about, &ABOUT);
    let channel = one_of("channel", "privacy-channel", &typed.channel, &CHANNELS);
    let applicant = people::person_name("applicant", &typed.applicant);
    let received_on = past_day("received_on", &typed.received_on, today);
    match (clock, about, channel, applicant, received_on) {
        (Ok(clock), Ok(about), Ok(channel), Ok(applicant), Ok(received_on)) => {
            Ok(NewRequest { clock, about, channel, applicant, account: None, received_on })
        }
        (clock, about, channel, applicant, received_on) => {
            let all = [clock.err(), about.err(), channel.err(), applicant.err(), received_on.err()];
            Err(all.into_iter().flatten().collect())
        }
    }
}

/// The outcome and the words of an answer.
pub(crate) fn parse_answer(outcome: &str, answer: &str) -> Result<(String, String), Issues> {
    let outcome = one_of("outcome", "privacy-outcome", outcome, &OUTCOMES);
    match (outcome, needed("answer", answer)) {
        (Ok(outcome), Ok(answer)) => Ok((outcome, answer)),
        (outcome, answer) => Err([outcome.err(), answer.err()].into_iter().flatten().collect()),
    }
}

/// The clock of a kind of request.
pub(crate) fn clock_of(kind: &str) -> Result<&'static Clock, Issue> {
    clocks().iter().find(|it| it.kind == kind).ok_or_else(|| unchosen("kind", "privacy-kind"))
}

/// A word of a list; `label` is the id of the field's name.
pub(crate) fn one_of(field: &str, label: &str, text: &str, all: &[&str]) -> Result<String, Issue> {
    if all.contains(&text) { Ok(text.to_owned()) } else { Err(unchosen(field, label)) }
}

/// That nothing was chosen in a field. It names the field, because several may be said side by side.
pub(crate) fn unchosen(field: &str, label: &str) -> Issue {
    Issue::new(field, "privacy-choose-one").with_text("field", label)
}

/// Free words that must not be empty.
pub(crate) fn needed(field: &str, text: &str) -> Result<String, Issue> {
    let text = read_free_text(field, text, TEXT_MAX)?;
    if text.is_empty() { Err(Issue::new(field, "privacy-words-missing")) } else { Ok(text) }
}

/// A day that has come; today if nothing is typed.
pub(crate) fn past_day(field: &str, text: &str, today: Day) -> Result<Day, Issue> {
    match (text.trim(), Day::parse(text.trim())) {
        ("", _) => Ok(today),
        (_, None) => Err(Issue::new(field, "people-day-wrong")),
        (_, Some(day)) if day > today => Err(Issue::new(field, "people-day-future")),
        (_, Some(day)) => Ok(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_said_at_once() {
        let today = Day::parse("2026-11-21").unwrap();
        let typed = TypedRequest { received_on: "2026-11-22".into(), applicant: "7".into(), ..TypedRequest::default() };
        let fields: Vec<String> = parse(&typed, today).unwrap_err().into_iter().map(|it| it.field).collect();
        assert_eq!(fields, ["kind", "about", "channel", "applicant", "received_on"]);
        let fields: Vec<String> = parse_answer("", " ").unwrap_err().into_iter().map(|it| it.field).collect();
        assert_eq!(fields, ["outcome", "answer"]);
    }
}
