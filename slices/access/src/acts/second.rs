use ::store::{Conn, is_taken};
use kernel::{AccountId, Instant, Issue};
use web::{App, Entered, Error, Result, SessionKey, Who, close_sessions, open_session};

use super::{Act, begin, reached};
use crate::{
    grant::Reach,
    password, recovery,
    store::{self, factors},
    throttle::{self, Door},
    totp::{self, Secret},
};

/// So long a browser is known without being seen: half a year.
const KNOWN_FOR: i64 = 180 * 24 * 3_600_000_000;

/// What a browser gets when somebody comes in.
pub(crate) struct Entrance {
    /// The `Set-Cookie` values. Secrets.
    pub(crate) cookies: Vec<String>,
    /// New recovery codes, shown once.
    pub(crate) codes: Vec<String>,
}

/// What an account has to prove itself with beside its password.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Factors {
    /// An app on a telephone.
    pub(crate) app: bool,
    /// Passkeys.
    pub(crate) passkeys: i64,
    /// Recovery codes that are left.
    pub(crate) codes: i64,
}

/// What an account has.
pub(crate) async fn factors(app: &App, who: &Who) -> Result<Factors> {
    let mut conn = app.db.read().await?;
    Ok(Factors {
        app: factors::totp(&mut conn, who.account).await?.is_some(),
        passkeys: factors::passkey_count(&mut conn, who.account).await?,
        codes: factors::recovery_count(&mut conn, who.account).await?,
    })
}

/// Whether who asks may not be without a second factor.
pub(crate) fn is_compelled(app: &App, who: &Who) -> bool {
    !app.settings.demo && who.grants.iter().any(|it| it.0.needs_second_factor())
}

/// A new secret for an app.
pub(crate) fn new_secret(app: &App) -> Secret {
    Secret(app.chance.bytes())
}

/// Adds an app whose secret has just been shown, proved by a code of it. The account's other sessions end: they have not
/// shown it.
///
/// # Errors
/// Refused, if the code is not one of the app's; stale, if there is an app already.
pub(crate) async fn add_app(app: &App, who: &Who, secret: Secret, typed: &str) -> Result<Entrance> {
    fully(who)?;
    let now = app.clock.now();
    let Some(step) = secret.step_of(typed, now) else {
        return Err(refused("code", "access-code-wrong"));
    };
    let object = who.account.to_string();
    let mut tx = begin(app, Act::new("access.app-added", who.actor(), now, &object)).await?;
    let sealed = app.seal(&place(who.account), &secret.text()).ok_or_else(no_key)?;
    match factors::add_totp(&mut tx, who.account, &sealed, step, now).await {
        Err(err) if is_taken(&err) => return Err(Error::Stale),
        added => added?,
    }
    let codes = new_codes(app, &mut tx, who.account).await?;
    let cookies = vec![anew(app, &mut tx, who.account, now).await?];
    tx.commit().await?;
    Ok(Entrance { cookies, codes })
}

/// Shows the second factor after the password: a code of the app, or a recovery code, which is then gone.
///
/// # Errors
/// Refused, if it is not one; busy, if too many were tried. Of two that use one code at once, one comes in.
pub(crate) async fn show_code(app: &App, who: &Who, typed: &str, browser: Option<&SessionKey>) -> Result<Entrance> {
    if who.entered != Entered::MustShow {
        return Err(Error::Stale);
    }
    let known = known_browser(app, who.account, browser).await?;
    let door = known.map_or(Door::Code(who.account.0), |it| Door::Browser(&it.0));
    throttle::wait(app, &door).await?;
    let (now, object) = (app.clock.now(), who.account.to_string());
    let is_app = totp::code(typed).is_some();
    let name = if is_app { "access.code-shown" } else { "access.recovery-code-used" };
    let mut tx = begin(app, Act::new(name, who.actor(), now, &object)).await?;
    let right = if is_app {
        let known = factors::totp(&mut tx, who.account).await?;
        let secret = known.and_then(|it| Secret::parse(&app.unseal(&place(who.account), &it)?));
        match secret.and_then(|it| it.step_of(typed, now)) {
            Some(step) => factors::use_step(&mut tx, who.account, step).await?,
            None => false,
        }
    } else {
        match recovery::key(typed) {
            Some(key) => factors::use_recovery(&mut tx, who.account, &key).await?,
            None => false,
        }
    };
    // The session must still be there: two requests of one session do not become two.
    if !right || close_sessions(&mut tx, who.account, who.session.as_ref()).await? != 1 {
        drop(tx);
        begin(app, Act::new("access.code-refused", who.actor(), now, &object)).await?.commit().await?;
        return Err(refused("code", "access-code-wrong"));
    }
    factors::clear_attempts(&mut tx, &door.bucket()).await?;
    let (cookie, key) = app.new_session();
    open_session(&mut tx, &key, who.account, now).await?;
    let mut cookies = vec![cookie];
    cookies.extend(know(app, &mut tx, who.account, known, now).await?);
    tx.commit().await?;
    Ok(Entrance { cookies, codes: Vec::new() })
}

