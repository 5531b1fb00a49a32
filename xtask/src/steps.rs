//! Steps with a heading, a time and a verdict; all run, then the verdicts are told together.

use anyhow::{Context, Result, bail};
use std::{
    process::Command,
    time::{Duration, Instant},
};

/// The steps done so far.
#[derive(Default)]
pub(crate) struct Steps(Vec<Step>);

struct Step {
    name: &'static str,
    took: Duration,
    passed: bool,
}

impl Steps {
    /// Runs `work` under a heading. A failure is told at once and remembered; later steps still run.
    pub(crate) fn run(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> bool {
        eprintln!("\n==> {name}");
        let start = Instant::now();
        let result = work();
        let step = Step { name, took: start.elapsed(), passed: result.is_ok() };
        if let Err(error) = result {
            eprintln!("error: {error:#}");
        }
        eprintln!("<== {}", step.line());
        let passed = step.passed;
        self.0.push(step);
        passed
    }

    /// Tells all verdicts; an error names the failed steps.
    pub(crate) fn close(&self) -> Result<()> {
        eprintln!("\n==> all steps");
        for step in &self.0 {
            eprintln!("    {}", step.line());
        }
        let failed: Vec<&str> = self.0.iter().filter(|step| !step.passed).map(|step| step.name).collect();
        if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
    }
}

impl Step {
    fn line(&self) -> String {
        let verdict = if self.passed { "ok" } else { "FAILED" };
        format!("{:<28} {verdict:<6} {:>7.1} s", self.name, self.took.as_secs_f64())
    }
}

/// Runs a program to its end with our input and output.
pub(crate) fn call(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} does not start", shown(command)))?;
    if status.success() { Ok(()) } else { bail!("{} ended with {status}", shown(command)) }
}

/// The `cargo` that runs us, at the top of the repository.
pub(crate) fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(crate::root());
    // Meant for this program alone; a crate's build script must not take it for its own.
    command.env_remove("CARGO_MANIFEST_DIR");
    command
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
