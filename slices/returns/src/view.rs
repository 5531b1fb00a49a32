//! What an address asks to see: a unit, a period, boundaries; and how far the asker's scope reaches. Every page about a
//! unit's figures reads its address here, so that a link from one opens the same view on another.

use std::{cmp::Reverse, collections::HashMap};

use figures::{Apportionment, Boundaries, Engine, Question, Refusal, Total};
use kernel::{Calendar, Day, Frequency, IndicatorId, Issue, Issues, Period, Register, UnitId, UnitState};
use web::{App, Cover, Crumb, Error, Page, Result, Scope, Who, date};

use crate::READ;

/// The part of an address after the question mark, as it came.
pub type Asked = HashMap<String, String>;

/// What was sent under this name, if anything.
pub fn text<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    asked.get(name).map(|it| it.trim()).filter(|it| !it.is_empty())
}

/// A unit and how far the asker's scope reaches over it.
#[derive(Debug)]
pub struct Seen {
    /// The unit.
    pub unit: UnitId,
    /// What the asker may read.
    pub scope: Scope,
    /// The unit was split and only some of its heirs are in scope.
    pub shared: bool,
}

impl Seen {
    /// The unit that the address names.
    ///
    /// # Errors
    /// Not found, if there is none or if it is out of scope.
    pub fn read(id: &str, who: &Who, register: &Register, today: Day) -> Result<Seen> {
        let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
        register.latest(unit).ok_or(Error::NotFound)?;
        let scope = who.scope(READ)?;
        match scope.cover(register, unit, today) {
            Cover::None => Err(Error::NotFound),
            cover => Ok(Seen { unit, scope, shared: cover == Cover::Heir }),
        }
    }

    /// Whether another unit's page would open.
    pub fn opens(&self, register: &Register, unit: UnitId, today: Day) -> bool {
        self.scope.cover(register, unit, today) != Cover::None
    }

    /// Whether the asker looks at a unit from above, where small counts of tips are merged.
    pub fn from_above(&self, register: &Register, unit: UnitId, today: Day) -> bool {
        crate::merge::looks_from_above(&self.scope, register, unit, today)
    }

    /// The units above in scope, the highest first, and the unit itself: the way to a page of no one period.
    pub fn crumbs(&self, register: &Register, state: &UnitState, day: Day, today: Day) -> Vec<Crumb> {
        let mut above = register.ancestors(self.unit, day);
        above.reverse();
        let open = above.into_iter().filter(|it| self.opens(register, it.id, today));
        open.chain([state]).map(|it| Crumb { label: it.full_name.clone(), path: format!("/units/{}", it.id) }).collect()
    }

    /// Whether another unit's returns would open.
    pub fn opens_returns(&self, register: &Register, unit: UnitId, today: Day) -> bool {
        self.scope.cover(register, unit, today) == Cover::Full
    }
}

/// Under whose boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// Those of the period's last day.
    Then,
    /// Today's.
    Now,
    /// Those of this day.
    On(Day),
}

impl Under {
    /// Reads `then`, `now` or a day.
    pub fn parse(word: &str) -> Option<Under> {
        match word {
            "then" => Some(Under::Then),
            "now" => Some(Under::Now),
            day => Day::parse(day).map(Under::On),
        }
    }

    /// Those of the period's last day, if the unit exists then; else today's.
    pub fn usual(register: &Register, unit: UnitId, period: Period) -> Under {
        if register.get(unit, period.last()).is_some() { Under::Then } else { Under::Now }
    }

    /// The word in an address.
    pub fn word(self) -> String {
        match self {
            Under::Then => "then".to_owned(),
            Under::Now => "now".to_owned(),
            Under::On(day) => day.to_string(),
        }
    }

    /// Whose boundaries hold, in words; `last` is the period's last day.
    pub fn words(self, p: &Page, last: Day) -> String {
        match self {
            Under::Then => p.t1("returns-under-then", "day", date(last)),
            Under::Now => p.t("returns-under-now"),
            Under::On(day) => p.t1("returns-under-day", "day", date(day)),
        }
    }

    /// The boundaries, as the engine takes them.
    pub fn boundaries(self, today: Day) -> Boundaries {
        match self {
            Under::Then => Boundaries::Then,
            Under::Now => Boundaries::On(today),
            Under::On(day) => Boundaries::On(day),
        }
    }
}

