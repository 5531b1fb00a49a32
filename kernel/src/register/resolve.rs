use super::{Register, UnitState, search};
use crate::{Day, UnitId};

/// Why a text names no one unit on a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Resolve {
    /// No unit has this name, code or id.
    #[error("không có đơn vị hành chính này / no such unit")]
    Unknown,
    /// Several units have this name on this day, in order of their ids.
    #[error("tên này có nhiều đơn vị / several units have this name")]
    Ambiguous(Vec<UnitId>),
    /// A unit has this name, but on other days.
    #[error(
        "{unit} chỉ mang tên hoặc mã này từ {from} đến trước {until} / {unit} is called so from {from} until {until}"
    )]
    NotOn {
        /// The unit.
        unit: UnitId,
        /// The first day of the name.
        from: Day,
        /// The day after its last.
        until: Day,
    },
}

impl Register {
    /// The unit that people mean by `text` on `day`: an id (`u-…`), a code, a full name, or a full name and places
    /// above it from small to large ("Xã Tân Tiến, Tỉnh Đồng Nai").
    ///
    /// The name as it is written goes before other known spellings, and those before a name without marks.
    pub fn resolve(&self, text: &str, day: Day) -> Result<UnitId, Resolve> {
        let text = viet::composed(text);
        if let Ok(id) = text.parse::<UnitId>() {
            let (from, until) = self.life(id).ok_or(Resolve::Unknown)?;
            return self.get(id, day).map(|it| it.id).ok_or(Resolve::NotOn { unit: id, from, until });
        }
        let mut parts = text.split(',').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let places: Vec<String> = parts.map(search::key).collect();
        let readings =
            [self.with_code(name).collect::<Vec<_>>(), self.with_name(name), self.with_alias(name), self.alike(name)];
        for reading in &readings {
            let mut found: Vec<UnitId> =
                reading.iter().filter(|it| it.covers(day) && self.is_in(it, day, &places)).map(|it| it.id).collect();
            found.sort_unstable();
            found.dedup();
            match found.as_slice() {
                [] => {}
                [only] => return Ok(*only),
                _ => return Err(Resolve::Ambiguous(found)),
            }
        }
        let elsewhen = readings.iter().flatten().filter(|it| !it.covers(day));
        let near = elsewhen.filter(|it| self.is_in(it, super::clamp(day, it), &places));
        match near.min_by_key(|it| super::clamp(day, it).number().abs_diff(day.number())) {
            Some(state) => {
                let (from, until) = self.days_of_name(state);
                Err(Resolve::NotOn { unit: state.id, from, until })
            }
            None => Err(Resolve::Unknown),
        }
    }

    /// The days in a row in which the unit bears this state's name and code: the first, and the one after the last.
    pub fn days_of_name(&self, state: &UnitState) -> (Day, Day) {
        let (mut from, mut until) = (state.from, state.until);
        let states = self.states_of(state.id);
        let same = |it: &&UnitState| it.full_name == state.full_name && it.code == state.code;
        for late in states.iter().filter(same) {
            until = if late.from == until { late.until } else { until };
        }
        for early in states.iter().rev().filter(same) {
            from = if early.until == from { early.from } else { from };
        }
        (from, until)
    }

    /// Whether every place named stands above the unit on that day, each above the one before it. A place may be
    /// called by any name it ever had: a renamed province is still the same place.
    fn is_in(&self, state: &UnitState, day: Day, places: &[String]) -> bool {
        let mut above = self.ancestors(state.id, day).into_iter();
        let called =
            |it: &UnitState, place: &str| search::key(&it.full_name) == place || search::key(&it.name) == place;
        places.iter().all(|place| above.any(|it| self.states_of(it.id).iter().any(|it| called(it, place))))
    }

    fn with_name(&self, name: &str) -> Vec<&UnitState> {
        let of = |at: &usize| self.states.get(*at).map_or("", |it| it.full_name.as_str());
        let first = self.by_name.partition_point(|at| of(at) < name);
        let states = self.by_name.iter().skip(first).take_while(|at| of(at) == name);
        states.filter_map(|at| self.states.get(*at)).collect()
    }

    fn with_alias(&self, name: &str) -> Vec<&UnitState> {
        let first = self.aliases.partition_point(|it| it.full_name.as_str() < name);
        let units = self.aliases.iter().skip(first).take_while(|it| it.full_name == name);
        units.flat_map(|it| self.states_of(it.unit)).collect()
    }

    /// The states whose full name or other spelling folds to the same text.
    fn alike(&self, name: &str) -> Vec<&UnitState> {
        let key = search::key(name);
        let first = self.entries.partition_point(|it| it.text < key);
        let entries = self.entries.iter().skip(first).take_while(|it| it.text == key);
        entries.flat_map(|it| self.entry_states(it)).collect()
    }
}
