//! The yearly summary report ("báo cáo tổng kết") of a unit, written only from accepted figures.
//!
//! [`write`] reads every figure of the unit and period at one moment (`gather`), says sentences as far as their figures
//! exist (the wording is `data/briefs/year.txt`, its small language `wording` and `sentence`), adds tables, and gives a
//! [`Brief`]: a [`paper::Document`] and what it stands on. [`render`] makes it Word, PDF, HTML or JSON. Nothing in the
//! report comes from elsewhere: no figure, no sentence; what was owed and not given is said, what was estimated stays
//! an estimate, and what denounces people is never compared.
//!
//! Who may read figures of a unit ([`returns::READ`]) may read its report.

mod awards;
mod brief;
mod gather;
mod head;
mod pages;
mod render;
mod sentence;
mod summary;
mod tables;
mod wording;
mod words;

pub use brief::{Brief, write};
pub use gather::{Figure, Wanted};
pub use render::{Format, render};
pub use summary::{Summary, summary};
pub use wording::WordingError;

use web::{Nav, Right, Slice, get};

/// Why there is no report, in words for people.
#[derive(Debug, thiserror::Error)]
pub enum BriefError {
    /// The question was not understood, or has no answer.
    #[error(transparent)]
    Asked(#[from] returns::figure::AskError),
    /// The wording is broken.
    #[error(transparent)]
    Wording(#[from] WordingError),
    /// Reference data is broken.
    #[error(transparent)]
    Data(#[from] returns::DataError),
    /// The document could not be written.
    #[error(transparent)]
    Paper(#[from] paper::Error),
    /// The page could not be written.
    #[error("không viết được tệp: {0} / the file could not be written: {0}")]
    Text(#[from] askama::Error),
    /// The work was interrupted.
    #[error("việc lập báo cáo bị ngắt: {0}; hãy thử lại / interrupted: {0}; try again")]
    Interrupted(#[from] tokio::task::JoinError),
    /// The database could not be read.
    #[error("không đọc được cơ sở dữ liệu: {0} / the database could not be read: {0}")]
    Store(#[from] store::Error),
}

/// The slice.
pub const SLICE: Slice = Slice {
    name: "briefs",
    routes: || {
        vec![
            get("/units/{id}/brief", Right::May(returns::READ), pages::preview),
            get("/units/{id}/brief.docx", Right::May(returns::READ), pages::docx),
            get("/units/{id}/brief.pdf", Right::May(returns::READ), pages::pdf),
        ]
    },
    nav: &[Nav { text: "briefs-title", path: "/units/{id}/brief", right: Right::May(returns::READ) }],
    permissions: &[],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
