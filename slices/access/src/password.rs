//! Argon2id with the crate's defaults: 19 MiB, two passes, one lane. A hash takes some hundredths of a second of one
//! core, so it runs beside the requests and only with leave, or a crowd at the door would take the whole machine.

use std::{fmt, sync::Arc};

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use web::{App, Error, Result};

/// The hash of a word that nobody knows. A name that has no account is answered after the same work as one that has.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$YmluaHllbi1ub2JvZHktMA$1C8bYeRKPBCqm2DkYVXnZ0mYnDPsvCbK7ZOBVdOx1ZI";

/// Who has waited so long for a turn is sent away, so that a crowd at the door does not grow without end.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Hashing failed for want of memory or randomness.
#[derive(Debug)]
struct Unhashed;

impl fmt::Display for Unhashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the password could not be hashed")
    }
}

impl std::error::Error for Unhashed {}

/// The text to store for a password.
pub(crate) async fn hash(app: &App, password: &str) -> Result<String> {
    let (password, salt) = (viet::composed(password), app.chance.bytes::<16>());
    let hash = with_leave(app, move || hash_with(&password, &salt)).await?;
    hash.ok_or_else(|| Error::Internal(Box::new(Unhashed)))
}

/// Whether a password is the one that was stored; without a stored one never, after the same work.
pub(crate) async fn is_right(app: &App, password: &str, stored: Option<&str>) -> Result<bool> {
    let password = viet::composed(password);
    let (known, stored) = (stored.is_some(), stored.unwrap_or(NOBODY).to_owned());
    Ok(with_leave(app, move || verify(&password, &stored)).await? && known)
}

/// Runs it on a thread of its own when its turn comes. The leave goes along: work whose asker has gone away still counts.
async fn with_leave<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let leave = tokio::time::timeout(PATIENCE, Arc::clone(&app.heavy).acquire_owned()).await;
    let leave = leave.map_err(|_| Error::Busy(60))?.map_err(|err| Error::Internal(err.into()))?;
    let done = tokio::task::spawn_blocking(move || {
        let _leave = leave;
        work()
    });
    Ok(done.await?)
}

fn hash_with(password: &str, salt: &[u8]) -> Option<String> {
    let hash: PasswordHash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt).ok()?;
    Some(hash.to_string())
}

fn verify(password: &str, stored: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), stored).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_is_right() {
        let stored = hash_with("lời hứa mùa hè", &[7; 16]).unwrap();
        assert!(verify("lời hứa mùa hè", &stored));
        assert!(!verify("lời hứa mùa hé", &stored));
        assert!(!verify("", &stored));
        assert!(!verify("lời hứa mùa hè", "lời hứa mùa hè"));
    }

    #[test]
    fn a_salt_makes_equal_passwords_differ() {
        assert_ne!(hash_with("mười ký tự", &[1; 16]), hash_with("mười ký tự", &[2; 16]));
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        let work = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        let somebody = hash_with("mười ký tự", &[1; 16]).unwrap();
        assert_eq!(work(NOBODY), work(&somebody));
        assert!(PasswordHash::new(NOBODY).is_ok(), "else nothing would be computed");
        assert_eq!(NOBODY.len(), somebody.len());
    }
}
