//! `binhyen doctor`: reads everything anew and says what does not agree.

use std::{collections::BTreeMap, process::ExitCode};

use web::App;

use crate::{cli::DoctorPart, commands::say};

/// Checks what is asked, prints a line for each finding; fails if there is one.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn run(app: &App, part: DoctorPart) -> anyhow::Result<ExitCode> {
    let mut findings = Vec::new();
    if part != DoctorPart::Audit {
        let checked = returns::check_ledger(app).await.map_err(|err| anyhow::anyhow!("{err}"))?;
        say(&format!("sổ cái / ledger: {} phiên bản/versions, {} số liệu/figures", checked.versions, checked.figures));
        findings.extend(checked.findings);
    }
    if part != DoctorPart::Figures {
        let mut conn = app.db.read().await?;
        let broken: BTreeMap<i64, i64> = audit::broken(&mut conn).await?.into_iter().collect();
        say("nhật ký / audit: đã kiểm tra chuỗi băm / hash chains checked");
        findings.extend(broken.iter().map(|(province, seq)| {
            format!("nhật ký {province}: đứt tại dòng {seq} / audit chain {province} breaks at row {seq}")
        }));
    }
    for it in &findings {
        say(it);
    }
    if findings.is_empty() {
        say("không có sai lệch / nothing wrong");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
