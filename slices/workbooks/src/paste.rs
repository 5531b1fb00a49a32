//! A table copied from Excel or Word, read into one return.
//!
//! Three shapes are understood: rows with an indicator's code or name somewhere and its number after it; the same lying on
//! its side, headings above and one row of numbers; and a bare column of exactly as many numbers as the form has lines. A
//! number that nothing says the meaning of is named, and so is a row with several.

use forms::AwardKind;
use kernel::{Catalogue, Form, Issue};
use sheet::{Cell, Sheet, Value};

use crate::{
    amount,
    filling::{Filling, Place, Taken},
    names::{Asked, named},
};

/// Headings of the column that holds this period's figures, folded.
const FIGURES: [&str; 8] = ["so lieu", "ky nay", "thuc hien", "so luong", "ket qua", "thang nay", "nam nay", "value"];

/// Reads a table into `filling`, which names the return.
pub(crate) fn read(sheet: &Sheet, form: &Form, catalogue: &Catalogue, awards: &[AwardKind], filling: Filling) -> Taken {
    let asked = Asked::all(form, catalogue, awards);
    let mut table = Table { sheet, asked, taken: Taken::default(), filling };
    let labels = |row: &[Cell]| row.iter().filter(|it| table.label(it).is_some()).count();
    match sheet.rows().find(|(_, row)| labels(row) > 1) {
        Some((row, heads)) => table.lying(row, heads),
        None if sheet.rows().all(|(_, row)| row.len() == 1 && labels(row) == 0) => table.column(),
        None => table.standing(),
    }
    let Table { mut taken, filling, .. } = table;
    if filling.is_empty() && taken.problems.is_empty() {
        taken.problem(Place::sheet(&sheet.name), Issue::new("table", "workbooks-paste-nothing"));
    }
    taken.fillings.push(filling);
    taken
}

struct Table<'a> {
    sheet: &'a Sheet,
    asked: Vec<Asked<'a>>,
    taken: Taken,
    filling: Filling,
}

impl<'a> Table<'a> {
    fn label(&self, cell: &Cell) -> Option<Asked<'a>> {
        match &cell.value {
            Value::Text(text) => named(text, &self.asked),
            _ => None,
        }
    }

    fn place(&self, cell: &Cell) -> Place {
        Place::cell(&self.sheet.name, cell.at)
    }

    fn problem(&mut self, cell: &Cell, issue: Issue) {
        self.taken.problem(self.place(cell), issue);
    }

    /// Takes a cell as the number of what is asked.
    fn take(&mut self, asked: Asked<'_>, cell: &Cell) {
        match asked.read(&cell.value) {
            Ok(Some(amount)) => {
                let place = self.place(cell);
                if self.filling.put(asked, amount, place) {
                    self.problem(cell, asked.named_in(Issue::new("table", "workbooks-twice")));
                }
            }
            Ok(None) => (),
            Err(issue) => self.problem(cell, Issue { field: "table".to_owned(), ..issue }),
        }
    }

    /// Indicators beside their numbers.
    fn standing(&mut self) {
        let figures = self.sheet.cells.iter().find(|it| match &it.value {
            Value::Text(text) => FIGURES.contains(&viet::fold(text).as_str()),
            _ => false,
        });
        let column = figures.map(|it| it.at.column);
        for (_, row) in self.sheet.rows() {
            let Some((place, asked)) = row.iter().enumerate().find_map(|(at, it)| Some((at, self.label(it)?))) else {
                // A number of order alone is no figure, and a heading is none either.
                if let Some(label) = row.iter().find(|it| !is_number(it)).filter(|_| row.iter().skip(1).any(is_number))
                {
                    let text = shown(&label.value);
                    self.problem(label, Issue::new("table", "workbooks-paste-unknown").with("label", text));
                }
                continue;
            };
            let after = || row.iter().skip(place + 1);
            let numbers: Vec<&Cell> = match column {
                Some(column) => after().filter(|it| it.at.column == column).collect(),
                None => after().filter(|it| is_number(it)).collect(),
            };
            match numbers.as_slice() {
                [] => {
                    // What has a digit was meant as a number; else the last word that is neither the measure nor a dash.
                    let meant = after()
                        .find(|it| shown(&it.value).contains(|it: char| it.is_ascii_digit()))
                        .or_else(|| after().next_back().filter(|it| !is_aside(it, asked)));
                    if let Some(cell) = meant.filter(|_| column.is_none()) {
                        self.take(asked, cell);
                    }
                }
                [only] => self.take(asked, only),
                [first, ..] => {
                    let issue = Issue::new("table", "workbooks-paste-several").with("count", numbers.len());
                    self.problem(first, asked.named_in(issue));
                }
            }
        }
    }

    /// Indicators above their numbers.
    fn lying(&mut self, row: u32, heads: &[Cell]) {
        let below: Vec<&[Cell]> = self.sheet.rows().filter(|it| it.0 > row).map(|it| it.1).collect();
        let numbered = |it: &&&[Cell]| it.iter().any(is_number);
        let [values] = below.iter().filter(numbered).collect::<Vec<_>>()[..] else {
            let issue =
                Issue::new("table", "workbooks-paste-rows").with("count", below.iter().filter(numbered).count());
            self.taken.problem(Place::sheet(&self.sheet.name), issue);
            return;
        };
        for head in heads {
            if let (Some(asked), Some(cell)) =
                (self.label(head), values.iter().find(|it| it.at.column == head.at.column))
            {
                self.take(asked, cell);
            }
        }
    }

    /// Numbers alone, one for each figure of the form.
    fn column(&mut self) {
        let cells: Vec<&Cell> = self.sheet.cells.iter().collect();
        let asked = self.asked.iter().filter(|it| matches!(it, Asked::Figure(_)));
        let asked: Vec<Asked<'_>> = asked.copied().collect();
        if cells.len() != asked.len() || !cells.iter().all(|it| is_number(it)) {
            let issue =
                Issue::new("table", "workbooks-paste-column").with("count", cells.len()).with("wanted", asked.len());
            self.taken.problem(Place::sheet(&self.sheet.name), issue);
            return;
        }
        for (asked, cell) in asked.into_iter().zip(cells) {
            self.take(asked, cell);
        }
    }
}

