//! HTTP, pages and who is asking. Knows no slice: everything a slice brings is read from its [`Slice`] value.
//!
//! A request passes [`guard`] (who is asking, may they), reaches a slice's handler, which takes a [`Page`] and perhaps
//! a [`Who`], and ends as [`Page::show`] or as an [`Error`].

mod app;
#[cfg(test)]
mod contrast;
mod cookie;
mod derive;
mod done;
mod errand;
mod error;
mod file;
mod form;
mod guard;
mod guide;
mod limit;
mod page;
mod parts;
mod provider;
mod role;
mod seal;
mod slice;
mod statics;
mod store;
mod texts;
mod totals;
mod ui;
mod upload;
mod who;
mod words;

pub use app::{App, Followed, Settings, Shared};
pub use derive::{Behind, Derive, Listing, Over, Records, Rule};
pub use done::answered;
pub use errand::Errand;
pub use error::{Error, Result};
pub use file::{File, Sent};
pub use form::{Form, Typed};
pub use guard::router;
pub use guide::home;
pub use limit::{Limits, step_aside};
pub use page::{Crumb, Page};
pub use parts::{
    Area, Badge, Cell, Chart, Choice, Chosen, Column, Empty, ErrorSummary, FREE_TEXT_MAX, Facts, Field, Group, Kind,
    List, Notice, NoticeList, Pager, Radios, Row, Select, Stage, Step, Steps, Table, Tile, Tiles, read_free_text,
};
pub use provider::Provider;
pub use role::{Duty, Role};
pub use seal::Seal;
pub use slice::{Nav, Right, Route, Slice, get, post};
pub use statics::{ENTRY_JS, KEEP_JS, PASSKEY_JS};
pub use store::{close_sessions, count_ended_sessions, drop_ended_sessions, open_session, open_weak_session, sessions};
pub use texts::{Lang, Texts};
pub use totals::{Marks, ReadYear, Totals};
pub use upload::{Checked, FileKind};
pub use who::{Cover, Entered, Permission, Scope, SessionKey, Who};
pub use words::{date, moment};
