use std::ops::Range;
use std::sync::Arc;

use crate::book::Book;
use crate::carry::Way;
use crate::epoch::Epoch;
use crate::expected::Due;
use crate::{Apportionment, Boundaries, Day, Engine, Frequency, Period};

/// All that a period and its boundaries decide and no indicator changes, so that a table works it out once.
pub(crate) struct Frame<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) period: Period,
    /// The period's last day.
    pub(crate) last: Day,
    /// Which epoch's units are asked for.
    pub(crate) target: usize,
    pub(crate) epoch: &'a Epoch,
    pub(crate) by: Apportionment,
    /// The figures of exactly this period.
    pub(crate) book: Option<&'a Book>,
    /// The period and all periods within it, shortest first, of which something is held or may be owed.
    pub(crate) parts: Vec<Part<'a>>,
    /// Somebody may owe something.
    pub(crate) owed: bool,
}

/// One period within the one asked for.
pub(crate) struct Part<'a> {
    pub(crate) period: Period,
    pub(crate) last: Day,
    /// The epoch of that day.
    pub(crate) epoch: &'a Epoch,
    pub(crate) way: Way,
    pub(crate) book: Option<&'a Book>,
    pub(crate) due: Option<Arc<Due>>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(engine: &'a Engine, period: Period, boundaries: Boundaries, by: Apportionment) -> Frame<'a> {
        engine.years.ask(period.year());
        let hierarchy = &engine.hierarchy;
        let last = period.last();
        let target = hierarchy.epoch_of(match boundaries {
            Boundaries::Then => last,
            Boundaries::On(day) => day,
        });
        let mut parts = Vec::new();
        for period in Frequency::ALL.into_iter().flat_map(|it| period.parts(it)) {
            let (book, due) = (engine.books.get(&period).map(Arc::as_ref), engine.due_in(period));
            if book.is_none() && due.is_none() {
                continue;
            }
            let last = period.last();
            let from = hierarchy.epoch_of(last);
            parts.push(Part {
                period,
                last,
                epoch: hierarchy.epoch(from),
                way: hierarchy.way(from, target, by),
                book,
                due,
            });
        }
        let book = parts.iter().find(|it| it.period == period).and_then(|it| it.book);
        let owed = parts.iter().any(|it| it.due.is_some());
        Frame { engine, period, last, target, epoch: hierarchy.epoch(target), by, book, parts, owed }
    }

    /// Where a unit of the target epoch stands, for all indicators.
    pub(crate) fn spot(&self, unit: u32) -> Spot {
        let mut spot = Spot::default();
        self.settle(unit, &mut spot);
        spot
    }

    /// The same in place of another.
    pub(crate) fn settle(&self, unit: u32, spot: &mut Spot) {
        spot.unit = unit;
        spot.ranges.clear();
        spot.ends.clear();
        spot.shared = false;
        for part in &self.parts {
            part.way.ranges(self.epoch.subtree(unit), |it| spot.ranges.push(it));
            spot.ends.push(spot.ranges.len());
            spot.shared |= !part.way.marks(unit).is_empty() || !part.way.moved(unit).is_empty();
        }
        spot.complete = self.engine.hierarchy.complete_at(self.epoch.unit(unit), self.last);
    }
}

/// A unit that is asked for.
#[derive(Default)]
pub(crate) struct Spot {
    /// Its position in the target epoch.
    pub(crate) unit: u32,
    /// What lies below it is fully known (rule 4).
    pub(crate) complete: bool,
    /// It holds unknown parts of some units, or parts by a chosen rule.
    pub(crate) shared: bool,
    /// The positions that stand in it, part after part.
    ranges: Vec<Range<u32>>,
    /// Where each part's ranges end.
    ends: Vec<usize>,
}

impl Spot {
    /// The positions of the part's epoch that stand in the unit.
    pub(crate) fn ranges(&self, part: usize) -> &[Range<u32>] {
        let first = part.checked_sub(1).map_or(0, |it| self.ends[it]);
        &self.ranges[first..self.ends[part]]
    }
}