/// What a table may hold beside an indicator instead of a number: its measure, or a dash for nothing.
fn is_aside(cell: &Cell, asked: Asked<'_>) -> bool {
    let text = shown(&cell.value);
    let is_measure = matches!(asked, Asked::Figure(it) if viet::fold(&text) == viet::fold(&it.measure));
    is_measure || text.chars().all(|it| "-–—… ".contains(it))
}

/// Whether a cell reads as a number of some kind.
fn is_number(cell: &Cell) -> bool {
    match &cell.value {
        Value::Number(_) | Value::Share(_) | Value::Moment(_) => true,
        Value::Flag(_) | Value::Fault(_) => false,
        Value::Text(text) => amount::is_number(text),
    }
}

/// A cell as it is shown to people.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Fault(text) => text.clone(),
        Value::Number(number) | Value::Share(number) | Value::Moment(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Period, UnitId};

    #[track_caller]
    fn check(text: &str, cells: &[(&str, &str, &str)], problems: &[(&str, &str)]) {
        check_in("thang", text, cells, problems);
    }

    /// Awards stand after the figures.
    #[track_caller]
    fn check_in(form: &str, text: &str, cells: &[(&str, &str, &str)], problems: &[(&str, &str)]) {
        let catalogue = forms::catalogue().unwrap();
        let awards = forms::award_kinds(&catalogue).unwrap();
        let form = catalogue.form_by_code(form).unwrap();
        let book = sheet::pasted(text, &sheet::Limits::default()).unwrap();
        let period = Period::parse("adm:2026-M10").unwrap();
        let filling = Filling::new(UnitId(1), form.id, period, Place::sheet(""));
        let taken = read(&book.sheets[0], form, &catalogue, &awards, filling);
        let found: Vec<(&str, &str, &str)> = taken.fillings[0]
            .cells
            .iter()
            .map(|(code, it)| (code.as_str(), it.value.as_str(), it.qualifier.as_str()))
            .chain(taken.fillings[0].awards.iter().map(|it| (it.kind.code.as_str(), it.count.as_str(), "")))
            .collect();
        assert_eq!(found, cells, "{text}");
        let told: Vec<(String, &str)> = taken
            .problems
            .iter()
            .map(|it| (it.place.at.map(|it| it.to_string()).unwrap_or_default(), it.issue.text))
            .collect();
        let told: Vec<(&str, &str)> = told.iter().map(|it| (it.0.as_str(), it.1)).collect();
        assert_eq!(told, problems, "{text}");
    }

    #[test]
    fn indicators_beside_their_numbers() {
        check("LAU01\t1.900\nlau02\t46 ngàn", &[("LAU01", "1.900", ""), ("LAU02", "46.000", "")], &[]);
        check("TT\tChỉ tiêu\tĐVT\tSố liệu\n1\tBuổi tuyên truyền trực tiếp\tbuổi\t5\n", &[("OUT01", "5", "")], &[]);
        check("1\tBUOI TUYEN TRUYEN TRUC TIEP:\tgần 2.500", &[("OUT01", "2.500", "almost")], &[]);
        check("SUB05\t13,85\r\nTIP01\ttừ 5 trở lên", &[("SUB05", "13,85", ""), ("TIP01", "5", "at_least")], &[]);
        // The column of this period, whatever stands beside it.
        check("Chỉ tiêu\tKỳ trước\tSố liệu\nLAU01\t7\t9", &[("LAU01", "9", "")], &[]);
    }

    #[test]
    fn tables_on_their_side_and_bare_columns() {
        check("LAU01\tLAU02\n3\thơn 200", &[("LAU01", "3", ""), ("LAU02", "200", "more_than")], &[]);
        check("LAU01\tLAU02\n3\t4\n5\t6", &[], &[("", "workbooks-paste-rows")]);
        check("5\n6\n7", &[], &[("", "workbooks-paste-column")]);
        let catalogue = forms::catalogue().unwrap();
        let lines = catalogue.form_by_code("thang").unwrap().items().count();
        let taken = (0..lines).map(|it| it.to_string()).collect::<Vec<_>>().join("\n");
        let book = sheet::pasted(&taken, &sheet::Limits::default()).unwrap();
        assert_eq!(book.sheets[0].cells.len(), lines);
    }

    #[test]
    fn awards_are_counted_where_the_form_asks_for_them() {
        let text = "LAU03\t5\n1. Bằng khen, Bộ Công an, Tập thể\t3\nAWA02.household\t–";
        check_in("nam", text, &[("LAU03", "5", ""), ("AWA03", "3", "")], &[]);
        check_in("nam", "LAU03\tAWA03\n5\t3", &[("LAU03", "5", ""), ("AWA03", "3", "")], &[]);
        check_in("nam", "LAU03\t5\nAWA03\tkhoảng 3", &[("LAU03", "5", "")], &[("B2", "workbooks-award-exact")]);
        check_in("nam", "AWA03\t3\nAWA03\t4", &[("AWA03", "3", ""), ("AWA03", "4", "")], &[("B2", "workbooks-twice")]);
        check("OUT01\t5\nAWA03\t3", &[("OUT01", "5", "")], &[("A2", "workbooks-paste-unknown")]);
    }

    #[test]
    fn what_is_not_understood_is_named_at_its_cell() {
        check("Ghi chú\tkhông", &[], &[("", "workbooks-paste-nothing")]);
        check("LAU01\t5\nChỉ tiêu lạ\t5", &[("LAU01", "5", "")], &[("A2", "workbooks-paste-unknown")]);
        check("LAU01\t5\t6", &[], &[("B1", "workbooks-paste-several")]);
        check("LAU01\t5\nLAU01\t6", &[("LAU01", "6", "")], &[("B2", "workbooks-twice")]);
        check("LAU01\t1,900", &[], &[("B1", "workbooks-number")]);
        check("LAU01\t5\nLAU02\tnhiều người", &[("LAU01", "5", "")], &[("B2", "workbooks-number")]);
        check("LAU01\tcuộc\t5\nLAU02\tlượt người\nOUT01\tbuổi\t–", &[("LAU01", "5", "")], &[]);
        // An indicator of another form.
        check("STD11\t5", &[], &[("A1", "workbooks-paste-unknown")]);
    }
}
