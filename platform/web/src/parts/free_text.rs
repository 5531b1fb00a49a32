//! A few words of somebody's own: short, with the warning to name nobody. Words typed here are shown where they belong and
//! nowhere else: no search, no interface for programs and no export knows them.

use kernel::{Issue, Issues};

use super::Area;
use crate::Page;

/// The longest free text, in letters.
pub const FREE_TEXT_MAX: usize = 500;

/// So many digits in a row are the number of a document or a telephone.
const DIGITS: usize = 9;

impl<'a> Area<'a> {
    /// A field for free words, with the warning as its hint and of at most so many characters, never more than
    /// [`FREE_TEXT_MAX`]. What comes back is read by [`read_free_text`]. The label is a text's id.
    pub fn free_text(
        page: &Page,
        name: &'a str,
        label: &str,
        value: &'a str,
        most: usize,
        issues: &Issues,
    ) -> Area<'a> {
        Area::new(page, name, label, "web-no-names", value, most.min(FREE_TEXT_MAX), issues)
    }
}

/// Reads free words: composed, trimmed, perhaps empty.
///
/// # Errors
/// The issue to show at the field, if they are too long or hold what looks like the number of a document or a telephone.
pub fn read_free_text(field: &str, text: &str, most: usize) -> Result<String, Issue> {
    let most = most.min(FREE_TEXT_MAX);
    let lines: Vec<String> = text.lines().map(viet::composed).filter(|it| !it.is_empty()).collect();
    let text = lines.join("\n");
    if text.chars().count() > most {
        return Err(Issue::new(field, "web-free-text-long").with("max", most));
    }
    let mut row = 0;
    for letter in text.chars().filter(|it| !" .-".contains(*it)) {
        row = if letter.is_ascii_digit() { row + 1 } else { 0 };
        if row >= DIGITS {
            return Err(Issue::new(field, "web-free-text-number"));
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<&str, &str>) {
        let found = read_free_text("why", text, 60);
        assert_eq!(found.as_deref().map_err(|it| it.text), expect);
    }

    #[test]
    fn free_words_are_short_and_hold_no_numbers_of_people() {
        check("  Mất  điện \n\n hai ngày ", Ok("Mất điện\nhai ngày"));
        check("", Ok(""));
        check(&"a".repeat(61), Err("web-free-text-long"));
        check("gọi 0912 345 678 nhé", Err("web-free-text-number"));
        check("CCCD 079.012.345.678", Err("web-free-text-number"));
        check("1.900 cuộc, 120 người, 25/12/2026", Ok("1.900 cuộc, 120 người, 25/12/2026"));
    }
}
