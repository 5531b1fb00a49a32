//! What the engine must agree with: the rules written down once more as plainly as they read, computed from the list of
//! accepted changes each time, with no index, no order and nothing kept.

use std::collections::BTreeSet;

use crate::*;

#[derive(Debug, Clone)]
pub(crate) struct Accepted {
    pub(crate) unit: UnitId,
    pub(crate) period: Period,
    pub(crate) until: Option<Day>,
    pub(crate) version: i64,
    pub(crate) cells: Vec<Cell>,
}

/// One accepted figure and the day for which it speaks.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    unit: UnitId,
    period: Period,
    until: Option<Day>,
    day: Day,
    version: i64,
    cell: Cell,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Naive {
    pub(crate) spans: Vec<Span>,
    pub(crate) successions: Vec<Succession>,
    pub(crate) complete_from: Vec<(UnitId, Day)>,
    pub(crate) indicators: Vec<Indicator>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) accepted: Vec<Accepted>,
}

/// Where a figure stands on another day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) place: Option<UnitId>,
    pub(crate) marks: BTreeSet<UnitId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    All,
    Last,
    Exact,
}

#[derive(Debug, Clone, Default)]
struct Parts {
    value: i128,
    found: Vec<Held>,
    qualifier: Qualifier,
    whole: bool,
    not_separable: i128,
    apportioned: i128,
    closing: bool,
}

impl Naive {
    fn span(&self, unit: UnitId, day: Day) -> Option<&Span> {
        self.spans.iter().find(|it| it.unit == unit && it.from <= day && day < it.until)
    }

    pub(crate) fn in_force(&self, unit: UnitId, day: Day) -> bool {
        self.span(unit, day).is_some()
    }

    pub(crate) fn units(&self) -> BTreeSet<UnitId> {
        self.spans.iter().map(|it| it.unit).collect()
    }

    /// The unit and all above, nearest first.
    fn chain(&self, unit: UnitId, day: Day) -> Vec<UnitId> {
        std::iter::successors(Some(unit), |it| self.span(*it, day)?.parent).collect()
    }

    fn within(&self, unit: UnitId, top: UnitId, day: Day) -> bool {
        self.in_force(unit, day) && self.chain(unit, day).contains(&top)
    }

    pub(crate) fn speaks_for(&self, unit: UnitId, period: Period, until: Option<Day>) -> Day {
        let mut day = until.unwrap_or(period.last());
        let first = self.spans.iter().filter(|it| it.unit == unit).map(|it| it.from).min().unwrap();
        if day < first {
            return first;
        }
        while !self.in_force(unit, day) {
            day = day.plus(-1);
        }
        day
    }

    pub(crate) fn heirs(&self, unit: UnitId, from: Day, to: Day, by: Apportionment) -> BTreeSet<UnitId> {
        if self.in_force(unit, to) {
            return BTreeSet::from([unit]);
        }
        let forward = from <= to;
        let fits = |it: &&Succession| {
            if forward {
                it.predecessor == unit && from < it.on && it.on <= to && !self.in_force(unit, it.on)
            } else {
                it.successor == unit && to < it.on && it.on <= from && !self.in_force(unit, it.on.plus(-1))
            }
        };
        let days = self.successions.iter().filter(fits).map(|it| it.on);
        let Some(on) = (if forward { days.min() } else { days.max() }) else { return BTreeSet::new() };
        let mut steps: Vec<&Succession> = self.successions.iter().filter(fits).filter(|it| it.on == on).collect();
        if forward
            && by == Apportionment::Population
            && let Some(all) = steps.iter().find(|it| it.population == Some(10_000))
        {
            steps = vec![*all];
        }
        let next = |it: &&Succession| {
            if forward { self.heirs(it.successor, on, to, by) } else { self.heirs(it.predecessor, on.plus(-1), to, by) }
        };
        steps.iter().flat_map(next).collect()
    }

