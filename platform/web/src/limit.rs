//! How much work is taken on at once. Who is signed in has their own measure, by their session: whatever others do, they
//! go on as always. Strangers share one measure, for nothing is known by which to tell them apart and no address is kept:
//! so many are served at once, so many wait for a moment, the rest are asked to come back. A place is held for work only: what
//! a stranger sends is read before, within a time, and who has to wait steps aside.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::Instant;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{Error, Result, SessionKey};

/// The measures.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// So many requests of one session may come at once.
    pub burst: i64,
    /// So many of them are forgiven each second.
    pub per_second: i64,
    /// So many requests of strangers are worked on at once.
    pub strangers: usize,
    /// So many more wait for their turn.
    pub waiting: usize,
    /// The longest that one waits.
    pub patience: Duration,
    /// The longest that one is worked on, whatever the stranger still wants to send.
    pub deadline: Duration,
}

impl Limits {
    /// Those of a server. A person opens a page every few seconds; a page of a stranger takes milliseconds.
    pub const SERVER: Limits = Limits {
        burst: 240,
        per_second: 8,
        strangers: 32,
        waiting: 512,
        patience: Duration::from_secs(10),
        deadline: Duration::from_secs(30),
    };
}

const SECOND: i64 = 1_000_000;
/// Sessions that are not slowed any more are forgotten when there are so many.
const SWEEP: usize = 1_024;

/// What keeps the measures. Nothing of it outlives the process, and nothing of it is an address.
#[derive(Debug, Clone)]
pub(crate) struct Gate(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    limits: Limits,
    /// Session → the moment at which all its requests are forgiven.
    sessions: Mutex<HashMap<String, i64>>,
    /// Places of strangers, at work and waiting.
    queue: Arc<Semaphore>,
    /// Those at work.
    work: Arc<Semaphore>,
}

/// A stranger's place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    gate: Gate,
    _queue: OwnedSemaphorePermit,
    _work: OwnedSemaphorePermit,
}

tokio::task_local! {
    /// The place of the stranger whose request this task answers.
    static HELD: Mutex<Option<Place>>;
}

impl Place {
    /// Does work in this place.
    pub(crate) async fn during<T>(self, work: impl Future<Output = T>) -> T {
        HELD.scope(Mutex::new(Some(self)), work).await
    }
}

/// Waits for something that is no work, and lets others have the place meanwhile.
///
/// # Errors
/// Crowded, if a stranger finds none again.
pub async fn step_aside<T>(wait: impl Future<Output = T>) -> Result<T> {
    let held = |with: Option<Place>| {
        let swap = |it: &Mutex<Option<Place>>| {
            std::mem::replace(&mut *it.lock().unwrap_or_else(PoisonError::into_inner), with)
        };
        HELD.try_with(swap).ok().flatten()
    };
    // Who is signed in has no place to give up.
    let Some(place) = held(None) else { return Ok(wait.await) };
    let gate = place.gate.clone();
    drop(place);
    let waited = wait.await;
    held(Some(gate.stranger().await?));
    Ok(waited)
}

impl Gate {
    pub(crate) fn new(limits: Limits) -> Gate {
        Gate(Arc::new(Kept {
            limits,
            sessions: Mutex::default(),
            queue: Arc::new(Semaphore::new(limits.strangers + limits.waiting)),
            work: Arc::new(Semaphore::new(limits.strangers)),
        }))
    }

    /// One request of a session more.
    ///
    /// # Errors
    /// Crowded, if there were too many.
    pub(crate) fn session(&self, key: &SessionKey, now: Instant) -> Result<()> {
        let mut sessions = self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now.micros();
        if sessions.len() >= SWEEP && !sessions.contains_key(&key.0) {
            sessions.retain(|_, forgiven| *forgiven > now);
        }
        let forgiven = sessions.entry(key.0.clone()).or_insert(now);
        *forgiven = next(*forgiven, now, &self.0.limits).map_err(Error::Crowded)?;
        Ok(())
    }

