use super::{Level, Link, Register, UnitState};
use crate::{Day, UnitId};
use figures::{Hierarchy, HierarchyError};
use std::collections::HashMap;

impl Register {
    /// The hierarchy for the figures engine: where every unit stood, what became of it, and from which day on what is
    /// below it is fully known (rule 4). A unit's class is its level's number.
    ///
    /// # Errors
    /// None for a register that was made; the engine checks on its own.
    pub fn to_hierarchy(&self) -> Result<Hierarchy, HierarchyError> {
        let span = |link: &Link| {
            let state = self.states.get(link.state)?;
            let (unit, parent, class) = (state.id.0, link.parent.map(|it| it.0), state.level as u8);
            Some(figures::Span { unit, parent, class, from: link.from, until: link.until })
        };
        let spans = self.links().iter().filter_map(span).collect();
        let successions = self.successions.iter().map(|it| figures::Succession {
            predecessor: it.predecessor.0,
            successor: it.successor.0,
            on: it.on,
            population: it.population,
        });
        // What was invented is known in full.
        let found: HashMap<i64, Day> =
            self.states.iter().filter(|it| !it.synthetic).map(|it| (it.id.0, self.incomplete_before(it.id))).collect();
        Hierarchy::new(spans, successions.collect(), found)
    }

    /// The province above a unit on this day: what leads the key of its rows. The unit itself if it is a province or the
    /// country, else the topmost unit above it; `None` if it is not in force.
    pub fn province_of(&self, unit: UnitId, day: Day) -> Option<UnitId> {
        let state = self.get(unit, day)?;
        if state.level <= Level::Province {
            return Some(unit);
        }
        let above = self.ancestors(unit, day);
        let province = above.iter().find(|it| it.level == Level::Province).or_else(|| above.last());
        province.map(|it| it.id)
    }

    /// The units of one level on this day, in the order of their ids.
    pub fn of_level(&self, level: Level, day: Day) -> impl Iterator<Item = &UnitState> {
        self.states.iter().filter(move |it| it.level == level && it.covers(day))
    }

    /// Every state's place in the hierarchy, without gaps: cut wherever a unit above it begins or ends.
    pub(super) fn links(&self) -> Vec<Link> {
        let mut links = Vec::with_capacity(self.states.len());
        for (at, state) in self.states.iter().enumerate() {
            let mut from = state.from;
            while from < state.until {
                let until = self.next_change(state.parent, from).min(state.until);
                let parent = self.above(state, from).map(|it| it.id);
                match links.last_mut() {
                    Some(Link { state, parent: above, until: end, .. }) if *state == at && *above == parent => {
                        *end = until;
                    }
                    _ => links.push(Link { state: at, parent, from, until }),
                }
                from = until;
            }
        }
        links
    }

    /// The first day after `day` on which the chain above changes, as far as declared parents go.
    fn next_change(&self, mut parent: Option<UnitId>, day: Day) -> Day {
        let mut next = Day::NEVER;
        while let Some(id) = parent {
            let states = self.states_of(id);
            let bounds = states.iter().flat_map(|it| [it.from, it.until]);
            next = bounds.filter(|it| *it > day).fold(next, Day::min);
            parent = self.nearest(id, day).and_then(|it| it.parent);
        }
        next
    }
}
