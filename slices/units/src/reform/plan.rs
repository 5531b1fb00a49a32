mod land;

use super::{Reform, file::wrong};
use kernel::{Day, Extent, Issues, Level, Register, Succession, UnitId, UnitState};
use land::{Land, check_above};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What a row says happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    /// A whole unit goes into another.
    Merge,
    /// A part of a unit goes into another.
    Split,
    /// A unit goes on unchanged, though it gives parts away.
    Keep,
    /// A unit goes on under another name, code, kind or level.
    Rename,
    /// A unit goes on under another parent.
    Transfer,
    /// A unit begins that was no part of a known one.
    Create,
    /// A unit ends, with or without a successor.
    Close,
}

impl Operation {
    /// As a file writes it.
    pub(crate) fn parse(word: &str) -> Option<Operation> {
        Some(match word {
            "merge" => Operation::Merge,
            "split" => Operation::Split,
            "keep" => Operation::Keep,
            "rename" => Operation::Rename,
            "transfer" => Operation::Transfer,
            "create" => Operation::Create,
            "close" => Operation::Close,
            _ => return None,
        })
    }

    /// The unit is the same one afterwards.
    fn goes_on(self) -> bool {
        matches!(self, Operation::Keep | Operation::Rename | Operation::Transfer)
    }
}

/// What is said of a unit's new state; what is left out stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Details {
    pub(crate) name: Option<String>,
    pub(crate) full_name: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) level: Option<Level>,
}

/// A line of a reform. Old codes are read on the day before `on`, new ones and parents' on `on`.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) operation: Operation,
    pub(crate) on: Day,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    pub(crate) details: Details,
    pub(crate) parent: Option<String>,
    pub(crate) extent: Option<Extent>,
    pub(crate) population: Option<u16>,
    pub(crate) instrument: String,
    /// Where the new state's facts come from; left out, as before.
    pub(crate) source: Option<String>,
}

impl Row {
    /// It describes a unit that begins.
    fn founds(&self) -> bool {
        !self.operation.goes_on() && self.details.full_name.is_some()
    }
}

impl Reform {
    /// Works out what the rows mean. `new_id` numbers a unit that begins, given its code.
    pub(crate) fn plan(
        rows: &[Row],
        register: &Register,
        new_id: &mut dyn FnMut(&str) -> UnitId,
    ) -> Result<Reform, Issues> {
        let mut days: BTreeMap<Day, Vec<&Row>> = BTreeMap::new();
        let mut instruments: Vec<String> = Vec::new();
        for row in rows {
            days.entry(row.on).or_default().push(row);
            // The resolution's number; the clause follows after a comma.
            let number = row.instrument.split(',').next().unwrap_or_default().trim();
            if !number.is_empty() && !instruments.iter().any(|it| it == number) {
                instruments.push(number.to_owned());
            }
        }
        let mut land = Land { register, states: HashMap::new(), codes: HashMap::new(), issues: Issues::new() };
        let mut reform = Reform {
            ends: Vec::new(),
            begins: Vec::new(),
            successions: Vec::new(),
            instruments,
            days: days.keys().copied().collect(),
        };
        for (on, rows) in days {
            let step = Step::read(&mut land, on, rows, new_id);
            step.go(&mut land, &mut reform);
        }
        if land.issues.is_empty() { Ok(reform) } else { Err(land.issues) }
    }
}

/// A unit that was, and the rows about it.
struct Old<'r> {
    state: UnitState,
    /// The row that says it goes on.
    goes_on: Option<&'r Row>,
    /// The rows that give it, or parts of it, away, or close it.
    gives: Vec<&'r Row>,
}

impl Old<'_> {
    fn line(&self) -> u64 {
        self.gives.first().or(self.goes_on.as_ref()).map_or(0, |it| it.line)
    }
}

/// One day of a reform.
struct Step<'r> {
    on: Day,
    olds: BTreeMap<UnitId, Old<'r>>,
    /// Units that begin, by code: id and the row that describes it first.
    news: BTreeMap<&'r str, (UnitId, &'r Row)>,
}

