use std::rc::Rc;

use crate::frame::{Frame, Spot};
use crate::total::{Plan, day_of};
use crate::{Apportionment, Boundaries, Engine, IndicatorId, Period, Refusal, Total, UnitId};

/// Totals of many units and indicators for one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The rows.
    pub units: Vec<UnitId>,
    /// The columns.
    pub indicators: Vec<IndicatorId>,
    /// Row after row.
    pub totals: Vec<Total>,
}

impl Table {
    /// The total in a row and column, both from 0.
    pub fn at(&self, row: usize, column: usize) -> Option<&Total> {
        if column < self.indicators.len() { self.totals.get(row * self.indicators.len() + column) } else { None }
    }

    /// The rows, each with its unit.
    pub fn rows(&self) -> impl Iterator<Item = (UnitId, &[Total])> {
        self.units.iter().copied().zip(self.totals.chunks(self.indicators.len().max(1)))
    }
}

impl Engine {
    /// The totals of any units, which all must be in force under the boundaries.
    pub fn table(
        &self,
        units: &[UnitId],
        indicators: &[IndicatorId],
        period: Period,
        boundaries: Boundaries,
        apportionment: Apportionment,
    ) -> Result<Table, Refusal> {
        let positions: Vec<u32> =
            units.iter().map(|it| self.seated(*it, period, boundaries)).collect::<Result<_, _>>()?;
        let frame = Rc::new(Frame::new(self, period, boundaries, apportionment));
        if let [position] = positions.as_slice() {
            // A plan that is used once need not be kept.
            let spot = frame.spot(*position);
            let mut totals = Vec::with_capacity(indicators.len());
            for it in indicators {
                totals.push(Plan::new(&frame, self.known(*it)?, boundaries).total(&spot)?);
            }
            return Ok(Table { units: units.to_vec(), indicators: indicators.to_vec(), totals });
        }
        let known: Vec<_> = indicators.iter().map(|it| self.known(*it)).collect::<Result<_, _>>()?;
        let plans: Vec<Plan> = known.into_iter().map(|it| Plan::new(&frame, it, boundaries)).collect();
        let mut totals = Vec::with_capacity(units.len() * indicators.len());
        let mut spot = Spot::default();
        for position in positions {
            frame.settle(position, &mut spot);
            for plan in &plans {
                totals.push(plan.total(&spot)?);
            }
        }
        Ok(Table { units: units.to_vec(), indicators: indicators.to_vec(), totals })
    }

    /// The totals of the units directly below a unit under these boundaries.
    pub fn totals_of_children(
        &self,
        unit: UnitId,
        indicators: &[IndicatorId],
        period: Period,
        boundaries: Boundaries,
    ) -> Result<Table, Refusal> {
        self.seated(unit, period, boundaries)?;
        let children = self.hierarchy.children(unit, day_of(period, boundaries));
        self.table(&children, indicators, period, boundaries, Apportionment::None)
    }
}
