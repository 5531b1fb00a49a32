//! How soon another server on the same PostgreSQL knows what this one has accepted.
//!
//! The other server is a process of its own that only follows; it says when its totals have grown and when its units have
//! changed. This one imports single returns, and now and then renames a commune, which makes both read all units again.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use benches::{Nation, YEAR};
use kernel::{Day, Instant, Level};
use web::{App, Duty, Who};

use crate::ours;

/// How many returns are accepted, one after another.
const RETURNS: usize = 520;
/// After so many returns the units change.
const REFORM_EVERY: usize = 26;
/// How long the other server may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long it took until the other server knew, sorted.
#[derive(Debug, Default)]
pub(crate) struct Delays {
    pub(crate) returns: Vec<Duration>,
    pub(crate) reforms: Vec<Duration>,
}

/// What the other server knew, and since when.
#[derive(Debug, Clone, Copy)]
struct Seen {
    at: Instant,
    figures: usize,
    units: i64,
}

/// Follows a database and tells each change, until it is killed.
#[expect(clippy::print_stdout, reason = "what the measuring process reads")]
pub(crate) async fn watch(place: &str) -> Result<()> {
    let app = ours::open(place, None).await?;
    let _following = tokio::spawn(returns::follow::keep_following(app.clone()));
    let mut last = (usize::MAX, i64::MAX);
    loop {
        let now = (app.figures.look(figures::Engine::figures), app.register.get().version());
        if now != last {
            println!("{} {} {}", app.clock.now().micros(), now.0, now.1);
            last = now;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Measures against another process on the same database.
pub(crate) async fn measure(place: &str, scale: f64) -> Result<Delays> {
    let app = ours::open(place, None).await?;
    let nation = ours::nation(&app, scale);
    let mut other = Command::new(std::env::current_exe()?).args(["watch", place]).stdout(Stdio::piped()).spawn()?;
    let measured = follow(&app, &nation, &mut other).await;
    other.kill()?;
    other.wait()?;
    app.db.close().await;
    measured
}

async fn follow(app: &App, nation: &Nation, other: &mut Child) -> Result<Delays> {
    let seen = listen(other)?;
    let mut last = seen.recv_timeout(PATIENCE).context("the other server does not start")?;
    let mut delays = Delays::default();
    let register = app.register.get();
    let day = Day::parse("2026-12-31").context("no such day")?;
    let communes: Vec<_> = register.of_level(Level::Commune, day).filter(|it| !it.synthetic).cloned().collect();
    ensure!(communes.len() > RETURNS, "too few communes");
    let roots = register.roots(day).into_iter().map(|it| (Duty::Administrator, it.id)).collect();
    let who = Who::command("bench", roots, ours::SLICES);
    for (at, commune) in communes.iter().take(RETURNS).enumerate() {
        let mut file = "unit_code,on,period,indicator,value,qualifier,coverage\n".to_owned();
        for (code, _) in &nation.indicators {
            let _ = writeln!(file, "{},{YEAR}-11-30,{YEAR}-M11,{code},7,exact,own", commune.code);
        }
        returns::import::figures(app, "cli:bench", &format!("fresh-{at}.csv"), file.as_bytes()).await?;
        let (known, held) = (app.clock.now(), app.figures.look(figures::Engine::figures));
        last = until(&seen, last, |it| it.figures >= held)?;
        delays.returns.push(between(known, last.at));
        if at % REFORM_EVERY == 0 {
            let columns = units::reform::COLUMNS;
            let text = format!("{columns}\nrename,2027-01-01,{},,Đổi {at},Xã Đổi {at},,,,,,1/BENCH\n", commune.code);
            units::apply_reform(app, &who, &text).await.map_err(|err| anyhow::anyhow!("{err:?}"))?;
            let (known, version) = (app.clock.now(), app.register.get().version());
            last = until(&seen, last, |it| it.units >= version)?;
            delays.reforms.push(between(known, last.at));
        }
        // So that returns fall on every moment between two looks of the other server.
        tokio::time::sleep(Duration::from_millis(at as u64 * 37 % 50)).await;
    }
    delays.returns.sort();
    delays.reforms.sort();
    Ok(delays)
}

fn listen(other: &mut Child) -> Result<Receiver<Seen>> {
    let out = other.stdout.take().context("no output")?;
    let (told, heard) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            let mut words = line.split(' ').map_while(|it| it.parse::<i64>().ok());
            let (Some(at), Some(figures), Some(units)) = (words.next(), words.next(), words.next()) else { return };
            let figures = usize::try_from(figures).unwrap_or(0);
            if told.send(Seen { at: Instant::from_micros(at), figures, units }).is_err() {
                return;
            }
        }
    });
    Ok(heard)
}

/// The first sight that will do, which may be the last one.
fn until(seen: &Receiver<Seen>, last: Seen, does: impl Fn(&Seen) -> bool) -> Result<Seen> {
    let mut sight = last;
    while !does(&sight) {
        sight = seen.recv_timeout(PATIENCE).context("the other server does not follow")?;
    }
    Ok(sight)
}

/// The other may know before this one has answered: then there was no delay.
fn between(known: Instant, seen: Instant) -> Duration {
    Duration::from_micros(u64::try_from(seen.micros() - known.micros()).unwrap_or(0))
}
