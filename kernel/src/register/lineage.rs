use super::{Extent, Register, Succession, UnitState};
use crate::{Day, UnitId};
use std::collections::{BTreeSet, HashMap};

impl Register {
    /// Before this day nothing below any unit is known to be complete (rule 4): 2022-04-10.
    pub const DATA_BEGINS: Day = Day::from_number(19092);
    /// The day whose state the oldest list gives (rule 4): 2025-06-30.
    pub const OLDEST_LIST: Day = Day::from_number(20269);

    /// What the unit came from, by the predecessors' ids.
    pub fn predecessors(&self, id: UnitId) -> impl Iterator<Item = &Succession> {
        let of = |at: &usize| self.successions.get(*at).map(|it| it.successor);
        let first = self.by_successor.partition_point(|at| of(at) < Some(id));
        let found = self.by_successor.iter().skip(first).map_while(move |at| self.successions.get(*at));
        found.take_while(move |it| it.successor == id)
    }

    /// What became of the unit, by the successors' ids.
    pub fn successors(&self, id: UnitId) -> impl Iterator<Item = &Succession> {
        let first = self.successions.partition_point(|it| it.predecessor < id);
        self.successions.iter().skip(first).take_while(move |it| it.predecessor == id)
    }

    /// All successions, by predecessor.
    pub fn successions(&self) -> &[Succession] {
        &self.successions
    }

    /// The one unit into which all of this one went, if there is one.
    pub fn whole_successor(&self, id: UnitId) -> Option<UnitId> {
        let mut heirs = self.successors(id);
        match (heirs.next(), heirs.next()) {
            (Some(only), None) if only.extent == Extent::Whole => Some(only.successor),
            _ => None,
        }
    }

    /// The units in force on this day in which the unit goes on: itself, or its successors and theirs, by id.
    pub fn heirs(&self, id: UnitId, day: Day) -> Vec<UnitId> {
        let (mut heirs, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![id]);
        while let Some(unit) = open.pop() {
            if !seen.insert(unit) {
                continue;
            }
            if self.get(unit, day).is_some() {
                heirs.insert(unit);
            } else {
                open.extend(self.successors(unit).filter(|it| it.on <= day).map(|it| it.successor));
            }
        }
        heirs.into_iter().collect()
    }

    /// Whether what belongs to a unit on this day reaches another one: it stands in the unit, or wholly in those in which
    /// the unit goes on. What a unit made follows it through a reform.
    pub fn holds(&self, owner: UnitId, unit: UnitId, day: Day) -> bool {
        if self.contains(owner, unit, day) {
            return true;
        }
        let (owners, units) = (self.heirs(owner, day), self.heirs(unit, day));
        !units.is_empty() && units.iter().all(|unit| owners.iter().any(|owner| self.contains(*owner, *unit, day)))
    }

    /// Where the unit came from, as a Vietnamese sentence for pages and documents; `None` if the data knows no
    /// predecessor.
    pub fn origin_text(&self, id: UnitId) -> Option<String> {
        let first = self.predecessors(id).next()?;
        let mut parts: Vec<(u8, Vec<u8>, String)> = self
            .predecessors(id)
            .filter_map(|it| Some((it.extent, self.nearest(it.predecessor, it.on)?)))
            .map(|(extent, it)| {
                let (rank, words) = share_of(extent);
                (rank, viet::sort_key(&it.full_name), format!("{words} {}", it.full_name))
            })
            .collect();
        parts.sort();
        let names: Vec<String> = parts.into_iter().map(|(_, _, text)| text).collect();
        let list = match names.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} và {last}", rest.join(", ")),
            None => return None,
        };
        let (year, month, day) = first.on.civil();
        let law = match first.instrument.as_str() {
            "" => String::new(),
            instrument => format!(" ({instrument})"),
        };
        Some(format!("Hình thành ngày {} từ {list}{law}.", viet::date_short(year, month, day)))
    }

    /// The day before which the hierarchy of the unit and all below it is incomplete in the data (rule 4).
    pub fn incomplete_before(&self, id: UnitId) -> Day {
        self.gaps.get(&id).map_or(Self::DATA_BEGINS, |it| Self::DATA_BEGINS.max(*it))
    }

    /// For every unit above a unit of the oldest list that is younger than the data: the youngest one's first day.
    pub(super) fn find_gaps(&self) -> HashMap<UnitId, Day> {
        let (mut gaps, listed) = (HashMap::new(), Self::OLDEST_LIST);
        let young = |it: &&UnitState| it.covers(listed) && it.from > Day::BEGINNING;
        for state in self.states.iter().filter(young) {
            for above in self.ancestors(state.id, listed) {
                let gap = gaps.entry(above.id).or_insert(state.from);
                *gap = state.from.max(*gap);
            }
        }
        gaps
    }
}

/// The words for an extent, and where it stands in a list: wholes first, leftovers last.
fn share_of(extent: Extent) -> (u8, &'static str) {
    match extent {
        Extent::Whole => (0, "toàn bộ"),
        Extent::AllAreaNoPopulation => (1, "toàn bộ diện tích (không có dân số) của"),
        Extent::AreaAllPopulation => (2, "một phần diện tích và toàn bộ dân số của"),
        Extent::AreaAndPopulation => (3, "một phần diện tích và dân số của"),
        Extent::AreaOnly => (4, "một phần diện tích của"),
        Extent::PopulationOnly => (5, "một phần dân số của"),
        Extent::Remainder => (6, "phần còn lại của"),
        Extent::RemainderPopulation => (7, "phần dân số còn lại của"),
        Extent::Derived => (8, "các xã thuộc"),
    }
}
