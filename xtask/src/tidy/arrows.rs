//! Which crate may use which: the order of the list in `Cargo.toml`.

use super::Source;
use crate::source::read;

/// Our own crates in the order of dependence, each with its folder.
fn ours(tree: &[Source]) -> Vec<(String, String)> {
    let manifest = tree.iter().find(|source| source.path == "Cargo.toml").map_or("", |source| source.text.as_str());
    let entries = manifest.lines().filter_map(|line| {
        let (name, rest) = line.split_once(" = { path = \"")?;
        Some((name.to_owned(), rest.split('"').next()?.to_owned()))
    });
    entries.collect()
}

/// The names of dependencies in a crate's manifest, tests' needs left out.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut section = "";
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section == "[dependencies]"
            && let Some((name, _)) = line.split_once(['.', ' ', '='])
        {
            found.push(name);
        }
    }
    found
}

/// A crate may depend only on crates that stand before it in the workspace's list.
pub(super) fn crates(tree: &[Source]) -> Vec<String> {
    let ours = ours(tree);
    let mut findings = Vec::new();
    for (rank, (name, folder)) in ours.iter().enumerate() {
        let path = format!("{folder}/Cargo.toml");
        let Some(manifest) = tree.iter().find(|source| source.path == path) else { continue };
        for used in dependencies(&manifest.text) {
            if ours[rank..].iter().any(|(later, _)| later == used) {
                findings.push(format!(
                    "{path}: {name} uses {used}, which stands later in Cargo.toml; turn the arrow round"
                ));
            }
        }
    }
    findings
}

/// Mechanisms know no feature: no `slice::` path in the code of `platform/`, `kernel/` and `lib/`.
pub(super) fn slices_in_platform(tree: &[Source]) -> Vec<String> {
    let slices: Vec<String> =
        ours(tree).into_iter().filter(|(_, folder)| folder.starts_with("slices/")).map(|(name, _)| name).collect();
    let below = ["platform/", "kernel/", "lib/"];
    let mut findings = Vec::new();
    for source in tree.iter().filter(|source| source.is("rs") && below.iter().any(|top| source.path.starts_with(top))) {
        for (line, code) in read(&source.text).0.lines().enumerate() {
            for slice in slices.iter().filter(|slice| names(code, slice)) {
                findings.push(format!("{}:{}: names the slice {slice}; let app pass it in", source.path, line + 1));
            }
        }
    }
    findings
}

/// Whether the code has the path `slice::…` that does not begin inside this crate.
fn names(code: &str, slice: &str) -> bool {
    let path = format!("{slice}::");
    code.match_indices(&path).any(|(at, _)| {
        let before = &code[..at];
        !before.ends_with(|last: char| last.is_alphanumeric() || last == '_') && !before.ends_with("::")
    })
}

#[cfg(test)]
mod tests {
    use super::{Source, crates, slices_in_platform};

    fn tree(store: &str, code: &str) -> Vec<Source> {
        let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        vec![
            source("Cargo.toml", "store = { path = \"platform/store\" }\nunits = { path = \"slices/units\" }\n"),
            source("platform/store/Cargo.toml", store),
            source("slices/units/Cargo.toml", "[dependencies]\nstore.workspace = true\n"),
            source("platform/store/src/lib.rs", code),
        ]
    }

    #[test]
    fn arrows_go_one_way() {
        assert!(crates(&tree("[dependencies]\nsqlx.workspace = true\n", "")).is_empty());
        assert_eq!(crates(&tree("[dependencies]\nunits.workspace = true\n", "")).len(), 1);
        assert!(crates(&tree("[dev-dependencies]\nunits.workspace = true\n", "")).is_empty());
    }

    #[test]
    fn a_slice_is_named_only_above() {
        assert_eq!(slices_in_platform(&tree("", "use units::Unit;")).len(), 1);
        assert!(
            slices_in_platform(&tree("", "//! units:: in words\nuse crate::units::Unit; let subunits::x")).is_empty()
        );
    }
}
