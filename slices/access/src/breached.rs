//! Passwords that others know already: a few patterns that everybody tries first, and a file of hashes if the operator
//! has one.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use kernel::Issue;
use sha1::{Digest, Sha1};
use web::{App, Error, Result};

/// Words that are no password, however many digits and marks stand around them; without marks, case and spaces.
const COMMON: &str = include_str!("common.txt");
/// No line of the file is longer: 40 digits, a colon, a count.
const LINE_MAX: u64 = 64;

/// Whether a password is among those that everybody tries first: a common word with digits around it, digits alone, or
/// fewer than four different characters.
pub(crate) fn is_common(password: &str) -> bool {
    let folded: String = viet::fold(password).chars().filter(|it| !it.is_whitespace()).collect();
    let core = folded.trim_matches(|it: char| !it.is_ascii_alphabetic());
    let mut letters: Vec<char> = folded.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() < 4 || core.is_empty() || COMMON.lines().any(|it| it == core || it == folded)
}

/// What is wrong with a new password that the operator's file knows.
///
/// # Errors
/// When the file cannot be read: a password is not taken unchecked.
pub(crate) async fn issue(app: &App, field: &str, password: &str) -> Result<Option<Issue>> {
    let Some(path) = app.settings.breached.clone() else { return Ok(None) };
    let hash = kernel::hex(&Sha1::digest(viet::composed(password).as_bytes()));
    let known = tokio::task::spawn_blocking(move || holds(&path, &hash)).await?;
    let known = known.map_err(|err| Error::Internal(Box::new(err)))?;
    Ok(known.then(|| Issue::new(field, "access-password-breached")))
}

/// Whether a sorted file of hashes has this one. Reads a few dozen lines of it, however long it is.
fn holds(path: &Path, hash: &str) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let (mut low, mut high) = (0, file.metadata()?.len());
    // The line wanted, if it is there, begins at `low` or later and before `high`.
    while low < high {
        let middle = low.midpoint(high);
        let (start, line) = line_after(&mut file, middle, low)?;
        if start >= high {
            high = middle;
            continue;
        }
        let found: String = line.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
        match found.as_str().cmp(hash) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Less => low = start + line.len() as u64 + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok(false)
}

/// The first line that begins at a place or after it, and where. `low` is known to begin a line.
fn line_after(file: &mut File, place: u64, low: u64) -> io::Result<(u64, String)> {
    let from = if place == low { low } else { place - 1 };
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(2 * LINE_MAX + 1).read_to_end(&mut bytes)?;
    let skip = if place == low { 0 } else { bytes.iter().position(|it| *it == b'\n').map_or(bytes.len(), |it| it + 1) };
    let rest = bytes.get(skip..).unwrap_or_default();
    let line = rest.split(|it| *it == b'\n').next().unwrap_or_default();
    Ok((from + skip as u64, String::from_utf8_lossy(line).into_owned()))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[track_caller]
    fn common(password: &str, expect: bool) {
        assert_eq!(is_common(password), expect, "{password:?}");
    }

    #[test]
    fn what_everybody_tries_first_is_common() {
        common("1234567890", true);
        common("0912 345 678", true);
        common("Password@123", true);
        common("Mật khẩu 2026", true);
        common("congan@113113", true);
        common("aaaaaaaaaabb", true);
        common("qwertyuiop", true);
        common("lời hứa mùa hè", false);
        common("binhyen-demo", false);
        common("một mật khẩu dài", false);
    }

    #[test]
    fn a_file_of_hashes_is_searched_whole() {
        let hash = |it: u32| kernel::hex(&Sha1::digest(it.to_string().as_bytes()));
        for count in [0, 1, 2, 3, 100] {
            let mut all: Vec<String> = (0..count).map(hash).collect();
            all.sort();
            for (end, upper) in [("\n", false), ("\r\n", true)] {
                let text = all.iter().enumerate().fold(String::new(), |mut text, (at, it)| {
                    let it = if upper { it.to_uppercase() } else { it.clone() };
                    let _ = write!(text, "{it}:{}{end}", at * at);
                    text
                });
                let file = tempfile::NamedTempFile::new().unwrap();
                std::fs::write(file.path(), text).unwrap();
                for it in 0..count {
                    assert!(holds(file.path(), &hash(it)).unwrap(), "{it} of {count}");
                }
                assert!(!holds(file.path(), &hash(1_000)).unwrap());
                assert!(!holds(file.path(), &"0".repeat(40)).unwrap());
                assert!(!holds(file.path(), &"f".repeat(40)).unwrap());
            }
        }
    }
}
