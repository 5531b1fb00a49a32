const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// A number in words, as documents spell it: 255 is "hai trăm năm mươi lăm", 1005 "một nghìn không trăm linh năm".
pub fn words(value: i64) -> String {
    let mut said = Vec::new();
    if value < 0 {
        said.push("âm");
    }
    match value.unsigned_abs() {
        0 => said.push(DIGITS[0]),
        magnitude => billions(magnitude, &mut said),
    }
    said.join(" ")
}

/// Everything, in groups of nine digits: what stands before "tỷ" is itself said as a number.
fn billions(value: u64, said: &mut Vec<&'static str>) {
    let (high, low) = (value / 1_000_000_000, value % 1_000_000_000);
    if high > 0 {
        billions(high, said);
        said.push("tỷ");
    }
    let mut follows = high > 0;
    for (group, name) in [(low / 1_000_000, "triệu"), (low / 1_000 % 1_000, "nghìn"), (low % 1_000, "")] {
        if group > 0 {
            hundreds(group, follows, said);
            if !name.is_empty() {
                said.push(name);
            }
        }
        follows |= group > 0;
    }
}

/// One group of three digits; when it follows another, its empty hundreds are said too.
fn hundreds(group: u64, follows: bool, said: &mut Vec<&'static str>) {
    let digit = |value: u64| DIGITS[usize::try_from(value % 10).unwrap_or(0)];
    let (hundred, ten, one) = (group / 100, group / 10 % 10, group % 10);
    let open = hundred > 0 || follows;
    if open {
        said.extend([digit(hundred), "trăm"]);
    }
    match (ten, one) {
        (0, 0) => {}
        (0, _) if open => said.extend(["linh", digit(one)]),
        (0, _) => said.push(digit(one)),
        (1, _) => said.push("mười"),
        (_, _) => said.extend([digit(ten), "mươi"]),
    }
    match (ten, one) {
        (0, _) | (_, 0) => {}
        (_, 5) => said.push("lăm"),
        (2.., 1) => said.push("mốt"),
        (2.., 4) => said.push("tư"),
        _ => said.push(digit(one)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(value: i64, expect: &str) {
        assert_eq!(words(value), expect);
    }

    #[test]
    fn numbers_are_said_as_documents_spell_them() {
        check(0, "không");
        check(5, "năm");
        check(10, "mười");
        check(15, "mười lăm");
        check(21, "hai mươi mốt");
        check(44, "bốn mươi tư");
        check(105, "một trăm linh năm");
        check(110, "một trăm mười");
        check(255, "hai trăm năm mươi lăm");
        check(1005, "một nghìn không trăm linh năm");
        check(355_000, "ba trăm năm mươi lăm nghìn");
        check(1_000_020, "một triệu không trăm hai mươi");
        check(1_300_000_000, "một tỷ ba trăm triệu");
        check(2_000_000_000_000, "hai nghìn tỷ");
        check(-14, "âm mười bốn");
    }

    proptest! {
        #[test]
        fn different_numbers_sound_different(left: i64, right: i64) {
            prop_assert_eq!(words(left) == words(right), left == right);
        }

        #[test]
        fn small_neighbours_sound_different(value in 0i64..5_000_000, step in 1i64..2_000) {
            prop_assert_ne!(words(value), words(value + step));
        }

        #[test]
        fn words_are_parted_by_single_spaces(value: i64) {
            let said = words(value);
            prop_assert!(said.split(' ').all(|it| !it.is_empty()));
        }
    }
}
