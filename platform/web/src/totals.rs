//! The one door to the totals.
//!
//! Every question goes through [`Totals::ask`]. A server need not hold all years: a question that touches one that is out
//! is answered once that year has been read from the ledger, and the years not asked for longest go out instead. One
//! question at a time waits for years; those that need none, or only years that are held, go on meanwhile.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use figures::{Engine, Period};

use crate::{Error, Result};

/// How far each province's ledger has been followed: its last sequence number.
pub type Marks = HashMap<i64, i64>;

/// Gives an engine every version of some periods that is in the ledgers up to these marks. It is called while its thread
/// waits, so it may not rely on anything that this thread is needed for.
pub type ReadYear = Box<dyn Fn(&mut Engine, &[Period], &Marks) -> Result<()> + Send + Sync>;

/// All totals of this server, and how far they have followed the ledgers.
pub struct Totals {
    held: RwLock<Held>,
    /// Taken by the question that waits for years.
    turn: Mutex<()>,
    bound: Option<Bound>,
}

struct Held {
    engine: Engine,
    marks: Marks,
    /// Years that a question is waiting for: they stay until it is answered.
    pinned: BTreeSet<i32>,
}

struct Bound {
    /// How many years are held.
    years: usize,
    read: ReadYear,
}

impl std::fmt::Debug for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totals")
    }
}

impl Totals {
    /// Holds every year.
    pub fn new(engine: Engine) -> Totals {
        let held = Held { engine, marks: Marks::new(), pinned: BTreeSet::new() };
        Totals { held: RwLock::new(held), turn: Mutex::new(()), bound: None }
    }

    /// Holds so many years, at least one, and those that a question needs at once; `read` brings others back.
    #[must_use]
    pub fn with_years(self, years: usize, read: ReadYear) -> Totals {
        Totals { bound: Some(Bound { years: years.max(1), read }), ..self }
    }

    /// How many years are held at most; `None` for all.
    pub fn years(&self) -> Option<usize> {
        self.bound.as_ref().map(|it| it.years)
    }

    /// Answers a question with all figures that it touches. `read` may be called several times.
    ///
    /// # Errors
    /// When a year that is not held cannot be read from the ledger.
    pub fn ask<T>(&self, read: impl Fn(&Engine) -> T) -> Result<T> {
        match self.at_once(&read) {
            Some(it) => Ok(it),
            None => waiting(|| self.with_what_it_needs(&read)),
        }
    }

    /// Looks at the engine itself: what it knows of units, duties and periods, and how much it holds. Never at figures.
    pub fn look<T>(&self, look: impl FnOnce(&Engine) -> T) -> T {
        look(&self.read().engine)
    }

    /// Changes the engine.
    pub fn change<T>(&self, change: impl FnOnce(&mut Engine) -> T) -> T {
        let mut held = self.write();
        let res = change(&mut held.engine);
        held.keep_to(self.years());
        res
    }

    /// Follows a province's ledger: the mark moves together with the totals.
    pub fn follow<T>(&self, province: i64, change: impl FnOnce(&mut Engine, &mut i64) -> T) -> T {
        let mut held = self.write();
        let Held { engine, marks, .. } = &mut *held;
        let res = change(engine, marks.entry(province).or_insert(0));
        held.keep_to(self.years());
        res
    }

    /// Puts others in their place, which have followed the ledgers so far.
    pub fn replace(&self, engine: Engine, marks: Marks) {
        let mut held = self.write();
        (held.engine, held.marks) = (engine, marks);
        held.keep_to(self.years());
    }

    /// How far each ledger has been followed.
    pub fn marks(&self) -> Marks {
        self.read().marks.clone()
    }

    /// Brings years back, the last of which counts as asked for last.
    ///
    /// # Errors
    /// As [`Totals::ask`].
    pub fn bring_back(&self, years: &[i32]) -> Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let res = waiting(|| years.iter().try_for_each(|it| self.bring(*it)));
        self.write().settle(self.years());
        res
    }

    /// The answer, unless it touched a year that is out.
    fn at_once<T>(&self, read: &impl Fn(&Engine) -> T) -> Option<T> {
        let held = self.read();
        let before = held.engine.misses();
        let answer = read(&held.engine);
        // Somebody else's miss may be taken for one of ours; then this is asked once more.
        (held.engine.misses() == before).then_some(answer)
    }

    fn with_what_it_needs<T>(&self, read: &impl Fn(&Engine) -> T) -> Result<T> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = loop {
            drop(self.read().engine.take_wanted());
            if let Some(answer) = self.at_once(read) {
                break Ok(answer);
            }
            // What was brought back for this question stays, so each round needs fewer years.
            let wanted = self.read().engine.take_wanted();
            if let Err(err) = wanted.into_iter().try_for_each(|it| self.bring(it)) {
                break Err(err);
            }
        };
        self.write().settle(self.years());
        answer
    }

    /// Reads a year from the ledger; questions and approvals go on meanwhile.
    fn bring(&self, year: i32) -> Result<()> {
        let Some(bound) = &self.bound else { return Ok(()) };
        let begun = {
            let mut held = self.write();
            held.pinned.insert(year);
            let begun = held.engine.begin_year(year);
            if begun.is_some() {
                // Room first, so that never more are held than are allowed.
                held.keep_to(Some(bound.years - 1));
            }
            begun.map(|it| (it, held.marks.clone()))
        };
        let Some(((mut fresh, periods), marks)) = begun else { return Ok(()) };
        let read = (bound.read)(&mut fresh, &periods, &marks);
        let mut held = self.write();
        if let Err(err) = read {
            held.engine.leave_year(year);
            return Err(err);
        }
        held.engine.end_year(year, fresh).map_err(|err| Error::Internal(err.into()))
    }

    fn read(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Sends the years out that were not asked for longest, until so many are left or only those that are waited for.
    fn keep_to(&mut self, years: Option<usize>) {
        let Some(years) = years else { return };
        while self.engine.count_held_years() > years {
            let Some(oldest) = self.engine.held_years().into_iter().find(|it| !self.pinned.contains(it)) else { return };
            self.engine.send_out(oldest);
        }
    }

    /// The question is answered.
    fn settle(&mut self, years: Option<usize>) {
        self.pinned.clear();
        self.keep_to(years);
    }
}

/// Waits in this thread. A server gives the thread's other work to another one first.
fn waiting<T>(wait: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|it| it.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
        _ => wait(),
    }
}
