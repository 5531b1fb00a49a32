use crate::book::{Column, Lone, qualifier_of};
use crate::carry::Way;
use crate::epoch::Epoch;
use crate::{
    Across, Amount, Apportionment, Coverage, Day, Engine, Frequency, Indicator, Kind, OverTime, Period, Qualifier,
    Source, UnitId,
};

/// Which periods within the one asked for make up its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Only the period itself.
    Exact,
    /// Itself or its last part.
    Last,
    /// Itself and all parts.
    All,
}

impl Reach {
    pub(crate) fn of(indicator: &Indicator) -> Reach {
        match indicator.over_time {
            OverTime::Sum => Reach::All,
            OverTime::Last => Reach::Last,
            OverTime::None | OverTime::Recompute => Reach::Exact,
        }
    }

    /// The periods, shortest first.
    pub(crate) fn parts(self, period: Period) -> impl Iterator<Item = Period> {
        let parts = Frequency::ALL.into_iter().flat_map(move |it| period.parts(it));
        parts.filter(move |it| match self {
            Reach::Exact => *it == period,
            Reach::Last => it.last() == period.last(),
            Reach::All => true,
        })
    }
}

impl Indicator {
    /// A level at the end of a period, not something that happens within it.
    pub(crate) fn is_level(&self) -> bool {
        self.kind == Kind::Stock || self.over_time == OverTime::Last
    }
}

/// All contributions to one additive indicator and period, prepared for one target epoch.
pub(crate) struct Sheet<'a> {
    engine: &'a Engine,
    indicator: &'a Indicator,
    period: Period,
    target: usize,
    epoch: &'a Epoch,
    lanes: Vec<Lane<'a>>,
    /// Figures of units that ended inside their period, by place in the target.
    strays: Vec<Stray<'a>>,
    /// (target, which stray): the target holds an unknown part of it.
    stray_marks: Vec<(u32, usize)>,
    /// (target, which stray): the target holds it by the chosen rule.
    stray_moves: Vec<(u32, usize)>,
    /// Closing returns of levels: they count for nobody but that very unit.
    closings: Vec<Stray<'a>>,
}

struct Lane<'a> {
    column: &'a Column,
    period: Period,
    last: Day,
    epoch: &'a Epoch,
    way: Way,
}

#[derive(Clone, Copy)]
struct Stray<'a> {
    place: u32,
    unit: UnitId,
    period: Period,
    lone: &'a Lone,
}

/// What stands in a unit and below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    pub(crate) value: i128,
    /// How many contributions; without any there is no value.
    pub(crate) count: u64,
    pub(crate) qualifier: Qualifier,
    /// The only contribution is the unit's own whole figure for exactly the period asked for.
    pub(crate) whole: bool,
    pub(crate) not_separable: i128,
    pub(crate) apportioned: i128,
}

