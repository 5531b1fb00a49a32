/// A day as the head of a document writes it: "ngày 05 tháng 02 năm 2026".
///
/// Days below 10 and the months 1 and 2 are padded, as the rules of official documents ask (a figure might be added
/// in front of the others without notice); months 3 to 9 are not.
pub fn date_long(year: i32, month: u8, day: u8) -> String {
    if month <= 2 {
        format!("ngày {day:02} tháng {month:02} năm {year}")
    } else {
        format!("ngày {day:02} tháng {month} năm {year}")
    }
}

/// A day in a table or a list: "05/02/2026".
pub fn date_short(year: i32, month: u8, day: u8) -> String {
    format!("{day:02}/{month:02}/{year}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(year: i32, month: u8, day: u8, long: &str, short: &str) {
        assert_eq!(date_long(year, month, day), long);
        assert_eq!(date_short(year, month, day), short);
    }

    #[test]
    fn only_what_could_be_forged_is_padded() {
        check(2026, 2, 5, "ngày 05 tháng 02 năm 2026", "05/02/2026");
        check(2026, 11, 21, "ngày 21 tháng 11 năm 2026", "21/11/2026");
        check(2026, 8, 19, "ngày 19 tháng 8 năm 2026", "19/08/2026");
        check(2026, 1, 31, "ngày 31 tháng 01 năm 2026", "31/01/2026");
    }
}
