//! What the related lines of a form amount to, beside the line that should say the same: "opening + new − closed". Pure.

use kernel::{Catalogue, Form, IndicatorId};

use crate::rule::{From, Known, Rule};

/// A sum that a line of the form is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    /// The line.
    pub(crate) target: IndicatorId,
    /// As the page's script reads it: `12+MED03-MED04`, whole numbers and codes.
    pub(crate) formula: String,
    /// What it amounts to now; what is not there counts as 0.
    pub(crate) value: i64,
}

/// The sums of a form: of each rule that says that one line equals several others.
pub(crate) fn sums(
    rules: &[Rule],
    form: &Form,
    catalogue: &Catalogue,
    known: &impl Fn(From, IndicatorId) -> Option<Known>,
) -> Vec<Sum> {
    let asks = |indicator: IndicatorId| form.asked().any(|it| it.indicator == indicator);
    let sum = |rule: &Rule| {
        let (target, terms) = rule.equation(form)?;
        let mut value = 0_i64;
        let mut fixed = 0_i64;
        let mut formula = String::new();
        for term in terms {
            let found = known(term.from, term.indicator).map(|it| it.value);
            if term.from == From::Here {
                if !asks(term.indicator) {
                    continue;
                }
                formula.push(if term.sign < 0 { '-' } else { '+' });
                formula.push_str(&catalogue.indicator(term.indicator)?.code);
            } else if found.is_none() && !term.optional {
                // Without an opening stock there is nothing to count from.
                return None;
            } else {
                fixed = fixed.checked_add(found.unwrap_or(0).checked_mul(term.sign)?)?;
            }
            value = value.checked_add(found.unwrap_or(0).checked_mul(term.sign)?)?;
        }
        // A fixed part below zero would read as a code taken away.
        let formula =
            if fixed < 0 { format!("0-{}{formula}", fixed.unsigned_abs()) } else { format!("{fixed}{formula}") };
        let whole = catalogue.indicator(target)?.decimals == 0;
        (whole && asks(target)).then_some(Sum { target, formula, value })
    };
    rules.iter().filter_map(sum).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{Coverage, Qualifier};

    use super::*;
    use crate::rule;

    #[track_caller]
    fn check(form: &str, target: &str, figures: &[(&str, i64)], expect: Option<(&str, i64)>) {
        let catalogue = forms::catalogue().unwrap();
        let form = catalogue.form_by_code(form).unwrap();
        let known = |from: From, id: IndicatorId| {
            let code = &catalogue.indicator(id).unwrap().code;
            let name = if from == From::Before { format!("before.{code}") } else { code.clone() };
            let found = figures.iter().find(|it| it.0 == name)?;
            Some(Known::new(found.1, Qualifier::Exact, Coverage::Own))
        };
        let all = sums(&rule::rules(&catalogue).unwrap(), form, &catalogue, &known);
        let target = catalogue.by_code(target).unwrap().id();
        let found = all.iter().find(|it| it.target == target).map(|it| (it.formula.as_str(), it.value));
        assert_eq!(found, expect);
    }

    #[test]
    fn opening_plus_new_minus_closed_stands_beside_the_closing_stock() {
        let figures = [("before.MOD02", 10), ("MOD04", 2), ("MOD06", 1), ("MOD02", 12)];
        check("thang", "MOD02", &figures, Some(("10+MOD04+MOD06", 13)));
        check("thang", "MOD02", &[("before.MOD02", 10)], Some(("10+MOD04+MOD06", 10)));
        check("thang", "MOD02", &[("MOD04", 2)], None);
        check("thang", "LAU01", &figures, None);
    }
}
