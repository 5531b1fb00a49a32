use kernel::{AccountId, Day, Instant, Issue, Level, Register, UnitId};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use web::{App, Duty, Error, Result, Role, SessionKey, open_weak_session};

use super::{Act, SignedIn, begin, itself};
use crate::{
    account::{self, Account},
    breached,
    grant::Grant,
    password, store,
};

/// How long a first link opens: a day.
const OPEN_FOR: i64 = 24 * 3_600_000_000;

/// What the first administrator types. Has no `Debug`, because of the password and the key.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct First {
    /// The word from the link.
    pub key: String,
    /// The sign-in name.
    pub name: String,
    /// The person's name.
    pub full_name: String,
    /// The password.
    pub password: String,
    /// The password once more.
    pub again: String,
}

/// The word of a new one-time link for the first administrator, `/first?key={word}`, to be printed; `None` if there is an
/// account. It opens for a day; earlier ones open nothing any more.
///
/// # Errors
/// When the database fails.
pub async fn first_link(app: &App) -> Result<Option<String>> {
    if store::is_settled(&mut app.db.read().await?).await? {
        return Ok(None);
    }
    let bytes: [u8; 32] = app.chance.bytes();
    let word = kernel::hex(&bytes);
    let now = app.clock.now();
    let actor = audit::Actor { account: None, name: "server" };
    let mut tx = begin(app, Act::new("access.first-link-made", actor, now, "")).await?;
    if store::is_settled(&mut tx).await? {
        return Ok(None);
    }
    store::put_first_link(&mut tx, &key_of(&word), now).await?;
    tx.commit().await?;
    Ok(Some(word))
}

/// Whether a link can still be used.
pub(crate) async fn first_link_is_open(app: &App, word: &str) -> Result<bool> {
    let mut conn = app.db.read().await?;
    let open = store::has_first_link(&mut conn, &key_of(word), since(app.clock.now())).await?;
    Ok(open && !store::is_settled(&mut conn).await?)
}

/// Makes the first administrator, of the whole country, and signs them in. The link opens nothing afterwards.
///
/// # Errors
/// Refused, with what is wrong; not found, if the link is not (or no longer) one.
pub async fn use_first_link(app: &App, first: &First) -> Result<SignedIn> {
    // Before any costly work: nobody without the link gets a password hashed here.
    if !first_link_is_open(app, &first.key).await? {
        return Err(Error::NotFound);
    }
    let role = Role::of(Duty::Administrator, Level::Nation).ok_or(Error::Forbidden)?;
    let now = app.clock.now();
    let named = account::name_issue(&first.name).into_iter().chain(account::full_name_issue(&first.full_name));
    let mut issues: Vec<Issue> = named.collect();
    issues.extend(account::password_issues(&first.password, &first.again, &first.name));
    issues.extend(breached::issue(app, "password", &first.password).await?);
    let tops = tops(&app.register.get(), now.day());
    if tops.is_empty() {
        issues.push(Issue::new("", "access-first-no-units"));
    }
    if !issues.is_empty() {
        return Err(Error::Refused(issues));
    }
    let hash = password::hash(app, &first.password).await?;
    let account = Account {
        id: AccountId(app.new_id()),
        name: viet::composed(&first.name),
        full_name: viet::composed(&first.full_name),
        post: String::new(),
        closed_at: None,
        restricted_at: None,
    };
    let object = account.id.to_string();
    let act = Act::new("access.first-administrator-made", itself(account.id, &account.name), now, &object);
    let mut tx = begin(app, act).await?;
    // Under the lock: of two who use one link at once, the second finds it gone.
    if store::is_settled(&mut tx).await? || !store::has_first_link(&mut tx, &key_of(&first.key), since(now)).await? {
        return Err(Error::NotFound);
    }
    store::drop_first_links(&mut tx).await?;
    store::add(&mut tx, &account, &account::folded(&account.name), &hash, now).await?;
    for unit in tops {
        store::put_grant(&mut tx, account.id, &Grant::new(role, unit, now.day())).await?;
    }
    let (cookie, key) = app.new_session();
    open_weak_session(&mut tx, &key, account.id, now).await?;
    tx.commit().await?;
    Ok(SignedIn { account: account.id, cookie, browser: None, must_show: false, roles: vec![role] })
}

/// The units with nothing above them that are not invented; where there are only invented ones, those.
fn tops(register: &Register, today: Day) -> Vec<UnitId> {
    let roots = register.roots(today);
    let real: Vec<UnitId> = roots.iter().filter(|it| !it.synthetic).map(|it| it.id).collect();
    if real.is_empty() { roots.iter().map(|it| it.id).collect() } else { real }
}

fn since(now: Instant) -> Instant {
    Instant::from_micros(now.micros() - OPEN_FOR)
}

/// What the database knows a link by.
fn key_of(word: &str) -> SessionKey {
    SessionKey(kernel::hex(&Sha256::digest(word.as_bytes())))
}
