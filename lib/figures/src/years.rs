//! Years that are not held, and how they come back.
//!
//! Whoever runs an engine may send old years out: the ledger has every figure. A question that touches a year that is out
//! gets an answer without its figures, and the engine counts a miss ([`Engine::misses`]); who asked then has the year
//! brought back and asks again. Bringing it back takes a while, and versions are accepted meanwhile: from
//! [`Engine::begin_year`] to [`Engine::end_year`] the engine keeps what comes for that year beside it, so that reading the
//! ledger up to where the engine stood at the beginning is enough.
//!
//! A year is a year's number, in whatever calendar.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use crate::book::Figure;
use crate::{ApplyError, Day, Engine, Period, UnitId};

/// Which years are held and which are not.
#[derive(Debug, Default)]
pub(crate) struct Years {
    /// Held: when each was last asked for, counted in questions.
    held: BTreeMap<i32, AtomicU64>,
    /// Not held, though there are figures.
    out: BTreeMap<i32, Out>,
    questions: AtomicU64,
    misses: AtomicU64,
    /// The years that were missed.
    wanted: Mutex<BTreeSet<i32>>,
}

#[derive(Debug, Default)]
struct Out {
    /// The periods of which there are figures.
    periods: BTreeSet<Period>,
    /// While the year is being brought back: what was accepted since that began.
    coming: Option<Vec<Kept>>,
}

/// A version for a year that is coming.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) unit: UnitId,
    pub(crate) period: Period,
    pub(crate) until: Option<Day>,
    pub(crate) version: i64,
    pub(crate) before: Vec<Figure>,
    pub(crate) after: Vec<Figure>,
}

impl Years {
    /// Notes that a year is asked for.
    pub(crate) fn ask(&self, year: i32) {
        if let Some(last) = self.held.get(&year) {
            last.store(self.questions.fetch_add(1, Relaxed), Relaxed);
        } else if self.out.contains_key(&year) {
            self.wanted.lock().unwrap_or_else(PoisonError::into_inner).insert(year);
            self.misses.fetch_add(1, Relaxed);
        }
    }

    /// There are figures of this year now.
    pub(crate) fn hold(&mut self, year: i32) {
        let now = self.questions.fetch_add(1, Relaxed);
        self.held.entry(year).or_insert_with(|| AtomicU64::new(now));
    }

    /// Whether the year is out: then the version need not come in.
    pub(crate) fn leaves_out(&mut self, version: impl FnOnce() -> Kept, period: Period) -> bool {
        let Some(out) = self.out.get_mut(&period.year()) else { return false };
        out.periods.insert(period);
        if let Some(coming) = &mut out.coming {
            coming.push(version());
        }
        true
    }
}

impl Engine {
    /// There are figures of this period, and they are not given to the engine: unless its year is held already, that year
    /// is out from now on.
    pub fn leave_out(&mut self, period: Period) {
        if !self.years.held.contains_key(&period.year()) {
            self.years.out.entry(period.year()).or_default().periods.insert(period);
        }
    }

    /// The periods of which there are figures, held or not, in order.
    pub fn periods(&self) -> impl Iterator<Item = Period> {
        let out = self.years.out.values().flat_map(|it| &it.periods);
        self.books.keys().chain(out).copied().collect::<BTreeSet<_>>().into_iter()
    }

    /// All years of which there are figures, held or not, the earliest first.
    pub fn years(&self) -> BTreeSet<i32> {
        self.years.held.keys().chain(self.years.out.keys()).copied().collect()
    }

    /// The years whose figures are held, the one not asked for longest first.
    pub fn held_years(&self) -> Vec<i32> {
        let mut all: Vec<(u64, i32)> = self.years.held.iter().map(|it| (it.1.load(Relaxed), *it.0)).collect();
        all.sort_unstable();
        all.into_iter().map(|it| it.1).collect()
    }

    /// How many years are held.
    pub fn count_held_years(&self) -> usize {
        self.years.held.len()
    }

    /// Holds a year from now on, be it without any figure.
    pub fn hold_year(&mut self, year: i32) {
        self.years.out.remove(&year);
        self.years.hold(year);
    }

    /// Drops the figures of a year and remembers of which periods there are some.
    pub fn send_out(&mut self, year: i32) {
        let periods: BTreeSet<Period> = self.books.keys().filter(|it| it.year() == year).copied().collect();
        self.forget(year);
        if !periods.is_empty() {
            self.years.out.insert(year, Out { periods, coming: None });
        }
    }

    /// Drops all figures of a year, as if there had never been any.
    pub fn forget(&mut self, year: i32) {
        self.books.retain(|it, _| it.year() != year);
        self.years.held.remove(&year);
    }

    /// How often a question has touched a year that was out. What was answered is complete if this has not grown between
    /// before the question and after it.
    pub fn misses(&self) -> u64 {
        self.years.misses.load(Relaxed)
    }

    /// The years that were missed since this was last called.
    pub fn take_wanted(&self) -> BTreeSet<i32> {
        let all = std::mem::take(&mut *self.years.wanted.lock().unwrap_or_else(PoisonError::into_inner));
        all.into_iter().filter(|it| self.years.out.contains_key(it)).collect()
    }

    /// Begins to bring a year back: an engine without figures that is to be given the year's versions up to where this one
    /// stands, and the periods of which there are some. `None` if the year is not out.
    pub fn begin_year(&mut self, year: i32) -> Option<(Engine, Vec<Period>)> {
        let fresh = self.emptied();
        let out = self.years.out.get_mut(&year)?;
        out.coming = Some(Vec::new());
        Some((fresh, out.periods.iter().copied().collect()))
    }

    /// Takes a year over from the engine that was given its versions, and what has come since. Nothing happens if the year
    /// is not awaited any more.
    ///
    /// # Errors
    /// When a version contradicts the others; the year stays out then.
    pub fn end_year(&mut self, year: i32, mut filled: Engine) -> Result<(), ApplyError> {
        let Some(coming) = self.years.out.get_mut(&year).and_then(|it| it.coming.take()) else { return Ok(()) };
        // Units and indicators may have become others meanwhile.
        filled.add_indicators(self.indicators.iter().cloned());
        if !Arc::ptr_eq(&self.hierarchy, &filled.hierarchy) {
            filled.set_hierarchy(Arc::clone(&self.hierarchy))?;
        }
        for it in coming {
            filled.enter((it.unit, it.period, it.until), it.version, &it.before, &it.after)?;
        }
        self.hold_year(year);
        self.books.extend(filled.books.into_iter().filter(|it| it.0.year() == year));
        self.lists.extend(filled.lists);
        Ok(())
    }

    /// Gives up bringing a year back; it stays out.
    pub fn leave_year(&mut self, year: i32) {
        if let Some(out) = self.years.out.get_mut(&year) {
            out.coming = None;
        }
    }
}
