//! Where SQL may stand, and what migrations may contain.

use super::Source;
use crate::source::read;

/// A column is one of these; everything finer is a newtype in Rust, the same on both databases.
const TYPES: [&str; 4] = ["text", "bigint", "double precision", "bytea"];

/// Statements outside `store.rs`, `platform/store`, migrations and tests.
pub(super) fn places(tree: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in tree.iter().filter(|source| source.is("rs") && !may_hold_sql(source)) {
        for literal in read(source.without_tests()).1 {
            if is_statement(&literal.text) {
                findings.push(format!("{}:{}: SQL; move it to the store.rs of its crate", source.path, literal.line));
            }
        }
    }
    findings
}

fn may_hold_sql(source: &Source) -> bool {
    let path = &source.path;
    source.is_test()
        || path.starts_with("xtask/")
        || path.starts_with("platform/store/")
        || path.ends_with("/store.rs")
        || path.contains("/store/")
}

/// Statements are written in lower case; a sentence that begins with "Select" is not one.
fn is_statement(text: &str) -> bool {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let pairs = [
        ("select ", " from "),
        ("insert into ", ""),
        ("update ", " set "),
        ("delete from ", ""),
        ("create table ", ""),
        ("create index ", ""),
        ("alter table ", ""),
        ("drop table ", ""),
        ("with ", " as ("),
        ("pragma ", ""),
    ];
    pairs.iter().any(|(start, then)| flat.starts_with(start) && flat.contains(then))
}

/// Numbers without a gap, and only the four types.
pub(super) fn migrations(tree: &[Source]) -> Vec<String> {
    let files: Vec<&Source> =
        tree.iter().filter(|source| source.path.starts_with("migrations/") && source.is("sql")).collect();
    let mut findings = Vec::new();
    for (count, source) in files.iter().enumerate() {
        let name = source.path.trim_start_matches("migrations/");
        let wanted = format!("{:04}_", count + 1);
        if !name.starts_with(&wanted) {
            findings.push(format!("{}: the next migration begins with {wanted}", source.path));
        }
        for (column, kind) in columns(&source.text) {
            if !TYPES.iter().any(|known| kind == *known || kind.starts_with(&format!("{known} "))) {
                let kind = kind.split(' ').next().unwrap_or_default();
                findings.push(format!("{}: {column} is {kind}; use {}", source.path, TYPES.join(", ")));
            }
        }
    }
    findings
}

/// Every column with all that follows its name, from `create table` and `alter table … add column`.
pub(super) fn columns(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(|line| line.split("--").next().unwrap_or_default());
    let flat = lines.collect::<Vec<_>>().join(" ").to_lowercase();
    let mut found = Vec::new();
    for statement in flat.split(';').map(str::trim) {
        let added = statement.split_once(" add column ").map(|(_, definition)| definition);
        let body = statement.strip_prefix("create table ").and_then(|rest| rest.split_once('(')).map(|(_, body)| body);
        let definitions = added.map(|definition| vec![definition.to_owned()]).or_else(|| body.map(definitions));
        for definition in definitions.unwrap_or_default() {
            let mut tokens = definition.split_whitespace();
            let name = tokens.next().unwrap_or_default().to_owned();
            let clause = name.split('(').next().unwrap_or_default();
            if !["primary", "foreign", "unique", "check", "constraint", ""].contains(&clause) {
                found.push((name, tokens.collect::<Vec<_>>().join(" ")));
            }
        }
    }
    found
}

/// Splits the inside of the outer parentheses at its own commas.
fn definitions(body: &str) -> Vec<String> {
    let mut depth = 1;
    let mut parts = vec![String::new()];
    for letter in body.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        match (depth, letter, parts.last_mut()) {
            (0, ..) => break,
            (1, ',', _) => parts.push(String::new()),
            (_, _, Some(part)) => part.push(letter),
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Source, columns, is_statement, migrations};

    #[test]
    fn statements_are_told_from_sentences() {
        assert!(is_statement("select id\n from unit"));
        assert!(is_statement("insert into unit (id) values ($1)"));
        assert!(is_statement("with recursive below as (select 1)"));
        assert!(!is_statement("select a unit first"));
        assert!(!is_statement("update the page"));
    }

    #[test]
    fn columns_are_read_from_both_forms() {
        let text = "create table t (\n  id bigint primary key, -- not text, no\n  name text not null check (a in (1, 2)),\n  \
                    primary key (id, name), unique(name));\nalter table t add column share double precision;";
        let names: Vec<String> = columns(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["id", "name", "share"]);
    }

    #[test]
    fn gaps_and_foreign_types_are_found() {
        let file = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        let sound = file("migrations/0001_units.sql", "create table t (id bigint, share double precision, raw bytea)");
        assert!(migrations(&[sound]).is_empty());
        let faulty = file("migrations/0002_units.sql", "create table t (id serial, day date)");
        assert_eq!(migrations(&[faulty]).len(), 3);
    }
}
