//! What a form asks, by the names that tables give it.

use forms::AwardKind;
use kernel::{Catalogue, Form, Indicator, Issue};
use sheet::Value;
use web::{Lang, Page};

use crate::amount::{self, Amount};

/// What a line or a column of a table counts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// An indicator of the form.
    Figure(&'a Indicator),
    /// How often an award was granted.
    Award(&'a AwardKind),
}

impl<'a> Asked<'a> {
    /// All that a form asks, in its order; awards stand last.
    pub(crate) fn all(form: &Form, catalogue: &'a Catalogue, awards: &'a [AwardKind]) -> Vec<Asked<'a>> {
        let figures = form.asked().filter_map(|it| catalogue.indicator(it.indicator)).map(Asked::Figure);
        let awards = if form.awards { awards } else { &[] };
        figures.chain(awards.iter().map(Asked::Award)).collect()
    }

    pub(crate) fn code(self) -> &'a str {
        match self {
            Asked::Figure(it) => &it.code,
            Asked::Award(it) => &it.code,
        }
    }

    /// Vietnamese and English.
    fn names(self) -> [&'a str; 2] {
        match self {
            Asked::Figure(it) => [&it.name_vi, &it.name_en],
            Asked::Award(it) => [&it.name_vi, &it.name_en],
        }
    }

    /// Its name in the page's language.
    pub(crate) fn name(self, page: &Page) -> &'a str {
        let [vi, en] = self.names();
        if page.lang == Lang::Vi { vi } else { en }
    }

    /// An issue that says of what it is.
    pub(crate) fn named_in(self, issue: Issue) -> Issue {
        let [vi, en] = self.names();
        issue.with("name", vi).with("name-en", en)
    }

    /// What a cell says of it; nothing for a dash, which stands for "no figure".
    ///
    /// # Errors
    /// Why it says no number, or of an award no exact one; without a field.
    pub(crate) fn read(self, value: &Value) -> Result<Option<Amount>, Issue> {
        match self {
            Asked::Figure(it) => amount::read(value, it),
            Asked::Award(_) => amount::count(value),
        }
    }
}

/// What a heading means of what is asked: its code or its whole name, however it is numbered or ended.
pub(crate) fn named<'a>(heading: &str, asked: &[Asked<'a>]) -> Option<Asked<'a>> {
    let code = heading.trim();
    if let Some(found) = asked.iter().find(|it| it.code().eq_ignore_ascii_case(code)) {
        return Some(*found);
    }
    let plain = without_commas(&plain(heading));
    if plain.is_empty() {
        return None;
    }
    asked.iter().find(|it| it.names().iter().any(|name| without_commas(&viet::fold(name)) == plain)).copied()
}

/// "Bằng khen, Bộ Công an, Tập thể" is often written without its commas.
fn without_commas(folded: &str) -> String {
    folded.replace(',', "")
}

/// A heading folded, without its number ("1.2)", "a.", "- ") and without the unit of measure in brackets.
fn plain(heading: &str) -> String {
    let text = viet::fold(heading);
    let text = text.trim_end_matches([':', '*', '.', ' ']);
    // "(cuộc)" at the end.
    let text = match text.rsplit_once('(') {
        Some((name, inside)) if inside.ends_with(')') && !name.trim().is_empty() => name.trim_end(),
        _ => text,
    };
    let numbered = |it: &str| {
        let mark = it.trim_end_matches(['.', ')', '/']);
        it.len() > mark.len() && mark.len() <= 4 && mark.chars().all(|it| it.is_ascii_alphanumeric() || it == '.')
    };
    match text.split_once(' ') {
        Some((first, rest)) if numbered(first) || matches!(first, "-" | "+" | "–" | "•") => rest.trim().to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(heading: &str, expect: Option<&str>) {
        let catalogue = forms::catalogue().unwrap();
        let awards = forms::award_kinds(&catalogue).unwrap();
        let figures = catalogue.indicators().iter().filter(|it| !it.is_award()).map(Asked::Figure);
        let asked: Vec<Asked<'_>> = figures.chain(awards.iter().map(Asked::Award)).collect();
        assert_eq!(named(heading, &asked).map(Asked::code), expect, "{heading}");
    }

    #[test]
    fn headings_mean_indicators_however_they_are_dressed() {
        check("LAU01", Some("LAU01"));
        check(" lau01 ", Some("LAU01"));
        check("Cuộc phát động phong trào TDBVANTQ", Some("LAU01"));
        check("1. CUOC PHAT DONG PHONG TRAO TDBVANTQ (cuộc):", Some("LAU01"));
        check("- Buổi tuyên truyền trực tiếp *", Some("OUT01"));
        check("Cuộc phát động", None);
        check("", None);
        check("1.", None);
    }

    #[test]
    fn headings_mean_awards_too() {
        check("AWA03", Some("AWA03"));
        check("awa02.household", Some("AWA02.household"));
        check("2. Bằng khen, Bộ Công an, Tập thể", Some("AWA03"));
        check("Bằng khen Bộ Công an tập thể:", Some("AWA03"));
        check("Bằng khen", None);
        // Whose flag, is not said.
        check("AWA02", None);
    }
}
