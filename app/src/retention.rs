//! `binhyen retention`, and the task that follows the same rules every day.

use std::time::Duration;

use tokio::task::JoinHandle;
use web::{App, Lang};

use crate::commands::{everyone, in_words, say};

/// How often what has outlived its time is removed.
const EVERY: Duration = Duration::from_hours(24);

/// Removes, or only counts, and prints a line for each rule.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn run(app: &App, dry: bool) -> anyhow::Result<()> {
    let removed = privacy::run(app, &everyone(app), dry).await.map_err(|err| in_words(app, err))?;
    say(if dry { "chạy thử, không xóa gì / dry run, nothing is removed" } else { "đã xóa / removed" });
    for it in removed {
        let what = |lang| app.texts.say(lang, &format!("privacy-removes-{}", it.rule.what), &[]);
        let (vi, en) = (what(Lang::Vi), what(Lang::En));
        say(&format!("{:<8} {:>8}  {vi} / {en} (< {})", it.rule.code, it.count, it.before));
    }
    Ok(())
}

/// Does so now, and again every day, until aborted.
pub(crate) fn begin(app: &App) -> JoinHandle<()> {
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            match privacy::run(&app, &everyone(&app), false).await {
                Ok(removed) => {
                    let count: u64 = removed.iter().map(|it| it.count).sum();
                    tracing::info!(count, "removed what has outlived its time");
                }
                Err(err) => tracing::error!(error = %err, "what has outlived its time was not removed"),
            }
            tokio::time::sleep(EVERY).await;
        }
    })
}
