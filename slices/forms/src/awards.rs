//! Every award that is counted: who grants what to whom (rule 24). A table asks for each of them in a line or column of
//! its own, so that nobody picks words from lists.

use kernel::Catalogue;

use crate::reference::{AwardWord, DataError, award_words};

/// An award to a kind of recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardKind {
    /// `AWA03`; `AWA02.household` where the indicator counts several kinds of recipients.
    pub code: String,
    /// Who grants: a code of `data/forms/award_words.csv`, as the next two.
    pub authority: String,
    /// What is granted.
    pub award: String,
    /// To what kind of recipient.
    pub recipient: String,
    /// "Bằng khen, Bộ Công an, Tập thể".
    pub name_vi: String,
    /// The same in English.
    pub name_en: String,
}

/// All awards that are counted, in the order of the catalogue's rules.
///
/// # Errors
/// As [`crate::catalogue`].
pub fn award_kinds(catalogue: &Catalogue) -> Result<Vec<AwardKind>, DataError> {
    let words = award_words()?;
    let recipients: Vec<&str> = words.iter().filter(|it| it.kind == "recipient").map(|it| it.code.as_str()).collect();
    let mut res = Vec::new();
    for rule in &catalogue.award_rules {
        let Some(indicator) = catalogue.indicator(rule.indicator) else { continue };
        let kinds = if rule.recipient.is_empty() { recipients.clone() } else { vec![rule.recipient.as_str()] };
        for recipient in &kinds {
            let triple = [("award", rule.form.as_str()), ("authority", &rule.authority), ("recipient", recipient)];
            let named = |name: fn(&AwardWord) -> &str| -> String {
                let word = |(kind, code): (&str, &str)| {
                    words
                        .iter()
                        .find(|it| it.kind == kind && it.code == code)
                        .map_or_else(|| code.to_owned(), |it| name(it).to_owned())
                };
                triple.map(word).join(", ")
            };
            res.push(AwardKind {
                code: match kinds.len() {
                    1 => indicator.code.clone(),
                    _ => format!("{}.{recipient}", indicator.code),
                },
                authority: rule.authority.clone(),
                award: rule.form.clone(),
                recipient: (*recipient).to_owned(),
                name_vi: named(|it| &it.name_vi),
                name_en: named(|it| &it.name_en),
            });
        }
    }
    Ok(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_award_has_a_code_of_its_own_and_says_what_it_is() {
        let kinds = award_kinds(&crate::catalogue().unwrap()).unwrap();
        let merit = kinds.iter().find(|it| it.code == "AWA03").unwrap();
        assert_eq!(merit.name_vi, "Bằng khen, Bộ Công an, Tập thể");
        assert_eq!(kinds.iter().filter(|it| it.code.starts_with("AWA02.")).count(), 3);
        let triple = |it: &AwardKind| (it.authority.clone(), it.award.clone(), it.recipient.clone());
        for (at, it) in kinds.iter().enumerate() {
            assert!(kinds[..at].iter().all(|other| other.code != it.code && triple(other) != triple(it)), "{it:?}");
        }
    }
}
