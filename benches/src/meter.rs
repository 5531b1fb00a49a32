//! What the machine spent: processor time of this process, of a PostgreSQL server, memory, bytes written.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// The kernel counts the processor time of a process in hundredths of a second.
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
    /// Of it the server's.
    pub(crate) server: Duration,
    /// What was given to the disk, by us and by the server.
    pub(crate) written: u64,
}

impl std::ops::AddAssign for Spent {
    fn add_assign(&mut self, other: Spent) {
        self.wall += other.wall;
        self.cpu += other.cpu;
        self.server += other.server;
        self.written += other.written;
    }
}

/// How finely processor time is counted.
#[derive(Debug, Clone, Copy)]
enum Count {
    /// Of the whole process with all its threads, in [`TICK`]s: for what takes seconds.
    Process,
    /// Of this thread, in nanoseconds that the kernel brings up to date every few milliseconds: for questions that are
    /// asked again and again on one thread. The server's processes have one thread each.
    Thread,
}

impl Meter {
    /// Measures what takes seconds, on whatever threads.
    pub(crate) fn start(self) -> Running {
        self.begin(Count::Process)
    }

    /// Measures what this thread alone does, many times over.
    pub(crate) fn start_here(self) -> Running {
        self.begin(Count::Thread)
    }

    fn begin(self, count: Count) -> Running {
        let (own, server) = self.cpu(count);
        Running { meter: self, count, wall: Instant::now(), own, server, written: self.written() }
    }

    /// Ours and the server's.
    fn cpu(self, count: Count) -> (Duration, Duration) {
        let own = match count {
            Count::Process => stat(Path::new("/proc/self")).map_or(Duration::ZERO, |it| ticks(&it, false)),
            Count::Thread => scheduled(Path::new("/proc/thread-self")),
        };
        let one = |process: &Path, first: bool| match count {
            Count::Process => stat(process).map_or(Duration::ZERO, |it| ticks(&it, first)),
            Count::Thread => scheduled(process),
        };
        (own, self.of_server(one).sum())
    }

    fn written(self) -> u64 {
        written(Path::new("/proc/self")) + self.of_server(|it, _| written(it)).sum::<u64>()
    }

    /// Of each process of the server; whether it is the first one, which knows of those that have ended.
    fn of_server<T>(self, one: impl Fn(&Path, bool) -> T) -> impl Iterator<Item = T> {
        let first = self.server;
        let all = fs::read_dir("/proc").into_iter().flatten().flatten().map(|it| it.path());
        all.filter_map(move |it| {
            let first = first?;
            let is_first = it.ends_with(first.to_string());
            let is_child = || stat(&it).and_then(|it| fields(&it).get(1)?.parse().ok()) == Some(first);
            (is_first || is_child()).then(|| one(&it, is_first))
        })
    }
}

/// A measurement that goes on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running {
    meter: Meter,
    count: Count,
    wall: Instant,
    own: Duration,
    server: Duration,
    written: u64,
}

impl Running {
    pub(crate) fn stop(self) -> Spent {
        let wall = self.wall.elapsed();
        let (own, server) = self.meter.cpu(self.count);
        let server = server.saturating_sub(self.server);
        Spent {
            wall,
            cpu: own.saturating_sub(self.own) + server,
            server,
            written: self.meter.written().saturating_sub(self.written),
        }
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

fn stat(process: &Path) -> Option<String> {
    fs::read_to_string(process.join("stat")).ok()
}

/// How long a process of one thread, or a thread, has run.
fn scheduled(process: &Path) -> Duration {
    let text = fs::read_to_string(process.join("schedstat")).unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0))
}

/// A line of `/proc/self/status` that counts kilobytes, in bytes: `VmRSS`, `VmHWM`.
pub(crate) fn memory(what: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix(what)).unwrap_or_default();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
}

/// Bytes that a process has caused to be written to disk; 0 if it is not ours to know.
fn written(process: &Path) -> u64 {
    let io = fs::read_to_string(process.join("io")).unwrap_or_default();
    io.lines().find_map(|it| it.strip_prefix("write_bytes: ")).and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// How large a SQLite database is, its log included.
pub(crate) fn file_size(path: &Path) -> u64 {
    let with = |end: &str| fs::metadata(format!("{}{end}", path.display())).map_or(0, |it| it.len());
    with("") + with("-wal")
}
