//! How long a line of Times is, to rule under it in Word, which cannot measure by itself.

use unicode_normalization::UnicodeNormalization;

/// Width of the text in Times New Roman Bold, in thousandths of the type size. Vietnamese marks add nothing.
pub(crate) fn bold(text: &str) -> u32 {
    text.nfd().map(advance).sum()
}

/// The narrowest column in which the text needs no more lines than in a column of `room`, so that its lines are about
/// equally long; `None` if it fits on one line. Both in thousandths of the type size, text bold.
pub(crate) fn balanced(text: &str, room: u32) -> Option<u32> {
    let words: Vec<u32> = text.split(' ').map(bold).collect();
    let lines_in = |column: u32| {
        let mut lines = 1;
        let mut filled = 0;
        for word in &words {
            let with_word = if filled == 0 { *word } else { filled + 250 + word };
            if with_word > column && filled > 0 {
                lines += 1;
                filled = *word;
            } else {
                filled = with_word;
            }
        }
        lines
    };
    let lines = lines_in(room);
    let longest_word = words.iter().copied().max().unwrap_or(0);
    let columns = (bold(text) / lines).max(longest_word)..room;
    (lines > 1).then(|| columns.step_by(100).find(|column| lines_in(*column) == lines).unwrap_or(room))
}

fn advance(letter: char) -> u32 {
    match letter {
        '\u{300}'..='\u{36f}' => 0,
        ' ' | '\u{a0}' | '.' | ',' => 250,
        'i' | 'j' | 'l' | '/' => 278,
        '-' | 'f' | 't' | '(' | ')' => 333,
        's' | 'I' => 389,
        'c' | 'e' | 'r' | 'z' => 444,
        'b' | 'd' | 'h' | 'k' | 'n' | 'p' | 'q' | 'u' | 'S' | 'đ' => 556,
        'F' | 'P' => 611,
        'B' | 'E' | 'L' | 'T' | 'Z' => 667,
        'G' | 'H' | 'K' | 'O' | 'Q' => 778,
        'm' => 833,
        'M' => 944,
        'W' => 1000,
        'w' | 'A'..='Z' | 'Đ' => 722,
        _ => 500,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balances_long_names() {
        let name = "BAN CHỈ ĐẠO PHONG TRÀO TOÀN DÂN BẢO VỆ AN NINH TỔ QUỐC";
        let column = balanced(name, 20_000).expect("it needs two lines");
        let half = bold("BAN CHỈ ĐẠO PHONG TRÀO TOÀN");
        assert!(column >= half && column < half + 2000, "{column} {half}");
        assert_eq!(balanced("BAN CHỈ ĐẠO", 20_000), None);
        assert_eq!(balanced("", 20_000), None);
        assert!(balanced("MỘT-TỪ-RẤT-DÀI HAI", 1000).is_some());
    }

    #[test]
    fn measures_the_motto() {
        // Tinos Bold at 1000 units: 12,0 em wide within one per cent.
        let em = bold("Độc lập - Tự do - Hạnh phúc");
        assert!((11_800..12_400).contains(&em), "{em}");
    }
}