    pub(crate) fn fate(&self, unit: UnitId, day: Day, to: Day, by: Apportionment) -> Fate {
        let at = |place| Fate { place, marks: BTreeSet::new() };
        let heirs = self.heirs(unit, day, to, by);
        match heirs.len() {
            0 if by != Apportionment::None => self.fate(unit, day, to, Apportionment::None),
            0 => match self.span(unit, day).and_then(|it| it.parent) {
                Some(above) => at(self.fate(above, day, to, Apportionment::None).place),
                None => at(None),
            },
            1 => at(heirs.first().copied()),
            _ => {
                let chains: Vec<Vec<UnitId>> = heirs.iter().map(|it| self.chain(*it, to)).collect();
                let common = chains[0].iter().copied().find(|it| chains.iter().all(|chain| chain.contains(it)));
                let place = common.unwrap_or_else(|| {
                    let root = *self.chain(unit, day).last().unwrap();
                    let held = if root == unit { None } else { self.fate(root, day, to, Apportionment::None).place };
                    *self.chain(held.unwrap_or(*heirs.first().unwrap()), to).last().unwrap()
                });
                let below = chains.into_iter().flat_map(|it| it.into_iter().take_while(|it| Some(*it) != common));
                Fate { place: Some(place), marks: below.filter(|it| *it != place).collect() }
            }
        }
    }

    fn was(&self, unit: UnitId, now: Day, day: Day) -> Option<UnitId> {
        let there = self.heirs(unit, now, day, Apportionment::None);
        let one = *there.first().filter(|_| there.len() == 1)?;
        (self.heirs(one, day, now, Apportionment::None) == BTreeSet::from([unit])).then_some(one)
    }

    pub(crate) fn apply(&mut self, change: &Change) {
        for it in change.before {
            let old = self.accepted.iter_mut().filter(|old| (old.unit, old.period) == (change.unit, change.period));
            for old in old {
                old.cells.retain(|cell| cell != it);
            }
        }
        self.accepted.push(Accepted {
            unit: change.unit,
            period: change.period,
            until: change.until,
            version: change.version,
            cells: change.after.to_vec(),
        });
        self.accepted.retain(|it| !it.cells.is_empty());
    }

    fn figures(&self) -> Vec<Held> {
        let each = |it: &Accepted| {
            let day = self.speaks_for(it.unit, it.period, it.until);
            let held = |cell: &Cell| Held {
                unit: it.unit,
                period: it.period,
                until: it.until,
                day,
                version: it.version,
                cell: cell.clone(),
            };
            it.cells.iter().filter(|it| it.coverage != Coverage::Control).map(held).collect::<Vec<_>>()
        };
        self.accepted.iter().flat_map(each).collect()
    }

    fn indicator(&self, id: IndicatorId) -> Option<&Indicator> {
        self.indicators.iter().find(|it| it.id == id)
    }

    /// The contributions to one additive indicator.
    fn contributions(&self, it: &Indicator, period: Period) -> Vec<Held> {
        let reach = reach_of(it);
        let counts = |held: &Held| {
            held.cell.indicator == it.id
                && held.cell.kind == CellKind::Quantity
                && reaches(reach, period, held.period)
                && !(level(it) && held.until.is_some())
        };
        self.figures().into_iter().filter(counts).collect()
    }

    fn parts(&self, it: &Indicator, question: &Question, to: Day) -> Parts {
        let Question { unit, period, apportionment: by, .. } = *question;
        let mut parts = Parts::default();
        if level(it) {
            let mut own: Vec<Held> = self.figures();
            own.retain(|held| {
                held.unit == unit
                    && held.cell.indicator == it.id
                    && held.until.is_some()
                    && reaches(reach_of(it), period, held.period)
            });
            if let Some(held) = own.into_iter().max_by_key(|it| it.period.frequency()) {
                parts.closing = true;
                parts.whole = held.cell.coverage == Coverage::Whole && held.period == period;
                parts.add(held);
                return parts;
            }
        }
        for held in self.contributions(it, period) {
            if it.across == Across::None {
                if self.was(unit, to, held.day) == Some(held.unit) {
                    parts.add(held);
                }
                continue;
            }
            let fate = self.fate(held.unit, held.day, to, by);
            let plain = self.fate(held.unit, held.day, to, Apportionment::None);
            let amount = i128::from(held.cell.amount.value);
            if fate.marks.contains(&unit) {
                parts.not_separable += amount;
            }
            if fate.place.is_some_and(|it| self.within(it, unit, to)) {
                if plain.marks.contains(&unit) && fate.place != plain.place {
                    parts.apportioned += amount;
                }
                parts.add(held);
            }
        }
        parts.whole = matches!(parts.found.as_slice(), [it]
            if it.unit == unit && it.period == period && it.cell.coverage == Coverage::Whole);
        parts
    }

