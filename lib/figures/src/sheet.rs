use std::ops::Range;
use std::rc::Rc;

use crate::book::{Column, Lone, qualifier_of};
use crate::frame::{Frame, Part, Spot};
use crate::{
    Across, Amount, Apportionment, Coverage, Day, Indicator, Kind, OverTime, Period, Qualifier, Source, UnitId,
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

    /// Whether the part of the frame makes up the value.
    pub(crate) fn takes(self, part: &Part, frame: &Frame) -> bool {
        match self {
            Reach::Exact => part.period == frame.period,
            Reach::Last => part.last == frame.last,
            Reach::All => true,
        }
    }
}

impl Indicator {
    /// A level at the end of a period, not something that happens within it.
    pub(crate) fn is_level(&self) -> bool {
        self.kind == Kind::Stock || self.over_time == OverTime::Last
    }
}

/// All contributions to one additive indicator, prepared for one frame.
pub(crate) struct Sheet<'a> {
    frame: Rc<Frame<'a>>,
    indicator: &'a Indicator,
    lanes: Lanes<'a>,
    /// Figures of units that ended inside their period; most periods have none.
    apart: Option<Box<Apart<'a>>>,
}

#[derive(Default)]
struct Apart<'a> {
    /// By place in the target.
    strays: Vec<Stray<'a>>,
    /// (target, which stray): the target holds an unknown part of it.
    marks: Vec<(u32, usize)>,
    /// (target, which stray): the target holds it by the chosen rule.
    moves: Vec<(u32, usize)>,
    /// Closing returns of levels: they count for nobody but that very unit.
    closings: Vec<Stray<'a>>,
}

/// One is the usual, and needs no memory of its own.
#[derive(Default)]
struct Lanes<'a> {
    first: Option<Lane<'a>>,
    more: Vec<Lane<'a>>,
}

impl<'a> Lanes<'a> {
    fn push(&mut self, lane: Lane<'a>) {
        match self.first {
            None => self.first = Some(lane),
            Some(_) => self.more.push(lane),
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Lane<'a>> {
        self.first.iter().chain(&self.more)
    }
}

struct Lane<'a> {
    column: &'a Column,
    /// Which part of the frame.
    at: usize,
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

    fn qualify(&mut self, column: &Column, source: Range<u32>) {
        for (_, it) in column.qualifiers.iter(source) {
            self.qualifier = self.qualifier.and(qualifier_of(it));
            if self.qualifier == Qualifier::About {
                return;
            }
        }
    }
}

