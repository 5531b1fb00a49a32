//! Whether letters make a Vietnamese syllable: how text that was read in the wrong encoding is told from text.

use unicode_normalization::UnicodeNormalization;

const ONSETS: [&str; 27] = [
    "ngh", "ng", "nh", "ch", "gh", "gi", "kh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m",
    "n", "p", "r", "s", "t", "v", "x",
];
const CODAS: [&str; 9] = ["ch", "ng", "nh", "c", "m", "n", "p", "t", ""];
const VOWELS: [&str; 56] = [
    "a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "ia", "iê", "ya", "yê", "ua", "uô", "ưa", "ươ", "oa",
    "oă", "oe", "uâ", "uê", "uy", "uya", "uyê", "uơ", "ai", "ao", "au", "ay", "âu", "ây", "eo", "êu", "iu", "oi", "ôi",
    "ơi", "ui", "ưi", "ưu", "iêu", "yêu", "oai", "oay", "oeo", "uôi", "uây", "uyu", "ươi", "ươu", "oo", "uă",
];
/// Grave, acute, tilde, hook above, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// Whether a word could be a Vietnamese syllable, in any case, composed or not.
pub(crate) fn is_syllable(word: &str) -> bool {
    let mut tones = 0;
    let plain: String = word
        .to_lowercase()
        .nfd()
        .filter(|it| {
            let tone = TONES.contains(it);
            tones += usize::from(tone);
            !tone
        })
        .nfc()
        .collect();
    if tones > 1 {
        return false;
    }
    let rime =
        |rest: &str| CODAS.iter().any(|coda| rest.strip_suffix(coda).is_some_and(|vowel| VOWELS.contains(&vowel)));
    // "gì" and "gin" have the vowel of their onset; "quốc" keeps the u.
    rime(&plain) || ONSETS.iter().any(|onset| plain.strip_prefix(onset).is_some_and(rime))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_told_from_other_letters() {
        for word in [
            "Số",
            "lượng",
            "quốc",
            "gì",
            "giữ",
            "Nguyễn",
            "khuya",
            "ĐƯỜNG",
            "nghiêng",
            "yên",
            "Bı̀nh".trim(),
            "an",
            "xoèn",
        ] {
            assert!(is_syllable(&word.replace('ı', "i")), "{word}");
        }
        for word in ["", "café", "sè¶", "straße", "löôïng", "bcd", "ạạ"] {
            assert!(!is_syllable(word), "{word}");
        }
    }
}
