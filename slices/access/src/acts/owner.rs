//! What slices that keep records of people may know of accounts.

use ::store::{Conn, Result};
use kernel::{AccountId, Day, Instant, UnitId};

use crate::{account, grant::Grant, store};

/// The account with this sign-in name that holds a right at this very unit today, and is neither closed nor restricted.
///
/// # Errors
/// The store's.
pub async fn account_at(conn: &mut Conn, unit: UnitId, name: &str, today: Day) -> Result<Option<AccountId>> {
    let Some(found) = store::credentials(conn, &account::folded(name)).await? else { return Ok(None) };
    let there = |it: &Grant| it.unit == unit && it.from <= today && !it.ended(today);
    if !store::grants(conn, found.id).await?.iter().any(there) {
        return Ok(None);
    }
    Ok(owner(conn, found.id).await?.map(|_| found.id))
}

/// Sign-in name and name of who has an account; none if it is closed or restricted.
///
/// # Errors
/// The store's.
pub async fn owner(conn: &mut Conn, id: AccountId) -> Result<Option<(String, String)>> {
    let account = store::find(conn, id).await?.filter(|it| it.takes_nothing().is_none());
    Ok(account.map(|it| (it.name, it.full_name)))
}

/// Which of these accounts were closed before a moment.
///
/// # Errors
/// The store's.
pub async fn closed_before(conn: &mut Conn, accounts: &[AccountId], before: Instant) -> Result<Vec<AccountId>> {
    store::past::closed(conn, accounts, before).await
}