impl<'a> Sheet<'a> {
    #[inline]
    pub(crate) fn new(frame: &Rc<Frame<'a>>, indicator: &'a Indicator) -> Sheet<'a> {
        let (mut lanes, mut apart) = (Lanes::default(), None);
        if let Some(slot) = frame.engine.slot(indicator.id) {
            let reach = Reach::of(indicator);
            for (at, part) in frame.parts.iter().enumerate().filter(|it| reach.takes(it.1, frame)) {
                let Some(column) = part.book.and_then(|it| it.column(slot)) else { continue };
                if !column.strays.is_empty() {
                    Apart::gather(&mut apart, frame, indicator, (part.period, column));
                }
                if !column.values.is_empty() {
                    lanes.push(Lane { column, at });
                }
            }
        }
        if let Some(apart) = &mut apart {
            apart.order();
        }
        Sheet { frame: Rc::clone(frame), indicator, lanes, apart }
    }

    /// What makes up the value of the unit.
    #[inline]
    pub(crate) fn sum(&self, spot: &Spot) -> Sum {
        let unit = spot.unit;
        if let Some(closing) = self.closing(unit) {
            let mut sum = Sum::default();
            sum.add(closing.lone.amount);
            sum.whole = closing.lone.coverage == Coverage::Whole && closing.period == self.frame.period;
            return sum;
        }
        if self.indicator.across == Across::None {
            return self.own(unit);
        }
        let mut sum = Sum::default();
        for lane in self.lanes.iter() {
            for source in spot.ranges(lane.at) {
                let (value, count) = lane.column.values.sum(source.clone());
                sum.value += value;
                sum.count += count;
                if !lane.column.qualifiers.is_empty() {
                    sum.qualify(lane.column, source.clone());
                }
            }
            if spot.shared {
                let way = &self.frame.parts[lane.at].way;
                let value = |it: &(u32, u32)| lane.column.values.get(it.1).map(i128::from);
                sum.not_separable += way.marks(unit).iter().filter_map(value).sum::<i128>();
                sum.apportioned += way.moved(unit).iter().filter_map(value).sum::<i128>();
            }
        }
        if let Some(apart) = &self.apart {
            for it in self.strays_in(unit) {
                sum.add(it.lone.amount);
            }
            let value = |it: &(u32, usize)| i128::from(apart.strays[it.1].lone.amount.value);
            sum.not_separable += pairs(&apart.marks, unit).iter().map(value).sum::<i128>();
            sum.apportioned += pairs(&apart.moves, unit).iter().map(value).sum::<i128>();
        }
        sum.whole = sum.count == 1 && self.own_whole(unit);
        sum
    }

    fn strays_in(&self, unit: u32) -> &[Stray<'a>] {
        self.apart.as_ref().map_or(&[], |it| &it.strays[it.within(self.frame.epoch.subtree(unit))])
    }

    fn own_whole(&self, unit: u32) -> bool {
        let frame = &self.frame;
        let number = frame.epoch.unit(unit);
        let seated = |lane: &Lane| {
            let part = &frame.parts[lane.at];
            part.period == frame.period && part.epoch.position(number).is_some_and(|it| lane.column.wholes.has(it))
        };
        if self.lanes.iter().any(seated) {
            return true;
        }
        let own = frame.engine.hierarchy.id(number);
        let whole = |it: &Stray| it.period == frame.period && it.lone.coverage == Coverage::Whole;
        self.strays_in(unit).iter().any(|it| it.unit == own && whole(it))
    }

    /// The unit's own closing return of a level, asked for under its own days.
    fn closing(&self, unit: u32) -> Option<&Stray<'a>> {
        let apart = self.apart.as_ref()?;
        let id = self.frame.engine.hierarchy.id(self.frame.epoch.unit(unit));
        apart.closings.iter().rev().find(|it| it.unit == id)
    }

    /// Whether [`Sheet::sum`] is a closing return of a level.
    pub(crate) fn sum_is_closing(&self, unit: u32) -> bool {
        self.closing(unit).is_some()
    }

    /// The unit that the target unit was, as a whole, on this day (rule 23).
    pub(crate) fn was(&self, unit: u32, day: Day) -> Option<u32> {
        let hierarchy = &self.frame.engine.hierarchy;
        hierarchy.counterpart(self.frame.epoch.unit(unit), hierarchy.epochs()[self.frame.target], day)
    }

    /// Never added across places (rule 17): only what the unit itself gave.
    fn own(&self, unit: u32) -> Sum {
        let mut sum = Sum::default();
        let mut whole = false;
        self.each_own(unit, |source| {
            sum.add(source.amount);
            let own = source.unit == self.frame.engine.hierarchy.id(self.frame.epoch.unit(unit));
            whole = own && source.coverage == Coverage::Whole && source.period == self.frame.period;
        });
        sum.whole = whole && sum.count == 1;
        sum
    }

    fn each_own(&self, unit: u32, mut with: impl FnMut(Source)) {
        for lane in self.lanes.iter() {
            let part = &self.frame.parts[lane.at];
            let position = self.was(unit, part.last).and_then(|it| part.epoch.position(it));
            if let Some(source) = position.and_then(|it| self.source(lane, it)) {
                with(source);
            }
        }
        for it in self.strays_in(unit).iter().filter(|it| it.place == unit) {
            if self.was(unit, it.lone.day).map(|it| self.frame.engine.hierarchy.id(it)) == Some(it.unit) {
                with(self.stray_source(it));
            }
        }
    }

    fn source(&self, lane: &Lane, position: u32) -> Option<Source> {
        let (amount, coverage) = lane.column.at(position)?;
        let part = &self.frame.parts[lane.at];
        let book = part.book?;
        Some(Source {
            unit: self.frame.engine.hierarchy.id(part.epoch.unit(position)),
            period: part.period,
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
        for lane in self.lanes.iter() {
            let way = &self.frame.parts[lane.at].way;
            let moved = way.moved(unit);
            way.ranges(self.frame.epoch.subtree(unit), |source| {
                for (position, _) in lane.column.values.iter(source) {
                    if let Some(source) = self.source(lane, position) {
                        with(Source { apportioned: moved.contains(&(unit, position)), ..source });
                    }
                }
            });
            for (_, position) in way.marks(unit) {
                if let Some(source) = self.source(lane, *position) {
                    with(Source { separable: false, ..source });
                }
            }
        }
        let Some(apart) = &self.apart else { return };
        let moved = pairs(&apart.moves, unit);
        for n in apart.within(self.frame.epoch.subtree(unit)) {
            with(Source { apportioned: moved.contains(&(unit, n)), ..self.stray_source(&apart.strays[n]) });
        }
        for (_, n) in pairs(&apart.marks, unit) {
            with(Source { separable: false, ..self.stray_source(&apart.strays[*n]) });
        }
    }
}

impl<'a> Apart<'a> {
    /// What a period has of it, which is seldom anything.
    #[cold]
    fn gather(
        known: &mut Option<Box<Apart<'a>>>,
        frame: &Frame<'a>,
        indicator: &Indicator,
        (period, column): (Period, &'a Column),
    ) {
        let apart = known.get_or_insert_default();
        for (unit, lone) in &column.strays {
            apart.add(frame, indicator, Stray { place: 0, unit: *unit, period, lone });
        }
    }

    fn add(&mut self, frame: &Frame<'a>, indicator: &Indicator, stray: Stray<'a>) {
        if indicator.is_level() && stray.lone.until.is_some() {
            self.closings.push(stray);
            return;
        }
        // What is never added is never split either.
        let by = if indicator.across == Across::None { Apportionment::None } else { frame.by };
        let hierarchy = &frame.engine.hierarchy;
        let from = hierarchy.epoch_of(stray.lone.day);
        let position = hierarchy.number(stray.unit).and_then(|it| hierarchy.epoch(from).position(it));
        let way = hierarchy.way(from, frame.target, by);
        let Some((position, place)) = position.and_then(|it| Some((it, way.place(it)?))) else { return };
        let index = self.strays.len();
        self.marks.extend(way.marks_of(position).iter().map(|it| (it.1, index)));
        self.moves.extend(way.moved_of(position).iter().map(|it| (it.1, index)));
        self.strays.push(Stray { place, ..stray });
    }

    /// Orders by place. Marks were written in the order of arrival.
    fn order(&mut self) {
        let mut order: Vec<usize> = (0..self.strays.len()).collect();
        order.sort_by_key(|n| self.strays[*n].place);
        let mut rank = vec![0; order.len()];
        for (n, was) in order.iter().enumerate() {
            rank[*was] = n;
        }
        self.strays = order.iter().map(|was| self.strays[*was]).collect();
        for list in [&mut self.marks, &mut self.moves] {
            for mark in list.iter_mut() {
                mark.1 = rank[mark.1];
            }
            list.sort_unstable();
        }
    }

    /// Which strays stand in the range of the target.
    fn within(&self, range: Range<u32>) -> Range<usize> {
        let first = |end: u32| self.strays.partition_point(|it| it.place < end);
        first(range.start)..first(range.end)
    }
}

fn pairs(list: &[(u32, usize)], unit: u32) -> &[(u32, usize)] {
    &list[list.partition_point(|it| it.0 < unit)..list.partition_point(|it| it.0 <= unit)]
}
