use audit::Entry;
use kernel::{Instant, Issue, Level, UnitId};
use web::{App, Error, Result, Who};

use super::{offices, provinces};
use crate::{
    FEEDBACK,
    feedback::{AT_ONCE, KEPT, KEPT_HANDLED, Message, WINDOW, read},
    store::feedback as rows,
};

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Takes a message to the staff of a province, or of the country where none is named. No audit entry: nobody is known who
/// did it, and a trace of when would be kept for ever.
///
/// # Errors
/// All that is wrong with it; or that too many came at once from all the world.
pub(crate) async fn send(app: &App, unit: &str, topic: &str, body: &str) -> Result<()> {
    let (topic, body) = read(topic, body).map_err(Error::Refused)?;
    let (register, today, now) = (app.register.get(), app.clock.today(), app.clock.now());
    let nation = || register.roots(today).into_iter().find(|it| it.level == Level::Nation).map(|it| it.id);
    let named = unit.parse::<UnitId>().ok().and_then(|it| register.get(it, today));
    let province = named.filter(|it| it.level == Level::Province).map(|it| it.id).or_else(nation);
    let province = province.ok_or(Error::NotFound)?.0;
    let ago = |span: i64| Instant::from_micros(now.micros() - span);
    let mut tx = app.db.write().await?;
    rows::forget(&mut tx, ago(KEPT_HANDLED * DAY), ago(KEPT * DAY)).await?;
    if rows::since(&mut tx, ago(WINDOW * MINUTE)).await? >= AT_ONCE {
        let issue = Issue::new("", "portal-feedback-many").with("minutes", WINDOW);
        return Err(Error::Refused(vec![issue]));
    }
    rows::insert(&mut tx, &Message { province, id: app.new_id(), topic, body, sent_at: now }).await?;
    tx.commit().await?;
    Ok(())
}

/// What waits for the staff, the oldest first.
pub(crate) async fn waiting(app: &App, who: &Who) -> Result<Vec<Message>> {
    let provinces = provinces(app, &offices(app, who, FEEDBACK)?);
    Ok(rows::waiting(&mut app.db.read().await?, provinces).await?)
}

/// Marks a message as handled.
///
/// # Errors
/// Not found, if there is none that waits in their provinces.
pub(crate) async fn handle(app: &App, who: &Who, id: i64) -> Result<()> {
    let provinces = provinces(app, &offices(app, who, FEEDBACK)?);
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let province = rows::handle(&mut tx, provinces, id, now).await?.ok_or(Error::NotFound)?;
    let object = id.to_string();
    let entry = Entry {
        province,
        at: now,
        actor: who.actor(),
        act: "portal.feedback-handled",
        unit: Some(UnitId(province)),
        object: &object,
    };
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}
