//! Reading a draft: figures, award rows, and everything that is wrong with them, at once.

use kernel::{
    Amount, Catalogue, Cell, CellKind, Coverage, Form, Indicator, IndicatorId, Issue, Issues, Qualifier, Severity,
};

use super::{Draft, NOTE_LENGTH, RawAward, RawCell};
use crate::{
    Origin,
    awards::{self, AwardRow},
};

/// What a draft amounts to once read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The figures, sorted by indicator, those computed from award rows included.
    pub cells: Vec<Cell>,
    /// The award rows.
    pub awards: Vec<AwardRow>,
    /// From where exactly figures came, for those of which it is known.
    pub places: Vec<(IndicatorId, String)>,
    /// What is wrong or worth a look.
    pub issues: Issues,
}

impl Reading {
    /// Whether it may be sent.
    pub fn stands(&self) -> bool {
        self.issues.iter().all(|it| it.severity == Severity::Warning)
    }
}

impl Draft {
    /// Reads everything, and says all that is wrong at once. Required figures are asked for only when it is sent.
    pub fn read(&self, form: &Form, catalogue: &Catalogue, sending: bool) -> Reading {
        let mut res = Reading::default();
        for item in form.asked() {
            let Some(indicator) = catalogue.indicator(item.indicator) else { continue };
            let raw = self.cells.get(&indicator.code);
            match raw.filter(|it| !it.value.is_empty()) {
                Some(raw) => match read_cell(raw, indicator) {
                    Ok(mut cell) => {
                        // Who typed what a document says did not count it.
                        if raw.origin.is_typed() && !self.source.is_empty() {
                            cell.origin = Origin::Document.number();
                        }
                        if !raw.place.is_empty() {
                            res.places.push((cell.indicator, raw.place.clone()));
                        }
                        res.cells.push(cell);
                    }
                    Err(issues) => res.issues.extend(issues),
                },
                None if sending && item.required => {
                    res.issues
                        .push(Issue::new(value_field(indicator), "returns-required").with("name", &indicator.name_vi));
                }
                None if raw.is_some() => {
                    res.issues.push(Issue::new(value_field(indicator), "returns-note-alone").warning());
                }
                None => (),
            }
        }
        let coverage = read_awards(&self.awards, catalogue, &mut res);
        res.cells.extend(awards::cells(&res.awards, coverage, catalogue));
        if self.source.chars().count() > NOTE_LENGTH {
            res.issues.push(Issue::new("source", "returns-source-long").with("most", NOTE_LENGTH));
        }
        res.cells.sort_by_key(|it| it.indicator);
        let shares = check_shares(&res.cells, catalogue);
        res.issues.extend(shares);
        if sending && res.cells.is_empty() && res.issues.is_empty() {
            res.issues.push(Issue::new("", "returns-empty"));
        }
        res
    }
}

fn value_field(indicator: &Indicator) -> String {
    format!("v.{}", indicator.code)
}

