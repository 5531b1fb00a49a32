//! Roles are data: `data/access/roles.csv` says for each what it is for, at which units it can be held, whether a
//! password is enough, how long it may last, when it ceased and which others it never stands beside. Slices know none of them: they give their permissions to
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
    never_with: Vec<String>,
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
    never_with: String,
}

static ROLES: LazyLock<Vec<Line>> = LazyLock::new(|| read_all(FILE));

/// All lines of a file. One that does not read, or that excludes itself or what is not there, is no role, so gives nobody
/// anything; a test finds it.
fn read_all(file: &str) -> Vec<Line> {
    let lines = csv::Reader::from_reader(file.as_bytes()).into_deserialize::<Written>();
    let mut all: Vec<Line> = lines.flatten().enumerate().filter_map(|(place, it)| read(place, it)).collect();
    let words: Vec<String> = all.iter().map(|it| it.word.clone()).collect();
    all.retain(|it| it.never_with.iter().all(|word| words.contains(word) && *word != it.word));
    all
}

fn read(place: usize, it: Written) -> Option<Line> {
    Some(Line {
        place,
        duties: it.duties.split(' ').map(Duty::parse).collect::<Option<_>>()?,
        levels: it.levels.split(' ').map(level).collect::<Option<_>>()?,
        second_factor: it.second_factor == "yes",
        longest: it.longest_days,
        never_with: it.never_with.split_whitespace().map(str::to_owned).collect(),
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

    /// Whether nobody holds both on one day, whatever the units. Said by the line of either, it is true of both.
    pub fn excludes(self, other: Role) -> bool {
        let names = |one: Role, other: Role| one.0.never_with.iter().any(|it| it == other.word());
        names(self, other) || names(other, self)
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
    fn roles_exclude_each_other_whichever_line_says_so() {
        for (one, other) in Role::all().flat_map(|one| Role::all().map(move |other| (one, other))) {
            assert_eq!(one.excludes(other), other.excludes(one), "{one:?} {other:?}");
            assert!(one != other || !one.excludes(other), "{one:?}");
        }
        let role = |word: &str| Role::parse(word).unwrap();
        assert!(
            role("tip-handler").excludes(role("administrator")) && role("administrator").excludes(role("tip-handler"))
        );
        assert!(!role("commune-recorder").excludes(role("commune-approver")), "an office of two has nobody else");
    }

    #[test]
    fn duties_that_check_each_other_are_held_by_different_people() {
        let all = |duty: Duty| Role::all().filter(move |it| it.has(duty) && it.until() == Day::NEVER);
        // Who audits reads; nobody checks what they did themselves.
        for auditor in all(Duty::Auditor) {
            for other in Role::all().filter(|it| it.until() == Day::NEVER && *it != auditor) {
                let reads_only = other.0.duties == [Duty::Reader] && !other.word().starts_with("tip-");
                assert_eq!(auditor.excludes(other), !reads_only, "{other:?}");
            }
        }
        for (one, other) in all(Duty::Administrator).flat_map(|it| all(Duty::Approver).map(move |that| (it, that))) {
            assert!(one.excludes(other), "{other:?}");
        }
        let [handler, custodian] = ["tip-handler", "tip-custodian"].map(|it| Role::parse(it).unwrap());
        assert!(handler.excludes(custodian));
        for tips in [handler, custodian] {
            assert!(tips.needs_second_factor() && tips.0.duties == [Duty::Reader], "there are no tips yet: {tips:?}");
            assert!(all(Duty::Administrator).all(|it| it.excludes(tips)));
        }
    }

    #[test]
    fn a_line_that_excludes_what_is_not_there_is_no_role() {
        let words = |lines: &str| {
            let head = FILE.lines().next().unwrap();
            let all = read_all(&format!("{head}\n{lines}\n"));
            all.iter().map(|it| it.word.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(words("a,reader,nation,no,,,b\nb,reader,nation,no,,,"), "a b");
        assert_eq!(words("a,reader,nation,no,,,king\nb,reader,nation,no,,,"), "b");
        assert_eq!(words("a,reader,nation,no,,,a\nb,reader,nation,no,,,"), "b");
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
