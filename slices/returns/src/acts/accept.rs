use kernel::{Cell, Issue, Issues, Level, UnitId};
use store::Conn;
use web::{App, Error, Result};

use crate::{
    locks,
    store::{self as rows, NewVersion},
};

/// The one door to the ledger: locks it, checks the version against every accepted figure, inserts the row.
pub(super) async fn accept(app: &App, tx: &mut Conn, version: &NewVersion) -> Result<()> {
    let register = app.register.get();
    let day = version.closes_on.unwrap_or(version.period.last());
    if register.get(version.unit, day).is_some_and(|it| it.level == Level::Nation) {
        rows::lock_all_ledgers(tx).await?;
    }
    let seq = rows::next_in_ledger(tx, version.province).await?;
    // With the ledger locked nobody else of this province commits; what they committed before is read first.
    crate::follow::catch_up_before(app, tx, version.province, seq).await?;
    let key = (version.unit, version.form, version.period);
    if let Some(closed) = locks::issue(app, tx, key, version.closes_on).await? {
        return Err(Error::Refused(vec![closed]));
    }
    let before = match version.replaces {
        Some(id) => rows::version(tx, id).await?.map(|(cells, _)| cells).unwrap_or_default(),
        None => Vec::new(),
    };
    let conflicts = conflicts(app, version, &before)?;
    if !conflicts.is_empty() {
        return Err(Error::Refused(conflicts));
    }
    rows::insert_version(tx, version, seq, app.clock.now()).await?;
    Ok(())
}

/// The figures that would be counted twice, each with both places named.
fn conflicts(app: &App, version: &NewVersion, before: &[Cell]) -> Result<Issues> {
    let change = figures::Change {
        unit: version.unit.0,
        period: version.period,
        until: version.closes_on,
        version: version.id.0,
        before,
        after: &version.cells,
    };
    let register = app.register.get();
    let catalogue = app.catalogue.get();
    let name = |unit: UnitId| register.latest(unit).map(|it| it.full_name.clone()).unwrap_or_default();
    let found = app.totals(|engine| engine.conflicts(&change))?.into_iter().map(|it| {
        let indicator = catalogue.indicator(it.indicator);
        Issue::new(format!("v.{}", indicator.map_or("", |it| &it.code)), "returns-conflict")
            .with("name", indicator.map_or("", |it| &it.name_vi))
            .with("unit", name(version.unit))
            .with("period", version.period)
            .with("other", name(UnitId(it.unit)))
            .with("other-period", it.period)
    });
    Ok(found.collect())
}
