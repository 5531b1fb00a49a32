use ::store::Conn;
use kernel::{AccountId, Instant, RequestId, UnitId};
use web::{App, Error, Result, Scope, Who};

use super::{Act, begin};
use crate::{
    account::{self, Account},
    grant::{self, Reach},
    store,
};

/// An account for who answers for personal data: whose it is, and whether its data may be used.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The sign-in name.
    pub name: String,
    /// Since when its data are kept and not used.
    pub restricted_at: Option<Instant>,
    /// The reason of the last decision, to restrict or to lift it.
    pub why: Option<String>,
}

/// A decision to keep an account's data without using them, or to use them again.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// The account.
    pub account: AccountId,
    /// To restrict, or to lift it.
    pub restrict: bool,
    /// The request that it answers, and the unit that the request is about.
    pub request: (RequestId, UnitId),
    /// The reason, for the owner to read.
    pub why: &'a str,
}

/// How the data of an account stand.
///
/// # Errors
/// Not found, unless some of its rights lie within the scope of who answers for personal data.
pub async fn kept(app: &App, scope: &Scope, id: AccountId) -> Result<Kept> {
    let mut conn = app.db.read().await?;
    let account = within(app, &mut conn, scope, id).await?;
    let why = store::restricted_why(&mut conn, id).await?;
    Ok(Kept { name: account.name, restricted_at: account.restricted_at, why })
}

/// The account with this sign-in name, if some of its rights lie within the scope of who answers for personal data.
///
/// # Errors
/// The store's.
pub async fn account_named(app: &App, scope: &Scope, name: &str) -> Result<Option<AccountId>> {
    let mut conn = app.db.read().await?;
    let Some(found) = store::credentials(&mut conn, &account::folded(name)).await? else { return Ok(None) };
    match within(app, &mut conn, scope, found.id).await {
        Ok(account) => Ok(Some(account.id)),
        Err(Error::NotFound) => Ok(None),
        Err(err) => Err(err),
    }
}

/// Restricts an account, or lifts it. While it is restricted its owner signs in and works as before; others than who
/// manages all of it do not find it, and it takes no right and no identity.
///
/// # Errors
/// Stale, if it is so already; not found as in [`kept`].
pub async fn set_restricted(app: &App, who: &Who, scope: &Scope, it: Decision<'_>) -> Result<()> {
    let now = app.clock.now();
    let object = format!("{} {}", it.account, it.request.0);
    let name = if it.restrict { "access.account-restricted" } else { "access.restriction-lifted" };
    let act = Act { unit: Some(it.request.1), ..Act::new(name, who.actor(), now, &object) };
    let mut tx = begin(app, act).await?;
    let account = within(app, &mut tx, scope, it.account).await?;
    if account.restricted_at.is_some() == it.restrict {
        return Err(Error::Stale);
    }
    store::put_restricted(&mut tx, it.account, it.restrict.then_some(now), it.why).await?;
    Ok(tx.commit().await?)
}

async fn within(app: &App, conn: &mut Conn, scope: &Scope, id: AccountId) -> Result<Account> {
    let account = store::find(conn, id).await?.ok_or(Error::NotFound)?;
    let grants = store::grants(conn, id).await?;
    // Not as others see it: who answers for it must be able to lift it.
    match grant::reach(&grants, &app.register.get(), scope, app.clock.today()) {
        Reach::None => Err(Error::NotFound),
        Reach::Part | Reach::Whole => Ok(account),
    }
}
