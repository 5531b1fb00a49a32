use kernel::Instant;
use web::{App, Error, Result, SessionKey, Who, close_sessions};

use super::{Act, begin};
use crate::store;

/// Puts the account's first steps away; a second time changes nothing.
pub(crate) async fn close_guide(app: &App, who: &Who) -> Result<()> {
    let (now, object) = (app.clock.now(), who.account.to_string());
    let mut tx = begin(app, Act::new("access.guide-closed", who.actor(), now, &object)).await?;
    if store::close_guide(&mut tx, who.account, now).await? {
        tx.commit().await?;
    }
    Ok(())
}

/// An open session of one's own.
pub(crate) struct Session {
    pub(crate) key: SessionKey,
    pub(crate) began: Instant,
    pub(crate) seen: Instant,
}

/// The account's sessions, the one used last first. Nothing is known of where they are.
pub(crate) async fn own(app: &App, who: &Who) -> Result<Vec<Session>> {
    let rows = web::sessions(&mut app.db.read().await?, who.account, app.clock.now()).await?;
    Ok(rows.into_iter().map(|(key, began, seen)| Session { key, began, seen }).collect())
}

/// Ends one of the account's other sessions, or all of them.
///
/// # Errors
/// Not found, if there is no such session of this account.
pub(crate) async fn end(app: &App, who: &Who, only: Option<&str>) -> Result<()> {
    let (now, object) = (app.clock.now(), who.account.to_string());
    let mut tx = begin(app, Act::new("access.sessions-ended", who.actor(), now, &object)).await?;
    let mut ended = 0;
    for (key, ..) in web::sessions(&mut tx, who.account, now).await? {
        let is_meant = only.map_or_else(|| who.session.as_ref() != Some(&key), |it| it == key.0);
        if is_meant {
            ended += close_sessions(&mut tx, who.account, Some(&key)).await?;
        }
    }
    if only.is_some() && ended == 0 {
        return Err(Error::NotFound);
    }
    // Whoever held them is not known at the door either.
    store::factors::drop_browsers(&mut tx, who.account).await?;
    Ok(tx.commit().await?)
}
