use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use crate::epoch::{Epoch, NOWHERE, narrow};
use crate::{Apportionment, Hierarchy};

/// Where the figures of one epoch's units stand in another epoch (rule 22).
///
/// A unit that goes on stays itself; one with a single heir goes to it; one with several stands at the lowest unit that
/// holds them all, and is *marked* at every unit below that which is, or holds, one of the heirs: those hold an unknown
/// part. Heirs in different trees: it stands at the root that held it. No heir recorded: it stands where its parent does.
pub(crate) struct Carry {
    /// By source position; `NOWHERE` if not even the root has an heir.
    place: Vec<u32>,
    /// Source positions ordered by place.
    sources: Vec<u32>,
    /// By target position: where in `sources` those begin that stand there or later; closed by the length.
    begins: Vec<u32>,
    /// Where in `sources` a run of consecutive positions begins; closed by the length.
    runs: Vec<u32>,
    /// By target position: in which run `begins` lies.
    run_of: Vec<u32>,
    /// (target, source), both ways: the target holds an unknown part.
    marks: Vec<(u32, u32)>,
    marks_by_source: Vec<(u32, u32)>,
    /// (target, source): the target would hold an unknown part, but by the chosen rule it holds all.
    moved: Vec<(u32, u32)>,
    moved_by_source: Vec<(u32, u32)>,
    /// For targets with many runs: the same sources in their own order, so that neighbours join.
    joined: Mutex<HashMap<(u32, u32), Ranges>>,
}

/// Ascending ranges of positions that do not touch.
type Ranges = Arc<[Range<u32>]>;

/// From so many sources on it pays to join them once and keep the result. Small in tests, so that they see it.
const MANY: u32 = if cfg!(test) { 3 } else { 256 };

impl Carry {
    pub(crate) fn new(hierarchy: &Hierarchy, from: usize, to: usize, apportionment: Apportionment) -> Carry {
        let (source, target) = (hierarchy.epoch(from), hierarchy.epoch(to));
        let days = (hierarchy.epochs()[from], hierarchy.epochs()[to]);
        let heirs = |position: u32, by: Apportionment| -> Vec<u32> {
            let units = hierarchy.heirs_of(source.unit(position), days.0, days.1, by);
            units.into_iter().filter_map(|it| target.position(it)).collect()
        };
        let mut place: Vec<u32> = Vec::with_capacity(source.order().len());
        // Places without any apportionment: what follows its parent or root follows these.
        let mut plain: Vec<u32> = Vec::with_capacity(source.order().len());
        let (mut marks, mut moved) = (Vec::new(), Vec::new());
        for position in 0..source.len() {
            if let Some(same) = target.position(source.unit(position)) {
                place.push(same);
                plain.push(same);
                continue;
            }
            let all = heirs(position, Apportionment::None);
            let (plain_place, plain_marks) = settle(source, target, &plain, position, &all);
            plain.push(plain_place);
            let chosen =
                if apportionment == Apportionment::None { all.clone() } else { heirs(position, apportionment) };
            // A chosen heir that itself left none decides nothing.
            if chosen == all || chosen.is_empty() {
                place.push(plain_place);
                marks.extend(plain_marks.into_iter().map(|it| (it, position)));
                continue;
            }
            let (chosen_place, chosen_marks) = settle(source, target, &plain[..position as usize], position, &chosen);
            place.push(chosen_place);
            marks.extend(chosen_marks.into_iter().map(|it| (it, position)));
            if chosen_place != NOWHERE {
                let holders = target.upward(chosen_place).filter(|it| plain_marks.contains(it));
                moved.extend(holders.map(|it| (it, position)));
            }
        }
        Carry::ordered(place, target.len(), marks, moved)
    }

    fn ordered(place: Vec<u32>, targets: u32, mut marks: Vec<(u32, u32)>, mut moved: Vec<(u32, u32)>) -> Carry {
        let mut sources: Vec<u32> = (0..narrow(place.len())).filter(|it| place[*it as usize] != NOWHERE).collect();
        sources.sort_by_key(|it| place[*it as usize]);
        let first = |at: &usize| *at == 0 || sources[*at] != sources[*at - 1] + 1;
        let mut runs: Vec<u32> = (0..sources.len()).filter(first).map(narrow).collect();
        let (mut begins, mut run_of) = (Vec::with_capacity(targets as usize + 1), Vec::with_capacity(targets as usize));
        let (mut at, mut run) = (0, 0);
        for target in 0..targets {
            while sources.get(at).is_some_and(|it| place[*it as usize] < target) {
                at += 1;
            }
            while runs.get(run + 1).is_some_and(|it| *it as usize <= at) {
                run += 1;
            }
            begins.push(narrow(at));
            run_of.push(narrow(run));
        }
        begins.push(narrow(sources.len()));
        runs.push(narrow(sources.len()));
        let turned = |pairs: &[(u32, u32)]| -> Vec<(u32, u32)> { pairs.iter().map(|it| (it.1, it.0)).collect() };
        marks.sort_unstable();
        moved.sort_unstable();
        let (mut marks_by_source, mut moved_by_source) = (turned(&marks), turned(&moved));
        marks_by_source.sort_unstable();
        moved_by_source.sort_unstable();
        let joined = Mutex::default();
        Carry { place, sources, begins, runs, run_of, marks, marks_by_source, moved, moved_by_source, joined }
    }

