//! What slows down who guesses. Attempts are counted by name, known or not, and after a handful of them without success
//! the next ones wait their turn. A browser in which the account has signed in before is counted by itself: whatever a
//! crowd does elsewhere, whoever owns the account signs in there as always. Nobody is ever locked out.

use std::time::Duration;

use kernel::Instant;
use sha2::{Digest, Sha256};
use web::{App, Error, Result};

use crate::store::factors;

/// So many attempts are free.
const FREE: i64 = 5;
/// After so long without an attempt all is forgotten: 15 minutes.
const FORGOTTEN: i64 = 15 * 60_000_000;
/// Who would have to wait longer is sent away: 10 seconds.
const PATIENCE: i64 = 10_000_000;
const SECOND: i64 = 1_000_000;

/// What is counted.
pub(crate) enum Door<'a> {
    /// A password for a name, from a browser that is not known.
    Name(&'a str),
    /// A second factor of an account, from a browser that is not known.
    Code(i64),
    /// Anything, from a browser that is known.
    Browser(&'a str),
}

impl Door<'_> {
    /// What the database counts by. A million buckets: the table is bounded, and what was typed as a name (people type
    /// their password there) cannot be told from it.
    pub(crate) fn bucket(&self) -> String {
        let text = match self {
            Door::Name(folded) => format!("name {folded}"),
            Door::Code(account) => format!("code {account}"),
            Door::Browser(key) => format!("browser {key}"),
        };
        let hash = kernel::hex(&Sha256::digest(text.as_bytes()));
        hash.get(..5).unwrap_or_default().to_owned()
    }

    /// The longest pause between two attempts. Six digits are fewer than the passwords there are.
    fn longest(&self) -> i64 {
        if matches!(self, Door::Code(_)) { 64 * SECOND } else { 8 * SECOND }
    }
}

/// The attempts at one door.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// How many since the last success.
    pub(crate) tries: i64,
    /// When the next one is looked at.
    pub(crate) free_at: i64,
    /// When the last one came.
    pub(crate) seen_at: i64,
}

impl Attempts {
    /// One attempt more, and how long it waits; the error is how many seconds to stay away. A clock that was set back
    /// makes nobody wait for it to catch up.
    fn next(self, now: Instant, longest: i64) -> std::result::Result<(Attempts, Duration), i64> {
        let now = now.micros();
        let stepped_back = self.seen_at > now + SECOND;
        let known = if stepped_back || self.seen_at <= now - FORGOTTEN { Attempts::default() } else { self };
        let start = known.free_at.max(now);
        let wait = start - now;
        if wait > PATIENCE {
            return Err(wait / SECOND + 1);
        }
        let tries = known.tries + 1;
        let pause = match tries - FREE {
            ..0 => 0,
            over => longest.min(SECOND << over.min(16)),
        };
        let after = Attempts { tries, free_at: start + pause, seen_at: now };
        Ok((after, Duration::from_micros(wait.unsigned_abs())))
    }
}

/// Waits for one's turn.
///
/// # Errors
/// Busy, if too many are waiting.
pub(crate) async fn wait(app: &App, door: &Door<'_>) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    factors::forget_attempts(&mut tx, now.micros() - FORGOTTEN).await?;
    let bucket = door.bucket();
    let before = factors::attempts(&mut tx, &bucket).await?;
    let (after, wait) = before.next(now, door.longest()).map_err(Error::Busy)?;
    factors::put_attempts(&mut tx, &bucket, after).await?;
    tx.commit().await?;
    if !wait.is_zero() {
        web::step_aside(tokio::time::sleep(wait)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(1_000_000_000_000 + seconds * SECOND)
    }

    /// How long each of several attempts at these seconds waits; `-1` if it is sent away.
    #[track_caller]
    fn check(longest: i64, seconds: &[i64], expect: &[i64]) {
        let mut known = Attempts::default();
        let waits: Vec<i64> = seconds
            .iter()
            .map(|it| match known.next(at(*it), longest * SECOND) {
                Ok((after, wait)) => {
                    known = after;
                    i64::try_from(wait.as_secs()).unwrap()
                }
                Err(_) => -1,
            })
            .collect();
        assert_eq!(waits, expect);
    }

    #[test]
    fn a_crowd_waits_in_a_row_and_is_then_sent_away() {
        check(8, &[0; 12], &[0, 0, 0, 0, 0, 1, 3, 7, -1, -1, -1, -1]);
    }

    #[test]
    fn who_guesses_slowly_waits_no_longer_than_the_longest_pause() {
        let every_ten: Vec<i64> = (0..20).map(|it| it * 10).collect();
        check(8, &every_ten, &[0; 20]);
        check(64, &[0, 0, 0, 0, 0, 60, 120, 180, 240, 300, 325], &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
    }

    #[test]
    fn all_is_forgotten_after_a_quarter_of_an_hour() {
        check(8, &[0, 0, 0, 0, 0, 0, 900, 900], &[0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn a_clock_set_back_makes_nobody_wait() {
        check(8, &[7_200, 7_200, 7_200, 7_200, 7_200, 7_200, 0, 0], &[0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn a_bucket_hides_the_name() {
        let bucket = Door::Name("thuy.le").bucket();
        assert_eq!(bucket.len(), 5);
        assert_ne!(bucket, Door::Browser("thuy.le").bucket());
    }
}
