//! The kinds of official documents, and what a decision is made of: điều, khoản, điểm.

use crate::{Block, Run};

/// A kind of document of Decree 30/2020/NĐ-CP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Báo cáo.
    Report,
    /// Kế hoạch.
    Plan,
    /// Quyết định.
    Decision,
    /// Tờ trình.
    Submission,
    /// Công văn: no title, its subject stands under the number.
    Letter,
    /// Thông báo.
    Notice,
    /// Biên bản.
    Minutes,
    /// Giấy mời.
    Invitation,
    /// Chương trình.
    Programme,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 9] = [
        Kind::Report,
        Kind::Plan,
        Kind::Decision,
        Kind::Submission,
        Kind::Letter,
        Kind::Notice,
        Kind::Minutes,
        Kind::Invitation,
        Kind::Programme,
    ];

    /// The name in capitals, for [`crate::Document::kind`]; `None` for a letter.
    pub fn title(self) -> Option<String> {
        let title = match self {
            Kind::Report => "BÁO CÁO",
            Kind::Plan => "KẾ HOẠCH",
            Kind::Decision => "QUYẾT ĐỊNH",
            Kind::Submission => "TỜ TRÌNH",
            Kind::Letter => return None,
            Kind::Notice => "THÔNG BÁO",
            Kind::Minutes => "BIÊN BẢN",
            Kind::Invitation => "GIẤY MỜI",
            Kind::Programme => "CHƯƠNG TRÌNH",
        };
        Some(title.to_owned())
    }

    /// The code in symbols; a letter has none.
    pub const fn code(self) -> Option<&'static str> {
        Some(match self {
            Kind::Report => "BC",
            Kind::Plan => "KH",
            Kind::Decision => "QĐ",
            Kind::Submission => "TTr",
            Kind::Letter => return None,
            Kind::Notice => "TB",
            Kind::Minutes => "BB",
            Kind::Invitation => "GM",
            Kind::Programme => "CTr",
        })
    }

    /// The symbol after the number: "QĐ-UBND", of a letter only the body's.
    pub fn symbol(self, body: &str) -> String {
        self.code().map_or_else(|| body.to_owned(), |code| format!("{code}-{body}"))
    }

    /// What stands between the bases and the body: only a decision says it.
    pub fn resolution(self) -> Option<String> {
        (self == Kind::Decision).then(|| "QUYẾT ĐỊNH:".to_owned())
    }
}

/// A Điều with its khoản; numbered by its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    /// The text after "Điều 1.": the whole article, or the title of its clauses.
    pub text: String,
    /// Its khoản.
    pub clauses: Vec<Clause>,
}

/// A khoản with its điểm; numbered by its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clause {
    /// The text after "1.".
    pub text: String,
    /// The điểm.
    pub points: Vec<String>,
}

/// Letters of điểm, in the order of the Vietnamese alphabet (no f, j, w, z, nor ă, â, ê, ô, ơ, ư).
const POINTS: [&str; 23] =
    ["a", "b", "c", "d", "đ", "e", "g", "h", "i", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "x", "y"];

/// Articles as blocks of a body: "Điều 1." bold, "1.", "a)". More than 23 points go on with "a1)".
pub fn articles(articles: &[Article]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (at, article) in articles.iter().enumerate() {
        let text = if article.clauses.is_empty() { Run::plain(&article.text) } else { Run::bold(&article.text) };
        blocks.push(Block::Paragraph(vec![Run::bold(format!("Điều {}. ", at + 1)), text]));
        for (at, clause) in article.clauses.iter().enumerate() {
            blocks.push(Block::text(format!("{}. {}", at + 1, clause.text)));
            for (at, point) in clause.points.iter().enumerate() {
                let round = at / POINTS.len();
                let letter = POINTS.get(at % POINTS.len()).copied().unwrap_or_default();
                let letter = if round == 0 { letter.to_owned() } else { format!("{letter}{round}") };
                blocks.push(Block::text(format!("{letter}) {point}")));
            }
        }
    }
    blocks
}

/// A number in Roman figures, as appendices and parts are counted.
pub fn roman(mut number: usize) -> String {
    const STEPS: [(usize, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut roman = String::new();
    for (value, letters) in STEPS {
        while number >= value {
            roman.push_str(letters);
            number -= value;
        }
    }
    roman
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(block: &Block) -> String {
        match block {
            Block::Paragraph(runs) => runs.iter().map(|it| it.text.as_str()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn articles_are_numbered_as_laws_are() {
        let clause = Clause { text: "Gồm:".into(), points: (0..25).map(|at| format!("điểm {at}")).collect() };
        let blocks = articles(&[
            Article { text: "Khen thưởng.".into(), clauses: Vec::new() },
            Article { text: "Thi hành".into(), clauses: vec![clause] },
        ]);
        let lines: Vec<String> = blocks.iter().map(text).collect();
        assert_eq!(lines[..4], ["Điều 1. Khen thưởng.", "Điều 2. Thi hành", "1. Gồm:", "a) điểm 0"]);
        assert_eq!(
            [lines[7].as_str(), lines[25].as_str(), lines[26].as_str()],
            ["đ) điểm 4", "y) điểm 22", "a1) điểm 23"]
        );
    }

    #[test]
    fn symbols_carry_the_code() {
        assert_eq!(Kind::Decision.symbol("UBND"), "QĐ-UBND");
        assert_eq!(Kind::Letter.symbol("UBND"), "UBND");
        assert_eq!(Kind::ALL.iter().filter(|it| it.title().is_none()).count(), 1);
        assert_eq!([1, 4, 9, 40, 98].map(roman), ["I", "IV", "IX", "XL", "XCVIII"]);
    }
}
