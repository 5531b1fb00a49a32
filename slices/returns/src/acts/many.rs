use kernel::{Form, Period, ReturnId, UnitId};
use web::{App, Result, Who};

use super::{
    Opening,
    fill::{fillable, stand_back},
    note, opening,
};
use crate::{
    Draft,
    store::{self as rows, ReturnLine},
};

/// The return of a unit, form and period as it stands, if somebody has opened it and who asks may fill it in.
///
/// # Errors
/// As [`super::open`]: what could not be opened is told now.
pub async fn standing(app: &App, who: &Who, unit: UnitId, form: &Form, period: Period) -> Result<Option<ReturnLine>> {
    let Opening { province, .. } = opening(app, who, unit, form, period)?;
    Ok(rows::find_for(&mut app.db.read().await?, province.0, unit, form.id, period).await?)
}

/// What goes into one of many returns: its id, the revision that was looked at, the whole draft.
pub type Filled = (ReturnId, i64, Draft);

/// Keeps the drafts of many returns, all or none; `file` is named in the history of each.
///
/// # Errors
/// As [`super::save`], for the first that cannot be kept; then none is.
pub async fn save_many(app: &App, who: &Who, filled: Vec<Filled>, file: &str) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    for (id, revision, draft) in filled {
        let mut line = fillable(app, &mut tx, who, id, revision).await?;
        stand_back(app, &mut tx, who, &line, now).await?;
        line.draft = draft;
        super::change(&mut tx, &line, now, who).await?;
        note(app, &mut tx, who, &line, "returns.filled", file).await?;
    }
    tx.commit().await?;
    Ok(())
}
