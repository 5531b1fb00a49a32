use kernel::ReturnId;
use web::{App, Error, Result, Who};

use super::{fill::fillable, note};
use crate::{newer::Newer, store as rows};

/// Moves an open return to the version of its form that its period asks today. Figures that it does not ask are dropped;
/// steps from before are no longer taken back.
///
/// # Errors
/// Stale on an older revision; not found where there is no newer version.
pub async fn renew(app: &App, who: &Who, id: ReturnId, revision: i64) -> Result<()> {
    let mut tx = app.db.write().await?;
    let mut line = fillable(app, &mut tx, who, id, revision).await?;
    let Some(newer) = Newer::of(&line, &app.catalogue.get()) else { return Err(Error::NotFound) };
    rows::delete_steps(&mut tx, &line).await?;
    let versions = format!("{} → {}", line.form_version, newer.form.number);
    line.draft = newer.draft;
    super::change(&mut tx, &line, app.clock.now(), who).await?;
    rows::set_form_version(&mut tx, &line, newer.form.number).await?;
    note(app, &mut tx, who, &line, "returns.renewed", &versions).await?;
    Ok(tx.commit().await?)
}
