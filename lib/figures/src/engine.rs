use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use crate::book::{Book, Column, Figure, Seat};
use crate::expected::{Assignment, Duties};
use crate::years::{Kept, Years};
use crate::{Cell, CellKind, Coverage, Day, Hierarchy, Indicator, IndicatorId, Kind, Period, UnitId, codec};

/// An accepted version of a return and what it replaces.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Whose return.
    pub unit: UnitId,
    /// For when.
    pub period: Period,
    /// A closing return: the unit's last day, inside the period (rule 9).
    pub until: Option<Day>,
    /// The version's number in the ledger.
    pub version: i64,
    /// The cells of the version it replaces; empty for a first version.
    pub before: &'a [Cell],
    /// Its own cells; empty for a withdrawal.
    pub after: &'a [Cell],
}

/// Why a version cannot be taken in. Nothing of it has been taken in then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The hierarchy has no such unit.
    #[error("không có đơn vị {0} / no unit {0}")]
    UnknownUnit(UnitId),
    /// No such indicator.
    #[error("không có chỉ tiêu {0} / no indicator {0}")]
    UnknownIndicator(IndicatorId),
    /// A ratio or change is a bare percentage, everything else a quantity (rules 12, 13).
    #[error("chỉ tiêu {0}: sai loại ô số liệu / indicator {0}: a cell of the wrong kind")]
    WrongKind(IndicatorId),
    /// Another accepted version holds this cell.
    #[error("chỉ tiêu {0}: ô đã có số liệu được duyệt / indicator {0}: the cell is held by another accepted version")]
    Occupied(IndicatorId),
    /// The cell to be replaced is not there as described.
    #[error("chỉ tiêu {0}: không thấy số liệu bị thay thế / indicator {0}: the figure to be replaced is not held")]
    Absent(IndicatorId),
    /// The encoded cells cannot be read.
    #[error(transparent)]
    Codec(#[from] codec::CodecError),
}

/// Totals of everything that has been accepted, in memory, but for the years that were sent out. Versions of different
/// returns may come in any order; versions of one return in theirs.
pub struct Engine {
    pub(crate) hierarchy: Arc<Hierarchy>,
    pub(crate) indicators: Vec<Indicator>,
    pub(crate) slots: Vec<u16>,
    /// Shared only with a [`crate::Standing`] that is being written; then a change copies the book first.
    pub(crate) books: BTreeMap<Period, Arc<Book>>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) duties: Mutex<Duties>,
    /// Equal lists of indicators are kept once.
    pub(crate) lists: HashSet<Arc<[IndicatorId]>>,
    pub(crate) years: Years,
}

impl Engine {
    /// Empty. Of two indicators with one number the later counts.
    pub fn new(hierarchy: Arc<Hierarchy>, indicators: Vec<Indicator>) -> Engine {
        let most = indicators.iter().map(|it| usize::from(it.id)).max().unwrap_or(0);
        let mut slots = vec![u16::MAX; most + 1];
        for (slot, it) in indicators.iter().enumerate() {
            slots[usize::from(it.id)] = u16::try_from(slot).unwrap_or(u16::MAX);
        }
        Engine {
            hierarchy,
            indicators,
            slots,
            books: BTreeMap::new(),
            assignments: Vec::new(),
            duties: Mutex::default(),
            lists: HashSet::new(),
            years: Years::default(),
        }
    }

    /// The hierarchy in use.
    pub fn hierarchy(&self) -> &Arc<Hierarchy> {
        &self.hierarchy
    }

    /// The indicator with this number.
    pub fn indicator(&self, id: IndicatorId) -> Option<&Indicator> {
        self.slot(id).map(|it| &self.indicators[it])
    }

    pub(crate) fn slot(&self, id: IndicatorId) -> Option<usize> {
        self.slots.get(usize::from(id)).filter(|it| **it != u16::MAX).map(|it| usize::from(*it))
    }

    /// Who owes what, from now on.
    pub fn set_assignments(&mut self, assignments: Vec<Assignment>) {
        self.assignments = assignments;
        self.duties = Mutex::default();
    }