impl<'r> Step<'r> {
    /// Finds the units that the rows name as they were, and numbers those that begin.
    fn read(land: &mut Land<'_>, on: Day, rows: Vec<&'r Row>, new_id: &mut dyn FnMut(&str) -> UnitId) -> Step<'r> {
        let mut step = Step { on, olds: BTreeMap::new(), news: BTreeMap::new() };
        for row in rows {
            if let Some(code) = row.new.as_deref().filter(|_| row.founds()) {
                step.found(land, row, code, new_id);
            }
            let Some(code) = row.old.as_deref() else { continue };
            let Some(state) = land.old(row, code) else { continue };
            let old = step.olds.entry(state.id).or_insert(Old { state, goes_on: None, gives: Vec::new() });
            let same = |it: &&&Row| it.new == row.new;
            let twice = if row.operation.goes_on() { old.goes_on } else { old.gives.iter().find(same).copied() };
            match twice {
                Some(other) => {
                    land.issues.push(wrong(row.line, "units-bad-twice").with("code", code).with("other", other.line));
                }
                None if row.operation.goes_on() => old.goes_on = Some(row),
                None => old.gives.push(row),
            }
        }
        step
    }

    fn found(&mut self, land: &mut Land<'_>, row: &'r Row, code: &'r str, new_id: &mut dyn FnMut(&str) -> UnitId) {
        match self.news.get(code) {
            Some((_, first)) if first.operation == Operation::Create || row.operation == Operation::Create => {
                land.issues.push(wrong(row.line, "units-bad-twice").with("code", code).with("other", first.line));
            }
            Some((_, first)) if (&first.details, &first.parent) != (&row.details, &row.parent) => {
                land.issues.push(wrong(row.line, "units-bad-differs").with("code", code).with("other", first.line));
            }
            Some(_) => {}
            None => drop(self.news.insert(code, (new_id(code), row))),
        }
    }

    /// Does what the rows say, on the land and in the plan.
    fn go(&self, land: &mut Land<'_>, reform: &mut Reform) {
        for old in self.olds.values() {
            check_gifts(land, old);
        }
        let ended: HashSet<UnitId> =
            self.olds.values().filter(|it| it.goes_on.is_none()).map(|it| it.state.id).collect();
        self.change(land);
        self.set_parents(land);
        self.succeed(land, reform);
        self.check_below(land, &ended);
        for (unit, line) in self.changed() {
            check_above(land, unit, line, self.on);
        }
        for old in self.olds.values() {
            let unit = old.state.id;
            let now = land.states.get(&unit).and_then(Option::as_ref);
            // A unit that is kept as it was has no new state.
            let same = now.is_some_and(|it| UnitState { from: old.state.from, ..it.clone() } == old.state);
            if same {
                land.states.insert(unit, Some(old.state.clone()));
            } else {
                reform.ends.push((unit, old.state.from, self.on));
                reform.begins.extend(now.cloned());
            }
        }
        for (unit, _) in self.news.values() {
            reform.begins.extend(land.states.get(unit).and_then(Option::clone));
        }
    }

    /// The units that are there afterwards, with the line that says how.
    fn changed(&self) -> Vec<(UnitId, u64)> {
        let kept = self.olds.values().filter_map(|it| Some((it.state.id, it.goes_on?.line)));
        kept.chain(self.news.values().map(|(unit, row)| (*unit, row.line))).collect()
    }

    /// Ends, changes and begins units; parents of new ones follow.
    fn change(&self, land: &mut Land<'_>) {
        for old in self.olds.values() {
            land.codes.insert(old.state.code.clone(), None);
            land.states.insert(old.state.id, None);
        }
        for old in self.olds.values() {
            let Some(row) = old.goes_on else { continue };
            let (was, said) = (&old.state, &row.details);
            let or = |new: &Option<String>, old: &String| new.clone().unwrap_or_else(|| old.clone());
            let state = UnitState {
                code: or(&row.new, &was.code),
                name: or(&said.name, &was.name),
                full_name: or(&said.full_name, &was.full_name),
                kind: or(&said.kind, &was.kind),
                level: said.level.unwrap_or(was.level),
                source: or(&row.source, &was.source),
                from: self.on,
                ..was.clone()
            };
            land.claim(row.line, &state.code, state.id, self.on);
            land.states.insert(state.id, Some(state));
        }
        for (code, (unit, row)) in &self.news {
            let said = &row.details;
            land.claim(row.line, code, *unit, self.on);
            let state = UnitState {
                id: *unit,
                code: (*code).to_owned(),
                name: said.name.clone().unwrap_or_default(),
                full_name: said.full_name.clone().unwrap_or_default(),
                kind: said.kind.clone().unwrap_or_default(),
                level: said.level.unwrap_or(Level::Village),
                parent: None,
                from: self.on,
                until: Day::NEVER,
                synthetic: false,
                source: row.source.clone().unwrap_or_default(),
            };
            land.states.insert(*unit, Some(state));
        }
    }

    fn set_parents(&self, land: &mut Land<'_>) {
        let said = self.olds.values().filter_map(|it| Some((it.state.id, it.goes_on?)));
        let said: Vec<(UnitId, &Row)> = said.chain(self.news.values().copied()).collect();
        for (unit, row) in said {
            let parent = match (row.parent.as_deref(), row.founds()) {
                (Some(code), _) => land.parent(row.line, code, self.on),
                (None, false) => continue,
                (None, true) => {
                    let code = row.new.as_deref().unwrap_or_default();
                    land.issues.push(wrong(row.line, "units-bad-no-parent").with("code", code));
                    None
                }
            };
            let invented = parent.and_then(|it| land.state(it, self.on)).is_some_and(|it| it.synthetic);
            if let Some(Some(state)) = land.states.get_mut(&unit) {
                state.parent = parent;
                state.synthetic |= invented;
            }
        }
    }

    fn succeed(&self, land: &mut Land<'_>, reform: &mut Reform) {
        for old in self.olds.values() {
            for row in &old.gives {
                let Some(code) = row.new.as_deref() else { continue };
                let found = land.by_code(code, self.on).filter(|it| land.state(*it, self.on).is_some());
                let text = match found {
                    None => "units-bad-new",
                    Some(unit) if unit == old.state.id => "units-bad-self",
                    Some(successor) => {
                        let (extent, on) = (row.extent.unwrap_or(Extent::Whole), self.on);
                        let (population, instrument) = (row.population, row.instrument.clone());
                        let predecessor = old.state.id;
                        reform.successions.push(Succession {
                            predecessor,
                            successor,
                            on,
                            extent,
                            population,
                            instrument,
                        });
                        continue;
                    }
                };
                land.issues.push(wrong(row.line, text).with("code", code).with("day", self.on));
            }
        }
    }

    /// Whatever stood under a unit that ends must have been moved.
    fn check_below(&self, land: &mut Land<'_>, ended: &HashSet<UnitId>) {
        let mut left: BTreeMap<UnitId, BTreeSet<String>> = BTreeMap::new();
        let untouched =
            land.register.states().iter().filter(|it| it.until > self.on && !land.states.contains_key(&it.id));
        for state in untouched.chain(land.states.values().flatten()) {
            if let Some(parent) = state.parent.filter(|it| ended.contains(it)) {
                left.entry(parent).or_default().insert(format!("{} ({})", state.full_name, state.code));
            }
        }
        for (unit, names) in left {
            let Some(old) = self.olds.get(&unit) else { continue };
            let first: Vec<&str> = names.iter().take(3).map(String::as_str).collect();
            let issue = wrong(old.line(), "units-bad-below").with("code", &old.state.code);
            let issue = issue.with("name", &old.state.full_name).with("count", names.len());
            land.issues.push(issue.with("names", first.join(", ")));
        }
    }
}

/// What one unit gives away must make sense together.
fn check_gifts(land: &mut Land<'_>, old: &Old<'_>) {
    let (code, line) = (&old.state.code, old.line());
    let mut say = |line, text| land.issues.push(wrong(line, text).with("code", code));
    let parts: Vec<&&Row> = old.gives.iter().filter(|it| it.new.is_some()).collect();
    let whole = parts.iter().find(|it| it.extent.unwrap_or(Extent::Whole) == Extent::Whole);
    if let Some(row) = old.gives.iter().find(|it| it.operation != Operation::Split && old.goes_on.is_some()) {
        say(row.line, "units-bad-goes-on");
    }
    if let Some(row) = whole.filter(|_| old.gives.len() > 1) {
        say(row.line, "units-bad-whole");
    }
    if parts.iter().filter(|it| it.population == Some(10_000)).count() > 1 {
        say(line, "units-bad-shares");
    }
    let split = old.gives.iter().all(|it| it.operation == Operation::Split);
    if split && old.gives.len() == 1 && old.goes_on.is_none() {
        say(line, "units-bad-rest");
    }
}
