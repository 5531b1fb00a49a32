//! Roles are data: `data/access/roles.csv` says for each what it is for, at which units it can be held, whether a
//! password is enough, how long it may last and when it ceased. Slices know none of them: they give their permissions to
//! duties, of which a role has one or more. So the one table behind every question of rights is roles × duties ×
//! permissions, and a role is added or ended without touching a slice.

use std::sync::LazyLock;

use kernel::{Day, Level};
use serde::Deserialize;

const FILE: &str = include_str!("../../../data/access/roles.csv");

/// What a role is for. Slices give their permissions to duties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// Fills in returns.
    Recorder,
    /// Approves the returns of the units below.
    Approver,
    /// Reads.
    Reader,
    /// Manages accounts; reads no figures and acts for nobody.
    Administrator,
    /// Reads what was done by whom; changes nothing.
    Auditor,
    /// Answers for personal data: requests of the people concerned, incidents, the registers.
    DataOfficer,
    /// Speaks to the public for the ministry or a province: news, and what citizens say.
    Publisher,
    /// Prepares conferences and commendations: decisions, certificates and their revocation.
    Commendation,
}

impl Duty {
    /// All of them.
    pub const ALL: [Duty; 8] = [
        Duty::Recorder,
        Duty::Approver,
        Duty::Reader,
        Duty::Administrator,
        Duty::Auditor,
        Duty::DataOfficer,
        Duty::Publisher,
        Duty::Commendation,
    ];

    /// The word in the file of roles.
    pub const fn word(self) -> &'static str {
        match self {
            Duty::Recorder => "recorder",
            Duty::Approver => "approver",
            Duty::Reader => "reader",
            Duty::Administrator => "administrator",
            Duty::Auditor => "auditor",
            Duty::DataOfficer => "data-officer",
            Duty::Publisher => "publisher",
            Duty::Commendation => "commendation",
        }
    }

    /// Reads [`Duty::word`].
    pub fn parse(word: &str) -> Option<Duty> {
        Duty::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// What somebody is at a unit: a line of the file of roles. Ordered as the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Role(&'static Line);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    place: usize,
    word: String,
    duties: Vec<Duty>,
    levels: Vec<Level>,
    second_factor: bool,
    longest: Option<i32>,
    until: Day,
}

/// A line as the file has it.
#[derive(Deserialize)]
struct Written {
    role: String,
    duties: String,
    levels: String,
    second_factor: String,
    longest_days: Option<i32>,
    last_day: String,
}

static ROLES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let lines = csv::Reader::from_reader(FILE.as_bytes()).into_deserialize::<Written>();
    // A line that does not read is no role, so gives nobody anything; a test finds it.
    lines.flatten().enumerate().filter_map(|(place, it)| read(place, it)).collect()
});

fn read(place: usize, it: Written) -> Option<Line> {
    Some(Line {
        place,
        duties: it.duties.split(' ').map(Duty::parse).collect::<Option<_>>()?,
        levels: it.levels.split(' ').map(level).collect::<Option<_>>()?,
        second_factor: it.second_factor == "yes",
        longest: it.longest_days,
        until: if it.last_day.is_empty() { Day::NEVER } else { Day::parse(&it.last_day)?.plus(1) },
        word: it.role,
    })
}

fn level(word: &str) -> Option<Level> {
    let all = [Level::Nation, Level::Province, Level::District, Level::Commune, Level::Village];
    all.into_iter().find(|it| level_word(*it) == word)
}

/// The word of a level in the file of roles, and in the ids of texts.
const fn level_word(level: Level) -> &'static str {
    match level {
        Level::Nation => "nation",
        Level::Province => "province",
        Level::District => "district",
        Level::Commune => "commune",
        Level::Village => "village",
    }
}

impl Role {
    /// All of them, those that have ceased too, in the order of the file.
    pub fn all() -> impl Iterator<Item = Role> {
        ROLES.iter().map(Role)
    }

    /// The word in the database and on the command line.
    pub fn word(self) -> &'static str {
        &self.0.word
    }

    /// Reads [`Role::word`].
    pub fn parse(word: &str) -> Option<Role> {
        Role::all().find(|it| it.word() == word)
    }

    /// The same where the unit's level is known: the word of a duty stands for the role that has it there, `recorder` at
    /// a commune for `commune-recorder`.
    pub fn named(word: &str, level: Level) -> Option<Role> {
        Role::parse(word).or_else(|| Role::of(Duty::parse(word)?, level))
    }

    /// The first role with this duty that can be held at units of this level.
    pub fn of(duty: Duty, level: Level) -> Option<Role> {
        Role::all().find(|it| it.has(duty) && it.fits(level))
    }

    /// Whether it has this duty.
    pub fn has(self, duty: Duty) -> bool {
        self.0.duties.contains(&duty)
    }

    /// Whether it can be held at units of this level.
    pub fn fits(self, level: Level) -> bool {
        self.0.levels.contains(&level)
    }

    /// Whether a password alone is not enough for it.
    pub fn needs_second_factor(self) -> bool {
        self.0.second_factor
    }

    /// How many days a right to it may last at most.
    pub fn longest(self) -> Option<i32> {
        self.0.longest
    }

    /// The day after its last: from then on it opens nothing, whatever right to it is still open.
    pub fn until(self) -> Day {
        self.0.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_a_role() {
        assert_eq!(Role::all().count(), FILE.lines().count() - 1);
        for it in Role::all() {
            assert_eq!(Role::parse(it.word()), Some(it), "no word twice");
            assert!(Duty::parse(it.word()).is_none() || it.has(Duty::parse(it.word()).unwrap()), "{it:?}");
        }
        for line in FILE.lines().skip(1) {
            assert!(["yes", "no"].contains(&line.split(',').nth(3).unwrap()), "{line}");
        }
    }

    #[test]
    fn approvers_and_administrators_need_more_than_a_password() {
        for it in Role::all() {
            let strong = [Duty::Approver, Duty::Administrator].into_iter().any(|duty| it.has(duty));
            assert!(it.needs_second_factor() || !strong, "{it:?}");
        }
    }

    #[test]
    fn whoever_approves_may_also_commend() {
        for it in Role::all() {
            assert!(it.has(Duty::Commendation) || !it.has(Duty::Approver), "{it:?}");
            assert!(it.needs_second_factor() || !it.has(Duty::Commendation), "certificates are signed: {it:?}");
        }
    }

    #[test]
    fn administrators_and_auditors_have_no_other_duty() {
        for it in Role::all() {
            let alone = [Duty::Administrator, Duty::Auditor].into_iter().any(|duty| it.has(duty));
            assert!(!alone || it.0.duties.len() == 1, "{it:?}");
        }
    }

    #[test]
    fn a_duty_names_the_role_of_the_level() {
        let named = |word, level| Role::named(word, level).map(Role::word);
        assert_eq!(named("recorder", Level::Commune), Some("commune-recorder"));
        assert_eq!(named("recorder", Level::Nation), Some("ministry-recorder"));
        assert_eq!(named("reader", Level::Province), Some("committee-reader"));
        assert_eq!(named("guest", Level::Village), Some("guest"), "a role is itself whatever the level");
        assert_eq!(named("approver", Level::Village), None);
        assert_eq!(named("king", Level::Nation), None);
    }

    #[test]
    fn the_district_ceased_with_its_last_day() {
        let until = |word: &str| Role::parse(word).unwrap().until();
        assert_eq!(until("district-recorder"), Day::parse("2025-07-01").unwrap());
        assert_eq!(until("commune-recorder"), Day::NEVER);
    }
}
