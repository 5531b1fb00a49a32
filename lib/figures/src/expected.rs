use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError};

use crate::{Apportionment, Calendar, Day, Engine, Frequency, Indicator, IndicatorId, Kind, Period, UnitId};

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
    /// ... that are this unit or stand below it; once it has ended, its heirs or what stands below them.
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
    /// How many bits are set before each word.
    before: Vec<u32>,
    /// Units that ended inside the period, with their last day.
    pub(crate) closed: Vec<(UnitId, Day)>,
}

impl Duty {
    fn new(bits: Vec<u64>, mut closed: Vec<(UnitId, Day)>) -> Duty {
        closed.sort_unstable();
        closed.dedup();
        let sums = bits.iter().scan(0, |sum, it: &u64| {
            *sum += it.count_ones();
            Some(*sum)
        });
        let before = std::iter::once(0).chain(sums).take(bits.len()).collect();
        Duty { bits, before, closed }
    }

    /// By position, 64 at a time.
    pub(crate) fn words(&self) -> &[u64] {
        &self.bits
    }

    /// How many owe within the range.
    pub(crate) fn owed(&self, range: Range<u32>) -> u64 {
        let before = |position: u32| {
            let (word, bit) = (position as usize / 64, position % 64);
            let rest = self.bits.get(word).map_or(0, |it| (it & ((1 << bit) - 1)).count_ones());
            self.before.get(word).map_or(0, |it| u64::from(it + rest))
        };
        before(range.end) - before(range.start)
    }

    pub(crate) fn owes(&self, position: u32) -> bool {
        self.bits.get(position as usize / 64).is_some_and(|it| it >> (position % 64) & 1 == 1)
    }
}

/// Duties that were asked for before.
#[derive(Default)]
pub(crate) struct Duties {
    by_assignments: HashMap<(Vec<usize>, Period), Arc<Duty>>,
    by_period: HashMap<Period, Option<Arc<Due>>>,
}

/// What is owed in one period: by the indicator's place in the engine, worked out when first asked for.
pub(crate) struct Due(Vec<OnceLock<Option<Arc<Duty>>>>);

impl Engine {
    /// The units that owe the form, with the period for which they owe it: among `unit` and all below it, for every
    /// period of the form's frequency within `period`. A unit that ended inside such a period owes a closing return; it
    /// counts where it stood on its last day, and where its heirs stand.
    pub fn expected_units(&self, form: u32, unit: UnitId, period: Period) -> Vec<(UnitId, Period)> {
        let Some(number) = self.hierarchy.number(unit) else { return Vec::new() };
        let mut found = Vec::new();
        for (part, duty) in self.duties_within(form, period) {
            let epoch = self.hierarchy.epoch(self.hierarchy.epoch_of(part.last()));
            if let Some(position) = epoch.position(number) {
                let owing = epoch.subtree(position).filter(|it| duty.owes(*it));
                found.extend(owing.map(|it| (self.hierarchy.id(epoch.unit(it)), part)));
            }
            let closed = duty.closed.iter().filter(|it| self.ended_within(**it, number, part.last()));
            found.extend(closed.map(|it| (it.0, part)));
        }
        found
    }

    /// Which of `units` are among the [`Engine::expected_units`] of `top`, in the order given: without a walk through all
    /// that stands below it, which in a country are its villages.
    pub fn expected_among(&self, form: u32, top: UnitId, units: &[UnitId], period: Period) -> Vec<UnitId> {
        let Some(number) = self.hierarchy.number(top) else { return Vec::new() };
        let duties = self.duties_within(form, period);
        let owes = |unit: &UnitId| {
            duties.iter().any(|(part, duty)| {
                let epoch = self.hierarchy.epoch(self.hierarchy.epoch_of(part.last()));
                let stands = self.hierarchy.number(*unit).and_then(|it| epoch.position(it));
                let below = epoch.position(number).map(|it| epoch.subtree(it));
                let owing = stands.zip(below).is_some_and(|(it, below)| below.contains(&it) && duty.owes(it));
                owing || duty.closed.iter().any(|it| it.0 == *unit && self.ended_within(*it, number, part.last()))
            })
        };
        units.iter().copied().filter(owes).collect()
    }

