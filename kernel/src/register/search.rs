use super::{Alias, Level, Register, UnitState};
use crate::{Day, UnitId};
use std::collections::HashSet;

/// One folded name of a unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// The full name as a hasty hand types it.
    pub(super) text: String,
    /// Where the name without its kind begins in it.
    name_at: usize,
    unit: UnitId,
    /// The latest state of this name, an index into `Register::states`.
    state: usize,
    /// Whether it is another spelling, good for all states of the unit.
    alias: bool,
}

/// The text folded, apostrophes dropped and dashes as spaces: "Ia H'Drai" is found by "ia hdrai".
pub(super) fn key(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|it| !matches!(it, '\'' | '’' | '‘' | 'ʼ'))
        .map(|it| if matches!(it, '-' | '–' | '—') { ' ' } else { it })
        .collect();
    viet::fold(&plain)
}

/// All names of all units, in order of their texts.
pub(super) fn entries(states: &[UnitState], aliases: &[Alias]) -> Vec<Entry> {
    let entry = |at: usize, state: &UnitState, full_name: &str, alias: bool| {
        let text = key(full_name);
        // Another spelling differs in the name, not in the kind before it.
        let kind = state.full_name.strip_suffix(state.name.as_str()).map_or(0, |it| key(it).len());
        let name_at = if kind > 0 { (kind + 1).min(text.len()) } else { 0 };
        Entry { text, name_at, unit: state.id, state: at, alias }
    };
    let mut found: Vec<Entry> =
        states.iter().enumerate().map(|(at, state)| entry(at, state, &state.full_name, false)).collect();
    for alias in aliases {
        let at = states.partition_point(|it| it.id <= alias.unit).saturating_sub(1);
        if let Some(state) = states.get(at) {
            found.push(entry(at, state, &alias.full_name, true));
        }
    }
    found.sort();
    // Of one unit under one name the latest state is enough.
    found.dedup_by(|late, early| {
        let same = late.text == early.text && late.unit == early.unit;
        if same {
            early.state = early.state.max(late.state);
            early.alias |= late.alias;
        }
        same
    });
    found
}

/// How well a query meets a name: less is better.
fn distance(entry: &Entry, query: &str) -> Option<u8> {
    let at = entry.text.find(query)?;
    let name = entry.text.get(entry.name_at..).unwrap_or_default();
    let begins_word = |at: usize| at == 0 || entry.text.as_bytes().get(at - 1) == Some(&b' ');
    Some(if entry.text == query || name == query {
        0
    } else if at == 0 || name.starts_with(query) {
        1
    } else if entry.text.match_indices(query).any(|(at, _)| begins_word(at)) {
        2
    } else {
        3
    })
}

impl Register {
    /// The units whose name, full name, other spelling or former name holds the query, marks and case aside; the best
    /// first: the name itself, its beginning, the beginning of a word, anything; higher levels first; units in force
    /// before closed ones.
    ///
    /// With a day, units in force on it, as they are then. Without, each as it was under the name found. Places above
    /// may follow after commas ("tan tien, dong nai"). A code or an id finds its unit too.
    pub fn search(&self, text: &str, day: Option<Day>, limit: usize) -> Vec<&UnitState> {
        let mut parts = text.split(',').map(key);
        let query = parts.next().unwrap_or_default();
        let places: Vec<String> = parts.filter(|it| !it.is_empty()).collect();
        let mut found: Vec<(u8, Level, bool, usize, &UnitState)> = Vec::new();
        if !query.is_empty() {
            for (at, entry) in self.entries.iter().enumerate() {
                let Some(distance) = distance(entry, &query) else { continue };
                let Some(state) = self.shown(entry, day) else { continue };
                found.push((distance, state.level, state.until != Day::NEVER, at, state));
            }
        }
        let named = text.trim().parse::<UnitId>().ok().and_then(|it| self.latest(it));
        let coded = self.with_code(text.trim()).filter(|it| day.is_none_or(|day| it.covers(day)));
        let mut seen = HashSet::new();
        found.sort_unstable_by_key(|it| (it.0, it.1, it.2, it.3));
        let exact = named.into_iter().chain(coded);
        exact
            .chain(found.into_iter().map(|it| it.4))
            .filter(|it| places.is_empty() || self.has_places(it, day, &places))
            .filter(|it| seen.insert(it.id))
            .take(limit)
            .collect()
    }

    fn shown(&self, entry: &Entry, day: Option<Day>) -> Option<&UnitState> {
        match day {
            Some(day) => self.get(entry.unit, day),
            None => self.states.get(entry.state),
        }
    }

    fn has_places(&self, state: &UnitState, day: Option<Day>, places: &[String]) -> bool {
        let day = day.unwrap_or_else(|| state.last_day());
        let above = self.ancestors(state.id, day);
        places.iter().all(|place| above.iter().any(|it| key(&it.full_name).contains(place.as_str())))
    }

    /// The states that an entry names: all of the unit for another spelling, else those with this very name.
    pub(super) fn entry_states(&self, entry: &Entry) -> impl Iterator<Item = &UnitState> {
        let name = self.states.get(entry.state).map_or("", |it| it.full_name.as_str());
        let alias = entry.alias;
        self.states_of(entry.unit).iter().filter(move |it| alias || it.full_name == name)
    }
}
