//! The binary, serving its demo on a free port.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread::sleep,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_binhyen");
const PATIENCE: Duration = Duration::from_mins(1);

/// A server of its own with the demo as it is when new.
pub(crate) struct Site {
    server: Mutex<Child>,
    port: u16,
    folder: TempDir,
}

impl Site {
    /// Starts a server and waits until it answers.
    pub(crate) fn start() -> Site {
        let folder = tempfile::tempdir().unwrap();
        for file in fs::read_dir(fresh_demo()).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let site = Site { server: Mutex::new(serve(port, &folder)), port, folder };
        site.wait_until_ready();
        site
    }

    /// Cuts the network: nobody answers any more.
    pub(crate) fn cut(&self) {
        let mut server = self.server.lock().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// The network is back: the same server on the same data.
    pub(crate) fn mend(&self) {
        *self.server.lock().unwrap() = serve(self.port, &self.folder);
        self.wait_until_ready();
    }

    /// The address of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn wait_until_ready(&self) {
        let start = Instant::now();
        while !answers(self.port) {
            if let Some(status) = self.server.lock().unwrap().try_wait().unwrap() {
                panic!("binhyen serve ended with {status} before it answered");
            }
            assert!(
                start.elapsed() < PATIENCE,
                "binhyen serve does not answer; data in {}",
                self.folder.path().display()
            );
            sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // Already ended is as good as stopped.
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = server.kill();
        let _ = server.wait();
    }
}

fn serve(port: u16, folder: &TempDir) -> Child {
    let mut command = Command::new(BINARY);
    command.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--database"]);
    command.arg(folder.path().join("binhyen.db")).stdout(Stdio::null()).spawn().unwrap()
}

fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let asked = stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let mut start = [0; 12];
    asked.is_ok() && stream.read_exact(&mut start).is_ok() && start.ends_with(b" 200")
}

/// The demo's database, made once for each build of the binary and shared by the tests, which run as processes.
fn fresh_demo() -> PathBuf {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(base).unwrap();
    let lock = File::create(base.join("demo.lock")).unwrap();
    lock.lock().unwrap();
    let built = fs::metadata(BINARY).unwrap();
    let stamp = format!("{:?} {}", built.modified().unwrap(), built.len());
    let (folder, stamped) = (base.join("demo"), base.join("demo.stamp"));
    if fs::read_to_string(&stamped).is_ok_and(|old| old == stamp) {
        return folder;
    }
    let _ = fs::remove_dir_all(&folder);
    let mut command = Command::new(BINARY);
    let status =
        command.args(["demo", "--no-serve", "--data-dir"]).arg(&folder).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "binhyen demo --no-serve ended with {status}");
    fs::write(&stamped, stamp).unwrap();
    folder
}
