use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::outside::Outside;
use crate::vector::Vector;
use crate::{Amount, CellKind, Coverage, Day, IndicatorId, Period, Qualifier, UnitId};

/// A cell without its remarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) indicator: IndicatorId,
    pub(crate) amount: Amount,
    pub(crate) coverage: Coverage,
    pub(crate) kind: CellKind,
}

impl Figure {
    /// Counts in totals: neither shown beside them nor a bare percentage.
    pub(crate) fn adds(self) -> bool {
        self.coverage != Coverage::Control && self.kind == CellKind::Quantity
    }
}

/// Where a unit's figures of a period stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seat {
    /// In the vectors: the unit is in force on the period's last day.
    At(u32),
    /// Apart: it ended before.
    Apart,
}

/// A figure that stands apart, or is a bare percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lone {
    pub(crate) amount: Amount,
    pub(crate) coverage: Coverage,
    /// The day for which it speaks: the unit was in force then.
    pub(crate) day: Day,
    /// The last day of a closing return.
    pub(crate) until: Option<Day>,
    pub(crate) version: i64,
}

/// All figures of one indicator and period.
#[derive(Debug, Default, Clone)]
pub(crate) struct Column {
    /// By position in the epoch of the period's last day.
    pub(crate) values: Vector,
    /// Those that are not exact, as the qualifier's number.
    pub(crate) qualifiers: Vector,
    /// Those that speak for everything below; the value says nothing.
    pub(crate) wholes: Vector,
    /// Of units that ended inside the period.
    pub(crate) strays: BTreeMap<UnitId, Lone>,
    /// Percentages without parts.
    pub(crate) percents: BTreeMap<UnitId, Lone>,
    /// Shown beside the sum.
    pub(crate) controls: BTreeMap<UnitId, Vec<Lone>>,
    /// Values of units that do not owe them.
    pub(crate) outside: Outside,
}

impl Column {
    pub(crate) fn at(&self, position: u32) -> Option<(Amount, Coverage)> {
        let value = self.values.get(position)?;
        let coverage = if self.wholes.has(position) { Coverage::Whole } else { Coverage::Own };
        Some((Amount { value, qualifier: self.qualifier(position) }, coverage))
    }

    fn qualifier(&self, position: u32) -> Qualifier {
        qualifier_of(self.qualifiers.get(position).unwrap_or(0))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.strays.is_empty() && self.percents.is_empty() && self.controls.is_empty()
    }

    /// The accepted figure of this unit, wherever it stands; its position counts if the unit is in force.
    pub(crate) fn held(&self, unit: UnitId, position: Option<u32>, kind: CellKind) -> Option<(Amount, Coverage)> {
        let lone = |it: &Lone| (it.amount, it.coverage);
        match kind {
            CellKind::PercentOnly => self.percents.get(&unit).map(lone),
            CellKind::Quantity => position.and_then(|it| self.at(it)).or_else(|| self.strays.get(&unit).map(lone)),
        }
    }

    pub(crate) fn put(&mut self, unit: UnitId, seat: Seat, figure: Figure, origin: (Day, Option<Day>, i64)) {
        let Figure { amount, coverage, kind, .. } = figure;
        let (day, until, version) = origin;
        let lone = Lone { amount, coverage, day, until, version };
        if coverage == Coverage::Control {
            self.controls.entry(unit).or_default().push(lone);
            return;
        }
        match (kind, seat) {
            (CellKind::PercentOnly, _) => drop(self.percents.insert(unit, lone)),
            (CellKind::Quantity, Seat::Apart) => drop(self.strays.insert(unit, lone)),
            (CellKind::Quantity, Seat::At(position)) => {
                if !self.values.has(position) {
                    self.outside.came(position);
                }
                self.values.set(position, amount.value);
                if amount.qualifier != Qualifier::Exact {
                    self.qualifiers.set(position, number_of(amount.qualifier));
                }
                if coverage == Coverage::Whole {
                    self.wholes.set(position, 0);
                }
            }
        }
    }

