//! A boundary reform: from one day on some units end, some begin, some go on under another name, code, kind or parent,
//! and it is said what became of each that ended.
//!
//! A file ([`Reform::parse`]) or the reference data becomes a plan against a register; the plan names every state that
//! ends and begins. Nothing here touches a database: [`Reform::apply_to`] makes the register that would follow,
//! [`effect`] says what that would do to the figures. The format stands in `docs/reforms.md`.

mod applied;
mod duties;
mod effect;
mod file;
mod plan;

pub use applied::Applied;
pub use duties::{Closing, Handed, Inherited};
pub(crate) use duties::{closings, handed, inherited};
pub use effect::{Effect, Line, Part, effect};
pub use file::COLUMNS;
pub(crate) use file::fingerprint;
pub(crate) use plan::{Details, Operation, Row};

use kernel::{Day, Issues, Register, RegisterError, Succession, UnitId, UnitState};
use std::collections::BTreeSet;

/// A plan that was checked against a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reform {
    /// States that end: the unit, the state's first day, the first day on which it no longer holds.
    pub(crate) ends: Vec<(UnitId, Day, Day)>,
    /// States that begin; of units that go on, and of new ones.
    pub(crate) begins: Vec<UnitState>,
    /// What became of the units that end, and what units that go on gave away.
    pub(crate) successions: Vec<Succession>,
    /// The resolutions named, in order, each once.
    pub(crate) instruments: Vec<String>,
    /// First days of the new states, in order.
    pub(crate) days: BTreeSet<Day>,
}

impl Reform {
    /// Reads a reform file and checks it against what is known. `new_id` numbers the units that begin.
    ///
    /// # Errors
    /// Every line that cannot stand, each with what is wrong and how to mend it; nothing is planned then.
    pub fn parse(text: &str, register: &Register, mut new_id: impl FnMut() -> UnitId) -> Result<Reform, Issues> {
        let rows = file::rows(text)?;
        let reform = Reform::plan(&rows, register, &mut |_| new_id())?;
        let whole = reform.apply_to(register).map(drop);
        whole.map_err(|err| vec![kernel::Issue::new("file", "units-bad-register").with("what", err)])?;
        Ok(reform)
    }

    /// The register as it is once the reform has been applied.
    ///
    /// # Errors
    /// None for the register that it was planned on.
    pub fn apply_to(&self, register: &Register) -> Result<Register, RegisterError> {
        let mut states = register.states().to_vec();
        states.extend(self.begins.iter().cloned());
        states.sort_by_key(|it| (it.id, it.from));
        for (unit, from, until) in &self.ends {
            let found = states.binary_search_by_key(&(*unit, *from), |it| (it.id, it.from));
            let state = found.ok().and_then(|at| states.get_mut(at)).ok_or(RegisterError::Unknown(*unit))?;
            state.until = *until;
        }
        let successions = [register.successions(), &self.successions].concat();
        Ok(Register::new(states, successions, register.aliases().to_vec())?.at_version(register.version()))
    }

    /// The first day of the new state; of several, the earliest.
    pub fn first_day(&self) -> Day {
        self.days.first().copied().unwrap_or(Day::NEVER)
    }

    /// The first day of the new state; of several, the latest.
    pub fn last_day(&self) -> Day {
        self.days.last().copied().unwrap_or(Day::NEVER)
    }

    /// The resolutions named, each once.
    pub fn instruments(&self) -> &[String] {
        &self.instruments
    }

    /// The units that end, by id.
    pub fn ended(&self) -> Vec<UnitId> {
        let goes_on = |unit: UnitId, on: Day| self.begins.iter().any(|it| it.id == unit && it.from == on);
        let mut ended: Vec<UnitId> =
            self.ends.iter().filter(|(unit, _, on)| !goes_on(*unit, *on)).map(|it| it.0).collect();
        ended.sort_unstable();
        ended
    }

    /// The first states of the units that begin.
    pub fn begun(&self) -> impl Iterator<Item = &UnitState> {
        self.begins.iter().filter(|it| !self.goes_on(it))
    }

    /// The day after the last of a unit that ends.
    pub(crate) fn end_of(&self, unit: UnitId) -> Option<Day> {
        self.ends.iter().filter(|it| it.0 == unit).map(|it| it.2).max()
    }

    /// The new states of the units that go on.
    pub fn continued(&self) -> impl Iterator<Item = &UnitState> {
        self.begins.iter().filter(|it| self.goes_on(it))
    }

    /// What became of whom.
    pub fn successions(&self) -> &[Succession] {
        &self.successions
    }

    /// Whether this beginning state takes over from one of the same unit.
    fn goes_on(&self, state: &UnitState) -> bool {
        self.ends.iter().any(|(unit, _, on)| *unit == state.id && *on == state.from)
    }

    /// Every unit that the reform changes, with the unit above it before and after: whoever applies the reform must
    /// have all of these. What stands directly under nothing counts itself.
    pub(crate) fn reaches(&self, register: &Register) -> BTreeSet<UnitId> {
        let new: BTreeSet<UnitId> = self.begun().map(|it| it.id).collect();
        let ended = self.ends.iter().filter_map(|(unit, from, _)| register.get(*unit, *from));
        let mut reached: BTreeSet<UnitId> = ended.chain(&self.begins).map(|it| it.parent.unwrap_or(it.id)).collect();
        reached.extend(self.successions.iter().map(|it| it.successor));
        &reached - &new
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
