//! Whose account a term is: for its owner to see it among what is held about them. It opens nothing.

use kernel::{Instant, Issue, TermId, UnitId};
use serde::Serialize;
use web::{App, Error, Result, Who};

use super::{note, refuse, terms};
use crate::{
    place::holder,
    store::terms as rows,
    term::{Stage, Term},
};

/// A term of who asks, for themselves.
#[derive(Debug, Clone, Serialize)]
pub struct OwnTerm {
    /// The post's code, [`crate::post_name`].
    pub post: String,
    /// The unit's id.
    pub unit: String,
    /// How the unit is called.
    pub unit_name: String,
    /// The name as it stands there.
    pub full_name: Option<String>,
    /// The first day.
    pub from: String,
    /// The day after the last; none while it is open.
    pub until: Option<String>,
    /// The last day of training.
    pub trained_on: Option<String>,
    /// The version of the consent.
    pub consent_version: i64,
    /// When it was signed.
    pub consented_on: String,
    /// Whether it is kept and not used, at their own wish.
    pub restricted: bool,
}

/// Says whose account a term is: one in use at the unit where the post stands today. Nobody's, if no name is given.
///
/// # Errors
/// Not found out of scope; stale, also if the name was erased; refused if the term is over or there is no such account.
pub(crate) async fn link(app: &App, who: &Who, id: TermId, revision: &str, name: &str) -> Result<()> {
    let (mut tx, term) = terms::open(app, who, id, revision).await?;
    if name.is_empty() {
        return terms::write(app, who, tx, &Term { account: None, ..term }, "people.term-linked").await;
    }
    let (register, today) = (app.register.get(), app.clock.today());
    if term.full_name.is_none() {
        return Err(Error::Stale);
    }
    if term.stage(today) == Stage::Over {
        return refuse("account", "people-term-over");
    }
    let unit = holder(&register, term.unit, today).unwrap_or(term.unit);
    let Some(account) = access::account_at(&mut tx, unit, name, today).await? else {
        let issue = Issue::new("account", "people-link-unknown").with("name", name);
        return Err(Error::Refused(vec![issue.with("unit", register.path(unit, today))]));
    };
    terms::write(app, who, tx, &Term { account: Some(account), ..term }, "people.term-linked").await
}

/// The terms of who asks.
///
/// # Errors
/// The store's.
pub async fn own_terms(app: &App, who: &Who) -> Result<Vec<OwnTerm>> {
    let (register, today) = (app.register.get(), app.clock.today());
    let own = |it: Term| OwnTerm {
        post: it.post,
        unit: it.unit.to_string(),
        unit_name: register.path(it.unit, today),
        full_name: it.full_name,
        from: it.from.to_string(),
        until: it.until.map(|it| it.to_string()),
        trained_on: it.trained_on.map(|it| it.to_string()),
        consent_version: it.consent_version,
        consented_on: it.consented_on.to_string(),
        restricted: it.restricted_at.is_some(),
    };
    Ok(rows::of_account(&mut app.db.read().await?, who.account).await?.into_iter().map(own).collect())
}

/// Unlinks terms from accounts that were closed before a moment; how many terms. A dry run only counts.
///
/// # Errors
/// The store's.
pub async fn unlink_closed(app: &App, who: &Who, before: Instant, dry: bool) -> Result<u64> {
    let mut conn = app.db.read().await?;
    let linked = rows::linked(&mut conn).await?;
    let accounts: Vec<_> = linked.iter().map(|it| it.1).collect();
    let closed = access::closed_before(&mut conn, &accounts, before).await?;
    drop(conn);
    let mut unlinked = 0;
    for (province, account, count) in linked.into_iter().filter(|it| closed.contains(&it.1)) {
        if dry {
            unlinked += u64::try_from(count).unwrap_or(0);
            continue;
        }
        let mut tx = app.db.write().await?;
        let done = rows::unlink(&mut tx, province, account).await?;
        let (act, object) = ("people.links-removed", done.to_string());
        note(&mut tx, who, province, app.clock.now(), act, UnitId(province), &object).await?;
        tx.commit().await?;
        unlinked += done;
    }
    Ok(unlinked)
}
