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
    let slices: BTreeSet<&str> = vi.keys().filter_map(|id| id.split('-').next()).collect();
    let mut used = BTreeSet::new();
    for source in tree.iter().filter(|source| !source.is_test() && !source.path.starts_with("xtask/")) {
        for (line, id) in asked(source, &slices) {
            // An address names what was just done without the prefix of its text.
            let done = format!("done-{id}");
            let id = if vi.contains_key(done.as_str()) { done } else { id };
            let found = vi.keys().any(|known| *known == id || id.ends_with('-') && known.starts_with(&id));
            if !found {
                findings.push(format!("{}:{line}: the text {id} is in no vi.ftl", source.path));
            }
            used.insert(id);
        }
    }
    for (id, (path, _)) in &vi {
        if !used.contains(*id) && !used.iter().any(|prefix| prefix.ends_with('-') && id.starts_with(prefix)) {
            findings.push(format!("{path}: nothing asks for {id}; remove it in both languages"));
        }
    }
    findings
}

/// Every act that code writes into the audit has its words, beside the code: `returns.approved` is `act-returns-approved`
/// in the texts of `slices/returns`.
pub(super) fn acts_have_words(tree: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    let texts = texts(tree, "/vi.ftl", &mut Vec::new());
    // An act of the platform may be found anywhere; one of a slice stands with that slice.
    let is_word = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_lowercase() || it == '-');
    let writes = |it: &&Source| it.path.starts_with("slices/") || it.path.starts_with("platform/");
    for source in tree.iter().filter(|it| it.is("rs") && !it.is_test()).filter(writes) {
        for literal in read(source.without_tests()).1 {
            let Some((slice, act)) = literal.text.split_once('.').filter(|it| is_word(it.0) && is_word(it.1)) else {
                continue;
            };
            let folder = format!("slices/{slice}/");
            let is_act = tree.iter().any(|it| it.path.starts_with(&folder)) || ["audit", "export"].contains(&slice);
            if !is_act || literal.before.ends_with("Permission(") || act == "html" {
                continue;
            }
            let id = format!("act-{slice}-{act}");
            match texts.get(id.as_str()) {
                None => findings.push(format!("{}:{}: {id} is in no vi.ftl", source.path, literal.line)),
                Some((path, _)) if source.path.starts_with(&folder) && !path.starts_with(&folder) => {
                    findings.push(format!("{path}: {id} belongs to {folder}texts"));
                }
                Some(_) => {}
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
            let places = line.split('$').skip(1);
            let ends = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != '-';
            let names = places.map(|rest| rest.split(ends).next().unwrap_or_default());
            // A word that is itself text comes once for each language: `why` and `why-en`.
            variables.extend(names.map(|name| name.trim_end_matches("-en")));
        }
    }
    found
}

/// The ids a file asks for: in pages what is given to `t(…)`, in code every literal that looks like an id of a slice.
/// An id put together from parts counts as its fixed beginning, up to the last `-` before the first place.
fn asked(source: &Source, slices: &BTreeSet<&str>) -> Vec<(usize, String)> {
    let (code, page) = (source.is("rs"), source.is("html"));
    if !code && !page {
        return Vec::new();
    }
    let literals = if code { read(source.without_tests()).1 } else { read(&expressions(&source.text)).1 };
    let ids = literals.into_iter().filter_map(|literal| {
        let fixed = literal.text.split('{').next().unwrap_or_default();
        let whole = fixed.len() == literal.text.len();
        let named = takes_id(&literal.before) && whole;
        let known = code && fixed.split_once('-').is_some_and(|(slice, _)| slices.contains(slice));
        let shaped = is_id(fixed) && (whole || fixed.ends_with('-'));
        (shaped && (named || known)).then(|| (literal.line, fixed.to_owned()))
    });
    ids.collect()
}

/// What a template computes, `{{ … }}` and `{% … %}`; lines keep their numbers.
fn expressions(html: &str) -> String {
    let mut kept = String::new();
    for (count, part) in html.split('{').enumerate() {
        let (inside, outside) = match part.strip_prefix(['%']) {
            Some(statement) => statement.split_once("%}").unwrap_or((statement, "")),
            None if count > 0 => part.split_once('}').unwrap_or(("", part)),
            None => ("", part),
        };
        kept.push_str(inside);
        kept.push(' ');
        kept.extend(outside.matches('\n'));
    }
    kept
}

/// `p.t(`, `page.t1(`, `page.ta(`.
fn takes_id(before: &str) -> bool {
    let Some(called) = before.strip_suffix('(') else { return false };
    let ends = |letter: char| !letter.is_alphanumeric() && letter != '_';
    ["t", "t1", "ta"].contains(&called.rsplit(ends).next().unwrap_or_default())
}

/// `units-search-empty`; a sentence is not one.
fn is_id(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    text.starts_with(|first: char| first.is_ascii_lowercase()) && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::{Source, acts_have_words, both_languages};

    #[track_caller]
    fn check(vi: &str, en: &str, code: &str, expect: usize) {
        let file = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        let tree = [
            file("slices/a/texts/vi.ftl", vi),
            file("slices/a/texts/en.ftl", en),
            file("slices/a/src/pages.rs", code),
            file("slices/a/templates/a.html", "<p>Don't</p>\n<p class=\"{{ page.t(\"a-title\") }}\">"),
        ];
        let found = both_languages(&tree);
        assert_eq!(found.len(), expect, "{found:?}");
    }

    #[test]
    fn an_act_without_words_is_found() {
        let check = |vi: &str, code: &str, expect: usize| {
            let file = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
            let tree = [file("slices/a/texts/vi.ftl", vi), file("slices/a/src/acts.rs", code)];
            assert_eq!(acts_have_words(&tree).len(), expect, "{code}");
        };
        check("act-a-sent-back = Trả lại\n", "note(tx, \"a.sent-back\")", 0);
        check("", "note(tx, \"a.sent-back\")", 1);
        check("", "Permission(\"a.read\")", 0);
        check("", "other(\"b.sent\")", 0);
    }

    #[test]
    fn missing_unequal_and_idle_texts_are_found() {
        let (vi, en) = ("a-title = Đơn vị\na-count = { $n } đơn vị\n", "a-title = Unit\na-count = { $n } units\n");
        check(vi, en, "page.t1(\"a-count\", \"n\", 1); other(\"b-x\"); format!(\"a-c{x}\")", 0);
        check(vi, en, "format!(\"a-{name}\")", 0);
        check(vi, en, "", 1);
        check(vi, en, "f(\"a-count\"); page.t(\"missing\")", 1);
        check(vi, en, "f(\"a-count\"); Issue::new(\"name\", \"a-missing\")", 1);
        check(vi, "a-title = Unit\n", "f(\"a-count\")", 1);
        check(vi, "a-title = Unit\na-count = { $m } units\n", "f(\"a-count\")", 1);
        check("a-title = A\na-title = B\n", "a-title = A\n", "", 1);
    }
}
