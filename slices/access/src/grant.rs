use kernel::{AccountId, Day, Issue, Issues, Level, Register, Resolve, UnitId};
use serde::Deserialize;
use web::{Cover, Duty, Role, Scope};

/// How many units an ambiguous name is answered with.
const CANDIDATES: usize = 12;

/// A right: a role at a unit between two days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) role: Role,
    pub(crate) unit: UnitId,
    pub(crate) from: Day,
    /// The day after the last; open if there is none.
    pub(crate) until: Option<Day>,
    /// Who is away while it lasts, of a deputy.
    pub(crate) deputy_for: Option<AccountId>,
}

impl Grant {
    /// A right from a day on, for as long as its role may be held.
    pub(crate) fn new(role: Role, unit: UnitId, from: Day) -> Grant {
        Grant { role, unit, from, until: role.longest().map(|days| from.plus(days)), deputy_for: None }
    }

    /// Whether it has ended, or its role has ceased.
    pub(crate) fn ended(&self, today: Day) -> bool {
        self.until.is_some_and(|it| it <= today) || self.role.until() <= today
    }

    /// The day after the last on which it opens anything.
    fn end(&self) -> Day {
        self.until.unwrap_or(Day::NEVER).min(self.role.until())
    }

    /// Whether nobody holds both: their roles exclude each other, and they share a day, whatever the units.
    pub(crate) fn excludes(&self, other: &Grant) -> bool {
        self.role.excludes(other.role) && self.from.max(other.from) < self.end().min(other.end())
    }

    /// What the role itself forbids: this level of units, these days.
    pub(crate) fn issues(&self, register: &Register, today: Day) -> Issues {
        let level = register.get(self.unit, today).map(|it| it.level);
        let elsewhere = level
            .is_some_and(|it| !self.role.fits(it))
            .then(|| Issue::new("role", "access-role-elsewhere").with("unit", register.path(self.unit, today)));
        let ceased = (self.role.until() <= self.from)
            .then(|| Issue::new("role", "access-role-ceased").with("day", date(self.role.until().plus(-1))));
        let long = self.role.longest().filter(|days| self.until.is_none_or(|it| it > self.from.plus(*days)));
        let long = long.map(|days| Issue::new("until", "access-until-long").with("days", days));
        [elsewhere, ceased, long].into_iter().flatten().collect()
    }
}

/// That somebody of this name may not get a right because of one they hold. Of one that lies outside the scope of who
/// gives it no more is told than that it is there.
pub(crate) fn apart(
    right: &Grant,
    held: &[Grant],
    name: &str,
    register: &Register,
    scope: &Scope,
    today: Day,
) -> Option<Issue> {
    let other = held.iter().find(|it| right.excludes(it))?;
    let issue = |text| Issue::new("role", text).with("name", name).with_text("role", role_text(right.role));
    if scope.cover(register, other.unit, today) != Cover::Full {
        return Some(issue("access-roles-apart-elsewhere"));
    }
    let issue = issue("access-roles-apart").with_text("held", role_text(other.role));
    Some(issue.with("unit", register.path(other.unit, today)))
}

/// The id of a role's name.
pub(crate) fn role_text(role: Role) -> String {
    format!("access-role-{}", role.word())
}

/// A right as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewGrant {
    /// The role, [`Role::word`], or the duty that it has at such a unit.
    pub role: String,
    /// The unit: full name, code or id, as it is called today.
    pub unit: String,
    /// The first day, `2026-01-31`; today if empty.
    pub from: String,
    /// The last day; open if empty.
    pub until: String,
}

impl NewGrant {
    /// Reads it. The scope is that of who gives it: nobody gives a right that reaches further than their own.
    pub(crate) fn parse(&self, register: &Register, scope: &Scope, today: Day) -> Result<Grant, Issues> {
        let unit = unit(&self.unit, register, scope, today);
        let role = role(&self.role, unit.as_ref().ok().and_then(|it| register.get(*it, today)).map(|it| it.level));
        let from = match self.from.trim() {
            "" => Ok(today),
            text => Day::parse(text).ok_or_else(|| Issue::new("from", "access-day-wrong")),
        };
        let until = match self.until.trim() {
            "" => Ok(None),
            text => match Day::parse(text) {
                None => Err(Issue::new("until", "access-day-wrong")),
                Some(last) if last < today || from.as_ref().is_ok_and(|from| last < *from) => {
                    Err(Issue::new("until", "access-until-past"))
                }
                Some(last) => Ok(Some(last.plus(1))),
            },
        };
        match (role, unit, from, until) {
            (Ok(role), Ok(unit), Ok(from), Ok(until)) => {
                let longest = Grant::new(role, unit, from);
                let right = Grant { until: until.or(longest.until), ..longest };
                let issues = right.issues(register, today);
                if issues.is_empty() { Ok(right) } else { Err(issues) }
            }
            (role, unit, from, until) => {
                Err([role.err(), unit.err(), from.err(), until.err()].into_iter().flatten().collect())
            }
        }
    }
}

