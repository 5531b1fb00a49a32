use icu_collator::{CollatorBorrowed, CollatorPreferences, options::CollatorOptions};
use icu_locale_core::locale;
use std::sync::LazyLock;

/// Vietnamese order; numbers inside a name by value ("Thôn 2" before "Thôn 10").
static COLLATOR: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| {
    let order = CollatorPreferences::from(locale!("vi-u-kn"));
    // The data is compiled in; should it ever be absent, names still sort, by their folded form.
    CollatorBorrowed::try_new(order, CollatorOptions::default()).ok()
});

/// Bytes that compare as Vietnamese readers order the texts: a, ă, â … d, đ …, tones last, digits by value.
///
/// For comparing now, not for storing: a newer table may give other bytes.
pub fn sort_key(text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(text.len() * 2);
    match &*COLLATOR {
        Some(collator) => {
            let Ok(()) = collator.write_sort_key_to(text, &mut key);
        }
        None => key.extend_from_slice(crate::fold(text).as_bytes()),
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(ordered: &[&str]) {
        assert!(ordered.is_sorted_by_key(|it| sort_key(it)), "{ordered:?}");
        let mut turned = ordered.to_vec();
        turned.reverse();
        turned.sort_by_key(|it| sort_key(it));
        assert_eq!(turned, ordered);
    }

    #[test]
    fn letters_follow_the_vietnamese_alphabet() {
        check(&["An Giang", "Ăn", "Âu Lâu", "Bạc Liêu"]);
        check(&["Dân Chủ", "Đắk Lắk", "Em"]);
        check(&["Ô Loan", "Ơ", "Phúc", "Ư"]);
    }

    #[test]
    fn tones_decide_last_and_in_their_order() {
        check(&["Hoa", "Hòa", "Hóa", "Họa", "Hòa Bình"]);
        check(&["ma", "mà", "mả", "mã", "má", "mạ"]);
    }

    #[test]
    fn numbers_inside_names_count() {
        check(&["Phường 1", "Phường 2", "Phường 10", "Phường Hai"]);
    }

    proptest! {
        #[test]
        fn equal_texts_have_equal_keys_however_composed(text in "[a-zđà-ýạ-ỹ ]{0,20}") {
            use unicode_normalization::UnicodeNormalization;
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(sort_key(&text), sort_key(&decomposed));
        }
    }
}
