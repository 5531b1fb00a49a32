//! Words that people type freely: few, and with the warning to name nobody.

use super::Source;
use crate::source::read;

/// The part of pages that all free words are typed into.
const PART: &str = "platform/web/templates/area.html";
/// What the warning says, in whatever words around it.
const WARNING: &str = "không ghi tên người";
/// No longer than this.
const MOST: usize = 500;

/// A field of several lines is the part `web::Area`, whose hint warns. One written out holds a table of data
/// (`spellcheck="false"`), or is as short and warned of in its own template.
pub(super) fn areas(tree: &[Source]) -> Vec<String> {
    let warnings: Vec<&str> = tree
        .iter()
        .filter(|source| source.path.ends_with("/vi.ftl"))
        .flat_map(|source| source.text.lines())
        .filter_map(|line| line.split_once(" = "))
        .filter(|(_, text)| {
            text.to_lowercase().contains(WARNING) || text.to_lowercase().contains("không được ghi tên người")
        })
        .map(|(id, _)| id)
        .collect();
    let mut findings = Vec::new();
    for source in tree.iter().filter(|source| source.is("html") && source.path != PART) {
        let warned = warnings.iter().any(|id| source.text.contains(&format!("\"{id}\"")));
        for tag in source.text.split("<textarea").skip(1).filter_map(|it| it.split('>').next()) {
            if tag.contains("spellcheck=\"false\"") || warned && most(tag).is_some_and(|it| it <= MOST) {
                continue;
            }
            findings.push(format!("{}: a field for free words; use web::Area::free_text", source.path));
        }
    }
    for source in tree.iter().filter(|source| source.is("rs") && !source.is_test()) {
        if source.path.starts_with("platform/web/") || !source.text.contains("web::") {
            continue;
        }
        let literals = read(source.without_tests()).1;
        for (at, literal) in literals.iter().enumerate() {
            // Area::new(page, "name", "label", "hint", …)
            let begins = literal.before.split_whitespace().collect::<String>().contains("Area::new(");
            let hint = literals.get(at + 2).map_or("", |it| it.text.as_str());
            if begins && !warnings.contains(&hint) && !hint.ends_with("-table-hint") {
                let line = literal.line;
                findings.push(format!("{}:{line}: the hint {hint} does not warn; use Area::free_text", source.path));
            }
        }
    }
    findings
}

fn most(tag: &str) -> Option<usize> {
    tag.split_once("maxlength=\"")?.1.split('"').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Source, areas};

    #[track_caller]
    fn check(path: &str, text: &str, expect: usize) {
        let file = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        let texts =
            file("platform/web/texts/vi.ftl", "web-no-names = Viết ngắn, không ghi tên người.\na-hint = Viết đi.\n");
        assert_eq!(areas(&[texts, file(path, text)]).len(), expect, "{text}");
    }

    #[test]
    fn fields_for_free_words_are_looked_at() {
        check("slices/a/templates/a.html", "<textarea name=\"why\"></textarea>", 1);
        check("slices/a/templates/a.html", "<textarea name=\"why\" maxlength=\"300\"></textarea>", 1);
        let warned =
            |most: usize| format!("{{{{ p.t(\"web-no-names\") }}}}<textarea name=\"why\" maxlength=\"{most}\">");
        check("slices/a/templates/a.html", &warned(300), 0);
        check("slices/a/templates/a.html", &warned(5000), 1);
        check("slices/a/templates/a.html", "<textarea name=\"file\" spellcheck=\"false\">", 0);
        let area = |hint: &str| {
            format!("use web::Area;\nfn f() {{ Area::new(&p, \"why\", \"a-why\", \"{hint}\", \"\", 9, &i) }}")
        };
        check("slices/a/src/pages.rs", &area("web-no-names"), 0);
        check("slices/a/src/pages.rs", &area("a-hint"), 1);
    }
}