    pub(crate) fn total(&self, question: &Question) -> Result<Total, Refusal> {
        let Question { unit, period, boundaries, .. } = *question;
        let to = match boundaries {
            Boundaries::Then => period.last(),
            Boundaries::On(day) => day,
        };
        if !self.units().contains(&unit) {
            return Err(Refusal::UnknownUnit(unit));
        }
        if !self.in_force(unit, to) {
            return Err(Refusal::NotInForce { unit, on: to });
        }
        let it = self.indicator(question.indicator).ok_or(Refusal::UnknownIndicator(question.indicator))?;
        let mut total = match it.kind {
            Kind::Ratio => self.ratio(it, question, to),
            Kind::Change => return self.change(it, question, to),
            _ => self.additive(it, question, to),
        };
        if let Some((_, from)) = self.complete_from.iter().find(|it| it.0 == unit) {
            total.expected = total.expected.filter(|_| period.last() >= *from);
        }
        Ok(total)
    }

    fn additive(&self, it: &Indicator, question: &Question, to: Day) -> Total {
        let parts = self.parts(it, question, to);
        let mut total = parts.total();
        (total.reported, total.expected) = if parts.closing {
            let owed = self.owing(it, question.period, true).iter().any(|it| it.0 == question.unit && it.3);
            (1, owed.then_some(1))
        } else {
            self.counts(it, question, to)
        };
        from_whole(&mut total);
        total
    }

    fn ratio(&self, it: &Indicator, question: &Question, to: Day) -> Total {
        let side = |terms: &[Term]| {
            let mut side = Parts { whole: true, ..Parts::default() };
            for term in terms {
                let Some(it) = self.indicator(term.indicator) else { continue };
                let (parts, sign) = (self.parts(it, question, to), i128::from(term.sign));
                side.value += sign * parts.value;
                side.not_separable += sign * parts.not_separable;
                side.apportioned += sign * parts.apportioned;
                side.qualifier = side.qualifier.and(parts.qualifier);
                side.whole &= parts.whole || parts.found.is_empty();
                side.found.extend(parts.found);
            }
            side
        };
        let (above, below) = (side(&it.numerator), side(&it.denominator));
        let mut total = above.total();
        if above.found.is_empty() || below.found.is_empty() {
            total = Total { not_separable: total.not_separable, exact: total.exact, ..Total::default() };
        } else {
            total.of = Some(i64::try_from(below.value).unwrap());
            total.coverage = Some(if above.whole && below.whole { Coverage::Whole } else { Coverage::Own });
        }
        (total.reported, total.expected) = self.counts(it, question, to);
        if total.value.is_none() {
            self.bare(question, to, &mut total);
        } else {
            from_whole(&mut total);
        }
        total.percent_children = self.percent_children(question, to);
        total
    }

    fn change(&self, it: &Indicator, question: &Question, to: Day) -> Result<Total, Refusal> {
        let compared = it.numerator[0].indicator;
        let now = self.total(&Question { indicator: compared, ..*question })?;
        let year = question.period.year_before();
        let before = self.total(&Question { indicator: compared, period: year, ..*question }).unwrap_or_default();
        let mut total = Total {
            reported: now.reported,
            expected: now.expected,
            not_separable: now.not_separable + before.not_separable,
            apportioned: now.apportioned + before.apportioned,
            percent_children: self.percent_children(question, to),
            ..Total::default()
        };
        total.exact = total.not_separable == 0;
        match (now.value, before.value) {
            (Some(value), Some(base)) if base > 0 => {
                // Half away from zero, in another way than the engine's.
                let exact = i128::from(value - base) * 10_000;
                let base = i128::from(base);
                let floor = exact.abs() / base;
                let rounded = if 2 * (exact.abs() % base) >= base { floor + 1 } else { floor };
                total.value = Some(i64::try_from(rounded * exact.signum()).unwrap());
                total.percent_only = true;
                total.qualifier = Some(now.qualifier.unwrap().and(before.qualifier.unwrap()));
                let whole = now.coverage == Some(Coverage::Whole) && before.coverage == Some(Coverage::Whole);
                total.coverage = Some(if whole { Coverage::Whole } else { Coverage::Own });
            }
            _ => self.bare(question, to, &mut total),
        }
        Ok(total)
    }

    fn percent_of(&self, question: &Question, unit: UnitId, to: Day) -> Option<Held> {
        let mut all = self.figures();
        all.retain(|it| {
            it.cell.indicator == question.indicator
                && it.cell.kind == CellKind::PercentOnly
                && it.period == question.period
                && (it.unit == unit || self.was(unit, to, it.day) == Some(it.unit))
        });
        all.into_iter().max_by_key(|it| (it.unit == unit, it.day))
    }

