//! The units as the files in `data/units/` and `data/demo/` give them, built into the binary.
//!
//! A file is taken only if its checksum is the one in `SHA256SUMS`, its first line names the expected columns, and it
//! has as many rows as it should: a truncated or exchanged file stops the program before anything is written.

mod changes;

use crate::reform::Reform;
use changes::{changes_2025, changes_2026};
use csv::StringRecord;
use kernel::{Alias, Day, Level, Register, Succession, UnitId, UnitState};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What is known of units.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    /// Who was where.
    pub states: Vec<UnitState>,
    /// What became of whom.
    pub successions: Vec<Succession>,
    /// Other spellings.
    pub aliases: Vec<Alias>,
    /// The reforms that led from the oldest list to today's, each with the checksum of its file.
    pub reforms: Vec<(Reform, String)>,
}

/// What is wrong with a data file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// The file is not the one whose checksum stands in `SHA256SUMS`.
    #[error(
        "{0}: tệp bị thay đổi hoặc bị cắt (mã kiểm tra không khớp SHA256SUMS), hãy lấy lại tệp gốc / \
         changed or truncated (checksum differs from SHA256SUMS): restore the file"
    )]
    Checksum(&'static str),
    /// The first line does not name the expected columns.
    #[error("{file}, dòng 1: các cột phải là {expected} / line 1: the columns must be {expected}")]
    Columns {
        /// The file.
        file: &'static str,
        /// What the first line must be.
        expected: &'static str,
    },
    /// It has too many or too few rows.
    #[error("{file}: có {found} dòng dữ liệu, phải có {expected} / has {found} rows of data, must have {expected}")]
    Count {
        /// The file.
        file: &'static str,
        /// How many it must have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// A row is not understood.
    #[error("{file}, dòng {line}: không đọc được {what} / line {line}: {what} is not understood")]
    Row {
        /// The file.
        file: &'static str,
        /// The line, counted from 1.
        line: u64,
        /// The column or thing.
        what: &'static str,
    },
    /// The list of units contradicts itself, or a reform does not follow from what was there before.
    #[error("{0}: không khớp với danh mục trước đó / does not follow from the list before it: {1}")]
    Reform(&'static str, String),
}

type Result<T> = std::result::Result<T, ReferenceError>;

/// A data file and what must be true of it.
#[derive(Debug, Clone, Copy)]
struct File<'a> {
    name: &'static str,
    text: &'a str,
    columns: &'static str,
    rows: usize,
}

const UNIT_COLUMNS: &str = "code,parent_code,level,name,full_name,kind,valid_from,valid_to,source";
const REFORM: &str = "2025-07-01";
/// Where the ids of `data/units/ids.csv` begin, and what the country is called there.
const ROOT: (&str, &str) = ("root", "VN");

macro_rules! files {
    ($($constant:ident $folder:literal $name:literal $rows:literal $columns:expr;)*) => {$(
        const $constant: File<'static> = File {
            name: $name,
            text: include_str!(concat!("../../../data/", $folder, "/", $name)),
            columns: $columns,
            rows: $rows,
        };
    )*};
}

files! {
    IDS "units" "ids.csv" 14_238 "id,list,code";
    UNITS_2024 "units" "units_2024.csv" 10_794 UNIT_COLUMNS;
    UNITS_2025 "units" "units_2025.csv" 3_355 UNIT_COLUMNS;
    UNITS_2026 "units" "units_2026.csv" 25 UNIT_COLUMNS;
    CHANGES_2025 "units" "unit_changes_2025.csv" 10_635
        "old_code,new_code,relation,source,old_level,scope,pop_share,clause,also_in";
    CHANGES_2026 "units" "unit_changes_2026.csv" 25
        "old_code,new_code,relation,source,valid_from,old_full_name,new_full_name";
    DISTRICTS "units" "district_to_communes_2025.csv" 3_652
        "district_code,new_code,old_communes_whole,old_communes_part,new_commune_entirely_in_district";
    NAMES "units" "name_notes.csv" 335 "list,code,source_full_name,full_name,reason";
    MAU "demo" "mau_units.csv" 63 UNIT_COLUMNS;
}

