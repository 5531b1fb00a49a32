use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLock},
};

use kernel::{Catalogue, Chance, Clock, NewId, Period, Register, UnitId};
use store::Db;

use crate::{Limits, Provider, Result, Seal, Slice, Texts, Totals};

/// A value that many read and few replace.
#[derive(Debug)]
pub struct Shared<T>(Arc<RwLock<Arc<T>>>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared(Arc::clone(&self.0))
    }
}

impl<T> Shared<T> {
    /// Shares a value.
    pub fn new(value: T) -> Shared<T> {
        Shared(Arc::new(RwLock::new(Arc::new(value))))
    }

    /// The value as it is now; it stays as it is for who holds it.
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another in its place.
    pub fn set(&self, value: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
    }
}

/// How the server was started.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Cookies are for https only.
    pub secure: bool,
    /// The database is the demo's: pages say so and name the demo logins.
    pub demo: bool,
    /// The host's name, `binhyen.example.vn`: what passkeys belong to, and the only name that is answered. Without it
    /// passkeys belong to `localhost` and every name is answered.
    pub host: Option<String>,
    /// Where people find this server, without a slash at the end: `https://binhyen.example.vn`. What is printed on paper
    /// begins so.
    pub base_url: Option<String>,
    /// Whom to tell of a weakness, a `mailto:` or `https:` address.
    pub contact: Option<String>,
    /// Hashes of passwords that are known to others: lines of SHA-1 in hexadecimal, sorted, whatever follows a colon.
    pub breached: Option<std::path::PathBuf>,
    /// Seals what the database keeps and must not know; without it nothing of that kind is written or read.
    pub seal: Option<Seal>,
    /// An identity provider through which linked accounts may be entered.
    pub provider: Option<Provider>,
    /// How much is taken on at once; without it, everything.
    pub limits: Option<Limits>,
    /// The file that keeps the totals between two starts; without it every start reads the whole ledger.
    pub totals: Option<std::path::PathBuf>,
    /// How many years of figures are held in memory, the newest when it starts; without it all.
    pub years: Option<usize>,
}

impl Settings {
    /// The full address of a path of ours, for paper; `None` if nobody has said where this server is found.
    pub fn address(&self, path: &str) -> Option<String> {
        let host = || self.host.as_ref().map(|it| format!("https://{it}"));
        self.base_url.clone().or_else(host).map(|it| format!("{}{path}", it.trim_end_matches('/')))
    }
}

/// Held by what follows the database: units, forms and the ledgers are followed by one at a time.
pub type Followed = Arc<tokio::sync::Mutex<()>>;

/// All that a request may use.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// Where random bytes come from.
    pub chance: Chance,
    /// Where ids come from.
    pub ids: Arc<NewId>,
    /// What the pages say.
    pub texts: Arc<Texts>,
    /// The administrative units.
    pub register: Shared<Register>,
    /// Indicators, forms, assignments.
    pub catalogue: Shared<Catalogue>,
    /// All totals.
    pub figures: Arc<Totals>,
    /// Whoever follows the database holds this.
    pub followed: Followed,
    /// Leave for work that takes a core and much memory for a while, such as hashing a password: so many at once, the
    /// rest wait their turn. One permit per core.
    pub heavy: Arc<tokio::sync::Semaphore>,
    /// Every slice.
    pub slices: &'static [Slice],
    /// How the server was started.
    pub settings: Settings,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}

impl App {
    /// A new id that grows with time.
    pub fn new_id(&self) -> i64 {
        self.ids.next(self.clock.now(), self.chance.number())
    }

    /// Asks the totals; `read` may be called several times. Waits if it touches a year that is not held.
    ///
    /// # Errors
    /// When such a year cannot be read from the ledger.
    pub fn totals<T>(&self, read: impl Fn(&figures::Engine) -> T) -> Result<T> {
        self.figures.ask(read)
    }

    /// The periods of which there are figures, in order.
    pub fn periods(&self) -> BTreeSet<Period> {
        self.figures.look(|engine| engine.periods().collect())
    }

    /// The units that owe a form, with the period for which they owe it, among a unit and all below it: for every period
    /// of the form's frequency within this one.
    pub fn expected_units(&self, form: u32, unit: UnitId, period: Period) -> Vec<(UnitId, Period)> {
        let found = self.figures.look(|engine| engine.expected_units(form, unit.0, period));
        found.into_iter().map(|(unit, period)| (UnitId(unit), period)).collect()
    }

    /// Those of some units below a top that owe a form for exactly this period, without a walk through all below them.
    pub fn expected_among(&self, form: u32, top: UnitId, units: &[UnitId], period: Period) -> Vec<UnitId> {
        let units: Vec<i64> = units.iter().map(|it| it.0).collect();
        let found = self.figures.look(|engine| engine.expected_among(form, top.0, &units, period));
        found.into_iter().map(UnitId).collect()
    }

    /// Changes the totals.
    pub fn change_totals<T>(&self, change: impl FnOnce(&mut figures::Engine) -> T) -> T {
        self.figures.change(change)
    }
}
