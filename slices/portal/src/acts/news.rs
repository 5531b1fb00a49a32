use audit::Entry;
use kernel::UnitId;
use web::{App, Error, Result, Who};

use super::{offices, province, provinces};
use crate::{
    NEWS,
    news::{Draft, Item, State},
    store::news as rows,
};

/// Everything that somebody may write on, drafts too.
pub(crate) async fn list(app: &App, who: &Who) -> Result<Vec<Item>> {
    let provinces = provinces(app, &offices(app, who, NEWS)?);
    Ok(rows::of(&mut app.db.read().await?, provinces).await?)
}

/// Writes news of a unit, as a draft or published at once; its number.
///
/// # Errors
/// Not found, if the unit is no office of theirs; all that is wrong with it.
pub async fn write(app: &App, who: &Who, unit: UnitId, draft: Draft, state: State) -> Result<i64> {
    if !offices(app, who, NEWS)?.contains(&unit) {
        return Err(Error::NotFound);
    }
    let issues = draft.issues();
    if !issues.is_empty() {
        return Err(Error::Refused(issues));
    }
    let Draft { title_vi, body_vi, title_en, body_en } = draft;
    let now = app.clock.now();
    let published = state == State::Published;
    let item = Item {
        province: province(&app.register.get(), unit, app)?,
        id: app.new_id(),
        unit,
        title_vi,
        body_vi,
        title_en,
        body_en,
        state,
        revision: 1,
        changed_at: now,
        published_at: published.then_some(now),
    };
    let mut tx = app.db.write().await?;
    rows::insert(&mut tx, &item).await?;
    let act = if published { "portal.news-published" } else { "portal.news-written" };
    audit::append(&mut tx, &entry(&item, who, act, &item.id.to_string())).await?;
    tx.commit().await?;
    Ok(item.id)
}

/// Changes an item that was seen at a revision: its words, whether it is published.
///
/// # Errors
/// Not found; all that is wrong with the words; stale, if somebody was faster.
pub(crate) async fn change(app: &App, who: &Who, id: i64, seen: i64, draft: Draft, state: State) -> Result<()> {
    let provinces = provinces(app, &offices(app, who, NEWS)?);
    let mut tx = app.db.write().await?;
    let found = rows::find(&mut tx, id).await?.filter(|it| provinces.contains(&it.province));
    let mut item = found.ok_or(Error::NotFound)?;
    if item.revision != seen {
        return Err(Error::Stale);
    }
    let issues = draft.issues();
    if !issues.is_empty() {
        return Err(Error::Refused(issues));
    }
    let act = match (item.state, state) {
        (State::Draft | State::Withdrawn, State::Published) => "portal.news-published",
        (State::Published, State::Withdrawn) => "portal.news-withdrawn",
        _ => "portal.news-written",
    };
    let now = app.clock.now();
    Draft { title_vi: item.title_vi, body_vi: item.body_vi, title_en: item.title_en, body_en: item.body_en } = draft;
    item.state = state;
    item.revision += 1;
    item.changed_at = now;
    if state == State::Published {
        item.published_at = item.published_at.or(Some(now));
    }
    if rows::update(&mut tx, &item).await? != 1 {
        return Err(Error::Stale);
    }
    audit::append(&mut tx, &entry(&item, who, act, &id.to_string())).await?;
    tx.commit().await?;
    Ok(())
}

fn entry<'a>(item: &Item, who: &'a Who, act: &'static str, object: &'a str) -> Entry<'a> {
    Entry { province: item.province, at: item.changed_at, actor: who.actor(), act, unit: Some(item.unit), object }
}
