//! Rules as other programs can check them: where a workbook holds all the figures, it says at once what does not fit.

use kernel::{Catalogue, Form, IndicatorId};

use super::{From, Missing, Operator, Rule, Term};

/// A rule among the figures of one return.
#[derive(Debug, Clone)]
pub struct Formula {
    /// The figure at which it speaks.
    pub at: IndicatorId,
    /// Each with its sign; a missing one counts as 0 where `optional`.
    pub left: Vec<Addend>,
    /// `=`, `<=` or `>=`.
    pub operator: &'static str,
    /// As `left`.
    pub right: Vec<Addend>,
    /// What to say.
    pub message: String,
}

/// A figure of a side.
#[derive(Debug, Clone, Copy)]
pub struct Addend {
    /// Taken away.
    pub negative: bool,
    /// Which.
    pub indicator: IndicatorId,
    /// Without it the rule still speaks.
    pub optional: bool,
}

/// The rules that need nothing but the figures of this form.
///
/// # Errors
/// As the rules' own file.
pub fn formulas(form: &Form, catalogue: &Catalogue) -> Result<Vec<Formula>, forms::DataError> {
    let rules = super::rules(catalogue)?;
    Ok(rules.iter().filter_map(|it| it.formula(form)).collect())
}

impl Rule {
    fn formula(&self, form: &Form) -> Option<Formula> {
        if self.form.as_ref().is_some_and(|it| *it != form.code) {
            return None;
        }
        let asked = |it: &Term| it.from == From::Here && form.items().any(|item| item.indicator == it.indicator);
        if !self.left.iter().chain(&self.right).all(asked) {
            return None;
        }
        // What the rule passes over when a whole side is missing, a formula passes over sooner.
        let addend = |it: &Term| Addend {
            negative: it.sign < 0,
            indicator: it.indicator,
            optional: it.optional || self.missing == Missing::Zero,
        };
        Some(Formula {
            at: self.left.first()?.indicator,
            left: self.left.iter().map(addend).collect(),
            operator: match self.operator {
                Operator::Equal => "=",
                Operator::AtMost => "<=",
                Operator::AtLeast => ">=",
            },
            right: self.right.iter().map(addend).collect(),
            message: self.message_vi.clone(),
        })
    }
}
