use kernel::Instant;
use web::{App, Cover, Result, Scope, Who};

use super::{Act, begin};
use crate::{
    grant::{Reach, reach},
    store::{self, past},
};

/// What is forgotten once it has lost its purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// Attempts to sign in, and questions at the door.
    Attempts,
    /// Passwords and second factors of closed accounts.
    Credentials,
}

/// Removes what is older than a moment; how many rows or accounts. A dry run only counts.
///
/// # Errors
/// The store's.
pub async fn forget(app: &App, who: &Who, what: Past, before: Instant, dry: bool) -> Result<u64> {
    let mut conn = app.db.read().await?;
    let count = match what {
        Past::Attempts => past::count_attempts(&mut conn, before).await?,
        Past::Credentials => past::count_credentials(&mut conn, before).await?,
    };
    drop(conn);
    let count = u64::try_from(count).unwrap_or(0);
    if dry || count == 0 {
        return Ok(count);
    }
    let object = count.to_string();
    let name = match what {
        Past::Attempts => "access.attempts-forgotten",
        Past::Credentials => "access.credentials-forgotten",
    };
    let mut tx = begin(app, Act::new(name, who.actor(), app.clock.now(), &object)).await?;
    let done = match what {
        Past::Attempts => past::drop_attempts(&mut tx, before).await?,
        Past::Credentials => past::drop_credentials(&mut tx, before).await?,
    };
    tx.commit().await?;
    Ok(done)
}

/// How many accounts a scope reaches, open and closed. Counts only: no name leaves.
///
/// # Errors
/// The store's.
pub async fn count_accounts(app: &App, scope: &Scope) -> Result<(usize, usize)> {
    let (register, today) = (app.register.get(), app.clock.today());
    let mut all = store::all(&mut app.db.read().await?).await?;
    all.retain(|(_, grants)| {
        let ended = || grants.iter().any(|it| scope.cover(&register, it.unit, today) == Cover::Full);
        reach(grants, &register, scope, today) != Reach::None || ended()
    });
    let closed = all.iter().filter(|it| it.0.closed_at.is_some()).count();
    Ok((all.len() - closed, closed))
}
