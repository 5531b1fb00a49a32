//! All SQL of the slice: templates in versions, frozen reports, revoked certificates, counts of who came.

pub(crate) mod attendance;
pub(crate) mod certificates;
pub(crate) mod frozen;
pub(crate) mod templates;
