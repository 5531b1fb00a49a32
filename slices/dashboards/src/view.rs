//! What an address asks to see: a unit, a period, boundaries.

use std::{cmp::Reverse, collections::HashMap};

use figures::{Apportionment, Boundaries, Question, Refusal, Total};
use kernel::{Calendar, Day, Frequency, Issue, Issues, Period, Register, UnitId, UnitState};
use returns::READ;
use web::{App, Cover, Crumb, Error, Result, Scope, Who};

/// The part of an address after the question mark, as it came.
pub(crate) type Asked = HashMap<String, String>;

/// A unit and how far the asker's scope reaches over it.
pub(crate) struct Seen {
    pub(crate) unit: UnitId,
    pub(crate) scope: Scope,
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
}

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

impl Under {
    fn parse(word: &str) -> Option<Under> {
        match word {
            "then" => Some(Under::Then),
            "now" => Some(Under::Now),
            day => Day::parse(day).map(Under::On),
        }
    }
}

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) unit: UnitId,
    pub(crate) period: Period,
    pub(crate) under: Under,
    pub(crate) today: Day,
    /// The day whose name the asker had in mind; names only (rule 21).
    on: Option<Day>,
}

/// How many periods back a figure is looked for when none is asked for.
const LOOK_BACK: usize = 60;

impl View {
    /// Reads what was asked. What cannot be read is said, and what would have been shown without it is shown.
    pub(crate) fn read(
        app: &App,
        register: &Register,
        unit: UnitId,
        asked: &Asked,
        today: Day,
    ) -> Result<(View, Issues)> {
        let text = |name: &str| asked.get(name).map(|it| it.trim()).filter(|it| !it.is_empty());
        let mut issues = Issues::new();
        let period = text("period").and_then(|code| {
            let read = Period::parse(code);
            if read.is_err() {
                issues.push(Issue::new("", "dashboards-wrong-period").with("code", code));
            }
            read.ok()
        });
        let under = text("boundaries").and_then(|word| {
            let read = Under::parse(word);
            if read.is_none() {
                issues.push(Issue::new("", "dashboards-wrong-boundaries").with("word", word));
            }
            read
        });
        let on = text("on").and_then(|day| {
            let read = Day::parse(day);
            if read.is_none() {
                issues.push(Issue::new("", "dashboards-wrong-day").with("day", day));
            }
            read
        });
        let (period, under) = match (period, under) {
            (Some(period), Some(under)) => (period, under),
            (Some(period), None) => (period, usual(register, unit, period)),
            (None, under) => latest(app, register, unit, under, on, today).ok_or(Error::NotFound)?,
        };
        Ok((View { unit, period, under, today, on }, issues))
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

    /// The unit as it is called: on the day asked for, else on the day shown, else as it was last known.
    pub(crate) fn state<'a>(&self, register: &'a Register) -> Option<&'a UnitState> {
        let named = self.on.and_then(|day| register.get(self.unit, day));
        named.or_else(|| register.nearest(self.unit, self.day()))
    }

    /// The address of a unit's page, same period and boundaries.
    pub(crate) fn unit_path(&self, unit: UnitId) -> String {
        format!("/units/{unit}?{}", self.query())
    }

    /// The address of a figure's page, same period and boundaries.
    pub(crate) fn figure_path(&self, unit: UnitId, code: &str) -> String {
        format!("/units/{unit}/figures/{code}?{}", self.query())
    }

    fn query(&self) -> String {
        match self.under {
            Under::Then => format!("period={}", self.period),
            Under::Now => format!("period={}&boundaries=now", self.period),
            Under::On(day) => format!("period={}&boundaries={day}", self.period),
        }
    }

    /// The word for the boundaries in a form; empty for the usual ones.
    pub(crate) fn boundaries_word(&self) -> String {
        match self.under {
            Under::Then => String::new(),
            Under::Now => "now".to_owned(),
            Under::On(day) => day.to_string(),
        }
    }

    /// The same for another period.
    pub(crate) fn with_period(&self, period: Period) -> View {
        View { period, ..*self }
    }

    /// The same under other boundaries, if the unit is in force then.
    pub(crate) fn with_under(&self, register: &Register, under: Under) -> Option<View> {
        Some(View { under, ..*self }).filter(|it| it.in_force(register))
    }

    /// One total of a unit.
    pub(crate) fn total(
        &self,
        engine: &figures::Engine,
        unit: UnitId,
        indicator: kernel::IndicatorId,
    ) -> std::result::Result<Total, Refusal> {
        engine.total(&self.question(unit, indicator))
    }

    /// The question behind it.
    pub(crate) fn question(&self, unit: UnitId, indicator: kernel::IndicatorId) -> Question {
        Question {
            unit: unit.0,
            indicator,
            period: self.period,
            boundaries: self.boundaries(),
            apportionment: Apportionment::None,
        }
    }

    /// The units above in scope, the highest first: the way here.
    pub(crate) fn crumbs(&self, register: &Register, seen: &Seen) -> Vec<Crumb> {
        let mut above = register.ancestors(self.unit, self.day());
        above.reverse();
        above
            .into_iter()
            .filter(|it| seen.opens(register, it.id, self.today))
            .map(|it| Crumb { label: it.full_name.clone(), path: self.unit_path(it.id) })
            .collect()
    }
}

/// Boundaries of the period's last day, if the unit exists then; else today's.
fn usual(register: &Register, unit: UnitId, period: Period) -> Under {
    if register.get(unit, period.last()).is_some() { Under::Then } else { Under::Now }
}

/// The latest period in which the unit, or anything below it, has figures: under the boundaries of then, or else under
/// today's. This year, if there is none.
fn latest(
    app: &App,
    register: &Register,
    unit: UnitId,
    under: Option<Under>,
    on: Option<Day>,
    today: Day,
) -> Option<(Period, Under)> {
    let catalogue = app.catalogue.get();
    let found = app.totals(|engine| {
        let mut periods: Vec<Period> = engine.periods().filter(|it| on.is_none_or(|day| it.first() <= day)).collect();
        periods.sort_by_key(|it| Reverse((it.last(), it.frequency())));
        let has = |view: &View| {
            view.in_force(register)
                && catalogue
                    .indicators()
                    .iter()
                    .any(|it| view.total(engine, unit, it.id()).is_ok_and(|total| total.value.is_some()))
        };
        let ways = under.map_or(vec![Under::Then, Under::Now], |it| vec![it]);
        ways.into_iter().find_map(|under| {
            let views = periods.iter().take(LOOK_BACK).map(|it| View { unit, period: *it, under, today, on });
            views.into_iter().find(has)
        })
    });
    if let Some(view) = found {
        return Some((view.period, view.under));
    }
    // Nothing at all: the year of the day asked for, or of the unit's last day if that is past.
    let last_day = register.latest(unit).map_or(today, UnitState::last_day);
    let period = Period::on(Calendar::Civil, Frequency::Year, on.unwrap_or(today.min(last_day)))?;
    Some((period, under.unwrap_or_else(|| usual(register, unit, period))))
}
