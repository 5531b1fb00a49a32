//! A pivot: units × periods × indicators. It knows which, and asks the engine for a block of them at a time.

mod below;
mod merged;

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use figures::{Apportionment, Boundaries, Engine, Table, Total};
use kernel::{Day, Indicator, IndicatorId, Issue, Period, PeriodError, Register, UnitId, UnitState};
use returns::figure::{self, AskError, share};
use web::App;

use below::Below;
pub(crate) use below::LEVELS;

/// So many figures are asked for at once, while new ones wait: a few milliseconds.
const CELLS: usize = 4_096;

/// What is asked, in words, as a command line or an address has it. Lists are separated by commas.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `self`, `children`, or every unit of a level below: `province`, `district`, `commune`, `village`.
    pub below: &'a str,
    /// Codes of periods.
    pub periods: &'a str,
    /// Codes of indicators, or `all`.
    pub indicators: &'a str,
    /// `then`, `now` or a day.
    pub boundaries: &'a str,
    /// `name`, which is also what an empty word means, or the code of an indicator, greatest first.
    pub order: &'a str,
}

/// Why there is no pivot, in words for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PivotError {
    /// As for a single figure.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// No such set of units.
    #[error(
        "«{0}» không phải self, children, province, district, commune hay village / “{0}” is not self, children, province, district, commune or village"
    )]
    NoBelow(String),
    /// No period was named.
    #[error("hãy nêu ít nhất một kỳ báo cáo / name at least one period")]
    NoPeriods,
    /// No indicator was named.
    #[error("hãy nêu ít nhất một mã chỉ tiêu, hoặc all / name at least one indicator, or all")]
    NoIndicators,
    /// An indicator by which nothing is ordered.
    #[error(
        "không xếp thứ tự theo {0}: số liệu về tin báo, người được giáo dục, tội phạm và địa bàn trọng điểm không dùng để so sánh các đơn vị / units are not ordered by {0}: counts of denunciation, people reformed, crime and key areas compare no units"
    )]
    Guarded(String),
}

impl PivotError {
    /// The same as an issue of a page.
    pub fn issue(&self) -> Issue {
        let issue = |text: &'static str| Issue::new("", text);
        match self {
            PivotError::NoBelow(word) => issue("exchange-wrong-below").with("word", word),
            PivotError::NoPeriods => issue("exchange-no-periods"),
            PivotError::NoIndicators => issue("exchange-no-indicators"),
            PivotError::Guarded(code) => issue("exchange-guarded-order").with("code", code),
            PivotError::Ask(err) => match err {
                AskError::NoPeriod(PeriodError::Calendar(code) | PeriodError::Shape(code)) => {
                    issue("exchange-wrong-period").with("code", code)
                }
                AskError::NoIndicator(code) => issue("exchange-wrong-indicator").with("code", code),
                AskError::NoBoundaries(word) => issue("exchange-wrong-boundaries").with("word", word),
                AskError::NotThen { full_name, day, .. } | AskError::NotIn { full_name, day } => {
                    issue("exchange-not-in-force").with("unit", full_name).with("day", web::date(*day))
                }
                AskError::Overflow => issue("exchange-too-large"),
                AskError::Unread => issue("exchange-unread"),
                AskError::NoUnit(name) | AskError::Ambiguous { name, .. } | AskError::NotOn { name, .. } => {
                    issue("exchange-no-unit").with("unit", name)
                }
            },
        }
    }
}

/// Which units, periods and indicators. The figures themselves are asked for block by block.
#[derive(Debug)]
pub struct Pivot {
    register: Arc<Register>,
    sheets: Vec<Sheet>,
    indicators: Vec<Indicator>,
    ids: Vec<IndicatorId>,
    boundaries: Boundaries,
    boundaries_word: String,
    hidden: usize,
    /// Small counts of tips that are told only within sums: sheet, indicator, unit.
    merged: HashSet<(usize, IndicatorId, UnitId)>,
    /// What is told in place of them.
    untold: Total,
    /// Which sheet, which of its units.
    blocks: Vec<(usize, Range<usize>)>,
}

/// The units of one period.
#[derive(Debug)]
struct Sheet {
    period: Period,
    /// Whose hierarchy holds.
    day: Day,
    units: Arc<[UnitId]>,
}

/// One figure and what it is of.
#[derive(Debug, Clone, Copy)]
pub struct Row<'b> {
    /// The unit as it is on the day whose hierarchy holds.
    pub unit: &'b UnitState,
    /// That day.
    pub on: Day,
    /// The period.
    pub period: Period,
    /// The indicator.
    pub indicator: &'b Indicator,
    /// The boundaries in the asker's word.
    pub boundaries: &'b str,
    /// The figure.
    pub total: &'b Total,
    /// It is a small count that is told only within the sums above it; the total is then empty.
    pub merged: bool,
}

