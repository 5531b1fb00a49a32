use std::fmt;

/// Why a typed number was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberError {
    /// Nothing was typed.
    Empty,
    /// Something that is no numeral and no known number word; holds what was found.
    Letters(String),
    /// It could mean two numbers (`1,900`, `1.90`), or its separators are misplaced; holds how to write the readings.
    Ambiguous {
        /// As a whole number, if that was meant.
        whole: String,
        /// As a number with a decimal comma, if that was meant.
        decimal: String,
    },
    /// It has more decimals than the figure takes; holds how many are allowed.
    TooFine(u8),
    /// Too large to be kept.
    Overflow,
}

impl NumberError {
    /// The reason in Vietnamese, saying how to mend it.
    pub fn vietnamese(&self) -> String {
        match self {
            Self::Empty => "Chưa nhập số.".into(),
            Self::Letters(found) => format!("“{found}” không phải là số: chỉ dùng chữ số, ví dụ 1.900 hoặc 1900."),
            Self::Ambiguous { whole, decimal } => {
                format!("Chưa rõ là số nào: hãy viết {whole} nếu là số nguyên, {decimal} nếu là số lẻ.")
            }
            Self::TooFine(0) => "Chỉ nhận số nguyên, không có phần lẻ.".into(),
            Self::TooFine(allowed) => format!("Chỉ nhận tối đa {allowed} chữ số sau dấu phẩy."),
            Self::Overflow => "Số quá lớn, vượt giới hạn lưu trữ: hãy kiểm tra lại.".into(),
        }
    }
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "no number was given"),
            Self::Letters(found) => write!(f, "`{found}` is not a number: use digits, such as 1.900 or 1900"),
            Self::Ambiguous { whole, decimal } => {
                write!(f, "unclear number: write {whole} for a whole number, {decimal} for a decimal one")
            }
            Self::TooFine(0) => write!(f, "must be a whole number"),
            Self::TooFine(allowed) => write!(f, "at most {allowed} digits after the comma"),
            Self::Overflow => write!(f, "too large to be kept"),
        }
    }
}

impl std::error::Error for NumberError {}

/// Reads a number as Vietnamese people type it, scaled by 10^`decimals`: with 2 decimals `13,85` is 1385.
///
/// Takes `1900`, `1.900`, `1 900`, `1.234,5`, a leading minus, and a final ngàn/nghìn, triệu, tỷ/tỉ ("1,3 tỷ").
/// What could be read in two ways is refused, never guessed.
pub fn parse_number(text: &str, decimals: u8) -> Result<i64, NumberError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    let (negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let (numeral, power) = without_words(text);
    let digits = Digits::read(numeral, if power == 0 { decimals } else { 3.max(decimals) })?;
    if !digits.whole_at(power + u32::from(decimals)) {
        return Err(NumberError::TooFine(decimals));
    }
    let magnitude = digits.scaled(power + u32::from(decimals)).ok_or(NumberError::Overflow)?;
    let value = if negative { -magnitude } else { magnitude };
    i64::try_from(value).map_err(|_| NumberError::Overflow)
}

/// Takes the words ngàn, triệu, tỷ off the end; the rest and the power of ten they stand for.
fn without_words(text: &str) -> (&str, u32) {
    let (mut rest, mut power) = (text, 0u32);
    loop {
        let letters = rest.trim_end_matches(|it: char| it.is_alphabetic() || is_mark(it));
        let word = crate::fold(&rest[letters.len()..]);
        power += match word.as_str() {
            "ngan" | "nghin" => 3,
            "trieu" => 6,
            "ty" | "ti" => 9,
            _ => return (rest, power),
        };
        rest = letters.trim_end();
    }
}

pub(crate) fn is_mark(it: char) -> bool {
    unicode_normalization::char::is_combining_mark(it)
}

/// The digits before and after the decimal comma, without trailing zeros after it.
struct Digits {
    whole: String,
    fraction: String,
}

impl Digits {
    /// Reads one numeral; with fewer than three `decimals`, three digits after a lone comma may be thousands.
    fn read(numeral: &str, decimals: u8) -> Result<Digits, NumberError> {
        let strange = |it: char| !(it.is_ascii_digit() || it == '.' || it == ',' || it.is_whitespace());
        if numeral.contains(strange) || !numeral.contains(|it: char| it.is_ascii_digit()) {
            return Err(NumberError::Letters(numeral.to_owned()));
        }
        let (before, after) = numeral.split_once(',').unwrap_or((numeral, ""));
        let unclear = || NumberError::unclear(numeral);
        let whole = ungrouped(before).ok_or_else(unclear)?;
        let broken = !after.bytes().all(|it| it.is_ascii_digit()) || (numeral.contains(',') && after.is_empty());
        let thousands = after.len() == 3 && decimals < 3 && before == whole && whole.len() <= 3 && whole != "0";
        if broken || thousands {
            return Err(unclear());
        }
        Ok(Digits { whole, fraction: after.trim_end_matches('0').to_owned() })
    }

    /// Whether the number times 10^`power` is whole.
    fn whole_at(&self, power: u32) -> bool {
        u32::try_from(self.fraction.len()).is_ok_and(|length| length <= power)
    }

    /// The number times 10^`power`, which must make it whole; `None` if too large.
    fn scaled(&self, power: u32) -> Option<i128> {
        let missing = power.checked_sub(u32::try_from(self.fraction.len()).ok()?)?;
        let value: i128 = format!("{}{}", self.whole, self.fraction).parse().ok()?;
        value.checked_mul(10i128.checked_pow(missing)?)
    }
}

