use kernel::{AccountId, Issue};
use web::{App, Error, Result, Role, SessionKey, Who, close_sessions, open_session, open_weak_session};

use super::{
    Act, begin,
    enter::{Shown, enter},
    itself, second,
};
use crate::{
    account::{self, PASSWORD_MAX},
    breached, password,
    store::{self, factors},
    throttle::{self, Door},
};

/// Somebody who has just signed in.
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// The `Set-Cookie` of the new session. A secret.
    pub cookie: String,
    /// The `Set-Cookie` by which the browser is known again, if it was not known.
    pub browser: Option<String>,
    /// The second factor is still to be shown.
    pub must_show: bool,
    /// The roles held today: they decide where work begins.
    pub roles: Vec<Role>,
}

/// The browser at the door.
#[derive(Debug, Clone, Copy, Default)]
pub struct Came<'a> {
    /// Who was signed in there; that session ends.
    pub leaving: Option<&'a Who>,
    /// By what the browser is known, if it is.
    pub browser: Option<&'a SessionKey>,
}

/// Opens a session.
///
/// # Errors
/// Busy, if too many try this name from browsers in which it has never signed in. One and the same refusal, after the same work, for a wrong name, a wrong password and a closed account.
pub async fn sign_in(app: &App, name: &str, password: &str, came: Came<'_>) -> Result<SignedIn> {
    let folded = account::folded(name);
    let known = store::credentials(&mut app.db.read().await?, &folded).await?;
    let open = known.as_ref().filter(|it| !it.closed);
    let browser = match open {
        Some(it) => second::known_browser(app, it.id, came.browser).await?,
        None => None,
    };
    let door = browser.map_or(Door::Name(&folded), |it| Door::Browser(&it.0));
    // What can be no name is nobody's: there is nothing to guess.
    if account::name_issue(name).is_none() {
        throttle::wait(app, &door).await?;
    }
    let now = app.clock.now();
    // No password is that long: the work can be spared, whatever the name.
    let sane = account::length(password) <= PASSWORD_MAX;
    let right = sane && password::is_right(app, password, open.map(|it| it.password.as_str())).await?;
    if let Some(it) = open.filter(|_| right) {
        let object = it.id.to_string();
        let mut tx = begin(app, Act::new("access.signed-in", itself(it.id, &it.name), now, &object)).await?;
        // The password may have been changed or the account closed while this one was being checked.
        if store::password(&mut tx, it.id).await?.as_deref() == Some(it.password.as_str()) {
            let signed_in = enter(app, &mut tx, it.id, Shown::One, came, browser, now).await?;
            factors::clear_attempts(&mut tx, &door.bucket()).await?;
            tx.commit().await?;
            return Ok(signed_in);
        }
    }
    // What was typed as a name is written down only if it is one: people type their password there.
    let (actor, object) = match &known {
        Some(it) => (folded.as_str(), it.id.to_string()),
        None => ("?", String::new()),
    };
    let actor = audit::Actor { account: None, name: actor };
    begin(app, Act::new("access.sign-in-failed", actor, now, &object)).await?.commit().await?;
    Err(Error::Refused(vec![Issue::new("", "access-sign-in-wrong")]))
}

/// Ends the session that asks. The cookie that takes it from the browser is [`App::no_session`].
///
/// # Errors
/// When the database fails.
pub async fn sign_out(app: &App, who: &Who) -> Result<()> {
    let object = who.account.to_string();
    let mut tx = begin(app, Act::new("access.signed-out", who.actor(), app.clock.now(), &object)).await?;
    if let Some(session) = &who.session {
        close_sessions(&mut tx, who.account, Some(session)).await?;
    }
    Ok(tx.commit().await?)
}

/// Changes one's own password. All sessions end; the answer is the cookie of a new one.
///
/// # Errors
/// Refused, with what is wrong; stale, if the password was changed meanwhile.
pub async fn change_password(app: &App, who: &Who, current: &str, password: &str, again: &str) -> Result<String> {
    let mut issues = account::password_issues(password, again, &who.name);
    issues.extend(breached::issue(app, "password", password).await?);
    let stored = store::password(&mut app.db.read().await?, who.account).await?;
    let object = who.account.to_string();
    let sane = account::length(current) <= PASSWORD_MAX;
    if !(sane && password::is_right(app, current, stored.as_deref()).await?) {
        let act = Act::new("access.password-refused", who.actor(), app.clock.now(), &object);
        begin(app, act).await?.commit().await?;
        issues.insert(0, Issue::new("current", "access-password-wrong"));
    }
    if !issues.is_empty() {
        return Err(Error::Refused(issues));
    }
    let hash = password::hash(app, password).await?;
    let now = app.clock.now();
    let mut tx = begin(app, Act::new("access.password-changed", who.actor(), now, &object)).await?;
    if !store::put_password(&mut tx, who.account, stored.as_deref().unwrap_or_default(), &hash).await? {
        return Err(Error::Stale);
    }
    close_sessions(&mut tx, who.account, None).await?;
    let (cookie, key) = app.new_session();
    // As strong as the one that asked: whoever came this far has shown what there is to show.
    if second::has_factor(&mut tx, who.account).await? {
        open_session(&mut tx, &key, who.account, now).await?;
    } else {
        open_weak_session(&mut tx, &key, who.account, now).await?;
    }
    factors::drop_browsers(&mut tx, who.account).await?;
    tx.commit().await?;
    Ok(cookie)
}
