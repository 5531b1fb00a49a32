use std::rc::Rc;

use crate::book::{Column, Lone};
use crate::frame::{Frame, Spot};
use crate::roll::{Roll, Tally};
use crate::sheet::{Sheet, Sum};
use crate::{
    Across, Boundaries, Coverage, Day, Engine, Indicator, IndicatorId, Kind, Period, Question, Refusal, Source, Term,
    Total, UnitId,
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
        let frame = Rc::new(Frame::new(self, period, boundaries, apportionment));
        let plan = Plan::new(&frame, self.known(indicator)?, boundaries);
        plan.total(&frame.spot(self.seated(unit, period, boundaries)?))
    }

    pub(crate) fn known(&self, indicator: IndicatorId) -> Result<&Indicator, Refusal> {
        self.indicator(indicator).ok_or(Refusal::UnknownIndicator(indicator))
    }

    /// The single accepted figures that a total is made of, and those of which it holds an unknown part; by unit, period,
    /// indicator. A percentage published without parts is its own source; a change's are those of both totals.
    pub fn sources(&self, question: &Question) -> Result<Vec<Source>, Refusal> {
        let Question { unit, indicator, period, boundaries, apportionment } = *question;
        let frame = Rc::new(Frame::new(self, period, boundaries, apportionment));
        let plan = Plan::new(&frame, self.known(indicator)?, boundaries);
        let mut found = Vec::new();
        plan.sources(self.seated(unit, period, boundaries)?, &mut found)?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Figures that are shown beside the sum and never added: those of the unit itself for exactly this period.
    pub fn controls(&self, unit: UnitId, indicator: IndicatorId, period: Period) -> Vec<Source> {
        self.years.ask(period.year());
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
    frame: Rc<Frame<'a>>,
    indicator: &'a Indicator,
    method: Method<'a>,
    /// Bare percentages for exactly this period, and the days for which they speak.
    percents: Option<Box<(&'a Column, Vec<Day>)>>,
}

/// The terms above or below a ratio's line, with their signs.
type Side<'a> = Vec<(i8, Sheet<'a>)>;

enum Method<'a> {
    /// Without a roll where nobody owes anything.
    Sum(Sheet<'a>, Option<Box<Roll<'a>>>),
    Ratio {
        above: Side<'a>,
        below: Side<'a>,
        roll: Box<Roll<'a>>,
    },
    Change {
        now: Option<Box<Plan<'a>>>,
        before: Option<Box<Plan<'a>>>,
    },
}

