//! Our own side: loads the country through the same door as `binhyen import figures`, asks as the pages ask.

use std::{
    fmt::Write as _,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use benches::{MONTHS, Nation, YEAR};
use figures::{Apportionment, Boundaries, Calendar, Frequency, Period};
use kernel::{Chance, Clock, Instant, Level, NewId, UnitId};
use store::Db;
use web::{App, Settings, Shared, Slice, Texts};

use crate::{
    meter::{self, Meter, Running, Spent},
    report::{Desk, Times},
};

pub(crate) const SLICES: &[Slice] = &[units::SLICE, returns::SLICE];
/// So many units are asked about at once when a table is written out.
const BLOCK: usize = 64;

/// What loading took.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) figures: usize,
    pub(crate) versions: usize,
    pub(crate) spent: Spent,
}

/// What a server knows right after its start, and how fast it answers.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) start: Spent,
    pub(crate) memory: u64,
    pub(crate) engine: u64,
    pub(crate) desk: Desk,
    /// The same units and months under the boundaries of a day after a reform: figures are carried over.
    pub(crate) carried: Times,
    /// One return of 60 figures: read, checked, written, in all totals.
    pub(crate) accepted: Times,
    /// The file of totals: writing it, and how large it is.
    pub(crate) kept: Spent,
    pub(crate) kept_size: u64,
    /// A start that takes that file, in a process of its own, and the memory after it.
    pub(crate) restart: Spent,
    pub(crate) restart_memory: u64,
    /// A question of a year that is not in memory: until it is answered.
    pub(crate) brought_back: Spent,
}

/// As the application opens a database, with the file of totals if one is named; its clock and its chance are the
/// machine's and a counter.
pub(crate) async fn open(place: &str, totals: Option<&Path>) -> Result<App> {
    let db = Db::open(place).await?;
    store::migrate(&db).await?;
    units::load_reference(&db).await?;
    forms::load_forms(&db).await.map_err(|err| anyhow::anyhow!("{err}"))?;
    let mut conn = db.read().await?;
    let register = units::load_register(&mut conn).await?;
    let catalogue = forms::load_catalogue(&mut conn).await?;
    let engine = returns::follow::engine(&register, &catalogue).map_err(|err| anyhow::anyhow!("{err}"))?;
    let drawn = AtomicU64::new(1);
    let app = App {
        db: db.clone(),
        clock: clock(),
        chance: Chance::new(move |bytes| {
            for it in bytes {
                *it = drawn.fetch_add(0x9E37_79B9, Ordering::Relaxed).to_le_bytes()[2];
            }
        }),
        ids: Arc::new(NewId::default()),
        texts: Arc::new(Texts::new(SLICES).map_err(|err| anyhow::anyhow!(err))?),
        register: Shared::new(register),
        catalogue: Shared::new(catalogue),
        figures: Arc::new(web::Totals::new(engine).with_years(5, returns::years::reader(db.clone()))),
        followed: web::Followed::default(),
        heavy: Arc::new(tokio::sync::Semaphore::new(1)),
        slices: SLICES,
        settings: Settings::default(),
    };
    if let Some(file) = totals {
        let taken = returns::snapshot::restore(&app, &mut conn, file).await.map_err(|err| anyhow::anyhow!("{err}"))?;
        taken.map_err(|why| anyhow::anyhow!("{why}"))?;
    }
    returns::follow::catch_up(&app, &mut conn).await.map_err(|err| anyhow::anyhow!("{err}"))?;
    drop(conn);
    Ok(app)
}

#[expect(clippy::disallowed_methods, reason = "a measuring program has the machine's clock")]
fn clock() -> Clock {
    Clock::new(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    })
}

/// The country at a scale, with the units of this database.
pub(crate) fn nation(app: &App, scale: f64) -> Nation {
    Nation::new(&app.register.get(), &app.catalogue.get(), scale)
}

