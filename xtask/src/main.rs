//! `cargo xtask`: the chores of this repository, in Rust so that nothing else has to be learnt or installed.
//!
//! `test` is everything that must hold and the whole of CI; the other words are its parts, for daily work.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool that talks to the person at the terminal")]

mod bench;
mod cluster;
mod ids;
mod lighthouse;
mod map;
mod needs;
mod runner;
mod sbom;
mod source;
mod steps;
mod test;
mod tidy;

use std::{env, path::PathBuf, process::ExitCode};

const USAGE: &str = "\
cargo xtask test          install what is missing (as root), then format, tidy, clippy and all tests
cargo xtask tidy          only the rules of this repository that no lint knows
cargo xtask db [COMMAND]  a throw-away PostgreSQL for a shell or COMMAND; its address is in $TEST_POSTGRES
cargo xtask ids           give new units of the lists their fixed ids (data/units/ids.csv)
cargo xtask map           turn the outlines of data/map into what the program draws
cargo xtask sbom          list what the released binary is made of (CycloneDX), beside it
cargo xtask audit         Lighthouse on the pages that everybody sees; npm fetches it once
cargo xtask needs         only say, or as root install, what the tests need
cargo xtask bench [FILE]  measure the release build, which make bench makes first, or the binary in FILE";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["test"] => test::run(),
        ["tidy"] => tidy::run(),
        ["db", command @ ..] => cluster::shell(command),
        ["ids"] => ids::run(),
        ["map"] => map::run(),
        ["audit"] => lighthouse::run(),
        ["bench"] => bench::run(None),
        ["bench", binary] => bench::run(Some(binary)),
        ["sbom"] => sbom::run(),
        ["needs"] => needs::install().and_then(|()| needs::npm().map(drop)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The top of the repository. Asked at run time: one build folder may serve several clones.
fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("xtask"), PathBuf::from);
    xtask.parent().map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// Where things fetched once are kept between runs.
fn cache() -> PathBuf {
    let base = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || env::var_os("HOME").map_or_else(env::temp_dir, PathBuf::from).join(".cache");
    base.unwrap_or_else(home).join("binhyen")
}
