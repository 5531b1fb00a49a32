//! State secrets: they may stand on isolated networks only (Law 117/2025/QH15), so nothing that bears their stamp is taken.

/// The three levels, as stamps write them; the longer first, for each ends with the last.
const LEVELS: [&str; 3] = ["TUYỆT MẬT", "TỐI MẬT", "MẬT"];

/// What may stand before a level on one line: "Độ mật: Mật".
const HEADS: [&str; 3] = ["MỨC ĐỘ MẬT", "ĐỘ MẬT", "CHỈ MỨC ĐỘ MẬT"];

/// The level of secrecy that one line, cell or paragraph states: the whole line is a stamp, whatever its case and the
/// marks around it. A sentence that has the word in it is none ("bảo mật", "bí mật gia truyền").
pub fn secret_stamp(line: &str) -> Option<&'static str> {
    // A stamp is short; a paragraph is not worth the folding.
    if line.len() > 200 {
        return None;
    }
    let plain: String = viet::composed(line)
        .to_uppercase()
        .chars()
        .map(|it| if it.is_alphanumeric() { it } else { ' ' })
        .collect::<String>();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let level = HEADS.iter().find_map(|it| words.strip_prefix(it)).map_or(words.as_str(), str::trim_start);
    LEVELS.into_iter().find(|it| *it == level)
}

/// The same of a file's name, where the stamp stands in capitals among other words: "BC quý I (MẬT).docx".
pub fn secret_name(name: &str) -> Option<&'static str> {
    let plain: String = viet::composed(name).chars().map(|it| if it.is_alphanumeric() { it } else { ' ' }).collect();
    let padded = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
    // "BẢO MẬT" and "BÍ MẬT" in capitals are words of titles.
    let padded = ["BẢO MẬT", "BÍ MẬT", "ĐỘ MẬT"].iter().fold(padded, |text, it| text.replace(&format!(" {it} "), " "));
    LEVELS.into_iter().find(|it| padded.contains(&format!(" {it} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expect: Option<&str>) {
        assert_eq!(secret_stamp(line), expect, "{line:?}");
    }

    #[test]
    fn a_line_that_is_a_stamp_is_found() {
        check("MẬT", Some("MẬT"));
        check(" [ Tối mật ] ", Some("TỐI MẬT"));
        check("TUYỆT\u{a0}MẬT", Some("TUYỆT MẬT"));
        // Marks apart, as some systems write them.
        check("MA\u{323}\u{302}T", Some("MẬT"));
        check("Độ mật: Mật", Some("MẬT"));
        check("Mức độ mật: TỐI MẬT.", Some("TỐI MẬT"));
    }

    #[test]
    fn words_of_a_sentence_are_no_stamp() {
        check("Bảo mật thông tin", None);
        check("bí mật", None);
        check("Mặt", None);
        check("mat", None);
        check("Độ mật:", None);
        check("Tài liệu không có độ mật", None);
        check("", None);
    }

    #[test]
    fn names_of_files_are_looked_at() {
        assert_eq!(secret_name("BC quý I (MẬT).docx"), Some("MẬT"));
        assert_eq!(secret_name("TỐI MẬT_12.pdf"), Some("TỐI MẬT"));
        assert_eq!(secret_name("Quy chế BẢO MẬT.pdf"), None);
        assert_eq!(secret_name("mat-tran.xlsx"), None);
    }
}
