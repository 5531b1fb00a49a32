use kernel::Assignment;
use web::{App, Result, Who};

use crate::store as rows;

/// Puts the forms of the data files into the database, where they are not there yet.
///
/// # Errors
/// When it cannot be written.
pub async fn load_forms(db: &store::Db) -> store::Result<()> {
    let catalogue = crate::catalogue().map_err(|err| store::Error::Decode(err.into()))?;
    if rows::count_forms(&mut db.read().await?).await? == catalogue.forms.len() {
        return Ok(());
    }
    let mut tx = db.write().await?;
    rows::insert_forms(&mut tx, &catalogue).await?;
    tx.commit().await
}

/// Lets the units of a level below a unit owe a form from a day on.
///
/// # Errors
/// When it cannot be written.
pub async fn assign(app: &App, who: &Who, assignment: &Assignment) -> Result<()> {
    let mut tx = app.db.write().await?;
    rows::insert_assignment(&mut tx, assignment).await?;
    audit::append(
        &mut tx,
        &audit::Entry {
            province: 0,
            at: app.clock.now(),
            actor: who.actor(),
            act: "returns.form-assigned",
            unit: Some(assignment.top),
            object: &assignment.form.to_string(),
        },
    )
    .await?;
    tx.commit().await?;
    let catalogue = rows::load_catalogue(&mut app.db.read().await?).await?;
    app.change_totals(|engine| engine.set_assignments(crate::follow::assignments(&catalogue)));
    app.catalogue.set(catalogue);
    Ok(())
}
