//! Text written before Unicode: TCVN3 (the fonts `.Vn…`) and VNI (the fonts `VNI-…`), as it looks when its bytes are taken
//! for Western letters. Tables after TCVN 5712:1993 and the published VNI character table.

use std::iter::Peekable;

use unicode_normalization::UnicodeNormalization;

use crate::syllable::is_syllable;

/// An encoding from before Unicode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Legacy {
    /// TCVN 5712:1993, third set, called ABC: one byte a letter; capitals with marks are a matter of the font.
    Tcvn3,
    /// VNI for Windows: a letter, then a byte for its marks.
    Vni,
}

/// TCVN3 from U+00A1 on; a blank where there is no letter.
const TCVN3: &str = "ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ";

/// The marks of VNI after a, e, o (also u and y for the first five).
const MARKS: [(char, &str); 16] = [
    ('ù', "\u{301}"),
    ('ø', "\u{300}"),
    ('û', "\u{309}"),
    ('õ', "\u{303}"),
    ('ï', "\u{323}"),
    ('â', "\u{302}"),
    ('á', "\u{302}\u{301}"),
    ('à', "\u{302}\u{300}"),
    ('å', "\u{302}\u{309}"),
    ('ã', "\u{302}\u{303}"),
    ('ä', "\u{323}\u{302}"),
    ('ê', "\u{306}"),
    ('é', "\u{306}\u{301}"),
    ('è', "\u{306}\u{300}"),
    ('ú', "\u{306}\u{309}"),
    ('ü', "\u{306}\u{303}"),
];
/// ặ, the seventeenth.
const BREVE_DOT: (char, &str) = ('ë', "\u{323}\u{306}");
/// The letters of VNI that stand for themselves, and the bases that may take a tone.
const WHOLE: [(char, char); 9] =
    [('ô', 'ơ'), ('ö', 'ư'), ('æ', 'ỉ'), ('ó', 'ĩ'), ('ò', 'ị'), ('í', 'í'), ('ì', 'ì'), ('î', 'ỵ'), ('ñ', 'đ')];

impl Legacy {
    /// The name that people know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Legacy::Tcvn3 => "TCVN3 (ABC)",
            Legacy::Vni => "VNI",
        }
    }

    /// The same text in Unicode, composed.
    pub fn to_unicode(self, text: &str) -> String {
        match self {
            Legacy::Tcvn3 => text.chars().map(of_tcvn3).collect(),
            Legacy::Vni => of_vni(text),
        }
    }
}

fn of_tcvn3(letter: char) -> char {
    let at = u32::from(letter).checked_sub(0xA1).and_then(|it| usize::try_from(it).ok());
    at.and_then(|it| TCVN3.chars().nth(it)).filter(|it| *it != ' ').unwrap_or(letter)
}

fn of_vni(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let small = letter.to_lowercase().next().unwrap_or(letter);
        let whole = WHOLE.iter().find(|it| it.0 == small).map(|it| it.1);
        let base = whole.unwrap_or(small);
        let base = if letter.is_uppercase() { base.to_uppercase().next().unwrap_or(base) } else { base };
        res.push(base);
        if let Some(marks) = marks_after(small, &mut letters) {
            res.push_str(marks);
        }
    }
    res.nfc().collect()
}

