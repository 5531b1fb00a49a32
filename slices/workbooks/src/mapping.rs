//! Somebody's own workbook, read as they say: which sheet, which row of headings, which column is the unit and which are
//! indicators. Told once, it is kept for workbooks of the same make.

use std::collections::BTreeMap;

use forms::AwardKind;
use kernel::{Catalogue, Day, Form, Issue, Period, Register, Resolve, UnitId};
use serde::{Deserialize, Serialize};
use sheet::{At, Book, Cell, Sheet, Value};

use crate::{
    amount,
    filling::{Filling, Place, Taken},
    names::Asked,
    paste,
};

/// So many rows above the row of headings may hold the upper part of a heading.
const ABOVE: u32 = 3;
/// Words that begin rows of totals, folded.
const TOTALS: [&str; 6] = ["tong", "cong", "tong cong", "tong so", "toan tinh", "toan quoc"];

/// How a workbook is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mapping {
    /// The sheet's name.
    pub(crate) sheet: String,
    /// The row of the headings, counted from 0.
    pub(crate) head: u32,
    /// The form's code.
    pub(crate) form: String,
    /// The period's code; empty where a column says it.
    pub(crate) period: String,
    /// The unit below which names are looked for; the one meant where no column names units.
    pub(crate) top: String,
    /// The day on which the names were those of the units, ISO; empty for each period's last day.
    pub(crate) on: String,
    /// What the columns are.
    pub(crate) columns: Vec<Column>,
}

/// A column that means something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    /// Counted from 0.
    pub(crate) at: u32,
    /// Its heading when it was told; another heading is another column.
    pub(crate) heading: String,
    /// `unit`, `period`, or the code of an indicator or an award.
    pub(crate) means: String,
}

/// What [`Column::means`] says of a column that names units.
pub(crate) const UNIT: &str = "unit";
/// What [`Column::means`] says of a column that names periods.
pub(crate) const PERIOD: &str = "period";

/// The heading of a column: what stands in the row of headings, or above it where that is empty or merged.
pub(crate) fn heading(sheet: &Sheet, head: u32, column: u32) -> String {
    for row in (head.saturating_sub(ABOVE)..=head).rev() {
        let at = At::new(row, column);
        let at = sheet.merged_around(at).map_or(at, |it| it.first);
        if let Some(cell) = sheet.cell(at) {
            return paste::shown(&cell.value);
        }
    }
    String::new()
}

/// The columns that have anything below a row of headings.
pub(crate) fn columns(sheet: &Sheet, head: u32) -> Vec<u32> {
    let mut columns: Vec<u32> = sheet.cells.iter().filter(|it| it.at.row > head).map(|it| it.at.column).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// What a workbook is read with.
struct Reader<'a> {
    register: &'a Register,
    sheet: &'a Sheet,
    mapping: &'a Mapping,
    form: &'a Form,
    top: UnitId,
    top_name: String,
    taken: Taken,
}

/// What a workbook brings when it is read so.
pub(crate) fn read(
    book: &Book,
    mapping: &Mapping,
    register: &Register,
    catalogue: &Catalogue,
    awards: &[AwardKind],
    today: Day,
) -> Taken {
    let mut taken = Taken::default();
    let nowhere = || Place::sheet("");
    if let Some(legacy) = book.legacy {
        taken.note(nowhere(), Issue::new("", "workbooks-legacy").with("name", legacy.name()));
    }
    let Some(sheet) = book.sheets.iter().find(|it| it.name == mapping.sheet) else {
        taken.problem(nowhere(), Issue::new("", "workbooks-map-sheet").with("sheet", &mapping.sheet));
        return taken;
    };
    let Some(form) = catalogue.form_by_code(&mapping.form) else {
        taken.problem(nowhere(), Issue::new("", "workbooks-form-unknown").with("form", &mapping.form));
        return taken;
    };
    let day =
        Day::parse(&mapping.on).or_else(|| Period::parse(&mapping.period).ok().map(Period::last)).unwrap_or(today);
    let Ok(top) = register.resolve(&mapping.top, day) else {
        taken.problem(nowhere(), Issue::new("", "returns-unit-unknown").with("text", &mapping.top));
        return taken;
    };
    let top_name = register.nearest(top, day).map(|it| it.full_name.clone()).unwrap_or_default();
    let mut reader = Reader { register, sheet, mapping, form, top, top_name, taken };
    reader.rows(&Asked::all(form, catalogue, awards));
    reader.taken
}

