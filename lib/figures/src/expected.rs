use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, PoisonError};

use crate::book::Column;
use crate::carry::Way;
use crate::epoch::Epoch;
use crate::sheet::Reach;
use crate::vector::count;
use crate::{
    Across, Apportionment, Calendar, Day, Engine, Frequency, Hierarchy, Indicator, IndicatorId, Kind, Period, UnitId,
};

/// Who owes a form, and when (rule 20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Which form, as the application numbers it.
    pub form: u32,
    /// The indicators in it.
    pub indicators: Arc<[IndicatorId]>,
    /// In which calendar it is due.
    pub calendar: Calendar,
    /// How often.
    pub frequency: Frequency,
    /// Units of this class owe it ...
    pub class: u8,
    /// ... that are this unit or stand below it.
    pub top: UnitId,
    /// First day. A period counts if its last day lies in force.
    pub from: Day,
    /// The day after the last.
    pub until: Day,
}

/// Who owes a figure for one period.
#[derive(Debug)]
pub(crate) struct Duty {
    /// By position in the epoch of the period's last day.
    bits: Vec<u64>,
    /// Units that ended inside the period, with their last day.
    closed: Vec<(UnitId, Day)>,
}

impl Duty {
    fn word(&self, index: usize) -> u64 {
        self.bits.get(index).copied().unwrap_or(0)
    }
}

/// Duties that were asked for before.
#[derive(Default)]
pub(crate) struct Duties {
    by_assignments: HashMap<(Vec<usize>, Period), Arc<Duty>>,
    by_indicator: HashMap<(IndicatorId, Period), Option<Arc<Duty>>>,
}

impl Engine {
    /// The units that owe the form, with the period for which they owe it: among `unit` and all below it, for every
    /// period of the form's frequency within `period`. A unit that ended inside such a period owes a closing return; it
    /// counts where it stood on its last day, and where its heirs stand.
    pub fn expected_units(&self, form: u32, unit: UnitId, period: Period) -> Vec<(UnitId, Period)> {
        let Some(number) = self.hierarchy.number(unit) else { return Vec::new() };
        let mut found = Vec::new();
        for part in Frequency::ALL.iter().flat_map(|it| period.parts(*it)) {
            let which = self.due(part, |it| it.form == form);
            if which.is_empty() {
                continue;
            }
            let duty = self.duty_of(which, part);
            let last = part.last();
            let epoch = self.hierarchy.epoch(self.hierarchy.epoch_of(last));
            if let Some(position) = epoch.position(number) {
                let owing = epoch.subtree(position).filter(|it| duty.word(*it as usize / 64) >> (it % 64) & 1 == 1);
                found.extend(owing.map(|it| (self.hierarchy.id(epoch.unit(it)), part)));
            }
            for (closed, day) in &duty.closed {
                let here =
                    self.stands_within(*closed, *day, number, *day) || self.stands_within(*closed, *day, number, last);
                if here {
                    found.push((*closed, part));
                }
            }
        }
        found
    }

    /// Whether what `unit` was on `day` stands in or below `top` on the day `at`.
    pub(crate) fn stands_within(&self, unit: UnitId, day: Day, top: u32, at: Day) -> bool {
        let to = self.hierarchy.epoch_of(at);
        let epoch = self.hierarchy.epoch(to);
        let place = self.place_of(unit, day, to, Apportionment::None);
        place.zip(epoch.position(top)).is_some_and(|(place, top)| epoch.subtree(top).contains(&place))
    }

    /// Where in the target epoch stands what `unit` was on `day`.
    pub(crate) fn place_of(&self, unit: UnitId, day: Day, target: usize, by: Apportionment) -> Option<u32> {
        let from = self.hierarchy.epoch_of(day);
        let position = self.hierarchy.epoch(from).position(self.hierarchy.number(unit)?)?;
        self.hierarchy.way(from, target, by).place(position)
    }

    /// The assignments that fall due for exactly this period.
    fn due(&self, period: Period, holds: impl Fn(&Assignment) -> bool) -> Vec<usize> {
        let last = period.last();
        let due = |it: &Assignment| {
            it.calendar == period.calendar()
                && it.frequency == period.frequency()
                && it.from <= last
                && last < it.until
                && holds(it)
        };
        self.assignments.iter().enumerate().filter(|it| due(it.1)).map(|it| it.0).collect()
    }

