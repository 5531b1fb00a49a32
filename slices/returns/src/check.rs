//! The doctor's part of this slice: reads the whole ledger anew and compares it with what this server believes.

use figures::{Apportionment, Boundaries, Question};
use web::{App, Result};

use crate::{follow, store as rows};

/// How many rows are read at once.
const BATCH: i64 = 10_000;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// Accepted versions read.
    pub versions: usize,
    /// Figures in them.
    pub figures: usize,
    /// What does not agree, a sentence each.
    pub findings: Vec<String>,
}

/// Recomputes everything from the ledger: rows without gaps, cells that read, nothing counted twice, and every total of
/// every unit that reported the same as in the running engine.
///
/// # Errors
/// When the database cannot be read.
pub async fn check_ledger(app: &App) -> Result<Checked> {
    let mut res = Checked::default();
    let mut conn = app.db.read().await?;
    let mut fresh = follow::engine(&app.register.get(), &app.catalogue.get())?;
    let mut asked = std::collections::BTreeSet::new();
    for (province, head) in rows::heads(&mut conn).await? {
        let mut known = 0;
        while known < head {
            let batch = rows::ledger(&mut conn, province, known, BATCH).await?;
            if batch.is_empty() {
                res.findings.push(format!(
                    "sổ cái {province}: thiếu dòng sau {known}, đầu sổ ghi {head} / ledger {province}: no row after {known}, its head says {head}"
                ));
                break;
            }
            for row in &batch {
                if row.seq != known + 1 {
                    res.findings.push(format!(
                        "sổ cái {province}: thiếu dòng {} / ledger {province}: row {} is missing",
                        known + 1,
                        known + 1
                    ));
                }
                known = row.seq;
                res.versions += 1;
                let read = match follow::change(row) {
                    Ok(it) => it,
                    Err(err) => {
                        res.findings.push(format!("sổ cái {province} dòng/row {}: {err}", row.seq));
                        continue;
                    }
                };
                res.figures += read.after.len();
                let change = read.change();
                for it in fresh.conflicts(&change) {
                    res.findings.push(format!(
                        "sổ cái {province} dòng/row {}: chỉ tiêu/indicator {} tính hai lần với/counted twice with {} {}",
                        row.seq, it.indicator, it.unit, it.period
                    ));
                }
                if let Err(err) = fresh.apply(&change) {
                    res.findings.push(format!("sổ cái {province} dòng/row {}: {err}", row.seq));
                }
                asked.extend(read.after.iter().map(|it| (read.unit, it.indicator, read.period)));
            }
        }
    }
    drop(conn);
    let register = app.register.get();
    let mut questions = asked.clone();
    for (unit, indicator, period) in asked {
        let above = register.ancestors(kernel::UnitId(unit), period.last());
        questions.extend(above.iter().map(|it| (it.id.0, indicator, period)));
    }
    for (unit, indicator, period) in questions {
        for boundaries in [Boundaries::Then, Boundaries::On(app.clock.today())] {
            let question = Question { unit, indicator, period, boundaries, apportionment: Apportionment::None };
            let (new, live) = (fresh.total(&question), app.totals(|it| it.total(&question)));
            if new != live {
                res.findings.push(format!(
                    "{} {period} {indicator}: tính lại/recomputed {new:?}, đang có/live {live:?}",
                    kernel::UnitId(unit)
                ));
            }
        }
    }
    Ok(res)
}