    fn ranges(&self, target: Range<u32>, mut with: impl FnMut(Range<u32>)) {
        let (first, last) = (self.begins[target.start as usize], self.begins[target.end as usize]);
        if last - first >= MANY {
            return self.join(first, last).iter().cloned().for_each(with);
        }
        let (mut at, mut run) = (first, self.run_of[target.start as usize] as usize);
        while at < last {
            let until = self.runs[run + 1].min(last);
            let begin = self.sources[at as usize];
            with(begin..begin + (until - at));
            at = until;
            run += 1;
        }
    }

    fn join(&self, first: u32, last: u32) -> Ranges {
        let kept = || self.joined.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().get(&(first, last)) {
            return known.clone();
        }
        let mut sources = self.sources[first as usize..last as usize].to_vec();
        sources.sort_unstable();
        let joined: Ranges = sources.chunk_by(|a, b| a + 1 == *b).map(|run| run[0]..run[run.len() - 1] + 1).collect();
        kept().entry((first, last)).or_insert(joined).clone()
    }

    pub(crate) fn bytes(&self) -> usize {
        let joined = self.joined.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: usize = joined.values().map(|it| it.len() * 8 + 64).sum();
        4 * (self.place.len() + self.sources.len() + 2 * self.begins.len() + self.runs.len())
            + 16 * (self.marks.len() + self.moved.len())
            + kept
    }
}

/// Place and marks of a source unit that is not in force in the target, given its heirs there and the places of all units
/// before it, among which are those above it.
fn settle(source: &Epoch, target: &Epoch, placed: &[u32], position: u32, heirs: &[u32]) -> (u32, Vec<u32>) {
    let Some(first) = heirs.first() else {
        let above = source.parent(position).map_or(NOWHERE, |it| placed[it as usize]);
        return (above, Vec::new());
    };
    if heirs.len() == 1 {
        return (*first, Vec::new());
    }
    let common = target.common(heirs);
    let place = common.unwrap_or_else(|| {
        let held = placed.get(source.root(position) as usize).copied().filter(|it| *it != NOWHERE);
        target.root(held.unwrap_or(*first))
    });
    let mut marks: Vec<u32> = heirs
        .iter()
        .flat_map(|heir| target.upward(*heir).take_while(|it| Some(*it) != common))
        .filter(|it| *it != place)
        .collect();
    marks.sort_unstable();
    marks.dedup();
    (place, marks)
}

/// From one epoch to another, or to itself.
#[derive(Clone)]
pub(crate) enum Way {
    Same,
    Carried(Arc<Carry>),
}

impl Way {
    /// Where a source unit stands in the target.
    pub(crate) fn place(&self, source: u32) -> Option<u32> {
        match self {
            Way::Same => Some(source),
            Way::Carried(it) => Some(it.place[source as usize]).filter(|it| *it != NOWHERE),
        }
    }

    /// The source units that stand within the target range, as ranges.
    pub(crate) fn ranges(&self, target: Range<u32>, mut with: impl FnMut(Range<u32>)) {
        match self {
            Way::Same => with(target),
            Way::Carried(it) => it.ranges(target, with),
        }
    }

    /// The source units of which the target holds an unknown part: (target, source).
    pub(crate) fn marks(&self, target: u32) -> &[(u32, u32)] {
        self.pairs(target, |it| &it.marks)
    }

    /// The targets that hold an unknown part of the source unit: (source, target).
    pub(crate) fn marks_of(&self, source: u32) -> &[(u32, u32)] {
        self.pairs(source, |it| &it.marks_by_source)
    }

    /// The source units that the target holds only by the chosen rule: (target, source).
    pub(crate) fn moved(&self, target: u32) -> &[(u32, u32)] {
        self.pairs(target, |it| &it.moved)
    }

    /// The targets that hold the source unit only by the chosen rule: (source, target).
    pub(crate) fn moved_of(&self, source: u32) -> &[(u32, u32)] {
        self.pairs(source, |it| &it.moved_by_source)
    }

    fn pairs(&self, key: u32, list: impl Fn(&Carry) -> &Vec<(u32, u32)>) -> &[(u32, u32)] {
        match self {
            Way::Same => &[],
            Way::Carried(it) => {
                let list = list(it);
                &list[list.partition_point(|it| it.0 < key)..list.partition_point(|it| it.0 <= key)]
            }
        }
    }
}
