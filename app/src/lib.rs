//! The application: its slices, put together. The only crate that knows them all.

pub mod anchor;
mod bench;
mod brief_workers;
mod chores;
pub mod cli;
mod commands;
pub mod demo;
mod doctor;
mod export;
mod forms;
mod key_file;
mod papers;
mod provider;
mod reform;
mod retention;
pub mod seal;
pub mod serve;
mod slices;
pub mod start;
pub mod totals;

pub use commands::run;
pub use slices::SLICES;
