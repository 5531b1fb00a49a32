//! The register of units: who was where, above whom, in which days, and what became of it.
//!
//! Held in memory whole (some 14,000 units); the tables of the slice `units` are its truth. Everything here takes a
//! day: a code or a name alone finds no unit (rule 3).

mod hierarchy;
mod lineage;
mod resolve;
mod search;
mod unit;

use crate::{Day, UnitId};
pub use resolve::Resolve;
use search::Entry;
use std::collections::HashMap;
pub use unit::{Alias, Extent, Level, Succession, UnitState};

/// Why states, successions and aliases make no register.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// A state ends before it begins.
    #[error("{0} ({1}): kết thúc trước khi bắt đầu / ends before it begins")]
    EmptySpan(UnitId, String),
    /// Two states of one unit overlap.
    #[error("{0} ({1}): hai trạng thái trùng ngày / two states overlap")]
    Overlap(UnitId, String),
    /// Two units have one code on one day.
    #[error("mã {0} có hai đơn vị trong cùng ngày {1} / code {0} means two units on {1}")]
    CodeTwice(String, Day),
    /// A unit is named that has no state.
    #[error("đơn vị {0} được nhắc đến nhưng không có trong danh mục / {0} is named but not in the register")]
    Unknown(UnitId),
    /// A unit is not below its parent's level.
    #[error("{0} ({1}): không thấp hơn cấp của đơn vị cấp trên / not below its parent's level")]
    Level(UnitId, String),
}

/// All units in all their days. Immutable: a reform makes a new one.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// By unit, then by day.
    states: Vec<UnitState>,
    /// Indexes into `states` by code, then day.
    by_code: Vec<usize>,
    /// Indexes into `states` by full name, then unit and day.
    by_name: Vec<usize>,
    /// By other spelling.
    aliases: Vec<Alias>,
    /// What stands under a unit, and when.
    below: HashMap<UnitId, Vec<Link>>,
    /// By predecessor, then successor.
    successions: Vec<Succession>,
    /// Indexes into `successions` by successor.
    by_successor: Vec<usize>,
    /// Folded names for search.
    entries: Vec<Entry>,
    /// For each unit with a gap below it, the day before which its hierarchy is incomplete (rule 4).
    gaps: HashMap<UnitId, Day>,
    version: i64,
}

/// In these days the state stands directly under a unit: its parent, or while that is not yet in force, the nearest
/// unit above the parent that is. `state` is an index into `Register::states`.
#[derive(Debug, Clone, Copy)]
struct Link {
    state: usize,
    parent: Option<UnitId>,
    from: Day,
    until: Day,
}

impl Register {
    /// Orders and checks the parts.
    pub fn new(
        mut states: Vec<UnitState>,
        mut successions: Vec<Succession>,
        mut aliases: Vec<Alias>,
    ) -> Result<Register, RegisterError> {
        states.sort_by_key(|it| (it.id, it.from));
        successions.sort_by_key(|it| (it.predecessor, it.successor));
        aliases.sort_by(|left, right| (&left.full_name, left.unit).cmp(&(&right.full_name, right.unit)));
        let mut by_code: Vec<usize> = (0..states.len()).collect();
        let mut by_name = by_code.clone();
        by_code.sort_by_key(|at| states.get(*at).map(|it| (it.code.as_str(), it.from)));
        by_name.sort_by_key(|at| states.get(*at).map(|it| it.full_name.as_str()));
        let mut by_successor: Vec<usize> = (0..successions.len()).collect();
        by_successor.sort_by_key(|at| successions.get(*at).map(|it| (it.successor, it.predecessor)));
        let mut register =
            Register { states, by_code, by_name, aliases, successions, by_successor, ..Register::default() };
        register.check()?;
        for link in register.links() {
            if let Some(parent) = link.parent {
                register.below.entry(parent).or_default().push(link);
            }
        }
        register.entries = search::entries(&register.states, &register.aliases);
        register.gaps = register.find_gaps();
        Ok(register)
    }

    fn check(&self) -> Result<(), RegisterError> {
        for state in &self.states {
            if state.until <= state.from {
                return Err(RegisterError::EmptySpan(state.id, state.full_name.clone()));
            }
            let Some(parent) = state.parent else { continue };
            let above = self.states_of(parent);
            if above.is_empty() {
                return Err(RegisterError::Unknown(parent));
            }
            let meets = |it: &&UnitState| it.from < state.until && state.from < it.until;
            if above.iter().filter(meets).any(|it| it.level >= state.level) {
                return Err(RegisterError::Level(state.id, state.full_name.clone()));
            }
        }
        for pair in self.states.windows(2) {
            if let [early, late] = pair
                && early.id == late.id
                && late.from < early.until
            {
                return Err(RegisterError::Overlap(late.id, late.full_name.clone()));
            }
        }
        for (early, late) in self.by_code.iter().zip(self.by_code.iter().skip(1)) {
            if let (Some(early), Some(late)) = (self.states.get(*early), self.states.get(*late))
                && early.code == late.code
                && late.from < early.until
            {
                return Err(RegisterError::CodeTwice(late.code.clone(), late.from));
            }
        }
        let named = self.successions.iter().flat_map(|it| [it.predecessor, it.successor]);
        let named = named.chain(self.aliases.iter().map(|it| it.unit));
        match named.into_iter().find(|it| self.states_of(*it).is_empty()) {
            Some(unknown) => Err(RegisterError::Unknown(unknown)),
            None => Ok(()),
        }
    }

    /// The same, marked with the version of the tables that it was read from.
    #[must_use]
    pub fn at_version(self, version: i64) -> Register {
        Register { version, ..self }
    }

