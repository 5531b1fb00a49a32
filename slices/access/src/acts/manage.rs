use ::store::{Conn, is_taken};
use kernel::{AccountId, Day, Issue, Issues, Register, UnitId};
use web::{App, Cover, Duty, Error, Result, Role, Who, close_sessions};

use super::{Act, begin};
use crate::{
    MANAGE,
    account::{self, Account, NewAccount, TypedAccount},
    breached,
    grant::{self, Grant, NewGrant, Reach},
    password, store,
};

/// Makes an account with its first right, from today on.
///
/// # Errors
/// Refused, with everything that is wrong; forbidden, to who manages no accounts.
pub async fn add_account(app: &App, who: &Who, new: &NewAccount) -> Result<AccountId> {
    let scope = who.scope(MANAGE)?;
    let now = app.clock.now();
    let right = Grant::new(new.role, new.unit, now.day());
    let mut issues = person_issues(app, &new.name, &new.full_name, &new.post, &new.password).await?;
    let register = app.register.get();
    issues.extend(right.issues(&register, now.day()));
    if scope.cover(&register, new.unit, now.day()) != Cover::Full {
        issues.push(grant::outside(new.unit, &register, now.day()));
    }
    if !issues.is_empty() {
        return Err(Error::Refused(issues));
    }
    let hash = password::hash(app, &new.password).await?;
    let account = Account {
        id: AccountId(app.new_id()),
        name: viet::composed(&new.name),
        full_name: viet::composed(&new.full_name),
        post: viet::composed(&new.post),
        closed_at: None,
    };
    let object = described(account.id, &right);
    let act = Act { unit: Some(right.unit), ..Act::new("access.account-added", who.actor(), now, &object) };
    let mut tx = begin(app, act).await?;
    match store::add(&mut tx, &account, &account::folded(&account.name), &hash, now).await {
        Err(err) if is_taken(&err) => return Err(Error::Refused(vec![taken()])),
        added => added?,
    }
    store::put_grant(&mut tx, account.id, &right).await?;
    tx.commit().await?;
    Ok(account.id)
}

/// The same from a form.
pub(crate) async fn add_typed(app: &App, who: &Who, typed: &TypedAccount) -> Result<AccountId> {
    let right = NewGrant { role: typed.role.clone(), unit: typed.unit.clone(), ..NewGrant::default() };
    match right.parse(&app.register.get(), &who.scope(MANAGE)?, app.clock.today()) {
        Ok(right) => {
            let TypedAccount { name, full_name, post, password, .. } = typed.clone();
            let new = NewAccount { name, full_name, post, role: right.role, unit: right.unit, password };
            add_account(app, who, &new).await
        }
        Err(more) => {
            let mut issues = person_issues(app, &typed.name, &typed.full_name, &typed.post, &typed.password).await?;
            // In the order of the form, where the password stands last.
            let at = issues.iter().position(|it| it.field == "password").unwrap_or(issues.len());
            issues.splice(at..at, more);
            Err(Error::Refused(issues))
        }
    }
}

/// All that is wrong with a new account, its right aside; that its name is taken too.
async fn person_issues(app: &App, name: &str, full_name: &str, post: &str, password: &str) -> Result<Issues> {
    let mut issues = account::issues(name, full_name, post, password);
    issues.extend(breached::issue(app, "password", password).await?);
    if store::credentials(&mut app.db.read().await?, &account::folded(name)).await?.is_some() {
        issues.insert(0, taken());
    }
    Ok(issues)
}

fn taken() -> Issue {
    Issue::new("name", "access-name-taken")
}

/// Gives an account a right.
///
/// # Errors
/// Refused, with everything that is wrong, beside a right whose role excludes this one, and for one's own account: nobody
/// gives themselves a right; not found, if the account lies outside the scope of who asks.
pub async fn grant(app: &App, who: &Who, id: AccountId, new: &NewGrant) -> Result<()> {
    let scope = who.scope(MANAGE)?;
    let (now, register) = (app.clock.now(), app.register.get());
    let today = now.day();
    // Looked for first: what is wrong with a form is no answer about an account out of reach.
    reached(&mut app.db.read().await?, &register, who, id, today, Reach::Part).await?;
    if id == who.account {
        return Err(refused("role", "access-right-own"));
    }
    let right = new.parse(&register, &scope, today).map_err(Error::Refused)?;
    let object = described(id, &right);
    let act = Act { unit: Some(right.unit), ..Act::new("access.right-given", who.actor(), now, &object) };
    let mut tx = begin(app, act).await?;
    let (account, grants) = reached(&mut tx, &register, who, id, today, Reach::Part).await?;
    if account.closed_at.is_some() {
        return Err(refused("", "access-account-is-closed"));
    }
    // An older right of the same kind may be renewed; one in force is first taken, so that nothing is shortened unseen.
    if grants.iter().any(|it| (it.role, it.unit) == (right.role, right.unit) && !it.ended(today)) {
        return Err(refused("role", "access-right-is-there"));
    }
    if let Some(issue) = grant::apart(&right, &grants, &account.full_name, &register, &scope, today) {
        return Err(Error::Refused(vec![issue]));
    }
    store::put_grant(&mut tx, id, &right).await?;
    Ok(tx.commit().await?)
}

