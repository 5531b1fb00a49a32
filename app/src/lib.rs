//! The application: its slices, put together. The only crate that knows them all.

pub mod anchor;
mod bench;
pub mod cli;
mod commands;
pub mod demo;
mod doctor;
mod export;
mod papers;
mod forms;
mod key_file;
mod reform;
pub mod seal;
mod retention;
pub mod serve;
mod slices;
pub mod start;

pub use commands::run;
pub use slices::SLICES;
