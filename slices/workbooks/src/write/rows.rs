//! One sheet for all units below one, and one with what they reported before.

use kernel::Indicator;
use returns::RawCell;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{Faces, Plan, Unit, heading, put};
use crate::read::ONLY_SHOWN;

/// The row of the indicators' names; their codes stand below it, then the units.
const HEADS: u32 = 4;

pub(super) fn write(book: &mut Workbook, plan: &Plan<'_>, faces: &Faces) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name("Số liệu")?;
    heading(sheet, plan, faces, &(plan.identity)(plan.top), &plan.top_name)?;
    let figures = plan.asked.iter().map(|it| Column::of(it, faces));
    let awards = plan.awards.iter().map(|it| Column { code: &it.code, name: it.name_vi.clone(), face: &faces.figure });
    let figure = |unit: &Unit, at: usize| -> String {
        let raw = plan.asked.get(at).map(|it| unit.draft.cells.get(&it.code).map(RawCell::spoken).unwrap_or_default());
        let award = || plan.awards.get(at.saturating_sub(plan.asked.len()));
        raw.unwrap_or_else(|| award().map(|it| unit.draft.award(it).to_owned()).unwrap_or_default())
    };
    fill(sheet, plan, faces, &figures.chain(awards).collect::<Vec<_>>(), &figure)?;
    sheet.protect();
    let before = book.add_worksheet();
    before.set_name("Kỳ trước")?;
    heading(before, plan, faces, ONLY_SHOWN, &format!("{}: số liệu đã duyệt của kỳ trước, chỉ để xem", plan.top_name))?;
    let figure = |unit: &Unit, at: usize| -> String { unit.before.get(at).cloned().unwrap_or_default() };
    let columns = plan.asked.iter().map(|it| Column { face: &faces.grey, ..Column::of(it, faces) });
    fill(before, plan, faces, &columns.collect::<Vec<_>>(), &figure)?;
    before.protect();
    Ok(())
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

fn fill(
    sheet: &mut Worksheet,
    plan: &Plan<'_>,
    faces: &Faces,
    columns: &[Column<'_>],
    figure: &dyn Fn(&Unit, usize) -> String,
) -> Result<(), XlsxError> {
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
    Ok(())
}
