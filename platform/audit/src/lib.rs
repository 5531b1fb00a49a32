//! What was done, by whom, to what: written in the same transaction as the change itself.
//!
//! Entries are chained by hashes per province: each hash covers the one before it, so that an edited, removed or
//! reordered row is found. One chain for the whole country would make every write wait for every other.
//!
//! Who can write to the database could rewrite a chain from some row on and compute all hashes anew. Against that stand
//! the anchors: from time to time the heads of all chains are signed with a key that is not in the database
//! ([`anchor()`]). [`check`] reads everything again and says what does not agree. What even it cannot see is the removal
//! of the latest anchors together with what they cover; so the number of the last anchor is worth writing down elsewhere,
//! and the command prints it.

mod anchor;
mod check;
mod store;

pub use anchor::{Key, public_key};
pub use check::{Checked, Finding, check};

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

/// What is looked for. Empty texts and `None` ask for nothing.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    /// Only about these units.
    pub units: &'a [UnitId],
    /// Also what is about no unit: sign-ins, commands.
    pub without_unit: bool,
    /// The first moment.
    pub from: Instant,
    /// The moment after the last.
    pub until: Instant,
    /// The sign-in name of who acted.
    pub actor: &'a str,
    /// An act, or all that begin so: `returns` finds `returns.approved`.
    pub act: &'a str,
    /// The object, or its first word.
    pub object: &'a str,
    /// Only what stands before this entry, in the order of the answer.
    pub after: Option<Place>,
    /// How many at most.
    pub limit: i64,
}

/// Where an entry stands in the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When.
    pub at: Instant,
    /// In which chain.
    pub province: i64,
    /// Its number there.
    pub seq: i64,
}

/// An entry that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where it stands.
    pub place: Place,
    /// Who acted: the sign-in name.
    pub actor: String,
    /// What.
    pub act: String,
    /// About which unit.
    pub unit: Option<UnitId>,
    /// About which object.
    pub object: String,
}

/// A signed head of all chains.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// Counts from 1 without a gap.
    pub number: i64,
    /// When.
    pub at: Instant,
    /// How many chains it covers.
    pub chains: usize,
    /// The public key that proves it, in hex.
    pub key: String,
    /// The signature, in hex.
    pub signature: String,
}

pub use store::{anchor, anchors, append, broken, counts, done_by, moments_of, search};
