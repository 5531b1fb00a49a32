//! A figure in words: the value, how it stands against the year before, who reported, what to mind.

use figures::Total;
use kernel::{Catalogue, Coverage, Indicator, Period, Qualifier, Register};
use returns::{
    change::{Change, Step, change},
    figure::in_words,
    merge,
    view::View,
};
use web::Page;

/// Which figure, for when, and what is needed to put it in words.
pub(crate) struct Shown<'a> {
    pub(crate) p: &'a Page,
    pub(crate) register: &'a Register,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) view: &'a View,
    /// The asker stands above the unit: small counts of tips are merged into the sums above.
    pub(crate) from_above: bool,
}

/// A figure in words. Every part may be empty, the value is not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    /// "gần 1.900"; "chưa có số liệu" where there is none.
    pub(crate) value: String,
    /// "cuộc"; empty where the value says it (%), or where there is none.
    pub(crate) measure: String,
    /// "41/44 đơn vị đã báo cáo".
    pub(crate) reported: String,
    /// Published as a whole, not added up.
    pub(crate) whole: bool,
    /// What else must be known to read it rightly.
    pub(crate) notes: Vec<String>,
}

impl Shown<'_> {
    fn hides(&self, total: &Total, indicator: &Indicator) -> bool {
        self.from_above && merge::hides(indicator, total)
    }

    /// A value in words, if there is one.
    pub(crate) fn value(&self, total: &Total, indicator: &Indicator) -> Option<String> {
        if self.hides(total, indicator) { Some(self.p.t("returns-merged")) } else { in_words(total, indicator) }
    }

    /// A total in words.
    pub(crate) fn words(&self, total: &Total, indicator: &Indicator) -> Words {
        let p = self.p;
        let value = self.value(total, indicator);
        let given = value.is_some() && !self.hides(total, indicator);
        let mut notes = Vec::new();
        if total.qualifier == Some(Qualifier::About) {
            notes.push(p.t("dashboards-estimated"));
        }
        if total.not_separable != 0 {
            let held = viet::decimal(total.not_separable, if indicator.is_ratio() { 0 } else { indicator.decimals });
            notes.push(p.t1("dashboards-not-separable", "value", held));
        }
        if !total.percent_children.is_empty() {
            let day = self.view.day();
            let name = |id: &i64| {
                let state = self.register.nearest(kernel::UnitId(*id), day);
                state.map(|it| it.full_name.clone()).unwrap_or_default()
            };
            let mut names: Vec<String> = total.percent_children.iter().take(6).map(name).collect();
            if total.percent_children.len() > names.len() {
                names.push("…".to_owned());
            }
            notes.push(p.t1("dashboards-percent-children", "units", names.join(", ")));
        }
        Words {
            value: value.unwrap_or_else(|| p.t("dashboards-none")),
            measure: if indicator.is_ratio() || !given { String::new() } else { indicator.measure.clone() },
            reported: self.reported(total, indicator),
            whole: total.coverage == Some(Coverage::Whole),
            notes,
        }
    }

    /// "41/44 đơn vị đã báo cáo", where it is known who should.
    fn reported(&self, total: &Total, indicator: &Indicator) -> String {
        let Some(expected) = total.expected.filter(|_| total.coverage != Some(Coverage::Whole)) else {
            return String::new();
        };
        let places =
            [("reported", viet::number(i64::from(total.reported))), ("expected", viet::number(i64::from(expected)))];
        if self.owed_in_parts(indicator, self.view.period) {
            self.p.ta("dashboards-reported-parts", &places)
        } else {
            self.p.ta("dashboards-reported", &places)
        }
    }

    /// Whether what is owed for the period is owed for its parts: twelve monthly returns, not one.
    fn owed_in_parts(&self, indicator: &Indicator, period: Period) -> bool {
        let parts: Vec<_> = match &indicator.rule {
            rule if rule.numerator.is_empty() => vec![rule.id],
            rule => rule.numerator.iter().map(|it| it.indicator).collect(),
        };
        let owed = self.catalogue.assignments.iter().filter_map(|it| self.catalogue.form(it.form));
        let holds = |form: &&kernel::Form| form.items().any(|it| parts.contains(&it.indicator));
        owed.filter(holds).any(|it| it.calendar == period.calendar() && it.frequency < period.frequency())
    }

    /// How a figure stands against the year before; `None` where there is nothing to compare, or where a comparison
    /// would make a contest of it.
    pub(crate) fn change(&self, now: &Total, before: &Total, indicator: &Indicator) -> Option<String> {
        change(now, before, indicator).map(|it| self.change_words(it, indicator))
    }

    fn change_words(&self, change: Change, indicator: &Indicator) -> String {
        let p = self.p;
        let about = if change.about { p.t("dashboards-about") + "\u{a0}" } else { String::new() };
        let (direction, size) = match change.step {
            Step::Quantity(by, per_cent) => {
                let size = viet::decimal(by.saturating_abs(), indicator.decimals);
                let share = per_cent.filter(|_| by != 0).map(|it| format!(" ({})", signed_percent(it)));
                (by, size + &share.unwrap_or_default())
            }
            Step::Points(by) => (by, p.t1("dashboards-points", "value", viet::decimal(by.saturating_abs(), 2))),
        };
        let said = match direction {
            0 => p.t("dashboards-change-none"),
            1.. => p.t1("dashboards-change-up", "size", about + &size),
            _ => p.t1("dashboards-change-down", "size", about + &size),
        };
        if change.uneven { format!("{said}; {}", p.t("dashboards-uneven")) } else { said }
    }
}

/// "+3,5%", "−2%".
fn signed_percent(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "−" } else { "+" };
    sign.to_owned() + &viet::percent(hundredths.saturating_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn per_cents_carry_their_sign() {
        assert_eq!(signed_percent(350), "+3,5%");
        assert_eq!(signed_percent(-200), "−2%");
        assert_eq!(signed_percent(0), "+0%");
    }

    #[test]
    fn headings_lose_the_letters_of_their_codes() {
        let catalogue = forms::catalogue().unwrap();
        assert_eq!(catalogue.by_code("MOD00").unwrap().heading(), "Mô hình tự quản");
    }
}