    /// Which version of the tables it was read from; 0 for one that was not read from tables. Whoever finds another
    /// version in the database reads it again.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// All other spellings, by spelling.
    pub fn aliases(&self) -> &[Alias] {
        &self.aliases
    }

    /// All states, by unit and then by day.
    pub fn states(&self) -> &[UnitState] {
        &self.states
    }

    /// The states of one unit, the oldest first; empty for an unknown unit.
    pub fn states_of(&self, id: UnitId) -> &[UnitState] {
        let first = self.states.partition_point(|it| it.id < id);
        let rest = self.states.get(first..).unwrap_or_default();
        rest.get(..rest.partition_point(|it| it.id == id)).unwrap_or_default()
    }

    /// The unit as it is on this day; `None` if it is unknown or not in force then.
    pub fn get(&self, id: UnitId, day: Day) -> Option<&UnitState> {
        self.states_of(id).iter().find(|it| it.covers(day))
    }

    /// The unit as it was last known; `None` if it is unknown.
    pub fn latest(&self, id: UnitId) -> Option<&UnitState> {
        self.states_of(id).last()
    }

    /// The first day and the day after the last, over all states.
    pub fn life(&self, id: UnitId) -> Option<(Day, Day)> {
        let states = self.states_of(id);
        Some((states.first()?.from, states.last()?.until))
    }

    /// The unit that this code means on this day (rule 3).
    pub fn by_code(&self, code: &str, day: Day) -> Option<&UnitState> {
        self.with_code(code).find(|it| it.covers(day))
    }

    /// All that the code ever meant, the oldest first.
    fn with_code<'a>(&'a self, code: &str) -> impl Iterator<Item = &'a UnitState> + use<'a> {
        let of = |at: &usize| self.states.get(*at).map_or("", |it| it.code.as_str());
        let first = self.by_code.partition_point(|at| of(at) < code);
        let rest = self.by_code.get(first..).unwrap_or_default();
        let length = rest.partition_point(|at| of(at) == code);
        rest.iter().take(length).filter_map(|at| self.states.get(*at))
    }

    /// The units without a unit above on this day: the country, and any demo province.
    pub fn roots(&self, day: Day) -> Vec<&UnitState> {
        self.states.iter().filter(|it| it.parent.is_none() && it.covers(day)).collect()
    }

    /// The units directly below on this day, in Vietnamese order of their names.
    ///
    /// Where the data does not know the unit between (rule 4), what is below that one stands here.
    pub fn children(&self, id: UnitId, day: Day) -> Vec<&UnitState> {
        let links = self.below.get(&id).map(Vec::as_slice).unwrap_or_default();
        let on_day = links.iter().filter(|it| it.from <= day && day < it.until);
        let mut children: Vec<&UnitState> = on_day.filter_map(|it| self.states.get(it.state)).collect();
        children.sort_by_cached_key(|it| (it.level, viet::sort_key(&it.name), it.code.clone()));
        children
    }

    /// The units above on this day, the nearest first, up to the root. Empty when the unit is not in force.
    pub fn ancestors(&self, id: UnitId, day: Day) -> Vec<&UnitState> {
        let mut above = Vec::new();
        let mut current = self.get(id, day);
        while let Some(parent) = current.and_then(|it| self.above(it, day)) {
            above.push(parent);
            current = Some(parent);
        }
        above
    }

    /// The nearest unit above the state that is in force on this day.
    fn above(&self, state: &UnitState, day: Day) -> Option<&UnitState> {
        let parent = state.parent?;
        if let Some(found) = self.get(parent, day) {
            return Some(found);
        }
        // Not yet or no longer in force: its own place above, as the data first or last knew it.
        let states = self.states_of(parent);
        let nearest = states.iter().find(|it| day < it.from).or(states.last())?;
        self.above(nearest, day)
    }

    /// The unit's full name and those above it, small to large, without the country: "Xã Tân Tiến, Tỉnh Đồng Nai".
    ///
    /// A unit not in force on the day is named as it was last known before, or first after.
    pub fn path(&self, id: UnitId, day: Day) -> String {
        let Some(state) = self.nearest(id, day) else { return id.to_string() };
        let above = self.ancestors(id, clamp(day, state));
        let names = above.iter().filter(|it| it.level > Level::Nation).map(|it| it.full_name.as_str());
        std::iter::once(state.full_name.as_str()).chain(names).collect::<Vec<_>>().join(", ")
    }

    /// The state of this day; else the last before it; else the first after it. `None` only for an unknown unit.
    pub fn nearest(&self, id: UnitId, day: Day) -> Option<&UnitState> {
        let states = self.states_of(id);
        states.iter().rev().find(|it| it.from <= day).or(states.first())
    }

    /// Whether the unit is `top` or stands below it on this day.
    pub fn contains(&self, top: UnitId, id: UnitId, day: Day) -> bool {
        self.get(id, day).is_some() && (top == id || self.ancestors(id, day).iter().any(|it| it.id == top))
    }

    /// Every unit below on this day, each before what stands below it; the unit itself is not among them.
    pub fn descendants(&self, id: UnitId, day: Day) -> Vec<&UnitState> {
        let mut found = Vec::new();
        for child in self.children(id, day) {
            found.push(child);
            found.extend(self.descendants(child.id, day));
        }
        found
    }
}

/// The day of the state's span that is nearest.
fn clamp(day: Day, state: &UnitState) -> Day {
    day.max(state.from).min(state.last_day())
}

#[cfg(test)]
mod tests;
