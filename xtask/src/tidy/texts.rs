//! Every text stands in Vietnamese and in English, and every text asked for stands there.

use super::Source;
use crate::source::read;
use std::collections::{BTreeMap, BTreeSet};

/// The ids of a language: where each is defined and which variables it takes.
type Texts<'a> = BTreeMap<&'a str, (&'a str, BTreeSet<&'a str>)>;

/// Same ids and same variables in both languages, each id once, no id asked for in vain.
pub(super) fn both_languages(tree: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    let vi = texts(tree, "/vi.ftl", &mut findings);
    let en = texts(tree, "/en.ftl", &mut findings);
    for (here, there, language) in [(&vi, &en, "English"), (&en, &vi, "Vietnamese")] {
        for (id, (path, variables)) in here {
            match there.get(id) {
                None => findings.push(format!("{path}: {id} has no {language} text")),
                // Told once, not once from each side.
                Some((_, others)) if language == "English" && variables != others => {
                    findings.push(format!("{path}: {id} takes {variables:?} here and {others:?} in {language}"));
                }
                Some(_) => {}
            }
        }
    }
    for source in tree.iter().filter(|source| !source.is_test() && !source.path.starts_with("xtask/")) {
        for (line, id) in asked(source) {
            if !vi.contains_key(id.as_str()) {
                findings.push(format!("{}:{line}: the text {id} is in no vi.ftl", source.path));
            }
        }
    }
    findings
}

fn texts<'a>(tree: &'a [Source], ending: &str, findings: &mut Vec<String>) -> Texts<'a> {
    let mut all = Texts::new();
    for source in tree.iter().filter(|source| source.path.ends_with(ending)) {
        for (id, variables) in messages(&source.text) {
            if let Some((other, _)) = all.insert(id, (&source.path, variables)) {
                findings.push(format!("{}: {id} is already a text of {other}; ids are global", source.path));
            }
        }
    }
    all
}

/// The messages of a Fluent file with the variables of each.
fn messages(text: &str) -> Vec<(&str, BTreeSet<&str>)> {
    let mut found: Vec<(&str, BTreeSet<&str>)> = Vec::new();
    for line in text.lines() {
        let starts = line.starts_with(|first: char| first.is_ascii_lowercase());
        if let Some((id, _)) = line.split_once('=').filter(|_| starts) {
            found.push((id.trim(), BTreeSet::new()));
        }
        if let Some((_, variables)) = found.last_mut().filter(|_| !line.starts_with('#')) {
            let named = line.split('$').skip(1);
            let ends = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != '-';
            variables.extend(named.map(|rest| rest.split(ends).next().unwrap_or_default()));
        }
    }
    found
}

/// The ids a file asks for: the first argument of `t(…)`, `t_with(…)` and `Issue::…(…)`.
fn asked(source: &Source) -> Vec<(usize, String)> {
    let literals = match () {
        () if source.is("rs") => read(source.without_tests()).1,
        () if source.is("html") => read(&source.text).1,
        () => return Vec::new(),
    };
    let ids = literals.into_iter().filter(|literal| takes_id(&literal.before) && is_id(&literal.text));
    ids.map(|literal| (literal.line, literal.text)).collect()
}

fn takes_id(before: &str) -> bool {
    let Some(called) = before.strip_suffix('(') else { return false };
    let name_starts = |letter: char| !letter.is_alphanumeric() && letter != '_';
    let name = called.rsplit(name_starts).next().unwrap_or_default();
    let owner = called[..called.len() - name.len()].trim_end_matches(':');
    ["t", "t_with", "tn", "text"].contains(&name) || owner.ends_with("Issue")
}

/// `units-search-empty`; a word alone is an id, a sentence is not.
fn is_id(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    text.starts_with(|first: char| first.is_ascii_lowercase()) && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::{Source, both_languages};

    #[track_caller]
    fn check(vi: &str, en: &str, code: &str, expect: usize) {
        let file = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        let tree = [
            file("slices/a/texts/vi.ftl", vi),
            file("slices/a/texts/en.ftl", en),
            file("slices/a/src/pages.rs", code),
            file("slices/a/templates/a.html", "<p class=\"x\">{{ page.t(\"a-title\") }}</p>"),
        ];
        let found = both_languages(&tree);
        assert_eq!(found.len(), expect, "{found:?}");
    }

    #[test]
    fn missing_and_unequal_texts_are_found() {
        let (vi, en) = ("a-title = Đơn vị\na-count = { $n } đơn vị\n", "a-title = Unit\na-count = { $n } units\n");
        check(vi, en, "t(\"a-count\"); Issue::at(\"a-title\"); t(format!(\"a-x\"))", 0);
        check(vi, en, "t(\"a-missing\")", 1);
        check(vi, en, "Issue::new(\"a-missing\")", 1);
        check(vi, "a-title = Unit\n", "", 1);
        check(vi, "a-title = Unit\na-count = { $m } units\n", "", 1);
        check("a-title = A\na-title = B\n", "a-title = A\n", "", 1);
    }
}
