//! Which outlines hold on a day.

use kernel::Day;
use plot::{OutlineError, Outlines};

const OF_2024: &str = include_str!("../../../data/map/provinces_2024.txt");
const OF_2025: &str = include_str!("../../../data/map/provinces_2025.txt");

/// The provinces as they are on this day: 63 until 2025-06-30, 34 since. Reading takes well under a millisecond.
///
/// # Errors
/// When the embedded text is broken, which a test would have found.
pub fn provinces(day: Day) -> Result<Outlines, OutlineError> {
    Outlines::parse(if day <= kernel::Register::OLDEST_LIST { OF_2024 } else { OF_2025 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(day: &str, areas: usize, hoang_sa: &str, truong_sa: &str) {
        let outlines = provinces(Day::parse(day).unwrap()).unwrap();
        assert_eq!(outlines.areas.len(), areas);
        let labels: Vec<(&str, &str)> =
            outlines.insets.iter().map(|it| (it.code.as_str(), it.label.as_str())).collect();
        assert_eq!(labels, [("48", hoang_sa), ("56", truong_sa)]);
    }

    #[test]
    fn outlines_follow_the_day_and_hold_both_archipelagos() {
        let labels = ("Quần đảo Hoàng Sa (TP. Đà Nẵng)", "Quần đảo Trường Sa (tỉnh Khánh Hòa)");
        check("2021-12-31", 63, labels.0, labels.1);
        check("2025-06-30", 63, labels.0, labels.1);
        check("2025-07-01", 34, labels.0, labels.1);
        check("2026-11-21", 34, labels.0, labels.1);
    }
}
