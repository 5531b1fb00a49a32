//! What citizens say about this site and the movement. Nothing about who said it is kept or asked: no name, no address,
//! no browser. It is in no search and in no interface for programs; staff read it in a small queue, and it is forgotten.

use kernel::{Instant, Issue, Issues};

use crate::news::composed;

/// The shortest and the longest message, in letters.
pub(crate) const SHORTEST: usize = 10;
pub(crate) const LONGEST: usize = 1_000;
/// So many are taken in ten minutes, from all the world together: addresses are not kept to count by.
pub(crate) const AT_ONCE: i64 = 30;
/// In minutes.
pub(crate) const WINDOW: i64 = 10;
/// Days after which what was handled, and what was not, is forgotten.
pub(crate) const KEPT_HANDLED: i64 = 90;
pub(crate) const KEPT: i64 = 365;

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// This site.
    Site,
    /// Published figures.
    Figures,
    /// The movement.
    Movement,
}

impl Topic {
    pub(crate) const ALL: [Topic; 3] = [Topic::Site, Topic::Figures, Topic::Movement];

    pub(crate) const fn number(self) -> i64 {
        self as i64
    }

    pub(crate) fn from_number(number: i64) -> Topic {
        Topic::ALL.into_iter().find(|it| it.number() == number).unwrap_or(Topic::Site)
    }

    /// The word in a form.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Topic::Site => "site",
            Topic::Figures => "figures",
            Topic::Movement => "movement",
        }
    }

    /// The text that names it.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Topic::Site => "portal-feedback-site",
            Topic::Figures => "portal-feedback-figures",
            Topic::Movement => "portal-feedback-movement",
        }
    }
}

/// A message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// The province, or the root, whose staff read it.
    pub(crate) province: i64,
    /// Its number.
    pub(crate) id: i64,
    pub(crate) topic: Topic,
    pub(crate) body: String,
    pub(crate) sent_at: Instant,
}

/// The topic and text of what was typed.
///
/// # Errors
/// All that is wrong with it.
pub(crate) fn read(topic: &str, body: &str) -> Result<(Topic, String), Issues> {
    let body = composed(body);
    let found = Topic::ALL.into_iter().find(|it| it.word() == topic);
    let mut issues = Issues::new();
    if found.is_none() {
        issues.push(Issue::new("topic", "portal-feedback-no-topic"));
    }
    let length = body.chars().count();
    if length < SHORTEST {
        issues.push(Issue::new("body", "portal-feedback-short").with("least", SHORTEST));
    }
    if length > LONGEST {
        issues.push(Issue::new("body", "portal-too-long").with("most", LONGEST));
    }
    match found {
        Some(topic) if issues.is_empty() => Ok((topic, body)),
        _ => Err(issues),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_a_topic_and_a_length() {
        assert_eq!(read("site", "Trang dễ đọc lắm").unwrap().0, Topic::Site);
        let wrong = |topic: &str, body: &str| read(topic, body).unwrap_err().len();
        assert_eq!((wrong("", "ngắn"), wrong("site", "ngắn"), wrong("site", &"á".repeat(1001))), (2, 1, 1));
    }
}
