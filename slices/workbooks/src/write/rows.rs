//! One sheet for all units below one, and one with what they reported before.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::{Faces, Plan, Unit, heading, put};
use crate::read::ONLY_SHOWN;

/// The row of the indicators' names; their codes stand below it, then the units.
const HEADS: u32 = 4;

pub(super) fn write(book: &mut Workbook, plan: &Plan<'_>, faces: &Faces) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name("Số liệu")?;
    heading(sheet, plan, faces, &(plan.identity)(plan.top), &plan.top_name)?;
    let figure = |unit: &Unit, at: usize| -> String {
        let raw = plan.asked.get(at).and_then(|it| unit.draft.cells.get(&it.code));
        raw.map(|it| it.value.clone()).unwrap_or_default()
    };
    fill(sheet, plan, faces, &figure, false)?;
    sheet.protect();
    let before = book.add_worksheet();
    before.set_name("Kỳ trước")?;
    heading(before, plan, faces, ONLY_SHOWN, &format!("{}: số liệu đã duyệt của kỳ trước, chỉ để xem", plan.top_name))?;
    let figure = |unit: &Unit, at: usize| -> String { unit.before.get(at).cloned().unwrap_or_default() };
    fill(before, plan, faces, &figure, true)?;
    before.protect();
    Ok(())
}

fn fill(
    sheet: &mut Worksheet,
    plan: &Plan<'_>,
    faces: &Faces,
    figure: &dyn Fn(&Unit, usize) -> String,
    grey: bool,
) -> Result<(), XlsxError> {
    sheet.write_with_format(HEADS, 0, "Mã đơn vị", &faces.head)?;
    sheet.write_with_format(HEADS, 1, "Đơn vị", &faces.head)?;
    sheet.set_column_width(0, 11.0)?;
    sheet.set_column_width(1, 30.0)?;
    for (column, indicator) in (2..).zip(&plan.asked) {
        let name = format!("{} ({})", indicator.name_vi, indicator.measure);
        sheet.write_with_format(HEADS, column, name, &faces.head)?;
        sheet.write_with_format(HEADS + 1, column, &indicator.code, &faces.head)?;
        sheet.set_column_width(column, 16.0)?;
    }
    for (row, unit) in (HEADS + 2..).zip(&plan.units) {
        sheet.write_with_format(row, 0, unit.id.to_string(), &faces.label)?;
        sheet.write_with_format(row, 1, &unit.name, &faces.label)?;
        for (at, indicator) in plan.asked.iter().enumerate() {
            let column = u16::try_from(at + 2).unwrap_or(u16::MAX);
            put(sheet, row, column, &figure(unit, at), if grey { &faces.grey } else { faces.of(indicator) })?;
        }
    }
    sheet.set_freeze_panes(HEADS + 2, 2)?;
    sheet.set_repeat_rows(1, HEADS + 1)?;
    sheet.set_repeat_columns(0, 1)?;
    Ok(())
}
