//! Random forests with random reform histories, returns and assignments, made from plain bytes so that a failure shrinks.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::naive::Naive;
use crate::*;

/// A step of making a world: which, and with what.
pub(crate) type Step = [u8; 6];

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) units: Vec<Step>,
    pub(crate) reforms: Vec<Step>,
    pub(crate) returns: Vec<Step>,
    pub(crate) assignments: Vec<Step>,
}

pub(crate) fn worlds() -> impl Strategy<Value = World> {
    let steps = |most| prop::collection::vec(any::<Step>(), 0..most);
    (prop::collection::vec(any::<Step>(), 1..14), steps(9), steps(70), steps(4))
        .prop_map(|(units, reforms, returns, assignments)| World { units, reforms, returns, assignments })
}

pub(crate) const PERIODS: [&str; 12] = [
    "2024-M06", "2024-Q4", "2024-H2", "2024", "2025-M06", "2025-M07", "2025-M12", "2025-Q2", "2025-Q4", "2025-H1",
    "2025", "adm:2025",
];

pub(crate) fn period(n: u8) -> Period {
    Period::parse(PERIODS[usize::from(n) % PERIODS.len()]).unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Any day from the autumn of 2023 to 2026; a few of them often, so that reforms meet.
pub(crate) fn any_day(n: u8) -> Day {
    match n % 8 {
        0 => day("2025-07-01"),
        1 => day("2025-06-15"),
        2 => day("2025-12-20"),
        3..5 => day("2025-01-01").plus(i32::from(n) * 2),
        _ => day("2023-10-01").plus(i32::from(n) * 4),
    }
}

/// One of each kind: 1, 6, 7 counts, 2, 10 stocks, 3 never added over time, 4 and 12 never over places, 5 and 9 ratios,
/// 8 a change.
pub(crate) fn indicators() -> Vec<Indicator> {
    let plain = |id, kind, across, over_time| Indicator {
        id,
        kind,
        across,
        over_time,
        numerator: Vec::new(),
        denominator: Vec::new(),
    };
    let made = |id, kind, numerator, denominator| Indicator {
        numerator,
        denominator,
        ..plain(id, kind, Across::Recompute, OverTime::Recompute)
    };
    let plus = |indicator| Term { sign: 1, indicator };
    let minus = |indicator| Term { sign: -1, indicator };
    vec![
        plain(1, Kind::Count, Across::Sum, OverTime::Sum),
        plain(2, Kind::Stock, Across::Sum, OverTime::Last),
        plain(3, Kind::Count, Across::Sum, OverTime::None),
        plain(4, Kind::Stock, Across::None, OverTime::Last),
        made(5, Kind::Ratio, vec![plus(6), minus(1)], vec![plus(7), plus(6)]),
        plain(6, Kind::Count, Across::Sum, OverTime::Sum),
        plain(7, Kind::Money, Across::Sum, OverTime::Sum),
        made(8, Kind::Change, vec![plus(1)], Vec::new()),
        made(9, Kind::Ratio, vec![plus(2)], vec![plus(10)]),
        plain(10, Kind::Stock, Across::Sum, OverTime::Last),
        plain(12, Kind::Count, Across::None, OverTime::Sum),
    ]
}

pub(crate) const INDICATORS: [IndicatorId; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12];

/// A change with its own cells.
#[derive(Debug, Clone)]
pub(crate) struct Filing {
    pub(crate) unit: UnitId,
    pub(crate) period: Period,
    pub(crate) until: Option<Day>,
    pub(crate) version: i64,
    /// Which version it corrects.
    pub(crate) replaces: Option<i64>,
    pub(crate) before: Vec<Cell>,
    pub(crate) after: Vec<Cell>,
}

impl Filing {
    pub(crate) fn change(&self) -> Change<'_> {
        Change {
            unit: self.unit,
            period: self.period,
            until: self.until,
            version: self.version,
            before: &self.before,
            after: &self.after,
        }
    }
}

struct Living {
    parent: Option<UnitId>,
    class: u8,
    from: Day,
}

/// The land as it is while reforms go over it.
#[derive(Default)]
struct Land {
    living: BTreeMap<UnitId, Living>,
    next: UnitId,
    spans: Vec<Span>,
    successions: Vec<Succession>,
}

