//! Keys that lie in files beside the database, never in it: made at the first start, readable by their owner only.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;

/// Where a key lies: beside the file of SQLite; in the working folder for PostgreSQL; or where the environment's variable
/// says, on another disk, say, so that nobody takes it away together with the database.
pub(crate) fn place(database: &str, ending: &str, variable: &str) -> PathBuf {
    if let Some(named) = std::env::var_os(variable) {
        return named.into();
    }
    if database.starts_with("postgres://") || database.starts_with("postgresql://") {
        return format!("binhyen.{ending}").into();
    }
    format!("{}.{ending}", database.strip_prefix("sqlite:").unwrap_or(database)).into()
}

/// What a key's file holds; `None` if there is none.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read(file: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(file) {
        Err(err) if err.kind() == ErrorKind::NotFound => Ok(None),
        text => text.map(Some).with_context(|| format!("không đọc được khóa / cannot read the key {}", file.display())),
    }
}

/// Writes a key's file: whole or not at all, and never over one that is there unless told so.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write(file: &Path, text: &str, replace: bool) -> anyhow::Result<()> {
    let beside = if replace { file.with_added_extension("new") } else { file.to_owned() };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut it| it.write_all(text.as_bytes()).and_then(|()| it.sync_all()));
    let written = written.and_then(|()| if replace { fs::rename(&beside, file) } else { Ok(()) });
    written.with_context(|| format!("không ghi được khóa / cannot write the key {}", file.display()))
}
