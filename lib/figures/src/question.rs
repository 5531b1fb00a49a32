use crate::{Amount, Coverage, Day, IndicatorId, Period, Qualifier, UnitId};

/// Under whose boundaries a total is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Boundaries {
    /// Those in force on the period's last day.
    Then,
    /// Those in force on this day, before or after the period.
    On(Day),
}

/// What to do with the figures of a unit that was split. Only ever by explicit choice (rule 22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Apportionment {
    /// Show them as not separable.
    #[default]
    None,
    /// Give them to the successor that is known to hold all of the unit's people, where there is one.
    Population,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Question {
    /// For which unit and everything below it.
    pub unit: UnitId,
    /// Of what.
    pub indicator: IndicatorId,
    /// For when.
    pub period: Period,
    /// Under whose boundaries.
    pub boundaries: Boundaries,
    /// How splits are treated.
    pub apportionment: Apportionment,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Total {
    /// The quantity, scaled by the indicator's decimals; a ratio's numerator; a percentage in hundredths if
    /// `percent_only`. `None` if nothing was reported, which is not zero.
    pub value: Option<i64>,
    /// A ratio's denominator.
    pub of: Option<i64>,
    /// The value is a percentage: published without its parts, or a change against the year before.
    pub percent_only: bool,
    /// How sure the value is (rule 19); `None` without a value.
    pub qualifier: Option<Qualifier>,
    /// Whole if the unit's own whole figure for exactly this period is the value, else own; `None` without a value.
    pub coverage: Option<Coverage>,
    /// Unit-periods that owe a figure and gave it; where nobody owes one, unit-periods that gave one (rule 20).
    pub reported: u32,
    /// Unit-periods that owe a figure; `None` if nobody does or if what lies below is not fully known (rule 4).
    pub expected: Option<u32>,
    /// Nothing is missing from the value because of a boundary change.
    pub exact: bool,
    /// What units reported of which this one holds an unknown part; not in the value (rules 22, 23).
    pub not_separable: i64,
    /// How much of the value stands here only by the apportionment that was chosen.
    pub apportioned: i64,
    /// Units directly below that gave only a percentage (rule 13).
    pub percent_children: Vec<UnitId>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The hierarchy has no such unit.
    #[error("không có đơn vị {0} / no unit {0}")]
    UnknownUnit(UnitId),
    /// No such indicator.
    #[error("không có chỉ tiêu {0} / no indicator {0}")]
    UnknownIndicator(IndicatorId),
    /// The unit does not exist under the boundaries asked for (rule 21).
    #[error("đơn vị {unit} không có hiệu lực ngày {on} / unit {unit} is not in force on {on}")]
    NotInForce {
        /// Which.
        unit: UnitId,
        /// The period's last day, or the day asked for.
        on: Day,
    },
    /// The sum is larger than 64 bits hold.
    #[error("tổng vượt quá giới hạn 64 bit / the total does not fit 64 bits")]
    Overflow,
}

/// A figure that a total is made of, or that it holds an unknown part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Who reported.
    pub unit: UnitId,
    /// For when.
    pub period: Period,
    /// Of what: the indicator asked for, or one of a ratio's terms.
    pub indicator: IndicatorId,
    /// The accepted version that holds it.
    pub version: i64,
    /// How much.
    pub amount: Amount,
    /// For whom it speaks.
    pub coverage: Coverage,
    /// A percentage without parts.
    pub percent_only: bool,
    /// It is in the value; if not, the unit asked for holds an unknown part of it.
    pub separable: bool,
    /// It is in the value only by the apportionment that was chosen.
    pub apportioned: bool,
}
