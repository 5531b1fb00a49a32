//! (being written)
pub(crate) fn routes() -> Vec<web::Route> { Vec::new() }