impl Land {
    fn pick(&self, n: u8) -> Option<UnitId> {
        self.living.keys().nth(usize::from(n) % self.living.len().max(1)).copied()
    }

    fn found(&mut self, parent: Option<UnitId>, class: u8, from: Day) -> UnitId {
        // Ids in no useful order, so that nothing depends on theirs.
        self.next += 1;
        let id = (self.next * 37) % 101 + 1;
        self.living.insert(id, Living { parent, class, from });
        id
    }

    fn end(&mut self, unit: UnitId, on: Day) {
        if let Some(it) = self.living.remove(&unit)
            && it.from < on
        {
            self.spans.push(Span { unit, parent: it.parent, class: it.class, from: it.from, until: on });
        }
    }

    fn shift(&mut self, unit: UnitId, parent: Option<UnitId>, on: Day) {
        let Some(class) = self.living.get(&unit).map(|it| it.class) else { return };
        self.end(unit, on);
        self.living.insert(unit, Living { parent, class, from: on });
    }

    fn children(&self, unit: UnitId) -> Vec<UnitId> {
        self.living.iter().filter(|it| it.1.parent == Some(unit)).map(|it| *it.0).collect()
    }

    fn above(&self, unit: UnitId) -> Vec<UnitId> {
        std::iter::successors(Some(unit), |it| self.living[it].parent).collect()
    }

    fn reform(&mut self, step: Step, on: Day) {
        let [kind, a, b, c, share, _] = step;
        let (Some(one), Some(other)) = (self.pick(a), self.pick(b)) else { return };
        let parent = self.living[&one].parent;
        let class = self.living[&one].class;
        match kind % 7 {
            // Merge: several with one class into a new one.
            0 | 1 => {
                let mut old = vec![one];
                let apart = !self.above(one).contains(&other) && !self.above(other).contains(&one);
                if apart && kind.is_multiple_of(2) {
                    old.push(other);
                }
                let new = self.found(parent, class, on);
                for it in old {
                    for child in self.children(it) {
                        self.shift(child, Some(new), on);
                    }
                    self.end(it, on);
                    let population = (share.is_multiple_of(3)).then_some(10_000);
                    self.successions.push(Succession { predecessor: it, successor: new, on, population });
                }
            }
            // Split into new ones and perhaps one that was there, which may stand in another tree.
            2 | 3 => {
                let mut heirs: Vec<UnitId> = (0..=c % 3).map(|_| self.found(parent, class, on)).collect();
                if kind == 3 && !self.above(other).contains(&one) {
                    heirs.push(other);
                }
                for (n, child) in self.children(one).into_iter().enumerate() {
                    self.shift(child, Some(heirs[n % (usize::from(c % 3) + 1)]), on);
                }
                self.end(one, on);
                for (n, heir) in heirs.iter().enumerate() {
                    let known = share.is_multiple_of(2);
                    let population = known.then_some(if n == usize::from(c) % heirs.len() { 10_000 } else { 0 });
                    self.successions.push(Succession { predecessor: one, successor: *heir, on, population });
                }
            }
            // Transfer to another parent.
            4 => {
                if !self.above(other).contains(&one) {
                    self.shift(one, Some(other), on);
                }
            }
            // Close a leaf without heirs.
            5 => {
                if self.children(one).is_empty() && self.living.len() > 1 {
                    self.end(one, on);
                }
            }
            _ => {
                self.found(Some(one), c % 3, on);
            }
        }
    }
}

