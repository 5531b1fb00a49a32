//! Gives the stylesheet, the scripts and the icons names that change with their content.

use std::hash::{DefaultHasher, Hash, Hasher};

fn main() {
    for (file, name) in [
        ("app.css", "BINHYEN_CSS_HASH"),
        ("passkey.js", "BINHYEN_PASSKEY_HASH"),
        ("entry.js", "BINHYEN_ENTRY_HASH"),
        ("keep.js", "BINHYEN_KEEP_HASH"),
        ("icons/icon.svg", "BINHYEN_ICON_HASH"),
    ] {
        let path = format!("../../web/{file}");
        println!("cargo::rerun-if-changed={path}");
        let mut hasher = DefaultHasher::new();
        std::fs::read(&path).unwrap_or_default().hash(&mut hasher);
        println!("cargo::rustc-env={name}={:016x}", hasher.finish());
    }
}
