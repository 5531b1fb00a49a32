//! Award rows: who granted what to what kind of recipient, how many times. No names (rule 24).

use kernel::{Amount, Catalogue, Cell, CellKind, Coverage, Indicator, IndicatorId, Qualifier};

/// One row: a count of awards of one authority, form and recipient kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardRow {
    /// Who granted: a code of `data/forms/award_words.csv`.
    pub authority: String,
    /// What was granted.
    pub award: String,
    /// To what kind of recipient.
    pub recipient: String,
    /// How many.
    pub count: i64,
}

/// Award rows as the ledger keeps them: one line each, `authority|award|recipient|count`.
pub(crate) fn write_rows(rows: &[AwardRow]) -> String {
    let line = |it: &AwardRow| format!("{}|{}|{}|{}", it.authority, it.award, it.recipient, it.count);
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads [`write_rows`]; a line that is no row is left out.
pub(crate) fn read_rows(text: &str) -> Vec<AwardRow> {
    let row = |line: &str| {
        let mut parts = line.split('|').map(str::to_owned);
        Some(AwardRow {
            authority: parts.next()?,
            award: parts.next()?,
            recipient: parts.next()?,
            count: parts.next()?.parse().ok()?,
        })
    };
    text.lines().filter_map(row).collect()
}

/// The AWA cells that the rows amount to, in the coverage the return speaks in.
pub(crate) fn cells(rows: &[AwardRow], coverage: Coverage, catalogue: &Catalogue) -> Vec<Cell> {
    let counts = |indicator: &Indicator| -> Option<i64> {
        let of: Vec<i64> = catalogue
            .award_rules
            .iter()
            .filter(|rule| rule.indicator == indicator.id())
            .flat_map(|rule| {
                rows.iter().filter(move |row| {
                    row.authority == rule.authority
                        && row.award == rule.form
                        && (rule.recipient.is_empty() || row.recipient == rule.recipient)
                })
            })
            .map(|row| row.count)
            .collect();
        (!of.is_empty()).then(|| of.iter().sum())
    };
    let cell = |indicator: IndicatorId, value: i64| Cell {
        indicator,
        amount: Amount { value, qualifier: Qualifier::Exact },
        coverage,
        kind: CellKind::Quantity,
        origin: crate::Origin::Computed.number(),
        note: String::new(),
    };
    catalogue
        .indicators()
        .iter()
        .filter(|it| it.is_award())
        .filter_map(|it| counts(it).map(|value| cell(it.id(), value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_24_award_cells_are_computed_from_rows() {
        let catalogue = forms::catalogue().unwrap();
        let row = |authority: &str, award: &str, recipient: &str, count| AwardRow {
            authority: authority.into(),
            award: award.into(),
            recipient: recipient.into(),
            count,
        };
        let rows = [
            row("ministry_police", "certificate_of_merit", "collective", 10),
            row("province_committee", "flag", "collective", 1),
            row("province_committee", "flag", "individual", 1),
            row("province_police", "certificate", "household", 3),
        ];
        let found: Vec<(String, i64)> = cells(&rows, Coverage::Whole, &catalogue)
            .iter()
            .map(|it| (catalogue.indicator(it.indicator).unwrap().code.clone(), it.amount.value))
            .collect();
        assert_eq!(found, [("AWA02".to_owned(), 2), ("AWA03".to_owned(), 10)]);
        assert_eq!(read_rows(&write_rows(&rows)), rows);
    }
}
