//! Both writers on one long document, read back as a clerk's programs would read it.

mod pages;
mod sample;
mod word;