    /// Who owes a figure of this indicator for exactly this period. A ratio is owed where it is named in a form, or where
    /// forms hold parts of both its sides.
    pub(crate) fn duty(&self, indicator: &Indicator, period: Period) -> Option<Arc<Duty>> {
        let key = (indicator.id, period);
        if let Some(known) = self.duties.lock().unwrap_or_else(PoisonError::into_inner).by_indicator.get(&key) {
            return known.clone();
        }
        let holding = |ids: &[IndicatorId]| self.due(period, |it| ids.iter().any(|id| it.indicators.contains(id)));
        let named = holding(&[indicator.id]);
        let duty = if indicator.kind == Kind::Ratio {
            let ids = |terms: &[crate::Term]| terms.iter().map(|it| it.indicator).collect::<Vec<_>>();
            let above = holding(&ids(&indicator.numerator));
            let below = holding(&ids(&indicator.denominator));
            match (above.is_empty() || below.is_empty(), named.is_empty()) {
                (true, true) => None,
                (true, false) => Some(self.duty_of(named, period)),
                (false, true) if above == below => Some(self.duty_of(above, period)),
                (false, _) => {
                    let [above, below, named] = [above, below, named].map(|it| self.duty_of(it, period));
                    Some(Arc::new(either(&both(&above, &below), &named)))
                }
            }
        } else {
            (!named.is_empty()).then(|| self.duty_of(named, period))
        };
        let mut duties = self.duties.lock().unwrap_or_else(PoisonError::into_inner);
        duties.by_indicator.entry(key).or_insert(duty).clone()
    }

    fn duty_of(&self, which: Vec<usize>, period: Period) -> Arc<Duty> {
        let key = (which, period);
        if let Some(known) = self.duties.lock().unwrap_or_else(PoisonError::into_inner).by_assignments.get(&key) {
            return known.clone();
        }
        let (first, last) = (period.first(), period.last());
        let epoch = self.hierarchy.epoch(self.hierarchy.epoch_of(last));
        let ended = self.hierarchy.closed_within(first, last);
        let mut duty = Duty { bits: vec![0; epoch.len() as usize / 64 + 1], closed: Vec::new() };
        for it in key.0.iter().filter_map(|it| self.assignments.get(*it)) {
            let Some(top) = self.hierarchy.number(it.top) else { continue };
            if let Some(top) = epoch.position(top) {
                for position in epoch.subtree(top).filter(|position| epoch.class(*position) == it.class) {
                    duty.bits[position as usize / 64] |= 1 << (position % 64);
                }
            }
            for (unit, day) in &ended {
                let id = self.hierarchy.id(*unit);
                if self.hierarchy.class_of(*unit, *day) == Some(it.class) && self.stands_within(id, *day, top, *day) {
                    duty.closed.push((id, *day));
                }
            }
        }
        duty.closed.sort_unstable();
        duty.closed.dedup();
        let duty = Arc::new(duty);
        let mut duties = self.duties.lock().unwrap_or_else(PoisonError::into_inner);
        duties.by_assignments.entry(key).or_insert(duty).clone()
    }
}

fn both(a: &Duty, b: &Duty) -> Duty {
    Duty {
        bits: a.bits.iter().zip(&b.bits).map(|(a, b)| a & b).collect(),
        closed: a.closed.iter().filter(|it| b.closed.contains(it)).copied().collect(),
    }
}

fn either(a: &Duty, b: &Duty) -> Duty {
    let mut closed = [a.closed.as_slice(), b.closed.as_slice()].concat();
    closed.sort_unstable();
    closed.dedup();
    Duty { bits: a.bits.iter().zip(&b.bits).map(|(a, b)| a | b).collect(), closed }
}

/// Who owes and who gave, prepared for one indicator, period and target epoch.
pub(crate) struct Roll<'a> {
    parts: Vec<Part<'a>>,
    /// Units that ended inside a period, by their place in the target.
    closed: Vec<Closed>,
}

/// One period within the one asked for.
struct Part<'a> {
    duty: Option<Arc<Duty>>,
    /// A figure counts as given if every side has one: for a ratio, its numerator and its denominator.
    sides: Vec<Vec<&'a Column>>,
    last: Day,
    /// The epoch of that day.
    epoch: &'a Epoch,
    way: Way,
}

struct Closed {
    place: u32,
    unit: UnitId,
    day: Day,
    owes: bool,
    gave: bool,
}

/// Unit-periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Owed.
    pub(crate) owed: u64,
    /// Owed and given.
    pub(crate) received: u64,
    /// Given, owed or not.
    pub(crate) given: u64,
}

