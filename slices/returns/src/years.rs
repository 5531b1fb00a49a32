//! Years of the ledger that are not in memory: which there are, and how one is read when a question touches it.

use std::collections::HashMap;

use figures::Engine;
use kernel::Period;
use store::{Conn, Db};
use web::{App, Error, Marks, ReadYear, Result};

use crate::{
    follow,
    store::{self as rows, LedgerRow},
};

/// Reads years from this database. It has a thread and a connection of its own: who waits for the year may hold every
/// other connection, and the only thread.
pub fn reader(db: Db) -> ReadYear {
    Box::new(move |engine, periods, marks| {
        let read = || -> Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|err| Error::Internal(err.into()))?;
            runtime.block_on(async {
                let own = db.alone().await?;
                let read = read(&mut own.read().await?, engine, periods, marks).await;
                own.close().await;
                read
            })
        };
        let thread = std::thread::scope(|it| it.spawn(read).join());
        thread.unwrap_or_else(|_| Err(Error::Internal("reading a year of the ledger broke off".into())))
    })
}

async fn read(conn: &mut Conn, engine: &mut Engine, periods: &[Period], marks: &Marks) -> Result<()> {
    for (province, mark) in marks {
        for period in periods {
            each_row(conn, *province, *period, *mark, |it| follow::enter(engine, it)).await?;
        }
    }
    Ok(())
}

/// Hands over every row of a period in a province's ledger, in order, up to one of its numbers.
pub(crate) async fn each_row(
    conn: &mut Conn,
    province: i64,
    period: Period,
    until: i64,
    mut take: impl FnMut(&LedgerRow) -> Result<()>,
) -> Result<()> {
    let mut known = 0;
    loop {
        let batch = rows::ledger_of(conn, province, period, (known, until), follow::BATCH).await?;
        let Some(last) = batch.last() else { return Ok(()) };
        known = last.seq;
        batch.iter().try_for_each(&mut take)?;
    }
}

/// Gives a server that starts its totals: what the file of totals left, the newest years, and what the ledger has beyond.
///
/// # Errors
/// When the database cannot be read, or rows contradict each other (then `binhyen doctor` says which).
pub async fn begin(app: &App, conn: &mut Conn) -> Result<()> {
    if let Some(most) = app.figures.years() {
        leave_out(app, conn).await?;
        let newest: Vec<i32> = app.figures.look(|it| it.years().into_iter().rev().take(most).collect());
        let oldest_first: Vec<i32> = newest.into_iter().rev().collect();
        app.figures.bring_back(&oldest_first)?;
    }
    follow::catch_up(app, conn).await
}

/// Tells the engine of every period of the ledger; years that it does not hold are out from then on.
async fn leave_out(app: &App, conn: &mut Conn) -> Result<()> {
    let following = app.followed.lock().await;
    let heads = rows::heads(conn).await?;
    // After the heads, as in following: every unit and indicator up to them is known then.
    units::follow(app, conn).await?;
    forms::follow(app, conn).await?;
    let none = app.figures.look(Engine::count_held_years) == 0;
    let mut periods: HashMap<i64, Vec<Period>> = HashMap::new();
    for (province, _) in &heads {
        periods.insert(*province, rows::periods(conn, *province).await?);
    }
    for (province, head) in heads {
        app.figures.follow(province, |engine, mark| {
            for it in periods.remove(&province).into_iter().flatten() {
                engine.leave_out(it);
            }
            if none {
                // Nothing is in memory, so nothing has to be followed up to here.
                *mark = head;
            }
        });
    }
    drop(following);
    Ok(())
}
