//! The other sides, on a plain PostgreSQL: a database of the shape that DHIS2 has (a row for each figure, a wide flat
//! table with an index on each of its columns, made anew each night), and a roll-up table tuned by hand.
//!
//! Only the database's part of their work is measured. What a server in front of it would add is left out, and nothing
//! runs on two processors at once; so this is the least that they cost.

mod store;

use std::{fmt::Write as _, time::Duration};

use anyhow::{Context, Result};
use benches::{MONTHS, Nation};
use kernel::{Day, Level, Register, UnitId};
use sqlx::{Connection, PgConnection};

use crate::{
    meter::{self, Meter, Spent},
    report::{Desk, Times},
};

/// What one side cost.
#[derive(Debug, Default)]
pub(crate) struct Side {
    pub(crate) figures: usize,
    /// The figures into their table, without any index.
    pub(crate) copied: Spent,
    /// The same into a table that has its key, durable; only of the roll-up table.
    pub(crate) kept: Option<Spent>,
    /// Their keys and indexes.
    pub(crate) keyed: Spent,
    /// The totals.
    pub(crate) totals: Spent,
    pub(crate) size: u64,
    pub(crate) desk: Desk,
    /// One return of 60 figures with all totals fresh; absent where totals wait for the night.
    pub(crate) accepted: Option<Times>,
}

/// Which other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Dhis2,
    RollUp,
}

/// The first process of the server, to know what it spends.
pub(crate) async fn first_process(server: &str) -> Result<u32> {
    let mut conn = PgConnection::connect(server).await?;
    let pid = store::own_process(&mut conn).await?;
    let first = meter::parent(i64::from(pid)).context("the server does not run on this machine");
    conn.close().await?;
    first
}

/// A new empty database; its address.
pub(crate) async fn create(server: &str, name: &str) -> Result<String> {
    let mut conn = PgConnection::connect(server).await?;
    store::create_database(&mut conn, name).await?;
    conn.close().await?;
    let (head, _) = server.rsplit_once('/').context("an address without a database")?;
    Ok(format!("{head}/{name}"))
}

/// How large a database is.
pub(crate) async fn size(place: &str) -> Result<u64> {
    let mut conn = PgConnection::connect(place).await?;
    let size = store::database_size(&mut conn).await?;
    conn.close().await?;
    Ok(size)
}

/// Loads the same figures, makes the totals, asks the same questions.
pub(crate) async fn run(shape: Shape, place: &str, nation: &Nation, register: &Register, meter: Meter) -> Result<Side> {
    let mut conn = PgConnection::connect(place).await?;
    store::settle(&mut conn).await?;
    store::create_units(&mut conn, &places(nation, register)).await?;
    let codes: Vec<&str> = nation.indicators.iter().map(|it| it.0.as_str()).collect();
    store::create_figures(&mut conn, shape, &codes).await?;
    let mut side = Side { figures: nation.month_figures() * usize::from(MONTHS), ..Side::default() };
    for month in 1..=MONTHS {
        let text = lines(shape, nation, month);
        let running = meter.start();
        store::copy(&mut conn, shape, &text).await?;
        side.copied += running.stop();
    }
    if shape == Shape::RollUp {
        store::create_kept(&mut conn).await?;
        let mut kept = Spent::default();
        for month in 1..=MONTHS {
            let text = lines(shape, nation, month);
            let running = meter.start();
            store::copy_kept(&mut conn, &text).await?;
            kept += running.stop();
        }
        store::drop_kept(&mut conn).await?;
        side.kept = Some(kept);
    }
    for (steps, spent) in [(store::keys(shape), &mut side.keyed), (store::totals(shape), &mut side.totals)] {
        let running = meter.start();
        for step in steps {
            eprintln!("      {}", step.split_whitespace().take(6).collect::<Vec<_>>().join(" "));
            store::run(&mut conn, &step).await?;
        }
        *spent = running.stop();
    }
    side.size = store::database_size(&mut conn).await?;
    side.desk = desk(&mut conn, shape, meter).await?;
    if shape == Shape::RollUp {
        let mut walls = Vec::new();
        let running = meter.start();
        let villages: Vec<_> = nation.villages.iter().step_by((nation.villages.len() / 50).max(1)).take(50).collect();
        for village in &villages {
            let one = std::time::Instant::now();
            store::accept(&mut conn, village.id.0).await?;
            walls.push(one.elapsed());
        }
        let cpu = running.stop().cpu / u32::try_from(villages.len()).unwrap_or(1).max(1);
        let first = walls.first().copied().unwrap_or(Duration::ZERO);
        side.accepted = Some(Times::new(walls, cpu, 60, first));
    }
    conn.close().await?;
    Ok(side)
}