/// The marks that the next letter stands for, if this one takes them; they are then passed over.
fn marks_after(base: char, letters: &mut Peekable<std::str::Chars<'_>>) -> Option<&'static str> {
    let next = letters.peek()?.to_lowercase().next()?;
    let marks = MARKS.iter().chain([&BREVE_DOT]).find(|it| it.0 == next)?.1;
    let takes = match base {
        'a' => true,
        'e' | 'o' => !marks.contains('\u{306}'),
        'u' | 'y' | 'ô' | 'ö' => !marks.contains(['\u{306}', '\u{302}']),
        _ => false,
    };
    takes.then(|| {
        letters.next();
        marks
    })
}

/// Which old encoding a text is written in: that in which four of five of its words with marks are syllables, more than as
/// it stands. Text with letters that only Unicode has is Unicode.
pub fn legacy(text: &str) -> Option<Legacy> {
    if text.chars().any(|it| !('\0'..='\u{ff}').contains(&it) && (it.is_alphabetic() || crate::parse::is_mark(it))) {
        return None;
    }
    let words: Vec<&str> = marked_words(text).take(5_000).collect();
    let sound = |read: &dyn Fn(&str) -> String| words.iter().filter(|it| is_syllable(&read(it))).count();
    let as_it_is = sound(&|it| it.to_owned());
    let (best, found) = [Legacy::Tcvn3, Legacy::Vni]
        .map(|it| (it, sound(&|word| it.to_unicode(word))))
        .into_iter()
        .max_by_key(|it| it.1)?;
    (found > as_it_is && found * 5 >= words.len() * 4).then_some(best)
}

/// Whether four of five of a text's words with marks are Vietnamese syllables.
pub fn reads_well(text: &str) -> bool {
    let composed: String = text.nfc().collect();
    let (mut all, mut sound) = (0, 0);
    for word in marked_words(&composed) {
        all += 1;
        sound += usize::from(is_syllable(word));
    }
    sound * 5 >= all * 4
}

/// The words with letters beyond ASCII. In the old encodings letters may look like signs, so every sign counts as one.
fn marked_words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|it: char| !(it.is_ascii_alphabetic() || it > '\u{a0}'));
    words.filter(|it| !it.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(old: &str, encoding: Legacy, expect: &str) {
        assert_eq!(encoding.to_unicode(old), expect);
        assert_eq!(legacy(old), Some(encoding), "{old}");
    }

    #[test]
    fn old_text_becomes_unicode() {
        check("Sè l\u{ad}îng hé ®¨ng ký", Legacy::Tcvn3, "Số lượng hộ đăng ký");
        check("Céng hßa x· héi chñ nghÜa ViÖt Nam", Legacy::Tcvn3, "Cộng hòa xã hội chủ nghĩa Việt Nam");
        check("B¶o vÖ an ninh Tæ quèc, tØnh MÉu", Legacy::Tcvn3, "Bảo vệ an ninh Tổ quốc, tỉnh Mẫu");
        check("Soá löôïng hoä ñaêng kyù", Legacy::Vni, "Số lượng hộ đăng ký");
        check("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", Legacy::Vni, "Cộng hòa xã hội chủ nghĩa Việt Nam");
        check("BAÛO VEÄ AN NINH TOÅ QUOÁC, ÑÖÔØNG TÆNH", Legacy::Vni, "BẢO VỆ AN NINH TỔ QUỐC, ĐƯỜNG TỈNH");
        check("maët traän, taëng, baèng, cuûa, tyû, kyõ", Legacy::Vni, "mặt trận, tặng, bằng, của, tỷ, kỹ");
    }

    #[test]
    fn unicode_and_other_text_is_left_alone() {
        for text in [
            "",
            "So luong",
            "Số lượng",
            "hòa bình và sáng tạo",
            "Café Zürich",
            "Sè",
            "Nghi\u{303}a Lo\u{323}\u{302}",
            "1.900 «x»",
        ] {
            assert_eq!(legacy(text), None, "{text}");
        }
        assert!(reads_well("Số lượng hộ đăng ký, 100%"));
        assert!(!reads_well("S\u{1ed1}\u{111} l\u{111}ng h\u{111}x"));
    }

    #[test]
    fn the_table_of_tcvn3_has_every_small_letter_once() {
        let vowels = "aăâeêioôơuưy";
        let tones = ["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"];
        for vowel in vowels.chars() {
            for tone in tones {
                let letter: String = format!("{vowel}{tone}").nfc().collect();
                let count = TCVN3.chars().filter(|it| letter.chars().eq([*it])).count();
                assert_eq!(count, usize::from(!letter.is_ascii()), "{letter}");
            }
        }
        assert_eq!(TCVN3.chars().count(), 0xFE - 0xA0);
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "[\\u{20}-\\u{ff}]{0,40}") {
            let _ = (legacy(&text), reads_well(&text), Legacy::Vni.to_unicode(&text), Legacy::Tcvn3.to_unicode(&text));
        }
    }
}
