//! One sheet for all units below one, one for the notes beside their figures, and one with what they reported before.

use kernel::Indicator;
use returns::{Draft, RawCell};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{Faces, Plan, Unit, coverage_word, coverages, heading, put, short};
use crate::{
    identity::Shape,
    read::{OF_ALL, ONLY_SHOWN},
};

/// The row of the indicators' names; their codes stand below it, then the units.
const HEADS: u32 = 4;

pub(super) fn write(book: &mut Workbook, plan: &Plan<'_>, faces: &Faces) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name("Số liệu")?;
    heading(sheet, plan, faces, &(plan.identity)(plan.top, Shape::Rows), &plan.top_name)?;
    // Where nothing stands below the units, all figures are their own.
    let above = plan.units.iter().any(|it| it.has_below);
    let of_all =
        above.then(|| Column { code: OF_ALL, name: "Phạm vi của cả dòng".to_owned(), face: &faces.choice });
    let figures = plan.asked.iter().map(|it| Column::of(it, faces));
    let awards = plan.awards.iter().map(|it| Column { code: &it.code, name: it.name_vi.clone(), face: &faces.figure });
    let figure = |unit: &Unit, at: usize| -> String {
        let raw = plan.asked.get(at).map(|it| unit.draft.cells.get(&it.code).map(RawCell::spoken).unwrap_or_default());
        let award = || plan.awards.get(at.saturating_sub(plan.asked.len()));
        let award = || award().map(|it| unit.draft.award(it).to_owned());
        raw.or_else(award).unwrap_or_else(|| coverage_of_all(&unit.draft).to_owned())
    };
    let columns: Vec<Column<'_>> = figures.chain(awards).chain(of_all).collect();
    let last = fill(sheet, plan, faces, &columns, &figure)?;
    if above && let Ok(column) = u16::try_from(columns.len() + 1) {
        sheet.add_data_validation(HEADS + 2, column, last, column, &coverages()?)?;
    }
    sheet.protect();
    notes(book.add_worksheet(), plan, faces)?;
    let before = book.add_worksheet();
    before.set_name("Kỳ trước")?;
    heading(before, plan, faces, ONLY_SHOWN, &format!("{}: số liệu đã duyệt của kỳ trước, chỉ để xem", plan.top_name))?;
    let figure = |unit: &Unit, at: usize| -> String { unit.before.get(at).cloned().unwrap_or_default() };
    let columns = plan.asked.iter().map(|it| Column { face: &faces.grey, ..Column::of(it, faces) });
    fill(before, plan, faces, &columns.collect::<Vec<_>>(), &figure)?;
    before.protect();
    Ok(())
}

/// The notes, laid out as the figures.
fn notes(sheet: &mut Worksheet, plan: &Plan<'_>, faces: &Faces) -> Result<(), XlsxError> {
    sheet.set_name("Ghi chú")?;
    let first = (plan.identity)(plan.top, Shape::Notes);
    heading(sheet, plan, faces, &first, &format!("{}: ghi chú cạnh từng số liệu", plan.top_name))?;
    let columns = plan.asked.iter().map(|it| Column { face: &faces.choice, ..Column::of(it, faces) });
    let columns: Vec<Column<'_>> = columns.collect();
    let note = |unit: &Unit, at: usize| -> String {
        let raw = plan.asked.get(at).and_then(|it| unit.draft.cells.get(&it.code));
        raw.map(|it| it.note.clone()).unwrap_or_default()
    };
    let last = fill(sheet, plan, faces, &columns, &note)?;
    if let Ok(column) = u16::try_from(columns.len() + 1) {
        sheet.add_data_validation(HEADS + 2, 2, last, column, &short()?)?;
    }
    sheet.protect();
    Ok(())
}

/// What all figures of a draft speak for, where it is one thing and not the unit alone.
fn coverage_of_all(draft: &Draft) -> &'static str {
    let figures = draft.cells.values().filter(|it| !it.value.is_empty()).map(|it| &it.coverage);
    let mut all = figures.chain(draft.awards.iter().map(|it| &it.coverage)).map(|it| coverage_word(it));
    let first = all.next().unwrap_or_default();
    if all.all(|it| it == first) { first } else { "" }
}

/// What is asked of every unit, or was.
struct Column<'a> {
    code: &'a str,
    name: String,
    face: &'a Format,
}

impl<'a> Column<'a> {
    fn of(indicator: &'a Indicator, faces: &'a Faces) -> Column<'a> {
        let name = format!("{} ({})", indicator.name_vi, indicator.measure);
        Column { code: &indicator.code, name, face: faces.of(indicator) }
    }
}

/// Writes units and columns; answers the last row.
fn fill(
    sheet: &mut Worksheet,
    plan: &Plan<'_>,
    faces: &Faces,
    columns: &[Column<'_>],
    figure: &dyn Fn(&Unit, usize) -> String,
) -> Result<u32, XlsxError> {
    sheet.write_with_format(HEADS, 0, "Mã đơn vị", &faces.head)?;
    sheet.write_with_format(HEADS, 1, "Đơn vị", &faces.head)?;
    sheet.set_column_width(0, 11.0)?;
    sheet.set_column_width(1, 30.0)?;
    for (column, it) in (2..).zip(columns) {
        sheet.write_with_format(HEADS, column, &it.name, &faces.head)?;
        sheet.write_with_format(HEADS + 1, column, it.code, &faces.head)?;
        sheet.set_column_width(column, 16.0)?;
    }
    for (row, unit) in (HEADS + 2..).zip(&plan.units) {
        sheet.write_with_format(row, 0, unit.id.to_string(), &faces.label)?;
        sheet.write_with_format(row, 1, &unit.name, &faces.label)?;
        for (column, (at, it)) in (2..).zip(columns.iter().enumerate()) {
            put(sheet, row, column, &figure(unit, at), it.face)?;
        }
    }
    sheet.set_freeze_panes(HEADS + 2, 2)?;
    sheet.set_repeat_rows(1, HEADS + 1)?;
    sheet.set_repeat_columns(0, 1)?;
    Ok(HEADS + 1 + u32::try_from(plan.units.len()).unwrap_or(1))
}