/// Fills an empty database, month after month.
pub(crate) async fn load(place: &str, folder: &Path, scale: f64, meter: Meter) -> Result<Loaded> {
    let app = open(place, None).await?;
    let nation = nation(&app, scale);
    let mut tx = app.db.write().await?;
    benches::insert_villages(&mut tx, &nation).await?;
    tx.commit().await?;
    app.db.close().await;
    let app = open(place, None).await?;
    let mut loaded = Loaded::default();
    let file = folder.join("month.csv");
    for month in 1..=MONTHS {
        let mut out = BufWriter::new(File::create(&file)?);
        nation.write_month(month, &mut out)?;
        out.flush()?;
        let running = meter.start();
        let name = format!("figures-{YEAR}-{month:02}.csv");
        let came = returns::import::figures(&app, "cli:bench", &name, File::open(&file)?).await?;
        loaded.spent += running.stop();
        loaded.figures += came.figures;
        loaded.versions += came.versions;
        eprintln!("      {name}: {} figures, {:.1} s so far", came.figures, loaded.spent.wall.as_secs_f64());
    }
    std::fs::remove_file(&file)?;
    app.db.close().await;
    Ok(loaded)
}

/// Starts with the file of totals: what that took, the memory after it; then what it takes to answer a question of the
/// year once it has been sent out of memory.
pub(crate) async fn restart(place: &str, totals: &Path, meter: Meter) -> Result<(Spent, u64, Spent)> {
    let running = meter.start();
    let app = open(place, Some(totals)).await?;
    let start = running.stop();
    let memory = meter::memory("VmRSS");
    let month = Period::new(Calendar::Civil, YEAR, Frequency::Month, 1).context("no such month")?;
    let country = country(&app)?.0;
    let ids: Vec<u16> = nation(&app, 0.0).indicators.iter().map(|it| it.1).collect();
    let table = || app.totals(|it| it.table(&[country], &ids, month, Boundaries::Then, Apportionment::None));
    let held = table()?;
    app.figures.change(|it| it.send_out(YEAR));
    let running = meter.start();
    let again = table()?;
    let spent = running.stop();
    anyhow::ensure!(again == held, "a year that was brought back has other figures");
    app.db.close().await;
    Ok((start, memory, spent))
}

fn country(app: &App) -> Result<UnitId> {
    app.register.get().resolve("Toàn quốc", app.clock.today()).map_err(|err| anyhow::anyhow!("{err}"))
}

