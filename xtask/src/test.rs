//! `cargo xtask test`: everything that must hold before a change is done.

use crate::{
    cluster::Cluster,
    needs, runner,
    steps::{Steps, call, cargo},
    tidy,
};
use anyhow::{Result, bail};

/// What is checked and tested is the whole program, with what a build may leave out.
pub(crate) const FEATURES: &str = "binhyen/oidc,binhyen/parquet";

/// Runs every step even when one fails; the runner's closing line comes last.
pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::default();
    if !steps.run("what the tests need", needs::install) {
        return steps.close();
    }
    steps.run("formatting", || call(&mut cargo(["fmt", "--all", "--check"])));
    steps.run("tidy", tidy::run);
    steps.run("clippy", || {
        call(&mut cargo(["clippy", "--workspace", "--all-targets", "--features", FEATURES, "--", "-D", "warnings"]))
    });
    if installed("cargo-deny") {
        let check = ["deny", "--offline", "check", "licenses", "bans", "sources"];
        steps.run("licences, bans and sources of dependencies", || {
            // Those of other systems too, which no build here has asked for.
            call(&mut cargo(["fetch", "--locked"]))?;
            call(&mut cargo(check))
        });
    } else {
        eprintln!("    cargo-deny is not installed: licences and sources of dependencies are not checked");
    }
    let mut closing = String::from("no test ran");
    steps.run("tests on both databases", || {
        let npm = needs::npm()?;
        let cluster = Cluster::start()?;
        eprintln!("    PostgreSQL is ready at {}", cluster.url());
        let settings = [("TEST_POSTGRES", cluster.url()), ("TEST_NPM", npm.display().to_string())];
        let outcome = runner::run(&settings)?;
        closing = outcome.closing;
        if outcome.passed { Ok(()) } else { bail!("the test runner failed") }
    });
    let verdict = steps.close();
    println!("{closing}");
    verdict
}

/// Whether there is such a program.
fn installed(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|it| it.join(program).is_file())
}
