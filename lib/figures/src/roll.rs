use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::book::Column;
use crate::expected::Duty;
use crate::frame::{Frame, Spot};
use crate::sheet::Reach;
use crate::vector::count;
use crate::{Across, Apportionment, Day, Indicator, Kind, UnitId};

/// Who owes and who gave, prepared for one indicator.
pub(crate) struct Roll<'a> {
    parts: Vec<Part<'a>>,
    /// Units that ended inside a period, by their place in the target.
    closed: Vec<Closed>,
}

/// One period within the one asked for.
struct Part<'a> {
    /// Which of the frame's.
    at: usize,
    duty: Option<Arc<Duty>>,
    given: Given<'a>,
}

/// The figures that count as given.
enum Given<'a> {
    Nothing,
    Column(&'a Column),
    /// Every side must have one: for a ratio, its numerator and its denominator.
    Sides(Vec<Vec<&'a Column>>),
}

struct Closed {
    place: u32,
    unit: UnitId,
    day: Day,
    owes: bool,
    gave: bool,
}

/// From so many positions on it pays to know whether all that was given was owed; tests have few.
const WIDE: usize = if cfg!(test) { 3 } else { 4_096 };

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
    pub(crate) fn new(frame: &Frame<'a>, indicator: &'a Indicator) -> Roll<'a> {
        let engine = frame.engine;
        let ratio = indicator.kind == Kind::Ratio;
        let sides: Vec<Vec<&Indicator>> = if ratio {
            let side = |terms: &[crate::Term]| terms.iter().filter_map(|it| engine.indicator(it.indicator)).collect();
            vec![side(&indicator.numerator), side(&indicator.denominator)]
        } else {
            Vec::new()
        };
        let all = || sides.iter().flatten().copied().chain((!ratio).then_some(indicator));
        let reach = all().map(Reach::of).max().unwrap_or(Reach::Exact);
        let levels = all().any(Indicator::is_level);
        let mut roll = Roll { parts: Vec::new(), closed: Vec::new() };
        for (at, part) in frame.parts.iter().enumerate().filter(|it| reach.takes(it.1, frame)) {
            let duty = part.due.as_ref().and_then(|it| engine.duty(it, indicator, part.period));
            if duty.is_none() && part.book.is_none() {
                continue;
            }
            let column = |it: &Indicator| part.book?.column(engine.slot(it.id)?);
            let given = if ratio {
                let side = |side: &Vec<&Indicator>| side.iter().filter_map(|it| column(it)).collect();
                Given::Sides(sides.iter().map(side).collect())
            } else {
                column(indicator).map_or(Given::Nothing, Given::Column)
            };
            roll.close(frame, duty.as_deref(), &given, indicator, levels);
            roll.parts.push(Part { at, duty, given });
        }
        roll.closed.sort_by_key(|it| it.place);
        roll
    }

    /// Units that ended inside the period. A level at the period's end is owed by those that are there at its end.
    fn close(&mut self, frame: &Frame, duty: Option<&Duty>, given: &Given, indicator: &Indicator, levels: bool) {
        let by = if indicator.across == Across::None { Apportionment::None } else { frame.by };
        let strays = |it: &Column| -> HashMap<UnitId, Day> {
            let counted = it.strays.iter().filter(|it| !levels || it.1.until.is_none());
            counted.map(|it| (*it.0, it.1.day)).collect()
        };
        let apart = match given {
            Given::Nothing => false,
            Given::Column(it) => !it.strays.is_empty(),
            Given::Sides(_) => true,
        };
        if !apart && duty.is_none_or(|it| it.closed.is_empty()) {
            return;
        }
        let mut gave: HashMap<UnitId, Day> = match given {
            Given::Nothing => HashMap::new(),
            Given::Column(it) => strays(it),
            Given::Sides(sides) => {
                let mut sides = sides.iter().map(|it| it.iter().flat_map(|it| strays(it)));
                let mut first: HashMap<UnitId, Day> = sides.next().into_iter().flatten().collect();
                for side in sides {
                    let here: HashSet<UnitId> = side.map(|it| it.0).collect();
                    first.retain(|it, _| here.contains(it));
                }
                first
            }
        };
        for (unit, day) in duty.filter(|_| !levels).map(|it| it.closed.as_slice()).unwrap_or_default() {
            let given = gave.remove(unit).is_some();
            if let Some(place) = frame.engine.place_of(*unit, *day, frame.target, by) {
                self.closed.push(Closed { place, unit: *unit, day: *day, owes: true, gave: given });
            }
        }
        for (unit, day) in gave {
            if let Some(place) = frame.engine.place_of(unit, day, frame.target, by) {
                self.closed.push(Closed { place, unit, day, owes: false, gave: true });
            }
        }
    }

    /// Counts in the unit and everything below it.
    pub(crate) fn tally(&self, frame: &Frame, spot: &Spot) -> Tally {
        let mut tally = Tally::default();
        for part in &self.parts {
            for source in spot.ranges(part.at) {
                part.count(source.clone(), &mut tally);
            }
        }
        for it in self.closed_in(frame.epoch.subtree(spot.unit)) {
            it.count(&mut tally);
        }
        tally
    }

    /// Counts only the unit itself, for what is never added across places: `was` names the unit that it was on a day.
    pub(crate) fn tally_own(&self, frame: &Frame, place: u32, was: impl Fn(Day) -> Option<u32>) -> Tally {
        let mut tally = Tally::default();
        for part in &self.parts {
            let there = &frame.parts[part.at];
            if let Some(position) = was(there.last).and_then(|it| there.epoch.position(it)) {
                part.count(position..position + 1, &mut tally);
            }
        }
        for it in self.closed_in(place..place + 1) {
            if was(it.day).map(|it| frame.engine.hierarchy.id(it)) == Some(it.unit) {
                it.count(&mut tally);
            }
        }
        tally
    }

    /// Whether nobody owes anything: then who gave is all there is to count.
    pub(crate) fn is_free(&self) -> bool {
        self.parts.iter().all(|it| it.duty.is_none())
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
        match &self.given {
            Given::Nothing => {}
            Given::Column(it) => {
                let given = it.values.count(source.clone());
                tally.given += given;
                if let Some(duty) = &self.duty {
                    let all_owed = source.len() >= WIDE && it.outside.count(duty, &it.values) == 0;
                    tally.received += if all_owed { given } else { it.values.count_with(source.clone(), duty.words()) };
                }
            }
            Given::Sides(sides) => {
                let side = |side: &Vec<&Column>, at| side.iter().fold(0, |bits, it| bits | it.values.word(at));
                let gave = |at: usize| sides.iter().fold(u64::MAX, |bits, it| bits & side(it, at));
                tally.given += count(source.clone(), gave);
                if let Some(duty) = &self.duty {
                    let owed = |at: usize| duty.words().get(at).copied().unwrap_or(0);
                    tally.received += count(source.clone(), |it| owed(it) & gave(it));
                }
            }
        }
        tally.owed += self.duty.as_ref().map_or(0, |it| it.owed(source));
    }
}
