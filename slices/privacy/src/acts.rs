//! What the officer for personal data does. Each act: scope, read, write, audit, commit.

pub(crate) mod incidents;
pub(crate) mod requests;

use kernel::{Instant, Issue, UnitId};
use store::Conn;
use web::{App, Cover, Error, Result, Who};

use crate::{HANDLE, request::unchosen};

/// The unit that a request or an incident is about: one of those in which who asks is the officer; the chain it belongs to.
///
/// # Errors
/// Refused, if it is none of them.
fn own_unit(app: &App, who: &Who, text: &str) -> Result<(UnitId, i64)> {
    let scope = who.scope(HANDLE)?;
    let found = match (text.trim(), scope.tops()) {
        ("", [only]) => Some(*only),
        (text, tops) => text.parse().ok().filter(|it| tops.contains(it)),
    };
    let today = app.clock.today();
    let unit = found.filter(|it| app.register.get().get(*it, today).is_some());
    let unit = unit.ok_or_else(|| Error::Refused(vec![unchosen("unit", "privacy-unit")]))?;
    let province = app.register.get().province_of(unit, today).ok_or(Error::NotFound)?;
    Ok((unit, province.0))
}

/// Whether who asks is the officer for this unit.
///
/// # Errors
/// Not found, if not.
fn must_handle(app: &App, who: &Who, unit: UnitId) -> Result<()> {
    let cover = who.scope(HANDLE)?.cover(&app.register.get(), unit, app.clock.today());
    if cover == Cover::None { Err(Error::NotFound) } else { Ok(()) }
}

/// Whether the page showed what is stored.
fn must_be(revision: i64, seen: &str) -> Result<()> {
    if seen.trim().parse() == Ok(revision) { Ok(()) } else { Err(Error::Stale) }
}

async fn note(
    tx: &mut Conn,
    who: &Who,
    province: i64,
    at: Instant,
    act: &'static str,
    unit: UnitId,
    object: &str,
) -> Result<()> {
    let entry = audit::Entry { province, at, actor: who.actor(), act, unit: Some(unit), object };
    Ok(audit::append(tx, &entry).await?)
}

fn refuse<T>(field: &str, text: &'static str) -> Result<T> {
    Err(Error::Refused(vec![Issue::new(field, text)]))
}