const SUMS: &str = include_str!("../../../data/units/SHA256SUMS");

/// The country: the list of 2024, and the reforms of 2025 and 2026 applied to it, as any reform is; other spellings.
pub fn national() -> Result<Reference> {
    for file in [IDS, UNITS_2024, UNITS_2025, UNITS_2026, CHANGES_2025, CHANGES_2026, DISTRICTS, NAMES] {
        file.verify()?;
    }
    let ids = Ids::read(IDS)?;
    let country = ids.of(IDS, 1, &[ROOT.0], ROOT.1)?;
    let mut states = units(UNITS_2024, &ids, &["2024"], Some(country))?;
    let reform = Day::parse(REFORM).unwrap_or(Day::NEVER);
    for state in states.iter_mut().filter(|it| it.until == reform) {
        state.until = Day::NEVER;
    }
    states.push(UnitState {
        id: country,
        code: ROOT.1.into(),
        name: "Toàn quốc".into(),
        full_name: "Toàn quốc".into(),
        kind: "quoc_gia".into(),
        level: Level::Nation,
        parent: None,
        from: Day::BEGINNING,
        until: Day::NEVER,
        synthetic: false,
        source: String::new(),
    });
    let failed = |file: File<'_>, why: String| ReferenceError::Reform(file.name, why);
    let mut register =
        Register::new(states, Vec::new(), Vec::new()).map_err(|err| failed(UNITS_2024, err.to_string()))?;
    let mut reforms = Vec::new();
    for (file, rows, lists) in
        [(CHANGES_2025, changes_2025()?, &["2025"][..]), (CHANGES_2026, changes_2026()?, &["2026", "2025"])]
    {
        let mut unknown = None;
        let mut number = |code: &str| {
            ids.of(file, 0, lists, code).unwrap_or_else(|err| {
                unknown = Some(err);
                country
            })
        };
        let planned = Reform::plan(&rows, &register, &mut number);
        if let Some(err) = unknown {
            return Err(err);
        }
        let planned = planned.map_err(|issues| failed(file, format!("{:?}", issues.first())))?;
        // Rule 2: the ids were written down once; a unit goes on under its own.
        for state in &planned.begins {
            if ids.of(file, 0, lists, &state.code)? != state.id {
                return Err(failed(IDS, state.code.clone()));
            }
        }
        register = planned.apply_to(&register).map_err(|err| failed(file, err.to_string()))?;
        reforms.push((planned, format!("{:x}", Sha256::digest(file.text))));
    }
    Ok(Reference {
        states: register.states().to_vec(),
        successions: register.successions().to_vec(),
        aliases: aliases(&ids)?,
        reforms,
    })
}

/// The invented province "Tỉnh Mẫu": a root of its own, never part of the country.
pub fn demo() -> Result<Reference> {
    IDS.verify()?;
    let mut states = units(MAU, &Ids::read(IDS)?, &["mau"], None)?;
    for state in &mut states {
        state.synthetic = true;
    }
    Ok(Reference { states, ..Reference::default() })
}

impl<'a> File<'a> {
    fn verify(&self) -> Result<()> {
        let sum = format!("{:x}", Sha256::digest(self.text));
        let listed = SUMS.lines().filter_map(|it| it.split_once("  ")).find(|(_, name)| *name == self.name);
        if listed.is_some_and(|(expected, _)| expected == sum) {
            Ok(())
        } else {
            Err(ReferenceError::Checksum(self.name))
        }
    }

