//! Validation rules as data: `data/rules/rules.csv`, one relation between figures a row. Pure.
//!
//! A side is a sum of figures: `MED03+before.MED06?`. A bare code is the return's own figure, `before.` that of the
//! same form and unit a period earlier, `all.` the unit's accepted total of the same period over all forms. A `?` counts
//! a missing figure as 0; what else is missing is dealt with as the rule says. A rule speaks of figures of one coverage;
//! figures that are not exact are warned of and never refused.

mod formula;

use forms::DataError;
use kernel::{Catalogue, Coverage, Form, IndicatorId, Issue, Qualifier, Severity};
use serde::Deserialize;

pub use formula::{Addend, Formula, formulas};

const FILE: &str = "rules/rules.csv";
const RULES: &str = include_str!("../../../data/rules/rules.csv");

/// Where a figure of a rule is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// In the return itself.
    Here,
    /// In the return of the period before.
    Before,
    /// In everything accepted for the unit and the period.
    All,
}

/// A figure as rules see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) value: i64,
    pub(crate) exact: bool,
    pub(crate) coverage: Coverage,
}

impl Known {
    pub(crate) fn new(value: i64, qualifier: Qualifier, coverage: Coverage) -> Known {
        Known { value, exact: qualifier == Qualifier::Exact, coverage }
    }
}

/// One summand of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) sign: i64,
    pub(crate) from: From,
    pub(crate) indicator: IndicatorId,
    pub(crate) optional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    AtMost,
    AtLeast,
}

impl Operator {
    const fn sign(self) -> &'static str {
        match self {
            Operator::Equal => "=",
            Operator::AtMost => "≤",
            Operator::AtLeast => "≥",
        }
    }
}

/// What a rule does about a figure that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// It says nothing.
    SkipAny,
    /// It says nothing if a whole side is missing; else what is missing counts as 0.
    SkipAll,
    /// It counts as 0.
    Zero,
}

/// A relation that the figures of a return must keep.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// Stable name.
    pub(crate) id: String,
    /// Only in this form.
    form: Option<String>,
    left: Vec<Term>,
    operator: Operator,
    right: Vec<Term>,
    missing: Missing,
    severity: Severity,
    /// What it demands, in words.
    pub(crate) message_vi: String,
    /// The same in English.
    pub(crate) message_en: String,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    form: String,
    left: String,
    operator: String,
    right: String,
    missing: String,
    severity: String,
    message_vi: String,
    message_en: String,
}

/// The rules of the data file.
///
/// # Errors
/// Names the line and what is wrong there.
pub(crate) fn rules(catalogue: &Catalogue) -> Result<Vec<Rule>, DataError> {
    read(RULES, catalogue)
}

fn read(text: &str, catalogue: &Catalogue) -> Result<Vec<Rule>, DataError> {
    let mut res: Vec<Rule> = Vec::new();
    for (line, row) in forms::rows::<Row>(FILE, text)? {
        let wrong = |why: String| DataError { file: FILE, line, why };
        if res.iter().any(|it| it.id == row.id) {
            return Err(wrong(format!("rule {} stands twice", row.id)));
        }
        if row.form != "any" && catalogue.form_by_code(&row.form).is_none() {
            return Err(wrong(format!("unknown form {}", row.form)));
        }
        let rule = Rule {
            id: row.id,
            form: Some(row.form).filter(|it| it != "any"),
            left: terms(&row.left, catalogue).map_err(wrong)?,
            operator: match row.operator.as_str() {
                "=" => Operator::Equal,
                "<=" => Operator::AtMost,
                ">=" => Operator::AtLeast,
                other => return Err(wrong(format!("unknown operator {other}"))),
            },
            right: terms(&row.right, catalogue).map_err(wrong)?,
            missing: match row.missing.as_str() {
                "skip_any" => Missing::SkipAny,
                "skip_all" => Missing::SkipAll,
                "zero" => Missing::Zero,
                other => return Err(wrong(format!("unknown strategy {other}"))),
            },
            severity: match row.severity.as_str() {
                "error" => Severity::Error,
                "warning" => Severity::Warning,
                other => return Err(wrong(format!("unknown severity {other}"))),
            },
            message_vi: row.message_vi,
            message_en: row.message_en,
        };
        if rule.left.first().is_none_or(|it| it.from != From::Here) {
            return Err(wrong("the left side begins with a figure of the return itself".to_owned()));
        }
        let decimals = |it: &Term| catalogue.indicator(it.indicator).map(|it| it.decimals);
        let mut all = rule.left.iter().chain(&rule.right).map(decimals);
        let first = all.next();
        if all.any(|it| Some(it) != first) {
            return Err(wrong("figures of different decimals".to_owned()));
        }
        res.push(rule);
    }
    Ok(res)
}

