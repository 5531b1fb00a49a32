//! A PostgreSQL cluster of our own in a temporary folder, gone when we are gone.
//!
//! The server is kept by a small shell script that waits on a pipe from us. However we end, even killed, the pipe
//! closes, and the keeper stops the server by its process id and removes the folder. A PostgreSQL that the machine
//! runs by itself is never touched.

use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// `$1` programs, `$2` folder, `$3` port. Only the first start skips syncing; the server itself keeps fsync on.
const KEEPER: &str = r#"
trap "" INT TERM HUP
"$1/initdb" -D "$2/data" -U postgres -E UTF8 --locale=C.UTF-8 -A trust --no-sync >"$2/log" 2>&1 || exit 1
"$1/postgres" -D "$2/data" -h 127.0.0.1 -p "$3" -k "$2" -c max_connections=200 >>"$2/log" 2>&1 &
cat >/dev/null
kill -INT $!
wait $!
rm -rf "$2"
"#;

const PATIENCE: Duration = Duration::from_mins(1);

/// A running cluster; dropping it stops the server and waits until it is gone.
pub(crate) struct Cluster {
    keeper: Child,
    port: u16,
}

impl Cluster {
    /// Starts on a free loopback port; as user `postgres` when we are root, which PostgreSQL refuses to run as.
    pub(crate) fn start() -> Result<Cluster> {
        let programs = programs()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let folder = env::temp_dir().join(format!("binhyen-postgres-{}-{port}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&programs).arg(&folder).arg(port.to_string());
        keeper.current_dir(&folder).stdin(Stdio::piped());
        if crate::needs::is_root()? {
            let (uid, gid) = (id("-u")?, id("-g")?);
            chown(&folder, Some(uid), Some(gid))?;
            keeper.uid(uid).gid(gid);
        }
        let mut cluster = Cluster { keeper: keeper.spawn().context("sh does not start")?, port };
        cluster.wait_until_ready(&programs, &folder)?;
        Ok(cluster)
    }

    /// The address of the maintenance database, for `TEST_POSTGRES`.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self, programs: &Path, folder: &Path) -> Result<()> {
        let start = Instant::now();
        loop {
            let mut ask = Command::new(programs.join("pg_isready"));
            ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            if ask.status().context("pg_isready does not start")?.success() {
                return Ok(());
            }
            let ended = self.keeper.try_wait()?;
            if ended.is_some() || start.elapsed() > PATIENCE {
                let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
                bail!("PostgreSQL does not start; its log says:\n{log}");
            }
            sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("error: the keeper of PostgreSQL cannot be awaited: {error}");
        }
    }
}

/// `cargo xtask db`: a cluster for one command, or for a shell.
pub(crate) fn shell(command: &[&str]) -> Result<()> {
    let cluster = Cluster::start()?;
    eprintln!("TEST_POSTGRES={}", cluster.url());
    let shell = env::var("SHELL").unwrap_or_else(|_| "sh".into());
    let alone = [shell.as_str()];
    let words = if command.is_empty() { &alone } else { command };
    let (program, args) = words.split_first().context("no command")?;
    crate::steps::call(Command::new(program).args(args).env("TEST_POSTGRES", cluster.url()))
}

/// The newest installed server programs; Debian keeps them out of `PATH`.
fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort();
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders = debian.into_iter().rev().chain(env::split_paths(&path));
    let found = folders.find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());
    found.context("PostgreSQL's initdb is not installed: apt-get install postgresql-15")
}

fn id(flag: &str) -> Result<u32> {
    let told = Command::new("id").args([flag, "postgres"]).output()?;
    let text = String::from_utf8_lossy(&told.stdout);
    text.trim().parse().context("there is no user postgres, which the package postgresql-15 makes")
}