/// The role that a word names, at a unit of this level if the unit is known.
fn role(word: &str, level: Option<Level>) -> Result<Role, Issue> {
    let missing = || Issue::new("role", "access-role-missing");
    match level {
        Some(level) => Role::named(word, level).ok_or_else(missing),
        // What is wrong is the unit; any role of the duty does until that is mended.
        None => Role::parse(word)
            .or_else(|| Role::all().find(|it| Duty::parse(word).is_some_and(|duty| it.has(duty))))
            .ok_or_else(missing),
    }
}

fn date(day: Day) -> String {
    let (year, month, day) = day.civil();
    viet::date_short(year, month, day)
}

/// The unit that a text names today, if it lies within the scope.
fn unit(text: &str, register: &Register, scope: &Scope, today: Day) -> Result<UnitId, Issue> {
    let issue = |text| Issue::new("unit", text);
    if text.trim().is_empty() {
        return Err(issue("access-unit-missing"));
    }
    let within = |id: &UnitId| scope.cover(register, *id, today) == Cover::Full;
    match register.resolve(text, today) {
        Ok(id) if within(&id) => Ok(id),
        Ok(id) => Err(outside(id, register, today)),
        Err(Resolve::Unknown) => Err(issue("access-unit-unknown")),
        Err(Resolve::Ambiguous(ids)) => {
            // The asker can only mean one that they may give.
            let mut near: Vec<UnitId> = ids.iter().copied().filter(within).collect();
            match near.as_slice() {
                [only] => return Ok(*only),
                [] => near = ids,
                _ => (),
            }
            let names: Vec<String> = near.iter().take(CANDIDATES).map(|it| register.path(*it, today)).collect();
            let more = if near.len() > CANDIDATES { "; …" } else { "" };
            let names = format!("{}{more}", names.join("; "));
            Err(issue("access-unit-ambiguous").with("count", near.len()).with("names", names))
        }
        Err(Resolve::NotOn { until, .. }) if until <= today => {
            Err(issue("access-unit-closed").with("day", date(until.plus(-1))))
        }
        Err(Resolve::NotOn { from, .. }) => Err(issue("access-unit-later").with("day", date(from))),
    }
}

/// That a unit lies outside the scope of who gives the right. No secret: the units are public.
pub(crate) fn outside(unit: UnitId, register: &Register, today: Day) -> Issue {
    Issue::new("unit", "access-unit-outside").with("unit", register.path(unit, today))
}

/// The rights by which an account is found and managed: those that have not ended; else, so that an account without any
/// stays somebody's business, the last ones it had.
pub(crate) fn relevant(grants: &[Grant], today: Day) -> Vec<Grant> {
    let live: Vec<Grant> = grants.iter().copied().filter(|it| !it.ended(today)).collect();
    if live.is_empty() { grants.to_vec() } else { live }
}

/// How far a scope reaches over an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Not at all: the account is not found.
    None,
    /// Some of its rights: it is seen, and those rights may be changed.
    Part,
    /// All of its rights: it is managed.
    Whole,
}

/// How far a scope reaches over the account that has these rights.
pub(crate) fn reach(grants: &[Grant], register: &Register, scope: &Scope, today: Day) -> Reach {
    let relevant = relevant(grants, today);
    let within = relevant.iter().filter(|it| scope.cover(register, it.unit, today) == Cover::Full).count();
    match within {
        0 => Reach::None,
        all if all == relevant.len() => Reach::Whole,
        _ => Reach::Part,
    }
}

/// Whether the unit is left without anyone to administer it. `others` are the units at which the others who stay have the
/// role without an end: a unit of theirs that reaches over this one is enough.
pub(crate) fn is_orphaned(unit: UnitId, others: &[UnitId], register: &Register, today: Day) -> bool {
    register.get(unit, today).is_some() && !others.iter().any(|top| register.contains(*top, unit, today))
}

#[cfg(test)]
mod tests;
