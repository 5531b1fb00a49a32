//! What an address asks to see: a unit, a period, boundaries.

use std::{cmp::Reverse, collections::HashMap};

use figures::{Apportionment, Boundaries, Question, Total};
use kernel::{Calendar, Day, Frequency, IndicatorId, Issue, Issues, Period, Register, UnitId, UnitState};
use returns::READ;
use web::{App, Cover, Crumb, Error, Result, Scope, Who};

/// The part of an address after the question mark, as it came.
pub(crate) type Asked = HashMap<String, String>;

/// How many periods back a figure is looked for when none is asked for.
const LOOK_BACK: usize = 60;

/// Under whose boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Under {
    /// Those of the period's last day.
    Then,
    /// Today's.
    Now,
    /// Those of this day.
    On(Day),
}

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) unit: UnitId,
    pub(crate) period: Period,
    pub(crate) under: Under,
    pub(crate) today: Day,
}

/// What was asked, as far as it could be read.
#[derive(Debug, Default)]
pub(crate) struct Wish {
    pub(crate) period: Option<Period>,
    pub(crate) under: Option<Under>,
    /// What could not be read.
    pub(crate) issues: Issues,
}

impl Wish {
    /// Reads `period` and `boundaries`.
    pub(crate) fn read(asked: &Asked) -> Wish {
        let mut wish = Wish::default();
        if let Some(code) = text(asked, "period") {
            wish.period = Period::parse(code).ok();
            if wish.period.is_none() {
                wish.issues.push(Issue::new("period", "maps-wrong-period").with("code", code));
            }
        }
        if let Some(word) = text(asked, "boundaries") {
            wish.under = match word {
                "then" => Some(Under::Then),
                "now" => Some(Under::Now),
                day => Day::parse(day).map(Under::On),
            };
            if wish.under.is_none() {
                wish.issues.push(Issue::new("", "maps-wrong-boundaries").with("word", word));
            }
        }
        wish
    }
}

/// What was sent under this name, if anything.
pub(crate) fn text<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    asked.get(name).map(|it| it.trim()).filter(|it| !it.is_empty())
}

/// The unit that the address names, and the asker's scope.
///
/// # Errors
/// Not found, if there is none or if it is out of scope.
pub(crate) fn seen(id: &str, who: &Who, register: &Register, today: Day) -> Result<(UnitId, Scope)> {
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    register.latest(unit).ok_or(Error::NotFound)?;
    let scope = who.scope(READ)?;
    scope.must_cover(register, unit, today)?;
    Ok((unit, scope))
}

impl View {
    /// What to show: what was asked, else the latest period for which `has` finds something, else this year.
    ///
    /// # Errors
    /// Not found, if no period can be made of today.
    pub(crate) fn choose(
        app: &App,
        register: &Register,
        unit: UnitId,
        wish: &Wish,
        today: Day,
        has: impl Fn(&figures::Engine, &View) -> bool,
    ) -> Result<View> {
        let under = |period: Period| {
            let then = register.get(unit, period.last()).is_some();
            wish.under.unwrap_or(if then { Under::Then } else { Under::Now })
        };
        let view = |period: Period| View { unit, period, under: under(period), today };
        if let Some(period) = wish.period {
            return Ok(view(period));
        }
        let found = app.totals(|engine| {
            let mut periods: Vec<Period> = engine.periods().collect();
            periods.sort_by_key(|it| Reverse((it.last(), it.frequency())));
            periods.into_iter().take(LOOK_BACK).map(view).find(|it| it.in_force(register) && has(engine, it))
        });
        let this_year = || Period::on(Calendar::Civil, Frequency::Year, today).map(view);
        found.or_else(this_year).ok_or(Error::NotFound)
    }

    /// The boundaries, as the engine takes them.
    pub(crate) fn boundaries(&self) -> Boundaries {
        match self.under {
            Under::Then => Boundaries::Then,
            Under::Now => Boundaries::On(self.today),
            Under::On(day) => Boundaries::On(day),
        }
    }

    /// The day whose hierarchy holds.
    pub(crate) fn day(&self) -> Day {
        match self.under {
            Under::Then => self.period.last(),
            Under::Now => self.today,
            Under::On(day) => day,
        }
    }

    /// Whether the unit is in force on that day; otherwise it has no totals.
    pub(crate) fn in_force(&self, register: &Register) -> bool {
        register.get(self.unit, self.day()).is_some()
    }

    /// The same for another period.
    pub(crate) fn with_period(&self, period: Period) -> View {
        View { period, ..*self }
    }

    /// `period=2021&boundaries=now`
    pub(crate) fn query(&self) -> String {
        match self.under {
            Under::Then => format!("period={}&boundaries=then", self.period),
            Under::Now => format!("period={}&boundaries=now", self.period),
            Under::On(day) => format!("period={}&boundaries={day}", self.period),
        }
    }

    /// The word for the boundaries in a form.
    pub(crate) fn boundaries_word(&self) -> String {
        match self.under {
            Under::Then => "then".to_owned(),
            Under::Now => "now".to_owned(),
            Under::On(day) => day.to_string(),
        }
    }

    /// The totals of units, one each; default where a unit is not in force or a sum does not fit.
    pub(crate) fn totals(&self, engine: &figures::Engine, units: &[&UnitState], indicator: IndicatorId) -> Vec<Total> {
        let ids: Vec<i64> = units.iter().map(|it| it.id.0).collect();
        match engine.table(&ids, &[indicator], self.period, self.boundaries(), Apportionment::None) {
            Ok(table) => table.totals,
            // One of them spoils the table: each for itself.
            Err(_) => units.iter().map(|it| self.total(engine, it.id, indicator)).collect(),
        }
    }

    /// One total; default where the unit is not in force or the sum does not fit.
    pub(crate) fn total(&self, engine: &figures::Engine, unit: UnitId, indicator: IndicatorId) -> Total {
        let (period, boundaries) = (self.period, self.boundaries());
        let question = Question { unit: unit.0, indicator, period, boundaries, apportionment: Apportionment::None };
        engine.total(&question).unwrap_or_default()
    }

    /// The unit's own page and those above it in scope, the highest first: the way here.
    pub(crate) fn crumbs(&self, register: &Register, scope: &Scope) -> Vec<Crumb> {
        let mut way = register.ancestors(self.unit, self.day());
        way.reverse();
        way.extend(register.nearest(self.unit, self.day()));
        way.into_iter()
            .filter(|it| scope.cover(register, it.id, self.today) != Cover::None)
            .map(|it| Crumb { label: it.full_name.clone(), path: format!("/units/{}?{}", it.id, self.query()) })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_said() {
        let asked =
            |pairs: &[(&str, &str)]| -> Asked { pairs.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect() };
        let wish = Wish::read(&asked(&[("period", "2021"), ("boundaries", "2025-07-01")]));
        assert!(wish.issues.is_empty());
        assert_eq!(wish.under, Some(Under::On(Day::parse("2025-07-01").unwrap())));
        assert_eq!(Wish::read(&asked(&[("period", "202x"), ("boundaries", "later")])).issues.len(), 2);
        assert!(Wish::read(&asked(&[("period", " ")])).period.is_none());
    }
}
