//! `binhyen forms`: a unit's own forms and indicators to a file and from one, the difference shown first.

use std::path::Path;

use ::forms::acts::{self, Step};
use anyhow::Context;
use web::App;

use crate::{
    cli::FormsAct,
    commands::{everyone, in_words, say},
};

/// Writes or brings in.
///
/// # Errors
/// Everything that is wrong with the file; then nothing is changed.
pub(crate) async fn run(app: &App, act: &FormsAct) -> anyhow::Result<()> {
    let who = everyone(app);
    let (FormsAct::Export { unit, .. } | FormsAct::Import { unit, .. }) = act;
    let unit = returns::figure::resolve(&app.register.get(), unit, app.clock.today())?;
    match act {
        FormsAct::Export { out, .. } => {
            let package = acts::export(app, &who, unit).map_err(|err| in_words(app, err))?;
            let text = serde_json::to_string_pretty(&package)?;
            if out == Path::new("-") {
                say(&text);
                return Ok(());
            }
            // Beside the target first, then renamed: the old file stays whole until the new one is.
            let beside = out.with_extension("tmp-binhyen");
            std::fs::write(&beside, text)
                .and_then(|()| std::fs::rename(&beside, out))
                .with_context(|| format!("không ghi được tệp / cannot write {}", out.display()))
        }
        FormsAct::Import { file, apply, .. } => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("không đọc được tệp / cannot read {}", file.display()))?;
            for step in acts::difference(app, &who, unit, &text).map_err(|err| in_words(app, err))? {
                tell(&step);
            }
            if !apply {
                say("chưa có gì thay đổi; thêm --apply để nhập / nothing has changed; add --apply to bring it in");
                return Ok(());
            }
            let done = acts::apply(app, &who, unit, &text).await.map_err(|err| in_words(app, err))?;
            say(&format!(
                "đã nhập {} chỉ tiêu, {} bản soạn biểu mẫu / brought in {} indicators, {} drafts of forms",
                done.indicators, done.forms, done.indicators, done.forms
            ));
            Ok(())
        }
    }
}

fn tell(step: &Step) {
    match step {
        Step::Indicator(it) => say(&format!("+ {}  {}", it.code, it.name_vi)),
        Step::Kept(it) => say(&format!("= {}  {} (giữ nguyên / kept)", it.code, it.name_vi)),
        Step::Form(it) => say(&format!("+ {}  {}", it.code, it.design.name)),
        Step::Version(it, lines) => {
            say(&format!("~ {}  {}", it.code, it.design.name));
            for line in lines {
                say(&format!("    {line}"));
            }
        }
    }
}
