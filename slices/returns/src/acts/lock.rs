use kernel::{Form, Level, Period, UnitId};
use web::{App, Error, Result, Who};

use super::{read_reason, refuse};
use crate::{
    APPROVE, locks,
    store::{self as rows, Lock},
};

/// Closes a period of a form for all units below one, or opens it again, with the reason.
///
/// # Errors
/// Not found when the unit is out of reach or the form has no such period; refused without a reason, or when it is so
/// already.
pub async fn lock(
    app: &App,
    who: &Who,
    top: UnitId,
    form: &Form,
    period: Period,
    close: bool,
    reason: &str,
) -> Result<()> {
    let scope = who.scope(APPROVE)?;
    let (register, today, now) = (app.register.get(), app.clock.today(), app.clock.now());
    scope.must_cover(&register, top, today)?;
    if !form.takes(period) || form.open || !form.is_for(&register, top, today) {
        return Err(Error::NotFound);
    }
    let reason = read_reason(reason)?;
    let province = register.province_of(top, today).ok_or(Error::NotFound)?;
    let mut tx = app.db.write().await?;
    // What is being accepted in this moment is accepted first, or finds the lock.
    if register.get(top, today).is_some_and(|it| it.level == Level::Nation) {
        rows::lock_all_ledgers(&mut tx).await?;
    } else {
        rows::hold_ledger(&mut tx, province.0).await?;
    }
    let before = rows::locks_at(&mut tx, &[top], period).await?;
    if locks::closed(&before, form.id, period, &[top]).is_some() == close {
        return refuse("", "returns-lock-already");
    }
    let lock = Lock { top, form: form.id, period, locked: close, at: now, by: who.full_name.clone(), reason };
    rows::insert_lock(&mut tx, app.new_id(), &lock).await?;
    let entry = audit::Entry {
        province: province.0,
        at: now,
        actor: who.actor(),
        act: if close { "returns.period-locked" } else { "returns.period-unlocked" },
        unit: Some(top),
        object: &format!("{} {period}", form.code),
    };
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}
