//! Indicators, amounts and periods, as maps and charts show them.

use std::collections::BTreeSet;

use figures::Total;
use kernel::{Calendar, Catalogue, Day, Frequency, Indicator, Period};
use returns::figure::{in_words, share};
use web::{Lang, Page};

use crate::view::{Under, View};

/// What is shown first, the most telling first.
pub(crate) const TELLING: [&str; 12] =
    ["LAU01", "LAU02", "OUT01", "OUT02", "MOD02", "MOD04", "STD14", "STD24", "MED07", "FOR01", "FES01", "AWA03"];

/// Whether an indicator may be mapped or drawn: neither guarded nor made of anything guarded.
pub(crate) fn is_free(catalogue: &Catalogue, indicator: &Indicator) -> bool {
    let terms = indicator.rule.numerator.iter().chain(&indicator.rule.denominator);
    let mut parts = terms.filter_map(|it| catalogue.indicator(it.indicator));
    !indicator.is_guarded() && !parts.any(Indicator::is_guarded)
}

/// The telling indicators of the catalogue.
pub(crate) fn telling(catalogue: &Catalogue) -> impl Iterator<Item = &Indicator> {
    TELLING.iter().filter_map(|it| catalogue.by_code(it)).filter(|it| is_free(catalogue, it))
}

/// An indicator's name in the page's language.
pub(crate) fn name<'a>(p: &Page, indicator: &'a Indicator) -> &'a str {
    match p.lang {
        Lang::Vi => &indicator.name_vi,
        Lang::En => &indicator.name_en,
    }
}

/// The number that is coloured or drawn: a quantity, or a share in hundredths of a per cent.
pub fn amount(total: &Total) -> Option<i64> {
    match (total.value, total.of) {
        (Some(value), Some(of)) => (of > 0).then(|| share(value, of)),
        (value, None) => value,
        (None, Some(_)) => None,
    }
}

/// Such a number in words.
pub fn number(indicator: &Indicator, amount: i64) -> String {
    if indicator.is_ratio() { viet::percent(amount) } else { viet::decimal(amount, indicator.decimals) }
}

/// A total in words, with what must be known about it.
pub(crate) fn words(p: &Page, total: &Total, indicator: &Indicator) -> String {
    match in_words(total, indicator) {
        Some(value) if indicator.is_ratio() => value,
        Some(value) => format!("{value} {}", indicator.measure),
        None if total.not_separable != 0 => p.t("maps-not-separable"),
        None => p.t("maps-none"),
    }
}

/// `05/02/2026`.
pub(crate) fn date(day: Day) -> String {
    let (year, month, date) = day.civil();
    viet::date_short(year, month, date)
}

/// "Tháng 3 năm 2026".
pub(crate) fn period(p: &Page, period: Period) -> String {
    let places = [("n", period.ordinal().to_string()), ("year", period.year().to_string())];
    let id = match (period.frequency(), period.calendar()) {
        (Frequency::Year, Calendar::Civil) => "maps-period-year",
        (Frequency::Year, _) => "maps-period-other-year",
        (Frequency::Half, _) if period.ordinal() == 1 => "maps-period-half-first",
        (Frequency::Half, _) => "maps-period-half-last",
        (Frequency::Quarter, _) => "maps-period-quarter",
        (Frequency::Month, _) => "maps-period-month",
    };
    let said = p.ta(id, &places);
    if period.calendar() == Calendar::Civil {
        return said;
    }
    format!("{said} ({} – {})", date(period.first()), date(period.last()))
}

/// Whose boundaries hold, in words.
pub(crate) fn under(p: &Page, view: &View) -> String {
    match view.under {
        Under::Then => p.t1("maps-under-then", "day", date(view.day())),
        Under::Now => p.t("maps-under-now"),
        Under::On(day) => p.t1("maps-under-day", "day", date(day)),
    }
}

/// Where the numbers come from, and their date.
pub(crate) fn source(p: &Page) -> String {
    p.t1("maps-source", "day", date(p.today))
}

/// A link, or one line of a list to choose from.
#[derive(Debug)]
pub(crate) struct Choice {
    /// What is sent, or where it leads.
    pub(crate) value: String,
    /// What is read.
    pub(crate) label: String,
    /// Whether it is what is shown.
    pub(crate) chosen: bool,
}

/// So many steps are offered.
const STEPS: usize = 13;

/// The periods around the one shown that are as long and of its calendar, from the oldest: those of which figures are
/// held, and its neighbours.
pub(crate) fn steps(held: impl Iterator<Item = Period>, view: &View, path: impl Fn(&View) -> String) -> Vec<Choice> {
    let (shown, alike) = (view.period, |it: &Period| {
        it.calendar() == view.period.calendar() && it.frequency() == view.period.frequency()
    });
    let mut all: BTreeSet<Period> = held.filter(alike).collect();
    all.extend([shown.before(), shown, shown.after()]);
    let mut all: Vec<Period> = all.into_iter().collect();
    all.sort_by_key(|it| it.first());
    let here = all.iter().position(|it| *it == shown).unwrap_or(0);
    let from = here.saturating_sub(STEPS / 2).min(all.len().saturating_sub(STEPS));
    let step = |it: Period| Choice { value: path(&view.with_period(it)), label: short(it), chosen: it == shown };
    all.into_iter().skip(from).take(STEPS).map(step).collect()
}

/// "2021", "3/2026": for a row of links.
fn short(period: Period) -> String {
    match period.frequency() {
        Frequency::Year => period.year().to_string(),
        Frequency::Half => format!("H{}/{}", period.ordinal(), period.year()),
        Frequency::Quarter => format!("Q{}/{}", period.ordinal(), period.year()),
        Frequency::Month => format!("{}/{}", period.ordinal(), period.year()),
    }
}

/// Every period of which figures are held, and the one shown, the latest first.
pub(crate) fn periods(p: &Page, held: impl Iterator<Item = Period>, shown: Period) -> Vec<Choice> {
    let mut all: Vec<Period> = held.chain([shown]).collect::<BTreeSet<_>>().into_iter().collect();
    all.sort_by_key(|it| std::cmp::Reverse((it.last(), it.frequency())));
    all.into_iter().map(|it| Choice { value: it.to_string(), label: period(p, it), chosen: it == shown }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_guarded_is_offered() {
        let catalogue = returns::catalogue().unwrap();
        let free: Vec<&str> =
            catalogue.indicators().iter().filter(|it| is_free(&catalogue, it)).map(|it| it.code.as_str()).collect();
        assert!(free.contains(&"LAU01") && free.len() > 80, "{}", free.len());
        for group in ["TIP", "REF", "CRM", "KEY"] {
            assert!(free.iter().all(|it| !it.starts_with(group)), "{group} is offered");
            assert!(TELLING.iter().all(|it| !it.starts_with(group)), "{group} is drawn");
        }
        assert_eq!(telling(&catalogue).count(), TELLING.len(), "every telling indicator is in the catalogue and free");
    }

    #[test]
    fn shares_are_drawn_as_per_cents_and_unknown_ones_not_at_all() {
        let total = |value, of| Total { value, of, ..Total::default() };
        assert_eq!(amount(&total(Some(15), Some(16))), Some(9375));
        assert_eq!(amount(&total(Some(0), Some(0))), None);
        assert_eq!(amount(&total(Some(0), None)), Some(0));
        assert_eq!(amount(&total(None, None)), None);
    }
}
