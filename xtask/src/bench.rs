//! `make bench`: how long a person waits, measured on the release build and its demo, as rows for a Markdown table.
//!
//! Figures are told, never judged: a busy machine is no fault of the code.

use anyhow::{Context, Result, bail, ensure};
use std::{
    env, fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_mins(1);
const ROUNDS: usize = 40;
/// An account of the demo that may read everything in "Tỉnh Mẫu".
const ACCOUNT: &str = "name=tinhmau&password=binhyen-demo";

/// Makes the demo, serves it, asks for every page, writes a report.
pub(crate) fn run() -> Result<()> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from);
    let binary = target.join("release/binhyen");
    ensure!(binary.exists(), "{} is not built: make release", binary.display());
    let folder = env::temp_dir().join(format!("binhyen-bench-{}", std::process::id()));
    fs::create_dir(&folder)?;
    let measured = measure(&binary, &folder);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(binary: &Path, folder: &Path) -> Result<()> {
    println!("| what | measured | with |\n|---|---|---|");
    let size = fs::metadata(binary)?.len();
    row("binary", &kilobytes(size), "make release");
    let database = folder.join("binhyen.db");
    let data = folder.to_string_lossy().into_owned();
    let made = timed(binary, &["demo", "--no-serve", "--data-dir", &data])?;
    row("demo database, first time", &milliseconds(made), "binhyen demo --no-serve --data-dir DIR");

    let start = Instant::now();
    let server = Server::start(binary, &database)?;
    row("start to ready", &milliseconds(start.elapsed()), "binhyen serve, first answer to GET /");
    row("memory, idle", &server.memory()?, "VmRSS in /proc/PID/status");

    let database = database.to_string_lossy().into_owned();
    for ending in ["docx", "pdf"] {
        let out = folder.join(format!("report.{ending}")).to_string_lossy().into_owned();
        let unit = "Tỉnh Quảng Nam";
        let took =
            timed(binary, &["summary", "--database", &database, "--unit", unit, "--period", "2017", "--out", &out])?;
        row(&format!("summary report .{ending}"), &milliseconds(took), "binhyen summary, whole process");
    }
    let figure = [
        "figure",
        "--database",
        &database,
        "--unit",
        "Tỉnh Quảng Nam",
        "--period",
        "2017",
        "--indicator",
        "LAU01",
        "--json",
    ];
    row("one figure", &milliseconds(timed(binary, &figure)?), "binhyen figure, whole process");

    server.pages()?;
    row("memory, after all pages", &server.memory()?, "VmRSS in /proc/PID/status");
    Ok(())
}

struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(binary: &Path, database: &Path) -> Result<Server> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let listen = format!("127.0.0.1:{port}");
        let mut command = Command::new(binary);
        command.args(["serve", "--listen", &listen, "--database"]).arg(database);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut server = Server { process, port };
        let start = Instant::now();
        while server.send("GET", "/", "", "").is_err() {
            if let Some(status) = server.process.try_wait()? {
                bail!("binhyen serve ended with {status}");
            }
            ensure!(start.elapsed() < PATIENCE, "binhyen serve does not answer");
            sleep(Duration::from_millis(1));
        }
        Ok(server)
    }

    fn memory(&self) -> Result<String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let count: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes(count * 1024))
    }

    /// Every page once by its address, as the demo's approver; units by the first hit of the search.
    fn pages(&self) -> Result<()> {
        let (head, _) = self.send("POST", "/sign-in", "", ACCOUNT)?;
        let cookie = header(&head, "set-cookie").context("the demo's approver cannot sign in")?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let unit = |query: &str| -> Result<String> {
            let page = self.send("GET", &format!("/units?q={query}"), &cookie, "")?.1;
            let at = page.find("href=\"/units/u-").with_context(|| format!("no unit for {query}"))?;
            Ok(page[at + 6..].split(['"', '?']).next().unwrap_or_default().to_owned())
        };
        let (sample, published) = (unit("tinh+mau")?, unit("quang+nam")?);
        let paths = [
            "/".to_owned(),
            "/sign-in".to_owned(),
            "/work".to_owned(),
            "/units?q=ba+don".to_owned(),
            format!("{sample}?period=adm:2026-M09"),
            format!("{published}?period=2017"),
            format!("{published}/brief?period=2017"),
        ];
        for path in paths {
            let (head, body) = self.send("GET", &path, &cookie, "")?;
            ensure!(head.starts_with("HTTP/1.1 200"), "GET {path}: {}", head.lines().next().unwrap_or_default());
            let mut times = Vec::with_capacity(ROUNDS);
            for _ in 0..ROUNDS {
                let start = Instant::now();
                self.send("GET", &path, &cookie, "")?;
                times.push(start.elapsed());
            }
            times.sort();
            let told = format!("{}, {}", milliseconds(times[ROUNDS / 2]), kilobytes(body.len() as u64));
            row(&format!("page {path}"), &told, "median of 40, uncompressed");
        }
        Ok(())
    }

    /// One request on a connection of its own; the head and the body.
    fn send(&self, method: &str, path: &str, cookie: &str, body: &str) -> Result<(String, String)> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        let host = format!("127.0.0.1:{}", self.port);
        let kind = "application/x-www-form-urlencoded";
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").context("half an answer")?;
        Ok((head.to_owned(), body.to_owned()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended is as good as stopped.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn timed(binary: &Path, args: &[&str]) -> Result<Duration> {
    let start = Instant::now();
    let told = Command::new(binary).args(args).output()?;
    ensure!(told.status.success(), "binhyen {}: {}", args.join(" "), String::from_utf8_lossy(&told.stderr));
    Ok(start.elapsed())
}

fn row(what: &str, measured: &str, with: &str) {
    println!("| {what} | {measured} | {with} |");
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn kilobytes(bytes: u64) -> String {
    if bytes < 10_000_000 { format!("{} kB", bytes / 1000) } else { format!("{} MB", bytes / 1_000_000) }
}