impl Sum {
    pub(crate) fn add(&mut self, amount: Amount) {
        self.value += i128::from(amount.value);
        self.count += 1;
        self.qualifier = self.qualifier.and(amount.qualifier);
    }
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(
        engine: &'a Engine,
        indicator: &'a Indicator,
        period: Period,
        target: usize,
        by: Apportionment,
    ) -> Sheet<'a> {
        // What is never added is never split either.
        let by = if indicator.across == Across::None { Apportionment::None } else { by };
        let hierarchy = &engine.hierarchy;
        let mut it = Sheet {
            engine,
            indicator,
            period,
            target,
            epoch: hierarchy.epoch(target),
            lanes: Vec::new(),
            strays: Vec::new(),
            stray_marks: Vec::new(),
            stray_moves: Vec::new(),
            closings: Vec::new(),
        };
        let slot = engine.slot(indicator.id);
        for part in Reach::of(indicator).parts(period) {
            let Some(book) = engine.books.get(&part) else { continue };
            let Some(column) = slot.and_then(|it| book.column(it)) else { continue };
            let (epoch, way) = (hierarchy.epoch(book.epoch), hierarchy.way(book.epoch, target, by));
            for (unit, lone) in &column.strays {
                it.stray(Stray { place: 0, unit: *unit, period: part, lone }, by);
            }
            if !column.values.is_empty() {
                it.lanes.push(Lane { column, period: part, last: book.last, epoch, way });
            }
        }
        // Marks were written with places in the order of arrival.
        let mut order: Vec<usize> = (0..it.strays.len()).collect();
        order.sort_by_key(|n| it.strays[*n].place);
        let mut rank = vec![0; order.len()];
        for (n, was) in order.iter().enumerate() {
            rank[*was] = n;
        }
        it.strays = order.iter().map(|was| it.strays[*was]).collect();
        for list in [&mut it.stray_marks, &mut it.stray_moves] {
            for mark in list.iter_mut() {
                mark.1 = rank[mark.1];
            }
            list.sort_unstable();
        }
        it
    }

    fn stray(&mut self, stray: Stray<'a>, by: Apportionment) {
        if self.indicator.is_level() && stray.lone.until.is_some() {
            self.closings.push(stray);
            return;
        }
        let hierarchy = &self.engine.hierarchy;
        let from = hierarchy.epoch_of(stray.lone.day);
        let position = hierarchy.number(stray.unit).and_then(|it| hierarchy.epoch(from).position(it));
        let way = hierarchy.way(from, self.target, by);
        let Some((position, place)) = position.and_then(|it| Some((it, way.place(it)?))) else { return };
        let index = self.strays.len();
        self.stray_marks.extend(way.marks_of(position).iter().map(|it| (it.1, index)));
        self.stray_moves.extend(way.moved_of(position).iter().map(|it| (it.1, index)));
        self.strays.push(Stray { place, ..stray });
    }

    /// What makes up the value of the target unit.
    pub(crate) fn sum(&self, unit: u32) -> Sum {
        if let Some(closing) = self.closing(unit) {
            let mut sum = Sum::default();
            sum.add(closing.lone.amount);
            sum.whole = closing.lone.coverage == Coverage::Whole && closing.period == self.period;
            return sum;
        }
        if self.indicator.across == Across::None {
            return self.own(unit);
        }
        let mut sum = Sum::default();
        let range = self.epoch.subtree(unit);
        for lane in &self.lanes {
            lane.way.ranges(range.clone(), |source| {
                let (value, count) = lane.column.values.sum(source.clone());
                sum.value += value;
                sum.count += count;
                for (_, it) in lane.column.qualifiers.iter(source) {
                    sum.qualifier = sum.qualifier.and(qualifier_of(it));
                    if sum.qualifier == Qualifier::About {
                        break;
                    }
                }
            });
            let value = |it: &(u32, u32)| lane.column.values.get(it.1).map(i128::from);
            sum.not_separable += lane.way.marks(unit).iter().filter_map(value).sum::<i128>();
            sum.apportioned += lane.way.moved(unit).iter().filter_map(value).sum::<i128>();
        }
        for it in self.strays_in(unit) {
            sum.add(it.lone.amount);
        }
        let value = |it: &(u32, usize)| i128::from(self.strays[it.1].lone.amount.value);
        sum.not_separable += pairs(&self.stray_marks, unit).iter().map(value).sum::<i128>();
        sum.apportioned += pairs(&self.stray_moves, unit).iter().map(value).sum::<i128>();
        sum.whole = sum.count == 1 && self.own_whole(unit);
        sum
    }

    fn strays_in(&self, unit: u32) -> &[Stray<'a>] {
        let range = self.epoch.subtree(unit);
        let first = self.strays.partition_point(|it| it.place < range.start);
        &self.strays[first..self.strays.partition_point(|it| it.place < range.end)]
    }

    fn own_whole(&self, unit: u32) -> bool {
        let number = self.epoch.unit(unit);
        let lanes = self.lanes.iter().filter(|it| it.period == self.period);
        let mut seated = lanes.filter_map(|it| Some((it, it.epoch.position(number)?)));
        let own = self.engine.hierarchy.id(number);
        seated.any(|(lane, position)| lane.column.wholes.has(position))
            || self
                .strays_in(unit)
                .iter()
                .any(|it| it.unit == own && it.period == self.period && it.lone.coverage == Coverage::Whole)
    }

    /// The unit's own closing return of a level, asked for under its own days.
    fn closing(&self, unit: u32) -> Option<&Stray<'a>> {
        if self.closings.is_empty() {
            return None;
        }
        let id = self.engine.hierarchy.id(self.epoch.unit(unit));
        self.closings.iter().rev().find(|it| it.unit == id)
    }

    /// Whether [`Sheet::sum`] is a closing return of a level.
    pub(crate) fn sum_is_closing(&self, unit: u32) -> bool {
        self.closing(unit).is_some()
    }

    /// The unit that the target unit was, as a whole, on this day (rule 23).
    pub(crate) fn was(&self, unit: u32, day: Day) -> Option<u32> {
        let hierarchy = &self.engine.hierarchy;
        hierarchy.counterpart(self.epoch.unit(unit), hierarchy.epochs()[self.target], day)
    }

    /// Never added across places (rule 17): only what the unit itself gave.
    fn own(&self, unit: u32) -> Sum {
        let mut sum = Sum::default();
        let mut whole = false;
        self.each_own(unit, |source| {
            sum.add(source.amount);
            let own = source.unit == self.engine.hierarchy.id(self.epoch.unit(unit));
            whole = own && source.coverage == Coverage::Whole && source.period == self.period;
        });
        sum.whole = whole && sum.count == 1;
        sum
    }

    fn each_own(&self, unit: u32, mut with: impl FnMut(Source)) {
        for lane in &self.lanes {
            let position = self.was(unit, lane.last).and_then(|it| lane.epoch.position(it));
            if let Some(source) = position.and_then(|it| self.source(lane, it)) {
                with(source);
            }
        }
        for it in self.strays_in(unit).iter().filter(|it| it.place == unit) {
            if self.was(unit, it.lone.day).map(|it| self.engine.hierarchy.id(it)) == Some(it.unit) {
                with(self.stray_source(it));
            }
        }
    }

    fn source(&self, lane: &Lane, position: u32) -> Option<Source> {
        let (amount, coverage) = lane.column.at(position)?;
        let book = self.engine.books.get(&lane.period)?;
        Some(Source {
            unit: self.engine.hierarchy.id(lane.epoch.unit(position)),
            period: lane.period,
            indicator: self.indicator.id,
            version: book.versions.of(position, self.indicator.id).unwrap_or(0),
            amount,
            coverage,
            percent_only: false,
            separable: true,
            apportioned: false,
        })
    }

    fn stray_source(&self, it: &Stray) -> Source {
        Source {
            unit: it.unit,
            period: it.period,
            indicator: self.indicator.id,
            version: it.lone.version,
            amount: it.lone.amount,
            coverage: it.lone.coverage,
            percent_only: false,
            separable: true,
            apportioned: false,
        }
    }

    /// The single figures behind [`Sheet::sum`], in no order.
    pub(crate) fn sources(&self, unit: u32, with: &mut impl FnMut(Source)) {
        if let Some(closing) = self.closing(unit) {
            return with(self.stray_source(closing));
        }
        if self.indicator.across == Across::None {
            return self.each_own(unit, with);
        }
        for lane in &self.lanes {
            let moved = lane.way.moved(unit);
            lane.way.ranges(self.epoch.subtree(unit), |source| {
                for (position, _) in lane.column.values.iter(source) {
                    if let Some(source) = self.source(lane, position) {
                        with(Source { apportioned: moved.contains(&(unit, position)), ..source });
                    }
                }
            });
            for (_, position) in lane.way.marks(unit) {
                if let Some(source) = self.source(lane, *position) {
                    with(Source { separable: false, ..source });
                }
            }
        }
        let first = self.strays.partition_point(|it| it.place < unit);
        let moved = pairs(&self.stray_moves, unit);
        for (n, it) in self.strays_in(unit).iter().enumerate() {
            with(Source { apportioned: moved.contains(&(unit, first + n)), ..self.stray_source(it) });
        }
        for (_, n) in pairs(&self.stray_marks, unit) {
            with(Source { separable: false, ..self.stray_source(&self.strays[*n]) });
        }
    }
}

fn pairs(list: &[(u32, usize)], unit: u32) -> &[(u32, usize)] {
    &list[list.partition_point(|it| it.0 < unit)..list.partition_point(|it| it.0 <= unit)]
}
