//! Periods in words, and the list to choose one from.

use std::collections::BTreeSet;

use kernel::{Calendar, Day, Frequency, Period};
use web::Page;

/// `05/02/2026`.
pub(crate) fn date(day: Day) -> String {
    let (year, month, date) = day.civil();
    viet::date_short(year, month, date)
}

/// "Tháng 3 năm 2026", with its days where the calendar is not the everyday one.
pub(crate) fn words(p: &Page, period: Period) -> String {
    let short = short(p, period);
    if period.calendar() == Calendar::Civil {
        return short;
    }
    let days = [("first", date(period.first())), ("last", date(period.last()))];
    format!("{short} ({})", p.ta("dashboards-days", &days))
}

/// "Tháng 3 năm 2026".
pub(crate) fn short(p: &Page, period: Period) -> String {
    let places = [("n", period.ordinal().to_string()), ("year", period.year().to_string())];
    match (period.frequency(), period.calendar()) {
        (Frequency::Year, Calendar::Civil) => p.ta("dashboards-period-year", &places),
        (Frequency::Year, _) => p.ta("dashboards-period-other-year", &places),
        (Frequency::Half, _) if period.ordinal() == 1 => p.ta("dashboards-period-half-first", &places),
        (Frequency::Half, _) => p.ta("dashboards-period-half-last", &places),
        (Frequency::Quarter, _) => p.ta("dashboards-period-quarter", &places),
        (Frequency::Month, _) => p.ta("dashboards-period-month", &places),
    }
}

/// The periods of one calendar and length.
#[derive(Debug)]
pub(crate) struct Group {
    /// "Năm công tác (15/12 – 14/12)".
    pub(crate) label: String,
    /// The latest first.
    pub(crate) options: Vec<Choice>,
}

/// One period to choose.
#[derive(Debug)]
pub(crate) struct Choice {
    /// The code.
    pub(crate) code: String,
    /// What is read.
    pub(crate) label: String,
    /// Whether it is the one shown.
    pub(crate) chosen: bool,
}

/// Every period of which figures are held, the years around them, this year and the period shown, in groups.
pub(crate) fn choices(p: &Page, held: impl Iterator<Item = Period>, shown: Period) -> Vec<Group> {
    let mut all: BTreeSet<Period> = held.collect();
    all.insert(shown);
    all.extend(Period::on(Calendar::Civil, Frequency::Year, p.today));
    let years: Vec<Period> = all.iter().filter_map(|it| it.within(Frequency::Year)).collect();
    all.extend(years);
    let group = |calendar: Calendar, frequency: Frequency| {
        let mut of: Vec<Period> =
            all.iter().copied().filter(|it| it.calendar() == calendar && it.frequency() == frequency).collect();
        of.sort_by_key(|it| std::cmp::Reverse(it.first()));
        let choice = |it: Period| Choice { code: it.to_string(), label: short(p, it), chosen: it == shown };
        Group { label: group_label(p, calendar, frequency), options: of.into_iter().map(choice).collect() }
    };
    let lengths = [Frequency::Year, Frequency::Half, Frequency::Quarter, Frequency::Month];
    let groups = Calendar::ALL.into_iter().flat_map(|calendar| lengths.map(|it| (calendar, it)));
    groups.map(|(calendar, frequency)| group(calendar, frequency)).filter(|it| !it.options.is_empty()).collect()
}

fn group_label(p: &Page, calendar: Calendar, frequency: Frequency) -> String {
    let length = match frequency {
        Frequency::Year => p.t("dashboards-years"),
        Frequency::Half => p.t("dashboards-halves"),
        Frequency::Quarter => p.t("dashboards-quarters"),
        Frequency::Month => p.t("dashboards-months"),
    };
    let calendar = match calendar {
        Calendar::Civil => p.t("dashboards-calendar-civil"),
        Calendar::Administrative => p.t("dashboards-calendar-adm"),
        Calendar::Assembly => p.t("dashboards-calendar-na"),
        Calendar::ResidentialArea => p.t("dashboards-calendar-kdc"),
        Calendar::Standard => p.t("dashboards-calendar-std"),
        Calendar::Team => p.t("dashboards-calendar-team"),
    };
    format!("{length} – {calendar}")
}
