use crate::book::{Column, Lone};
use crate::epoch::Epoch;
use crate::expected::{Roll, Tally};
use crate::sheet::{Sheet, Sum};
use crate::{
    Across, Apportionment, Boundaries, Coverage, Day, Engine, Indicator, IndicatorId, Kind, Period, Question, Refusal,
    Source, Term, Total, UnitId,
};

impl Engine {
    /// The total of a unit.
    ///
    /// A ratio is recomputed from the sums of its terms; it has no value unless on each side of the line at least one
    /// term was reported, and a term that nobody reported counts as 0 then. A change compares the totals of the period and
    /// of the same period a year before, under the boundaries asked for (under [`Boundaries::Then`] each under its own);
    /// its `not_separable` adds up both.
    pub fn total(&self, question: &Question) -> Result<Total, Refusal> {
        let Question { unit, indicator, period, boundaries, apportionment } = *question;
        let plan = Plan::new(self, indicator, period, boundaries, apportionment)?;
        plan.total(self.seated(unit, period, boundaries)?)
    }

    /// The single accepted figures that a total is made of, and those of which it holds an unknown part; by unit, period,
    /// indicator. A percentage published without parts is its own source; a change's are those of both totals.
    pub fn sources(&self, question: &Question) -> Result<Vec<Source>, Refusal> {
        let Question { unit, indicator, period, boundaries, apportionment } = *question;
        let plan = Plan::new(self, indicator, period, boundaries, apportionment)?;
        let mut found = Vec::new();
        plan.sources(self.seated(unit, period, boundaries)?, &mut found)?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Figures that are shown beside the sum and never added: those of the unit itself for exactly this period.
    pub fn controls(&self, unit: UnitId, indicator: IndicatorId, period: Period) -> Vec<Source> {
        let column = self.slot(indicator).and_then(|it| self.books.get(&period)?.column(it));
        let held = column.and_then(|it| it.controls.get(&unit)).map(Vec::as_slice).unwrap_or_default();
        let percent_only = self.indicator(indicator).is_some_and(Indicator::is_percentage);
        held.iter().map(|it| lone_source(unit, indicator, period, it, percent_only)).collect()
    }

    /// Where the unit stands under these boundaries.
    pub(crate) fn seated(&self, unit: UnitId, period: Period, boundaries: Boundaries) -> Result<u32, Refusal> {
        let number = self.hierarchy.number(unit).ok_or(Refusal::UnknownUnit(unit))?;
        let on = day_of(period, boundaries);
        let epoch = self.hierarchy.epoch(self.hierarchy.epoch_of(on));
        epoch.position(number).ok_or(Refusal::NotInForce { unit, on })
    }
}

impl Indicator {
    /// Typed, if at all, as a bare percentage.
    pub(crate) fn is_percentage(&self) -> bool {
        matches!(self.kind, Kind::Ratio | Kind::Change)
    }
}

pub(crate) fn day_of(period: Period, boundaries: Boundaries) -> Day {
    match boundaries {
        Boundaries::Then => period.last(),
        Boundaries::On(day) => day,
    }
}

fn lone_source(unit: UnitId, indicator: IndicatorId, period: Period, it: &Lone, percent_only: bool) -> Source {
    Source {
        unit,
        period,
        indicator,
        version: it.version,
        amount: it.amount,
        coverage: it.coverage,
        percent_only,
        separable: true,
        apportioned: false,
    }
}

/// Everything about an indicator and period that does not depend on the unit asked for, so that a table prepares it once.
pub(crate) struct Plan<'a> {
    engine: &'a Engine,
    indicator: &'a Indicator,
    period: Period,
    target: usize,
    epoch: &'a Epoch,
    method: Method<'a>,
    /// Bare percentages for exactly this period, and the days for which they speak.
    percents: Option<(&'a Column, Vec<Day>)>,
}

enum Method<'a> {
    Sum(Box<Sheet<'a>>, Roll<'a>),
    Ratio { above: Vec<(i8, Sheet<'a>)>, below: Vec<(i8, Sheet<'a>)>, roll: Roll<'a> },
    Change { now: Option<Box<Plan<'a>>>, before: Option<Box<Plan<'a>>> },
}

impl<'a> Plan<'a> {
    pub(crate) fn new(
        engine: &'a Engine,
        indicator: IndicatorId,
        period: Period,
        boundaries: Boundaries,
        by: Apportionment,
    ) -> Result<Plan<'a>, Refusal> {
        let indicator = engine.indicator(indicator).ok_or(Refusal::UnknownIndicator(indicator))?;
        let target = engine.hierarchy.epoch_of(day_of(period, boundaries));
        let side = |terms: &[Term]| -> Vec<(i8, Sheet<'a>)> {
            let known = terms.iter().filter_map(|it| Some((it.sign, engine.indicator(it.indicator)?)));
            known.map(|(sign, it)| (sign, Sheet::new(engine, it, period, target, by))).collect()
        };
        let method = match indicator.kind {
            Kind::Ratio => Method::Ratio {
                above: side(&indicator.numerator),
                below: side(&indicator.denominator),
                roll: Roll::new(engine, indicator, period, target, by),
            },
            Kind::Change => {
                let compared = indicator.numerator.first().and_then(|it| engine.indicator(it.indicator));
                let compared = compared.filter(|it| !it.is_percentage()).map(|it| it.id);
                let plan = |period| compared.and_then(|it| Plan::new(engine, it, period, boundaries, by).ok());
                Method::Change { now: plan(period).map(Box::new), before: plan(period.year_before()).map(Box::new) }
            }
            Kind::Count | Kind::Stock | Kind::Money => Method::Sum(
                Box::new(Sheet::new(engine, indicator, period, target, by)),
                Roll::new(engine, indicator, period, target, by),
            ),
        };
        let column = engine.slot(indicator.id).and_then(|it| engine.books.get(&period)?.column(it));
        let percents = column.filter(|it| !it.percents.is_empty()).map(|column| {
            let mut days: Vec<Day> = column.percents.values().map(|it| it.day).collect();
            days.sort_unstable_by(|a, b| b.cmp(a));
            days.dedup();
            (column, days)
        });
        Ok(Plan { engine, indicator, period, target, epoch: engine.hierarchy.epoch(target), method, percents })
    }

