//! Numbers as people read them.

use std::time::Duration;

use anyhow::Result;

use crate::meter::Meter;

/// How long the same kind of question took, asked again and again.
#[derive(Debug, Default, Clone)]
pub(crate) struct Times {
    /// The first time, when nothing was warm.
    pub(crate) first: Duration,
    pub(crate) p50: Duration,
    pub(crate) p95: Duration,
    /// Processor time of one.
    pub(crate) cpu: Duration,
    /// How many cells one answer has.
    pub(crate) cells: usize,
}

impl Times {
    pub(crate) fn new(mut walls: Vec<Duration>, cpu: Duration, cells: usize, first: Duration) -> Times {
        walls.sort();
        let at = |part: usize| walls.get(walls.len() * part / 100).or(walls.last()).copied().unwrap_or(Duration::ZERO);
        Times { first, p50: at(50), p95: at(95), cpu, cells }
    }

    /// Asks so many times, on this thread.
    pub(crate) fn of(count: usize, meter: Meter, mut ask: impl FnMut(usize) -> Result<usize>) -> Result<Times> {
        let mut walls = Vec::with_capacity(count);
        let mut cells = 0;
        let running = meter.start_here();
        for at in 0..count {
            let one = std::time::Instant::now();
            cells += ask(at)?;
            walls.push(one.elapsed());
        }
        let cpu = running.stop().cpu / u32::try_from(count).unwrap_or(1);
        let first = walls.first().copied().unwrap_or(Duration::ZERO);
        Ok(Times::new(walls, cpu, cells / count.max(1), first))
    }

    pub(crate) fn told(&self) -> String {
        format!("{} / {} / {}", milliseconds(self.p50), milliseconds(self.p95), milliseconds(self.cpu))
    }
}

/// The questions of a desk.
#[derive(Debug, Default, Clone)]
pub(crate) struct Desk {
    /// 60 indicators of one commune, one month.
    pub(crate) unit: Times,
    /// 60 indicators of every commune of a province, one month.
    pub(crate) province: Times,
    /// 5 indicators of the country, twelve months.
    pub(crate) series: Times,
    /// 60 indicators of every commune, one month, written out.
    pub(crate) national: Times,
}

/// A row of a Markdown table.
pub(crate) fn row<const N: usize>(cells: [String; N]) -> String {
    format!("| {} |", cells.join(" | "))
}

pub(crate) fn milliseconds(time: Duration) -> String {
    match time.as_secs_f64() * 1000.0 {
        count if count < 1.0 => format!("{count:.4} ms"),
        count if count < 10.0 => format!("{count:.2} ms"),
        count => format!("{count:.0} ms"),
    }
}

pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

pub(crate) fn bytes(count: u64) -> String {
    if count < 10_000_000 { format!("{} kB", count / 1000) } else { format!("{} MB", count / 1_000_000) }
}

/// So many a second, in thousands.
#[expect(clippy::cast_precision_loss, reason = "told in thousands")]
pub(crate) fn rate(count: usize, time: Duration) -> String {
    format!("{:.0} k/s", count as f64 / time.as_secs_f64().max(1e-9) / 1000.0)
}
