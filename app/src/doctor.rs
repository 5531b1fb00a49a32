//! `binhyen doctor`: reads everything anew and says what does not agree.

use std::process::ExitCode;

use web::App;

use crate::{anchor, cli::DoctorPart, commands::say};

/// Checks what is asked, prints a line for each finding; fails if there is one.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn run(app: &App, place: &str, part: DoctorPart) -> anyhow::Result<ExitCode> {
    let mut findings = Vec::new();
    if part != DoctorPart::Audit {
        let checked = returns::check_ledger(app).await.map_err(|err| anyhow::anyhow!("{err}"))?;
        say(&format!("sổ cái / ledger: {} phiên bản/versions, {} số liệu/figures", checked.versions, checked.figures));
        findings.extend(checked.findings);
    }
    if part != DoctorPart::Figures {
        let known = anchor::public(place)?;
        let mut conn = app.db.read().await?;
        let checked = audit::check(&mut conn, known.as_slice()).await?;
        say(&format!(
            "nhật ký / audit: {} dòng/rows, {} mốc ký số/anchors; đã kiểm tra chuỗi băm / hash chains checked",
            checked.entries, checked.anchors
        ));
        say(&match known {
            Some(key) => format!("khóa công khai / public key: {key}"),
            None => {
                "không có tệp khóa: chữ ký chỉ được đối chiếu với khóa ghi cạnh nó / no key file: signatures are only \
                     checked against the keys beside them"
                    .to_owned()
            }
        });
        findings.extend(checked.findings.iter().map(ToString::to_string));
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