impl World {
    /// Units, reforms and assignments, and the returns that can stand beside each other.
    pub(crate) fn build(&self) -> (Naive, Vec<Filing>) {
        let mut land = Land::default();
        for (n, step) in self.units.iter().enumerate() {
            let parent = if n == 0 || step[0].is_multiple_of(16) { None } else { land.pick(step[1]) };
            land.found(parent, step[2] % 3, day("2023-01-01"));
        }
        let mut reforms: Vec<(Day, Step)> = self.reforms.iter().map(|it| (any_day(it[5]), *it)).collect();
        // Steps on one day act on what the day began with, so only one is taken for a unit's sake.
        reforms.sort_by_key(|it| it.0);
        reforms.dedup_by_key(|it| it.0);
        for (on, step) in reforms {
            land.reform(step, on);
        }
        for unit in land.living.keys().copied().collect::<Vec<_>>() {
            land.end(unit, Day::NEVER);
        }
        let mut naive =
            Naive { spans: land.spans, successions: land.successions, indicators: indicators(), ..Naive::default() };
        let units: Vec<UnitId> = naive.units().into_iter().collect();
        let unit = |n: u8| units[usize::from(n) % units.len()];
        for [who, class, which, frequency, from, top] in self.assignments.iter().copied() {
            let first = usize::from(which) % INDICATORS.len();
            naive.assignments.push(Assignment {
                form: u32::from(which % 2),
                indicators: INDICATORS[first..].iter().take(usize::from(who % 4) + 2).copied().collect(),
                calendar: Calendar::Civil,
                frequency: Frequency::ALL[usize::from(frequency) % 4],
                class: class % 3,
                top: unit(top),
                from: if from.is_multiple_of(2) { Day::BEGINNING } else { any_day(from) },
                until: Day::NEVER,
            });
            if who.is_multiple_of(5) {
                naive.complete_from.push((unit(class), any_day(from)));
            }
        }
        let mut versions = Vec::new();
        let plain = naive.clone();
        for step in &self.returns {
            let version = i64::try_from(versions.len()).unwrap() + 1;
            if let Some(it) = made(&naive, &versions, *step, version, &units)
                && naive.conflicts(&it.change()).is_empty()
            {
                naive.apply(&it.change());
                versions.push(it);
            }
        }
        (plain, versions)
    }
}

fn cell(indicator: IndicatorId, how: u8, value: u8) -> Cell {
    let percent = [5, 8, 9].contains(&indicator);
    let coverage = match how % 7 {
        0 | 1 => Coverage::Whole,
        2 => Coverage::Control,
        _ => Coverage::Own,
    };
    let qualifier = if how < 60 { Qualifier::ALL[usize::from(how) % 5] } else { Qualifier::Exact };
    let value = i64::from(value) * if how.is_multiple_of(11) { 1_000_000_007 } else { 1 };
    Cell {
        indicator,
        amount: Amount { value, qualifier },
        coverage: if percent && coverage == Coverage::Control { Coverage::Own } else { coverage },
        kind: if percent { CellKind::PercentOnly } else { CellKind::Quantity },
        ..Cell::default()
    }
}

fn made(naive: &Naive, versions: &[Filing], step: Step, version: i64, units: &[UnitId]) -> Option<Filing> {
    let [who, when, what, how, value, mode] = step;
    let first = usize::from(what) % INDICATORS.len();
    let many = usize::from(what / 64) + 1;
    let after: Vec<Cell> =
        INDICATORS[first..].iter().take(many).zip(0u8..).map(|(it, n)| cell(*it, how.wrapping_add(n), value)).collect();
    // Some correct or withdraw the last version of an earlier return.
    if mode.is_multiple_of(5) && !versions.is_empty() {
        let old = &versions[usize::from(who) % versions.len()];
        if versions.iter().any(|it| it.replaces == Some(old.version)) {
            return None;
        }
        let after = if mode.is_multiple_of(15) { Vec::new() } else { after };
        return Some(Filing { version, replaces: Some(old.version), before: old.after.clone(), after, ..old.clone() });
    }
    let (unit, period) = (units[usize::from(who) % units.len()], period(when));
    let day = naive.speaks_for(unit, period, None);
    // Closing returns carry their day; now and then one was accepted as if the unit were still there.
    let closed = day != period.last();
    if closed && !period.holds(day) {
        return None;
    }
    let until = (closed && mode % 4 != 1).then_some(day);
    Some(Filing { unit, period, until, version, replaces: None, before: Vec::new(), after })
}

/// An engine for the same world, without figures.
pub(crate) fn engine(naive: &Naive) -> Engine {
    let mut engine = Engine::new(std::sync::Arc::new(hierarchy(naive)), naive.indicators.clone());
    engine.set_assignments(naive.assignments.clone());
    engine
}

pub(crate) fn hierarchy(naive: &Naive) -> Hierarchy {
    let complete_from = naive.complete_from.iter().rev().copied().collect();
    Hierarchy::new(naive.spans.clone(), naive.successions.clone(), complete_from).unwrap()
}
