//! Days, periods and indicators in words: the same on every page.

use std::{cmp::Reverse, collections::BTreeSet};

use kernel::{Calendar, Day, Frequency, Indicator, Instant, Period};

use crate::{Chosen, Group, Lang, Page};

/// `05/02/2026`.
pub fn date(day: Day) -> String {
    let (year, month, date) = day.civil();
    viet::date_short(year, month, date)
}

/// `14:05, 05/02/2026`.
pub fn moment(at: Instant) -> String {
    format!("{}, {}", at.time(), date(at.day()))
}

impl Page {
    /// An act of the audit in words, `returns.approved`; its code if there are none. The words stand with the slice that
    /// writes the act.
    pub fn act(&self, code: &str) -> String {
        let id = format!("act-{}", code.replace('.', "-"));
        let said = self.t(&id);
        if said == id { code.to_owned() } else { said }
    }

    /// "Tháng 3 năm 2026".
    pub fn period(&self, period: Period) -> String {
        let places = [("n", period.ordinal().to_string()), ("year", period.year().to_string())];
        match (period.frequency(), period.calendar()) {
            (Frequency::Year, Calendar::Civil) => self.ta("web-period-year", &places),
            (Frequency::Year, _) => self.ta("web-period-other-year", &places),
            (Frequency::Half, _) if period.ordinal() == 1 => self.ta("web-period-half-first", &places),
            (Frequency::Half, _) => self.ta("web-period-half-last", &places),
            (Frequency::Quarter, _) => self.ta("web-period-quarter", &places),
            (Frequency::Month, _) => self.ta("web-period-month", &places),
        }
    }

    /// The same with its days, where the calendar is not the everyday one.
    pub fn period_and_days(&self, period: Period) -> String {
        let words = self.period(period);
        if period.calendar() == Calendar::Civil {
            return words;
        }
        let days = [("first", date(period.first())), ("last", date(period.last()))];
        format!("{words} ({})", self.ta("web-period-days", &days))
    }

    /// "Tháng – theo năm công tác (15/12 đến 14/12)": what periods of a calendar and length are called.
    pub fn kind_of_period(&self, calendar: Calendar, frequency: Frequency) -> String {
        let length = match frequency {
            Frequency::Year => self.t("web-years"),
            Frequency::Half => self.t("web-halves"),
            Frequency::Quarter => self.t("web-quarters"),
            Frequency::Month => self.t("web-months"),
        };
        let calendar = match calendar {
            Calendar::Civil => self.t("web-calendar-civil"),
            Calendar::Administrative => self.t("web-calendar-adm"),
            Calendar::Assembly => self.t("web-calendar-na"),
            Calendar::ResidentialArea => self.t("web-calendar-kdc"),
            Calendar::Standard => self.t("web-calendar-std"),
            Calendar::Team => self.t("web-calendar-team"),
        };
        format!("{length} – {calendar}")
    }

    /// Periods to choose from, those of one calendar and length together, the latest first; the one shown is among them.
    pub fn periods(&self, all: impl IntoIterator<Item = Period>, shown: Option<Period>) -> Vec<Group> {
        let all: BTreeSet<Period> = all.into_iter().chain(shown).collect();
        let group = |(calendar, frequency): (Calendar, Frequency)| {
            let mut of: Vec<Period> =
                all.iter().copied().filter(|it| (it.calendar(), it.frequency()) == (calendar, frequency)).collect();
            of.sort_by_key(|it| Reverse(it.first()));
            let option =
                |it: Period| Chosen { value: it.to_string(), label: self.period(it), chosen: Some(it) == shown };
            Group { label: self.kind_of_period(calendar, frequency), options: of.into_iter().map(option).collect() }
        };
        let kinds =
            Calendar::ALL.into_iter().flat_map(|it| Frequency::ALL.into_iter().rev().map(move |length| (it, length)));
        kinds.map(group).filter(|it| !it.options.is_empty()).collect()
    }

    /// Indicators to choose from, under the headings of the catalogue.
    pub fn indicators<'a>(
        &self,
        all: impl IntoIterator<Item = &'a Indicator>,
        shown: Option<&Indicator>,
    ) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for it in all {
            let chosen = shown.is_some_and(|shown| shown.id() == it.id());
            let option = Chosen { value: it.code.clone(), label: self.indicator(it).to_owned(), chosen };
            match groups.last_mut().filter(|group| group.label == it.heading()) {
                Some(group) => group.options.push(option),
                None => groups.push(Group { label: it.heading().to_owned(), options: vec![option] }),
            }
        }
        groups
    }

    /// An indicator's name in the page's language.
    pub fn indicator<'a>(&self, indicator: &'a Indicator) -> &'a str {
        match self.lang {
            Lang::Vi => &indicator.name_vi,
            Lang::En => &indicator.name_en,
        }
    }
}