    fn bare(&self, question: &Question, to: Day, total: &mut Total) {
        let Some(held) = self.percent_of(question, question.unit, to) else { return };
        total.value = Some(held.cell.amount.value);
        total.percent_only = true;
        total.qualifier = Some(held.cell.amount.qualifier);
        total.coverage = Some(held.cell.coverage);
        from_whole(total);
    }

    fn percent_children(&self, question: &Question, to: Day) -> Vec<UnitId> {
        let mut units = self.units();
        units.retain(|it| self.span(*it, to).is_some_and(|it| it.parent == Some(question.unit)));
        units.into_iter().filter(|it| self.percent_of(question, *it, to).is_some()).collect()
    }

    /// (unit, period, the day for which it would speak, ended inside the period) of everyone who owes a figure.
    fn owing(&self, it: &Indicator, period: Period, closed: bool) -> BTreeSet<(UnitId, Period, Day, bool)> {
        let mut owing = BTreeSet::new();
        let terms = |terms: &[Term]| terms.iter().map(|it| it.indicator).collect::<Vec<_>>();
        let (above, below) = (terms(&it.numerator), terms(&it.denominator));
        for part in
            Frequency::ALL.iter().flat_map(|it| period.parts(*it)).filter(|q| reaches(self.reach(it), period, *q))
        {
            for unit in self.units() {
                let ended = !self.in_force(unit, part.last());
                let day = self.speaks_for(unit, part, None);
                if !part.holds(day) || ended && !closed {
                    continue;
                }
                let class = self.span(unit, day).map(|it| it.class);
                let owes = |ids: &[IndicatorId]| {
                    self.assignments.iter().any(|it| {
                        (it.calendar, it.frequency) == (part.calendar(), part.frequency())
                            && it.from <= part.last()
                            && part.last() < it.until
                            && ids.iter().any(|id| it.indicators.contains(id))
                            && class == Some(it.class)
                            && self.tops(it.top, day).into_iter().any(|top| self.within(unit, top, day))
                    })
                };
                if owes(&[it.id]) || it.kind == Kind::Ratio && owes(&above) && owes(&below) {
                    owing.insert((unit, part, day, ended));
                }
            }
        }
        owing
    }

    /// The unit on a day, or those that it had become by then.
    fn tops(&self, unit: UnitId, day: Day) -> BTreeSet<UnitId> {
        let lives: Vec<&Span> = self.spans.iter().filter(|it| it.unit == unit && it.from <= day).collect();
        let last = lives.iter().map(|it| it.until.plus(-1).min(day)).max();
        last.map(|from| self.heirs(unit, from, day, Apportionment::None)).unwrap_or_default()
    }

    fn sides(&self, it: &Indicator) -> Vec<Vec<&Indicator>> {
        let side = |terms: &[Term]| terms.iter().filter_map(|it| self.indicator(it.indicator)).collect();
        match it.kind {
            Kind::Ratio => vec![side(&it.numerator), side(&it.denominator)],
            _ => vec![vec![self.indicator(it.id).unwrap()]],
        }
    }

    fn reach(&self, it: &Indicator) -> Reach {
        let all: Vec<Reach> = self.sides(it).iter().flatten().map(|it| reach_of(it)).collect();
        [Reach::All, Reach::Last].into_iter().find(|it| all.contains(it)).unwrap_or(Reach::Exact)
    }

    fn levels(&self, it: &Indicator) -> bool {
        self.sides(it).iter().flatten().any(|it| level(it))
    }

    fn counts(&self, it: &Indicator, question: &Question, to: Day) -> (u32, Option<u32>) {
        let Question { unit, period, apportionment: by, .. } = *question;
        let here = |who: UnitId, day: Day| {
            let place = self.fate(who, day, to, by).place;
            if it.across == Across::None {
                return self.was(unit, to, day) == Some(who);
            }
            place.is_some_and(|it| self.within(it, unit, to))
        };
        let figures = self.figures();
        let gave = |who: UnitId, part: Period| {
            let side = |side: &Vec<&Indicator>| {
                figures.iter().any(|held| {
                    held.unit == who
                        && held.period == part
                        && side.iter().any(|it| it.id == held.cell.indicator)
                        && !(self.levels(it) && held.until.is_some())
                })
            };
            self.sides(it).iter().all(side)
        };
        let owing: Vec<_> =
            self.owing(it, period, !self.levels(it)).into_iter().filter(|it| here(it.0, it.2)).collect();
        let count = |it: usize| u32::try_from(it).unwrap();
        if owing.is_empty() {
            let mut given = BTreeSet::new();
            for held in figures.iter().filter(|held| reaches(self.reach(it), period, held.period)) {
                if gave(held.unit, held.period) && here(held.unit, held.day) {
                    given.insert((held.unit, held.period));
                }
            }
            return (count(given.len()), None);
        }
        (count(owing.iter().filter(|it| gave(it.0, it.1)).count()), Some(count(owing.len())))
    }