    /// Its rows, after columns and count are as they must be.
    fn rows(self) -> Result<Vec<Row<'a>>> {
        let File { name: file, columns: expected, rows: count, text } = self;
        if text.lines().next() != Some(expected) {
            return Err(ReferenceError::Columns { file, expected });
        }
        let mut rows = Vec::with_capacity(count);
        for (at, record) in csv::Reader::from_reader(text.as_bytes()).into_records().enumerate() {
            let line = u64::try_from(at + 2).unwrap_or(u64::MAX);
            let cells = record.map_err(|_| ReferenceError::Row { file, line, what: "dòng" })?;
            rows.push(Row { file: self, line, cells });
        }
        match rows.len() {
            found if found == count => Ok(rows),
            found => Err(ReferenceError::Count { file, expected: count, found }),
        }
    }
}

/// A row of a file, which knows where it stands.
struct Row<'a> {
    file: File<'a>,
    line: u64,
    cells: StringRecord,
}

impl Row<'_> {
    fn cell(&self, column: &'static str) -> Result<&str> {
        let at = self.file.columns.split(',').position(|it| it == column);
        at.and_then(|it| self.cells.get(it)).ok_or_else(|| self.wrong(column))
    }

    /// A day; `None` for an empty cell.
    fn day(&self, column: &'static str) -> Result<Option<Day>> {
        match self.cell(column)? {
            "" => Ok(None),
            text => Day::parse(text).map(Some).ok_or_else(|| self.wrong(column)),
        }
    }

    fn wrong(&self, what: &'static str) -> ReferenceError {
        ReferenceError::Row { file: self.file.name, line: self.line, what }
    }
}

/// The fixed id of each code in each list.
struct Ids(HashMap<(String, String), UnitId>);

impl Ids {
    fn read(file: File<'_>) -> Result<Ids> {
        let mut ids = HashMap::with_capacity(file.rows);
        for row in file.rows()? {
            let id = row.cell("id")?.parse().map_err(|_| row.wrong("id"))?;
            ids.insert((row.cell("list")?.to_owned(), row.cell("code")?.to_owned()), UnitId(id));
        }
        Ok(Ids(ids))
    }

    /// The id of the code in the first of these lists that has it.
    fn of(&self, file: File<'_>, line: u64, lists: &[&str], code: &str) -> Result<UnitId> {
        let found = lists.iter().find_map(|list| self.0.get(&((*list).to_owned(), code.to_owned())));
        found.copied().ok_or(ReferenceError::Row { file: file.name, line, what: "mã đơn vị (code)" })
    }
}

/// The states of one list. Codes are looked up in the first of `lists` that has them; `top` stands above the first
/// level.
fn units(file: File<'_>, ids: &Ids, lists: &[&str], top: Option<UnitId>) -> Result<Vec<UnitState>> {
    file.rows()?.iter().map(|row| unit(row, ids, lists, top)).collect()
}

fn unit(row: &Row<'_>, ids: &Ids, lists: &[&str], top: Option<UnitId>) -> Result<UnitState> {
    let id = |code: &str| ids.of(row.file, row.line, lists, code);
    let level = row.cell("level")?.parse().ok().and_then(Level::from_number);
    let text = |column| row.cell(column).map(str::to_owned);
    Ok(UnitState {
        id: id(row.cell("code")?)?,
        code: text("code")?,
        name: text("name")?,
        full_name: text("full_name")?,
        kind: text("kind")?,
        level: level.ok_or_else(|| row.wrong("level"))?,
        parent: match row.cell("parent_code")? {
            "" => top,
            code => Some(id(code)?),
        },
        from: row.day("valid_from")?.unwrap_or(Day::BEGINNING),
        // Rule 1: the file's day is the last one, ours the one after it.
        until: row.day("valid_to")?.map_or(Day::NEVER, |it| it.plus(1)),
        synthetic: false,
        source: text("source")?,
    })
}

fn aliases(ids: &Ids) -> Result<Vec<Alias>> {
    let mut found = Vec::new();
    for row in NAMES.rows()? {
        let (other, used) = (row.cell("source_full_name")?, row.cell("full_name")?);
        let alias = Alias {
            unit: ids.of(row.file, row.line, &[row.cell("list")?], row.cell("code")?)?,
            full_name: other.to_owned(),
        };
        if other != used && !found.contains(&alias) {
            found.push(alias);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