    pub(crate) fn take(&mut self, unit: UnitId, seat: Seat, figure: Figure) {
        if figure.coverage == Coverage::Control {
            if let Some(held) = self.controls.get_mut(&unit) {
                if let Some(at) = held.iter().position(|it| it.amount == figure.amount) {
                    held.remove(at);
                }
                if held.is_empty() {
                    self.controls.remove(&unit);
                }
            }
            return;
        }
        match (figure.kind, seat) {
            (CellKind::PercentOnly, _) => drop(self.percents.remove(&unit)),
            (CellKind::Quantity, Seat::Apart) => drop(self.strays.remove(&unit)),
            (CellKind::Quantity, Seat::At(position)) => {
                if self.values.has(position) {
                    self.outside.went(position);
                }
                self.values.remove(position);
                self.qualifiers.remove(position);
                self.wholes.remove(position);
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let lone = size_of::<Lone>() + 32;
        size_of::<Column>()
            + self.values.bytes()
            + self.qualifiers.bytes()
            + self.wholes.bytes()
            + (self.strays.len() + self.percents.len() + self.controls.len()) * lone
    }
}

pub(crate) fn qualifier_of(number: i64) -> Qualifier {
    usize::try_from(number).ok().and_then(|it| Qualifier::ALL.get(it).copied()).unwrap_or_default()
}

fn number_of(qualifier: Qualifier) -> i64 {
    Qualifier::ALL.iter().position(|it| *it == qualifier).and_then(|it| i64::try_from(it).ok()).unwrap_or(0)
}

/// A version and the indicators it still speaks for.
type Share = (i64, Arc<[IndicatorId]>);

/// Which accepted version holds a unit's figures in the vectors. Most units have one version a period: one number then.
#[derive(Debug, Default, Clone)]
pub(crate) struct Versions {
    pub(crate) sole: Vector,
    pub(crate) shared: HashMap<u32, Vec<Share>>,
}

impl Versions {
    pub(crate) fn of(&self, position: u32, indicator: IndicatorId) -> Option<i64> {
        self.sole.get(position).or_else(|| {
            let shares = self.shared.get(&position)?;
            shares.iter().find(|it| it.1.binary_search(&indicator).is_ok()).map(|it| it.0)
        })
    }

    /// Sets what a position's versions are.
    pub(crate) fn set(&mut self, position: u32, shares: Vec<Share>) {
        self.shared.remove(&position);
        self.sole.remove(position);
        match shares.as_slice() {
            [] => {}
            [(version, _)] => self.sole.set(position, *version),
            _ => drop(self.shared.insert(position, shares)),
        }
    }

    fn bytes(&self) -> usize {
        self.sole.bytes() + self.shared.values().map(|it| 40 + it.len() * 40).sum::<usize>()
    }
}

/// All figures of one period.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    pub(crate) period: Period,
    /// Its last day, kept because it is asked for so often.
    pub(crate) last: Day,
    /// The epoch in which that day lies.
    pub(crate) epoch: usize,
    /// By the indicator's place in the engine.
    pub(crate) columns: Vec<Option<Box<Column>>>,
    pub(crate) versions: Versions,
}

impl Book {
    pub(crate) fn new(period: Period, epoch: usize, indicators: usize) -> Book {
        Book {
            period,
            last: period.last(),
            epoch,
            columns: (0..indicators).map(|_| None).collect(),
            versions: Versions::default(),
        }
    }

    pub(crate) fn column(&self, slot: usize) -> Option<&Column> {
        self.columns.get(slot)?.as_deref()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.columns.iter().all(Option::is_none)
    }

    pub(crate) fn bytes(&self) -> usize {
        let columns: usize = self.columns.iter().flatten().map(|it| it.bytes()).sum();
        size_of::<Book>() + self.columns.len() * 8 + columns + self.versions.bytes()
    }
}
