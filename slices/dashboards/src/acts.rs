//! What people do here: put figures on top of a unit's page for themselves.

use audit::Entry;
use kernel::{Indicator, Issue, UnitId};
use web::{App, Error, Result, Who};

use crate::store;

/// So many fit on top of a page.
pub(crate) const MOST: usize = 8;

/// Pins an indicator to a unit's page for the asker, or takes the pin away. The caller has found that the unit opens.
///
/// # Errors
/// Refused, if the indicator is guarded, for what stands on top of a page becomes a target; or if there are too many.
pub(crate) async fn pin(app: &App, who: &Who, unit: UnitId, indicator: &Indicator, on: bool) -> Result<()> {
    let refuse = |text: &'static str| Err(Error::Refused(vec![Issue::new("", text).with("most", MOST)]));
    if on && !app.catalogue.get().is_free(indicator) {
        return refuse("dashboards-pin-guarded");
    }
    let mut tx = app.db.write().await?;
    let changed = if on {
        if store::pins(&mut tx, who.account, unit).await?.len() >= MOST {
            return refuse("dashboards-pin-many");
        }
        store::pin(&mut tx, who.account, unit, indicator.id(), app.clock.now()).await?
    } else {
        store::unpin(&mut tx, who.account, unit, indicator.id()).await?
    };
    if changed > 0 {
        let entry = Entry {
            province: 0,
            at: app.clock.now(),
            actor: who.actor(),
            act: if on { "dashboards.pinned" } else { "dashboards.unpinned" },
            unit: Some(unit),
            object: &indicator.code,
        };
        audit::append(&mut tx, &entry).await?;
    }
    tx.commit().await?;
    Ok(())
}
