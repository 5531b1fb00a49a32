//! The key that signs the heads of the audit, and the task that does it from time to time.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use tokio::task::JoinHandle;
use web::App;

use crate::{chores, key_file};

/// How often the heads are signed, if anything is new.
const EVERY: Duration = Duration::from_hours(1);
/// Names another place for the key.
const PLACE: &str = "BINHYEN_ANCHOR_KEY";

/// The public half of the key that is there; `None` if there is none.
///
/// # Errors
/// When the file is there and holds no key.
pub fn public(place: &str) -> anyhow::Result<Option<String>> {
    Ok(read(&file(place))?.map(|it| it.public()))
}

fn file(place: &str) -> PathBuf {
    key_file::place(place, "anchor-key", PLACE)
}

fn read(file: &Path) -> anyhow::Result<Option<audit::Key>> {
    let Some(text) = key_file::read(file)? else { return Ok(None) };
    let wrong = || {
        format!(
            "{} không phải khóa ký mốc (64 chữ số hex); hãy khôi phục từ bản sao / is no key of 64 hex digits; restore it \
             from its copy",
            file.display()
        )
    };
    audit::Key::from_hex(&text).with_context(wrong).map(Some)
}

/// The key, made at the first start.
///
/// # Errors
/// When the file cannot be read or written.
pub fn key(app: &App, place: &str) -> anyhow::Result<audit::Key> {
    let file = file(place);
    if let Some(key) = read(&file)? {
        return Ok(key);
    }
    let secret: [u8; 32] = app.chance.bytes();
    key_file::write(&file, &kernel::hex(&secret), false)?;
    let key = audit::Key::from_bytes(&secret);
    tracing::info!(file = %file.display(), public = key.public(), "made the key of the audit's anchors");
    Ok(key)
}

/// Signs the heads now, and again from time to time, until aborted.
///
/// # Errors
/// When there is no key and none can be made.
pub fn begin(app: &App, place: &str) -> anyhow::Result<JoinHandle<()>> {
    let (app, key) = (app.clone(), key(app, place)?);
    Ok(chores::every(EVERY, "anchoring the audit", move || {
        let (app, key) = (app.clone(), key.clone());
        async move { now(&app, &key).await.map(drop) }
    }))
}

/// Signs the heads; the anchor's number, if anything was new.
///
/// # Errors
/// The store's.
pub async fn now(app: &App, key: &audit::Key) -> store::Result<Option<i64>> {
    let mut tx = app.db.write().await?;
    let number = audit::anchor(&mut tx, key, app.clock.now()).await?;
    tx.commit().await?;
    Ok(number)
}
