use super::Reform;
use figures::{Across, Apportionment, Boundaries, Engine, Hierarchy, Kind, Period, Question, Refusal};
use kernel::{Day, IndicatorId, Register, UnitId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many figures, and what they amount to together (scaled by the indicator's decimals).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub amount: i128,
}

impl Part {
    fn add(&mut self, amount: i64) {
        self.count += 1;
        self.amount += i128::from(amount);
    }
}

/// What becomes of the figures of one indicator and period that units reported which end, or which went into one that
/// ends. Under the boundaries of the reform's last day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// All of them: `exact` and `shared` together.
    pub before: Part,
    /// Those that stand wholly at one unit.
    pub exact: Part,
    /// Those of which several units hold an unknown part, each counted once.
    pub shared: Part,
    /// How many cannot be carried over at all: percentages without parts and figures that are never added over places,
    /// of units that did not go on whole as one other (rule 23).
    pub stay: u64,
    /// Where the exact ones stand.
    pub exact_at: BTreeMap<UnitId, Part>,
    /// Which units hold an unknown part, and of how much.
    pub shared_by: BTreeMap<UnitId, Part>,
    /// The lowest units that hold all parts of a shared one: there, and above, it is exact.
    pub exact_above: BTreeMap<UnitId, Part>,
}

/// What a reform does to the figures that are held, by period and indicator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effect {
    /// Only where something changes.
    pub lines: BTreeMap<(Period, IndicatorId), Line>,
}

impl Effect {
    /// All lines together: figures that stay exact, that become not separable, that cannot be carried over.
    pub fn counts(&self) -> (u64, u64, u64) {
        self.lines.values().fold((0, 0, 0), |(exact, shared, stay), it| {
            (exact + it.exact.count, shared + it.shared.count, stay + it.stay)
        })
    }
}

/// Where the figures of a unit stand afterwards.
#[derive(Debug, Clone)]
struct Fate {
    /// The units that hold it or parts of it; with nobody recorded, those of the unit above it.
    heirs: Vec<UnitId>,
    /// The lowest unit that holds all of them.
    common: Option<UnitId>,
    /// The one unit that is exactly what this one was.
    same: bool,
}

/// Works out the effect on the figures of some periods. `engine` holds the figures and the hierarchy as it is, `register` the units as they are,
/// `after` is the hierarchy of the register that the reform makes.
///
/// # Errors
/// When the engine cannot answer.
pub fn effect(
    engine: &Engine,
    register: &Register,
    reform: &Reform,
    after: &Hierarchy,
    periods: &[Period],
    indicators: &[IndicatorId],
) -> Result<Effect, Refusal> {
    let touched = touched(register, reform);
    let before = engine.hierarchy();
    let mut found = Effect::default();
    if touched.is_empty() {
        return Ok(found);
    }
    let fates: HashMap<UnitId, Fate> = touched.iter().map(|it| (*it, fate(before, after, *it, reform))).collect();
    let ended: BTreeSet<UnitId> = reform.ended().into_iter().collect();
    // What already stood elsewhere and stays there is no effect of this reform.
    let goes = |unit: UnitId| {
        let held = before.heirs(unit.0, last_day(before, unit, reform), reform.first_day().plus(-1));
        held.iter().any(|it| ended.contains(&UnitId(*it)))
    };
    let moved: BTreeSet<UnitId> = touched.iter().copied().filter(|it| goes(*it)).collect();
    for period in periods.iter().copied() {
        let tops = tops(before, &moved, period);
        let there: Vec<i64> = moved.iter().map(|it| it.0).filter(|it| before.in_force(*it, period.last())).collect();
        for id in indicators {
            let Some(indicator) = engine.indicator(*id) else { continue };
            let key = (period, *id);
            let ask = |unit| Question {
                unit,
                indicator: *id,
                period,
                boundaries: Boundaries::Then,
                apportionment: Apportionment::None,
            };
            match (indicator.kind, indicator.across) {
                (Kind::Change, _) => {
                    for unit in &there {
                        let own = engine.sources(&ask(*unit))?;
                        if own.iter().any(|it| it.unit == *unit && it.period == period && it.percent_only) {
                            found.alone(key, &fates, *unit, None);
                        }
                    }
                }
                (Kind::Ratio, _) | (_, Across::None) => {
                    let table = engine.table(&there, &[*id], period, Boundaries::Then, Apportionment::None)?;
                    let ratio = indicator.kind == Kind::Ratio;
                    for (unit, totals) in table.rows() {
                        let Some(total) = totals.first().filter(|it| it.percent_only || !ratio) else { continue };
                        if let Some(value) = total.value {
                            found.alone(key, &fates, unit, (!ratio).then_some(value));
                        }
                    }
                }
                _ => {
                    let mut sources = Vec::new();
                    for top in &tops {
                        sources.extend(engine.sources(&ask(*top))?);
                    }
                    sources.sort_unstable();
                    sources.dedup_by_key(|it| (it.unit, it.period, it.version));
                    for it in sources.iter().filter(|it| it.period == period && moved.contains(&UnitId(it.unit))) {
                        found.add(key, &fates, it.unit, it.amount.value);
                    }
                }
            }
        }
    }
    Ok(found)
}

