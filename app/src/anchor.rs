//! The key that signs the heads of the audit, and the task that does it from time to time.

use std::{
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use tokio::task::JoinHandle;
use web::App;

/// How often the heads are signed, if anything is new.
const EVERY: Duration = Duration::from_hours(1);
/// Names another place for the key: on another disk, say, so that nobody takes it away together with the database.
const PLACE: &str = "BINHYEN_ANCHOR_KEY";

/// Where the key lies: beside the file of SQLite; in the working folder for PostgreSQL; or where the environment says.
pub fn file(place: &str) -> PathBuf {
    if let Some(named) = std::env::var_os(PLACE) {
        return named.into();
    }
    if place.starts_with("postgres://") || place.starts_with("postgresql://") {
        return "binhyen.anchor-key".into();
    }
    format!("{}.anchor-key", place.strip_prefix("sqlite:").unwrap_or(place)).into()
}

/// The public half of the key that is there; `None` if there is none.
///
/// # Errors
/// When the file is there and holds no key.
pub fn public(place: &str) -> anyhow::Result<Option<String>> {
    Ok(read(&file(place))?.map(|it| it.public()))
}

fn read(file: &Path) -> anyhow::Result<Option<audit::Key>> {
    let text = match std::fs::read_to_string(file) {
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        text => text.with_context(|| format!("không đọc được khóa / cannot read the key {}", file.display()))?,
    };
    let key = audit::Key::from_hex(&text);
    let wrong = || {
        format!(
            "{} không phải khóa ký mốc (64 chữ số hex); hãy khôi phục từ bản sao / is no key of 64 hex digits; restore it \
             from its copy",
            file.display()
        )
    };
    key.with_context(wrong).map(Some)
}

/// The key, made at the first start and readable by its owner only.
///
/// # Errors
/// When the file cannot be read or written.
pub fn key(app: &App, place: &str) -> anyhow::Result<audit::Key> {
    let file = file(place);
    if let Some(key) = read(&file)? {
        return Ok(key);
    }
    let secret: [u8; 32] = app.chance.bytes();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&file).and_then(|mut it| it.write_all(kernel::hex(&secret).as_bytes()));
    written.with_context(|| format!("không ghi được khóa / cannot write the key {}", file.display()))?;
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
    Ok(tokio::spawn(async move {
        loop {
            if let Err(err) = now(&app, &key).await {
                tracing::error!(error = %err, "the audit was not anchored");
            }
            tokio::time::sleep(EVERY).await;
        }
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
