//! What no name, heading or word of help may ask for: the list that keeps columns clean keeps forms clean too.

const LIST: &str = include_str!("../../../data/privacy/forbidden.txt");
/// The first letters of shared indicators that are guarded, or computed from award rows.
const FAMILIES: [&str; 5] = ["TIP", "REF", "CRM", "KEY", "AWA"];

/// The forbidden word that a text holds, with or without marks, as whole words.
pub fn forbidden(text: &str) -> Option<String> {
    let letters = |it: char| if it.is_alphanumeric() { it } else { ' ' };
    let plain: String = viet::fold(text).chars().map(letters).collect();
    let words = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines = LIST.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    lines.map(|it| it.replace('_', " ")).find(|it| words.contains(&format!(" {it} ")))
}

/// Whether the part of a code that its maker chose begins like a guarded family.
pub fn is_guarded(code: &str) -> bool {
    FAMILIES.iter().any(|it| code.to_ascii_uppercase().starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(forbidden(text).as_deref(), expect);
    }

    #[test]
    fn what_a_person_is_or_believes_is_not_asked_for() {
        check("Số người Dân tộc thiểu số", Some("dan toc"));
        check("Số hộ theo tôn giáo", Some("ton giao"));
        check("Members by religion", Some("religion"));
        check("risk_score", Some("risk score"));
        check("Camera an ninh lắp mới", None);
        check("Toàn dân bảo vệ an ninh Tổ quốc", None);
        // Whole words only.
        check("Cuộc đua xe: traces", None);
    }

    #[test]
    fn guarded_families_are_known_by_their_codes() {
        assert!(is_guarded("TIP99") && is_guarded("ref1") && is_guarded("CRMX") && is_guarded("AWA1"));
        assert!(!is_guarded("CAM01"));
    }
}
