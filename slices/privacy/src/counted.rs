//! What the yearly transparency report counts, within the officer's reach.

use std::collections::BTreeMap;

use kernel::{Day, Instant, Level};
use web::{App, Result, Who};

use crate::{HANDLE, acts, incident::Incident, request::Request, store::runs};

/// The acts of the audit that read what is protected.
const READS: [&str; 3] = ["people.read", "privacy.request-read", "audit.read"];
/// So many runs of the retention job are read: one a day, and some to spare.
const RUNS: i64 = 800;

/// A year in numbers.
pub(crate) struct Year {
    pub(crate) number: i32,
    /// Requests that came in the year.
    pub(crate) requests: Vec<Request>,
    /// Incidents known in the year.
    pub(crate) incidents: Vec<Incident>,
    /// Accounts today: open, closed.
    pub(crate) accounts: (usize, usize),
    /// Looks at what is protected, by act.
    pub(crate) reads: Vec<(&'static str, i64)>,
    /// What the retention job removed in the year, by rule; of the whole installation.
    pub(crate) removed: BTreeMap<String, u64>,
}

/// Counts a year.
///
/// # Errors
/// The store's.
pub(crate) async fn count(app: &App, who: &Who, year: i32) -> Result<Year> {
    let scope = who.scope(HANDLE)?;
    let (first, next) = (Day::new(year, 1, 1), Day::new(year + 1, 1, 1));
    let (first, next) = (first.unwrap_or(Day::BEGINNING), next.unwrap_or(Day::NEVER));
    let within = |day: Day| first <= day && day < next;
    let mut requests = acts::requests::list(app, who, first).await?;
    requests.retain(|it| within(it.received_on));
    let mut incidents = acts::incidents::list(app, who, first).await?;
    incidents.retain(|it| within(it.detected_at.day()));
    let (register, today) = (app.register.get(), app.clock.today());
    // The chains of the audit are those of the provinces; who has the country sees the one of sign-ins too.
    let nation = scope.tops().iter().any(|it| register.get(*it, today).is_some_and(|it| it.level == Level::Nation));
    let provinces: Option<Vec<i64>> = (!nation)
        .then(|| scope.tops().iter().filter_map(|it| register.province_of(*it, today)).map(|it| it.0).collect());
    let mut conn = app.db.read().await?;
    let (from, until) = (Instant::at(first, 0), Instant::at(next, 0));
    let counts = audit::counts(&mut conn, provinces.as_deref(), from, until).await?;
    let of = |act: &str| counts.iter().find(|it| it.0 == act).map_or(0, |it| it.1);
    let reads = READS.map(|act| (act, of(act))).to_vec();
    let mut removed = BTreeMap::new();
    for (at, report) in runs(&mut conn, RUNS).await? {
        if within(at.day()) {
            for (code, count) in read_report(&report) {
                *removed.entry(code).or_default() += count;
            }
        }
    }
    drop(conn);
    let accounts = access::count_accounts(app, &scope).await?;
    Ok(Year { number: year, requests, incidents, accounts, reads, removed })
}

/// The lines of a report of the retention job.
pub(crate) fn read_report(report: &str) -> impl Iterator<Item = (String, u64)> {
    report.lines().filter_map(|line| {
        let (code, count) = line.split_once(' ')?;
        Some((code.to_owned(), count.parse().ok()?))
    })
}
