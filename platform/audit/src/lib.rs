//! What was done, by whom, to what: written in the same transaction as the change itself.
//!
//! Entries are chained by hashes per province: each hash covers the one before it, so that an edited, removed or
//! reordered row is found. One chain for the whole country would make every write wait for every other.

mod store;

use kernel::{AccountId, Instant, UnitId};

/// Who acted.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// The account; `None` for a command.
    pub account: Option<AccountId>,
    /// The sign-in name, or `cli:<os user>`.
    pub name: &'a str,
}

/// One thing that was done.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The chain it belongs to: a province's unit id, 0 for sign-ins and accounts.
    pub province: i64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: Actor<'a>,
    /// What, `returns.approved`.
    pub act: &'static str,
    /// Which unit it is about.
    pub unit: Option<UnitId>,
    /// Which object; an id, never a person's words.
    pub object: &'a str,
}

pub use store::{append, broken};
