//! What staff and citizens do here. Each act: scope, read, write, audit, commit.

mod feedback;
mod news;
mod release;

pub(crate) use feedback::{handle, send, waiting};
pub use news::write;
pub(crate) use news::{change, list};
pub use release::release;

use kernel::{Level, Register, UnitId};
use web::{App, Error, Permission, Result, Who};

/// The units of the ministry and of provinces at which somebody has a permission.
///
/// # Errors
/// Forbidden, if there are none: communes neither write news nor read feedback.
pub(crate) fn offices(app: &App, who: &Who, permission: Permission) -> Result<Vec<UnitId>> {
    let (register, today) = (app.register.get(), app.clock.today());
    let is_office = |it: &UnitId| register.get(*it, today).is_some_and(|it| it.level <= Level::Province);
    let mut units: Vec<UnitId> = who.scope(permission)?.tops().iter().copied().filter(is_office).collect();
    units.sort_unstable();
    units.dedup();
    if units.is_empty() { Err(Error::Forbidden) } else { Ok(units) }
}

/// The provinces, and roots, that these offices answer for.
fn provinces(app: &App, offices: &[UnitId]) -> Vec<i64> {
    let (register, today) = (app.register.get(), app.clock.today());
    let below = |it: &UnitId| -> Vec<i64> {
        let children = register.children(*it, today);
        let provinces = children.iter().filter(|it| it.level == Level::Province);
        std::iter::once(it.0).chain(provinces.map(|it| it.id.0)).collect()
    };
    offices.iter().flat_map(below).collect()
}

/// The chain and key of what belongs to a unit.
fn province(register: &Register, unit: UnitId, app: &App) -> Result<i64> {
    register.province_of(unit, app.clock.today()).map(|it| it.0).ok_or(Error::NotFound)
}