    /// After a reform: places everything that is held in the new hierarchy. Refused, with nothing changed, if a unit that
    /// holds figures is unknown there.
    pub fn set_hierarchy(&mut self, hierarchy: Arc<Hierarchy>) -> Result<(), ApplyError> {
        let old = self.hierarchy.clone();
        if let Some(lost) = old.units().iter().find(|it| !hierarchy.knows(**it) && self.holds(**it)) {
            return Err(ApplyError::UnknownUnit(*lost));
        }
        self.hierarchy = hierarchy;
        self.duties = Mutex::default();
        for mut book in std::mem::take(&mut self.books).into_values() {
            let (was, is) = (old.epoch(book.epoch), self.hierarchy.epoch_of(book.last));
            let now = self.hierarchy.epoch(is);
            let same = was.order().len() == now.order().len()
                && was.order().iter().zip(now.order()).all(|(a, b)| old.id(*a) == self.hierarchy.id(*b));
            if same && book.columns.iter().flatten().all(|it| it.strays.is_empty()) {
                Arc::make_mut(&mut book).epoch = is;
                self.books.insert(book.period, book);
            } else {
                self.place_again(&old, &book);
            }
        }
        Ok(())
    }

    fn holds(&self, unit: UnitId) -> bool {
        let Some(number) = self.hierarchy.number(unit) else { return false };
        self.books.values().any(|book| {
            let position = self.hierarchy.epoch(book.epoch).position(number);
            book.columns.iter().flatten().any(|it| {
                position.is_some_and(|position| it.values.has(position))
                    || it.strays.contains_key(&unit)
                    || it.percents.contains_key(&unit)
                    || it.controls.contains_key(&unit)
            })
        })
    }

    fn place_again(&mut self, old: &Hierarchy, book: &Book) {
        let was = old.epoch(book.epoch);
        for (slot, column) in book.columns.iter().enumerate() {
            let Some(column) = column else { continue };
            let indicator = self.indicators[slot].id;
            let quantity = |amount, coverage| Figure { indicator, amount, coverage, kind: CellKind::Quantity };
            for (position, _) in column.values.iter(0..was.len()) {
                let Some((amount, coverage)) = column.at(position) else { continue };
                let version = book.versions.of(position, indicator).unwrap_or(0);
                self.place(old.id(was.unit(position)), book.period, None, version, &[quantity(amount, coverage)]);
            }
            for (unit, it) in &column.strays {
                self.place(*unit, book.period, it.until, it.version, &[quantity(it.amount, it.coverage)]);
            }
            for (unit, it) in &column.percents {
                let figure = Figure { kind: CellKind::PercentOnly, ..quantity(it.amount, it.coverage) };
                self.place(*unit, book.period, it.until, it.version, &[figure]);
            }
            for (unit, held) in &column.controls {
                for it in held {
                    self.place(*unit, book.period, it.until, it.version, &[quantity(it.amount, it.coverage)]);
                }
            }
        }
    }

    fn place(&mut self, unit: UnitId, period: Period, until: Option<Day>, version: i64, figures: &[Figure]) {
        if let Some(seat) = self.seat(unit, period, until) {
            self.exchange(Entry { unit, period, until, version, seat }, &[], figures);
        }
    }

    /// Where the unit's figures of the period stand, and the day for which they speak; `None` for an unknown unit.
    pub(crate) fn seat(&self, unit: UnitId, period: Period, until: Option<Day>) -> Option<(Seat, Day)> {
        let number = self.hierarchy.number(unit)?;
        let (epoch, last) = match self.books.get(&period) {
            Some(book) => (book.epoch, book.last),
            None => (self.hierarchy.epoch_of(period.last()), period.last()),
        };
        if until.is_none()
            && let Some(position) = self.hierarchy.epoch(epoch).position(number)
        {
            return Some((Seat::At(position), last));
        }
        self.hierarchy.nearest_day(unit, until.unwrap_or(last)).map(|day| (Seat::Apart, day))
    }

    /// Takes in an accepted version, so that the next question sees it. One for a year that is out is not looked at: it is
    /// in the ledger when that year is brought back.
    pub fn apply(&mut self, change: &Change) -> Result<(), ApplyError> {
        let figures = |cells: &[Cell]| cells.iter().map(figure_of).collect::<Vec<_>>();
        let (before, after) = (figures(change.before), figures(change.after));
        self.enter((change.unit, change.period, change.until), change.version, &before, &after)
    }