/// The figures of some units for one period.
#[derive(Debug)]
pub struct Block<'p> {
    pivot: &'p Pivot,
    /// Which sheet.
    at: usize,
    sheet: &'p Sheet,
    table: Table,
}

impl Pivot {
    /// Understands a question. `sees` says whether a unit may be listed; those that may not are left out and counted.
    /// `from_above` says whether the asker stands above a unit: small counts of tips are then told only within sums.
    ///
    /// # Errors
    /// Says what was not understood, that the unit is not in force under these boundaries, or that nothing is ordered
    /// by this indicator.
    pub fn new(
        app: &App,
        unit: UnitId,
        asked: &Asked<'_>,
        sees: impl Fn(&Register, UnitId) -> bool,
        from_above: impl Fn(&Register, UnitId) -> bool,
    ) -> Result<Pivot, PivotError> {
        let register = app.register.get();
        let catalogue = app.catalogue.get().seen_from(&register, unit, app.clock.today());
        let periods = list(asked.periods).map(Period::parse).collect::<Result<Vec<_>, _>>().map_err(AskError::from)?;
        if periods.is_empty() {
            return Err(PivotError::NoPeriods);
        }
        let known = |code: &str| catalogue.by_code(code).ok_or_else(|| AskError::NoIndicator(code.to_owned()));
        let mut indicators: Vec<Indicator> = match asked.indicators.trim() {
            "all" => catalogue.indicators().to_vec(),
            codes => list(codes).map(|it| known(it).cloned()).collect::<Result<_, _>>()?,
        };
        let mut twice = std::collections::HashSet::new();
        indicators.retain(|it| twice.insert(it.id()));
        if indicators.is_empty() {
            return Err(PivotError::NoIndicators);
        }
        let order = match asked.order.trim() {
            "" | "name" => None,
            code => Some(known(code)?),
        };
        if let Some(it) = order.filter(|it| it.is_guarded()) {
            return Err(PivotError::Guarded(it.code.clone()));
        }
        let boundaries = figure::boundaries(app, asked.boundaries)?;
        let below = Below::parse(asked.below).ok_or_else(|| PivotError::NoBelow(asked.below.to_owned()))?;
        let mut hidden = 0;
        let mut known: HashMap<Day, Arc<[UnitId]>> = HashMap::new();
        let mut sheets = Vec::with_capacity(periods.len());
        for period in periods {
            let day = match boundaries {
                Boundaries::Then => period.last(),
                Boundaries::On(day) => day,
            };
            if register.get(unit, day).is_none() {
                let refusal = figures::Refusal::NotInForce { unit: unit.0, on: day };
                return Err(figure::refused(&register, refusal, period, boundaries).into());
            }
            let units = known.entry(day).or_insert_with(|| {
                let all = below.units(&register, unit, day);
                let count = all.len();
                let seen: Arc<[UnitId]> = all.into_iter().filter(|it| sees(&register, *it)).collect();
                hidden = hidden.max(count - seen.len());
                seen
            });
            let mut sheet = Sheet { period, day, units: Arc::clone(units) };
            if let Some(by) = order {
                sheet.units = ordered(app, &sheet, by, boundaries)?
                    .map_err(|it| figure::refused(&register, it, period, boundaries))?;
            }
            sheets.push(sheet);
        }
        let step = (CELLS / indicators.len()).max(1);
        let cut = |(at, sheet): (usize, &Sheet)| {
            let count = sheet.units.len();
            (0..count).step_by(step).map(move |from| (at, from..count.min(from + step)))
        };
        let blocks = sheets.iter().enumerate().flat_map(cut).collect();
        let ids = indicators.iter().map(Indicator::id).collect();
        let boundaries_word = asked.boundaries.to_owned();
        let (merged, untold) = (HashSet::new(), Total::default());
        let mut res =
            Pivot { register, sheets, indicators, ids, boundaries, boundaries_word, hidden, merged, untold, blocks };
        res.merged = merged::small(&res, app, from_above)?;
        Ok(res)
    }

    /// How many blocks it takes.
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// How many figures there are in all.
    pub fn cells(&self) -> usize {
        self.sheets.iter().map(|it| it.units.len()).sum::<usize>() * self.indicators.len()
    }

    /// How many units were left out because the asker may not see them; of several periods the greatest number.
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// The periods, in the order in which they were asked for.
    pub fn periods(&self) -> impl Iterator<Item = Period> {
        self.sheets.iter().map(|it| it.period)
    }

    /// The columns.
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The units of the first period, in order.
    pub fn units(&self) -> &[UnitId] {
        self.sheets.first().map(|it| &*it.units).unwrap_or_default()
    }