/// Removes the app, after the password.
///
/// # Errors
/// Refused, if the password is wrong, or if the account would be left without a factor that its roles need.
pub(crate) async fn remove_app(app: &App, who: &Who, password: &str) -> Result<()> {
    confirm(app, who, password).await?;
    let (now, object) = (app.clock.now(), who.account.to_string());
    let mut tx = begin(app, Act::new("access.app-removed", who.actor(), now, &object)).await?;
    if !factors::drop_totp(&mut tx, who.account).await? {
        return Err(Error::Stale);
    }
    keep_a_factor(app, &mut tx, who).await?;
    Ok(tx.commit().await?)
}

/// Makes recovery codes anew, after the password; the earlier ones open nothing any more.
///
/// # Errors
/// Refused, if the password is wrong.
pub(crate) async fn renew_codes(app: &App, who: &Who, password: &str) -> Result<Vec<String>> {
    confirm(app, who, password).await?;
    let (now, object) = (app.clock.now(), who.account.to_string());
    let mut tx = begin(app, Act::new("access.recovery-codes-made", who.actor(), now, &object)).await?;
    let codes = new_codes(app, &mut tx, who.account).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Takes all second factors and sessions from somebody who has lost theirs, so that they set them up anew after their
/// password, which the administrator does not learn.
///
/// # Errors
/// Refused, for one's own account; not found, unless all rights of the account lie within the scope of who asks.
pub async fn reset_factors(app: &App, who: &Who, id: AccountId) -> Result<()> {
    let (now, register, object) = (app.clock.now(), app.register.get(), id.to_string());
    let mut tx = begin(app, Act::new("access.factors-reset", who.actor(), now, &object)).await?;
    reached(&mut tx, &register, who, id, now.day(), Reach::Whole).await?;
    if id == who.account {
        return Err(refused("", "access-factors-own"));
    }
    factors::drop_totp(&mut tx, id).await?;
    factors::drop_passkeys(&mut tx, id).await?;
    factors::put_recovery(&mut tx, id, &[]).await?;
    factors::drop_browsers(&mut tx, id).await?;
    close_sessions(&mut tx, id, None).await?;
    Ok(tx.commit().await?)
}

/// The browser's key, if the account has signed in there before.
pub(crate) async fn known_browser<'a>(
    app: &App,
    account: AccountId,
    browser: Option<&'a SessionKey>,
) -> Result<Option<&'a SessionKey>> {
    let Some(key) = browser else { return Ok(None) };
    Ok(factors::knows_browser(&mut app.db.read().await?, account, key).await?.then_some(key))
}

/// Knows the browser from now on; the cookie to set, if it was not known.
pub(crate) async fn know(
    app: &App,
    conn: &mut Conn,
    account: AccountId,
    known: Option<&SessionKey>,
    now: Instant,
) -> Result<Option<String>> {
    if known.is_some() {
        return Ok(None);
    }
    let (cookie, key) = app.new_browser();
    factors::know_browser(conn, account, &key, now, now.micros() - KNOWN_FOR).await?;
    Ok(Some(cookie))
}

/// Ends all sessions of the account and opens one that has shown everything; its cookie.
pub(crate) async fn anew(app: &App, conn: &mut Conn, account: AccountId, now: Instant) -> Result<String> {
    close_sessions(conn, account, None).await?;
    let (cookie, key) = app.new_session();
    open_session(conn, &key, account, now).await?;
    Ok(cookie)
}

