//! A sheet for each unit.

use kernel::Qualifier;
use returns::{Addend, Formula, RawCell};
use rust_xlsxwriter::{DataValidation, Formula as Written, Workbook, Worksheet, XlsxError};

use super::{AWARDS, Faces, Plan, Unit, coverage_word, coverages, heading, put, short, tab};
use crate::{
    identity::Shape,
    read::{FIGURES, QUALIFIERS},
};

/// The row of the headings.
const HEADS: u32 = 4;
/// The column of this period's figures, [`FIGURES`].
const VALUE: u16 = 5;
const WIDTHS: [f64; 10] = [9.0, 48.0, 14.0, 14.0, 14.0, 16.0, 16.0, 20.0, 30.0, 46.0];
const NAMES: [&str; 10] = [
    "Mã",
    "Chỉ tiêu",
    "Đơn vị tính",
    "Kỳ trước",
    "Cùng kỳ năm trước",
    "Số liệu",
    "Mức chính xác",
    "Phạm vi",
    "Ghi chú",
    "Kiểm tra",
];

const _: () = assert!(VALUE as u32 == FIGURES);

pub(super) fn write(book: &mut Workbook, plan: &Plan<'_>, faces: &Faces) -> Result<(), XlsxError> {
    let mut tabs = Vec::new();
    for unit in &plan.units {
        let sheet = book.add_worksheet();
        sheet.set_name(tab(&unit.name, &mut tabs))?;
        one(sheet, plan, faces, unit)?;
    }
    Ok(())
}

fn one(sheet: &mut Worksheet, plan: &Plan<'_>, faces: &Faces, unit: &Unit) -> Result<(), XlsxError> {
    heading(sheet, plan, faces, &(plan.identity)(unit.id, Shape::Sheet), &unit.path)?;
    for (column, (name, width)) in (0..).zip(NAMES.iter().zip(WIDTHS)) {
        sheet.write_with_format(HEADS, column, *name, &faces.head)?;
        sheet.set_column_width(column, width)?;
    }
    if !unit.has_below {
        sheet.set_column_hidden(VALUE + 2)?;
    }
    // Where each indicator stands, for the formulas.
    let mut row = HEADS + 1;
    let mut places = Vec::new();
    for section in &plan.form.sections {
        row += 1;
        for item in &section.items {
            places.push((item.indicator, row));
            row += 1;
        }
    }
    let last = row.max(HEADS + 1);
    let mut row = HEADS + 1;
    let mut at = 0;
    let nothing = RawCell::default();
    for section in &plan.form.sections {
        sheet.write_with_format(row, 1, &section.title, &faces.section)?;
        row += 1;
        for item in &section.items {
            let Some(indicator) = plan.asked.get(at) else { continue };
            let raw = unit.draft.cells.get(&indicator.code).unwrap_or(&nothing);
            let required = if item.required { " *" } else { "" };
            sheet.write_with_format(row, 0, &indicator.code, &faces.label)?;
            sheet.write_with_format(row, 1, format!("{}{required}", indicator.name_vi), &faces.label)?;
            sheet.write_with_format(row, 2, &indicator.measure, &faces.label)?;
            for (column, past) in [(3, &unit.before), (4, &unit.year_ago)] {
                put(sheet, row, column, past.get(at).map(String::as_str).unwrap_or_default(), &faces.grey)?;
            }
            put(sheet, row, VALUE, &raw.value, faces.of(indicator))?;
            let qualifier = Qualifier::parse(&raw.qualifier).unwrap_or_default();
            let word = QUALIFIERS.iter().find(|it| it.1 == qualifier && qualifier != Qualifier::Exact);
            sheet.write_with_format(row, VALUE + 1, word.map_or("", |it| it.0), &faces.choice)?;
            sheet.write_with_format(row, VALUE + 2, coverage_word(&raw.coverage), &faces.choice)?;
            sheet.write_with_format(row, VALUE + 3, &raw.note, &faces.choice)?;
            let checks: Vec<String> = plan
                .formulas
                .iter()
                .filter(|it| it.at == item.indicator)
                .filter_map(|it| check(it, &|indicator| places.iter().find(|it| it.0 == indicator).map(|it| it.1)))
                .collect();
            if !checks.is_empty() {
                let formula = Written::new(format!("={}", checks.join("&"))).set_result(" ");
                sheet.write_formula_with_format(row, VALUE + 4, formula, &faces.check)?;
            }
            row += 1;
            at += 1;
        }
    }
    lists(sheet, last)?;
    awards(sheet, plan, faces, unit, row)?;
    sheet.set_freeze_panes(HEADS + 1, 2)?;
    sheet.set_repeat_rows(1, HEADS)?;
    sheet.protect();
    Ok(())
}

