//! Who may sign for whom: the prefixes TM., Q., KT., TL., TUQ. and the lines they need.

use crate::{Error, Signature};

/// The prefixes, longest first, and how many lines must follow: the post of who signs.
const PREFIXES: [(&str, bool); 5] = [("TUQ.", true), ("TM.", true), ("KT.", true), ("TL.", true), ("Q.", false)];

impl Signature {
    /// Finds what is wrong with the authority, the prefix or the post.
    ///
    /// # Errors
    /// The first line that does not fit, in words for people.
    pub fn check(&self) -> Result<(), Error> {
        let wrong = |what: String| Err(Error::Signature(what));
        let Some(first) = self.lines.iter().find(|it| !it.trim().is_empty()) else {
            return wrong("chưa có quyền hạn, chức vụ người ký/nobody signs".into());
        };
        for (at, line) in self.lines.iter().enumerate() {
            let line = line.trim();
            let next = self.lines.get(at + 1).map_or("", |it| it.trim());
            let Some((prefix, _)) = PREFIXES.iter().find(|(it, _)| line.starts_with(it)) else {
                if let Some(odd) = odd_prefix(line) {
                    return wrong(format!("«{odd}» không phải TM., Q., KT., TL., TUQ./is no prefix"));
                }
                if line.chars().any(char::is_lowercase) {
                    return wrong(format!("«{line}» phải viết hoa/must be in capitals"));
                }
                continue;
            };
            let rest = line.strip_prefix(prefix).unwrap_or_default();
            if !rest.starts_with(' ') || rest.trim().is_empty() {
                return wrong(format!(
                    "«{line}»: sau {prefix} là một dấu cách và tên/a space and a name follow {prefix}"
                ));
            }
            if rest.chars().any(char::is_lowercase) {
                return wrong(format!("«{line}» phải viết hoa/must be in capitals"));
            }
            let follows = PREFIXES.iter().any(|(it, needs)| it == prefix && *needs);
            if follows && next.is_empty() {
                return wrong(format!("sau «{line}» là chức vụ người ký/the post of who signs follows"));
            }
            if *prefix == "TM." && line != first.trim() {
                return wrong(format!("«{line}» phải đứng đầu/must stand first"));
            }
            if *prefix == "KT." && !next.starts_with("PHÓ ") && next != "PHÓ CHỦ TỊCH" {
                return wrong(format!("sau «{line}» là cấp phó (PHÓ …)/a deputy signs for the head"));
            }
        }
        Ok(())
    }
}

/// A word such as "T/M" or "K.T." that people write for a prefix.
fn odd_prefix(line: &str) -> Option<&str> {
    let word = line.split(' ').next()?;
    let letters: String = word.chars().filter(|it| it.is_alphabetic()).collect();
    (matches!(letters.as_str(), "TM" | "KT" | "TL" | "TUQ" | "Q") && word.chars().count() > 1).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], expect: Option<&str>) {
        let signature = Signature { lines: lines.iter().map(|it| (*it).to_owned()).collect(), name: None };
        let said = signature.check().err().map(|it| it.to_string());
        match (&said, expect) {
            (None, None) => {}
            (Some(said), Some(expect)) if said.contains(expect) => {}
            _ => panic!("{said:?} {expect:?}"),
        }
    }

    #[test]
    fn prefixes_need_their_lines() {
        check(&["TM. BAN CHỈ ĐẠO", "KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"], None);
        check(&["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], None);
        check(&["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], None);
        check(&["TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"], None);
        check(&["TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG THAM MƯU"], None);
        check(&["Q. CHỦ TỊCH"], None);
        check(&["TRƯỞNG CÔNG AN XÃ"], None);
        check(&[], Some("nobody signs"));
        check(&[" "], Some("nobody signs"));
        check(&["KT. TRƯỞNG BAN"], Some("post"));
        check(&["KT. TRƯỞNG BAN", "ỦY VIÊN"], Some("PHÓ"));
        check(&["TL. CHỦ TỊCH"], Some("post"));
        check(&["CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN", "X"], Some("first"));
        check(&["T/M ỦY BAN", "CHỦ TỊCH"], Some("T/M"));
        check(&["TM.ỦY BAN", "CHỦ TỊCH"], Some("TM."));
        check(&["Chủ tịch"], Some("capitals"));
    }
}