    /// A place for a stranger, as soon as there is one.
    ///
    /// # Errors
    /// Crowded, if too many are waiting, or for too long.
    pub(crate) async fn stranger(&self) -> Result<Place> {
        let crowded = || Error::Crowded(5);
        let queue = Arc::clone(&self.0.queue).try_acquire_owned().map_err(|_| crowded())?;
        let work = timeout(self.0.limits.patience, Arc::clone(&self.0.work).acquire_owned()).await;
        match work {
            Ok(Ok(work)) => Ok(Place { gate: self.clone(), _queue: queue, _work: work }),
            _ => Err(crowded()),
        }
    }

    /// Does a stranger's work, in their place and time.
    ///
    /// # Errors
    /// Bad, if it took too long.
    pub(crate) async fn in_time<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        timeout(self.0.limits.deadline, work).await.map_err(|_| Error::Bad("a stranger took too long"))
    }
}

/// When all will be forgiven after one request more; the error is how many seconds to stay away. A clock that was set back
/// makes nobody wait for it to catch up.
fn next(forgiven: i64, now: i64, limits: &Limits) -> std::result::Result<i64, i64> {
    let step = SECOND / limits.per_second;
    let most = step * limits.burst;
    let start = if forgiven > now + most { now } else { forgiven.max(now) };
    let after = start + step;
    if after > now + most { Err((after - now - most) / SECOND + 1) } else { Ok(after) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limits = Limits { burst: 3, per_second: 1, strangers: 1, waiting: 1, ..Limits::SERVER };

    /// What becomes of requests at these seconds.
    #[track_caller]
    fn check(seconds: &[i64], expect: &[bool]) {
        let gate = Gate::new(SMALL);
        let key = SessionKey("x".to_owned());
        let at = |second: &i64| Instant::from_micros(1_000_000_000_000 + second * SECOND);
        let found: Vec<bool> = seconds.iter().map(|it| gate.session(&key, at(it)).is_ok()).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_session_is_slowed_and_forgiven() {
        check(&[0, 0, 0, 0, 0, 1, 1, 2], &[true, true, true, false, false, true, false, true]);
        check(&[0, 0, 0, 3, 3, 3, 3], &[true, true, true, true, true, true, false]);
        let every: Vec<i64> = (0..50).collect();
        check(&every, &[true; 50]);
        // A clock set back.
        check(&[7_200, 7_200, 7_200, 0, 0], &[true, true, true, true, true]);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let gate = Gate::new(SMALL);
        for second in 0..10 {
            for at in 0..SWEEP {
                let key = SessionKey(format!("{second} {at}"));
                gate.session(&key, Instant::from_micros(second * 10 * SECOND)).unwrap();
            }
        }
        assert!(gate.0.sessions.lock().unwrap().len() <= 2 * SWEEP);
    }

    #[tokio::test]
    async fn strangers_take_turns_and_the_third_is_sent_away() {
        let gate = Gate::new(Limits { patience: Duration::from_mins(1), ..SMALL });
        let first = gate.stranger().await.unwrap();
        let second = tokio::spawn({
            let gate = gate.clone();
            async move { gate.stranger().await.map(drop) }
        });
        while gate.0.queue.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(gate.stranger().await, Err(Error::Crowded(_))));
        drop(first);
        second.await.unwrap().unwrap();
        gate.stranger().await.unwrap();
    }

    #[tokio::test]
    async fn who_only_waits_gives_the_place_to_others() {
        let gate = Gate::new(SMALL);
        let place = gate.stranger().await.unwrap();
        let other = gate.clone();
        let work = async {
            assert_eq!(other.0.work.available_permits(), 0);
            step_aside(async { drop(other.stranger().await.unwrap()) }).await.unwrap();
            assert_eq!(other.0.work.available_permits(), 0);
        };
        place.during(work).await;
        assert_eq!(gate.0.work.available_permits(), 1);
        step_aside(async {}).await.unwrap();
    }
}
