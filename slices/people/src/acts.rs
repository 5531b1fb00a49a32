//! What people do with rosters and teams. Each act: scope, read, write, audit, commit.

pub(crate) mod links;
pub(crate) mod ratings;
pub(crate) mod teams;
pub(crate) mod terms;

use kernel::{Instant, Issue, Level, UnitId};
use store::Conn;
use web::{App, Cover, Error, Permission, Result, Scope, Who};

use crate::place;

/// A unit that is in force today and within the scope of who asks.
pub(crate) struct Place {
    pub(crate) unit: UnitId,
    pub(crate) level: Level,
    /// What leads the key of its rows.
    pub(crate) province: i64,
}

/// The unit, if who asks may do this there.
///
/// # Errors
/// Not found, if it is out of scope or no longer in force.
pub(crate) fn place(app: &App, who: &Who, permission: Permission, unit: UnitId) -> Result<Place> {
    let (register, today) = (app.register.get(), app.clock.today());
    who.scope(permission)?.must_cover(&register, unit, today)?;
    let state = register.get(unit, today).ok_or(Error::NotFound)?;
    let province = register.province_of(unit, today).ok_or(Error::NotFound)?;
    Ok(Place { unit, level: state.level, province: province.0 })
}

/// Whether a record of a unit lies in a scope: wholly, or one of the heirs that it may still be given to.
pub(crate) fn reaches(app: &App, scope: &Scope, unit: UnitId) -> bool {
    scope.cover(&app.register.get(), unit, app.clock.today()) != Cover::None
}

/// Notes who read names: of a unit, of a team or of one term.
///
/// # Errors
/// The store's.
pub(crate) async fn looked(app: &App, who: &Who, unit: UnitId, object: &str) -> Result<()> {
    let (register, now) = (app.register.get(), app.clock.now());
    let day = register.nearest(unit, now.day()).map_or(now.day(), |it| now.day().min(it.last_day()).max(it.from));
    let province = register.province_of(unit, day).ok_or(Error::NotFound)?;
    let mut tx = app.db.write().await?;
    note(&mut tx, who, province.0, now, "people.read", unit, object).await?;
    Ok(tx.commit().await?)
}

async fn note(
    tx: &mut Conn,
    who: &Who,
    province: i64,
    at: Instant,
    act: &'static str,
    unit: UnitId,
    object: &str,
) -> Result<()> {
    let entry = audit::Entry { province, at, actor: who.actor(), act, unit: Some(unit), object };
    Ok(audit::append(tx, &entry).await?)
}

/// The heir that a record of a split unit is given to.
fn heir(app: &App, scope: &Scope, unit: UnitId, to: UnitId) -> Result<UnitId> {
    let (register, today) = (app.register.get(), app.clock.today());
    if place::holder(&register, unit, today).is_some() {
        return refuse("", "people-place-settled");
    }
    let heirs = register.heirs(unit, today);
    if !heirs.contains(&to) || scope.cover(&register, to, today) != Cover::Full {
        return refuse("unit", "people-place-wrong");
    }
    Ok(to)
}

fn refuse<T>(field: &str, text: &'static str) -> Result<T> {
    Err(Error::Refused(vec![Issue::new(field, text)]))
}
