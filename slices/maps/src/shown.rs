//! Indicators, amounts and periods, as maps and charts show them.

use std::collections::BTreeSet;

use figures::Total;
use kernel::{Catalogue, Day, Frequency, Indicator, Period, Register};
use returns::{
    figure::in_words,
    view::{Seen, View},
};
use web::{Chosen, Error, Page, Result, Table, Who, date};

/// What is shown first, the most telling first.
pub(crate) const TELLING: [&str; 12] =
    ["LAU01", "LAU02", "OUT01", "OUT02", "MOD02", "MOD04", "STD14", "STD24", "MED07", "FOR01", "FES01", "AWA03"];

/// The unit that an address names, if it lies wholly within the asker's scope.
///
/// # Errors
/// Not found.
pub(crate) fn whole(id: &str, who: &Who, register: &Register, today: Day) -> Result<Seen> {
    Seen::read(id, who, register, today).and_then(|it| if it.shared { Err(Error::NotFound) } else { Ok(it) })
}

/// The telling indicators of the catalogue.
pub(crate) fn telling(catalogue: &Catalogue) -> impl Iterator<Item = &Indicator> {
    TELLING.iter().filter_map(|it| catalogue.by_code(it)).filter(|it| catalogue.is_free(it))
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

/// Where the numbers come from, and their date.
pub(crate) fn source(p: &Page) -> String {
    p.t1("maps-source", "day", date(p.today))
}

/// What a chart of months was drawn from.
pub(crate) fn table(p: &Page, caption: &str, months: &[String], rows: Vec<plot::Row>) -> Table {
    let columns = months.iter().map(|it| p.t1("maps-month", "n", it));
    Table::twin(caption.to_owned(), p.t("maps-row"), columns, rows)
}

/// So many steps are offered.
const STEPS: usize = 13;

/// The periods around the one shown that are as long and of its calendar, from the oldest: those of which figures are
/// held, and its neighbours.
pub(crate) fn steps(held: impl Iterator<Item = Period>, view: &View, path: impl Fn(&View) -> String) -> Vec<Chosen> {
    let (shown, alike) = (view.period, |it: &Period| {
        it.calendar() == view.period.calendar() && it.frequency() == view.period.frequency()
    });
    let mut all: BTreeSet<Period> = held.filter(alike).collect();
    all.extend([shown.before(), shown, shown.after()]);
    let mut all: Vec<Period> = all.into_iter().collect();
    all.sort_by_key(|it| it.first());
    let here = all.iter().position(|it| *it == shown).unwrap_or(0);
    let from = here.saturating_sub(STEPS / 2).min(all.len().saturating_sub(STEPS));
    let step = |it: Period| Chosen { value: path(&view.with_period(it)), label: short(it), chosen: it == shown };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_guarded_is_offered() {
        let catalogue = forms::catalogue().unwrap();
        let free: Vec<&str> =
            catalogue.indicators().iter().filter(|it| catalogue.is_free(it)).map(|it| it.code.as_str()).collect();
        assert!(free.contains(&"LAU01") && free.len() > 80, "{}", free.len());
        for group in ["TIP", "REF", "CRM", "KEY"] {
            assert!(free.iter().all(|it| !it.starts_with(group)), "{group} is offered");
            assert!(TELLING.iter().all(|it| !it.starts_with(group)), "{group} is drawn");
        }
        assert_eq!(telling(&catalogue).count(), TELLING.len(), "every telling indicator is in the catalogue and free");
    }
}