    /// Takes in a first version as it is stored (see [`codec`]): the fast way to load many.
    pub fn load(
        &mut self,
        unit: UnitId,
        period: Period,
        until: Option<Day>,
        version: i64,
        encoded: &[u8],
    ) -> Result<(), ApplyError> {
        let mut after = Vec::with_capacity(encoded.len() / 3);
        codec::visit(encoded, |it| {
            after.push(Figure { indicator: it.indicator, amount: it.amount, coverage: it.coverage, kind: it.kind });
        })?;
        self.enter((unit, period, until), version, &[], &after)
    }

    pub(crate) fn enter(
        &mut self,
        (unit, period, until): (UnitId, Period, Option<Day>),
        version: i64,
        before: &[Figure],
        after: &[Figure],
    ) -> Result<(), ApplyError> {
        let version_of_it = || Kept { unit, period, until, version, before: before.to_vec(), after: after.to_vec() };
        if self.years.leaves_out(version_of_it, period) {
            return Ok(());
        }
        let seat = self.seat(unit, period, until).ok_or(ApplyError::UnknownUnit(unit))?;
        self.check(unit, period, before, after)?;
        self.exchange(Entry { unit, period, until, version, seat }, before, after);
        Ok(())
    }

    fn check(&self, unit: UnitId, period: Period, before: &[Figure], after: &[Figure]) -> Result<(), ApplyError> {
        let book = self.books.get(&period);
        let number = self.hierarchy.number(unit);
        let position = number.and_then(|it| self.hierarchy.epoch(book?.epoch).position(it));
        let column = |it: &Figure| -> Result<Option<&Column>, ApplyError> {
            let slot = self.slot(it.indicator).ok_or(ApplyError::UnknownIndicator(it.indicator))?;
            let percentage = matches!(self.indicators[slot].kind, Kind::Ratio | Kind::Change);
            if percentage != (it.kind == CellKind::PercentOnly) {
                return Err(ApplyError::WrongKind(it.indicator));
            }
            Ok(book.and_then(|book| book.column(slot)))
        };
        for it in before {
            let column = column(it)?;
            let held = if it.coverage == Coverage::Control {
                column
                    .and_then(|column| column.controls.get(&unit))
                    .is_some_and(|held| held.iter().any(|held| held.amount == it.amount))
            } else {
                column.and_then(|column| column.held(unit, position, it.kind)) == Some((it.amount, it.coverage))
            };
            if !held {
                return Err(ApplyError::Absent(it.indicator));
            }
        }
        for (n, it) in after.iter().enumerate() {
            let column = column(it)?;
            if it.coverage == Coverage::Control {
                continue;
            }
            let goes = || before.iter().any(|old| old.indicator == it.indicator && old.coverage != Coverage::Control);
            let twice = n > 0
                && after[n - 1].indicator >= it.indicator
                && after[..n]
                    .iter()
                    .any(|other| other.indicator == it.indicator && other.coverage != Coverage::Control);
            if twice || column.is_some_and(|column| column.held(unit, position, it.kind).is_some()) && !goes() {
                return Err(ApplyError::Occupied(it.indicator));
            }
        }
        Ok(())
    }

    /// Takes figures away and puts others in their place. All has been checked.
    fn exchange(&mut self, entry: Entry, before: &[Figure], after: &[Figure]) {
        let Entry { unit, period, until, version, seat: (seat, day) } = entry;
        let indicators = self.indicators.len();
        let hierarchy = &self.hierarchy;
        let empty = || Arc::new(Book::new(period, hierarchy.epoch_of(period.last()), indicators));
        let years = &mut self.years;
        let book = Arc::make_mut(self.books.entry(period).or_insert_with(|| {
            years.hold(period.year());
            empty()
        }));
        if let Seat::At(position) = seat {
            settle_versions(book, &self.indicators, &mut self.lists, position, version, before, after);
        }
        let slot = |id: IndicatorId| self.slots.get(usize::from(id)).map(|it| usize::from(*it));
        for it in before {
            let Some(cell) = slot(it.indicator).and_then(|it| book.columns.get_mut(it)) else { continue };
            if let Some(column) = cell {
                column.take(unit, seat, *it);
                if column.is_empty() {
                    *cell = None;
                }
            }
        }
        for it in after {
            let Some(cell) = slot(it.indicator).and_then(|it| book.columns.get_mut(it)) else { continue };
            cell.get_or_insert_default().put(unit, seat, *it, (day, until, version));
        }
        if book.is_empty() {
            self.books.remove(&period);
        }
    }

