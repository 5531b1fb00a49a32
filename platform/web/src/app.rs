use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use kernel::{Catalogue, Chance, Clock, NewId, Register};
use store::Db;

use crate::{Limits, Provider, Seal, Slice, Texts};

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
}

impl Settings {
    /// The full address of a path of ours, for paper; `None` if nobody has said where this server is found.
    pub fn address(&self, path: &str) -> Option<String> {
        let host = || self.host.as_ref().map(|it| format!("https://{it}"));
        self.base_url.clone().or_else(host).map(|it| format!("{}{path}", it.trim_end_matches('/')))
    }
}

/// How far this server has followed the ledger: the last sequence number per province.
pub type Followed = Arc<tokio::sync::Mutex<HashMap<i64, i64>>>;

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
    pub figures: Arc<RwLock<figures::Engine>>,
    /// How far the totals have followed the ledger.
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

    /// Reads the totals.
    pub fn totals<T>(&self, read: impl FnOnce(&figures::Engine) -> T) -> T {
        read(&self.figures.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the totals.
    pub fn change_totals<T>(&self, change: impl FnOnce(&mut figures::Engine) -> T) -> T {
        change(&mut self.figures.write().unwrap_or_else(PoisonError::into_inner))
    }
}
