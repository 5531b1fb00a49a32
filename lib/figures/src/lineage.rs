use std::ops::Range;

use crate::{Apportionment, Day, Hierarchy, UnitId};

/// What became of a unit. Only successions on a day on which the predecessor is no longer in force carry figures; a unit
/// that goes on keeps its figures, whatever it gave away or took in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Succession {
    /// The unit that ended.
    pub predecessor: UnitId,
    /// A unit that holds it, or a part of it, from then on.
    pub successor: UnitId,
    /// First day of the new state.
    pub on: Day,
    /// The known share of the predecessor's people, in 1/10000; only 10000 (all) has an effect, and only if the question
    /// asks for it.
    pub population: Option<u16>,
}

/// A succession by dense unit numbers, read one way or the other.
#[derive(Clone, Copy)]
pub(crate) struct Link {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) on: Day,
    pub(crate) population: Option<u16>,
}

impl Hierarchy {
    /// The units in force on `to` that hold what the unit held on `from`: itself if it is in force then, else its
    /// successors (or, back in time, its predecessors), in the order of their ids; empty if nobody is recorded.
    pub fn heirs(&self, unit: UnitId, from: Day, to: Day) -> Vec<UnitId> {
        let Some(number) = self.number(unit) else { return Vec::new() };
        self.heirs_of(number, from, to, Apportionment::None).into_iter().map(|it| self.id(it)).collect()
    }

    /// The one unit that on `day` was exactly what `unit` is on `now` under another id: each is the other's only heir
    /// (rule 23).
    pub(crate) fn counterpart(&self, unit: u32, now: Day, day: Day) -> Option<u32> {
        let there = self.heirs_of(unit, now, day, Apportionment::None);
        let &[other] = there.as_slice() else { return None };
        (self.heirs_of(other, day, now, Apportionment::None) == [unit]).then_some(other)
    }

    /// [`Hierarchy::heirs`] by numbers, ordered. With [`Apportionment::Population`] a unit all of whose people went to
    /// one successor goes there.
    pub(crate) fn heirs_of(&self, unit: u32, from: Day, to: Day, apportionment: Apportionment) -> Vec<u32> {
        let mut heirs = Vec::new();
        if from <= to {
            self.follow(unit, from, to, apportionment, &mut heirs);
        } else {
            self.trace(unit, from, to, &mut heirs);
        }
        heirs.sort_unstable();
        heirs.dedup();
        heirs
    }

    fn follow(&self, unit: u32, from: Day, to: Day, apportionment: Apportionment, heirs: &mut Vec<u32>) {
        if self.life(unit, to).is_some() {
            heirs.push(unit);
            return;
        }
        let links = links_of(&self.forward, unit);
        let next = links.iter().find(|it| from < it.on && it.on <= to && self.life(unit, it.on).is_none());
        let Some(on) = next.map(|it| it.on) else { return };
        let all = links.iter().filter(|it| it.on == on);
        if apportionment == Apportionment::Population
            && let Some(one) = all.clone().find(|it| it.population == Some(10_000))
        {
            return self.follow(one.to, on, to, apportionment, heirs);
        }
        for link in all {
            self.follow(link.to, on, to, apportionment, heirs);
        }
    }

    fn trace(&self, unit: u32, from: Day, to: Day, heirs: &mut Vec<u32>) {
        if self.life(unit, to).is_some() {
            heirs.push(unit);
            return;
        }
        let links = links_of(&self.backward, unit);
        let begins = |it: &&Link| to < it.on && it.on <= from && self.life(unit, it.on.plus(-1)).is_none();
        let Some(on) = links.iter().rev().find(begins).map(|it| it.on) else { return };
        for link in links.iter().filter(|it| it.on == on) {
            // A predecessor that goes on gave a part away: back in time that part is its own again.
            self.trace(link.to, on.plus(-1), to, heirs);
        }
    }
}

fn links_of(links: &[Link], unit: u32) -> &[Link] {
    let range: Range<usize> = links.partition_point(|it| it.from < unit)..links.partition_point(|it| it.from <= unit);
    &links[range]
}
