//! The way in through an identity provider. It opens accounts that were linked to it beforehand, and makes none.

use ::store::is_taken;
use kernel::{AccountId, Issue};
use sha2::{Digest, Sha256};
use web::{App, Entered, Error, Provider, Result, Who};

use super::{
    Act, Came, SignedIn, begin,
    enter::{Shown, enter},
    itself, reached, second,
};
use crate::{
    grant::Reach,
    openid::{self, Failure, Identity, Words},
    store::{provider as links, questions},
};

/// Where the provider sends the browser back.
pub(crate) const BACK: &str = "/sign-in/provider/return";
/// So long an errand may take: ten minutes, as its cookie.
const OPEN_FOR: i64 = 10 * 60_000_000;
/// So many errands may be under way at once, from all browsers together.
const OPEN_AT_ONCE: i64 = 10_000;
/// The longest subject there is (OpenID Connect Core, 2).
const SUBJECT_MAX: usize = 255;

/// A browser that is sent to the provider.
pub(crate) struct Onward {
    /// The `Set-Cookie` of the errand. A secret.
    pub(crate) cookie: String,
    /// The provider's address, with our question in it.
    pub(crate) address: String,
}

/// What came of an errand.
pub(crate) enum Back {
    /// Somebody is in; where they wanted to go.
    In(SignedIn, String),
    /// An account is linked.
    Linked,
}

/// What a browser brought back from the provider.
pub(crate) struct Brought<'a> {
    pub(crate) secret: Option<&'a str>,
    pub(crate) state: &'a str,
    pub(crate) code: &'a str,
    /// Who says to have sent it (RFC 9207); empty if nobody.
    pub(crate) issuer: &'a str,
}

/// The provider that was configured.
///
/// # Errors
/// Refused, if there is none.
pub(crate) fn provider(app: &App) -> Result<&Provider> {
    app.settings.provider.as_ref().ok_or_else(|| refused("access-provider-none"))
}

/// Where the provider sends the browser back, in full.
fn back(app: &App) -> Result<String> {
    app.settings.address(BACK).ok_or_else(|| refused("access-provider-none"))
}

/// Sends whoever is at the door to the provider.
///
/// # Errors
/// Refused, if the provider does not answer; busy, if very many are on their way.
pub(crate) async fn go(app: &App, next: &str) -> Result<Onward> {
    send(app, None, next).await
}

/// Sends somebody to the provider to link their account, after the password: an open session left alone is not enough to
/// make a second way in.
///
/// # Errors
/// As [`go`]; refused, if the password is wrong or the account is linked already.
pub(crate) async fn go_linking(app: &App, who: &Who, password: &str) -> Result<Onward> {
    let provider = provider(app)?;
    second::confirm(app, who, password).await?;
    if links::of(&mut app.db.read().await?, &provider.issuer, who.account).await?.is_some() {
        return Err(refused("access-provider-linked-already"));
    }
    send(app, Some(who.account), "").await
}

async fn send(app: &App, account: Option<AccountId>, next: &str) -> Result<Onward> {
    let provider = provider(app)?;
    let back = back(app)?;
    let (cookie, secret) = app.new_errand();
    let words = Words::of(&secret);
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let open = questions::ask(&mut tx, &hashed(&words.state), account, next, now, now.micros() - OPEN_FOR).await?;
    if open > OPEN_AT_ONCE {
        return Err(Error::Busy(60));
    }
    tx.commit().await?;
    let address = openid::address(provider, &back, &words).await.map_err(said)?;
    Ok(Onward { cookie, address })
}

/// Comes back: signs in, or links the account of who left for that.
///
/// # Errors
/// Refused alike, with a failed sign-in in the audit, for an errand that this browser did not begin, one that has come
/// back before, and anything about the token that does not hold; refused, for a subject that nobody has linked.
pub(crate) async fn come(app: &App, brought: Brought<'_>, came: Came<'_>) -> Result<Back> {
    let provider = provider(app)?;
    let back = back(app)?;
    let words = brought.secret.map(Words::of).filter(|it| it.state == brought.state);
    let Some(words) = words.filter(|_| brought.issuer.is_empty() || brought.issuer == provider.issuer) else {
        return Err(failed(app, "access-provider-wrong").await);
    };
    let (now, key) = (app.clock.now(), hashed(&words.state));
    let linking = came.leaving.filter(|it| it.entered == Entered::Fully);
    let mut tx = app.db.write().await?;
    let taken = questions::take(&mut tx, &key, now.micros() - OPEN_FOR).await?;
    tx.commit().await?;
    let Some((account, next)) = taken else { return Err(failed(app, "access-provider-wrong").await) };
    // Whoever left to link an account is still signed in to that very one.
    if account.is_some() && account != linking.map(|it| it.account) {
        return Err(failed(app, "access-provider-wrong").await);
    }
    let found = match openid::identity(provider, &back, &words, brought.code, now).await {
        Ok(it) if it.subject.len() <= SUBJECT_MAX => it,
        Ok(_) | Err(Failure::Wrong) => return Err(failed(app, "access-provider-wrong").await),
        Err(Failure::Away) => return Err(said(Failure::Away)),
    };
    match linking.filter(|_| account.is_some()) {
        Some(who) => link(app, provider, who, &found.subject).await.map(|()| Back::Linked),
        None => sign_in(app, provider, &found, came).await.map(|it| Back::In(it, next)),
    }
}

