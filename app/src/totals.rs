//! The file that keeps the totals between two starts, and the task that writes it from time to time.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use returns::snapshot::{self, Reached, Unfit};
use store::Conn;
use tokio::time::Instant;
use web::App;

/// Names another place for the file.
const PLACE: &str = "BINHYEN_TOTALS";
/// How often it is looked whether the file should be written.
const EVERY: Duration = Duration::from_mins(1);
/// It is written once the ledger is so many rows ahead: reading them takes a tenth of a second ...
const ROWS: i64 = 5_000;
/// ... or, with anything new at all, after so long.
const AGE: Duration = Duration::from_mins(15);

/// Where the file lies: beside the file of SQLite; in the working folder for PostgreSQL; or where the environment says.
pub fn file(place: &str) -> PathBuf {
    if let Some(named) = std::env::var_os(PLACE) {
        return named.into();
    }
    if place.starts_with("postgres://") || place.starts_with("postgresql://") {
        return "binhyen.totals".into();
    }
    format!("{}.totals", place.strip_prefix("sqlite:").unwrap_or(place)).into()
}

/// Takes the totals from the file if there is one and it fits; says why if it does not.
///
/// # Errors
/// When the database cannot be read.
pub async fn restore(app: &App, conn: &mut Conn) -> web::Result<()> {
    let Some(path) = &app.settings.totals else { return Ok(()) };
    match snapshot::restore(app, conn, path).await? {
        Ok(reached) => tracing::info!(rows = reached.rows, "took the totals from their file"),
        Err(Unfit::Unreadable(err)) if err.kind() == std::io::ErrorKind::NotFound => {}
        Err(why) => tracing::warn!(file = %path.display(), %why, "the ledger is read instead of the file of totals"),
    }
    Ok(())
}

/// Writes the file when there is enough to write, and once more, if anything is new, when the server stops.
pub async fn keep(app: App, stops: impl Future<Output = ()>) {
    let Some(path) = app.settings.totals.clone() else { return };
    let (mut last, mut at) = (kept(&app, &path).await, Instant::now());
    let mut tick = tokio::time::interval(EVERY);
    tokio::pin!(stops);
    loop {
        let stopped = tokio::select! {
            _ = tick.tick() => false,
            () = &mut stops => true,
        };
        let age = if stopped { AGE } else { at.elapsed() };
        if due(last, snapshot::reached(&app).await, age) {
            match snapshot::save(&app, &path).await {
                Ok(reached) => (last, at) = (Some(reached), Instant::now()),
                // The next start is slower then, nothing else.
                Err(error) => tracing::warn!(file = %path.display(), %error, "cannot write the file of totals"),
            }
        }
        if stopped {
            return;
        }
    }
}

fn due(last: Option<Reached>, now: Reached, age: Duration) -> bool {
    match last {
        None => now.rows > 0,
        Some(last) if last == now => false,
        Some(last) => last.units != now.units || now.rows - last.rows >= ROWS || age >= AGE,
    }
}

async fn kept(app: &App, path: &Path) -> Option<Reached> {
    let mut conn = app.db.read().await.ok()?;
    snapshot::kept(app, &mut conn, path).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_written_when_there_is_enough_to_write() {
        let at = |rows, units| Reached { rows, units };
        assert!(!due(None, at(0, 1), AGE), "nothing to keep");
        assert!(due(None, at(1, 1), Duration::ZERO));
        assert!(!due(Some(at(9, 1)), at(9, 1), AGE), "nothing new");
        assert!(!due(Some(at(9, 1)), at(10, 1), Duration::ZERO));
        assert!(due(Some(at(9, 1)), at(10, 1), AGE));
        assert!(due(Some(at(9, 1)), at(9 + ROWS, 1), Duration::ZERO));
        assert!(due(Some(at(9, 1)), at(9, 2), Duration::ZERO), "other units: the old file is of no use");
    }

    #[test]
    fn the_file_lies_beside_the_database() {
        assert_eq!(file("sqlite:var/a.db"), Path::new("var/a.db.totals"));
        assert_eq!(file("postgres://binhyen@localhost/b"), Path::new("binhyen.totals"));
    }
}