fn read_cell(raw: &RawCell, indicator: &Indicator) -> Result<Cell, Issues> {
    let mut issues = Issues::new();
    let percent_only = indicator.is_ratio();
    let decimals = if percent_only { 2 } else { indicator.decimals };
    let typed = raw.value.strip_suffix('%').filter(|_| percent_only).unwrap_or(&raw.value);
    let value = match viet::parse_number(typed, decimals) {
        Ok(value) if value < 0 && indicator.rule.kind != figures::Kind::Change => {
            issues.push(Issue::new(value_field(indicator), "returns-negative").with("name", &indicator.name_vi));
            0
        }
        Ok(value) => value,
        Err(err) => {
            let issue = Issue::new(value_field(indicator), "returns-number")
                .with("name", &indicator.name_vi)
                .with("why", err.vietnamese())
                .with("why-en", err);
            issues.push(issue);
            0
        }
    };
    if indicator.rule.kind == figures::Kind::Ratio && !indicator.may_exceed && value > 10_000 {
        issues.push(Issue::new(value_field(indicator), "returns-over-hundred").with("name", &indicator.name_vi));
    }
    let qualifier = Qualifier::parse(if raw.qualifier.is_empty() { "exact" } else { &raw.qualifier });
    if qualifier.is_none() {
        issues.push(Issue::new(value_field(indicator), "returns-qualifier").with("name", &indicator.name_vi));
    }
    let coverage = Coverage::parse(if raw.coverage.is_empty() { "own" } else { &raw.coverage });
    if coverage.is_none() {
        issues.push(Issue::new(value_field(indicator), "returns-coverage").with("name", &indicator.name_vi));
    }
    if raw.note.chars().count() > NOTE_LENGTH {
        issues.push(Issue::new(value_field(indicator), "returns-note-long").with("most", NOTE_LENGTH));
    }
    match (qualifier, coverage) {
        (Some(qualifier), Some(coverage)) if issues.is_empty() => Ok(Cell {
            indicator: indicator.id(),
            amount: Amount { value, qualifier },
            coverage,
            kind: if percent_only { CellKind::PercentOnly } else { CellKind::Quantity },
            origin: raw.origin.number(),
            note: raw.note.clone(),
        }),
        _ => Err(issues),
    }
}

/// Reads the award rows; answers the coverage they are reported in (the first row's).
fn read_awards(raw: &[RawAward], catalogue: &Catalogue, res: &mut Reading) -> Coverage {
    let known = |row: &AwardRow| {
        catalogue.award_rules.iter().any(|rule| {
            rule.authority == row.authority
                && rule.form == row.award
                && (rule.recipient.is_empty() || rule.recipient == row.recipient)
        })
    };
    for (at, raw) in raw.iter().enumerate() {
        let field = format!("award-count.{at}");
        let count = match viet::parse_number(&raw.count, 0) {
            Ok(count) if count > 0 => count,
            Ok(_) => {
                res.issues.push(Issue::new(field, "returns-award-count").with("row", at + 1));
                continue;
            }
            Err(err) => {
                let issue = Issue::new(field, "returns-award-number")
                    .with("row", at + 1)
                    .with("why", err.vietnamese())
                    .with("why-en", err);
                res.issues.push(issue);
                continue;
            }
        };
        let row = AwardRow {
            authority: raw.authority.clone(),
            award: raw.award.clone(),
            recipient: raw.recipient.clone(),
            count,
        };
        let same =
            |it: &AwardRow| (&it.authority, &it.award, &it.recipient) == (&row.authority, &row.award, &row.recipient);
        if !known(&row) {
            res.issues.push(Issue::new(field, "returns-award-unknown").with("row", at + 1));
        } else if res.awards.iter().any(same) {
            res.issues.push(Issue::new(field, "returns-award-twice").with("row", at + 1));
        } else {
            res.awards.push(row);
        }
    }
    raw.first().and_then(|it| Coverage::parse(&it.coverage)).unwrap_or_default()
}