async fn link(app: &App, provider: &Provider, who: &Who, subject: &str) -> Result<()> {
    let (now, object) = (app.clock.now(), who.account.to_string());
    let mut tx = begin(app, Act::new("access.provider-linked", who.actor(), now, &object)).await?;
    match links::add(&mut tx, &provider.issuer, subject, who.account, true, now).await {
        Err(err) if is_taken(&err) => return Err(refused("access-provider-taken")),
        added => added?,
    }
    Ok(tx.commit().await?)
}

async fn sign_in(app: &App, provider: &Provider, found: &Identity, came: Came<'_>) -> Result<SignedIn> {
    let (account, name) = match links::find(&mut app.db.read().await?, &provider.issuer, &found.subject).await? {
        Some((account, name, true)) => (account, name),
        Some((_, _, false)) => return Err(failed(app, "access-provider-unconfirmed").await),
        None => return Err(failed(app, "access-provider-unknown").await),
    };
    let browser = second::known_browser(app, account, came.browser).await?;
    let (now, object) = (app.clock.now(), account.to_string());
    let mut tx = begin(app, Act::new("access.signed-in-by-provider", itself(account, &name), now, &object)).await?;
    // Again under the lock: the account may have been closed or unlinked meanwhile.
    let still = links::find(&mut tx, &provider.issuer, &found.subject).await?;
    if still.is_none_or(|it| it.0 != account || !it.2) {
        return Err(refused("access-provider-unknown"));
    }
    links::used(&mut tx, &provider.issuer, &found.subject, now).await?;
    let shown = if found.strong { Shown::All } else { Shown::One };
    let signed_in = enter(app, &mut tx, account, shown, came, browser, now).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Says that a link which an administrator proposed is one's own, after the password.
///
/// # Errors
/// Refused, if the password is wrong; stale, if there is no such proposal any more.
pub(crate) async fn confirm(app: &App, who: &Who, subject: &str, password: &str) -> Result<()> {
    let provider = provider(app)?;
    second::confirm(app, who, password).await?;
    let (now, object) = (app.clock.now(), who.account.to_string());
    let mut tx = begin(app, Act::new("access.provider-linked", who.actor(), now, &object)).await?;
    // The one that was read on the page, not one that was proposed since.
    if !links::confirm(&mut tx, &provider.issuer, subject, who.account, now).await? {
        return Err(Error::Stale);
    }
    Ok(tx.commit().await?)
}

/// Unlinks one's own account, after the password.
///
/// # Errors
/// Refused, if the password is wrong; stale, if it is not linked.
pub(crate) async fn unlink(app: &App, who: &Who, password: &str) -> Result<()> {
    let provider = provider(app)?;
    second::confirm(app, who, password).await?;
    let (now, object) = (app.clock.now(), who.account.to_string());
    let mut tx = begin(app, Act::new("access.provider-unlinked", who.actor(), now, &object)).await?;
    if !links::remove(&mut tx, &provider.issuer, who.account).await? {
        return Err(Error::Stale);
    }
    Ok(tx.commit().await?)
}

/// Proposes a link to an account: who has this subject at the provider is this person. It opens nothing until its owner
/// confirms it, for an administrator acts for nobody.
///
/// # Errors
/// Refused, for what is no subject, one that is linked, or one's own account; not found, unless all rights of the account
/// lie within the scope of who asks.
pub(crate) async fn propose(app: &App, who: &Who, id: AccountId, subject: &str) -> Result<()> {
    let (now, register, object) = (app.clock.now(), app.register.get(), id.to_string());
    let mut tx = begin(app, Act::new("access.provider-proposed", who.actor(), now, &object)).await?;
    let (account, _) = reached(&mut tx, &register, who, id, now.day(), Reach::Whole).await?;
    let provider = provider(app)?;
    if let Some(text) = account.takes_nothing() {
        return Err(refused(text));
    }
    if !(1..=SUBJECT_MAX).contains(&subject.len()) || !subject.chars().all(|it| it.is_ascii_graphic()) {
        return Err(Error::Refused(vec![Issue::new("subject", "access-provider-subject-wrong")]));
    }
    match links::add(&mut tx, &provider.issuer, subject, id, false, now).await {
        Err(err) if is_taken(&err) => Err(Error::Refused(vec![Issue::new("subject", "access-provider-taken")])),
        added => {
            added?;
            Ok(tx.commit().await?)
        }
    }
}

/// Unlinks somebody's account, which they can link again.
///
/// # Errors
/// Stale, if it is not linked; not found as in [`propose`].
pub(crate) async fn withdraw(app: &App, who: &Who, id: AccountId) -> Result<()> {
    let (now, register, object) = (app.clock.now(), app.register.get(), id.to_string());
    let mut tx = begin(app, Act::new("access.provider-unlinked", who.actor(), now, &object)).await?;
    reached(&mut tx, &register, who, id, now.day(), Reach::Whole).await?;
    let provider = provider(app)?;
    if !links::remove(&mut tx, &provider.issuer, id).await? {
        return Err(Error::Stale);
    }
    Ok(tx.commit().await?)
}

/// Writes down that somebody did not come in, and says why.
async fn failed(app: &App, text: &'static str) -> Error {
    let actor = audit::Actor { account: None, name: "?" };
    let act = Act::new("access.sign-in-failed", actor, app.clock.now(), "provider");
    let written = async { Ok::<(), Error>(begin(app, act).await?.commit().await?) }.await;
    written.err().unwrap_or_else(|| refused(text))
}

fn said(failure: Failure) -> Error {
    refused(match failure {
        Failure::Away => "access-provider-away",
        Failure::Wrong => "access-provider-wrong",
    })
}

fn hashed(state: &str) -> String {
    kernel::hex(&Sha256::digest(state.as_bytes()))
}

fn refused(text: &'static str) -> Error {
    Error::Refused(vec![Issue::new("", text)])
}
