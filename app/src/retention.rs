//! `binhyen retention`; a server follows the same rules every day (`chores.rs`).

use web::{App, Lang};

use crate::commands::{everyone, in_words, say};

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
