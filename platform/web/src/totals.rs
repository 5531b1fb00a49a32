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

    /// Brings years back, those that are out.
    ///
    /// # Errors
    /// As [`Totals::ask`].
    pub fn bring_back(&self, years: &[i32]) -> Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.write().pinned.extend(years);
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
            let Some(oldest) = self.engine.held_years().into_iter().find(|it| !self.pinned.contains(it)) else {
                return;
            };
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

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        },
        time::Duration,
    };

    use figures::{
        Across, Amount, Apportionment, Boundaries, Cell, Change, Hierarchy, Indicator, Kind, OverTime, Question, Span,
    };
    use kernel::Day;

    use super::*;

    fn engine() -> Engine {
        let span = Span { unit: 1, parent: None, class: 0, from: Day::BEGINNING, until: Day::NEVER };
        let hierarchy = Hierarchy::new(vec![span], Vec::new(), HashMap::new()).unwrap();
        let counted = Indicator {
            id: 1,
            kind: Kind::Count,
            across: Across::Sum,
            over_time: OverTime::Sum,
            numerator: Vec::new(),
            denominator: Vec::new(),
        };
        Engine::new(Arc::new(hierarchy), vec![counted])
    }

    /// The figure of a year is the year.
    fn give(engine: &mut Engine, period: Period) {
        let amount = Amount { value: period.year().into(), ..Amount::default() };
        let after = [Cell { indicator: 1, amount, ..Cell::default() }];
        let change = Change { unit: 1, period, until: None, version: 1, before: &[], after: &after };
        engine.apply(&change).unwrap();
    }

    struct Reading {
        times: AtomicUsize,
        fails: AtomicBool,
        /// It does not come to an end.
        lasts: AtomicBool,
    }

    /// The years 2020 to 2025 are in the ledger, none in memory.
    fn totals(years: usize) -> (Totals, Arc<Reading>) {
        let reading = Arc::new(Reading {
            times: AtomicUsize::new(0),
            fails: AtomicBool::new(false),
            lasts: AtomicBool::new(false),
        });
        let counts = Arc::clone(&reading);
        let read: ReadYear = Box::new(move |engine, periods, _| {
            counts.times.fetch_add(1, SeqCst);
            if counts.fails.load(SeqCst) {
                return Err(Error::NotFound);
            }
            std::thread::sleep(Duration::from_millis(20));
            while counts.lasts.load(SeqCst) {
                std::thread::yield_now();
            }
            for period in periods {
                give(engine, *period);
            }
            Ok(())
        });
        let mut engine = engine();
        (2020..2026).for_each(|it| engine.leave_out(year(it)));
        (Totals::new(engine).with_years(years, read), reading)
    }

    fn year(year: i32) -> Period {
        Period::parse(&year.to_string()).unwrap()
    }

    fn value(engine: &Engine, of: i32) -> Option<i64> {
        let (boundaries, apportionment) = (Boundaries::Then, Apportionment::None);
        engine.total(&Question { unit: 1, indicator: 1, period: year(of), boundaries, apportionment }).unwrap().value
    }

    #[test]
    fn who_asks_for_one_year_together_waits_for_one_reading() {
        let (totals, reading) = totals(2);
        std::thread::scope(|it| {
            for _ in 0..8 {
                it.spawn(|| assert_eq!(totals.ask(|it| value(it, 2021)).unwrap(), Some(2021)));
            }
        });
        assert_eq!(reading.times.load(SeqCst), 1);
    }

    #[test]
    fn a_question_over_more_years_than_are_held_is_answered_whole() {
        let (totals, _) = totals(1);
        let all = |it: &Engine| (2020..2026).map(|year| value(it, year)).collect::<Option<Vec<i64>>>();
        assert_eq!(totals.ask(all).unwrap(), Some((2020..2026).collect()));
        assert_eq!(totals.look(Engine::count_held_years), 1, "they go when it is answered");
        assert_eq!(totals.look(|it| it.periods().count()), 6);
    }

    #[test]
    fn the_year_not_asked_for_longest_goes_first() {
        let (totals, reading) = totals(2);
        for of in [2020, 2021, 2020, 2022] {
            assert_eq!(totals.ask(|it| value(it, of)).unwrap(), Some(of.into()));
        }
        assert_eq!(totals.look(Engine::held_years), [2020, 2022]);
        assert_eq!(reading.times.load(SeqCst), 3);
    }

    #[test]
    fn what_cannot_be_read_is_no_answer_and_is_tried_again() {
        let (totals, reading) = totals(2);
        reading.fails.store(true, SeqCst);
        assert!(totals.ask(|it| value(it, 2021)).is_err());
        reading.fails.store(false, SeqCst);
        assert_eq!(totals.ask(|it| value(it, 2021)).unwrap(), Some(2021));
    }

    #[test]
    fn questions_that_need_no_other_year_do_not_wait() {
        let (totals, reading) = totals(2);
        totals.ask(|it| value(it, 2025)).unwrap();
        reading.lasts.store(true, SeqCst);
        std::thread::scope(|it| {
            let slow = it.spawn(|| totals.ask(|it| value(it, 2020)).unwrap());
            while reading.times.load(SeqCst) < 2 {
                std::thread::yield_now();
            }
            assert_eq!(totals.ask(|it| value(it, 2025)).unwrap(), Some(2025));
            totals.follow(1, |engine, mark| {
                *mark += 1;
                give(engine, Period::parse("2020-M05").unwrap());
            });
            assert!(!slow.is_finished());
            reading.lasts.store(false, SeqCst);
        });
        // What came while it was being read is in it.
        let month = |it: &Engine| it.controls(1, 1, year(2020)).len() + it.figures();
        assert!(totals.ask(month).unwrap() >= 2);
    }

    #[test]
    fn many_threads_over_all_years_get_every_answer_right() {
        let (totals, _) = totals(1);
        std::thread::scope(|it| {
            for thread in 0..4 {
                let totals = &totals;
                it.spawn(move || {
                    for at in 0..6 {
                        let (one, other) = (2020 + (thread + at) % 6, 2020 + (thread + 2 * at) % 6);
                        let sum = totals.ask(|it| Some(value(it, one)? + value(it, other)?)).unwrap();
                        assert_eq!(sum, Some(i64::from(one + other)));
                    }
                });
            }
        });
    }
}