/// A line for each award: its count, and what it speaks for.
fn awards(sheet: &mut Worksheet, plan: &Plan<'_>, faces: &Faces, unit: &Unit, first: u32) -> Result<(), XlsxError> {
    if plan.awards.is_empty() {
        return Ok(());
    }
    sheet.write_with_format(first, 1, AWARDS, &faces.section)?;
    let mut row = first;
    for kind in &plan.awards {
        row += 1;
        sheet.write_with_format(row, 0, &kind.code, &faces.label)?;
        sheet.write_with_format(row, 1, &kind.name_vi, &faces.label)?;
        for column in [2, 3, 4, VALUE + 1, VALUE + 3] {
            sheet.write_blank(row, column, &faces.grey)?;
        }
        put(sheet, row, VALUE, unit.draft.award(kind), &faces.figure)?;
        let stored = unit.draft.award_at(kind).and_then(|at| unit.draft.awards.get(at));
        let word = stored.map_or("", |it| coverage_word(&it.coverage));
        sheet.write_with_format(row, VALUE + 2, word, &faces.choice)?;
    }
    coverage_list(sheet, first + 1, row)
}

fn coverage_list(sheet: &mut Worksheet, first: u32, last: u32) -> Result<(), XlsxError> {
    sheet.add_data_validation(first, VALUE + 2, last, VALUE + 2, &coverages()?)?;
    Ok(())
}

fn lists(sheet: &mut Worksheet, last: u32) -> Result<(), XlsxError> {
    let words = QUALIFIERS.map(|it| it.0);
    let list = DataValidation::new().allow_list_strings(&words)?.set_error_title("Mức chính xác")?;
    sheet.add_data_validation(HEADS + 1, VALUE + 1, last, VALUE + 1, &list)?;
    coverage_list(sheet, HEADS + 1, last)?;
    sheet.add_data_validation(HEADS + 1, VALUE + 3, last, VALUE + 3, &short()?)?;
    Ok(())
}

/// A rule as a formula: empty while a figure is missing or is no number, and where it holds; else what is wrong.
fn check(rule: &Formula, row: &dyn Fn(kernel::IndicatorId) -> Option<u32>) -> Option<String> {
    let cell = |it: &Addend| Some(format!("F{}", row(it.indicator)? + 1));
    let side = |addends: &[Addend]| -> Option<String> {
        let term = |(at, it): (usize, &Addend)| {
            let sign = match (at, it.negative) {
                (_, true) => "-",
                (0, false) => "",
                (_, false) => "+",
            };
            Some(format!("{sign}N({})", cell(it)?))
        };
        addends.iter().enumerate().map(term).collect()
    };
    let all = || rule.left.iter().chain(&rule.right);
    let needed: Option<Vec<String>> =
        all().filter(|it| !it.optional).map(|it| Some(format!("ISNUMBER({})", cell(it)?))).collect();
    let (needed, left, right) = (needed?, side(&rule.left)?, side(&rule.right)?);
    let message = rule.message.replace('"', "\"\"");
    let says = format!("IF({left}{}{right},\"\",\"✗ {message}. \")", rule.operator);
    Some(if needed.is_empty() { says } else { format!("IF(AND({}),{says},\"\")", needed.join(",")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_become_formulas() {
        let catalogue = forms::catalogue().unwrap();
        let form = catalogue.form_by_code("thang").unwrap();
        let rules = returns::formulas(form, &catalogue).unwrap();
        let attendance = rules.iter().find(|it| it.operator == ">=").unwrap();
        let formula = check(attendance, &|it| Some(if it == attendance.at { 7 } else { 6 })).unwrap();
        assert_eq!(
            formula,
            format!("IF(AND(ISNUMBER(F8),ISNUMBER(F7)),IF(N(F8)>=N(F7),\"\",\"✗ {}. \"),\"\")", attendance.message)
        );
        assert_eq!(check(attendance, &|_| None), None);
    }
}