    /// The total of the unit at this position.
    pub(crate) fn total(&self, unit: u32) -> Result<Total, Refusal> {
        match &self.method {
            Method::Sum(sheet, roll) => self.summed(sheet.sum(unit), self.tally(sheet, roll, unit), unit),
            Method::Ratio { above, below, roll } => {
                let (over, under) = (side_of(above, unit), side_of(below, unit));
                let mut total = Total { exact: true, ..Total::default() };
                let tally = roll.tally(self.epoch, unit);
                if over.count > 0 && under.count > 0 {
                    total = self.summed(over, tally, unit)?;
                    total.of = Some(fit(under.value)?);
                    if !under.whole && over.whole {
                        total.coverage = Some(Coverage::Own);
                        self.count(tally, unit, &mut total);
                    }
                } else {
                    total.not_separable = fit(over.not_separable)?;
                    total.exact = total.not_separable == 0;
                    self.count(tally, unit, &mut total);
                    self.bare(unit, &mut total);
                }
                total.percent_children = self.percent_children(unit);
                Ok(total)
            }
            Method::Change { now, before } => self.changed(now.as_deref(), before.as_deref(), unit),
        }
    }

    fn summed(&self, sum: Sum, tally: Tally, unit: u32) -> Result<Total, Refusal> {
        let mut total = Total {
            value: if sum.count > 0 { Some(fit(sum.value)?) } else { None },
            not_separable: fit(sum.not_separable)?,
            apportioned: fit(sum.apportioned)?,
            exact: sum.not_separable == 0,
            ..Total::default()
        };
        if sum.count > 0 {
            total.qualifier = Some(sum.qualifier);
            total.coverage = Some(if sum.whole { Coverage::Whole } else { Coverage::Own });
        }
        self.count(tally, unit, &mut total);
        Ok(total)
    }

    /// Reported and expected (rule 20), once value and coverage are known.
    fn count(&self, tally: Tally, unit: u32, total: &mut Total) {
        let counted = |it: u64| u32::try_from(it).unwrap_or(u32::MAX);
        let from_whole = total.coverage == Some(Coverage::Whole);
        (total.reported, total.expected) = match (tally.owed, from_whole) {
            (0, true) => (1, None),
            (0, false) => (counted(tally.given), None),
            (_, true) => (1, Some(1)),
            (owed, false) => (counted(tally.received), Some(counted(owed))),
        };
        let id = self.engine.hierarchy.id(self.epoch.unit(unit));
        if !self.engine.hierarchy.complete(id, self.period.last()) {
            total.expected = None;
        }
    }

    fn tally(&self, sheet: &Sheet, roll: &Roll, unit: u32) -> Tally {
        if sheet.sum_is_closing(unit) {
            // The unit speaks for itself, under its own days.
            let owed = u64::from(roll.owes(self.engine.hierarchy.id(self.epoch.unit(unit))));
            return Tally { owed, received: owed, given: 1 };
        }
        if self.indicator.across == Across::None {
            return roll.tally_own(&self.engine.hierarchy, unit, |day| sheet.was(unit, day));
        }
        roll.tally(self.epoch, unit)
    }

