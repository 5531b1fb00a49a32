use serde::Serialize;
use web::{App, Error, Result, Who};

use super::sessions;
use crate::store::{self, factors, passkeys, provider};

/// What is held about an account's owner here, for the owner. No secret is part of it.
#[derive(Debug, Serialize)]
pub struct Held {
    /// The sign-in name.
    pub name: String,
    /// The person's name, as papers print it.
    pub full_name: String,
    /// The person's post.
    pub post: String,
    /// Rights, ended ones too.
    pub rights: Vec<HeldRight>,
    /// Open sessions.
    pub sessions: Vec<HeldSession>,
    /// Whether an app on a telephone is set up.
    pub app: bool,
    /// Passkeys.
    pub passkeys: Vec<HeldPasskey>,
    /// Recovery codes that are left.
    pub recovery_codes: i64,
    /// Browsers that are known at the door. Nothing is known of which they are.
    pub known_browsers: i64,
    /// The identities that the account is linked with, or that were proposed, whichever provider is asked today.
    pub identities: Vec<HeldIdentity>,
}

/// A right.
#[derive(Debug, Serialize)]
pub struct HeldRight {
    /// The role's word.
    pub role: String,
    /// The unit's id, and how it is called today.
    pub unit: String,
    /// The same in words.
    pub unit_name: String,
    /// The first day.
    pub from: String,
    /// The day after the last; none while it is open.
    pub until: Option<String>,
    /// Whether it is held for somebody who is away.
    pub deputy: bool,
}

/// A session.
#[derive(Debug, Serialize)]
pub struct HeldSession {
    /// When it began.
    pub began: String,
    /// When it was used last.
    pub used: String,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// A passkey.
#[derive(Debug, Serialize)]
pub struct HeldPasskey {
    /// What its owner called it.
    pub name: String,
    /// When it was added.
    pub added: String,
    /// When it was used last.
    pub used: Option<String>,
}

/// A linked identity.
#[derive(Debug, Serialize)]
pub struct HeldIdentity {
    /// The provider's address.
    pub issuer: String,
    /// Its name for the person.
    pub subject: String,
    /// When it was linked or proposed.
    pub linked: String,
    /// Whether its owner has said that it is theirs; until then it opens nothing.
    pub confirmed: bool,
    /// When it was used last.
    pub used: Option<String>,
}

/// What is held about who asks.
///
/// # Errors
/// The store's.
pub async fn held(app: &App, who: &Who) -> Result<Held> {
    let (register, today) = (app.register.get(), app.clock.today());
    let mut conn = app.db.read().await?;
    let account = store::find(&mut conn, who.account).await?.ok_or(Error::NotFound)?;
    let grants = store::grants(&mut conn, who.account).await?;
    let passkeys = passkeys::of(&mut conn, who.account).await?;
    let links = provider::all_of(&mut conn, who.account).await?;
    let has_app = factors::totp(&mut conn, who.account).await?.is_some();
    let recovery_codes = factors::recovery_count(&mut conn, who.account).await?;
    let known_browsers = factors::browser_count(&mut conn, who.account).await?;
    drop(conn);
    let sessions = sessions::own(app, who).await?;
    let right = |it: crate::grant::Grant| HeldRight {
        role: it.role.word().to_owned(),
        unit: it.unit.to_string(),
        unit_name: register.path(it.unit, today),
        from: it.from.to_string(),
        until: it.until.map(|it| it.to_string()),
        deputy: it.deputy_for.is_some(),
    };
    let session = |it: sessions::Session| HeldSession {
        this: who.session.as_ref() == Some(&it.key),
        began: it.began.to_string(),
        used: it.seen.to_string(),
    };
    let passkey = |it: passkeys::Passkey| HeldPasskey {
        name: it.name,
        added: it.added_at.to_string(),
        used: it.used_at.map(|it| it.to_string()),
    };
    let identity = |(issuer, it): (String, provider::Link)| HeldIdentity {
        issuer,
        subject: it.subject,
        linked: it.linked_at.to_string(),
        confirmed: it.confirmed,
        used: it.used_at.map(|it| it.to_string()),
    };
    Ok(Held {
        name: account.name,
        full_name: account.full_name,
        post: account.post,
        rights: grants.into_iter().map(right).collect(),
        sessions: sessions.into_iter().map(session).collect(),
        app: has_app,
        passkeys: passkeys.into_iter().map(passkey).collect(),
        recovery_codes,
        known_browsers,
        identities: links.into_iter().map(identity).collect(),
    })
}
