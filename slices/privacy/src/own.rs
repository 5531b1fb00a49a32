//! What this system holds about who asks, for themselves.

use access::Held;
use kernel::Instant;
use serde::Serialize;
use web::{App, Result, Who};

/// The acts by which somebody comes in.
const SIGN_INS: [&str; 5] = [
    "access.signed-in",
    "access.signed-in-by-passkey",
    "access.signed-in-by-provider",
    "access.code-shown",
    "access.recovery-code-used",
];
/// So many sign-ins are told, the latest first; all are counted.
const LATEST: i64 = 500;

/// All of it.
#[derive(Debug, Serialize)]
pub(crate) struct Own {
    /// When it was told.
    pub(crate) at: Instant,
    /// The account and what belongs to it.
    pub(crate) account: Held,
    /// The terms in public posts that were linked with the account.
    pub(crate) posts: Vec<people::OwnTerm>,
    /// The latest sign-ins in the audit.
    pub(crate) sign_ins: Vec<SignIn>,
    /// How often the audit names them for what; it is kept for ever.
    pub(crate) acts: Vec<Done>,
}

/// One sign-in.
#[derive(Debug, Serialize)]
pub(crate) struct SignIn {
    pub(crate) at: Instant,
    /// The act's code.
    pub(crate) act: String,
}

/// An act, and how often.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    /// The act's code.
    pub(crate) act: String,
    pub(crate) times: i64,
}

/// Gathers it.
///
/// # Errors
/// The store's.
pub(crate) async fn own(app: &App, who: &Who) -> Result<Own> {
    let account = access::held(app, who).await?;
    let posts = people::own_terms(app, who).await?;
    let mut conn = app.db.read().await?;
    let acts = audit::done_by(&mut conn, who.account).await?;
    let sign_ins = audit::moments_of(&mut conn, who.account, &SIGN_INS, LATEST).await?;
    let now = app.clock.now();
    Ok(Own {
        at: now,
        account,
        posts,
        sign_ins: sign_ins.into_iter().map(|(at, act)| SignIn { at, act }).collect(),
        acts: acts.into_iter().map(|(act, times)| Done { act, times }).collect(),
    })
}
