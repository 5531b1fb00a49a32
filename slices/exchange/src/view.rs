//! What the pages share: the unit and who may see it, words for days, periods and names, the parts of an address.

use std::collections::BTreeSet;

use kernel::{Calendar, Day, Frequency, Indicator, Period, Register, UnitId, UnitState};
use returns::READ;
use web::{App, Cover, Crumb, Error, Lang, Page, Result, Scope, Who};

/// The part of an address after the question mark, as it came; a name may stand several times.
#[derive(Debug, Default)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl Query {
    /// The value of a name; empty if it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|it| it.0 == name).map_or("", |it| it.1.trim())
    }

    /// All values of a name, as one list with commas.
    pub(crate) fn list(&self, name: &str) -> String {
        let all = self.0.iter().filter(|it| it.0 == name).map(|it| it.1.trim());
        all.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(",")
    }

    /// Whether a box was ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }
}

/// A unit and how far the asker's scope reaches over it.
pub(crate) struct Seen {
    pub(crate) unit: UnitId,
    scope: Scope,
    /// The unit was split and only some of its heirs are in scope.
    pub(crate) shared: bool,
}

impl Seen {
    /// The unit that the address names.
    ///
    /// # Errors
    /// Not found, if there is none or if it is out of scope.
    pub(crate) fn read(id: &str, who: &Who, register: &Register, today: Day) -> Result<Seen> {
        let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
        register.latest(unit).ok_or(Error::NotFound)?;
        let scope = who.scope(READ)?;
        match scope.cover(register, unit, today) {
            Cover::None => Err(Error::NotFound),
            cover => Ok(Seen { unit, scope, shared: cover == Cover::Heir }),
        }
    }

    /// Whether another unit's page would open.
    pub(crate) fn opens(&self, register: &Register, unit: UnitId, today: Day) -> bool {
        self.scope.cover(register, unit, today) != Cover::None
    }

    /// Whether another unit's returns would open.
    pub(crate) fn opens_returns(&self, register: &Register, unit: UnitId, today: Day) -> bool {
        self.scope.cover(register, unit, today) == Cover::Full
    }

    /// The units above in scope, the highest first, and the unit itself: the way to a page about it.
    pub(crate) fn crumbs(&self, register: &Register, state: &UnitState, day: Day, today: Day) -> Vec<Crumb> {
        let mut above = register.ancestors(self.unit, day);
        above.reverse();
        let open = above.into_iter().filter(|it| self.opens(register, it.id, today));
        open.chain([state]).map(|it| Crumb { label: it.full_name.clone(), path: format!("/units/{}", it.id) }).collect()
    }
}

/// The boundaries that hold when none are asked for: those of the period's last day if the unit exists then.
pub(crate) fn usual(register: &Register, unit: UnitId, period: Period) -> &'static str {
    if register.get(unit, period.last()).is_some() { "then" } else { "now" }
}

/// `05/02/2026`.
pub(crate) fn date(day: Day) -> String {
    let (year, month, date) = day.civil();
    viet::date_short(year, month, date)
}

/// "Tháng 3 năm 2026".
pub(crate) fn period_words(p: &Page, period: Period) -> String {
    let places = [("n", period.ordinal().to_string()), ("year", period.year().to_string())];
    p.ta(
        match (period.frequency(), period.calendar()) {
            (Frequency::Year, Calendar::Civil) => "exchange-period-year",
            (Frequency::Year, _) => "exchange-period-other-year",
            (Frequency::Half, _) => "exchange-period-half",
            (Frequency::Quarter, _) => "exchange-period-quarter",
            (Frequency::Month, _) => "exchange-period-month",
        },
        &places,
    )
}

/// "Theo năm công tác (15/12 đến 14/12)".
pub(crate) fn calendar_words(p: &Page, calendar: Calendar) -> String {
    p.t(match calendar {
        Calendar::Civil => "exchange-calendar-civil",
        Calendar::Administrative => "exchange-calendar-adm",
        Calendar::Assembly => "exchange-calendar-na",
        Calendar::ResidentialArea => "exchange-calendar-kdc",
        Calendar::Standard => "exchange-calendar-std",
        Calendar::Team => "exchange-calendar-team",
    })
}

/// The indicator's name in the page's language.
pub(crate) fn name<'a>(p: &Page, indicator: &'a Indicator) -> &'a str {
    match p.lang {
        Lang::Vi => &indicator.name_vi,
        Lang::En => &indicator.name_en,
    }
}

/// The heading of a group without the letters that its codes begin with.
pub(crate) fn heading(indicator: &Indicator) -> &str {
    indicator.group.split_once(' ').map_or(indicator.group.as_str(), |it| it.1)
}

/// Every period of which figures are held, and the years around them.
pub(crate) fn held(app: &App) -> BTreeSet<Period> {
    let mut all: BTreeSet<Period> = app.totals(|engine| engine.periods().collect());
    let years: Vec<Period> = all.iter().filter_map(|it| it.within(Frequency::Year)).collect();
    all.extend(years);
    all
}

/// Periods to choose from, those of one calendar together.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) label: String,
    /// Code, words, whether it is the one shown; the latest first.
    pub(crate) options: Vec<(String, String, bool)>,
}

/// The periods in groups, and the one shown among them.
pub(crate) fn groups(p: &Page, mut all: BTreeSet<Period>, shown: Option<Period>) -> Vec<Group> {
    all.extend(shown);
    let group = |calendar: Calendar| {
        let mut of: Vec<Period> = all.iter().copied().filter(|it| it.calendar() == calendar).collect();
        of.sort_by_key(|it| std::cmp::Reverse((it.year(), it.frequency(), it.ordinal())));
        let option = |it: &Period| (it.to_string(), period_words(p, *it), Some(*it) == shown);
        Group { label: calendar_words(p, calendar), options: of.iter().map(option).collect() }
    };
    Calendar::ALL.into_iter().map(group).filter(|it| !it.options.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stand_several_times_make_a_list() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let query = Query(vec![pair("indicators", "LAU01"), pair("period", " 2025 "), pair("indicators", "LAU02,X")]);
        assert_eq!(query.list("indicators"), "LAU01,LAU02,X");
        assert_eq!((query.text("period"), query.text("order"), query.ticked("share")), ("2025", "", false));
    }
}
