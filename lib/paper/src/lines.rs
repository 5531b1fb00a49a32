//! Ready lines of a document, the same on paper and on pages.

use unicode_normalization::UnicodeNormalization;

use crate::{Document, Header};

/// Quốc hiệu.
pub const NATION: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
/// Tiêu ngữ.
pub const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
/// Joins what must stay on one line, such as a qualifier and its number.
pub const NO_BREAK_SPACE: char = '\u{a0}';

impl Header {
    /// "Số: 05/BC-BCĐ", or with room in place of the number.
    pub fn number_line(&self) -> String {
        match self.number {
            Some(number) => format!("Số: {number:02}/{}", self.symbol),
            None => format!("Số:{}/{}", "\u{a0}".repeat(9), self.symbol),
        }
    }

    /// "Điện Biên, ngày 05 tháng 02 năm 2026".
    pub fn date_line(&self) -> String {
        format!("{}, {}", self.place, self.issued.words())
    }
}

impl Document {
    /// The title for file properties and bookmarks: kind and subject in one line.
    pub fn title(&self) -> String {
        match &self.kind {
            Some(kind) => format!("{kind} {}", self.subject),
            None => self.subject.clone(),
        }
    }

    /// The line under the number of an official letter, "V/v …"; `None` when the kind has a title.
    pub fn letter_subject(&self) -> Option<String> {
        self.kind.is_none().then(|| format!("V/v {}", self.subject))
    }

    /// The legal bases, each closed by ";", the last by ".".
    pub fn base_lines(&self) -> Vec<String> {
        closed(&self.bases).collect()
    }

    /// The lines after "Kính gửi:": the one addressee as it is, or a list with dashes.
    pub fn addressee_lines(&self) -> Vec<String> {
        match self.addressees.as_slice() {
            [one] => vec![one.clone()],
            many => closed(many).map(|line| format!("- {line}")).collect(),
        }
    }

    /// "- …;" for each recipient, the last closed by ".".
    pub fn recipient_lines(&self) -> Vec<String> {
        closed(&self.recipients).map(|line| format!("- {line}")).collect()
    }
}

impl Document {
    /// The two lines above an appendix: "Phụ lục I", and what it goes with.
    pub fn appendix_lines(&self, at: usize) -> (String, String) {
        let name = match self.appendices.len() {
            0 | 1 => "Phụ lục".to_owned(),
            _ => format!("Phụ lục {}", crate::roman(at + 1)),
        };
        let kind = self.kind.as_deref().map_or_else(|| "công văn".to_owned(), str::to_lowercase);
        let kind = kind.chars().take(1).flat_map(char::to_uppercase).chain(kind.chars().skip(1)).collect::<String>();
        let number = self.header.number_line();
        let number = number.strip_prefix("Số:").unwrap_or(&number).trim_start_matches(' ');
        let body = &self.header.issuing_body;
        (name, format!("(Kèm theo {kind} số {number} {} của {body})", self.header.issued.words()))
    }
}

/// Each text with ";" at its end, the last with "."; end marks already there are replaced.
fn closed(texts: &[String]) -> impl Iterator<Item = String> {
    texts.iter().enumerate().map(|(at, text)| {
        let bare = text.trim_end_matches([';', '.', ',', ' ']);
        format!("{bare}{}", if at + 1 == texts.len() { "." } else { ";" })
    })
}

/// A text as both writers print it: composed letters, white space as spaces, nothing a file format forbids.
pub(crate) fn clean(text: &str) -> String {
    let printable = text.chars().filter_map(|c| match c {
        '\n' | '\t' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => None,
        '\u{fffe}' | '\u{ffff}' => None,
        c => Some(c),
    });
    printable.nfc().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(input: &str, expect: &str) {
        assert_eq!(clean(input), expect);
    }

    #[test]
    fn cleans_texts() {
        check("Toa\u{300}n da\u{302}n bảo vệ\tAN\nNINH", "Toàn dân bảo vệ AN NINH");
        check("hơn\u{a0}1.200", "hơn\u{a0}1.200");
        check("a\u{0}b\u{1b}c\u{ffff}", "abc");
        check("\u{301}", "\u{301}");
    }

    proptest! {
        #[test]
        fn clean_texts_fit_every_file(text in any::<String>()) {
            let once = clean(&text);
            prop_assert!(once.chars().all(|c| !c.is_control()));
            prop_assert_eq!(&clean(&once), &once);
        }
    }

    #[test]
    fn closes_lists() {
        let document = Document {
            recipients: ["Như trên", "Lưu: VT, BCĐ."].map(String::from).to_vec(),
            bases: vec!["Căn cứ Luật An ninh quốc gia;".into()],
            addressees: vec!["Bộ Công an".into()],
            ..Document::default()
        };
        assert_eq!(document.recipient_lines(), ["- Như trên;", "- Lưu: VT, BCĐ."]);
        assert_eq!(document.base_lines(), ["Căn cứ Luật An ninh quốc gia."]);
        assert_eq!(document.addressee_lines(), ["Bộ Công an"]);
    }

    #[test]
    fn leaves_room_for_the_number() {
        let header = Header { symbol: "BC-BCĐ".into(), ..Header::default() };
        assert_eq!(header.number_line().replace('\u{a0}', ""), "Số:/BC-BCĐ");
        assert_eq!(Header { number: Some(5), ..header }.number_line(), "Số: 05/BC-BCĐ");
    }
}
