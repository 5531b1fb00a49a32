//! The keys that seal what the database keeps and must not know.

use anyhow::Context;
use kernel::Chance;
use web::Seal;

use crate::key_file;

/// Names another place for the keys.
const PLACE: &str = "BINHYEN_SEAL_KEY";

/// The keys of a database, made at the first start.
///
/// # Errors
/// When the file cannot be read or written, or holds something else.
pub fn keys(database: &str, chance: &Chance) -> anyhow::Result<Seal> {
    let file = key_file::place(database, "seal-key", PLACE);
    let text = if let Some(text) = key_file::read(&file)? {
        text
    } else {
        let text = new(chance);
        key_file::write(&file, &text, false)?;
        tracing::info!(file = %file.display(), "made the key that seals secrets");
        text
    };
    Seal::parse(&text).with_context(|| {
        format!(
            "{} không phải khóa niêm phong (mỗi dòng 64 chữ số hex); hãy khôi phục từ bản sao / holds no keys of 64 hex \
             digits a line; restore it from its copy",
            file.display()
        )
    })
}

/// Puts a new key before the others. A server seals anew with it when it starts; when all have, the older lines can go.
///
/// # Errors
/// As [`keys`].
pub fn rotate(database: &str, chance: &Chance) -> anyhow::Result<Seal> {
    keys(database, chance)?;
    let file = key_file::place(database, "seal-key", PLACE);
    let older = key_file::read(&file)?.unwrap_or_default();
    key_file::write(&file, &format!("{}{older}", new(chance)), true)?;
    keys(database, chance)
}

fn new(chance: &Chance) -> String {
    let bytes: [u8; 32] = chance.bytes();
    format!("{}\n", kernel::hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_another_put_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db").display().to_string();
        let chance = crate::start::chance();
        let first: Vec<String> = keys(&database, &chance).unwrap().names().map(str::to_owned).collect();
        assert_eq!(keys(&database, &chance).unwrap().names().collect::<Vec<_>>(), first);
        let both = rotate(&database, &chance).unwrap();
        assert_eq!(both.names().skip(1).collect::<Vec<_>>(), first);
        let file = format!("{database}.seal-key");
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&file).unwrap()) & 0o777, 0o600);
        std::fs::write(&file, "not a key").unwrap();
        assert!(keys(&database, &chance).is_err(), "a spoiled key is never replaced");
    }
}