/// What was asked, as far as it could be read.
#[derive(Debug, Default)]
pub struct Wish {
    /// `period`
    pub period: Option<Period>,
    /// `boundaries`
    pub under: Option<Under>,
    /// `on`: the day whose name the asker had in mind; names only (rule 21).
    pub on: Option<Day>,
    /// What could not be read; what would have been shown without it is shown.
    pub issues: Issues,
}

impl Wish {
    /// Reads `period`, `boundaries` and `on`.
    pub fn read(asked: &Asked) -> Wish {
        let mut wish = Wish::default();
        if let Some(code) = text(asked, "period") {
            wish.period = Period::parse(code).ok();
            if wish.period.is_none() {
                wish.issues.push(Issue::new("period", "returns-wrong-period").with("code", code));
            }
        }
        if let Some(word) = text(asked, "boundaries") {
            wish.under = Under::parse(word);
            if wish.under.is_none() {
                wish.issues.push(Issue::new("", "returns-wrong-boundaries").with("word", word));
            }
        }
        if let Some(day) = text(asked, "on") {
            wish.on = Day::parse(day);
            if wish.on.is_none() {
                wish.issues.push(Issue::new("", "returns-wrong-day").with("day", day));
            }
        }
        wish
    }
}

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Whose figures.
    pub unit: UnitId,
    /// Of which period.
    pub period: Period,
    /// Under whose boundaries.
    pub under: Under,
    /// Today.
    pub today: Day,
    /// The day whose name the asker had in mind.
    on: Option<Day>,
}

/// How many periods back a figure is looked for when none is asked for.
const LOOK_BACK: usize = 60;

impl View {
    /// Exactly this.
    pub fn of(unit: UnitId, period: Period, under: Under, today: Day) -> View {
        View { unit, period, under, today, on: None }
    }

    /// What to show: what was asked; else the latest period for which `has` finds something, under the boundaries of
    /// then, or else under today's; else the year of today, of the day asked for, or of the unit's last day.
    ///
    /// # Errors
    /// Not found, if no period can be made of that day.
    pub fn choose(
        app: &App,
        register: &Register,
        unit: UnitId,
        wish: &Wish,
        today: Day,
        has: impl Fn(&Engine, &View) -> bool,
    ) -> Result<View> {
        let on = wish.on;
        let usual = |period: Period| {
            let under = wish.under.unwrap_or_else(|| Under::usual(register, unit, period));
            View { unit, period, under, today, on }
        };
        if let Some(period) = wish.period {
            return Ok(usual(period));
        }
        let begun = on.unwrap_or(today);
        let mut periods: Vec<Period> = app.periods().into_iter().filter(|it| it.first() <= begun).collect();
        periods.sort_by_key(|it| Reverse((it.last(), it.frequency())));
        let ways = wish.under.map_or(vec![Under::Then, Under::Now], |it| vec![it]);
        let found = app.totals(|engine| {
            ways.iter().find_map(|under| {
                let view = |it: &Period| View { unit, period: *it, under: *under, today, on };
                let mut views = periods.iter().take(LOOK_BACK).map(view);
                views.find(|it| it.in_force(register) && has(engine, it))
            })
        })?;
        let last_day = register.latest(unit).map_or(today, UnitState::last_day);
        let year = || Period::on(Calendar::Civil, Frequency::Year, on.unwrap_or(today.min(last_day))).map(usual);
        found.or_else(year).ok_or(Error::NotFound)
    }

    /// The boundaries, as the engine takes them.
    pub fn boundaries(&self) -> Boundaries {
        self.under.boundaries(self.today)
    }

    /// The day whose hierarchy holds.
    pub fn day(&self) -> Day {
        match self.under {
            Under::Then => self.period.last(),
            Under::Now => self.today,
            Under::On(day) => day,
        }
    }

    /// Whether the unit is in force on that day; otherwise it has no totals.
    pub fn in_force(&self, register: &Register) -> bool {
        register.get(self.unit, self.day()).is_some()
    }