    /// An equal list that is kept already, or this one from now on.
    pub(crate) fn list(&mut self, ids: Vec<IndicatorId>) -> Arc<[IndicatorId]> {
        once(&mut self.lists, ids)
    }

    /// How many figures are held, controls included; not those of years that are out.
    pub fn figures(&self) -> usize {
        let columns = self.books.values().flat_map(|it| it.columns.iter().flatten());
        let lone =
            |it: &Column| it.strays.len() + it.percents.len() + it.controls.values().map(Vec::len).sum::<usize>();
        columns.map(|it| it.values.len() + lone(it)).sum()
    }

    /// Bytes held, about, the hierarchy included.
    pub fn memory(&self) -> usize {
        self.hierarchy.memory() + self.books.values().map(|it| it.bytes()).sum::<usize>()
    }
}

/// Whose figures go where.
#[derive(Clone, Copy)]
struct Entry {
    unit: UnitId,
    period: Period,
    until: Option<Day>,
    version: i64,
    seat: (Seat, Day),
}

fn figure_of(cell: &Cell) -> Figure {
    Figure { indicator: cell.indicator, amount: cell.amount, coverage: cell.coverage, kind: cell.kind }
}

/// Records that `version` now speaks for `after` instead of whoever spoke for `before`.
fn settle_versions(
    book: &mut Book,
    indicators: &[Indicator],
    lists: &mut HashSet<Arc<[IndicatorId]>>,
    position: u32,
    version: i64,
    before: &[Figure],
    after: &[Figure],
) {
    let sole = book.versions.sole.get(position);
    if sole == Some(version) && before.is_empty() {
        return;
    }
    let adding = |figures: &[Figure]| -> Vec<IndicatorId> {
        let mut ids: Vec<IndicatorId> = figures.iter().filter(|it| it.adds()).map(|it| it.indicator).collect();
        ids.sort_unstable();
        ids
    };
    let mut shares: Vec<(i64, Vec<IndicatorId>)> = match (sole, book.versions.shared.get(&position)) {
        (None, None) => Vec::new(),
        (None, Some(shares)) => shares.iter().map(|it| (it.0, it.1.to_vec())).collect(),
        (Some(sole), _) => {
            let held = book
                .columns
                .iter()
                .zip(indicators)
                .filter(|(column, _)| column.as_ref().is_some_and(|it| it.values.has(position)));
            let mut ids: Vec<IndicatorId> = held.map(|it| it.1.id).collect();
            ids.sort_unstable();
            vec![(sole, ids)]
        }
    };
    let gone = adding(before);
    for it in &mut shares {
        it.1.retain(|id| gone.binary_search(id).is_err());
    }
    let come = adding(after);
    match shares.iter_mut().find(|it| it.0 == version) {
        Some(it) => {
            it.1.extend(come);
            it.1.sort_unstable();
        }
        None => shares.push((version, come)),
    }
    shares.retain(|it| !it.1.is_empty());
    let single = shares.len() < 2;
    let mut list = |ids| if single { Arc::from([]) } else { once(lists, ids) };
    book.versions.set(position, shares.into_iter().map(|(version, ids)| (version, list(ids))).collect());
}

/// The list, kept once.
fn once(lists: &mut HashSet<Arc<[IndicatorId]>>, ids: Vec<IndicatorId>) -> Arc<[IndicatorId]> {
    if let Some(known) = lists.get(ids.as_slice()) {
        return known.clone();
    }
    let list: Arc<[IndicatorId]> = ids.into();
    lists.insert(list.clone());
    list
}