/// Rule 13: parts beside a bare percentage; rule 15: a share above one.
pub(crate) fn check_shares(cells: &[Cell], catalogue: &Catalogue) -> Issues {
    let value = |id: kernel::IndicatorId| cells.iter().find(|it| it.indicator == id).map(|it| it.amount.value);
    let side = |terms: &[figures::Term]| -> Option<i64> {
        terms.iter().map(|it| value(it.indicator).map(|value| value.saturating_mul(i64::from(it.sign)))).sum()
    };
    let mut res = Issues::new();
    for ratio in catalogue.indicators().iter().filter(|it| it.rule.kind == figures::Kind::Ratio) {
        let parts: Vec<figures::Term> = ratio.rule.numerator.iter().chain(&ratio.rule.denominator).copied().collect();
        let bare = value(ratio.id()).is_some();
        if bare && parts.iter().any(|it| value(it.indicator).is_some()) {
            res.push(Issue::new(value_field(ratio), "returns-parts-and-percent").with("name", &ratio.name_vi));
        }
        if let (Some(top), Some(bottom)) = (side(&ratio.rule.numerator), side(&ratio.rule.denominator))
            && top > bottom
        {
            let at = ratio.rule.numerator.first().and_then(|it| catalogue.indicator(it.indicator)).unwrap_or(ratio);
            let issue = Issue::new(value_field(at), "returns-above-one")
                .with("name", &ratio.name_vi)
                .with("top", viet::number(top))
                .with("bottom", viet::number(bottom));
            res.push(if ratio.may_exceed { issue.warning() } else { issue });
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RawAward;

    fn draft(cells: &[(&str, &str)]) -> Draft {
        let cell = |value: &str| RawCell { value: value.to_owned(), ..RawCell::default() };
        Draft {
            cells: cells.iter().map(|(code, value)| ((*code).to_owned(), cell(value))).collect(),
            awards: Vec::new(),
            source: String::new(),
        }
    }

    #[track_caller]
    fn check(form: &str, cells: &[(&str, &str)], expect: &[(&str, &str)]) {
        let catalogue = forms::catalogue().unwrap();
        let form = catalogue.form_by_code(form).unwrap();
        let reading = draft(cells).read(form, &catalogue, false);
        let found: Vec<(&str, &str)> = reading.issues.iter().map(|it| (it.field.as_str(), it.text)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn wrong_figures_are_named_at_their_cells_all_at_once() {
        check("thang", &[("LAU01", "1.900"), ("LAU02", "0")], &[]);
        check(
            "thang",
            &[("LAU01", "-1"), ("LAU02", "nhiều"), ("OUT01", "99999999999999999999"), ("OUT02", "1,5")],
            &[
                ("v.LAU01", "returns-negative"),
                ("v.LAU02", "returns-number"),
                ("v.OUT01", "returns-number"),
                ("v.OUT02", "returns-number"),
            ],
        );
    }

    #[test]
    fn rule_13_parts_and_a_bare_percentage_exclude_each_other() {
        check("cong-bo-nam", &[("STD14", "85")], &[]);
        check("cong-bo-nam", &[("STD14", "85%"), ("STD13", "9")], &[("v.STD14", "returns-parts-and-percent")]);
        check("cong-bo-nam", &[("STD14", "101")], &[("v.STD14", "returns-over-hundred")]);
        check("cong-bo-nam", &[("CRM03", "101")], &[]);
    }

    #[test]
    fn rule_15_a_share_above_one_is_an_error_unless_it_may_exceed() {
        check("cong-bo-nam", &[("STD13", "96"), ("STD11", "95")], &[("v.STD13", "returns-above-one")]);
        check("cong-bo-nam", &[("STD13", "95"), ("STD11", "95")], &[]);
    }

    #[test]
    fn zero_and_missing_are_different() {
        let catalogue = forms::catalogue().unwrap();
        let form = catalogue.form_by_code("thang").unwrap();
        let reading = draft(&[("LAU01", "0")]).read(form, &catalogue, true);
        assert_eq!(reading.cells.len(), 1);
        assert!(reading.issues.iter().any(|it| it.field == "v.LAU02" && it.text == "returns-required"));
        assert!(!reading.issues.iter().any(|it| it.field == "v.LAU01"));
    }

    #[test]
    fn a_correction_starts_from_what_was_accepted() {
        let catalogue = forms::catalogue().unwrap();
        let form = catalogue.form_by_code("cong-bo-nam").unwrap();
        let mut first = draft(&[("FIN03", "30 triệu"), ("STD14", "85,5"), ("LAU01", "1.900")]);
        first.cells.get_mut("LAU01").unwrap().qualifier = "almost".into();
        first.awards.push(RawAward {
            authority: "province_committee".into(),
            award: "flag".into(),
            recipient: "collective".into(),
            count: "2".into(),
            coverage: "whole".into(),
        });
        let reading = first.read(form, &catalogue, true);
        assert!(reading.stands(), "{:?}", reading.issues);
        let again =
            Draft::of_version(&reading.cells, &reading.awards, "", &[], &catalogue).read(form, &catalogue, true);
        assert_eq!((again.cells, again.awards), (reading.cells, reading.awards));
    }
}