/// New recovery codes in place of all earlier ones.
pub(crate) async fn new_codes(app: &App, conn: &mut Conn, account: AccountId) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..recovery::COUNT).map(|_| recovery::code(&app.chance.bytes())).collect();
    let keys: Vec<String> = codes.iter().filter_map(|it| recovery::key(it)).collect();
    factors::put_recovery(conn, account, &keys).await?;
    Ok(codes)
}

/// Who has a second factor shows it before changing factors.
pub(crate) fn fully(who: &Who) -> Result<()> {
    if who.entered == Entered::MustShow { Err(Error::SecondFactor(true)) } else { Ok(()) }
}

/// Asks for the password again before factors are changed: an open session left alone is not enough.
pub(crate) async fn confirm(app: &App, who: &Who, typed: &str) -> Result<()> {
    fully(who)?;
    throttle::wait(app, &Door::Code(who.account.0)).await?;
    let stored = store::password(&mut app.db.read().await?, who.account).await?;
    let right = password::is_right(app, typed, stored.as_deref()).await?;
    if right {
        let mut tx = app.db.write().await?;
        factors::clear_attempts(&mut tx, &Door::Code(who.account.0).bucket()).await?;
        return Ok(tx.commit().await?);
    }
    let object = who.account.to_string();
    let act = Act::new("access.password-refused", who.actor(), app.clock.now(), &object);
    begin(app, act).await?.commit().await?;
    Err(refused("password", "access-password-wrong"))
}

/// Refuses to leave an account without a factor that its roles need; without any factor its recovery codes go too.
pub(crate) async fn keep_a_factor(app: &App, conn: &mut Conn, who: &Who) -> Result<()> {
    if has_factor(conn, who.account).await? {
        return Ok(());
    }
    if is_compelled(app, who) {
        return Err(refused("password", "access-factor-last"));
    }
    Ok(factors::put_recovery(conn, who.account, &[]).await?)
}

/// Whether an account has a second factor.
pub(crate) async fn has_factor(conn: &mut Conn, account: AccountId) -> Result<bool> {
    Ok(factors::totp(conn, account).await?.is_some() || factors::passkey_count(conn, account).await? > 0)
}

/// Seals anew what is not sealed with the newest key, and what was kept before there were keys; how many.
///
/// # Errors
/// When the database fails. A secret that no key opens stays as it is, with a line in the log: its account comes in by a
/// recovery code, or after its administrator has reset it.
pub async fn seal_anew(app: &App) -> Result<usize> {
    let Some(seal) = &app.settings.seal else { return Ok(0) };
    let rows = factors::all_totp(&mut app.db.read().await?).await?;
    let old: Vec<_> = rows.into_iter().filter(|(_, text)| !seal.is_newest(text)).collect();
    if old.is_empty() {
        return Ok(0);
    }
    let object = old.len().to_string();
    let actor = audit::Actor { account: None, name: "server" };
    let mut tx = begin(app, Act::new("access.secrets-sealed", actor, app.clock.now(), &object)).await?;
    let mut count = 0;
    for (account, text) in old {
        let secret = app.unseal(&place(account), &text).or_else(|| Secret::parse(&text).map(Secret::text));
        let sealed = secret.and_then(|it| app.seal(&place(account), &it));
        if let Some(sealed) = sealed {
            count += usize::from(factors::put_totp(&mut tx, account, &text, &sealed).await?);
        } else {
            tracing::error!(%account, "no key opens the secret of this account's app");
        }
    }
    tx.commit().await?;
    Ok(count)
}

/// Where an account's secret is sealed for.
fn place(account: AccountId) -> String {
    format!("totp {account}")
}

/// The server was started without its keys.
#[derive(Debug, thiserror::Error)]
#[error("no key to seal a secret with")]
struct NoKey;

fn no_key() -> Error {
    Error::Internal(Box::new(NoKey))
}

fn refused(field: &'static str, text: &'static str) -> Error {
    Error::Refused(vec![Issue::new(field, text)])
}
