use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The text as someone types it who leaves out marks: lower case, no diacritics, đ as d, single spaces, trimmed.
///
/// For search only: many names fold to one text. Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    let plain: String = text.to_lowercase().nfd().filter(|it| !is_combining_mark(*it)).map(undash).collect();
    let mut folded = String::with_capacity(plain.len());
    for word in plain.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// The text as it is compared and stored: composed (NFC), single spaces, trimmed. Marks and case stay.
pub fn composed(text: &str) -> String {
    let spaced: Vec<&str> = text.split_whitespace().collect();
    spaced.join(" ").nfc().collect()
}

/// đ is a letter of its own: no decomposition takes its stroke away.
fn undash(letter: char) -> char {
    if letter == 'đ' { 'd' } else { letter }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(fold(text), expect);
    }

    #[test]
    fn marks_case_and_spaces_go() {
        check("Thị xã Ba Đồn", "thi xa ba don");
        check("  THÀNH\u{a0}PHỐ   Đà Nẵng\n", "thanh pho da nang");
        check("Ia H'Drai", "ia h'drai");
        check("ưỡn ẹo", "uon eo");
        check("", "");
    }

    #[test]
    fn composed_and_decomposed_fold_alike() {
        check("Nghĩa Lộ", "nghia lo");
        check("Nghi\u{303}a Lo\u{323}\u{302}", "nghia lo");
    }

    #[test]
    fn composing_keeps_marks_and_case() {
        assert_eq!(composed(" Nghi\u{303}a  Lo\u{323}\u{302} "), "Nghĩa Lộ");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_letter_more_never_joins_two_words(left in "[a-zđà-ýạ-ỹ]{1,8}", right in "[a-zđà-ýạ-ỹ]{1,8}") {
            prop_assert_eq!(fold(&format!("{left} {right}")), format!("{} {}", fold(&left), fold(&right)));
        }
    }
}