/// Reads `MED03+before.MED06?-all.MOD02`.
fn terms(text: &str, catalogue: &Catalogue) -> Result<Vec<Term>, String> {
    let mut res = Vec::new();
    let mut sign = 1;
    for part in text.split_inclusive(['+', '-']) {
        let mine = sign;
        sign = if part.ends_with('-') { -1 } else { 1 };
        let part = part.trim_end_matches(['+', '-']).trim();
        let (part, optional) = part.strip_suffix('?').map_or((part, false), |it| (it, true));
        let (from, code) = match part.split_once('.') {
            None => (From::Here, part),
            Some(("before", code)) => (From::Before, code),
            Some(("all", code)) => (From::All, code),
            Some((other, _)) => return Err(format!("unknown place {other}")),
        };
        let indicator = catalogue.by_code(code).ok_or_else(|| format!("unknown indicator {code}"))?;
        if indicator.is_ratio() {
            return Err(format!("{code} is a ratio; name its parts"));
        }
        res.push(Term { sign: mine, from, indicator: indicator.id(), optional });
    }
    Ok(res)
}

/// One side, added up.
struct Side {
    sum: i64,
    exact: bool,
    coverages: Vec<Coverage>,
    present: usize,
    missing: usize,
}

fn side(terms: &[Term], known: &impl Fn(From, IndicatorId) -> Option<Known>) -> Option<Side> {
    let mut res = Side { sum: 0, exact: true, coverages: Vec::new(), present: 0, missing: 0 };
    for term in terms {
        match known(term.from, term.indicator) {
            Some(it) => {
                res.sum = res.sum.checked_add(it.value.checked_mul(term.sign)?)?;
                res.exact &= it.exact;
                res.present += 1;
                if term.from != From::All {
                    res.coverages.push(it.coverage);
                }
            }
            None if term.optional => (),
            None => res.missing += 1,
        }
    }
    Some(res)
}

impl Rule {
    /// Whether a figure of this indicator stands on either side.
    pub(crate) fn speaks_of(&self, indicator: IndicatorId) -> bool {
        self.left.iter().chain(&self.right).any(|it| it.indicator == indicator)
    }

    /// The one line of a form that the rule says equals several others, and these, if it says so.
    pub(crate) fn equation(&self, form: &Form) -> Option<(IndicatorId, &[Term])> {
        if self.operator != Operator::Equal || self.form.as_ref().is_some_and(|it| *it != form.code) {
            return None;
        }
        match (self.left.as_slice(), self.right.as_slice()) {
            ([one], [_, _, ..]) if one.from == From::Here => Some((one.indicator, &self.right)),
            ([_, _, ..], [one]) if one.from == From::Here => Some((one.indicator, &self.left)),
            _ => None,
        }
    }

