//! Books as bytes, so that a start need not read the whole ledger again.
//!
//! A saved book is of use only to an engine with the same units, in the same days, and the same indicators:
//! [`Engine::describe`] says which those are. The bytes are as wide as what is held in memory and are read in one pass.
//! Whatever is wrong with them is an error, never a panic; that they are the right ones (checksum, ledger) is the
//! caller's to know.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::book::{Book, Column, Lone, Versions};
use crate::vector::Vector;
use crate::{Amount, Coverage, Day, Engine, Hierarchy, Indicator, IndicatorId, Period, Qualifier, UnitId};

/// Why bytes are no book of this engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The bytes end too early.
    #[error("bị cắt cụt / cut short")]
    Truncated,
    /// No book is written so.
    #[error("không đúng định dạng / not well-formed")]
    Malformed,
    /// It speaks of an indicator that the engine does not know.
    #[error("có chỉ tiêu lạ {0} / speaks of the unknown indicator {0}")]
    UnknownIndicator(IndicatorId),
}

/// All figures that were held as they stood at one moment, whatever comes after. Cheap to take: nothing is copied until a book changes.
pub struct Standing {
    books: Vec<Arc<Book>>,
    years: Vec<i32>,
    indicators: Vec<IndicatorId>,
    described: Described,
}

/// What gives a saved book its meaning.
struct Described {
    hierarchy: Arc<Hierarchy>,
    indicators: Vec<Indicator>,
}

impl Described {
    fn tell(&self, with: &mut dyn FnMut(&[u8])) {
        self.hierarchy.describe(with);
        for it in &self.indicators {
            with(format!("{it:?}").as_bytes());
        }
    }
}

impl Standing {
    /// As [`Engine::describe`], of the engine as it was.
    pub fn describe(&self, with: &mut dyn FnMut(&[u8])) {
        self.described.tell(with);
    }

    /// The years whose figures it has; those of others are only in the ledger.
    pub fn years(&self) -> &[i32] {
        &self.years
    }

    /// How many books there are: one for each period.
    pub fn len(&self) -> usize {
        self.books.len()
    }

    /// Whether there is no figure at all.
    pub fn is_empty(&self) -> bool {
        self.books.is_empty()
    }

    /// The books as bytes, one at a time: each is made when it is asked for.
    pub fn books(&self) -> impl Iterator<Item = Vec<u8>> {
        self.books.iter().map(|it| save(it, &self.indicators))
    }
}

impl Engine {
    /// All figures that are held, as they stand now.
    pub fn standing(&self) -> Standing {
        Standing {
            books: self.books.values().cloned().collect(),
            years: self.held_years(),
            indicators: self.indicators.iter().map(|it| it.id).collect(),
            described: self.described(),
        }
    }

    /// Shows everything that gives a saved book its meaning: units with their days and successions, indicators. Equal
    /// bytes, equal meaning.
    pub fn describe(&self, with: &mut dyn FnMut(&[u8])) {
        self.described().tell(with);
    }

    fn described(&self) -> Described {
        Described { hierarchy: Arc::clone(&self.hierarchy), indicators: self.indicators.clone() }
    }

    /// The same units, indicators and duties, and no figures.
    #[must_use]
    pub fn emptied(&self) -> Engine {
        let mut it = Engine::new(Arc::clone(&self.hierarchy), self.indicators.clone());
        it.set_assignments(self.assignments.clone());
        it
    }

    /// Takes in one saved book in place of what is held of its period.
    ///
    /// # Errors
    /// When the bytes are none; nothing has been taken in then.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let mut from = Reader { bytes };
        let code = from.byte()?;
        let code = std::str::from_utf8(from.bytes(usize::from(code))?).map_err(|_| SnapshotError::Malformed)?;
        let period = Period::parse(code).map_err(|_| SnapshotError::Malformed)?;
        let mut book = Book::new(period, self.hierarchy.epoch_of(period.last()), self.indicators.len());
        let end = self.hierarchy.epoch(book.epoch).len();
        for _ in 0..from.count()? {
            let indicator = from.indicator()?;
            let slot = self.slot(indicator).ok_or(SnapshotError::UnknownIndicator(indicator))?;
            book.columns[slot] = Some(Box::new(from.column(end)?));
        }
        book.versions.sole = Vector::restore(&mut from, end)?;
        for _ in 0..from.count()? {
            let position = u32::from_le_bytes(from.array()?);
            let mut shares = Vec::new();
            for _ in 0..from.count()? {
                let version = from.integer()?;
                let ids = (0..from.count()?).map(|_| from.indicator()).collect::<Result<Vec<_>, _>>()?;
                shares.push((version, self.list(ids)));
            }
            book.versions.shared.insert(position, shares);
        }
        if !from.bytes.is_empty() {
            return Err(SnapshotError::Malformed);
        }
        self.books.insert(period, Arc::new(book));
        self.hold_year(period.year());
        Ok(())
    }
}

