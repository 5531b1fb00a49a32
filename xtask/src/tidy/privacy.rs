//! What the product never records about a person.

use super::{Source, sql::columns, words};
use crate::source::read;

const LIST: &str = "data/privacy/forbidden.txt";

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

/// Columns of migrations, fields of structs and of enum variants.
fn names(source: &Source) -> Vec<String> {
    if source.path.starts_with("migrations/") && source.is("sql") {
        return columns(&source.text).into_iter().map(|(name, _)| name).collect();
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
    use super::{LIST, Source, forbidden};

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
        check("slices/people/src/person.rs", "// religion: never\nstruct Person {\n    pub score: i64,\n}", 0);
    }
}