/// Ends a right at once. Its row stays, with its last day.
///
/// # Errors
/// Refused, if a unit would have no administrator any more; stale, if the right has ended already; not found, if account
/// or unit lie outside the scope of who asks.
pub async fn revoke(app: &App, who: &Who, id: AccountId, role: Role, unit: UnitId) -> Result<()> {
    let scope = who.scope(MANAGE)?;
    let (now, register) = (app.clock.now(), app.register.get());
    let today = now.day();
    let object = format!("{id} {} {unit}", role.word());
    let act = Act { unit: Some(unit), ..Act::new("access.right-taken", who.actor(), now, &object) };
    let mut tx = begin(app, act).await?;
    let (_, grants) = reached(&mut tx, &register, who, id, today, Reach::Part).await?;
    let found = grants.iter().find(|it| it.role == role && it.unit == unit).ok_or(Error::NotFound)?;
    if scope.cover(&register, unit, today) != Cover::Full {
        return Err(Error::NotFound);
    }
    if found.ended(today) {
        return Err(Error::Stale);
    }
    keep_an_administrator(&mut tx, &register, id, &[*found], today).await?;
    store::put_grant(&mut tx, id, &Grant { until: Some(today), ..*found }).await?;
    Ok(tx.commit().await?)
}

/// Closes an account and ends its sessions. Its name stays taken, its acts stay in the audit.
///
/// # Errors
/// Refused, if a unit would have no administrator any more; stale, if it is closed already; not found, unless all rights
/// of the account lie within the scope of who asks.
pub async fn close_account(app: &App, who: &Who, id: AccountId) -> Result<()> {
    let (now, register) = (app.clock.now(), app.register.get());
    let today = now.day();
    let object = id.to_string();
    let mut tx = begin(app, Act::new("access.account-closed", who.actor(), now, &object)).await?;
    let (_, grants) = reached(&mut tx, &register, who, id, today, Reach::Whole).await?;
    keep_an_administrator(&mut tx, &register, id, &grants, today).await?;
    if !store::close(&mut tx, id, now).await? {
        return Err(Error::Stale);
    }
    close_sessions(&mut tx, id, None).await?;
    Ok(tx.commit().await?)
}

/// Sets the password of an account and ends its sessions: for a command, when somebody has forgotten theirs.
///
/// # Errors
/// Refused, with what is wrong; not found, unless all rights of the account lie within the scope of who asks.
pub async fn set_password(app: &App, who: &Who, id: AccountId, password: &str) -> Result<()> {
    let register = app.register.get();
    let mut conn = app.db.read().await?;
    let (account, _) = reached(&mut conn, &register, who, id, app.clock.today(), Reach::Whole).await?;
    drop(conn);
    let known = breached::issue(app, "password", password).await?;
    if let Some(issue) = account::password_issue("password", password, &account.name).or(known) {
        return Err(Error::Refused(vec![issue]));
    }
    let hash = password::hash(app, password).await?;
    let (now, object) = (app.clock.now(), id.to_string());
    let mut tx = begin(app, Act::new("access.password-set", who.actor(), now, &object)).await?;
    reached(&mut tx, &register, who, id, now.day(), Reach::Whole).await?;
    let Some(before) = store::password(&mut tx, id).await? else {
        return Err(refused("", "access-account-is-closed"));
    };
    if !store::put_password(&mut tx, id, &before, &hash).await? {
        return Err(Error::Stale);
    }
    close_sessions(&mut tx, id, None).await?;
    Ok(tx.commit().await?)
}

/// The account with this sign-in name, whatever its marks and case; `None` if there is none within the scope of who asks.
///
/// # Errors
/// Forbidden, to who manages no accounts.
pub async fn find_account(app: &App, who: &Who, name: &str) -> Result<Option<AccountId>> {
    let mut conn = app.db.read().await?;
    let Some(found) = store::credentials(&mut conn, &account::folded(name)).await? else { return Ok(None) };
    match reached(&mut conn, &app.register.get(), who, found.id, app.clock.today(), Reach::Part).await {
        Ok((account, _)) => Ok(Some(account.id)),
        Err(Error::NotFound) => Ok(None),
        Err(err) => Err(err),
    }
}

/// The account with all its rights, if the scope of who asks reaches so far over it. Else it is not found.
pub(crate) async fn reached(
    conn: &mut Conn,
    register: &Register,
    who: &Who,
    id: AccountId,
    today: Day,
    least: Reach,
) -> Result<(Account, Vec<Grant>)> {
    let scope = who.scope(MANAGE)?;
    let account = store::find(conn, id).await?.ok_or(Error::NotFound)?;
    let grants = store::grants(conn, id).await?;
    if grant::reach(&grants, register, &scope, today) < least {
        return Err(Error::NotFound);
    }
    Ok((account, grants))
}

/// Refuses to leave a unit that exists today without anybody who administers it or a unit above it, without an end, when
/// an account loses these rights.
pub(super) async fn keep_an_administrator(
    conn: &mut Conn,
    register: &Register,
    id: AccountId,
    lost: &[Grant],
    today: Day,
) -> Result<()> {
    let is_lost = |it: &(AccountId, UnitId)| {
        it.0 == id && lost.iter().any(|grant| grant.role.has(Duty::Administrator) && grant.unit == it.1)
    };
    let (lost, kept): (Vec<_>, Vec<_>) = store::administrators(conn, today).await?.into_iter().partition(is_lost);
    let kept: Vec<UnitId> = kept.into_iter().map(|it| it.1).collect();
    match lost.into_iter().find(|it| grant::is_orphaned(it.1, &kept, register, today)) {
        None => Ok(()),
        Some((_, unit)) => {
            let issue = Issue::new("", "access-last-administrator").with("unit", register.path(unit, today));
            Err(Error::Refused(vec![issue]))
        }
    }
}

/// An account and a right, for the audit.
pub(super) fn described(id: AccountId, grant: &Grant) -> String {
    let until = grant.until.map(|it| it.to_string()).unwrap_or_default();
    format!("{id} {} {} {}/{until}", grant.role.word(), grant.unit, grant.from)
}

fn refused(field: &'static str, text: &'static str) -> Error {
    Error::Refused(vec![Issue::new(field, text)])
}