    /// The figures of a block, from 0, as they are at this moment; `None` after the last.
    ///
    /// # Errors
    /// When a sum does not fit, or when a unit was ended by a reform while the pivot was being read.
    pub fn block(&self, app: &App, at: usize) -> Option<Result<Block<'_>, AskError>> {
        let (sheet, range) = self.blocks.get(at)?;
        self.of(app, *sheet, range.clone())
    }

    /// The figures of some units of the first period, counted in the order of the pivot.
    ///
    /// # Errors
    /// As [`Pivot::block`].
    pub fn some(&self, app: &App, units: Range<usize>) -> Option<Result<Block<'_>, AskError>> {
        self.of(app, 0, units)
    }

    fn of(&self, app: &App, at: usize, range: Range<usize>) -> Option<Result<Block<'_>, AskError>> {
        let sheet = self.sheets.get(at)?;
        let units: Vec<i64> = sheet.units.get(range)?.iter().map(|it| it.0).collect();
        let ask = |engine: &Engine| engine.table(&units, &self.ids, sheet.period, self.boundaries, Apportionment::None);
        let refused = |it| figure::refused(&self.register, it, sheet.period, self.boundaries);
        let table = app.totals(ask).map_err(AskError::from).and_then(|it| it.map_err(refused));
        Some(table.map(|table| Block { pivot: self, at, sheet, table }))
    }
}

impl Block<'_> {
    /// Its figures, unit after unit.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let Block { pivot, at, sheet, .. } = self;
        let unit = |(unit, totals)| Some((pivot.register.get(UnitId(unit), sheet.day)?, totals));
        self.table.rows().filter_map(unit).flat_map(move |(unit, totals): (&UnitState, &[Total])| {
            pivot.indicators.iter().zip(totals).map(move |(indicator, total)| {
                let merged = !pivot.merged.is_empty() && pivot.merged.contains(&(*at, indicator.id(), unit.id));
                Row {
                    unit,
                    on: sheet.day,
                    period: sheet.period,
                    indicator,
                    boundaries: &pivot.boundaries_word,
                    total: if merged { &pivot.untold } else { total },
                    merged,
                }
            })
        })
    }
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|it| !it.is_empty())
}

/// The units by an indicator, greatest first; those without a figure last; the rest as it was.
fn ordered(
    app: &App,
    sheet: &Sheet,
    by: &Indicator,
    boundaries: Boundaries,
) -> Result<Result<Arc<[UnitId]>, figures::Refusal>, AskError> {
    let mut keys = Vec::with_capacity(sheet.units.len());
    for some in sheet.units.chunks(CELLS) {
        let ids: Vec<i64> = some.iter().map(|it| it.0).collect();
        let ask = |engine: &Engine| engine.table(&ids, &[by.id()], sheet.period, boundaries, Apportionment::None);
        match app.totals(ask)? {
            Ok(table) => keys.extend(table.totals.iter().map(size)),
            Err(refusal) => return Ok(Err(refusal)),
        }
    }
    let mut units: Vec<(Option<i64>, UnitId)> = keys.into_iter().zip(sheet.units.iter().copied()).collect();
    units.sort_by_key(|it| std::cmp::Reverse(it.0));
    Ok(Ok(units.into_iter().map(|it| it.1).collect()))
}

/// By what a total is compared with others of its indicator: a ratio by its share.
fn size(total: &Total) -> Option<i64> {
    match total.of {
        Some(of) if of > 0 => total.value.map(|it| share(it, of)),
        Some(_) => None,
        None => total.value,
    }
}

#[cfg(test)]
mod tests {
    use kernel::Level;

    use super::*;

    #[track_caller]
    fn check(value: Option<i64>, of: Option<i64>, expect: Option<i64>) {
        assert_eq!(size(&Total { value, of, ..Total::default() }), expect);
    }

    #[test]
    fn ratios_are_compared_by_their_share_and_nothing_is_less_than_zero() {
        check(Some(15), Some(16), Some(9375));
        check(Some(15), Some(0), None);
        check(Some(15), None, Some(15));
        check(None, None, None);
        assert!(size(&Total::default()) < Some(0));
    }

    #[test]
    fn lists_are_read_with_or_without_spaces() {
        assert_eq!(list(" 2025, 2026-M01,,").collect::<Vec<_>>(), ["2025", "2026-M01"]);
    }

    #[test]
    fn every_level_has_its_word() {
        assert!(matches!(Below::parse("commune"), Some(Below::Level(Level::Commune))));
        assert!(matches!(Below::parse("self"), Some(Below::Itself)));
        assert!(Below::parse("nation").is_none());
    }
}