    /// Every period within this one in which the form is due, and who owes it then.
    fn duties_within(&self, form: u32, period: Period) -> Vec<(Period, Arc<Duty>)> {
        let parts = Frequency::ALL.iter().flat_map(|it| period.parts(*it));
        let due = parts.map(|part| (part, self.due(part, |it| it.form == form))).filter(|it| !it.1.is_empty());
        due.map(|(part, which)| (part, self.duty_of(which, part))).collect()
    }

    /// Whether a unit that ended inside a period stood in or below `top` on its last day, or its heirs do on the period's.
    fn ended_within(&self, (closed, day): (UnitId, Day), top: u32, last: Day) -> bool {
        self.stands_within(closed, day, top, day) || self.stands_within(closed, day, top, last)
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

    /// What is owed for exactly this period; `None` if nothing is.
    pub(crate) fn due_in(&self, period: Period) -> Option<Arc<Due>> {
        if self.assignments.is_empty() {
            return None;
        }
        let mut duties = self.duties.lock().unwrap_or_else(PoisonError::into_inner);
        let due = duties.by_period.entry(period).or_insert_with(|| {
            let any = !self.due(period, |_| true).is_empty();
            any.then(|| Arc::new(Due(self.indicators.iter().map(|_| OnceLock::new()).collect())))
        });
        due.clone()
    }

    /// Who owes a figure of this indicator for exactly this period. A ratio is owed where it is named in a form, or where
    /// forms hold parts of both its sides.
    pub(crate) fn duty(&self, due: &Due, indicator: &Indicator, period: Period) -> Option<Arc<Duty>> {
        let known = due.0.get(self.slot(indicator.id)?)?;
        known.get_or_init(|| self.new_duty(indicator, period)).clone()
    }

    fn new_duty(&self, indicator: &Indicator, period: Period) -> Option<Arc<Duty>> {
        let holding = |ids: &[IndicatorId]| self.due(period, |it| ids.iter().any(|id| it.indicators.contains(id)));
        let named = holding(&[indicator.id]);
        if indicator.kind == Kind::Ratio {
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
        }
    }

    /// The units for which an assignment speaks on a day: its own, or those that this one became.
    fn tops(&self, it: &Assignment, day: Day) -> Vec<u32> {
        let number = self.hierarchy.number(it.top);
        let begun = self.hierarchy.nearest_day(it.top, day).filter(|it| *it <= day);
        let heirs = number.zip(begun).map(|(top, from)| self.hierarchy.heirs_of(top, from, day, Apportionment::None));
        heirs.unwrap_or_default()
    }

    fn duty_of(&self, which: Vec<usize>, period: Period) -> Arc<Duty> {
        let key = (which, period);
        if let Some(known) = self.duties.lock().unwrap_or_else(PoisonError::into_inner).by_assignments.get(&key) {
            return known.clone();
        }
        let (first, last) = (period.first(), period.last());
        let epoch = self.hierarchy.epoch(self.hierarchy.epoch_of(last));
        let ended = self.hierarchy.closed_within(first, last);
        let (mut bits, mut closed) = (vec![0; epoch.len() as usize / 64 + 1], Vec::new());
        for it in key.0.iter().filter_map(|it| self.assignments.get(*it)) {
            for top in self.tops(it, last).into_iter().filter_map(|it| epoch.position(it)) {
                for position in epoch.subtree(top).filter(|position| epoch.class(*position) == it.class) {
                    bits[position as usize / 64] |= 1 << (position % 64);
                }
            }
            for (unit, day) in &ended {
                let id = self.hierarchy.id(*unit);
                let within = || self.tops(it, *day).into_iter().any(|top| self.stands_within(id, *day, top, *day));
                if self.hierarchy.class_of(*unit, *day) == Some(it.class) && within() {
                    closed.push((id, *day));
                }
            }
        }
        let duty = Arc::new(Duty::new(bits, closed));
        let mut duties = self.duties.lock().unwrap_or_else(PoisonError::into_inner);
        duties.by_assignments.entry(key).or_insert(duty).clone()
    }
}

fn both(a: &Duty, b: &Duty) -> Duty {
    let bits = a.bits.iter().zip(&b.bits).map(|(a, b)| a & b).collect();
    Duty::new(bits, a.closed.iter().filter(|it| b.closed.contains(it)).copied().collect())
}

fn either(a: &Duty, b: &Duty) -> Duty {
    Duty::new(a.bits.iter().zip(&b.bits).map(|(a, b)| a | b).collect(), [&a.closed[..], &b.closed].concat())
}