impl Reader<'_> {
    fn problem(&mut self, at: At, issue: Issue) {
        self.taken.problem(Place::cell(&self.sheet.name, at), issue);
    }

    fn rows(&mut self, asked: &[Asked<'_>]) {
        let mapping = self.mapping;
        for column in &mapping.columns {
            let found = heading(self.sheet, mapping.head, column.at);
            if viet::fold(&found) != viet::fold(&column.heading) {
                let issue =
                    Issue::new("", "workbooks-map-heading").with("found", found).with("wanted", &column.heading);
                self.problem(At::new(mapping.head, column.at), issue);
            }
            let known = [UNIT, PERIOD].contains(&column.means.as_str());
            if !known && asked.iter().all(|it| it.code() != column.means) {
                // The form asked for it when the way of reading was kept.
                let issue = Issue::new("", "workbooks-map-code").with("code", &column.means);
                self.problem(At::new(mapping.head, column.at), issue.with("form", &self.form.name));
            }
        }
        let of = |means: &str| mapping.columns.iter().find(|it| it.means == means).map(|it| it.at);
        let (units, periods) = (of(UNIT), of(PERIOD));
        let meant = |it: &Column| asked.iter().find(|asked| asked.code() == it.means).copied();
        let figures: Vec<(u32, Asked<'_>)> =
            mapping.columns.iter().filter_map(|it| Some((it.at, meant(it)?))).collect();
        let sheet = self.sheet;
        for (row, cells) in sheet.rows().filter(|it| it.0 > mapping.head) {
            // Rows without any figure are headings and remarks.
            if !cells.iter().any(|it| figures.iter().any(|figure| figure.0 == it.at.column)) {
                continue;
            }
            let Some(period) = self.period(row, periods) else { continue };
            let Some(unit) = self.unit(row, units, period) else { continue };
            let place = Place::cell(&sheet.name, At::new(row, units.unwrap_or(0)));
            let mut filling = Filling::new(unit, self.form.id, period, place);
            for (column, asked) in &figures {
                self.figure(At::new(row, *column), *asked, &mut filling);
            }
            self.add(filling);
        }
    }

    /// One more row; two rows for one return are told.
    fn add(&mut self, filling: Filling) {
        let same = |it: &&Filling| (it.unit, it.period) == (filling.unit, filling.period);
        if let Some(first) = self.taken.fillings.iter().find(same) {
            let first = first.place.at.map(|it| it.to_string()).unwrap_or_default();
            let issue = Issue::new("", "workbooks-row-twice").with("first", first);
            self.taken.problem(filling.place.clone(), issue);
        }
        self.taken.fillings.push(filling);
    }

    fn period(&mut self, row: u32, column: Option<u32>) -> Option<Period> {
        let Some(column) = column else {
            let read = Period::parse(&self.mapping.period).ok();
            if read.is_none() && self.taken.problems.is_empty() {
                let issue = Issue::new("", "returns-period-unknown").with("text", &self.mapping.period);
                self.taken.problem(Place::sheet(&self.sheet.name), issue);
            }
            return read;
        };
        let at = At::new(row, column);
        let text = self.sheet.cell(at).map(|it| paste::shown(&it.value)).unwrap_or_default();
        let year = viet::fold(&text).trim_start_matches("nam").trim().parse::<i32>().ok();
        let yearly = || Period::new(self.form.calendar, year?, self.form.frequency, 1);
        let read = Period::parse(&text)
            .ok()
            .filter(|it| self.form.takes(*it))
            .or_else(|| yearly().filter(|_| self.form.frequency == kernel::Frequency::Year));
        if read.is_none() {
            self.problem(at, Issue::new("", "returns-period-unknown").with("text", text));
        }
        read
    }

    fn unit(&mut self, row: u32, column: Option<u32>, period: Period) -> Option<UnitId> {
        let Some(column) = column else { return Some(self.top) };
        let at = At::new(row, column);
        let text = match self.sheet.cell(at) {
            Some(Cell { value: Value::Text(text), .. }) => text.clone(),
            Some(cell) => paste::shown(&cell.value),
            None => String::new(),
        };
        let folded = viet::fold(&text);
        let folded = folded.trim_end_matches([':', '.']);
        if TOTALS.contains(&folded) {
            self.taken
                .note(Place::cell(&self.sheet.name, at), Issue::new("", "workbooks-map-total").with("text", &text));
            return None;
        }
        let day = Day::parse(&self.mapping.on).unwrap_or(period.last());
        if viet::fold(&self.top_name) == folded {
            return Some(self.top);
        }
        match self.register.resolve(&format!("{text}, {}", self.top_name), day) {
            Ok(unit) => Some(unit),
            Err(err) => {
                let name = |unit: UnitId| self.register.latest(unit).map(|it| it.full_name.clone()).unwrap_or_default();
                let issue = match err {
                    Resolve::Unknown => Issue::new("", "workbooks-map-unit"),
                    Resolve::Ambiguous(units) => {
                        Issue::new("", "workbooks-map-unit-several").with("count", units.len())
                    }
                    Resolve::NotOn { unit, from, until } => Issue::new("", "workbooks-map-unit-days")
                        .with("name", name(unit))
                        .with("from", from)
                        .with("last", until.plus(-1)),
                };
                self.problem(at, issue.with("text", text).with("top", &self.top_name).with("day", day));
                None
            }
        }
    }

    /// Takes what stands in a cell, if anything does.
    fn figure(&mut self, at: At, asked: Asked<'_>, filling: &mut Filling) {
        let sheet = self.sheet;
        let Some(cell) = sheet.cell(at) else { return };
        let place = Place::cell(&sheet.name, at);
        if let Some(area) = sheet.merged_around(at) {
            let area = format!("{}:{}", area.first, area.last);
            self.taken.problem(place, Issue::new("", "workbooks-merged").with("area", area));
            return;
        }
        if sheet.is_concealed(at) {
            self.taken.problem(place, Issue::new("", "workbooks-concealed"));
            return;
        }
        match asked.read(&cell.value) {
            Ok(Some(amount)) => {
                if cell.formula {
                    self.taken.note(place.clone(), Issue::new("", "workbooks-formula").with("value", &amount.0));
                }
                // No two columns mean the same: the page where it is told refuses that.
                filling.put(asked, amount, place);
            }
            Ok(None) => (),
            Err(issue) => self.taken.problem(place, issue),
        }
    }
}

/// What a heading may mean besides an indicator: the column of units, of periods.
pub(crate) fn guess(heading: &str) -> Option<&'static str> {
    const UNITS: [&str; 8] =
        ["don vi", "ten don vi", "dia phuong", "don vi hanh chinh", "xa", "phuong, xa", "xa, phuong", "ten xa"];
    match viet::fold(heading).as_str() {
        it if UNITS.contains(&it) => Some(UNIT),
        "nam" | "ky" | "ky bao cao" => Some(PERIOD),
        _ => None,
    }
}

/// The row that looks most like headings: of the first rows the one with the most texts that are no numbers.
pub(crate) fn guess_head(sheet: &Sheet) -> u32 {
    let words = |row: &[Cell]| {
        row.iter().filter(|it| matches!(&it.value, Value::Text(text) if !amount::is_number(text))).count()
    };
    let rows = sheet.rows().take_while(|it| it.0 < 15);
    rows.map(|(row, cells)| (words(cells), std::cmp::Reverse(row))).max().map_or(0, |it| it.1.0)
}

/// Figures by column and indicator, for pages.
pub(crate) type Meanings = BTreeMap<u32, String>;

impl Mapping {
    /// What each column means.
    pub(crate) fn meanings(&self) -> Meanings {
        self.columns.iter().map(|it| (it.at, it.means.clone())).collect()
    }
}