/// The digits of `1900`, `1.900`, `1 900`; `None` when points and spaces do not part thousands.
fn ungrouped(whole: &str) -> Option<String> {
    let Some(separator) = whole.chars().find(|it| !it.is_ascii_digit()) else {
        return (!whole.is_empty()).then(|| whole.to_owned());
    };
    let mut groups = whole.split(separator);
    let first = groups.next()?;
    let leads = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let follows = groups.all(|it| it.len() == 3 && it.bytes().all(|digit| digit.is_ascii_digit()));
    (leads && first.bytes().all(|it| it.is_ascii_digit()) && follows)
        .then(|| whole.chars().filter(char::is_ascii_digit).collect())
}

impl NumberError {
    /// Both readings of `numeral`, as they should be written: all digits, or a comma at the last separator.
    fn unclear(numeral: &str) -> NumberError {
        let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
        let plain = |text: &str| -> String {
            let kept = digits(text);
            let trimmed = kept.trim_start_matches('0');
            if trimmed.is_empty() { "0".into() } else { trimmed.into() }
        };
        let (before, after) = numeral.rsplit_once(['.', ',']).unwrap_or((numeral, "0"));
        let fraction = digits(after);
        let fraction = if fraction.is_empty() { "0" } else { &fraction };
        NumberError::Ambiguous { whole: plain(numeral), decimal: format!("{},{fraction}", plain(before)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, decimals: u8, expect: i64) {
        assert_eq!(parse_number(text, decimals), Ok(expect), "{text}");
    }

    #[track_caller]
    fn refuse(text: &str, decimals: u8, expect: &NumberError) {
        assert_eq!(parse_number(text, decimals).as_ref(), Err(expect), "{text}");
    }

    #[track_caller]
    fn unclear(text: &str, whole: &str, decimal: &str) {
        refuse(text, 0, &NumberError::Ambiguous { whole: whole.into(), decimal: decimal.into() });
    }

    #[test]
    fn numbers_as_people_type_them() {
        check("1.900", 0, 1900);
        check("1 900", 0, 1900);
        check("1\u{a0}900", 0, 1900);
        check(" 1900 ", 0, 1900);
        check("007", 0, 7);
        check("-5", 0, -5);
        check("− 1.234", 0, -1234);
        check("13,85", 2, 1385);
        check("1.234,5", 2, 123_450);
        check("1.234.567", 2, 123_456_700);
        check("4,0", 0, 4);
        check("0,125", 3, 125);
        check("1,900", 3, 1900);
        check("1.234,500", 1, 12345);
    }

    #[test]
    fn number_words_are_exact() {
        check("46 ngàn", 0, 46_000);
        check("46nghìn", 0, 46_000);
        check("1,3 tỷ", 0, 1_300_000_000);
        check("30 triệu", 0, 30_000_000);
        check("2 nghìn tỉ", 0, 2_000_000_000_000);
        check("1,234 ngàn", 0, 1234);
        check("1.234,5 tỷ", 0, 1_234_500_000_000);
        refuse("1,2345 ngàn", 0, &NumberError::TooFine(0));
    }

    #[test]
    fn what_could_mean_two_numbers_is_refused_with_both_readings() {
        unclear("1.90", "190", "1,90");
        unclear("1,900", "1900", "1,900");
        unclear("1,234,567", "1234567", "1234,567");
        unclear("1.234 567", "1234567", "1,234567");
        unclear("0.900", "900", "0,900");
        unclear("1.", "1", "1,0");
        unclear(",5", "5", "0,5");
        unclear("12 34", "1234", "1234,0");
    }

    #[test]
    fn what_is_no_number_is_named() {
        refuse("", 0, &NumberError::Empty);
        refuse("  ", 0, &NumberError::Empty);
        refuse("12a", 0, &NumberError::Letters("12a".into()));
        refuse("mười", 0, &NumberError::Letters("mười".into()));
        refuse("tỷ", 0, &NumberError::Letters(String::new()));
        refuse("1e5", 0, &NumberError::Letters("1e5".into()));
        refuse("12%", 0, &NumberError::Letters("12%".into()));
    }

    #[test]
    fn too_fine_and_too_large() {
        refuse("13,85", 0, &NumberError::TooFine(0));
        refuse("13,8567", 2, &NumberError::TooFine(2));
        refuse("9.223.372.036.854.775.808", 0, &NumberError::Overflow);
        check("-9.223.372.036.854.775.808", 0, i64::MIN);
        refuse("92.233.720.368.547.758,08", 3, &NumberError::Overflow);
        refuse(&"9".repeat(80), 0, &NumberError::Overflow);
        refuse("1 tỷ tỷ tỷ tỷ tỷ", 0, &NumberError::Overflow);
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "\\PC{0,30}", decimals in 0u8..4) {
            if let Err(reason) = parse_number(&text, decimals) {
                prop_assert!(!reason.vietnamese().is_empty() && !reason.to_string().is_empty());
            }
        }

        #[test]
        fn numerals_get_an_answer(text in "[-0-9., ]{1,12}( (ngàn|triệu|tỷ)){0,4}", decimals in 0u8..4) {
            let whole = text.chars().filter(char::is_ascii_digit).collect::<String>();
            if let (Ok(value), true) = (parse_number(&text, decimals), text.bytes().all(|it| it.is_ascii_digit())) {
                prop_assert_eq!(Ok(value), whole.parse::<i64>().map(|it| it * 10i64.pow(decimals.into())));
            }
        }

        #[test]
        fn both_readings_offered_are_accepted(text in "[0-9]{1,3}[.,][0-9]{1,4}") {
            if let Err(NumberError::Ambiguous { whole, decimal }) = parse_number(&text, 0) {
                prop_assert!(parse_number(&whole, 0).is_ok());
                prop_assert!(parse_number(&decimal, 4).is_ok());
            }
        }
    }
}
