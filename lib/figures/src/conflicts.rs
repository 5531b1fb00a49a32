use std::collections::BTreeSet;

use crate::book::{Book, Column, Seat};
use crate::{
    Across, Apportionment, Cell, CellKind, Change, Coverage, Day, Engine, Frequency, Indicator, IndicatorId, OverTime,
    Period, UnitId,
};

/// Why a figure cannot stand beside an accepted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictRule {
    /// The cell is held by another accepted version.
    SameCell,
    /// The accepted figure speaks for a unit above and everything below it (rule 16).
    WholeAbove,
    /// The new figure speaks for everything below, and there is one below (rule 16).
    FigureBelow,
    /// The accepted figure of the same unit is for a longer period (rule 18).
    LongerPeriod,
    /// The accepted figure of the same unit is for a part of the period (rule 18).
    PartOfPeriod,
}

/// An accepted figure beside which a new one cannot stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Conflict {
    /// Of what both speak.
    pub indicator: IndicatorId,
    /// Whose figure is there already.
    pub unit: UnitId,
    /// For when.
    pub period: Period,
    /// In which version.
    pub version: i64,
    /// Why they exclude each other.
    pub rule: ConflictRule,
}

/// At most so many conflicts are named for one new figure: enough to find the mistake.
const NAMED: usize = 20;

impl Engine {
    /// The accepted figures beside which the new ones cannot stand, ordered; figures that the change replaces do not
    /// count. At most 20 for each new figure.
    ///
    /// A whole figure speaks for what lies in its unit on the day for which it speaks: its period's last day, or the last
    /// day of a closing return. Another figure lies in it if it stands there when carried to that day. Bare percentages and
    /// indicators that are never added across places (or over periods) exclude only a second figure for the same cell.
    pub fn conflicts(&self, change: &Change) -> Vec<Conflict> {
        self.years.ask(change.period.year());
        let mut all = BTreeSet::new();
        let Some((seat, day)) = self.seat(change.unit, change.period, change.until) else { return Vec::new() };
        for cell in change.after.iter().filter(|it| it.coverage != Coverage::Control) {
            let Some(slot) = self.slot(cell.indicator) else { continue };
            let mut found = Found { indicator: &self.indicators[slot], all: BTreeSet::new() };
            self.same_cell(change, seat, slot, cell, &mut found);
            if cell.kind == CellKind::Quantity {
                for part in overlapping(change.period, found.indicator.over_time) {
                    let book = self.books.get(&part);
                    if let Some((book, column)) = book.and_then(|it| Some((it, it.column(slot)?))) {
                        self.beside(change, day, cell, book, column, &mut found);
                    }
                }
            }
            all.append(&mut found.all);
        }
        all.into_iter().collect()
    }

    fn same_cell(&self, change: &Change, seat: Seat, slot: usize, cell: &Cell, found: &mut Found) {
        let replaced = |it: &&Cell| it.indicator == cell.indicator && it.coverage != Coverage::Control;
        if change.before.iter().any(|it| replaced(&it)) {
            return;
        }
        let Some(book) = self.books.get(&change.period) else { return };
        let Some(column) = book.column(slot) else { return };
        let mut note = |version| found.note(change.unit, change.period, version, ConflictRule::SameCell);
        match (cell.kind, seat) {
            (CellKind::PercentOnly, _) => {
                if let Some(it) = column.percents.get(&change.unit) {
                    note(it.version);
                }
            }
            (CellKind::Quantity, _) => {
                let position = self.position_in(book, change.unit);
                if let Some(position) = position.filter(|it| column.values.has(*it)) {
                    note(book.versions.of(position, cell.indicator).unwrap_or(0));
                } else if let Some(it) = column.strays.get(&change.unit) {
                    note(it.version);
                }
            }
        }
    }

    fn position_in(&self, book: &Book, unit: UnitId) -> Option<u32> {
        self.hierarchy.epoch(book.epoch).position(self.hierarchy.number(unit)?)
    }

