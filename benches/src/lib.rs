//! A country's year of invented figures, the same on every machine, for measuring.
//!
//! The communes are the real ones; the villages under them are invented and marked so: as many as the country had on
//! 1 July 2025 (63,619 in its rural communes, 26,889 in its wards), spread unevenly, with plainly generic names. Every
//! village reports 60 indicators for each month of 2026. The program `national` measures with them.

mod nation;
mod store;

pub use nation::{INDICATORS, MONTHS, Nation, Village, YEAR};
pub use store::insert_villages;
