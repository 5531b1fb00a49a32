use super::{Link, Register};
use crate::Day;

impl Register {
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
    fn next_change(&self, mut parent: Option<crate::UnitId>, day: Day) -> Day {
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
