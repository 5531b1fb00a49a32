/// An indicator's fixed number, from `data/indicators`.
pub type IndicatorId = u16;

/// What kind of quantity an indicator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Events in a period.
    Count,
    /// A level at the period's end.
    Stock,
    /// Đồng in a period.
    Money,
    /// A share, recomputed from its parts; never typed (rule 12).
    Ratio,
    /// The change of one indicator against the same period a year before, in per cent.
    Change,
}

/// How an indicator adds up over places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Across {
    /// Children are added.
    Sum,
    /// Never added: only the unit's own accepted figure counts (rule 17).
    None,
    /// From the summed parts.
    Recompute,
}

/// How an indicator adds up over periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OverTime {
    /// Parts are added.
    Sum,
    /// The last part's value (stocks, rule 18).
    Last,
    /// Never added (rule 17).
    None,
    /// From the summed parts.
    Recompute,
}

/// One term of a ratio's numerator or denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Term {
    /// 1 or -1.
    pub sign: i8,
    /// The indicator added or taken away.
    pub indicator: IndicatorId,
}

/// What the engine must know of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Its number.
    pub id: IndicatorId,
    /// What kind of quantity it is.
    pub kind: Kind,
    /// How it adds up over places.
    pub across: Across,
    /// How it adds up over periods.
    pub over_time: OverTime,
    /// Ratio: the parts above the line. Change: the one indicator compared. Else empty.
    pub numerator: Vec<Term>,
    /// Ratio: the parts below the line. Else empty.
    pub denominator: Vec<Term>,
}