    fn changed(&self, now: Option<&Plan>, before: Option<&Plan>, unit: u32) -> Result<Total, Refusal> {
        let Some(now) = now else {
            let mut total = Total { exact: true, ..Total::default() };
            self.bare(unit, &mut total);
            return Ok(total);
        };
        let current = now.total(unit)?;
        let number = self.epoch.unit(unit);
        let earlier = match before.and_then(|it| Some((it, it.epoch.position(number)?))) {
            Some((plan, position)) => plan.total(position)?,
            None => Total { exact: true, ..Total::default() },
        };
        let mut total = Total {
            reported: current.reported,
            expected: current.expected,
            not_separable: fit(i128::from(current.not_separable) + i128::from(earlier.not_separable))?,
            apportioned: fit(i128::from(current.apportioned) + i128::from(earlier.apportioned))?,
            percent_children: self.percent_children(unit),
            ..Total::default()
        };
        total.exact = total.not_separable == 0;
        match (current.value, earlier.value) {
            (Some(value), Some(base)) if base != 0 => {
                total.value = Some(fit(hundredths(i128::from(value) - i128::from(base), i128::from(base)))?);
                total.percent_only = true;
                let sure = |it: &Total| it.qualifier.unwrap_or_default();
                total.qualifier = Some(sure(&current).and(sure(&earlier)));
                total.coverage = Some(Coverage::Own);
                if (current.coverage, earlier.coverage) == (Some(Coverage::Whole), Some(Coverage::Whole)) {
                    total.coverage = Some(Coverage::Whole);
                }
            }
            _ => self.bare(unit, &mut total),
        }
        Ok(total)
    }

    /// Falls back on the percentage that the unit itself gave.
    fn bare(&self, unit: u32, total: &mut Total) {
        let Some((_, lone)) = self.percent_of(unit) else { return };
        total.value = Some(lone.amount.value);
        total.percent_only = true;
        total.qualifier = Some(lone.amount.qualifier);
        total.coverage = Some(lone.coverage);
        if lone.coverage == Coverage::Whole {
            total.reported = 1;
            total.expected = total.expected.map(|_| 1);
        }
    }

    /// The bare percentage of the unit itself, or of the one that it was as a whole (rule 23).
    fn percent_of(&self, unit: u32) -> Option<(UnitId, &Lone)> {
        let (column, days) = self.percents.as_ref()?;
        let hierarchy = &self.engine.hierarchy;
        let number = self.epoch.unit(unit);
        let id = hierarchy.id(number);
        if let Some(own) = column.percents.get(&id) {
            return Some((id, own));
        }
        days.iter().find_map(|day| {
            let was = hierarchy.id(hierarchy.counterpart(number, hierarchy.epochs()[self.target], *day)?);
            let lone = column.percents.get(&was).filter(|it| it.day == *day)?;
            Some((was, lone))
        })
    }

    fn percent_children(&self, unit: u32) -> Vec<UnitId> {
        if self.percents.is_none() {
            return Vec::new();
        }
        let giving = self.epoch.children(unit).filter(|it| self.percent_of(*it).is_some());
        giving.map(|it| self.engine.hierarchy.id(self.epoch.unit(it))).collect()
    }

    fn sources(&self, unit: u32, found: &mut Vec<Source>) -> Result<(), Refusal> {
        match &self.method {
            Method::Sum(sheet, _) => sheet.sources(unit, &mut |it| found.push(it)),
            Method::Ratio { above, below, .. } => {
                for (_, sheet) in above.iter().chain(below) {
                    sheet.sources(unit, &mut |it| found.push(it));
                }
            }
            Method::Change { now, before } => {
                for plan in [now, before].into_iter().flatten() {
                    if let Some(position) = plan.epoch.position(self.epoch.unit(unit)) {
                        plan.sources(position, found)?;
                    }
                }
            }
        }
        if self.indicator.is_percentage()
            && let Some((id, lone)) = self.percent_of(unit)
        {
            found.push(lone_source(id, self.indicator.id, self.period, lone, true));
        }
        Ok(())
    }
}

/// The signed sum of one side of a ratio.
fn side_of(terms: &[(i8, Sheet)], unit: u32) -> Sum {
    let mut side = Sum { whole: true, ..Sum::default() };
    for (sign, sheet) in terms {
        let (sum, sign) = (sheet.sum(unit), i128::from(*sign));
        side.value += sign * sum.value;
        side.count += sum.count;
        side.not_separable += sign * sum.not_separable;
        side.apportioned += sign * sum.apportioned;
        side.qualifier = side.qualifier.and(sum.qualifier);
        side.whole &= sum.whole || sum.count == 0;
    }
    side.whole &= side.count > 0;
    side
}

fn fit(value: i128) -> Result<i64, Refusal> {
    i64::try_from(value).map_err(|_| Refusal::Overflow)
}

/// `part / whole` in hundredths of a per cent, rounded half away from zero.
fn hundredths(part: i128, whole: i128) -> i128 {
    let (part, whole) = if whole < 0 { (-part, -whole) } else { (part, whole) };
    let doubled = part * 20_000;
    let half = if part < 0 { -whole } else { whole };
    (doubled + half) / (2 * whole)
}
