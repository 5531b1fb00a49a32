//! One sheet for many units: a row for each of them, a column for each indicator.

use std::collections::BTreeMap;

use forms::AwardKind;
use kernel::{Indicator, Issue, UnitId};
use sheet::{At, Value};

use super::{CODES, Ours, Reader};
use crate::filling::{Award, Brought, Filling, Place, Taken};

pub(super) fn read(reader: &Reader<'_>, ours: &Ours<'_>, taken: &mut Taken) {
    let sheet = ours.sheet;
    let code = |cell: &sheet::Cell| -> Option<&Indicator> {
        let Value::Text(text) = &cell.value else { return None };
        ours.asked.iter().find(|it| it.code == *text).copied()
    };
    let Some((head, cells)) = sheet.rows().find(|it| it.1.iter().any(|it| code(it).is_some())) else {
        taken.problem(Place::sheet(&sheet.name), Issue::new("", "workbooks-codes-missing"));
        return;
    };
    let columns: Vec<(u32, &Indicator)> = cells.iter().filter_map(|it| Some((it.at.column, code(it)?))).collect();
    for (at, (column, indicator)) in columns.iter().enumerate() {
        if columns.iter().take(at).any(|it| it.1.code == indicator.code) {
            let issue = Issue::new("", "workbooks-twice").with("name", &indicator.name_vi);
            let place = Place::cell(&sheet.name, At::new(head, *column));
            taken.problem(place, issue.with("name-en", &indicator.name_en));
        }
    }
    let awards = cells.iter().filter_map(|it| {
        let kind = ours.awards.iter().find(|kind| Some(kind.code.as_str()) == sheet.text(it.at))?;
        Some((it.at.column, kind))
    });
    let awards: Vec<(u32, &AwardKind)> = awards.collect();
    for (at, (column, kind)) in awards.iter().enumerate() {
        if awards.iter().take(at).any(|it| it.1.code == kind.code) {
            let issue = Issue::new("", "workbooks-twice").with("name", &kind.name_vi);
            let place = Place::cell(&sheet.name, At::new(head, *column));
            taken.problem(place, issue.with("name-en", &kind.name_en));
        }
    }
    let is_asked = |it: u32| columns.iter().any(|column| column.0 == it) || awards.iter().any(|award| award.0 == it);
    let day = ours.period.last();
    let below: Vec<UnitId> = reader.register.children(ours.unit, day).iter().map(|it| it.id).collect();
    for (row, row_cells) in sheet.rows().filter(|it| it.0 > head) {
        let place = Place::cell(&sheet.name, At::new(row, CODES));
        let text = sheet.text(At::new(row, CODES)).unwrap_or_default();
        let unit = text.parse::<UnitId>().ok();
        let Some(unit) = unit.filter(|it| below.contains(it)) else {
            let filled = row_cells.iter().any(|it| is_asked(it.at.column));
            if filled {
                taken.problem(place, Issue::new("", "workbooks-row-unit").with("text", text));
            }
            continue;
        };
        let mut cells = BTreeMap::new();
        for (column, indicator) in &columns {
            let at = At::new(row, *column);
            if let Some((value, qualifier)) = ours.figure(at, indicator, taken) {
                let place = Place::cell(&sheet.name, at);
                let brought = Brought { value, qualifier, coverage: None, note: None, place };
                cells.insert(indicator.code.clone(), brought);
            }
        }
        let award = |(column, kind): &(u32, &AwardKind), taken: &mut Taken| {
            let at = At::new(row, *column);
            let count = ours.count(at, taken)?;
            Some(Award { kind: (*kind).clone(), count, coverage: None, place: Place::cell(&sheet.name, at) })
        };
        let awards = awards.iter().filter_map(|it| award(it, taken)).collect();
        taken.fillings.push(Filling { unit, form: ours.form.id, period: ours.period, place, cells, awards });
    }
}
