//! Indicators by the names that tables give them.

use kernel::Indicator;

/// The indicator that a heading means: its code or its whole name, however it is numbered or ended.
pub(crate) fn named<'a>(heading: &str, asked: &[&'a Indicator]) -> Option<&'a Indicator> {
    let code = heading.trim();
    if let Some(found) = asked.iter().find(|it| it.code.eq_ignore_ascii_case(code)) {
        return Some(found);
    }
    let plain = plain(heading);
    if plain.is_empty() {
        return None;
    }
    asked.iter().find(|it| viet::fold(&it.name_vi) == plain || viet::fold(&it.name_en) == plain).copied()
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
        let asked: Vec<&Indicator> = catalogue.indicators().iter().collect();
        assert_eq!(named(heading, &asked).map(|it| it.code.as_str()), expect, "{heading}");
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
}
