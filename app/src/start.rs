//! From a database to an application: schema, reference data, units, catalogue, totals.

use std::sync::Arc;

use anyhow::Context;
use kernel::{Chance, Clock, Instant, NewId};
use store::Db;
use web::{App, Settings, Shared, Texts, Totals};

use crate::{SLICES, totals};

/// The setting that marks a demo database.
pub const DEMO: &str = "demo";

/// The system's clock.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn clock() -> Clock {
    Clock::new(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    })
}

/// The system's randomness.
#[expect(clippy::disallowed_methods, reason = "the one place that asks for chance")]
pub fn chance() -> Chance {
    Chance::new(|bytes| {
        if getrandom::fill(bytes).is_err() {
            // Without randomness no session and no password is safe.
            std::process::abort();
        }
    })
}

/// Opens a database, brings it up to date and reads what the application needs from it.
///
/// # Errors
/// Says which step failed.
pub async fn open(place: &str, mut settings: Settings) -> anyhow::Result<App> {
    settings.totals.get_or_insert_with(|| totals::file(place));
    let db = Db::open(place).await.with_context(|| {
        format!("không mở được cơ sở dữ liệu / cannot open the database «{}»", without_password(place))
    })?;
    open_db(db, settings, clock(), chance()).await
}

/// The same with a database that is open and a clock of one's own.
///
/// # Errors
/// As [`open`].
pub async fn open_db(db: Db, mut settings: Settings, clock: Clock, chance: Chance) -> anyhow::Result<App> {
    store::migrate(&db)
        .await
        .context("không cập nhật được cấu trúc cơ sở dữ liệu / cannot bring the schema up to date")?;
    units::load_reference(&db).await.context("danh mục đơn vị hành chính / list of units")?;
    forms::load_forms(&db).await.context("biểu mẫu / forms")?;
    let mut conn = db.read().await?;
    settings.demo = store::setting(&mut conn, DEMO).await?.is_some();
    let register = units::load_register(&mut conn).await.context("danh mục đơn vị hành chính / list of units")?;
    let catalogue = forms::load_catalogue(&mut conn).await.context("danh mục chỉ tiêu / catalogue")?;
    let engine = returns::follow::engine(&register, &catalogue).map_err(|err| anyhow::anyhow!("{err}"))?;
    let mut totals = Totals::new(engine);
    if let Some(years) = settings.years {
        totals = totals.with_years(years, returns::years::reader(db.clone()));
    }
    let app = App {
        db,
        clock,
        chance,
        ids: Arc::new(NewId::default()),
        texts: Arc::new(Texts::new(SLICES).map_err(|err| anyhow::anyhow!(err))?),
        register: Shared::new(register),
        catalogue: Shared::new(catalogue),
        figures: Arc::new(totals),
        followed: web::Followed::default(),
        heavy: Arc::new(tokio::sync::Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from))),
        slices: SLICES,
        settings,
    };
    let ledger = |err: web::Error| anyhow::anyhow!("sổ cái / ledger: {err}");
    totals::restore(&app, &mut conn).await.map_err(ledger)?;
    returns::years::begin(&app, &mut conn).await.map_err(ledger)?;
    Ok(app)
}

/// Reads units and forms again after they were changed by a command.
///
/// # Errors
/// As [`open`].
pub async fn reload(app: &App) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    let register = units::load_register(&mut conn).await?;
    let catalogue = forms::load_catalogue(&mut conn).await?;
    let engine = returns::follow::engine(&register, &catalogue).map_err(|err| anyhow::anyhow!("{err}"))?;
    app.register.set(register);
    app.catalogue.set(catalogue);
    app.figures.replace(engine, web::Marks::new());
    returns::years::begin(app, &mut conn).await.map_err(|err| anyhow::anyhow!("sổ cái / ledger: {err}"))
}

/// The address without what must not be printed.
fn without_password(place: &str) -> String {
    match (place.split_once("://"), place.rsplit_once('@')) {
        (Some((kind, _)), Some((_, host))) => format!("{kind}://…@{host}"),
        _ => place.to_owned(),
    }
}
