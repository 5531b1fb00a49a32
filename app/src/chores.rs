//! What a server does beside answering: each chore when it starts and then again and again, until the server stops.

use std::{fmt::Display, time::Duration};

use tokio::task::JoinHandle;
use web::App;

use crate::commands::everyone;

/// A chore that fails says so in the log and is tried again after the same pause.
pub(crate) fn every<F, E>(pause: Duration, chore: &'static str, run: impl Fn() -> F + Send + 'static) -> JoinHandle<()>
where
    F: Future<Output = Result<(), E>> + Send,
    E: Display + Send,
{
    tokio::spawn(async move {
        loop {
            if let Err(error) = run().await {
                tracing::error!(chore, %error, "a chore failed and will be tried again");
            }
            tokio::time::sleep(pause).await;
        }
    })
}

/// The chores of every server, until they are aborted.
pub(crate) fn begin(app: &App) -> [JoinHandle<()>; 3] {
    let [uploads, due, old] = [(); 3].map(|()| app.clone());
    [
        every(Duration::from_hours(1), "old uploads", move || {
            let app = uploads.clone();
            async move { workbooks::forget(&app).await }
        }),
        // Nobody is told twice of one due day.
        every(Duration::from_hours(3), "reminders", move || {
            let app = due.clone();
            async move { returns::acts::remind_by_timer(&app).await.map(drop) }
        }),
        every(Duration::from_hours(24), "retention", move || {
            let app = old.clone();
            async move { privacy::run(&app, &everyone(&app), false).await.map(drop) }
        }),
    ]
}
