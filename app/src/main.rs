//! `binhyen`: one binary for the server and every command.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = app::cli::command_first(std::env::args_os().collect());
    let cli = app::cli::Cli::parse_from(args);
    app::run(cli)
}