impl Effect {
    fn add(&mut self, key: (Period, IndicatorId), fates: &HashMap<UnitId, Fate>, unit: i64, amount: i64) {
        let Some(fate) = fates.get(&UnitId(unit)) else { return };
        let line = self.lines.entry(key).or_default();
        line.before.add(amount);
        if let [one] = fate.heirs.as_slice() {
            line.exact.add(amount);
            line.exact_at.entry(*one).or_default().add(amount);
            return;
        }
        line.shared.add(amount);
        for heir in &fate.heirs {
            line.shared_by.entry(*heir).or_default().add(amount);
        }
        if let Some(common) = fate.common {
            line.exact_above.entry(common).or_default().add(amount);
        }
    }

    /// A figure that is never added crosses only from one unit to the very same under another id. A percentage has no
    /// amount to count.
    fn alone(&mut self, key: (Period, IndicatorId), fates: &HashMap<UnitId, Fate>, unit: i64, amount: Option<i64>) {
        match fates.get(&UnitId(unit)) {
            Some(fate) if fate.same => self.add(key, fates, unit, amount.unwrap_or(0)),
            _ => self.lines.entry(key).or_default().stay += 1,
        }
    }
}

/// The units that end, and all that ever went into them.
fn touched(register: &Register, reform: &Reform) -> BTreeSet<UnitId> {
    let mut open = reform.ended();
    let mut touched = BTreeSet::new();
    while let Some(unit) = open.pop() {
        // A unit that begins and ends within the reform is not in the register yet.
        if touched.insert(unit) {
            open.extend(register.predecessors(unit).map(|it| it.predecessor));
        }
    }
    touched.retain(|it| !register.states_of(*it).is_empty());
    touched
}

/// The last day on which the unit was there before the reform.
fn last_day(before: &Hierarchy, unit: UnitId, reform: &Reform) -> Day {
    let day = reform.first_day().plus(-1);
    before.nearest_day(unit.0, day).unwrap_or(day)
}

fn fate(before: &Hierarchy, after: &Hierarchy, unit: UnitId, reform: &Reform) -> Fate {
    let on = reform.last_day();
    let mut from = last_day(before, unit, reform);
    let mut current = unit.0;
    let mut heirs = after.heirs(current, from, on);
    let same = matches!(heirs.as_slice(), [one] if after.heirs(*one, on, from) == [current]);
    // Nobody recorded: its figures stay within what stood above it.
    while heirs.is_empty() {
        let Some(above) = before.parent(current, from) else { break };
        current = above;
        from = last_day(before, UnitId(current), reform).min(from);
        heirs = after.heirs(current, from, on);
    }
    let common = common(after, &heirs, on).map(UnitId);
    Fate { heirs: heirs.into_iter().map(UnitId).collect(), common, same }
}

/// The lowest unit that is or holds all of these on that day.
fn common(hierarchy: &Hierarchy, units: &[i64], day: Day) -> Option<i64> {
    let chain = |unit: i64| {
        let mut chain = vec![unit];
        chain.extend(hierarchy.ancestors(unit, day));
        chain.reverse();
        chain
    };
    let mut shared = chain(*units.first()?);
    for unit in units {
        let other = chain(*unit);
        let length = shared.iter().zip(&other).take_while(|(a, b)| a == b).count();
        shared.truncate(length);
    }
    shared.last().copied()
}

/// The units whose totals of the period are made of everything that the moved units reported: one in each tree.
fn tops(before: &Hierarchy, moved: &BTreeSet<UnitId>, period: Period) -> Vec<i64> {
    let mut trees: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for unit in moved {
        let day = before.nearest_day(unit.0, period.last()).unwrap_or(period.last());
        for heir in before.heirs(unit.0, day, period.last()) {
            let root = before.ancestors(heir, period.last()).last().copied().unwrap_or(heir);
            trees.entry(root).or_default().push(heir);
        }
    }
    trees.values().filter_map(|it| common(before, it, period.last())).collect()
}
