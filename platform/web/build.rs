//! Gives the stylesheet a name that changes with its content.

use std::hash::{DefaultHasher, Hash, Hasher};

fn main() {
    println!("cargo::rerun-if-changed=../../web/app.css");
    let css = std::fs::read("../../web/app.css").unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    css.hash(&mut hasher);
    println!("cargo::rustc-env=BINHYEN_CSS_HASH={:016x}", hasher.finish());
}
