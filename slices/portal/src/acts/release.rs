use audit::Entry;
use kernel::{Frequency, Issue, Period, UnitId};
use web::{App, Cover, Error, Result, Who};

use crate::{
    RELEASE,
    open::{self, Release, Sheets},
    store::open as rows,
};

/// Publishes the figures of a past year below a root; the tables stay as they are. Of a year that was published before,
/// an indicator is replaced only where the difference tells nothing about few. Of how many the old tables stay.
///
/// # Errors
/// Not found, if the unit is no root in scope; refused, if the period is no year, is not over, or overlaps another
/// published one: two years that overlap could be subtracted from each other.
pub async fn release(app: &App, who: &Who, root: UnitId, period: Period) -> Result<usize> {
    let (register, today) = (app.register.get(), app.clock.today());
    let covered = who.scope(RELEASE)?.cover(&register, root, today) == Cover::Full;
    let state = register.get(root, period.last()).or_else(|| register.get(root, today));
    if !covered || state.is_none_or(|it| it.parent.is_some()) {
        return Err(Error::NotFound);
    }
    let refuse = |text: &'static str| Err(Error::Refused(vec![Issue::new("period", text)]));
    if period.frequency() != Frequency::Year {
        return refuse("portal-open-no-year");
    }
    if period.last() >= today {
        return refuse("portal-open-not-over");
    }
    let catalogue = app.catalogue.get();
    let now = app.totals(|engine| open::sheets(engine, &register, &catalogue, root, period))?;
    let mut tx = app.db.write().await?;
    let of_root = rows::releases(&mut tx).await?.into_iter().filter(|it| it.root == root);
    let (same, others): (Vec<Release>, Vec<Release>) = of_root.partition(|it| it.period == period);
    if others.iter().any(|it| it.period.first() <= period.last() && period.first() <= it.period.last()) {
        return refuse("portal-open-overlaps");
    }
    let mut before = Vec::new();
    for it in &same {
        for (unit, text) in rows::sheets(&mut tx, root.0, it.id).await? {
            let sheets: Sheets = serde_json::from_str(&text).map_err(|err| Error::Internal(err.into()))?;
            before.push((unit, sheets));
        }
        rows::remove(&mut tx, root.0, it.id).await?;
    }
    let (all, kept) = open::keep(open::by_code(before), now);
    if all.is_empty() {
        return refuse("portal-open-nothing");
    }
    // The address of a year that was published stays.
    let id = same.first().map_or_else(|| app.new_id(), |it| it.id);
    let release = Release { root, id, period, released_at: app.clock.now() };
    let mut sheets = Vec::new();
    for (unit, of) in open::by_unit(&all) {
        sheets.push((unit, serde_json::to_string(&of).map_err(|err| Error::Internal(err.into()))?));
    }
    rows::insert(&mut tx, &release, &sheets).await?;
    let object = period.to_string();
    let entry = Entry {
        province: root.0,
        at: release.released_at,
        actor: who.actor(),
        act: "portal.figures-published",
        unit: Some(root),
        object: &object,
    };
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(kept)
}