    /// The unit as it is called: on the day asked for, else on the day shown, else as it was last known.
    pub fn state<'a>(&self, register: &'a Register) -> Option<&'a UnitState> {
        let named = self.on.and_then(|day| register.get(self.unit, day));
        named.or_else(|| register.nearest(self.unit, self.day()))
    }

    /// `period=2021&boundaries=now`; the boundaries of then need no word.
    pub fn query(&self) -> String {
        match self.under {
            Under::Then => format!("period={}", self.period),
            under => format!("period={}&boundaries={}", self.period, under.word()),
        }
    }

    /// The word for the boundaries in a form; empty for the usual ones.
    pub fn boundaries_word(&self) -> String {
        if self.under == Under::Then { String::new() } else { self.under.word() }
    }

    /// The address of a unit's page, same period and boundaries.
    pub fn unit_path(&self, unit: UnitId) -> String {
        format!("/units/{unit}?{}", self.query())
    }

    /// The address of a figure's page, same period and boundaries.
    pub fn figure_path(&self, unit: UnitId, code: &str) -> String {
        format!("/units/{unit}/figures/{code}?{}", self.query())
    }

    /// The same for another period.
    #[must_use]
    pub fn with_period(&self, period: Period) -> View {
        View { period, ..*self }
    }

    /// The same under other boundaries, if these are others and the unit is in force under them.
    pub fn with_under(&self, register: &Register, under: Under) -> Option<View> {
        Some(View { under, ..*self }).filter(|it| it.under != self.under && it.in_force(register))
    }

    /// Whose boundaries hold, in words.
    pub fn under_words(&self, p: &Page) -> String {
        self.under.words(p, self.period.last())
    }

    /// What must be known before anything is read: a past that is shared, a unit not in force, a hierarchy not known.
    pub fn notices(&self, p: &Page, register: &Register, seen: &Seen) -> Vec<String> {
        let mut notices = Vec::new();
        if seen.shared {
            notices.push(p.t("returns-shared"));
        }
        if !self.in_force(register) {
            notices.push(p.t1("returns-not-in-force", "day", date(self.day())));
        } else if self.day() < register.incomplete_before(self.unit) {
            notices.push(p.t("returns-incomplete"));
        }
        notices
    }

    /// The question behind a total.
    pub fn question(&self, unit: UnitId, indicator: IndicatorId) -> Question {
        Question {
            unit: unit.0,
            indicator,
            period: self.period,
            boundaries: self.boundaries(),
            apportionment: Apportionment::None,
        }
    }

    /// One total of a unit.
    ///
    /// # Errors
    /// As the engine refuses.
    pub fn total(&self, engine: &Engine, unit: UnitId, indicator: IndicatorId) -> std::result::Result<Total, Refusal> {
        engine.total(&self.question(unit, indicator))
    }

    /// The totals of units, one each; default where a unit is not in force or a sum does not fit.
    pub fn totals(&self, engine: &Engine, units: &[&UnitState], indicator: IndicatorId) -> Vec<Total> {
        let ids: Vec<i64> = units.iter().map(|it| it.id.0).collect();
        match engine.table(&ids, &[indicator], self.period, self.boundaries(), Apportionment::None) {
            Ok(table) => table.totals,
            // One of them spoils the table: each for itself.
            Err(_) => units.iter().map(|it| self.total(engine, it.id, indicator).unwrap_or_default()).collect(),
        }
    }

    /// The units above in scope, the highest first: the way here.
    pub fn crumbs(&self, register: &Register, seen: &Seen) -> Vec<Crumb> {
        let mut above = register.ancestors(self.unit, self.day());
        above.reverse();
        above
            .into_iter()
            .filter(|it| seen.opens(register, it.id, self.today))
            .map(|it| Crumb { label: it.full_name.clone(), path: self.unit_path(it.id) })
            .collect()
    }

    /// The same and the unit's own page: the way to a page about it.
    pub fn crumbs_to(&self, register: &Register, seen: &Seen) -> Vec<Crumb> {
        let mut crumbs = self.crumbs(register, seen);
        let own = self.state(register);
        crumbs.extend(own.map(|it| Crumb { label: it.full_name.clone(), path: self.unit_path(it.id) }));
        crumbs
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
        assert_eq!(Wish::read(&asked(&[("period", "202x"), ("boundaries", "later"), ("on", "x")])).issues.len(), 3);
        assert!(Wish::read(&asked(&[("period", " ")])).period.is_none());
    }
}
