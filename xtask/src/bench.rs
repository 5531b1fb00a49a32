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
/// Accounts of the demo: who approves in "Tỉnh Mẫu", who reads the nation, who fills in a commune's return.
const ACCOUNTS: [&str; 3] = ["tinhmau", "capbo", "xa01"];
/// Accounts that sign in at once.
const CROWD: [&str; 6] = ["tinhmau", "capbo", "xa01", "xemmau", "quangtri", "quantri"];

/// Makes the demo, serves it, asks for every page, writes a report.
pub(crate) fn run(binary: Option<&str>) -> Result<()> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from);
    let binary = binary.map_or_else(|| target.join("release/binhyen"), PathBuf::from);
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
    server.sign_ins()?;
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

    fn sign_in(&self, name: &str) -> Result<String> {
        let (head, _) = self.send("POST", "/sign-in", "", &format!("name={name}&password=binhyen-demo"))?;
        let cookie = header(&head, "set-cookie").with_context(|| format!("{name} cannot sign in"))?;
        Ok(cookie.split(';').next().unwrap_or_default().to_owned())
    }

    /// What signing in with a password costs, one after another and several at once.
    fn sign_ins(&self) -> Result<()> {
        let before = self.processor()?;
        let mut times = Vec::with_capacity(ROUNDS);
        for round in 0..ROUNDS {
            let start = Instant::now();
            self.sign_in(ACCOUNTS[round % ACCOUNTS.len()])?;
            times.push(start.elapsed());
        }
        times.sort();
        let each = self.processor()?.saturating_sub(before) / u32::try_from(ROUNDS)?;
        let told = format!("{}, {} of processor", milliseconds(times[ROUNDS / 2]), milliseconds(each));
        row("signing in", &told, "POST /sign-in, median of 40");
        let start = Instant::now();
        std::thread::scope(|scope| {
            let one = |name| move || (0..ROUNDS / 4).try_for_each(|_| self.sign_in(name).map(|_| ()));
            let all: Vec<_> = CROWD.into_iter().map(|name| scope.spawn(one(name))).collect();
            all.into_iter().try_for_each(|it| it.join().map_err(|_| anyhow::anyhow!("a thread stopped"))?)
        })?;
        let count = u32::try_from(CROWD.len() * (ROUNDS / 4))?;
        let a_second = f64::from(count) / start.elapsed().as_secs_f64();
        row("signing in, six people at once", &format!("{a_second:.0} a second"), "POST /sign-in, 10 each");
        Ok(())
    }

    /// The processor time that the server has used.
    fn processor(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let (_, after) = stat.rsplit_once(") ").context("no stat")?;
        let ticks: u64 = after.split(' ').skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        // A hundred a second on every Linux there is.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Every page once by its address, then a commune's draft saved again and again.
    fn pages(&self) -> Result<()> {
        let [approver, nation, recorder] = ACCOUNTS.map(|it| self.sign_in(it));
        let (approver, nation, recorder) = (approver?, nation?, recorder?);
        let unit = |query: &str| -> Result<String> {
            let page = self.send("GET", &format!("/units?q={query}"), &nation, "")?.1;
            let at = page.find("href=\"/units/u-").with_context(|| format!("no unit for {query}"))?;
            Ok(page[at + 6..].split(['"', '?']).next().unwrap_or_default().to_owned())
        };
        let (sample, published) = (unit("tinh+mau")?, unit("tinh+quang+nam")?);
        let grid = self.draft(&recorder)?;
        let paths = [
            ("/".to_owned(), &approver),
            ("/sign-in".to_owned(), &String::new()),
            ("/work".to_owned(), &approver),
            ("/units?q=ba+don".to_owned(), &approver),
            (format!("{sample}?period=adm:2026-M09"), &approver),
            (format!("{sample}?period=adm:2026"), &approver),
            (format!("{published}?period=2017"), &nation),
            (format!("{published}/brief?period=2017"), &nation),
            (grid.clone(), &recorder),
        ];
        for (path, cookie) in paths {
            let (head, body) = self.send("GET", &path, cookie, "")?;
            ensure!(head.starts_with("HTTP/1.1 200"), "GET {path}: {}", head.lines().next().unwrap_or_default());
            let mut times = Vec::with_capacity(ROUNDS);
            for _ in 0..ROUNDS {
                let start = Instant::now();
                self.send("GET", &path, cookie, "")?;
                times.push(start.elapsed());
            }
            times.sort();
            let told = format!("{}, {}", milliseconds(times[ROUNDS / 2]), kilobytes(body.len() as u64));
            row(&format!("page {path}"), &told, "median of 40, uncompressed");
        }
        let mut times = Vec::with_capacity(ROUNDS);
        for round in 0..ROUNDS {
            let body = format!("{}&act=save&v.LAU01={round}", self.hidden(&grid, &recorder)?);
            let start = Instant::now();
            let (head, _) = self.send("POST", &grid, &recorder, &body)?;
            times.push(start.elapsed());
            ensure!(head.starts_with("HTTP/1.1 303"), "saving: {}", head.lines().next().unwrap_or_default());
        }
        times.sort();
        row("saving a return's draft", &milliseconds(times[ROUNDS / 2]), "POST, median of 40");
        Ok(())
    }

    /// Opens the return of November in the recorder's commune; its address.
    fn draft(&self, recorder: &str) -> Result<String> {
        let csrf = self.hidden("/work", recorder)?;
        let body = format!("{csrf}&unit=X%C3%A3+M%E1%BA%ABu+01&form=thang&period=adm:2026-M10");
        let (head, _) = self.send("POST", "/returns", recorder, &body)?;
        let at = header(&head, "location").context("the return cannot be opened")?;
        let (head, body) = self.send("GET", at, recorder, "")?;
        if body.contains("name=\"v.LAU01\"") {
            return Ok(at.to_owned());
        }
        ensure!(head.starts_with("HTTP/1.1 200"), "GET {at}");
        let body = format!("{}&reason=bench", self.hidden(at, recorder)?);
        let (head, _) = self.send("POST", &format!("{at}/correction"), recorder, &body)?;
        ensure!(head.starts_with("HTTP/1.1 303"), "correction: {}", head.lines().next().unwrap_or_default());
        Ok(at.to_owned())
    }

    /// The hidden fields of a page's last form, as a form sends them.
    fn hidden(&self, path: &str, cookie: &str) -> Result<String> {
        let (_, page) = self.send("GET", path, cookie, "")?;
        let value = |name: &str| {
            let (_, after) = page.split_once(&format!("name=\"{name}\" value=\""))?;
            Some(format!("{name}={}", after.split('"').next()?))
        };
        let fields: Vec<String> = ["csrf", "revision"].iter().filter_map(|it| value(it)).collect();
        ensure!(!fields.is_empty(), "no form on {path}");
        Ok(fields.join("&"))
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
