use ::store::Conn;
use audit::Entry;
use kernel::{Day, UnitId};
use sha2::{Digest, Sha256};
use web::{App, Cover, Duty, Error, Result, Role, Who};

use super::{Act, begin, manage::described};
use crate::{MANAGE, account::Account, grant::Grant, store};

/// A right at a unit that is no more, and the unit that it follows.
#[derive(Debug, Clone)]
pub(crate) struct Following {
    pub(crate) account: Account,
    /// The right as it is.
    pub(crate) right: Grant,
    /// The units of today that hold a part of the old one.
    pub(crate) heirs: Vec<UnitId>,
    /// The right it becomes: where one unit holds all of the old one, and a role with the same duty can be held there
    /// beside the other rights of the account.
    pub(crate) new: Option<Grant>,
}

/// All rights at units that are no more, within the scope of who asks.
pub(crate) async fn following(app: &App, conn: &mut Conn, who: &Who) -> Result<Vec<Following>> {
    let (register, scope, today) = (app.register.get(), who.scope(MANAGE)?, app.clock.today());
    let mut res = Vec::new();
    for (account, grants) in store::all(conn).await?.into_iter().filter(|it| it.0.closed_at.is_none()) {
        let old = |it: &&Grant| !it.ended(today) && register.get(it.unit, today).is_none();
        // What stands beside a right once it has followed: all others, and those that have followed before it.
        let mut beside = grants.clone();
        for right in grants.iter().filter(old).filter(|it| scope.cover(&register, it.unit, today) == Cover::Full) {
            beside.retain(|it| it != right);
            let heirs = register.heirs(right.unit, today);
            let new = match heirs[..] {
                [heir] => register
                    .get(heir, today)
                    .and_then(|it| role_at(right.role, it.level))
                    .map(|role| Grant { role, unit: heir, from: right.from.max(today), ..*right })
                    .filter(|it| !beside.iter().any(|other| it.excludes(other))),
                _ => None,
            };
            beside.push(new.unwrap_or(*right));
            res.push(Following { account: account.clone(), right: *right, heirs, new });
        }
    }
    Ok(res)
}

/// The same role where it can be held at this level, else the one with the same duty there.
fn role_at(role: Role, level: kernel::Level) -> Option<Role> {
    let same = Duty::ALL.into_iter().find(|it| role.has(*it)).and_then(|duty| Role::of(duty, level));
    if role.fits(level) { Some(role) } else { same }
}

/// What was shown, in a word: what is done must be what was seen.
pub(crate) fn digest(all: &[Following]) -> String {
    let line = |it: &Following| {
        let new = it.new.map(|new| format!("{} {}", new.role.word(), new.unit)).unwrap_or_default();
        format!("{} {} {} → {new}\n", it.account.id, it.right.role.word(), it.right.unit)
    };
    kernel::hex(&Sha256::digest(all.iter().map(line).collect::<String>().as_bytes()))
}

/// Lets every right follow its unit where that is clear; how many. The rest is for a person to decide.
///
/// # Errors
/// Stale, if the rights are not those that were shown.
pub(crate) async fn follow(app: &App, who: &Who, seen: &str) -> Result<usize> {
    let now = app.clock.now();
    let today: Day = now.day();
    let mut tx = begin(app, Act::new("access.rights-followed", who.actor(), now, "")).await?;
    let all = following(app, &mut tx, who).await?;
    if digest(&all) != seen {
        return Err(Error::Stale);
    }
    let mut count = 0;
    for (it, new) in all.iter().filter_map(|it| Some((it, it.new?))) {
        let there = store::grants(&mut tx, it.account.id).await?;
        store::put_grant(&mut tx, it.account.id, &Grant { until: Some(today), ..it.right }).await?;
        if !there.iter().any(|have| (have.role, have.unit) == (new.role, new.unit) && !have.ended(today)) {
            store::put_grant(&mut tx, it.account.id, &new).await?;
        }
        let object = format!("{} after {}", described(it.account.id, &new), it.right.unit);
        let (unit, act) = (Some(new.unit), "access.right-followed");
        audit::append(&mut tx, &Entry { province: 0, at: now, actor: who.actor(), act, unit, object: &object }).await?;
        count += 1;
    }
    tx.commit().await?;
    Ok(count)
}
