use ::store::Conn;
use kernel::{AccountId, Instant};
use web::{App, Result, SessionKey, close_sessions, open_session, open_weak_session};

use super::{Came, SignedIn, second};
use crate::store;

/// What somebody at the door has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// One thing: a second factor, where there is one, is still asked for.
    One,
    /// All there is to show.
    All,
}

/// Opens the session of an account and ends the one that the browser had. `known` is by what the account knows the
/// browser.
pub(super) async fn enter(
    app: &App,
    tx: &mut Conn,
    account: AccountId,
    shown: Shown,
    came: Came<'_>,
    known: Option<&SessionKey>,
    now: Instant,
) -> Result<SignedIn> {
    if let Some((account, session)) = came.leaving.and_then(|it| Some((it.account, it.session.as_ref()?))) {
        close_sessions(tx, account, Some(session)).await?;
    }
    let (cookie, key) = app.new_session();
    match shown {
        Shown::One => open_weak_session(tx, &key, account, now).await?,
        Shown::All => open_session(tx, &key, account, now).await?,
    }
    let must_show = shown == Shown::One && second::has_factor(tx, account).await?;
    // One thing alone makes a browser known only where it is all there is to show.
    let browser = if must_show { None } else { second::know(app, tx, account, known, now).await? };
    let (grants, today) = (store::grants(tx, account).await?, now.day());
    let roles = grants.iter().filter(|it| it.from <= today && !it.ended(today)).map(|it| it.role).collect();
    Ok(SignedIn { account, cookie, browser, must_show, roles })
}
