//! An indicator that a unit adds for itself and all below.
//!
//! Its code is the unit's id and a part of one's own, `U3C2_CAM01`: no other unit's code and no shared one can be equal,
//! now or after a reform. Codes are forever.

use kernel::{Catalogue, Day, Indicator, IndicatorId, Issue, Issues, Register, UnitId};
use serde::{Deserialize, Serialize};

use crate::{design, guard, reference};

/// The heading under which indicators of units' own stand.
pub const GROUP: &str = "Chỉ tiêu riêng";
/// The longest name, in letters.
const NAME: usize = 150;
/// The longest unit of measure, in letters.
const MEASURE: usize = 20;
/// So many a unit may add.
pub const MOST: usize = 60;

/// An indicator as it is written down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The part of the code after the unit's, `CAM01`.
    pub code: String,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    #[serde(default)]
    pub name_en: String,
    /// Unit of measure, Vietnamese.
    pub measure: String,
    /// `count`, `stock`, `money` or `ratio`.
    pub kind: String,
    /// Of a ratio: the codes above the line, `LAU01+U3C2_CAM01`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub numerator: String,
    /// Of a ratio: the codes below the line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub denominator: String,
}

/// What stands before the codes of a unit's own: `U3C2`.
pub fn prefix(owner: UnitId) -> String {
    owner.to_string().to_ascii_uppercase().replace('-', "")
}

/// A code of a unit's own.
pub fn code(owner: UnitId, own: &str) -> String {
    format!("{}_{}", prefix(owner), own.to_ascii_uppercase())
}

impl Wanted {
    /// The indicator that this would be under this number, or everything that is wrong.
    ///
    /// # Errors
    /// All that is wrong, each with its field.
    pub fn read(
        &self,
        owner: UnitId,
        id: IndicatorId,
        catalogue: &Catalogue,
        register: &Register,
        today: Day,
    ) -> Result<Indicator, Issues> {
        let mut issues = Issues::new();
        let shaped = (2..=8).contains(&self.code.len()) && self.code.bytes().all(|it| it.is_ascii_alphanumeric());
        if !shaped {
            issues.push(Issue::new("code", "forms-code-shape"));
        } else if guard::is_guarded(&self.code) || guard::forbidden(&self.code).is_some() {
            issues.push(Issue::new("code", "forms-code-guarded").with("code", &self.code));
        }
        let code = code(owner, &self.code);
        if shaped && catalogue.by_code(&code).is_some() {
            issues.push(Issue::new("code", "forms-code-taken").with("code", &code));
        }
        design::name(&mut issues, "name_vi", &self.name_vi, NAME, true);
        design::name(&mut issues, "name_en", &self.name_en, NAME, false);
        design::name(&mut issues, "measure", &self.measure, MEASURE, true);
        let kind = reference::kind(&self.kind).filter(|it| *it != figures::Kind::Change);
        if kind.is_none() {
            issues.push(Issue::new("kind", "forms-kind"));
        }
        let is_ratio = kind == Some(figures::Kind::Ratio);
        let mut side = |field: &'static str, text: &str| {
            let terms = terms(text, owner, catalogue, register, today);
            match terms {
                Ok(terms) if is_ratio == terms.is_empty() => {
                    issues.push(Issue::new(field, if is_ratio { "forms-ratio-sides" } else { "forms-ratio-only" }));
                    Vec::new()
                }
                Ok(terms) => terms,
                Err(issue) => {
                    issues.push(Issue { field: field.to_owned(), ..issue });
                    Vec::new()
                }
            }
        };
        let (numerator, denominator) = (side("numerator", &self.numerator), side("denominator", &self.denominator));
        let Some(kind) = kind.filter(|_| issues.is_empty()) else { return Err(issues) };
        let (across, over_time) = match kind {
            figures::Kind::Ratio | figures::Kind::Change => (figures::Across::Recompute, figures::OverTime::Recompute),
            figures::Kind::Stock => (figures::Across::Sum, figures::OverTime::Last),
            figures::Kind::Count | figures::Kind::Money => (figures::Across::Sum, figures::OverTime::Sum),
        };
        let name_en = if self.name_en.is_empty() { &self.name_vi } else { &self.name_en };
        Ok(Indicator {
            rule: figures::Indicator { id, kind, across, over_time, numerator, denominator },
            code,
            group: GROUP.to_owned(),
            name_vi: self.name_vi.clone(),
            name_en: name_en.clone(),
            measure: self.measure.clone(),
            may_exceed: false,
            decimals: if is_ratio { 2 } else { 0 },
            owner: Some(owner),
            retired_from: None,
        })
    }

    /// How an indicator was written down.
    pub fn of(it: &Indicator, catalogue: &Catalogue) -> Wanted {
        let side = |terms: &[figures::Term]| {
            let mut res = String::new();
            for term in terms {
                let code = catalogue.indicator(term.indicator).map_or("", |it| it.code.as_str());
                let sign = if term.sign < 0 { "-" } else { "+" };
                res.push_str(if res.is_empty() { "" } else { sign });
                res.push_str(code);
            }
            res
        };
        Wanted {
            code: it.code.split_once('_').map_or(it.code.as_str(), |it| it.1).to_owned(),
            name_vi: it.name_vi.clone(),
            name_en: it.name_en.clone(),
            measure: it.measure.clone(),
            kind: reference::kind_word(it.rule.kind).to_owned(),
            numerator: side(&it.rule.numerator),
            denominator: side(&it.rule.denominator),
        }
    }
}

/// One side of a ratio. Guarded indicators have no shares of a unit's own: a share could be ranked or mapped.
fn terms(
    text: &str,
    owner: UnitId,
    catalogue: &Catalogue,
    register: &Register,
    today: Day,
) -> Result<Vec<figures::Term>, Issue> {
    let id_of = |code: &str| catalogue.by_code(code).map(Indicator::id);
    let terms = reference::terms(text, id_of).map_err(|_| Issue::new("", "forms-ratio-unknown").with("text", text))?;
    for term in &terms {
        let Some(part) = catalogue.indicator(term.indicator) else { continue };
        if part.is_guarded() || part.is_ratio() || part.is_award() {
            return Err(Issue::new("", "forms-ratio-guarded").with("code", &part.code));
        }
        if !part.is_for(register, owner, today) {
            return Err(Issue::new("", "forms-ratio-unknown").with("text", text));
        }
    }
    Ok(terms)
}
