//! What the machine spent: processor time of this process, of a PostgreSQL server, memory, bytes written.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// The kernel counts processor time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// Whose processor time is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meter {
    /// The first process of a PostgreSQL server that works for us.
    pub(crate) server: Option<u32>,
}

/// What something took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    /// By the clock on the wall.
    pub(crate) wall: Duration,
    /// Of processors, ours and the server's.
    pub(crate) cpu: Duration,
}

impl std::ops::AddAssign for Spent {
    fn add_assign(&mut self, other: Spent) {
        self.wall += other.wall;
        self.cpu += other.cpu;
    }
}

impl Meter {
    pub(crate) fn start(self) -> Running {
        Running { meter: self, wall: Instant::now(), cpu: self.cpu() }
    }

    fn cpu(self) -> Duration {
        let own = fs::read_to_string("/proc/self/stat").map_or(Duration::ZERO, |it| ticks(&it, false));
        own + self.server.map_or(Duration::ZERO, server_cpu)
    }
}

/// A measurement that goes on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running {
    meter: Meter,
    wall: Instant,
    cpu: Duration,
}

impl Running {
    pub(crate) fn stop(self) -> Spent {
        Spent { wall: self.wall.elapsed(), cpu: self.meter.cpu().saturating_sub(self.cpu) }
    }
}

/// The process above this one: of a PostgreSQL connection's process the server's first.
pub(crate) fn parent(process: i64) -> Option<u32> {
    fields(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?).get(1)?.parse().ok()
}

/// The fields of `/proc/PID/stat` after the name, which may hold spaces: state, parent …
fn fields(stat: &str) -> Vec<&str> {
    stat.rsplit_once(") ").map(|it| it.1.split(' ').collect()).unwrap_or_default()
}

/// User and system time; with those of children that have ended.
fn ticks(stat: &str, with_ended: bool) -> Duration {
    let fields = fields(stat);
    let count = |at: usize| fields.get(at).and_then(|it| it.parse::<u32>().ok()).unwrap_or(0);
    let ended = if with_ended { count(13) + count(14) } else { 0 };
    TICK * (count(11) + count(12) + ended)
}

fn server_cpu(first: u32) -> Duration {
    let mut sum = fs::read_to_string(format!("/proc/{first}/stat")).map_or(Duration::ZERO, |it| ticks(&it, true));
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        if fields(&stat).get(1).and_then(|it| it.parse().ok()) == Some(first) {
            sum += ticks(&stat, false);
        }
    }
    sum
}

/// A line of `/proc/self/status` that counts kilobytes, in bytes: `VmRSS`, `VmHWM`.
pub(crate) fn memory(what: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix(what)).unwrap_or_default();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
}

/// Bytes that this process has caused to be written to disk.
pub(crate) fn written() -> u64 {
    let io = fs::read_to_string("/proc/self/io").unwrap_or_default();
    io.lines().find_map(|it| it.strip_prefix("write_bytes: ")).and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// How large a SQLite database is, its log included.
pub(crate) fn file_size(path: &Path) -> u64 {
    let with = |end: &str| fs::metadata(format!("{}{end}", path.display())).map_or(0, |it| it.len());
    with("") + with("-wal")
}
