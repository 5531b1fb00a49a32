//! The engine follows the ledger: every total of this server is the ledger's as far as it has been read.
//!
//! One way for all cases: start-up reads from the beginning (of the years that are held, [`crate::years`]); after an approval the approver's request reads its own
//! row; other servers read it within half a second. Sequence numbers are taken under a lock that lasts until commit,
//! so a number once seen has none missing below it.

use std::{sync::Arc, time::Duration};

use kernel::{Catalogue, Day, Period, Register};
use store::Conn;
use web::{App, Error, Result};

use crate::store::{self as rows, LedgerRow};

/// How many rows are read at once.
pub(crate) const BATCH: i64 = 10_000;
/// How many rows go into the engine while questions wait.
const TAKEN: usize = 1_000;
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
    res.set_assignments(forms::assignments(catalogue));
    Ok(res)
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
    let following = app.followed.lock().await;
    // After the heads: whoever reported in them for a new unit did so after that unit began.
    units::follow(app, conn).await?;
    forms::follow(app, conn).await?;
    let marks = app.figures.marks();
    for (province, head) in heads {
        let mut known = marks.get(&province).copied().unwrap_or(0);
        while known < head {
            let batch = rows::ledger(conn, province, known, BATCH).await?;
            let Some(last) = batch.last() else { break };
            known = last.seq;
            app.figures.follow(province, |engine, mark| batch.iter().try_for_each(|it| advance(engine, mark, it)))?;
        }
    }
    drop(following);
    Ok(())
}

/// Hands over rows that this server has just committed, without reading them again. A row that does not follow on what
/// is known is left to [`catch_up`].
pub(crate) async fn take(app: &App, rows: &[LedgerRow]) -> Result<()> {
    let following = app.followed.lock().await;
    for batch in rows.chunk_by(|a, b| a.province == b.province) {
        let Some(province) = batch.first().map(|it| it.province) else { continue };
        for some in batch.chunks(TAKEN) {
            app.figures.follow(province, |engine, mark| {
                some.iter().try_for_each(|it| if it.seq == *mark + 1 { advance(engine, mark, it) } else { Ok(()) })
            })?;
        }
    }
    drop(following);
    Ok(())
}

/// One row further. The mark moves with the row, so that a row that contradicts the others stops it exactly there.
fn advance(engine: &mut figures::Engine, mark: &mut i64, row: &LedgerRow) -> Result<()> {
    enter(engine, row)?;
    *mark = row.seq;
    Ok(())
}

/// A row of the ledger goes into the engine, unless its year is out.
pub(crate) fn enter(engine: &mut figures::Engine, row: &LedgerRow) -> Result<()> {
    let wrong = |err: figures::ApplyError| Error::Internal(err.into());
    if row.replaced.is_some() {
        return engine.apply(&change(row)?.change()).map_err(wrong);
    }
    engine.load(row.unit.0, row.period, row.until, row.id.0, &row.cells).map_err(wrong)
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
        unit: row.unit.0,
        period: row.period,
        until: row.until,
        version: row.id.0,
        before: row.replaced.as_ref().map(|it| cells(&it.1)).transpose()?.unwrap_or_default(),
        after: cells(&row.cells)?,
    })
}
