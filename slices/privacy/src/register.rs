use serde::Deserialize;

/// The register as a file.
pub(crate) const FILE: &str = include_str!("../../../data/privacy/register.csv");

/// What is declared about a column. The words are codes; the pages say them in full.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// `yes` if it tells something about a person, else `no`.
    pub personal: String,
    /// What for: `sign-in`.
    pub purpose: String,
    /// On what legal ground: `public-task`.
    pub basis: String,
    /// How long it is kept: `account`.
    pub retention: String,
    /// Who sees it: `administrators`.
    pub readers: String,
}

impl Declared {
    /// Whether it tells something about a person.
    pub fn is_personal(&self) -> bool {
        self.personal == "yes"
    }

    /// Its four codes, each with the kind of text that says it.
    pub(crate) fn codes(&self) -> [(&'static str, &str); 4] {
        [("purpose", &self.purpose), ("basis", &self.basis), ("retention", &self.retention), ("readers", &self.readers)]
    }
}

/// Every declared column, table by table.
///
/// # Errors
/// Names the line of the data file that does not read.
pub fn register() -> Result<Vec<Declared>, csv::Error> {
    csv::Reader::from_reader(FILE.as_bytes()).deserialize().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_column_is_declared_once_and_whole() {
        let all = register().unwrap();
        let names: BTreeSet<(&str, &str)> = all.iter().map(|it| (it.table.as_str(), it.column.as_str())).collect();
        assert_eq!(names.len(), all.len(), "no column twice");
        for it in &all {
            assert!(["yes", "no"].contains(&it.personal.as_str()), "{it:?}");
            for (kind, code) in it.codes() {
                assert_eq!(code.is_empty(), !it.is_personal(), "{it:?} {kind}");
            }
        }
    }

    #[test]
    fn each_code_has_words_in_both_languages() {
        for it in register().unwrap().iter().filter(|it| it.is_personal()) {
            for (kind, code) in it.codes() {
                for text in [crate::SLICE.texts.0, crate::SLICE.texts.1] {
                    assert!(text.contains(&format!("\nprivacy-{kind}-{code} = ")), "{kind} {code}");
                }
            }
        }
    }
}
