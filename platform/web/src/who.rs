use axum::{extract::FromRequestParts, http::request::Parts};
use kernel::{AccountId, Day, Register, UnitId};

use crate::{App, Duty, Error, Result, Role};

/// A thing that a duty comes with, `returns.fill`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission(pub &'static str);

/// The key of a session: what the browser's cookie is hashed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionKey(pub String);

/// How far somebody with a session has come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// Wholly.
    Fully,
    /// The account has a second factor, which this session has not shown.
    MustShow,
    /// A role needs a second factor, and the account has none.
    MustSetUp,
}

/// Who is asking, and what they may do where.
#[derive(Debug, Clone)]
pub struct Who {
    /// The account.
    pub account: AccountId,
    /// The sign-in name.
    pub name: String,
    /// The person's name, as papers print it.
    pub full_name: String,
    /// The person's post.
    pub post: String,
    /// The roles, and the units they are held at.
    pub grants: Vec<(Role, UnitId)>,
    /// The session, if a browser asks.
    pub session: Option<SessionKey>,
    /// How far they have come in. Only handlers of [`crate::Right::Entering`] meet those who have not fully.
    pub entered: Entered,
    /// Whether they still see their first steps where their work begins.
    pub guided: bool,
    pub(crate) may: Vec<(Permission, UnitId)>,
}

impl Who {
    /// Somebody who asks without a browser: a command or the demo. May do what comes with these duties.
    pub fn command(name: &str, duties: Vec<(Duty, UnitId)>, slices: &[crate::Slice]) -> Who {
        let may = permissions(duties, slices);
        Who {
            account: AccountId(0),
            name: name.to_owned(),
            full_name: name.to_owned(),
            post: String::new(),
            grants: Vec::new(),
            session: None,
            entered: Entered::Fully,
            guided: false,
            may,
        }
    }

    /// Whether they have this permission anywhere.
    pub fn may(&self, permission: Permission) -> bool {
        self.may.iter().any(|(it, _)| *it == permission)
    }

    /// The part of the country in which they have this permission.
    ///
    /// # Errors
    /// Forbidden, if nowhere.
    pub fn scope(&self, permission: Permission) -> Result<Scope> {
        let tops: Vec<UnitId> = self.may.iter().filter(|(it, _)| *it == permission).map(|(_, unit)| *unit).collect();
        if tops.is_empty() { Err(Error::Forbidden) } else { Ok(Scope { tops }) }
    }

    /// What goes into an audit entry.
    pub fn actor(&self) -> audit::Actor<'_> {
        audit::Actor { account: Some(self.account).filter(|it| it.0 != 0), name: &self.name }
    }
}

impl FromRequestParts<App> for Who {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Who> {
        parts.extensions.get::<Who>().cloned().ok_or_else(|| Error::SignIn(parts.uri.path().to_owned()))
    }
}

/// What may be done where, by the one table of rights: the permissions of all slices and the duties they come with.
pub(crate) fn permissions(
    duties: impl IntoIterator<Item = (Duty, UnitId)>,
    slices: &[crate::Slice],
) -> Vec<(Permission, UnitId)> {
    let all = || slices.iter().flat_map(|it| it.permissions);
    let held = duties.into_iter().flat_map(|(duty, unit)| {
        all().filter(move |(_, duties)| duties.contains(&duty)).map(move |(permission, _)| (*permission, unit))
    });
    held.collect()
}

/// The duties that come with these roles on a day; a role that has ceased comes with none.
pub(crate) fn duties(grants: &[(Role, UnitId)], today: Day) -> impl Iterator<Item = (Duty, UnitId)> {
    let held = grants.iter().filter(move |(role, _)| today < role.until());
    held.flat_map(|(role, unit)| Duty::ALL.into_iter().filter(|it| role.has(*it)).map(|it| (it, *unit)))
}

/// How far a scope reaches over a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// Not at all: the unit is not found.
    None,
    /// The unit was split and only some of its heirs are within: its past may be read, marked as shared.
    Heir,
    /// Wholly.
    Full,
}

/// The part of the country that a question may reach. Only [`Who::scope`] makes one.
#[derive(Debug, Clone)]
pub struct Scope {
    tops: Vec<UnitId>,
}

impl Scope {
    /// The units at the top of it.
    pub fn tops(&self) -> &[UnitId] {
        &self.tops
    }

    /// How far it reaches over a unit as things are today. A closed unit is reached through its heirs.
    pub fn cover(&self, register: &Register, unit: UnitId, today: Day) -> Cover {
        let within = |unit: UnitId| self.tops.iter().any(|top| register.contains(*top, unit, today));
        if register.get(unit, today).is_some() {
            return if within(unit) { Cover::Full } else { Cover::None };
        }
        if self.tops.contains(&unit) {
            return Cover::Full;
        }
        let heirs = register.heirs(unit, today);
        match heirs.iter().filter(|it| within(**it)).count() {
            0 => Cover::None,
            reached if reached == heirs.len() => Cover::Full,
            _ => Cover::Heir,
        }
    }

    /// The same, as an answer: not found if it does not reach wholly.
    ///
    /// # Errors
    /// Not found.
    pub fn must_cover(&self, register: &Register, unit: UnitId, today: Day) -> Result<()> {
        if self.cover(register, unit, today) == Cover::Full { Ok(()) } else { Err(Error::NotFound) }
    }
}
