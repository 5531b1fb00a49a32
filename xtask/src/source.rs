//! The files of the repository, and as much of Rust's grammar as the rules in `tidy` need.

use anyhow::Result;
use std::{fs, path::Path};

/// One text file.
pub(crate) struct Source {
    /// From the top of the repository, with `/`.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

/// A string literal of a Rust file, without its quotes; escapes stay as written.
pub(crate) struct Literal {
    /// Counted from 1.
    pub(crate) line: usize,
    /// What stands between the quotes.
    pub(crate) text: String,
    /// The 24 characters of code before it, for rules that ask what it is given to.
    pub(crate) before: String,
}

const SKIPPED: [&str; 5] = ["target", "var", "out", "node_modules", ".git"];
const READ: [&str; 9] = ["rs", "toml", "sql", "html", "ftl", "md", "txt", "css", "csv"];

/// All text files of ours, in order of path.
pub(crate) fn tree() -> Result<Vec<Source>> {
    let mut found = Vec::new();
    walk(&crate::root(), "", &mut found)?;
    found.sort_by(|a: &Source, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<Source>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                walk(&entry.path(), &path, found)?;
            }
        } else if READ.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
            found.push(Source { path, text: fs::read_to_string(entry.path())? });
        }
    }
    Ok(())
}

impl Source {
    /// Whether the name ends with `.` and this.
    pub(crate) fn is(&self, ending: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, found)| found == ending)
    }

    /// Test code may do what the rules forbid elsewhere.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// The file up to its tests, which stand at its end.
    pub(crate) fn without_tests(&self) -> &str {
        self.text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default()
    }
}

/// The string literals of Rust code, and the code itself with comments and the insides of strings left out.
/// Lines keep their numbers.
pub(crate) fn read(text: &str) -> (String, Vec<Literal>) {
    let mut code = String::with_capacity(text.len());
    let mut literals = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, shown) = match first {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), ""),
            '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), ""),
            '\'' => (character(rest), "'"),
            '"' | 'r' => match literal(rest).filter(|_| first == '"' || !within_word(&code)) {
                Some((open, inside, length)) => {
                    let before: Vec<char> = code.trim_end().chars().rev().take(24).collect();
                    literals.push(Literal {
                        line: code.matches('\n').count() + 1,
                        text: rest[open..open + inside].to_owned(),
                        before: before.into_iter().rev().collect(),
                    });
                    (length, "\"\"")
                }
                None => (1, "r"),
            },
            other => {
                code.push(other);
                rest = &rest[other.len_utf8()..];
                continue;
            }
        };
        code.push_str(shown);
        code.extend(rest[..length].matches('\n'));
        rest = &rest[length..];
    }
    (code, literals)
}

fn within_word(code: &str) -> bool {
    code.ends_with(|last: char| last.is_alphanumeric() || last == '_')
}

/// Where the inside starts, how long it is, and the length of the whole literal.
fn literal(rest: &str) -> Option<(usize, usize, usize)> {
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inside = raw[hashes..].strip_prefix('"')?;
        let end = inside.find(&format!("\"{}", "#".repeat(hashes)))?;
        let open = hashes + 2;
        return Some((open, end, open + end + 1 + hashes));
    }
    let mut escaped = false;
    for (at, found) in rest.char_indices().skip(1) {
        match found {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((1, at - 1, at + 1)),
            _ => {}
        }
    }
    None
}

/// The length of a character literal, or 1 when the mark begins a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => rest[3..].find('\'').map_or(1, |end| end + 4),
        Some(_) => chars.next().filter(|(_, mark)| *mark == '\'').map_or(1, |(at, _)| at + 1),
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[track_caller]
    fn check(text: &str, expect_code: &str, expect: &[&str]) {
        let (code, literals) = read(text);
        assert_eq!(code, expect_code);
        assert_eq!(literals.iter().map(|literal| literal.text.as_str()).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn strings_are_told_from_code_comments_and_lifetimes() {
        check(r#"t("a-b") // "no""#, r#"t("") "#, &["a-b"]);
        check(r##"f(r#"x "y" z"#, 1)"##, r#"f("", 1)"#, &[r#"x "y" z"#]);
        check(r#"for<'a> "q\"q" '"' '\'' '\u{1}' var"#, r#"for<'a> "" ' ' ' var"#, &[r#"q\"q"#]);
        check("/* \" \n */ \"đ\"", "\n \"\"", &["đ"]);
        check("error: \"e\"", "error: \"\"", &["e"]);
    }

    #[test]
    fn a_literal_knows_its_line() {
        let (_, literals) = read("a\n/*\n*/ \"x\ny\"\n\"z\"");
        assert_eq!(literals.iter().map(|literal| literal.line).collect::<Vec<_>>(), [3, 5]);
    }
}
