//! The engine follows the ledger: every total of this server is the ledger's as far as it has been read.
//!
//! One way for all cases: start-up reads from the beginning; after an approval the approver's request reads its own
//! row; other servers read it within half a second. Sequence numbers are taken under a lock that lasts until commit,
//! so a number once seen has none missing below it.

use std::{sync::Arc, time::Duration};

use kernel::{Catalogue, Day, Period, Register};
use store::Conn;
use web::{App, Error, Result};

use crate::store::{self as rows, LedgerRow};

/// How many rows are read at once.
const BATCH: i64 = 10_000;
/// How often a server looks for rows that other servers have committed.
const EVERY: Duration = Duration::from_millis(400);

/// An engine that knows the units and the indicators, and no figure yet.
///
/// # Errors
/// When the register's days contradict each other.
pub fn engine(register: &Register, catalogue: &Catalogue) -> Result<figures::Engine> {
    let hierarchy = register.to_hierarchy().map_err(|err| Error::Internal(err.into()))?;
    let rules = catalogue.indicators().iter().map(|it| it.rule.clone()).collect();
    let mut res = figures::Engine::new(Arc::new(hierarchy), rules);
    res.set_assignments(assignments(catalogue));
    Ok(res)
}

/// Who owes what, as the engine wants to know it.
pub fn assignments(catalogue: &Catalogue) -> Vec<figures::Assignment> {
    catalogue
        .assignments
        .iter()
        .filter_map(|it| {
            let form = catalogue.form(it.form)?;
            Some(figures::Assignment {
                form: u32::try_from(it.form).ok()?,
                indicators: form.items().map(|it| it.indicator).collect(),
                calendar: form.calendar,
                frequency: form.frequency,
                class: it.class,
                top: it.top.0,
                from: it.from,
                until: it.until,
            })
        })
        .collect()
}

/// Reads what the ledger has beyond what was read, and hands it to the engine.
///
/// # Errors
/// When the database cannot be read, or a row contradicts what was read before (then `binhyen doctor` says which).
pub async fn catch_up(app: &App, conn: &mut Conn) -> Result<()> {
    let heads = rows::heads(conn).await?;
    follow(app, conn, heads).await
}

/// The same inside a transaction that has taken the number `seq` of a province's ledger: everything before it is read,
/// its own row is not there yet.
pub(crate) async fn catch_up_before(app: &App, conn: &mut Conn, province: i64, seq: i64) -> Result<()> {
    let mut heads = rows::heads(conn).await?;
    for head in heads.iter_mut().filter(|it| it.0 == province) {
        head.1 = seq - 1;
    }
    follow(app, conn, heads).await
}

async fn follow(app: &App, conn: &mut Conn, heads: Vec<(i64, i64)>) -> Result<()> {
    let mut followed = app.followed.lock().await;
    // After the heads: whoever reported in them for a new unit did so after that unit began.
    units::follow(app, conn).await?;
    for (province, head) in heads {
        let known = followed.entry(province).or_insert(0);
        while *known < head {
            let batch = rows::ledger(conn, province, *known, BATCH).await?;
            let Some(last) = batch.last().map(|it| it.seq) else { break };
            let read: std::result::Result<Vec<_>, _> = batch.iter().map(change).collect();
            let read = read?;
            app.change_totals(|engine| read.iter().try_for_each(|it| engine.apply(&it.change())))
                .map_err(|err| Error::Internal(err.into()))?;
            *known = last;
        }
    }
    Ok(())
}

/// Keeps following for as long as the server runs.
pub async fn keep_following(app: App) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let read = async {
            let mut conn = app.db.read().await?;
            catch_up(&app, &mut conn).await
        };
        if let Err(err) = read.await {
            tracing::warn!(error = %err, "cannot follow the ledger; trying again");
        }
    }
}

/// A ledger row that was read.
pub(crate) struct Read {
    pub(crate) unit: i64,
    pub(crate) period: Period,
    until: Option<Day>,
    version: i64,
    before: Vec<kernel::Cell>,
    pub(crate) after: Vec<kernel::Cell>,
}

impl Read {
    pub(crate) fn change(&self) -> figures::Change<'_> {
        figures::Change {
            unit: self.unit,
            period: self.period,
            until: self.until,
            version: self.version,
            before: &self.before,
            after: &self.after,
        }
    }
}

pub(crate) fn change(row: &LedgerRow) -> Result<Read> {
    let cells = |bytes: &[u8]| figures::codec::decode(bytes).map_err(|err| Error::Internal(err.into()));
    Ok(Read {
        unit: row.unit_id,
        period: Period::parse(&row.period).map_err(|err| Error::Internal(err.into()))?,
        until: row.closes_on.as_deref().and_then(Day::parse),
        version: row.id,
        before: row.replaced.as_deref().map(cells).transpose()?.unwrap_or_default(),
        after: cells(&row.cells)?,
    })
}