impl<'a> Roll<'a> {
    pub(crate) fn new(
        engine: &'a Engine,
        indicator: &Indicator,
        period: Period,
        target: usize,
        by: Apportionment,
    ) -> Roll<'a> {
        let sides: Vec<Vec<&Indicator>> = if indicator.kind == Kind::Ratio {
            let side = |terms: &[crate::Term]| terms.iter().filter_map(|it| engine.indicator(it.indicator)).collect();
            vec![side(&indicator.numerator), side(&indicator.denominator)]
        } else {
            engine.indicator(indicator.id).map(|it| vec![vec![it]]).unwrap_or_default()
        };
        let by = if indicator.across == Across::None { Apportionment::None } else { by };
        let reach = sides.iter().flatten().map(|it| Reach::of(it)).max().unwrap_or(Reach::Exact);
        let levels = sides.iter().flatten().any(|it| it.is_level());
        let mut roll = Roll { parts: Vec::new(), closed: Vec::new() };
        for part in reach.parts(period) {
            let duty = engine.duty(indicator, part);
            let book = engine.books.get(&part);
            if duty.is_none() && book.is_none() {
                continue;
            }
            let column = |it: &&Indicator| book?.column(engine.slot(it.id)?);
            let sides: Vec<Vec<&Column>> = sides.iter().map(|it| it.iter().filter_map(column).collect()).collect();
            let from = engine.hierarchy.epoch_of(part.last());
            roll.close(engine, duty.as_deref(), &sides, target, by, levels);
            let (epoch, way) = (engine.hierarchy.epoch(from), engine.hierarchy.way(from, target, by));
            roll.parts.push(Part { duty, sides, last: part.last(), epoch, way });
        }
        roll.closed.sort_by_key(|it| it.place);
        roll
    }

    /// Units that ended inside the period. A level at the period's end is owed by those that are there at its end.
    fn close(
        &mut self,
        engine: &Engine,
        duty: Option<&Duty>,
        sides: &[Vec<&Column>],
        target: usize,
        by: Apportionment,
        levels: bool,
    ) {
        let mut gave: HashMap<UnitId, Day> = HashMap::new();
        for (n, side) in sides.iter().enumerate() {
            let strays = side.iter().flat_map(|it| &it.strays).filter(|it| !levels || it.1.until.is_none());
            if n == 0 {
                gave = strays.map(|it| (*it.0, it.1.day)).collect();
            } else {
                let here: HashSet<UnitId> = strays.map(|it| *it.0).collect();
                gave.retain(|it, _| here.contains(it));
            }
        }
        for (unit, day) in duty.filter(|_| !levels).map(|it| it.closed.as_slice()).unwrap_or_default() {
            let given = gave.remove(unit).is_some();
            if let Some(place) = engine.place_of(*unit, *day, target, by) {
                self.closed.push(Closed { place, unit: *unit, day: *day, owes: true, gave: given });
            }
        }
        for (unit, day) in gave {
            if let Some(place) = engine.place_of(unit, day, target, by) {
                self.closed.push(Closed { place, unit, day, owes: false, gave: true });
            }
        }
    }

    /// Counts in the target unit and everything below it.
    pub(crate) fn tally(&self, epoch: &Epoch, unit: u32) -> Tally {
        let range = epoch.subtree(unit);
        let mut tally = Tally::default();
        for part in &self.parts {
            part.way.ranges(range.clone(), |source| part.count(source, &mut tally));
        }
        for it in self.closed_in(range) {
            it.count(&mut tally);
        }
        tally
    }

    /// Counts only the unit itself, for what is never added across places: `was` names the unit that it was on a day.
    pub(crate) fn tally_own(&self, hierarchy: &Hierarchy, place: u32, was: impl Fn(Day) -> Option<u32>) -> Tally {
        let mut tally = Tally::default();
        for part in &self.parts {
            if let Some(position) = was(part.last).and_then(|it| part.epoch.position(it)) {
                part.count(position..position + 1, &mut tally);
            }
        }
        for it in self.closed_in(place..place + 1) {
            if was(it.day).map(|it| hierarchy.id(it)) == Some(it.unit) {
                it.count(&mut tally);
            }
        }
        tally
    }

    /// Whether this unit, which ended inside a period, owed a return for it.
    pub(crate) fn owes(&self, unit: UnitId) -> bool {
        let ended = |it: &Part| it.duty.as_ref().is_some_and(|it| it.closed.iter().any(|it| it.0 == unit));
        self.parts.iter().any(ended)
    }

    fn closed_in(&self, range: Range<u32>) -> impl Iterator<Item = &Closed> {
        let first = self.closed.partition_point(|it| it.place < range.start);
        self.closed[first..].iter().take_while(move |it| it.place < range.end)
    }
}

impl Closed {
    fn count(&self, tally: &mut Tally) {
        tally.owed += u64::from(self.owes);
        tally.received += u64::from(self.owes && self.gave);
        tally.given += u64::from(self.gave);
    }
}

impl Part<'_> {
    fn count(&self, source: Range<u32>, tally: &mut Tally) {
        let gave = |word: usize| {
            let side = |side: &Vec<&Column>| side.iter().fold(0, |bits, it| bits | it.values.word(word));
            self.sides.iter().fold(u64::MAX, |bits, it| bits & side(it))
        };
        if let Some(duty) = &self.duty {
            tally.owed += count(source.clone(), |it| duty.word(it));
            tally.received += count(source.clone(), |it| duty.word(it) & gave(it));
        }
        tally.given += count(source, gave);
    }
}
