use ::store::is_taken;
use kernel::Issue;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use web::{App, Error, Result, Who};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

use super::{
    Act, Came, SignedIn, begin,
    enter::{Shown, enter},
    itself,
    second::{self, Entrance},
};
use crate::{
    account,
    store::{passkeys, questions},
};

/// So long a question waits for its answer: five minutes.
const OPEN_FOR: i64 = 5 * 60_000_000;
/// So many questions may be open at once, from all browsers together.
const OPEN_AT_ONCE: i64 = 10_000;
/// How long the name of a passkey may be.
const NAME_MAX: usize = 40;
/// How many passkeys an account may have.
const PASSKEYS_MAX: usize = 10;

/// A question for the browser's passkeys.
pub(crate) struct Question {
    /// The word that the answer brings along.
    pub(crate) key: String,
    /// What the browser is asked, as JSON.
    pub(crate) options: String,
}

/// Asks for a new passkey of an account.
///
/// # Errors
/// Refused, if there are enough.
pub(crate) async fn ask_new(app: &App, who: &Who) -> Result<Question> {
    second::fully(who)?;
    let there = passkeys::of(&mut app.db.read().await?, who.account).await?;
    if there.len() >= PASSKEYS_MAX {
        return Err(Error::Refused(vec![Issue::new("", "access-passkey-many").with("max", PASSKEYS_MAX)]));
    }
    let started = relying_party(app)?.start_passkey_registration(uuid(who), &who.name, &who.full_name, None);
    let (options, state) = started.map_err(internal)?;
    let mut options = serde_json::to_value(options).map_err(internal)?;
    // Kept on the device with the account's name, so that signing in begins without typing one.
    if let Some(asked) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(|it| it.as_object_mut()) {
        asked.insert("residentKey".to_owned(), "required".into());
        asked.insert("requireResidentKey".to_owned(), true.into());
    }
    keep(app, Some(who), &state, options.to_string()).await
}

/// Adds the passkey that answered. The account's other sessions end: they have not shown it.
///
/// # Errors
/// Refused, if it is no answer to an open question of this account.
pub(crate) async fn add(app: &App, who: &Who, key: &str, answer: &str, name: &str) -> Result<Entrance> {
    second::fully(who)?;
    let state: PasskeyRegistration = take(app, Some(who), key).await?;
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| wrong())?;
    let passkey = relying_party(app)?.finish_passkey_registration(&answer, &state).map_err(|_| wrong())?;
    let name = match viet::composed(name) {
        name if name.is_empty() => "Passkey".to_owned(),
        name if account::length(&name) > NAME_MAX => name.chars().take(NAME_MAX).collect(),
        name => name,
    };
    let (now, object) = (app.clock.now(), who.account.to_string());
    let text = serde_json::to_string(&passkey).map_err(internal)?;
    let mut tx = begin(app, Act::new("access.passkey-added", who.actor(), now, &object)).await?;
    let first = !second::has_factor(&mut tx, who.account).await?;
    match passkeys::add(&mut tx, who.account, &id_of(passkey.cred_id().as_ref()), &name, &text, now).await {
        Err(err) if is_taken(&err) => return Err(Error::Stale),
        added => added?,
    }
    let codes = if first { second::new_codes(app, &mut tx, who.account).await? } else { Vec::new() };
    let cookies = vec![second::anew(app, &mut tx, who.account, now).await?];
    tx.commit().await?;
    Ok(Entrance { cookies, codes })
}

/// Removes a passkey, after the password.
///
/// # Errors
/// As [`second::remove_app`].
pub(crate) async fn remove(app: &App, who: &Who, id: &str, password: &str) -> Result<()> {
    second::confirm(app, who, password).await?;
    let (now, object) = (app.clock.now(), who.account.to_string());
    let mut tx = begin(app, Act::new("access.passkey-removed", who.actor(), now, &object)).await?;
    if !passkeys::remove(&mut tx, who.account, id).await? {
        return Err(Error::NotFound);
    }
    second::keep_a_factor(app, &mut tx, who).await?;
    Ok(tx.commit().await?)
}

/// Asks whoever is at the door for a passkey. The question is the same for everybody: it names no account.
///
/// # Errors
/// Busy, if very many are asked at once.
pub(crate) async fn ask_any(app: &App) -> Result<Question> {
    let (options, state) = relying_party(app)?.start_discoverable_authentication().map_err(internal)?;
    let options = serde_json::to_string(&options).map_err(internal)?;
    keep(app, None, &state, options).await
}