    /// Conflicts with the figures of one period, which is the change's own, a longer or a shorter one.
    fn beside(&self, change: &Change, day: Day, cell: &Cell, book: &Book, column: &Column, found: &mut Found) {
        let hierarchy = &self.hierarchy;
        let epoch = hierarchy.epoch(book.epoch);
        let own = self.position_in(book, change.unit);
        if book.period != change.period {
            let rule = if book.period.contains(change.period) {
                ConflictRule::LongerPeriod
            } else {
                ConflictRule::PartOfPeriod
            };
            if let Some(position) = own.filter(|it| column.values.has(*it)) {
                found.note_at(self, book, position, rule);
            }
            if let Some(it) = column.strays.get(&change.unit) {
                found.note(change.unit, book.period, it.version, rule);
            }
        }
        if found.indicator.across != Across::Sum {
            return;
        }
        // Wholes above: walk up from where the unit stands on their day.
        if !column.wholes.is_empty()
            && let Some(place) = self.place_of(change.unit, day, book.epoch, Apportionment::None)
        {
            for above in epoch.upward(place).filter(|it| Some(*it) != own && column.wholes.has(*it)) {
                found.note_at(self, book, above, ConflictRule::WholeAbove);
            }
        }
        let others = || column.strays.iter().filter(|it| *it.0 != change.unit);
        for (unit, lone) in others().filter(|it| it.1.coverage == Coverage::Whole) {
            if self.lies_in(change.unit, day, *unit, lone.day) {
                found.note(*unit, book.period, lone.version, ConflictRule::WholeAbove);
            }
        }
        if cell.coverage != Coverage::Whole {
            return;
        }
        // Figures below.
        let target = hierarchy.epoch_of(day);
        let there = hierarchy.epoch(target);
        if let Some(top) = hierarchy.number(change.unit).and_then(|it| there.position(it)) {
            hierarchy.way(book.epoch, target, Apportionment::None).ranges(there.subtree(top), |range| {
                let below = column.values.iter(range).map(|it| it.0).filter(|it| Some(*it) != own);
                for position in below.take(NAMED) {
                    found.note_at(self, book, position, ConflictRule::FigureBelow);
                }
            });
        }
        for (unit, lone) in others() {
            if self.lies_in(*unit, lone.day, change.unit, day) {
                found.note(*unit, book.period, lone.version, ConflictRule::FigureBelow);
            }
        }
    }

    /// Whether what `unit` was on `day` lies in what `top` was on the day `at`.
    fn lies_in(&self, unit: UnitId, day: Day, top: UnitId, at: Day) -> bool {
        self.hierarchy.number(top).is_some_and(|it| self.stands_within(unit, day, it, at))
    }
}

/// The periods whose figures could be counted twice beside this one's: itself, longer and shorter ones.
fn overlapping(period: Period, over_time: OverTime) -> Vec<Period> {
    if over_time == OverTime::None {
        return vec![period];
    }
    let longer = Frequency::ALL.iter().filter(|it| **it > period.frequency()).filter_map(|it| period.within(*it));
    Frequency::ALL.iter().flat_map(|it| period.parts(*it)).chain(longer).collect()
}

struct Found<'a> {
    indicator: &'a Indicator,
    all: BTreeSet<Conflict>,
}

impl Found<'_> {
    fn note(&mut self, unit: UnitId, period: Period, version: i64, rule: ConflictRule) {
        if self.all.len() < NAMED {
            self.all.insert(Conflict { indicator: self.indicator.id, unit, period, version, rule });
        }
    }

    fn note_at(&mut self, engine: &Engine, book: &Book, position: u32, rule: ConflictRule) {
        let unit = engine.hierarchy.id(engine.hierarchy.epoch(book.epoch).unit(position));
        let version = book.versions.of(position, self.indicator.id).unwrap_or(0);
        self.note(unit, book.period, version, rule);
    }
}