/// Starts from the database alone, asks, and leaves the file of totals.
pub(crate) async fn ask(place: &str, totals: &Path, scale: f64, meter: Meter) -> Result<Asked> {
    let running = meter.start();
    let app = open(place, None).await?;
    let start = running.stop();
    let mut asked = Asked { start, memory: meter::memory("VmRSS"), ..Asked::default() };
    asked.engine = app.figures.look(figures::Engine::memory) as u64;
    let nation = nation(&app, scale);
    let ids: Vec<u16> = nation.indicators.iter().map(|it| it.1).collect();
    let series = ids.get(..5).context("too few indicators")?;
    let country = country(&app)?;
    let month = |at: usize| {
        let ordinal = u8::try_from(at % usize::from(MONTHS)).unwrap_or(0) + 1;
        Period::new(Calendar::Civil, YEAR, Frequency::Month, ordinal).context("no such month")
    };
    let in_force = |level: Level| -> Vec<UnitId> {
        let register = app.register.get();
        let last = Period::year_of(Calendar::Civil, YEAR).map_or(app.clock.today(), Period::last);
        let under = register.descendants(country, last);
        under.into_iter().filter(|it| it.level == level && !it.synthetic).map(|it| it.id).collect()
    };
    let (provinces, communes) = (in_force(Level::Province), in_force(Level::Commune));
    let all: Vec<i64> = communes.iter().map(|it| it.0).collect();
    let table = |units: &[i64], ids: &[u16], period: Period| {
        app.totals(|it| it.table(units, ids, period, Boundaries::Then, Apportionment::None))?
            .map_err(|err| anyhow::anyhow!("{err:?}"))
    };

    asked.desk.unit = Times::of(20_000, meter, |at| {
        let unit = communes[at * 17 % communes.len()];
        // The communes of the last month stand in the first ones too, but for what changed in the year.
        Ok(table(&[unit.0], &ids, month(11)?)?.totals.len())
    })?;
    asked.desk.province = Times::of(1_000, meter, |at| {
        let unit = provinces[at % provinces.len()];
        let period = month(at)?;
        let found = app.totals(|it| it.totals_of_children(unit.0, &ids, period, Boundaries::Then))?;
        Ok(found.map_err(|err| anyhow::anyhow!("{err:?}"))?.totals.len())
    })?;
    // Communes changed on 2026-05-01 too: January stands under other boundaries than today's.
    asked.carried = Times::of(1_000, meter, |at| {
        let (unit, on) = (provinces[at % provinces.len()], Boundaries::On(month(11)?.last()));
        let month = month(0)?;
        let found = app.totals(|it| it.totals_of_children(unit.0, &ids, month, on))?;
        Ok(found.map_err(|err| anyhow::anyhow!("{err:?}"))?.totals.len())
    })?;
    asked.desk.series = Times::of(10_000, meter, |_| {
        let mut cells = 0;
        for at in 0..usize::from(MONTHS) {
            cells += table(&[country.0], series, month(at)?)?.totals.len();
        }
        Ok(cells)
    })?;
    asked.desk.national = Times::of(20, meter, |_| {
        let (mut text, mut cells) = (String::new(), 0);
        // As every table leaves the product: a block of units at a time.
        for units in all.chunks(BLOCK) {
            let found = table(units, &ids, month(11)?)?;
            cells += found.totals.len();
            for (unit, row) in found.rows() {
                let _ = write!(text, "{unit}");
                for it in row {
                    let _ = write!(text, ",{}", it.value.unwrap_or(0));
                }
                text.push('\n');
            }
        }
        anyhow::ensure!(text.len() > all.len(), "an empty table");
        Ok(cells)
    })?;
    asked.accepted = accept(&app, &nation, &communes, meter).await?;
    let running = meter.start();
    returns::snapshot::save(&app, totals).await.map_err(|err| anyhow::anyhow!("{err}"))?;
    asked.kept = running.stop();
    asked.kept_size = std::fs::metadata(totals)?.len();
    app.db.close().await;
    Ok(asked)
}

/// Returns of communes, which have none yet, for the last month: each a file of one unit, each durable, each in every
/// total above when it is done.
async fn accept(app: &App, nation: &Nation, communes: &[UnitId], meter: Meter) -> Result<Times> {
    let mut files = Vec::new();
    for unit in communes.iter().step_by(60).take(50) {
        let register = app.register.get();
        let state = register.latest(*unit).context("a commune without a state")?;
        let mut file = "unit_code,on,period,indicator,value,qualifier,coverage\n".to_owned();
        for (code, _) in &nation.indicators {
            let _ = writeln!(file, "{},{YEAR}-12-31,{YEAR}-M12,{code},7,exact,own", state.code);
        }
        files.push(file);
    }
    let mut walls = Vec::new();
    let running: Running = meter.start();
    for (at, file) in files.iter().enumerate() {
        let one = std::time::Instant::now();
        returns::import::figures(app, "cli:bench", &format!("one-{at}.csv"), file.as_bytes()).await?;
        walls.push(one.elapsed());
    }
    let spent = running.stop();
    let count = u32::try_from(files.len()).unwrap_or(1).max(1);
    let first = walls.first().copied().unwrap_or(Duration::ZERO);
    Ok(Times::new(walls, spent.cpu / count, nation.indicators.len(), first))
}
