//! The lists and tables of changes, as rows of a reform.

use super::{
    CHANGES_2025, CHANGES_2026, DISTRICTS, File, REFORM, ROOT, ReferenceError, Result, Row, UNITS_2025, UNITS_2026,
};
use crate::reform::{Details, Operation, Row as Change};
use kernel::{Day, Extent, Level};
use std::collections::{HashMap, HashSet};

/// What a list says of a unit: its details, the code of the unit above, where that comes from.
type Told = HashMap<String, (Details, String, String)>;

fn told(file: File<'_>) -> Result<Told> {
    let mut told = Told::with_capacity(file.rows);
    for row in file.rows()? {
        let text = |column| row.cell(column).map(str::to_owned);
        let level = row.cell("level")?.parse().ok().and_then(Level::from_number);
        let details = Details {
            name: Some(text("name")?),
            full_name: Some(text("full_name")?),
            kind: Some(text("kind")?),
            level: Some(level.ok_or_else(|| row.wrong("level"))?),
        };
        let parent = match row.cell("parent_code")? {
            "" => ROOT.1.to_owned(),
            code => code.to_owned(),
        };
        told.insert(text("code")?, (details, parent, text("source")?));
    }
    Ok(told)
}

/// The reform of 2025: what became of the units of 2024; districts by their communes (rule 5) unless the law itself
/// says it.
pub(super) fn changes_2025() -> Result<Vec<Change>> {
    let on = Day::parse(REFORM).unwrap_or(Day::NEVER);
    let mut list = told(UNITS_2025)?;
    let (mut rows, mut by_law) = (Vec::with_capacity(CHANGES_2025.rows + DISTRICTS.rows), HashSet::new());
    for row in CHANGES_2025.rows()? {
        let (old, new) = (row.cell("old_code")?, row.cell("new_code")?);
        by_law.insert(old.to_owned());
        let operation = match row.cell("relation")? {
            "kept" => Operation::Keep,
            "renamed" => Operation::Rename,
            "merged_whole" => Operation::Merge,
            "split_part" => Operation::Split,
            _ => return Err(row.wrong("relation")),
        };
        rows.push(Change {
            extent: Some(Extent::parse(row.cell("scope")?).ok_or_else(|| row.wrong("scope"))?),
            population: match row.cell("pop_share")? {
                "" => None,
                "0" => Some(0),
                "1" => Some(10_000),
                _ => return Err(row.wrong("pop_share")),
            },
            instrument: format!("{}, {}", row.cell("source")?, row.cell("clause")?),
            ..change(&row, operation, on, old, new, list.remove(new))
        });
    }
    for row in DISTRICTS.rows()? {
        let (old, new) = (row.cell("district_code")?, row.cell("new_code")?);
        if !by_law.contains(old) {
            let extent = Some(Extent::Derived);
            rows.push(Change { extent, ..change(&row, Operation::Close, on, old, new, None) });
        }
    }
    match list.keys().next() {
        Some(_) => Err(ReferenceError::Row { file: UNITS_2025.name, line: 0, what: "mã đơn vị (code)" }),
        None => Ok(rows),
    }
}

/// The reforms of 2026: 25 new names, in force from three different days.
pub(super) fn changes_2026() -> Result<Vec<Change>> {
    let mut list = told(UNITS_2026)?;
    let row = |row: &Row<'_>| {
        let (old, new) = (row.cell("old_code")?, row.cell("new_code")?);
        let on = row.day("valid_from")?.ok_or_else(|| row.wrong("valid_from"))?;
        let told = list.remove(new).ok_or_else(|| row.wrong("new_code"))?;
        let instrument = row.cell("source")?.to_owned();
        Ok(Change { instrument, ..change(row, Operation::Rename, on, old, new, Some(told)) })
    };
    CHANGES_2026.rows()?.iter().map(row).collect()
}

/// A row of a reform, described by the list the first time that its new code is named.
fn change(
    row: &Row<'_>,
    operation: Operation,
    on: Day,
    old: &str,
    new: &str,
    told: Option<(Details, String, String)>,
) -> Change {
    let (details, parent, source) =
        told.map_or_else(Default::default, |(details, parent, source)| (details, Some(parent), Some(source)));
    Change {
        line: row.line,
        operation,
        on,
        old: Some(old.to_owned()),
        new: Some(new.to_owned()),
        details,
        parent,
        extent: None,
        population: None,
        instrument: String::new(),
        source,
    }
}
