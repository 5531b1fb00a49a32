//! The yearly summary report ("báo cáo tổng kết") of a unit, written only from accepted figures.
//!
//! [`write`] reads every figure of the unit and period at one moment (`gather`), says sentences as far as their figures
//! exist (the wording is `data/briefs/year.txt`, its small language `wording` and `sentence`), adds tables, and gives a
//! [`Brief`]: a [`paper::Document`] and what it stands on. [`render`] makes it Word, PDF, HTML or JSON. Nothing in the
//! report comes from elsewhere: no figure, no sentence; what was owed and not given is said, what was estimated stays
//! an estimate, and what denounces people is never compared.
//!
//! What is said can be changed by people: a unit's own template (`template`, `pages::template`), in versions, checked line
//! by line. A report that was signed is frozen with its figures (`pages::frozen`) and compared with today's and with the
//! file that was signed (`returned`). The conference (`conference`) is the same figures in other wordings, with slides,
//! certificates and a decision, which anybody can check (`certificate`).
//!
//! Who may read figures of a unit ([`returns::READ`]) may read its report.

mod acts;
mod awards;
mod brief;
mod certificate;
mod conference;
mod every;
mod gather;
mod head;
mod pages;
mod pictures;
mod render;
mod returned;
mod sentence;
mod signing;
mod store;
mod summary;
mod tables;
mod template;
mod wording;
mod words;

pub use brief::{Brief, write};
pub use certificate::{Content, VerifyError, known, verify};
pub use every::{Done, Every, Part, count, every};
pub use gather::{Figure, Wanted};
pub use render::{Format, render};
pub use summary::{Summary, summary};
pub use wording::{Wording, WordingError};

use web::{Duty, Nav, Permission, Right, Slice, get, post};

/// Why there is no report, in words for people.
#[derive(Debug, thiserror::Error)]
pub enum BriefError {
    /// The question was not understood, or has no answer.
    #[error(transparent)]
    Asked(#[from] returns::figure::AskError),
    /// The template cannot be read: everything that is wrong with it.
    #[error("mẫu báo cáo có chỗ sai / the template is broken: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Wording(Vec<WordingError>),
    /// The outlines of the map are broken.
    #[error("bản đồ nền hỏng: {0} / the outlines of the map are broken: {0}")]
    Map(String),
    /// A slice could not list the records behind a figure.
    #[error("không đọc được các bản ghi / the records could not be read: {0}")]
    Records(String),
    /// Reference data is broken.
    #[error(transparent)]
    Data(#[from] forms::DataError),
    /// The document could not be written.
    #[error(transparent)]
    Paper(#[from] paper::Error),
    /// The page could not be written.
    #[error("không viết được tệp: {0} / the file could not be written: {0}")]
    Text(#[from] askama::Error),
    /// The work was interrupted.
    #[error("việc lập báo cáo bị ngắt: {0}; hãy thử lại / interrupted: {0}; try again")]
    Interrupted(#[from] tokio::task::JoinError),
    /// A file could not be written.
    #[error("không ghi được tệp: {0} / the file could not be written: {0}")]
    File(#[from] std::io::Error),
    /// The database could not be read.
    #[error("không đọc được cơ sở dữ liệu: {0} / the database could not be read: {0}")]
    Store(#[from] ::store::Error),
}

/// Changes templates, freezes reports.
pub const EDIT: Permission = Permission("briefs.edit");
/// Prepares conferences: decisions and certificates, signed and revoked; the door that counts.
pub const COMMEND: Permission = Permission("briefs.commend");

/// The slice.
pub const SLICE: Slice = Slice {
    name: "briefs",
    routes: || {
        vec![
            get("/units/{id}/brief", Right::May(returns::READ), pages::preview),
            get("/units/{id}/brief.docx", Right::May(returns::READ), pages::docx),
            get("/units/{id}/brief.pdf", Right::May(returns::READ), pages::pdf),
            get("/units/{id}/brief.xlsx", Right::May(returns::READ), pages::xlsx),
            get("/units/{id}/brief/template", Right::May(EDIT), pages::template::page),
            post("/units/{id}/brief/template", Right::May(EDIT), pages::template::sent),
            post("/units/{id}/frozen-briefs", Right::May(EDIT), pages::frozen::freeze),
            get("/units/{id}/frozen-briefs", Right::May(returns::READ), pages::frozen::list),
            get("/units/{id}/frozen-briefs/{brief}", Right::May(returns::READ), pages::frozen::page),
            get("/units/{id}/frozen-briefs/{brief}/report.docx", Right::May(returns::READ), pages::frozen::file),
            get("/units/{id}/frozen-briefs/{brief}/report.pdf", Right::May(returns::READ), pages::frozen::pdf),
            get("/units/{id}/frozen-briefs/{brief}/signed.docx", Right::May(returns::READ), pages::frozen::signed),
            post("/units/{id}/frozen-briefs/{brief}/signed", Right::May(EDIT), pages::frozen::take_signed),
            get("/units/{id}/conference", Right::May(COMMEND), pages::conference::page),
            post("/units/{id}/conference.zip", Right::May(COMMEND), pages::conference::pack),
            post("/units/{id}/conference/door", Right::May(COMMEND), pages::conference::open_door),
            get("/units/{id}/conference/day", Right::May(returns::READ), pages::attendance::day),
            get("/attendance/{code}", Right::Public, pages::attendance::door),
            post("/attendance/{code}", Right::Public, pages::attendance::enter),
            get("/certificates", Right::Public, pages::certificates::page),
            post("/certificates", Right::Public, pages::certificates::checked),
            get("/certificates/key.txt", Right::Public, pages::certificates::key_file),
            get("/certificates/revoked.txt", Right::Public, pages::certificates::revoked_file),
            get("/certificates/check.html", Right::Public, pages::certificates::offline),
            post("/certificates/revocation", Right::May(COMMEND), pages::certificates::revoke),
        ]
    },
    nav: &[Nav { text: "briefs-title", path: "/units/{id}/brief", right: Right::May(returns::READ) }],
    permissions: &[(EDIT, &[Duty::Approver]), (COMMEND, &[Duty::Commendation])],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
