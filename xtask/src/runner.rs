//! Runs the test runner, shows what it says, and keeps its closing line.

use crate::{steps::cargo, test::FEATURES};
use anyhow::{Context, Result, bail};
use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
    thread,
};

/// What the runner said in the end, and whether all tests passed.
pub(crate) struct Outcome {
    /// One line, as the runner words it.
    pub(crate) closing: String,
    /// The runner's own verdict.
    pub(crate) passed: bool,
}

/// Runs every test of the workspace under `settings` (environment variables).
pub(crate) fn run(settings: &[(&str, String)]) -> Result<Outcome> {
    let has_nextest = cargo(["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success();
    let mut command = if has_nextest {
        cargo(["nextest", "run", "--workspace", "--features", FEATURES, "--no-fail-fast"])
    } else {
        cargo(["test", "--workspace", "--features", FEATURES, "--no-fail-fast"])
    };
    for (name, value) in settings {
        command.env(name, value);
    }
    let (lines, passed) = watch(&mut command)?;
    let closing = closing(&lines).unwrap_or_else(|| "no test ran: the tests do not compile".into());
    if passed && closing.starts_with("no test") {
        bail!("the runner passed without a closing line");
    }
    Ok(Outcome { closing, passed })
}

/// Shows both outputs as they come and returns the lines that could close a run.
fn watch(command: &mut Command) -> Result<(Vec<String>, bool)> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("cargo does not start")?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let out = thread::spawn(move || pass_on(out));
    let err = thread::spawn(move || pass_on(err));
    let status = child.wait()?;
    let mut kept = Vec::new();
    for reader in [out, err] {
        kept.extend(reader.join().unwrap_or_default());
    }
    Ok((kept, status.success()))
}

fn pass_on(source: Option<impl Read>) -> Vec<String> {
    let Some(source) = source else { return Vec::new() };
    let mut kept = Vec::new();
    for line in BufReader::new(source).split(b'\n').map_while(std::io::Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        eprintln!("{line}");
        if line.contains("Summary [") || line.starts_with("test result:") {
            kept.push(line.trim().to_owned());
        }
    }
    kept
}

/// nextest closes once. `cargo test` closes once per binary: their sum, in the same words.
fn closing(lines: &[String]) -> Option<String> {
    if let Some(summary) = lines.iter().rev().find(|line| line.contains("Summary [")) {
        return Some(summary.clone());
    }
    let results: Vec<&String> = lines.iter().filter(|line| line.starts_with("test result:")).collect();
    let sum = |what: &str| results.iter().map(|line| counted(line, what)).sum::<u64>();
    let verdict = if sum("failed") == 0 { "ok" } else { "FAILED" };
    let text = || {
        format!(
            "test result: {verdict}. {} passed; {} failed; {} ignored",
            sum("passed"),
            sum("failed"),
            sum("ignored")
        )
    };
    (!results.is_empty()).then(text)
}

fn counted(line: &str, what: &str) -> u64 {
    let before = line.split(&format!(" {what}")).next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::closing;

    #[track_caller]
    fn check(lines: &[&str], expect: Option<&str>) {
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(closing(&lines).as_deref(), expect);
    }

    #[test]
    fn the_closing_line_is_the_runners_own_or_the_sum() {
        let nextest = "Summary [   0.103s] 3 tests run: 3 passed, 0 skipped";
        check(&[nextest], Some(nextest));
        let one = "test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        let two = "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";
        check(&[one, one], Some("test result: ok. 14 passed; 0 failed; 0 ignored"));
        check(&[one, two], Some("test result: FAILED. 9 passed; 1 failed; 0 ignored"));
        check(&[], None);
    }
}
