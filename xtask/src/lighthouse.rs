//! `cargo xtask audit`: Lighthouse on the pages that everybody sees, with the Chromium that is there.

use crate::{
    cache, root,
    steps::{call, cargo},
    test::FEATURES,
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const LIGHTHOUSE: &str = "lighthouse@12.8.2";
/// What everybody sees.
const PAGES: [&str; 6] = ["/", "/movement", "/news", "/open", "/search?q=ba+don", "/feedback"];
/// What Lighthouse scores, and the least we want of it; of speed only a report, for the machine is shared.
const WANTED: [(&str, Option<f64>); 4] =
    [("performance", None), ("accessibility", Some(1.0)), ("best-practices", Some(1.0)), ("seo", None)];

/// A server that is stopped when it is no longer needed.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended is as good as stopped.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Scores the public pages of a fresh demo and tells the table; an error names what is too low.
pub(crate) fn run() -> Result<()> {
    let script = install()?;
    call(&mut cargo(["build", "--workspace", "--features", FEATURES, "--bin", "binhyen"]))?;
    let folder = std::env::temp_dir().join(format!("binhyen-audit-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let told = score(&script, &folder);
    fs::remove_dir_all(&folder)?;
    told
}

/// Fetched by npm the first time, into the folder of things fetched once. Never part of the product.
fn install() -> Result<PathBuf> {
    let folder = cache().join("lighthouse");
    let script = folder.join("node_modules/lighthouse/cli/index.js");
    if !script.exists() {
        fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--prefix"]);
        call(npm.arg(&folder).arg(LIGHTHOUSE)).context("npm cannot fetch lighthouse; is the network there?")?;
    }
    Ok(script)
}

fn score(script: &Path, folder: &Path) -> Result<()> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let mut command = Command::new(target.join("debug/binhyen"));
    command.arg("demo").arg("--data-dir").arg(folder).args(["--listen", &format!("127.0.0.1:{port}")]);
    let _server = Server(command.stdout(Stdio::null()).spawn().context("the built program does not start")?);
    let start = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if start.elapsed() > Duration::from_mins(3) {
            bail!("the demo does not answer");
        }
        sleep(Duration::from_millis(200));
    }
    let mut low = Vec::new();
    println!("{:<20} {}", "page", WANTED.map(|it| format!("{:>15}", it.0)).concat());
    for page in PAGES {
        let file = folder.join("report.json");
        let mut node = Command::new("node");
        node.arg(script).arg(format!("http://127.0.0.1:{port}{page}")).args([
            "--quiet",
            "--output=json",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        ]);
        node.arg(format!("--output-path={}", file.display())).env("CHROME_PATH", "/usr/bin/chromium");
        call(&mut node)?;
        let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
        let mut line = format!("{page:<20} ");
        for (category, least) in WANTED {
            let score = report["categories"][category]["score"].as_f64().unwrap_or(0.0);
            line.extend([format!("{:>15.0}", score * 100.0)]);
            if least.is_some_and(|it| score < it) {
                low.push(format!("{category} of {page}: {}", failed(&report, category)));
            }
        }
        println!("{line}");
    }
    if low.is_empty() { Ok(()) } else { bail!("too low:\n{}", low.join("\n")) }
}

/// The audits of a category that did not pass.
fn failed(report: &serde_json::Value, category: &str) -> String {
    let refs = report["categories"][category]["auditRefs"].as_array().cloned().unwrap_or_default();
    let ids = refs.iter().filter_map(|it| it["id"].as_str());
    let failed = ids.filter(|it| report["audits"][*it]["score"].as_f64().is_some_and(|score| score < 1.0));
    failed.collect::<Vec<_>>().join(", ")
}