/// Signs in by a passkey, which stands for password and second factor: it is on a device and asks who holds it.
///
/// # Errors
/// Refused alike for an answer to no open question, an unknown passkey and a closed account.
pub(crate) async fn sign_in(app: &App, key: &str, answer: &str, came: Came<'_>) -> Result<SignedIn> {
    let state: DiscoverableAuthentication = take(app, None, key).await?;
    let now = app.clock.now();
    let Some((account, name, id, before, after)) = verified(app, state, answer).await? else {
        let actor = audit::Actor { account: None, name: "?" };
        begin(app, Act::new("access.sign-in-failed", actor, now, "passkey")).await?.commit().await?;
        return Err(wrong());
    };
    let known = second::known_browser(app, account, came.browser).await?;
    let object = account.to_string();
    let mut tx = begin(app, Act::new("access.signed-in-by-passkey", itself(account, &name), now, &object)).await?;
    // Again under the lock: the account may have been closed, the passkey removed or used meanwhile.
    if passkeys::find(&mut tx, &id).await?.is_none() || !passkeys::used(&mut tx, &id, &before, &after, now).await? {
        return Err(wrong());
    }
    let signed_in = enter(app, &mut tx, account, Shown::All, came, known, now).await?;
    tx.commit().await?;
    Ok(signed_in)
}

type Verified = (kernel::AccountId, String, String, String, String);

/// Whose passkey answered, and the passkey as it was and is now; `None` if it is not one of ours or the answer is wrong.
async fn verified(app: &App, state: DiscoverableAuthentication, answer: &str) -> Result<Option<Verified>> {
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else { return Ok(None) };
    let party = relying_party(app)?;
    let Ok((user, credential)) = party.identify_discoverable_authentication(&answer) else { return Ok(None) };
    let id = id_of(credential);
    let Some((account, name, before)) = passkeys::find(&mut app.db.read().await?, &id).await? else { return Ok(None) };
    let mut passkey: Passkey = serde_json::from_str(&before).map_err(internal)?;
    let done = party.finish_discoverable_authentication_v2(&answer, state, DiscoverableKey::from(&passkey));
    match done {
        Ok(done) if user == uuid_of(account) => {
            passkey.update_credential(&done);
            let after = serde_json::to_string(&passkey).map_err(internal)?;
            Ok(Some((account, name, id, before, after)))
        }
        _ => Ok(None),
    }
}

async fn keep(app: &App, who: Option<&Who>, state: &impl Serialize, options: String) -> Result<Question> {
    let bytes: [u8; 16] = app.chance.bytes();
    let key = kernel::hex(&bytes);
    let state = serde_json::to_string(state).map_err(internal)?;
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let account = who.map(|it| it.account);
    if questions::ask(&mut tx, &hashed(&key), account, &state, now, now.micros() - OPEN_FOR).await? > OPEN_AT_ONCE {
        return Err(Error::Busy(60));
    }
    tx.commit().await?;
    Ok(Question { key, options })
}

async fn take<T: DeserializeOwned>(app: &App, who: Option<&Who>, key: &str) -> Result<T> {
    let since = app.clock.now().micros() - OPEN_FOR;
    let mut tx = app.db.write().await?;
    let taken = questions::take(&mut tx, &hashed(key), since).await?;
    tx.commit().await?;
    let (_, state) = taken.filter(|it| it.0 == who.map(|it| it.account)).ok_or_else(wrong)?;
    serde_json::from_str(&state).map_err(internal)
}

/// Whom the passkeys belong to: the host's name. Without one it is this machine, on whatever port.
fn relying_party(app: &App) -> Result<Webauthn> {
    let host = app.settings.host.as_deref();
    let origin = host.map_or_else(|| "http://localhost".to_owned(), |it| format!("https://{it}"));
    let origin = Url::parse(&origin).map_err(internal)?;
    let builder = WebauthnBuilder::new(host.unwrap_or("localhost"), &origin).map_err(internal)?;
    builder.allow_any_port(host.is_none()).rp_name("Bình Yên").build().map_err(internal)
}

fn uuid(who: &Who) -> Uuid {
    uuid_of(who.account)
}

fn uuid_of(account: kernel::AccountId) -> Uuid {
    // The first half keeps ours apart from numbers of others.
    Uuid::from_u64_pair(0x6269_6e68_7965_6e00, account.0.cast_unsigned())
}

fn id_of(credential: &[u8]) -> String {
    kernel::hex(credential)
}

fn hashed(key: &str) -> String {
    kernel::hex(&Sha256::digest(key.as_bytes()))
}

fn wrong() -> Error {
    Error::Refused(vec![Issue::new("", "access-passkey-wrong")])
}

fn internal(err: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(Box::new(err))
}