    pub(crate) fn conflicts(&self, change: &Change) -> BTreeSet<Conflict> {
        let day = self.speaks_for(change.unit, change.period, change.until);
        let mut all = BTreeSet::new();
        for cell in change.after.iter().filter(|it| it.coverage != Coverage::Control) {
            let Some(it) = self.indicator(cell.indicator) else { continue };
            for held in self.figures().iter().filter(|held| held.cell.indicator == cell.indicator) {
                let mut note = |rule| {
                    let (unit, period, version) = (held.unit, held.period, held.version);
                    all.insert(Conflict { indicator: cell.indicator, unit, period, version, rule });
                };
                if (held.unit, held.period) == (change.unit, change.period) {
                    if !change.before.contains(&held.cell) {
                        note(ConflictRule::SameCell);
                    }
                    continue;
                }
                let overlap = held.period == change.period
                    || it.over_time != OverTime::None
                        && (held.period.contains(change.period) || change.period.contains(held.period));
                if cell.kind == CellKind::PercentOnly || !overlap {
                    continue;
                }
                if held.unit == change.unit {
                    let longer = held.period.contains(change.period);
                    note(if longer { ConflictRule::LongerPeriod } else { ConflictRule::PartOfPeriod });
                    continue;
                }
                if it.across != Across::Sum {
                    continue;
                }
                let place = |unit, from, to| self.fate(unit, from, to, Apportionment::None).place;
                let below = |unit, from, top, at| place(unit, from, at).is_some_and(|it| self.within(it, top, at));
                if held.cell.coverage == Coverage::Whole && below(change.unit, day, held.unit, held.day) {
                    note(ConflictRule::WholeAbove);
                }
                if cell.coverage == Coverage::Whole && below(held.unit, held.day, change.unit, day) {
                    note(ConflictRule::FigureBelow);
                }
            }
        }
        all
    }

    /// The versions behind the value and beside it.
    pub(crate) fn sources(
        &self,
        it: &Indicator,
        question: &Question,
        to: Day,
    ) -> BTreeSet<(UnitId, Period, i64, bool)> {
        let parts = self.parts(it, question, to);
        let mut all: BTreeSet<_> = parts.found.iter().map(|it| (it.unit, it.period, it.version, true)).collect();
        if it.across == Across::Sum && !parts.closing {
            for held in self.contributions(it, question.period) {
                let fate = self.fate(held.unit, held.day, to, question.apportionment);
                if fate.marks.contains(&question.unit) {
                    all.insert((held.unit, held.period, held.version, false));
                }
            }
        }
        all
    }
}

impl Parts {
    fn add(&mut self, held: Held) {
        self.value += i128::from(held.cell.amount.value);
        self.qualifier = self.qualifier.and(held.cell.amount.qualifier);
        self.found.push(held);
    }

    fn total(&self) -> Total {
        let any = !self.found.is_empty();
        Total {
            value: any.then(|| i64::try_from(self.value).unwrap()),
            qualifier: any.then_some(self.qualifier),
            coverage: any.then_some(if self.whole { Coverage::Whole } else { Coverage::Own }),
            not_separable: i64::try_from(self.not_separable).unwrap(),
            apportioned: i64::try_from(self.apportioned).unwrap(),
            exact: self.not_separable == 0,
            ..Total::default()
        }
    }
}

/// A total that is one whole figure: 1 of 1.
fn from_whole(total: &mut Total) {
    if total.coverage == Some(Coverage::Whole) {
        total.reported = 1;
        total.expected = total.expected.map(|_| 1);
    }
}

fn level(it: &Indicator) -> bool {
    it.kind == Kind::Stock || it.over_time == OverTime::Last
}

fn reach_of(it: &Indicator) -> Reach {
    match it.over_time {
        OverTime::Sum => Reach::All,
        OverTime::Last => Reach::Last,
        _ => Reach::Exact,
    }
}

fn reaches(reach: Reach, period: Period, part: Period) -> bool {
    period.contains(part)
        && match reach {
            Reach::All => true,
            Reach::Last => part.last() == period.last(),
            Reach::Exact => part == period,
        }
}
