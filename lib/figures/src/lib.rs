//! Figures of many places over many periods: what they mean, how they add up, how they travel across boundary reforms.
//!
//! The crate is pure: no I/O, no clock, no chance. It knows nothing of the movement whose figures it adds up; units,
//! indicators and forms are numbers to it. The meaning of every rule stands in `docs/figure-rules.md`; the tests are
//! named after the rules there.
//!
//! In reading order: [`Day`] and [`Period`] (when), [`Amount`] (how much), [`Indicator`] (what, and how it adds up),
//! [`Hierarchy`] (where, dated), [`Engine`] (totals), [`codec`] (how an accepted version is stored), [`Standing`] (how
//! all of it is kept in a file).

mod amount;
mod book;
mod carry;
pub mod codec;
mod conflicts;
mod day;
mod engine;
mod epoch;
mod expected;
mod frame;
mod hierarchy;
mod indicator;
mod learn;
mod lineage;
mod outside;
mod period;
mod question;
mod roll;
mod sheet;
mod snapshot;
mod tables;
mod total;
mod vector;
mod years;

#[cfg(test)]
mod naive;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod world;

pub use amount::{Amount, Cell, Coverage, Kind as CellKind, Qualifier};
pub use conflicts::{Conflict, ConflictRule};
pub use day::Day;
pub use engine::{ApplyError, Change, Engine};
pub use expected::Assignment;
pub use hierarchy::{Hierarchy, HierarchyError, Span};
pub use indicator::{Across, Indicator, IndicatorId, Kind, OverTime, Term};
pub use lineage::Succession;
pub use period::{Calendar, Frequency, Period, PeriodError};
pub use question::{Apportionment, Boundaries, Question, Refusal, Source, Total};
pub use snapshot::{SnapshotError, Standing};
pub use tables::Table;

/// A place, as the application numbers it.
pub type UnitId = i64;