    /// What the rule finds wrong with a return of this form.
    pub(crate) fn check(
        &self,
        form: &Form,
        catalogue: &Catalogue,
        known: &impl Fn(From, IndicatorId) -> Option<Known>,
    ) -> Option<Issue> {
        if self.form.as_ref().is_some_and(|it| *it != form.code) {
            return None;
        }
        let (left, right) = (side(&self.left, known)?, side(&self.right, known)?);
        let silent = match self.missing {
            Missing::SkipAny => left.missing + right.missing > 0,
            Missing::SkipAll => left.present == 0 || right.present == 0,
            Missing::Zero => left.present + right.present == 0,
        };
        let mut coverages = left.coverages.iter().chain(&right.coverages);
        let first = coverages.next();
        if silent || coverages.any(|it| Some(it) != first) {
            return None;
        }
        let holds = match self.operator {
            Operator::Equal => left.sum == right.sum,
            Operator::AtMost => left.sum <= right.sum,
            Operator::AtLeast => left.sum >= right.sum,
        };
        if holds {
            return None;
        }
        let at = catalogue.indicator(self.left.first()?.indicator)?;
        let number = |value: i64| viet::decimal(value, at.decimals);
        let issue = Issue::new(format!("v.{}", at.code), "returns-rule")
            .with("message", &self.message_vi)
            .with("message-en", &self.message_en)
            .with("left", number(left.sum))
            .with("sign", self.operator.sign())
            .with("right", number(right.sum));
        let weighs = self.severity == Severity::Error && left.exact && right.exact;
        Some(if weighs { issue } else { issue.warning() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id,form,left,operator,right,missing,severity,message_vi,message_en\n";

    fn known(value: i64) -> Known {
        Known::new(value, Qualifier::Exact, Coverage::Own)
    }

    #[track_caller]
    fn check(rule: &str, figures: &[(&str, i64)], expect: Option<Severity>) {
        let catalogue = forms::catalogue().unwrap();
        let rules = read(&format!("{HEAD}x,any,{rule},vi,en\n"), &catalogue).unwrap();
        let find = |from: From, id: IndicatorId| {
            let code = &catalogue.indicator(id).unwrap().code;
            let name = match from {
                From::Here => code.clone(),
                From::Before => format!("before.{code}"),
                From::All => format!("all.{code}"),
            };
            figures.iter().find(|it| it.0 == name).map(|it| known(it.1))
        };
        let form = catalogue.form_by_code("thang").unwrap();
        assert_eq!(rules[0].check(form, &catalogue, &find).map(|it| it.severity), expect, "{rule} {figures:?}");
    }

    const ERROR: Option<Severity> = Some(Severity::Error);
    const WARNING: Option<Severity> = Some(Severity::Warning);

    #[test]
    fn relations_hold_or_are_named() {
        check("TIP02,<=,TIP01,skip_any,error", &[("TIP02", 2), ("TIP01", 2)], None);
        check("TIP02,<=,TIP01,skip_any,error", &[("TIP02", 3), ("TIP01", 2)], ERROR);
        check("LAU02,>=,LAU01,skip_any,warning", &[("LAU02", 3), ("LAU01", 4)], WARNING);
        let stock = "MOD02,=,before.MOD02+MOD04-MOD07?,skip_any,warning";
        check(stock, &[("MOD02", 12), ("before.MOD02", 10), ("MOD04", 2)], None);
        check(stock, &[("MOD02", 11), ("before.MOD02", 10), ("MOD04", 2), ("MOD07", 1)], None);
        check(stock, &[("MOD02", 12), ("before.MOD02", 10), ("MOD04", 2), ("MOD07", 1)], WARNING);
        check("LAU03,<=,all.LAU01,skip_any,error", &[("LAU03", 3), ("all.LAU01", 2)], ERROR);
    }

    #[test]
    fn what_is_missing_is_dealt_with_as_the_rule_says() {
        let (some, none) = ([("MED04", 3)], []);
        check("MED04+MED05,<=,MED03,skip_any,error", &some, None);
        check("MED04+MED05,<=,MED03,skip_all,error", &some, None);
        check("MED04+MED05,<=,MED03,zero,error", &some, ERROR);
        check("MED04+MED05,<=,MED03,zero,error", &none, None);
        check("MED04+MED05,<=,MED03,skip_all,error", &[("MED04", 3), ("MED03", 2)], ERROR);
    }

    #[test]
    fn figures_that_are_not_exact_are_never_refused_and_other_coverages_never_compared() {
        let catalogue = forms::catalogue().unwrap();
        let form = catalogue.form_by_code("thang").unwrap();
        let rule = read(&format!("{HEAD}x,any,TIP02,<=,TIP01,skip_any,error,vi,en\n"), &catalogue).unwrap().remove(0);
        let tip = |code: &str| catalogue.by_code(code).unwrap().id();
        let with = |qualifier, coverage| {
            let find = |_: From, id: IndicatorId| {
                Some(if id == tip("TIP02") { Known::new(9, qualifier, coverage) } else { known(2) })
            };
            rule.check(form, &catalogue, &find).map(|it| it.severity)
        };
        assert_eq!(with(Qualifier::Exact, Coverage::Own), ERROR);
        assert_eq!(with(Qualifier::About, Coverage::Own), WARNING);
        assert_eq!(with(Qualifier::Exact, Coverage::Whole), None);
    }

    #[test]
    fn the_rules_read_whole_and_set_no_targets_for_guarded_figures() {
        let catalogue = forms::catalogue().unwrap();
        let rules = rules(&catalogue).unwrap();
        assert!(rules.len() >= 25);
        for rule in &rules {
            let guarded = |it: &Term| catalogue.indicator(it.indicator).unwrap().is_guarded();
            // Consistency only: a guarded figure is held against another of its kind, never against the past.
            if rule.left.iter().chain(&rule.right).any(guarded) {
                assert!(
                    rule.left.iter().chain(&rule.right).all(|it| guarded(it) && it.from == From::Here),
                    "{}",
                    rule.id
                );
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_the_line() {
        let catalogue = forms::catalogue().unwrap();
        for row in [
            "x,any,TIP99,<=,TIP01,skip_any,error,vi,en",
            "x,any,TIP02,<,TIP01,skip_any,error,vi,en",
            "x,any,TIP02,<=,next.TIP01,skip_any,error,vi,en",
            "x,any,TIP03,<=,TIP01,skip_any,error,vi,en",
            "x,any,TIP02,<=,TIP01,never,error,vi,en",
            "x,any,TIP02,<=,TIP01,skip_any,fatal,vi,en",
            "x,khac,TIP02,<=,TIP01,skip_any,error,vi,en",
            "x,any,before.TIP02,<=,TIP01,skip_any,error,vi,en",
            "x,any,SUB05,<=,SUB01,skip_any,error,vi,en",
        ] {
            assert_eq!(read(&format!("{HEAD}{row}\n"), &catalogue).unwrap_err().line, 2, "{row}");
        }
    }
}
