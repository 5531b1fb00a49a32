use ::store::Write;
use kernel::{Day, IncidentId};
use web::{App, Error, Result, Who};

use super::{must_be, must_handle, note, own_unit, refuse};
use crate::{
    incident::{Incident, TypedIncident, parse},
    request::{needed, past_day},
    store::incidents as rows,
};

/// The incident, if who asks is its unit's officer.
///
/// # Errors
/// Not found.
pub(crate) async fn find(app: &App, who: &Who, id: IncidentId) -> Result<Incident> {
    let it = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound)?;
    must_handle(app, who, it.unit)?;
    Ok(it)
}

/// The incidents of the officer's units: those that are open, and those known since a day.
///
/// # Errors
/// The store's.
pub(crate) async fn list(app: &App, who: &Who, from: Day) -> Result<Vec<Incident>> {
    let mut all = rows::since(&mut app.db.read().await?, from).await?;
    all.retain(|it| must_handle(app, who, it.unit).is_ok());
    Ok(all)
}

/// Records an incident; its 72 hours run from when it was known.
///
/// # Errors
/// Refused with everything that is wrong.
pub(crate) async fn add(app: &App, who: &Who, typed: &TypedIncident) -> Result<IncidentId> {
    let now = app.clock.now();
    let (place, new) = match (own_unit(app, who, &typed.unit), parse(typed, now)) {
        (Ok(place), Ok(new)) => (place, new),
        (Err(Error::Refused(mut issues)), Err(more)) => {
            issues.extend(more);
            return Err(Error::Refused(issues));
        }
        (Err(err), _) => return Err(err),
        (_, Err(issues)) => return Err(Error::Refused(issues)),
    };
    let ((unit, province), (kind, detected_at, people, what)) = (place, new);
    let incident = Incident {
        province,
        id: IncidentId(app.new_id()),
        unit,
        kind,
        detected_at,
        people,
        what,
        notified_at: None,
        informed_on: None,
        measures: None,
        closed_on: None,
        revision: 1,
    };
    let mut tx = app.db.write().await?;
    rows::insert(&mut tx, &incident).await?;
    note(&mut tx, who, province, now, "privacy.incident-added", unit, &incident.id.to_string()).await?;
    tx.commit().await?;
    Ok(incident.id)
}

/// Notes that the specialised body was told, now.
///
/// # Errors
/// Not found out of scope; stale; refused if it was noted before.
pub(crate) async fn notify(app: &App, who: &Who, id: IncidentId, revision: &str) -> Result<()> {
    let (tx, it) = open(app, who, id, revision).await?;
    if it.notified_at.is_some() {
        return refuse("", "privacy-notified-already");
    }
    let it = Incident { notified_at: Some(app.clock.now()), ..it };
    write(app, who, tx, &it, "privacy.incident-notified").await
}

/// Closes an incident with what was done, and when the people concerned were told (empty: none had to be).
///
/// # Errors
/// Not found out of scope; stale; refused with everything that is wrong, or before the specialised body was told.
pub(crate) async fn close(
    app: &App,
    who: &Who,
    id: IncidentId,
    revision: &str,
    measures: &str,
    informed: &str,
) -> Result<()> {
    let (tx, it) = open(app, who, id, revision).await?;
    let today = app.clock.today();
    if it.notified_at.is_none() {
        return refuse("", "privacy-notify-first");
    }
    let informed_on = match informed.trim() {
        "" => Ok(None),
        text => past_day("informed_on", text, today).map(Some),
    };
    let (measures, informed_on) = match (needed("measures", measures), informed_on) {
        (Ok(measures), Ok(informed_on)) => (measures, informed_on),
        (measures, informed_on) => {
            return Err(Error::Refused([measures.err(), informed_on.err()].into_iter().flatten().collect()));
        }
    };
    let it = Incident { measures: Some(measures), informed_on, closed_on: Some(today), ..it };
    write(app, who, tx, &it, "privacy.incident-closed").await
}

async fn open(app: &App, who: &Who, id: IncidentId, revision: &str) -> Result<(Write, Incident)> {
    let mut tx = app.db.write().await?;
    let it = rows::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    must_handle(app, who, it.unit)?;
    must_be(it.revision, revision)?;
    if it.closed_on.is_some() {
        return refuse("", "privacy-closed-already");
    }
    Ok((tx, it))
}

async fn write(app: &App, who: &Who, mut tx: Write, it: &Incident, act: &'static str) -> Result<()> {
    if !rows::change(&mut tx, it).await? {
        return Err(Error::Stale);
    }
    note(&mut tx, who, it.province, app.clock.now(), act, it.unit, &it.id.to_string()).await?;
    Ok(tx.commit().await?)
}
