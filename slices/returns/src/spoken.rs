//! How exact a number is, as people say it: "gần 46 ngàn", "từ 5 trở lên".

use kernel::Qualifier;

/// Words before a number that say how exact it is, without marks.
const BEFORE: [(&str, Qualifier); 13] = [
    ("gan", Qualifier::Almost),
    ("almost", Qualifier::Almost),
    ("hon", Qualifier::MoreThan),
    ("tren", Qualifier::MoreThan),
    ("more than", Qualifier::MoreThan),
    ("khoang", Qualifier::About),
    ("xap xi", Qualifier::About),
    ("uoc", Qualifier::About),
    ("about", Qualifier::About),
    ("it nhat", Qualifier::AtLeast),
    ("toi thieu", Qualifier::AtLeast),
    ("tu", Qualifier::AtLeast),
    ("at least", Qualifier::AtLeast),
];

/// The number's part of a text, and what the words around it say.
pub fn split(text: &str) -> (&str, Qualifier) {
    if let Some(rest) = text.strip_prefix(['~', '≈']) {
        return (rest.trim(), Qualifier::About);
    }
    // "từ 5 trở lên"; the words are cut off where the original has them.
    let words: Vec<&str> = text.split_whitespace().collect();
    let folded: Vec<String> = words.iter().map(|it| viet::fold(it)).collect();
    let found = BEFORE.iter().find(|(before, _)| {
        let before: Vec<&str> = before.split(' ').collect();
        folded.len() > before.len() && folded.iter().zip(&before).all(|(one, two)| one == two)
    });
    let Some((before, qualifier)) = found else { return (text, Qualifier::Exact) };
    let mut rest = text;
    for word in words.iter().take(before.split(' ').count()) {
        rest = rest.trim_start().strip_prefix(word).unwrap_or(rest);
    }
    if folded.ends_with(&["tro".to_owned(), "len".to_owned()]) {
        for word in words.iter().rev().take(2) {
            rest = rest.trim_end().strip_suffix(word).unwrap_or(rest);
        }
    }
    (rest.trim(), *qualifier)
}

/// A number as typed with the words that say how exact it is; nothing around nothing.
pub fn join(number: &str, qualifier: Qualifier) -> String {
    let before = match qualifier {
        _ if number.is_empty() => "",
        Qualifier::Exact => "",
        Qualifier::Almost => "gần ",
        Qualifier::MoreThan => "hơn ",
        Qualifier::AtLeast => "từ ",
        Qualifier::About => "khoảng ",
    };
    let after = if qualifier == Qualifier::AtLeast && !number.is_empty() { " trở lên" } else { "" };
    format!("{before}{number}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, number: &str, qualifier: Qualifier) {
        assert_eq!(split(text), (number, qualifier), "{text:?}");
    }

    #[test]
    fn words_around_a_number_say_how_exact_it_is() {
        check("500", "500", Qualifier::Exact);
        check("gần 46 ngàn", "46 ngàn", Qualifier::Almost);
        check("HƠN 200", "200", Qualifier::MoreThan);
        check("từ 5 trở lên", "5", Qualifier::AtLeast);
        check("at least 5", "5", Qualifier::AtLeast);
        check("≈ 7", "7", Qualifier::About);
        check("nhiều", "nhiều", Qualifier::Exact);
    }

    #[test]
    fn what_is_joined_is_split_alike() {
        for qualifier in Qualifier::ALL {
            assert_eq!(split(&join("1.900", qualifier)), ("1.900", qualifier));
        }
        assert_eq!(join("", Qualifier::About), "");
    }
}