fn save(book: &Book, indicators: &[IndicatorId]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let out = &mut bytes;
    let code = book.period.to_string();
    out.push(u8::try_from(code.len()).unwrap_or(0));
    out.extend(code.as_bytes());
    put_count(out, book.columns.iter().flatten().count());
    for (column, id) in book.columns.iter().zip(indicators) {
        let Some(column) = column else { continue };
        out.extend(id.to_le_bytes());
        column.values.save(out);
        column.qualifiers.save(out);
        column.wholes.save(out);
        for lone in [&column.strays, &column.percents] {
            put_count(out, lone.len());
            for (unit, it) in lone {
                put_lone(out, *unit, it);
            }
        }
        put_count(out, column.controls.values().map(Vec::len).sum());
        for (unit, it) in column.controls.iter().flat_map(|(unit, all)| all.iter().map(move |it| (unit, it))) {
            put_lone(out, *unit, it);
        }
    }
    let Versions { sole, shared } = &book.versions;
    sole.save(out);
    put_count(out, shared.len());
    let ordered: BTreeMap<_, _> = shared.iter().collect();
    for (position, shares) in ordered {
        out.extend(position.to_le_bytes());
        put_count(out, shares.len());
        for (version, ids) in shares {
            out.extend(version.to_le_bytes());
            put_count(out, ids.len());
            out.extend(ids.iter().flat_map(|it| it.to_le_bytes()));
        }
    }
    bytes
}

fn put_count(out: &mut Vec<u8>, count: usize) {
    out.extend((count as u64).to_le_bytes());
}

fn put_lone(out: &mut Vec<u8>, unit: UnitId, it: &Lone) {
    out.extend(unit.to_le_bytes());
    out.extend(it.amount.value.to_le_bytes());
    let number = |at: Option<usize>| at.and_then(|it| u8::try_from(it).ok()).unwrap_or(0);
    out.push(number(Qualifier::ALL.iter().position(|other| *other == it.amount.qualifier)));
    out.push(number(Coverage::ALL.iter().position(|other| *other == it.coverage)));
    out.extend(it.day.number().to_le_bytes());
    out.push(u8::from(it.until.is_some()));
    out.extend(it.until.map_or(0, Day::number).to_le_bytes());
    out.extend(it.version.to_le_bytes());
}

/// Bytes not yet read.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], SnapshotError> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(SnapshotError::Truncated)?;
        self.bytes = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        self.bytes(N)?.try_into().map_err(|_| SnapshotError::Truncated)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, SnapshotError> {
        self.array().map(|[it]| it)
    }

    /// How many things follow, each at least a byte.
    pub(crate) fn count(&mut self) -> Result<usize, SnapshotError> {
        let count = usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| SnapshotError::Malformed)?;
        if count <= self.bytes.len() { Ok(count) } else { Err(SnapshotError::Truncated) }
    }

    fn integer(&mut self) -> Result<i64, SnapshotError> {
        self.array().map(i64::from_le_bytes)
    }

    fn day(&mut self) -> Result<Day, SnapshotError> {
        Ok(Day::from_number(i32::from_le_bytes(self.array()?)))
    }

    fn indicator(&mut self) -> Result<IndicatorId, SnapshotError> {
        self.array().map(IndicatorId::from_le_bytes)
    }

    fn column(&mut self, end: u32) -> Result<Column, SnapshotError> {
        let mut column = Column {
            values: Vector::restore(self, end)?,
            qualifiers: Vector::restore(self, end)?,
            wholes: Vector::restore(self, end)?,
            ..Column::default()
        };
        for _ in 0..self.count()? {
            let (unit, it) = self.lone()?;
            column.strays.insert(unit, it);
        }
        for _ in 0..self.count()? {
            let (unit, it) = self.lone()?;
            column.percents.insert(unit, it);
        }
        for _ in 0..self.count()? {
            let (unit, it) = self.lone()?;
            column.controls.entry(unit).or_default().push(it);
        }
        Ok(column)
    }

    fn lone(&mut self) -> Result<(UnitId, Lone), SnapshotError> {
        let unit = self.integer()?;
        let value = self.integer()?;
        let qualifier = *Qualifier::ALL.get(usize::from(self.byte()?)).ok_or(SnapshotError::Malformed)?;
        let coverage = *Coverage::ALL.get(usize::from(self.byte()?)).ok_or(SnapshotError::Malformed)?;
        let day = self.day()?;
        let closes = self.byte()? == 1;
        let until = Some(self.day()?).filter(|_| closes);
        let version = self.integer()?;
        Ok((unit, Lone { amount: Amount { value, qualifier }, coverage, day, until, version }))
    }
}
