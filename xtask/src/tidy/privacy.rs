//! What the product never records about a person.

use super::{Source, sql::columns, words};
use crate::source::read;

const LIST: &str = "data/privacy/forbidden.txt";
const PHRASES: &str = "data/privacy/forbidden.phrases.txt";

/// No column and no struct field may bear a forbidden name, alone or within a longer one.
pub(super) fn forbidden(tree: &[Source]) -> Vec<String> {
    let Some(list) = tree.iter().find(|source| source.path == LIST) else {
        return vec![format!("{LIST}: missing, so nothing can be checked")];
    };
    let lines = list.text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let banned: Vec<Vec<String>> = lines.map(words).collect();
    let mut findings = Vec::new();
    for source in tree {
        for name in names(source) {
            let parts = words(&name);
            if let Some(found) = banned.iter().find(|banned| parts.windows(banned.len()).any(|part| part == *banned)) {
                findings.push(format!("{}: {name} would record {}; see {LIST}", source.path, found.join(" ")));
            }
        }
    }
    findings
}

/// No text of a page and no data file says a phrase of the list, but for the texts that the list names beside it.
pub(super) fn phrases(tree: &[Source]) -> Vec<String> {
    let Some(list) = tree.iter().find(|source| source.path == PHRASES) else {
        return vec![format!("{PHRASES}: missing, so nothing can be checked")];
    };
    let lines = list.text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    let banned: Vec<(String, Vec<&str>)> =
        lines.map(|(phrase, ids)| (phrase.trim().to_lowercase(), ids.split_whitespace().collect())).collect();
    let mut findings = Vec::new();
    for source in tree.iter().filter(|source| asks(source)) {
        for (at, line) in source.text.lines().enumerate() {
            let text = line.to_lowercase();
            let id = if source.is("ftl") { line.split(" =").next().unwrap_or_default() } else { "" };
            let found = banned.iter().filter(|(phrase, ids)| text.contains(phrase.as_str()) && !ids.contains(&id));
            findings
                .extend(found.map(|(phrase, _)| format!("{}:{}: says «{phrase}»; see {PHRASES}", source.path, at + 1)));
        }
    }
    findings
}

/// Texts, and the data that forms and catalogues are made of; lists of units and outlines are only names of places.
fn asks(source: &Source) -> bool {
    let places = ["data/units/", "data/map/", "data/privacy/", "data/holidays/"];
    source.is("ftl")
        || source.path.starts_with("data/")
            && (source.is("csv") || source.is("txt"))
            && !places.iter().any(|it| source.path.starts_with(it))
}

/// Columns of migrations and of data files, fields of structs and of enum variants, inputs of forms.
fn names(source: &Source) -> Vec<String> {
    if source.path.starts_with("migrations/") && source.is("sql") {
        return columns(&source.text).into_iter().map(|(name, _)| name).collect();
    }
    if source.path.starts_with("data/") && source.is("csv") {
        return source.text.lines().next().unwrap_or_default().split(',').map(str::to_owned).collect();
    }
    if source.is("html") {
        let inputs = source.text.split(" name=\"").skip(1);
        return inputs.filter_map(|it| it.split('"').next()).map(str::to_owned).collect();
    }
    if !source.is("rs") {
        return Vec::new();
    }
    let code = read(&source.text).0;
    let fields = code.lines().filter_map(|line| {
        let (name, _) = line.trim().trim_start_matches("pub(crate) ").trim_start_matches("pub ").split_once(": ")?;
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        (!name.is_empty() && name.chars().all(plain)).then(|| name.to_owned())
    });
    fields.collect()
}

#[cfg(test)]
mod tests {
    use super::{LIST, PHRASES, Source, forbidden, phrases};

    #[track_caller]
    fn check(path: &str, text: &str, expect: usize) {
        let list = Source { path: LIST.into(), text: "# not these\nreligion\nrisk_score\n".into() };
        assert_eq!(forbidden(&[list, Source { path: path.into(), text: text.into() }]).len(), expect);
    }

    #[test]
    fn columns_and_fields_are_looked_at() {
        check("migrations/0001_people.sql", "create table person (id bigint, religion_code text)", 1);
        check("migrations/0001_people.sql", "create table person (id bigint, region text)", 0);
        check("slices/people/src/person.rs", "struct Person {\n    pub risk_score: i64,\n}", 1);
        check("slices/people/templates/person.html", "<input id=\"x\" name=\"religion\">", 1);
        check("data/people/posts.csv", "code,religion,name\n", 1);
        check("data/people/posts.csv", "code,name\nreligion,x\n", 0);
        check("slices/people/src/person.rs", "// religion: never\nstruct Person {\n    pub score: i64,\n}", 0);
    }

    #[track_caller]
    fn says(path: &str, text: &str, expect: usize) {
        let list =
            Source { path: PHRASES.into(), text: "# not these\ntôn giáo = a-warning\nreligio = a-warning\n".into() };
        assert_eq!(phrases(&[list, Source { path: path.into(), text: text.into() }]).len(), expect);
    }

    #[test]
    fn texts_and_data_are_looked_at() {
        says("slices/a/texts/vi.ftl", "a-label = Tôn giáo\n", 1);
        says("slices/a/texts/vi.ftl", "a-warning = Không ghi tôn giáo\n", 0);
        says("slices/a/texts/en.ftl", "a-label = Religion\n", 1);
        says("data/people/posts.csv", "code,name\nx,Ban Tôn giáo\n", 1);
        says("data/units/list.csv", "code,name\nx,Tôn giáo\n", 0);
        says("slices/a/src/lib.rs", "// tôn giáo\n", 0);
    }
}
