//! The doctor's part of this slice: reads the whole ledger anew and compares it with what this server believes.

use std::collections::BTreeSet;

use figures::{Apportionment, Boundaries, Engine, IndicatorId, Question};
use kernel::{Period, UnitId};
use store::Conn;
use web::{App, Result};

use crate::{follow, store as rows, store::LedgerRow, years::each_row};

/// How many numbers of rows are.
const NUMBERS: i64 = 100_000;

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

/// What was asked of one year: unit, indicator, period.
type Asked = BTreeSet<(i64, IndicatorId, Period)>;

/// Recomputes everything from the ledger: rows without gaps, cells that read, nothing counted twice, and every total of
/// every unit that reported the same as in the running engine. Year by year, so that no more than two years are in memory
/// beside those that the server holds.
///
/// # Errors
/// When the database cannot be read.
pub async fn check_ledger(app: &App) -> Result<Checked> {
    let mut res = Checked::default();
    let mut conn = app.db.read().await?;
    let mut ledgers: Vec<(i64, i64, Vec<Period>)> = Vec::new();
    for (province, head) in rows::heads(&mut conn).await? {
        sequence(&mut conn, province, head, &mut res).await?;
        ledgers.push((province, head, rows::periods(&mut conn, province).await?));
    }
    let mut fresh = follow::engine(&app.register.get(), &app.catalogue.get())?;
    let years: BTreeSet<i32> = ledgers.iter().flat_map(|it| &it.2).map(|it| it.year()).collect();
    for year in years {
        // Changes look back a year, nothing looks further.
        for old in fresh.held_years().into_iter().filter(|it| *it < year - 1) {
            fresh.forget(old);
        }
        let mut asked = Asked::new();
        for (province, head, periods) in &ledgers {
            for period in periods.iter().filter(|it| it.year() == year) {
                let take = |row: &LedgerRow| {
                    take(&mut fresh, row, &mut asked, &mut res);
                    Ok(())
                };
                each_row(&mut conn, *province, *period, *head, take).await?;
            }
        }
        compare(app, &fresh, asked, &mut res)?;
    }
    Ok(res)
}

/// No row of a ledger is missing.
async fn sequence(conn: &mut Conn, province: i64, head: i64, res: &mut Checked) -> Result<()> {
    let mut known = 0;
    while known < head {
        let numbers = rows::numbers(conn, province, known, NUMBERS).await?;
        if numbers.is_empty() {
            res.findings.push(format!(
                "sổ cái {province}: thiếu dòng sau {known}, đầu sổ ghi {head} / ledger {province}: no row after {known}, its head says {head}"
            ));
            break;
        }
        for seq in numbers {
            if seq != known + 1 {
                let missing = known + 1;
                res.findings.push(format!(
                    "sổ cái {province}: thiếu dòng {missing} / ledger {province}: row {missing} is missing"
                ));
            }
            known = seq;
        }
    }
    Ok(())
}

fn take(fresh: &mut Engine, row: &LedgerRow, asked: &mut Asked, res: &mut Checked) {
    res.versions += 1;
    let place = format!("sổ cái {} dòng/row {}", row.province, row.seq);
    let read = match follow::change(row) {
        Ok(it) => it,
        Err(err) => return res.findings.push(format!("{place}: {err}")),
    };
    res.figures += read.after.len();
    let change = read.change();
    for it in fresh.conflicts(&change) {
        res.findings.push(format!(
            "{place}: chỉ tiêu/indicator {} tính hai lần với/counted twice with {} {}",
            it.indicator, it.unit, it.period
        ));
    }
    if let Err(err) = fresh.apply(&change) {
        res.findings.push(format!("{place}: {err}"));
    }
    asked.extend(read.after.iter().map(|it| (read.unit, it.indicator, read.period)));
}

/// The totals of all units that reported in a year, and of those above them, as recomputed and as this server has them.
fn compare(app: &App, fresh: &Engine, asked: Asked, res: &mut Checked) -> Result<()> {
    let register = app.register.get();
    let mut questions = asked.clone();
    for (unit, indicator, period) in asked {
        let above = register.ancestors(UnitId(unit), period.last());
        questions.extend(above.iter().map(|it| (it.id.0, indicator, period)));
    }
    for (unit, indicator, period) in questions {
        for boundaries in [Boundaries::Then, Boundaries::On(app.clock.today())] {
            let question = Question { unit, indicator, period, boundaries, apportionment: Apportionment::None };
            let (new, live) = (fresh.total(&question), app.totals(|it| it.total(&question))?);
            if new != live {
                res.findings.push(format!(
                    "{} {period} {indicator}: tính lại/recomputed {new:?}, đang có/live {live:?}",
                    UnitId(unit)
                ));
            }
        }
    }
    Ok(())
}
