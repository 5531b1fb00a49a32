//! Length, module docs, what a page says of itself, and paths that documentation names.

use super::Source;

const LONGEST: usize = 400;

/// Files that are longer for a reason.
const LONG: [(&str, &str); 2] = [
    ("lib/figures/src/naive.rs", "all rules of figures written once more, for tests; read beside them in one piece"),
    ("lib/figures/src/rules.rs", "one test for each rule of figures, in their order"),
];

/// A file over 400 lines is usually two things.
pub(super) fn length(tree: &[Source]) -> Vec<String> {
    let code = tree.iter().filter(|source| source.is("rs") || source.is("html"));
    let long = code
        .filter(|source| source.text.lines().count() > LONGEST && !LONG.iter().any(|(path, _)| *path == source.path));
    long.map(|source| format!("{}: {} lines; split it by noun", source.path, source.text.lines().count())).collect()
}

/// `lib.rs` and `main.rs` open with `//!`.
pub(super) fn module_docs(tree: &[Source]) -> Vec<String> {
    let roots = tree.iter().filter(|source| source.path.ends_with("/lib.rs") || source.path.ends_with("/main.rs"));
    let bare =
        roots.filter(|source| !source.text.starts_with("//! ") || source.text.starts_with("//! (being written)"));
    bare.map(|source| format!("{}: begin with //! and say what the crate is for", source.path)).collect()
}

/// Below the heading of a page stands a sentence that says what the page is for.
pub(super) fn leads(tree: &[Source]) -> Vec<String> {
    let pages = tree.iter().filter(|source| source.is("html"));
    let silent = pages.filter(|source| {
        let below = source.text.split_once("</h1>").map(|it| it.1.trim_start());
        below.is_some_and(|it| !it.starts_with("<p class=\"lead"))
    });
    silent
        .map(|source| format!("{}: begin with <p class=\"lead\"> and say what the page is for", source.path))
        .collect()
}

/// A path in backticks whose first part is a folder or file of ours must exist.
pub(super) fn paths(tree: &[Source]) -> Vec<String> {
    let root = crate::root();
    let mut findings = Vec::new();
    for source in tree.iter().filter(|source| source.is("md")) {
        for (line, text) in source.text.lines().enumerate() {
            for named in text.split('`').skip(1).step_by(2).filter(|named| is_path(named)) {
                let top = named.split('/').next().unwrap_or_default();
                if root.join(top).exists() && !root.join(named).exists() {
                    findings.push(format!("{}:{}: {named} does not exist", source.path, line + 1));
                }
            }
        }
    }
    findings
}

/// Patterns (`*`, `<name>`, `NNNN`), addresses and what runs leave behind are not paths of ours.
fn is_path(named: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    named.contains('/')
        && !named.starts_with('/')
        && named.chars().all(plain)
        && !named.contains("NNNN")
        && !["var", "target", "out"].contains(&named.split('/').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Source, is_path, leads, length, module_docs};

    #[test]
    fn a_page_without_its_sentence_is_found() {
        let page = |text: &str| [Source { path: "a/templates/a.html".into(), text: text.into() }];
        assert!(leads(&page("<h1>{{ a }}</h1>\n<p class=\"lead\">{{ b }}</p>")).is_empty());
        assert!(leads(&page("<p>a part of a page</p>")).is_empty());
        assert_eq!(leads(&page("<h1>{{ a }}</h1>\n<p>{{ b }}</p>")).len(), 1);
        assert_eq!(leads(&page("<h1>{{ a }}</h1>\n<table></table><p class=\"lead\">late</p>")).len(), 1);
    }

    #[test]
    fn paths_are_told_from_commands_and_patterns() {
        assert!(is_path("docs/figure-rules.md"));
        assert!(is_path("slices/units"));
        assert!(!is_path("make demo"));
        assert!(!is_path("slices/*/texts/vi.ftl"));
        assert!(!is_path("/units/{id}"));
        assert!(!is_path("var/demo/binhyen.db"));
    }

    #[test]
    fn long_and_bare_files_are_found() {
        let file = |text: String| [Source { path: "a/src/lib.rs".into(), text }];
        assert!(length(&file("//! A\n".repeat(400))).is_empty());
        assert_eq!(length(&file("//! A\n".repeat(401))).len(), 1);
        assert!(module_docs(&file("//! A".into())).is_empty());
        assert_eq!(module_docs(&file("use a;".into())).len(), 1);
    }
}