/// Each place: its number, the one above it, its level from 1, its path.
pub(crate) type Place = (i64, Option<i64>, i32, String);

/// The places of the year's last day that have villages below them, and the villages.
fn places(nation: &Nation, register: &Register) -> Vec<Place> {
    let last = Day::parse("2026-12-31").unwrap_or(Day::BEGINNING);
    let mut found: std::collections::BTreeMap<UnitId, Place> = std::collections::BTreeMap::new();
    for village in &nation.villages {
        let Some((commune, ..)) = village.parents.last() else { continue };
        let mut above: Vec<(UnitId, i32)> =
            register.ancestors(*commune, last).iter().rev().map(|it| (it.id, depth(it.level))).collect();
        above.push((*commune, depth(Level::Commune)));
        above.push((village.id, depth(Level::Village)));
        let mut path = String::new();
        let mut parent = None;
        for (id, level) in above {
            let _ = write!(path, "/{}", id.0);
            found.entry(id).or_insert_with(|| (id.0, parent, level, path.clone()));
            parent = Some(id.0);
        }
    }
    let mut places: Vec<Place> = found.into_values().collect();
    places.sort_by_key(|it| (it.2, it.0));
    places
}

fn depth(level: Level) -> i32 {
    match level {
        Level::Nation => 1,
        Level::Province => 2,
        Level::District | Level::Commune => 3,
        Level::Village => 4,
    }
}

/// A month as PostgreSQL's COPY reads it.
fn lines(shape: Shape, nation: &Nation, month: u8) -> String {
    let mut text = String::with_capacity(nation.month_figures() * 80);
    for (at, village) in nation.villages.iter().enumerate() {
        for indicator in 0..nation.indicators.len() {
            let value = Nation::value(at, indicator, month - 1);
            let (unit, element) = (village.id.0, indicator + 1);
            let _ = match shape {
                Shape::Dhis2 => writeln!(
                    text,
                    "{element}\t{month}\t{unit}\t1\t1\t{value}\tu{unit}\t2026-01-04 00:00:00\t2026-01-04 \
                     00:00:00\t\\N\tf\tf"
                ),
                Shape::RollUp => writeln!(text, "{unit}\t{month}\t{element}\t{value}"),
            };
        }
    }
    text
}

async fn desk(conn: &mut PgConnection, shape: Shape, meter: Meter) -> Result<Desk> {
    let mut desk = Desk::default();
    let questions = store::questions(conn, shape).await?;
    for (questions, times, count) in [
        (&questions.unit, &mut desk.unit, 100),
        (&questions.province, &mut desk.province, 50),
        (&questions.series, &mut desk.series, 10),
        (&questions.national, &mut desk.national, 5),
    ] {
        let (mut walls, mut cells) = (Vec::new(), 0);
        // The peer's best case: each was asked once before, so that its pages are in memory.
        let mut first = None;
        for question in questions {
            let one = std::time::Instant::now();
            store::ask(conn, question).await?;
            first.get_or_insert(one.elapsed());
        }
        let running = meter.start_here();
        for question in questions.iter().cycle().take(count) {
            let one = std::time::Instant::now();
            cells += store::ask(conn, question).await?;
            walls.push(one.elapsed());
        }
        let cpu = running.stop().cpu / u32::try_from(count).unwrap_or(1);
        *times = Times::new(walls, cpu, cells / count, first.unwrap_or_default());
    }
    Ok(desk)
}
