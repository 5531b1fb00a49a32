use super::{Row, wrong};
use kernel::{Day, Issues, Register, UnitId, UnitState};
use std::collections::HashMap;

/// The units as they are while the days of a reform go by.
pub(super) struct Land<'a> {
    pub(super) register: &'a Register,
    /// What the reform has changed so far; `None` for a unit that has ended.
    pub(super) states: HashMap<UnitId, Option<UnitState>>,
    /// The codes that the reform gave or took away.
    pub(super) codes: HashMap<String, Option<UnitId>>,
    pub(super) issues: Issues,
}

impl Land<'_> {
    pub(super) fn by_code(&self, code: &str, day: Day) -> Option<UnitId> {
        match self.codes.get(code) {
            Some(changed) => *changed,
            None => self.register.by_code(code, day).map(|it| it.id),
        }
    }

    pub(super) fn state(&self, unit: UnitId, day: Day) -> Option<&UnitState> {
        match self.states.get(&unit) {
            Some(changed) => changed.as_ref(),
            None => self.register.get(unit, day),
        }
    }

    /// The unit that a row calls by its old code, as it is on the last day before; `None` with a word on what is wrong.
    pub(super) fn old(&mut self, row: &Row, code: &str) -> Option<UnitState> {
        let before = row.on.plus(-1);
        let Some(state) = self.by_code(code, before).and_then(|it| self.state(it, before)).cloned() else {
            self.issues.push(wrong(row.line, "units-bad-old").with("code", code).with("day", before));
            return None;
        };
        if state.until == Day::NEVER {
            return Some(state);
        }
        let name = &state.full_name;
        self.issues
            .push(wrong(row.line, "units-bad-later").with("code", code).with("name", name).with("day", state.until));
        None
    }

    /// Gives a code to a unit, unless another one has it.
    pub(super) fn claim(&mut self, line: u64, code: &str, unit: UnitId, on: Day) {
        match self.by_code(code, on).filter(|it| *it != unit) {
            Some(other) => {
                let name = self.state(other, on).map(|it| it.full_name.clone()).unwrap_or_default();
                self.issues.push(wrong(line, "units-bad-code-held").with("code", code).with("name", name));
            }
            None => drop(self.codes.insert(code.to_owned(), Some(unit))),
        }
    }

    /// The unit above, by its code on the first day of the new state.
    pub(super) fn parent(&mut self, line: u64, code: &str, on: Day) -> Option<UnitId> {
        let found = self.by_code(code, on).filter(|it| self.state(*it, on).is_some());
        if found.is_none() {
            self.issues.push(wrong(line, "units-bad-parent").with("code", code).with("day", on));
        }
        found
    }
}

/// A unit stands under one of a higher level that lasts, and never under itself.
pub(super) fn check_above(land: &mut Land<'_>, unit: UnitId, line: u64, on: Day) {
    let Some(state) = land.state(unit, on) else { return };
    let (code, level) = (state.code.clone(), state.level);
    let Some(parent) = state.parent else { return };
    let (mut above, mut steps, mut circle) = (Some(parent), 0, false);
    while let Some(it) = above.filter(|_| !circle) {
        circle = it == unit || steps > 8;
        steps += 1;
        above = land.state(it, on).and_then(|it| it.parent);
    }
    // A parent that was left as it is and has ended is told where it ends.
    let Some(holder) = land.state(parent, on) else { return };
    let text = match holder {
        _ if circle => "units-bad-cycle",
        it if it.level >= level => "units-bad-above",
        it if land.register.latest(parent).is_some_and(|last| last.until != Day::NEVER) && it.until != Day::NEVER => {
            "units-bad-parent-ends"
        }
        _ => return,
    };
    let name = holder.full_name.clone();
    land.issues.push(wrong(line, text).with("code", code).with("parent", name));
}
