use crate::{Day, UnitId};

/// The level of a unit. Greater is smaller: a commune is below a province.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// The whole country, the ministry's unit.
    Nation = 0,
    /// Tỉnh, thành phố trực thuộc trung ương.
    Province = 1,
    /// Quận, huyện, thị xã, thành phố thuộc tỉnh: until 2025-06-30.
    District = 2,
    /// Xã, phường, thị trấn, đặc khu.
    Commune = 3,
    /// Thôn, tổ dân phố.
    Village = 4,
}

impl Level {
    /// The level with this number.
    pub fn from_number(number: i64) -> Option<Level> {
        [Level::Nation, Level::Province, Level::District, Level::Commune, Level::Village]
            .into_iter()
            .find(|it| i64::from(*it as u8) == number)
    }
}

/// A unit as it was during a span of days. A unit has several, one after another; its id stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitState {
    /// The unit.
    pub id: UnitId,
    /// Its code in these days. Codes are used again with another meaning (rule 3).
    pub code: String,
    /// Name without its kind, "Ba Đồn".
    pub name: String,
    /// Name with its kind, "Thị xã Ba Đồn".
    pub full_name: String,
    /// Kind as the data writes it: `tinh`, `thi_xa`, `phuong` …
    pub kind: String,
    /// Its level in these days: five island districts became communes.
    pub level: Level,
    /// The unit above; a root has none.
    pub parent: Option<UnitId>,
    /// First day; [`Day::BEGINNING`] where the data does not know.
    pub from: Day,
    /// The day after the last; [`Day::NEVER`] while it is in force (rule 1).
    pub until: Day,
    /// Invented for showing and testing; marked wherever it appears.
    pub synthetic: bool,
    /// Where the facts come from.
    pub source: String,
}

impl UnitState {
    /// An invented unit that has always been and stays, named after its id: what tests begin with, and change where they
    /// ask for something else.
    pub fn invented(id: i64, level: Level, parent: Option<i64>) -> UnitState {
        UnitState {
            id: UnitId(id),
            code: id.to_string(),
            name: format!("Mẫu {id}"),
            full_name: format!("Đơn vị Mẫu {id}"),
            kind: "mau".to_owned(),
            level,
            parent: parent.map(UnitId),
            from: Day::BEGINNING,
            until: Day::NEVER,
            synthetic: true,
            source: String::new(),
        }
    }

    /// Whether it holds on this day.
    pub fn covers(&self, day: Day) -> bool {
        self.from <= day && day < self.until
    }

    /// The last day on which it holds; far in the future while it is in force.
    pub fn last_day(&self) -> Day {
        Day::from_number(self.until.number().saturating_sub(1))
    }
}

/// How much of the predecessor went to the successor, in the words of the resolutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// All of it.
    Whole,
    /// A part of its area and of its people.
    AreaAndPopulation,
    /// A part of its area, nobody living there.
    AreaOnly,
    /// A part of its area with all its people.
    AreaAllPopulation,
    /// A part of its people.
    PopulationOnly,
    /// All of its area, none of its people.
    AllAreaNoPopulation,
    /// What the other parts left over.
    Remainder,
    /// The people whom the other parts left over.
    RemainderPopulation,
    /// Derived from the communes of a district, not stated in a law (rule 5).
    Derived,
}

impl Extent {
    const WORDS: [(Extent, &'static str); 9] = [
        (Extent::Whole, "whole"),
        (Extent::AreaAndPopulation, "part_area_and_population"),
        (Extent::AreaOnly, "part_area_only"),
        (Extent::AreaAllPopulation, "part_area_all_population"),
        (Extent::PopulationOnly, "part_population_only"),
        (Extent::AllAreaNoPopulation, "all_area_no_population"),
        (Extent::Remainder, "remainder"),
        (Extent::RemainderPopulation, "remainder_population"),
        (Extent::Derived, "derived"),
    ];

    /// As the data writes it: `whole`, `remainder` …
    pub fn code(self) -> &'static str {
        Self::WORDS.iter().find(|(it, _)| *it == self).map_or("whole", |(_, word)| word)
    }

    /// Reads what [`code`](Self::code) writes.
    pub fn parse(code: &str) -> Option<Extent> {
        Self::WORDS.iter().find(|(_, word)| *word == code).map(|(it, _)| *it)
    }
}

/// That a unit, or a part of it, went on in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// What was.
    pub predecessor: UnitId,
    /// What came.
    pub successor: UnitId,
    /// The first day of the new state.
    pub on: Day,
    /// How much of the predecessor.
    pub extent: Extent,
    /// Share of the predecessor's people that is known, in hundredths of a per cent (0 to 10,000).
    pub population: Option<u16>,
    /// The resolution and its clause.
    pub instrument: String,
}

/// Another spelling under which a unit is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The unit.
    pub unit: UnitId,
    /// Its full name in the other spelling.
    pub full_name: String,
}
