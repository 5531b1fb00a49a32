mod enter;
mod first;
pub(crate) mod follow;
mod forget;
pub(crate) mod handover;
mod held;
mod manage;
mod owner;
pub(crate) mod passkeys;
pub(crate) mod provider;
mod restrict;
pub(crate) mod second;
mod session;
pub(crate) mod sessions;

pub(crate) use first::first_link_is_open;
pub use first::{First, first_link, use_first_link};
pub use forget::{Past, count_accounts, forget};
pub use held::{Held, HeldIdentity, HeldPasskey, HeldRight, HeldSession, held};
pub use manage::{add_account, close_account, find_account, grant, revoke, set_password};
pub(crate) use manage::{add_typed, reached};
pub use owner::{account_at, closed_before, owner};
pub use restrict::{Decision, Kept, account_named, kept, set_restricted};
pub use second::{reset_factors, seal_anew};
pub use session::{Came, SignedIn, change_password, sign_in, sign_out};

use audit::{Actor, Entry};
use kernel::{AccountId, Instant, UnitId};
use store::Write;
use web::{App, Result};

/// Begins an act on accounts with its entry in the audit. The entry comes first because it locks the head of the chain:
/// what the act reads afterwards stays true until its end. Dropped, neither act nor entry ever happened.
async fn begin(app: &App, act: Act<'_>) -> Result<Write> {
    let mut tx = app.db.write().await?;
    let Act { name, actor, at, unit, object } = act;
    let entry = Entry { province: 0, at, actor, act: name, unit, object };
    audit::append(&mut tx, &entry).await?;
    Ok(tx)
}

/// What is written into the audit.
struct Act<'a> {
    name: &'static str,
    actor: Actor<'a>,
    at: Instant,
    unit: Option<UnitId>,
    object: &'a str,
}

impl<'a> Act<'a> {
    fn new(name: &'static str, actor: Actor<'a>, at: Instant, object: &'a str) -> Act<'a> {
        Act { name, actor, at, unit: None, object }
    }
}

/// An account as the one who acts.
fn itself(id: AccountId, name: &str) -> Actor<'_> {
    Actor { account: Some(id), name }
}
