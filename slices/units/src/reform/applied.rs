use kernel::{Day, Instant};

/// A reform that was applied: a public fact, but for who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its number.
    pub id: i64,
    /// The first day of the new state; of several, the earliest.
    pub first_day: Day,
    /// The first day of the new state; of several, the latest.
    pub last_day: Day,
    /// The resolutions.
    pub instruments: Vec<String>,
    /// How many units began.
    pub began: u64,
    /// How many ended.
    pub ended: u64,
    /// How many go on with something changed.
    pub continued: u64,
    /// When it was applied.
    pub applied_at: Instant,
    /// By whom: a sign-in name, `cli:<os user>`, or `data`.
    pub applied_by: String,
}

impl Applied {
    /// What is recorded of a reform.
    pub(crate) fn new(id: i64, reform: &super::Reform, applied_at: Instant, applied_by: &str) -> Applied {
        let count = |it: usize| u64::try_from(it).unwrap_or(u64::MAX);
        Applied {
            id,
            first_day: reform.first_day(),
            last_day: reform.last_day(),
            instruments: reform.instruments().to_vec(),
            began: count(reform.begun().count()),
            ended: count(reform.ended().len()),
            continued: count(reform.continued().count()),
            applied_at,
            applied_by: applied_by.to_owned(),
        }
    }
}