impl<'a> Plan<'a> {
    /// For a frame that was made with the same boundaries.
    #[inline]
    pub(crate) fn new(frame: &Rc<Frame<'a>>, indicator: &'a Indicator, boundaries: Boundaries) -> Plan<'a> {
        let engine = frame.engine;
        let side = |terms: &[Term]| -> Side<'a> {
            let known = terms.iter().filter_map(|it| Some((it.sign, engine.indicator(it.indicator)?)));
            known.map(|(sign, it)| (sign, Sheet::new(frame, it))).collect()
        };
        let method = match indicator.kind {
            Kind::Ratio => Method::Ratio {
                above: side(&indicator.numerator),
                below: side(&indicator.denominator),
                roll: Box::new(Roll::new(frame, indicator)),
            },
            Kind::Change => {
                let compared = indicator.numerator.first().and_then(|it| engine.indicator(it.indicator));
                let compared = compared.filter(|it| !it.is_percentage());
                let plan = |frame: &Rc<Frame<'a>>| compared.map(|it| Plan::new(frame, it, boundaries));
                let earlier = Rc::new(Frame::new(engine, frame.period.year_before(), boundaries, frame.by));
                Method::Change { now: plan(frame).map(Box::new), before: plan(&earlier).map(Box::new) }
            }
            Kind::Count | Kind::Stock | Kind::Money => {
                let roll = frame.owed.then(|| Roll::new(frame, indicator)).filter(|it| !it.is_free());
                Method::Sum(Sheet::new(frame, indicator), roll.map(Box::new))
            }
        };
        let column = engine.slot(indicator.id).and_then(|it| frame.book?.column(it));
        let percents = column.filter(|it| !it.percents.is_empty()).map(|it| Box::new((it, days_of(it))));
        Plan { frame: Rc::clone(frame), indicator, method, percents }
    }

    /// The total of the unit. Most are sums, and those are not moved from place to place.
    #[inline]
    pub(crate) fn total(&self, spot: &Spot) -> Result<Total, Refusal> {
        match &self.method {
            Method::Sum(sheet, roll) => {
                let sum = sheet.sum(spot);
                let given = Tally { given: sum.count, ..Tally::default() };
                let tally = roll.as_ref().map_or(given, |it| self.tally(sheet, it, spot));
                summed(&sum, tally, spot)
            }
            Method::Ratio { above, below, roll } => self.share(above, below, roll, spot),
            Method::Change { now, before } => self.changed(now.as_deref(), before.as_deref(), spot),
        }
    }

    fn share(&self, above: &Side, below: &Side, roll: &Roll, spot: &Spot) -> Result<Total, Refusal> {
        let (over, under) = (side_of(above, spot), side_of(below, spot));
        let mut total = Total { exact: true, ..Total::default() };
        let tally = roll.tally(&self.frame, spot);
        if over.count > 0 && under.count > 0 {
            total = summed(&over, tally, spot)?;
            total.of = Some(fit(under.value)?);
            if !under.whole && over.whole {
                total.coverage = Some(Coverage::Own);
                (total.reported, total.expected) = counted(tally, spot, total.coverage);
            }
        } else {
            total.not_separable = fit(over.not_separable)?;
            total.exact = total.not_separable == 0;
            (total.reported, total.expected) = counted(tally, spot, None);
            self.bare(spot.unit, &mut total);
        }
        total.percent_children = self.percent_children(spot.unit);
        Ok(total)
    }

    fn tally(&self, sheet: &Sheet, roll: &Roll, spot: &Spot) -> Tally {
        let frame = &self.frame;
        if sheet.sum_is_closing(spot.unit) {
            // The unit speaks for itself, under its own days.
            let owed = u64::from(roll.owes(frame.engine.hierarchy.id(frame.epoch.unit(spot.unit))));
            return Tally { owed, received: owed, given: 1 };
        }
        if self.indicator.across == Across::None {
            return roll.tally_own(frame, spot.unit, |day| sheet.was(spot.unit, day));
        }
        roll.tally(frame, spot)
    }

    fn changed(&self, now: Option<&Plan>, before: Option<&Plan>, spot: &Spot) -> Result<Total, Refusal> {
        let unit = spot.unit;
        let Some(now) = now else {
            let mut total = Total { exact: true, ..Total::default() };
            self.bare(unit, &mut total);
            return Ok(total);
        };
        let current = now.total(spot)?;
        let number = self.frame.epoch.unit(unit);
        let earlier = match before.and_then(|it| Some((it, it.frame.epoch.position(number)?))) {
            Some((plan, position)) => plan.total(&plan.frame.spot(position))?,
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
        let (column, days) = self.percents.as_deref()?;
        let hierarchy = &self.frame.engine.hierarchy;
        let number = self.frame.epoch.unit(unit);
        let id = hierarchy.id(number);
        if let Some(own) = column.percents.get(&id) {
            return Some((id, own));
        }
        days.iter().find_map(|day| {
            let was = hierarchy.id(hierarchy.counterpart(number, hierarchy.epochs()[self.frame.target], *day)?);
            let lone = column.percents.get(&was).filter(|it| it.day == *day)?;
            Some((was, lone))
        })
    }

    fn percent_children(&self, unit: u32) -> Vec<UnitId> {
        if self.percents.is_none() {
            return Vec::new();
        }
        let frame = &self.frame;
        let giving = frame.epoch.children(unit).filter(|it| self.percent_of(*it).is_some());
        giving.map(|it| frame.engine.hierarchy.id(frame.epoch.unit(it))).collect()
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
                    if let Some(position) = plan.frame.epoch.position(self.frame.epoch.unit(unit)) {
                        plan.sources(position, found)?;
                    }
                }
            }
        }
        if self.indicator.is_percentage()
            && let Some((id, lone)) = self.percent_of(unit)
        {
            found.push(lone_source(id, self.indicator.id, self.frame.period, lone, true));
        }
        Ok(())
    }
}

/// The days for which the column's bare percentages speak, the latest first.
fn days_of(column: &Column) -> Vec<Day> {
    let mut days: Vec<Day> = column.percents.values().map(|it| it.day).collect();
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    days
}

#[inline]
fn summed(sum: &Sum, tally: Tally, spot: &Spot) -> Result<Total, Refusal> {
    let coverage = (sum.count > 0).then_some(if sum.whole { Coverage::Whole } else { Coverage::Own });
    let (reported, expected) = counted(tally, spot, coverage);
    // Every field once, where it stays: these are written by the hundred thousand.
    Ok(Total {
        value: if sum.count > 0 { Some(fit(sum.value)?) } else { None },
        of: None,
        percent_only: false,
        qualifier: (sum.count > 0).then_some(sum.qualifier),
        coverage,
        reported,
        expected,
        exact: sum.not_separable == 0,
        not_separable: fit(sum.not_separable)?,
        apportioned: fit(sum.apportioned)?,
        percent_children: Vec::new(),
    })
}

/// Reported and expected (rule 20), once value and coverage are known.
#[inline]
fn counted(tally: Tally, spot: &Spot, coverage: Option<Coverage>) -> (u32, Option<u32>) {
    let narrow = |it: u64| u32::try_from(it).unwrap_or(u32::MAX);
    let from_whole = coverage == Some(Coverage::Whole);
    let (reported, expected) = match (tally.owed, from_whole) {
        (0, true) => (1, None),
        (0, false) => (narrow(tally.given), None),
        (_, true) => (1, Some(1)),
        (owed, false) => (narrow(tally.received), Some(narrow(owed))),
    };
    (reported, expected.filter(|_| spot.complete))
}

/// The signed sum of one side of a ratio.
fn side_of(terms: &[(i8, Sheet)], spot: &Spot) -> Sum {
    let mut side = Sum { whole: true, ..Sum::default() };
    for (sign, sheet) in terms {
        let (sum, sign) = (sheet.sum(spot), i128::from(*sign));
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
