/// A whole number with points between thousands: `1.234.567`.
pub fn number(value: i64) -> String {
    decimal(value, 0)
}

/// `value` / 10^`decimals` with a decimal comma: 1385 with 2 decimals is `13,85`. Trailing zeros are dropped.
pub fn decimal(value: i64, decimals: u8) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = usize::from(decimals) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(decimals));
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 2);
    if value < 0 {
        text.push('-');
    }
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        text.push(',');
        text.push_str(fraction);
    }
    text
}

/// Hundredths of a per cent as people write it: 9375 is `93,75%`.
pub fn percent(hundredths: i64) -> String {
    decimal(hundredths, 2) + "%"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_number;
    use proptest::prelude::*;

    #[track_caller]
    fn check(value: i64, decimals: u8, expect: &str) {
        assert_eq!(decimal(value, decimals), expect);
    }

    #[test]
    fn points_between_thousands_and_a_decimal_comma() {
        check(0, 0, "0");
        check(999, 0, "999");
        check(1_234_567, 0, "1.234.567");
        check(-355_000, 0, "-355.000");
        check(1385, 2, "13,85");
        check(1380, 2, "13,8");
        check(1300, 2, "13");
        check(5, 2, "0,05");
        check(-50, 2, "-0,5");
        check(i64::MIN, 0, "-9.223.372.036.854.775.808");
        check(i64::MAX, 18, "9,223372036854775807");
    }

    #[test]
    fn percentages() {
        assert_eq!(percent(9375), "93,75%");
        assert_eq!(percent(8500), "85%");
        assert_eq!(percent(-120), "-1,2%");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(value: i64, decimals in 0u8..=2) {
            prop_assert_eq!(parse_number(&decimal(value, decimals), decimals), Ok(value));
        }
    }
}
