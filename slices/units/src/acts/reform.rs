use crate::{
    REFORM,
    reform::{Applied, Closing, Effect, Handed, Inherited, Reform, closings, effect, fingerprint, handed, inherited},
    store,
};
use ::store::Conn;
use audit::Entry;
use figures::{Engine, Hierarchy};
use kernel::{Day, IndicatorId, Issue, Level, Period, Register, UnitId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use web::{App, Cover, Error, Result, Who};

/// What a reform file would do.
#[derive(Debug)]
pub struct Preview {
    /// The plan.
    pub reform: Reform,
    /// The units as they are.
    pub before: Arc<Register>,
    /// The units as they would be.
    pub after: Register,
    /// What it does to the figures.
    pub effect: Effect,
    /// Forms that are owed by heirs from then on.
    pub handed: Vec<Handed>,
    /// Forms and indicators of their own that heirs have from then on.
    pub inherited: Vec<Inherited>,
    /// Returns that the units still owe that end inside a period.
    pub closings: Vec<Closing>,
}

/// Plans a reform file and works out its effect on the figures. Changes nothing.
///
/// # Errors
/// Refused, with every line that cannot stand; not found, if it reaches beyond what the person may change.
pub async fn preview_reform(app: &App, who: &Who, text: &str) -> Result<Preview> {
    check_new(&mut app.db.read().await?, text).await?;
    let before = app.register.get();
    let reform = plan(app, who, text, &before)?;
    let indicators: Vec<IndicatorId> = app.catalogue.get().indicators().iter().map(kernel::Indicator::id).collect();
    let leave = Arc::clone(&app.heavy).acquire_owned().await.map_err(|err| Error::Internal(err.into()))?;
    let app = app.clone();
    // A reform of the whole country looks at every figure that is held.
    tokio::task::spawn_blocking(move || {
        let _leave = leave;
        let after = reform.apply_to(&before).map_err(internal)?;
        let hierarchy = after.to_hierarchy().map_err(internal)?;
        let mut found = Effect::default();
        // Year by year: not all years need be in memory.
        for year in years(app.periods()) {
            let ask = |engine: &Engine| effect(engine, &before, &reform, &hierarchy, &year, &indicators);
            found.lines.extend(app.totals(ask)?.map_err(internal)?.lines);
        }
        let catalogue = app.catalogue.get();
        let handed = handed(&catalogue, &reform, &after);
        let inherited = inherited(&catalogue, &reform, &after);
        let closings = closings(&catalogue, &reform, &before);
        Ok(Preview { reform, before, after, effect: found, handed, inherited, closings })
    })
    .await?
}

/// Applies a reform file, whole or not at all. When this returns, this server answers by the new units; others follow
/// within a second.
///
/// # Errors
/// As [`preview_reform`]; the same file is applied once.
pub async fn apply_reform(app: &App, who: &Who, text: &str) -> Result<Applied> {
    let mut tx = app.db.write().await?;
    // From here to the commit nobody else changes units, so that the plan is made on what it will be written to.
    store::next_version(&mut tx).await?;
    check_new(&mut tx, text).await?;
    let register = store::load_register(&mut tx).await.map_err(internal)?;
    let reform = plan(app, who, text, &register)?;
    let applied = Applied::new(app.new_id(), &reform, app.clock.now(), &who.name);
    store::insert_states(&mut tx, &reform.begins).await?;
    for (unit, from, until) in &reform.ends {
        if store::end_state(&mut tx, *unit, *from, *until).await? != 1 {
            return Err(Error::Stale);
        }
    }
    store::insert_successions(&mut tx, &reform.successions).await?;
    store::insert_reform(&mut tx, &applied, &fingerprint(text), Some(text)).await?;
    let chain = chain(&reform, &register);
    let object = applied.id.to_string();
    audit::append(
        &mut tx,
        &Entry {
            province: chain.map_or(0, |it| it.0),
            at: applied.applied_at,
            actor: who.actor(),
            act: "units.reformed",
            unit: chain,
            object: &object,
        },
    )
    .await?;
    tx.commit().await?;
    let following = app.followed.lock().await;
    follow(app, &mut app.db.read().await?).await?;
    drop(following);
    Ok(applied)
}

/// Reads the units again if the database has another version of them than this server, and places all figures anew.
/// Whether it had. Whoever calls this holds `app.followed`: what follows the database does so one after another.
///
/// # Errors
/// When the database cannot be read, or its units contradict themselves.
pub async fn follow(app: &App, conn: &mut Conn) -> Result<bool> {
    if store::version(conn).await? == app.register.get().version() {
        return Ok(false);
    }
    let register = store::load_register(conn).await.map_err(internal)?;
    let hierarchy: Arc<Hierarchy> = Arc::new(register.to_hierarchy().map_err(internal)?);
    app.change_totals(|engine| engine.set_hierarchy(hierarchy)).map_err(internal)?;
    // The units after the totals: nobody finds a unit that the totals do not know.
    app.register.set(register);
    Ok(true)
}

/// Periods by their year.
fn years(periods: BTreeSet<Period>) -> impl Iterator<Item = Vec<Period>> {
    let mut res: BTreeMap<i32, Vec<Period>> = BTreeMap::new();
    for it in periods {
        res.entry(it.year()).or_default().push(it);
    }
    res.into_values()
}

fn internal(err: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(err.into())
}

async fn check_new(conn: &mut Conn, text: &str) -> Result<()> {
    let Some(before) = store::reform_of(conn, &fingerprint(text)).await? else { return Ok(()) };
    let issue = Issue::new("file", "units-bad-applied").with("day", web::date(before.applied_at.day()));
    Err(Error::Refused(vec![issue]))
}

/// A plan that the person may carry out.
fn plan(app: &App, who: &Who, text: &str, register: &Register) -> Result<Reform> {
    let scope = who.scope(REFORM)?;
    let reform = Reform::parse(text, register, || UnitId(app.new_id())).map_err(Error::Refused)?;
    let today = app.clock.today();
    let within = |unit: UnitId| {
        // What begins on a later day is looked up on that day.
        let day = register.life(unit).map_or(today, |(from, _)| today.max(from));
        scope.cover(register, unit, day) == Cover::Full
    };
    if reform.reaches(register).into_iter().all(within) { Ok(reform) } else { Err(Error::NotFound) }
}

/// Whose audit chain it belongs to: the province's in which all of it happens, else the country's.
fn chain(reform: &Reform, register: &Register) -> Option<UnitId> {
    let day: Day = reform.first_day().plus(-1);
    let above = |unit: UnitId| {
        let mut chain = register.ancestors(unit, day);
        chain.insert(0, register.get(unit, day)?);
        let province = chain.iter().find(|it| it.level == Level::Province);
        province.or(chain.last()).map(|it| it.id)
    };
    let mut all: Vec<UnitId> = reform.reaches(register).into_iter().filter_map(above).collect();
    all.sort_unstable();
    all.dedup();
    match all.as_slice() {
        [one] => Some(*one),
        _ => all.first().and_then(|it| register.ancestors(*it, day).last().map(|it| it.id)).or(all.first().copied()),
    }
}
