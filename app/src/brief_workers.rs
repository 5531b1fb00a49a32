//! Many reports on every core: this command is started again, once for each part but the first (see [`briefs::Part`] why
//! threads do not help). A worker tells on its standard output, a line for each report, what it has done so far.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use anyhow::Context;
use briefs::{Done, Part};

/// So many reports are worth a process: it opens the database and counts all totals first.
const WORTH: usize = 100;

/// How many processes write so many reports.
pub(crate) fn parts(reports: usize) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    cores.min(reports / WORTH + 1)
}

/// `1/4`, as a worker is told its part.
pub(crate) fn part(word: &str) -> Result<Part, String> {
    let read = || {
        let (at, of) = word.split_once('/')?;
        Some(Part { at: at.parse().ok()?, of: of.parse().ok()? })
    };
    read().filter(|it| it.at < it.of).ok_or_else(|| format!("«{word}»: 1/4"))
}

/// Tells whoever started this worker.
pub(crate) fn tell(done: &Done) -> String {
    format!("{} {} {}", done.reports, done.files, done.bytes)
}

fn told(line: &str) -> Option<Done> {
    let mut words = line.split(' ');
    let mut next = || words.next();
    Some(Done { reports: next()?.parse().ok()?, files: next()?.parse().ok()?, bytes: next()?.parse().ok()? })
}

/// The processes beside this one; those that still run when it is dropped are ended.
pub(crate) struct Workers {
    children: Vec<Child>,
    readers: Vec<JoinHandle<()>>,
    done: Arc<Mutex<Vec<Done>>>,
}

impl Workers {
    /// Starts those of so many parts.
    pub(crate) fn start(of: usize) -> anyhow::Result<Workers> {
        let program = env::current_exe()?;
        let done = Arc::new(Mutex::new(vec![Done::default(); of.saturating_sub(1)]));
        let mut workers = Workers { children: Vec::new(), readers: Vec::new(), done };
        for at in 1..of {
            let mut command = Command::new(&program);
            command.args(env::args_os().skip(1)).args(["--part", &format!("{at}/{of}")]);
            // One thread to lay out: the cores are taken by the other processes.
            command.env("RAYON_NUM_THREADS", "1").stdin(Stdio::null()).stdout(Stdio::piped());
            let mut child = command.spawn().with_context(|| format!("{}", program.display()))?;
            let said = child.stdout.take();
            let all = Arc::clone(&workers.done);
            let reader = thread::spawn(move || {
                let lines = said.into_iter().flat_map(|it| BufReader::new(it).lines()).map_while(Result::ok);
                for news in lines.filter_map(|it| told(&it)) {
                    all.lock().unwrap_or_else(PoisonError::into_inner)[at - 1] = news;
                }
            });
            workers.children.push(child);
            workers.readers.push(reader);
        }
        Ok(workers)
    }

    /// What they have done so far.
    pub(crate) fn done(&self) -> Vec<Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether one still writes.
    ///
    /// # Errors
    /// One has failed; it has said why on standard error.
    pub(crate) fn still_write(&mut self) -> anyhow::Result<bool> {
        let mut running = false;
        for child in &mut self.children {
            match child.try_wait()? {
                None => running = true,
                Some(status) => anyhow::ensure!(
                    status.success(),
                    "một tiến trình viết báo cáo đã dừng giữa chừng / a process that writes reports has failed"
                ),
            }
        }
        Ok(running)
    }

    /// What each has done, once none writes any more and all their news are read.
    pub(crate) fn finish(mut self) -> Vec<Done> {
        for reader in self.readers.drain(..) {
            // It cannot panic: it only keeps what it reads.
            let _ = reader.join();
        }
        self.done()
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        for child in &mut self.children {
            // Already ended is as good as stopped.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_worker_tells_is_understood() {
        let done = Done { reports: 3, files: 6, bytes: 70_000 };
        assert_eq!(told(&tell(&done)), Some(done));
        assert_eq!((told("3 6"), told("x 6 7")), (None, None));
    }

    #[test]
    fn parts_are_whole_and_few() {
        assert_eq!(part("1/4"), Ok(Part { at: 1, of: 4 }));
        assert!(part("4/4").is_err() && part("1").is_err() && part("0/0").is_err());
        assert_eq!((parts(0), parts(99)), (1, 1));
    }
}
