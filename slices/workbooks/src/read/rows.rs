//! One sheet for many units: a row for each of them, a column for each indicator and each award.

use std::collections::BTreeMap;

use kernel::{Issue, UnitId};
use sheet::At;

use super::{CODES, Ours, Reader};
use crate::{
    filling::{Filling, Place, Taken},
    names::Asked,
};

pub(super) fn read(reader: &Reader<'_>, ours: &Ours<'_>, taken: &mut Taken) {
    let sheet = ours.sheet;
    let column = |cell: &sheet::Cell| Some((cell.at.column, ours.asked(sheet.text(cell.at)?)?));
    let Some((head, cells)) = sheet.rows().find(|it| it.1.iter().any(|it| column(it).is_some())) else {
        taken.problem(Place::sheet(&sheet.name), Issue::new("", "workbooks-codes-missing"));
        return;
    };
    let columns: Vec<(u32, Asked<'_>)> = cells.iter().filter_map(column).collect();
    for (at, (column, asked)) in columns.iter().enumerate() {
        if columns.iter().take(at).any(|it| it.1.code() == asked.code()) {
            let place = Place::cell(&sheet.name, At::new(head, *column));
            taken.problem(place, asked.named_in(Issue::new("", "workbooks-twice")));
        }
    }
    let day = ours.period.last();
    let below: Vec<UnitId> = reader.register.children(ours.unit, day).iter().map(|it| it.id).collect();
    for (row, row_cells) in sheet.rows().filter(|it| it.0 > head) {
        let place = Place::cell(&sheet.name, At::new(row, CODES));
        let text = sheet.text(At::new(row, CODES)).unwrap_or_default();
        let unit = text.parse::<UnitId>().ok();
        let Some(unit) = unit.filter(|it| below.contains(it)) else {
            let filled = row_cells.iter().any(|it| columns.iter().any(|column| column.0 == it.at.column));
            if filled {
                taken.problem(place, Issue::new("", "workbooks-row-unit").with("text", text));
            }
            continue;
        };
        let (cells, awards) = (BTreeMap::new(), Vec::new());
        let mut filling = Filling { unit, form: ours.form.id, period: ours.period, place, cells, awards };
        for (column, asked) in &columns {
            let at = At::new(row, *column);
            if let Some(amount) = ours.read(at, *asked, taken) {
                filling.put(*asked, amount, Place::cell(&sheet.name, at));
            }
        }
        taken.fillings.push(filling);
    }
}
