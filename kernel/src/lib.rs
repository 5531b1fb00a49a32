//! The words everyone shares. Pure: no I/O, no async, no clock and no chance of its own.

mod catalogue;
mod clock;
mod deadline;
mod hex;
mod id;
mod issue;
mod register;
mod secrecy;

pub use catalogue::{Assignment, AwardRule, Catalogue, Form, FormId, Indicator, Item, Section};
pub use clock::{Chance, Clock, Instant};
pub use deadline::{Deadline, Extensions, WorkDays};
pub use figures::{
    Amount, Calendar, Cell, CellKind, Coverage, Day, Frequency, IndicatorId, Period, PeriodError, Qualifier,
};
pub use hex::{hex, unhex};
pub use id::{AccountId, FormatError, IncidentId, NewId, RequestId, ReturnId, TeamId, TermId, UnitId, VersionId};
pub use issue::{Issue, Issues, Severity};
pub use register::*;
pub use secrecy::{secret_name, secret_stamp};
