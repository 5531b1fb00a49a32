use forms::Extension;
use kernel::{Day, Form, Issue, Period, UnitId};
use web::{App, Error, Result, Who};

use super::{read_reason, refuse, reporting_day, stands_above, takes_form};
use crate::APPROVE;

/// No return waits longer for what was granted than a year after its due day.
const LONGEST: i32 = 366;

/// Grants a unit more time for one return, with the reason. A later grant replaces it, be it shorter.
///
/// # Errors
/// Not found when the unit is not below, or does not owe this; refused without a reason or with a day that is no later
/// than the due day.
pub async fn extend(
    app: &App,
    who: &Who,
    unit: UnitId,
    form: &Form,
    period: Period,
    until: &str,
    reason: &str,
) -> Result<()> {
    let scope = who.scope(APPROVE)?;
    let register = app.register.get();
    let day = reporting_day(&register, unit, period).ok_or(Error::NotFound)?;
    let today = app.clock.today();
    if !stands_above(&register, &scope, unit, day, today) || form.open || !form.takes(period) {
        return Err(Error::NotFound);
    }
    if !takes_form(app, form, unit, day) {
        return Err(Error::NotFound);
    }
    let due = app.catalogue.get().due_on(form, period);
    let Some(until) = Day::parse(until) else { return refuse("until", "returns-extension-no-day") };
    if until <= due || until > due.plus(LONGEST) {
        let issue = Issue::new("until", "returns-extension-day").with("due", web::date(due));
        return Err(Error::Refused(vec![issue]));
    }
    let reason = read_reason(reason)?;
    let province = register.province_of(unit, day).ok_or(Error::NotFound)?;
    let now = app.clock.now();
    let extension = Extension { unit, form: form.id, period, until, reason, at: now, by: who.full_name.clone() };
    let mut tx = app.db.write().await?;
    forms::insert_extension(&mut tx, province.0, app.new_id(), &extension).await?;
    let object = format!("{} {period} {until}", form.code);
    let entry = audit::Entry {
        province: province.0,
        at: now,
        actor: who.actor(),
        act: "returns.extended",
        unit: Some(unit),
        object: &object,
    };
    audit::append(&mut tx, &entry).await?;
    // Other servers on this database learn of it as they learn of new forms.
    forms::changed(&mut tx).await?;
    tx.commit().await?;
    crate::follow::catch_up(app, &mut app.db.read().await?).await
}
