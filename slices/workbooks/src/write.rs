//! A workbook to be filled in offline: labels locked, choices as lists, what was reported before beside each cell, and
//! formulas that say at once which figures do not fit together.

mod rows;
mod single;

use forms::AwardKind;
use kernel::{Coverage, Form, Indicator, UnitId};
use returns::{Draft, Formula};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use web::{Error, Result};

use crate::{amount, identity::Shape, read::COVERAGES};

/// The longest name of a tab.
const TAB: usize = 31;

/// What a workbook is made of.
pub(crate) struct Plan<'a> {
    pub(crate) form: &'a Form,
    pub(crate) asked: Vec<&'a Indicator>,
    /// The awards it counts, each in a line of its own.
    pub(crate) awards: Vec<AwardKind>,
    /// "Tháng 10 năm 2026, từ … đến …".
    pub(crate) period_words: String,
    pub(crate) shape: Shape,
    /// The unit above, for [`Shape::Rows`]; else the unit itself.
    pub(crate) top: UnitId,
    pub(crate) top_name: String,
    pub(crate) units: Vec<Unit>,
    pub(crate) formulas: Vec<Formula>,
    /// See [`crate::identity::Identity::text`]; one for each sheet.
    pub(crate) identity: Box<dyn Fn(UnitId, Shape) -> String + 'a>,
}

/// A unit of a workbook.
pub(crate) struct Unit {
    pub(crate) id: UnitId,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) draft: Draft,
    /// Whether its figures may speak for units below it.
    pub(crate) has_below: bool,
    /// As accepted for the period before, in the order of the form; empty where nothing is.
    pub(crate) before: Vec<String>,
    /// The same of the year before.
    pub(crate) year_ago: Vec<String>,
}

/// The looks of cells.
struct Faces {
    title: Format,
    plain: Format,
    head: Format,
    label: Format,
    section: Format,
    grey: Format,
    figure: Format,
    decimal: Format,
    choice: Format,
    check: Format,
}

impl Faces {
    fn new() -> Faces {
        let face = Format::new().set_font_name("Times New Roman").set_font_size(12).set_locked();
        let cell = face.clone().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_text_wrap();
        let grey = cell.clone().set_font_color(Color::RGB(0x59_59_59)).set_background_color(Color::RGB(0xF2_F2_F2));
        let open = cell.clone().set_unlocked().set_background_color(Color::RGB(0xFF_FB_E6));
        Faces {
            title: face.clone().set_bold().set_font_size(14),
            head: cell.clone().set_bold().set_align(FormatAlign::Center).set_background_color(Color::RGB(0xE2_EF_DA)),
            label: cell.clone(),
            section: cell.clone().set_bold().set_background_color(Color::RGB(0xF2_F2_F2)),
            grey: grey.clone().set_align(FormatAlign::Right),
            figure: open.clone().set_align(FormatAlign::Right).set_num_format("#,##0"),
            decimal: open.clone().set_align(FormatAlign::Right).set_num_format("#,##0.00"),
            choice: open,
            check: face.clone().set_font_color(Color::RGB(0xB3_26_1E)).set_text_wrap(),
            plain: face,
        }
    }
}

impl Faces {
    /// How an indicator's figures look.
    fn of(&self, indicator: &Indicator) -> &Format {
        if indicator.is_ratio() || indicator.decimals > 0 { &self.decimal } else { &self.figure }
    }
}

/// The workbook's bytes.
///
/// # Errors
/// When it has more of something than Excel takes.
pub(crate) fn workbook(plan: &Plan<'_>) -> Result<Vec<u8>> {
    let failed = |err: XlsxError| Error::Internal(err.into());
    let mut book = Workbook::new();
    let faces = Faces::new();
    match plan.shape {
        Shape::Sheet => single::write(&mut book, plan, &faces).map_err(failed)?,
        Shape::Rows | Shape::Notes => rows::write(&mut book, plan, &faces).map_err(failed)?,
    }
    book.save_to_buffer().map_err(failed)
}

/// A name for a tab that no other tab has.
fn tab(name: &str, taken: &mut Vec<String>) -> String {
    let plain: String = name.chars().filter(|it| !"[]:*?/\\'".contains(*it)).collect();
    let mut number = 1;
    loop {
        let end = if number == 1 { String::new() } else { format!(" ({number})") };
        let cut: String = plain.chars().take(TAB - end.chars().count()).collect();
        let tab = format!("{}{end}", cut.trim());
        if !taken.iter().any(|it| it.to_lowercase() == tab.to_lowercase()) {
            taken.push(tab.clone());
            return tab;
        }
        number += 1;
    }
}

/// What stands on top of every sheet, the identity in a hidden row.
fn heading(
    sheet: &mut Worksheet,
    plan: &Plan<'_>,
    faces: &Faces,
    first: &str,
    name: &str,
) -> std::result::Result<(), XlsxError> {
    sheet.write_with_format(0, 0, first, &faces.plain)?;
    sheet.set_row_hidden(0)?;
    sheet.write_with_format(1, 0, &plan.form.name, &faces.title)?;
    sheet.write_with_format(2, 0, format!("{name}. {}", plan.period_words), &faces.plain)?;
    sheet.write_with_format(3, 0, HELP, &faces.plain)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// In the file, so not in the language of a page.
const HELP: &str = "Chỉ nhập vào ô màu vàng. Bỏ trống: chưa có số liệu; ghi 0: không phát sinh. Được ghi “46 ngàn”, \
                    “khoảng 500”, “hơn 200”. Không ghi tên người, tôn giáo, dân tộc.";

/// A figure of a draft: as a number if it is one that Excel keeps exactly, else as it was typed.
fn put(sheet: &mut Worksheet, row: u32, column: u16, text: &str, face: &Format) -> std::result::Result<(), XlsxError> {
    match amount::exact_number(text) {
        Some(number) => sheet.write_with_format(row, column, number, face)?,
        None if text.is_empty() => sheet.write_blank(row, column, face)?,
        None => sheet.write_with_format(row, column, text, face)?,
    };
    Ok(())
}

/// A coverage as the drop-down list says it; empty for own.
fn coverage_word(coverage: &str) -> &'static str {
    let coverage = Coverage::parse(coverage).filter(|it| *it != Coverage::Own);
    COVERAGES.iter().find(|it| Some(it.1) == coverage).map_or("", |it| it.0)
}

/// Lets a cell hold a coverage.
fn coverages() -> std::result::Result<DataValidation, XlsxError> {
    DataValidation::new().allow_list_strings(&COVERAGES.map(|it| it.0))?.set_error_title("Phạm vi")
}

/// Lets a cell hold a note.
fn short() -> std::result::Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_text_length(DataValidationRule::LessThanOrEqualTo(120))
        .set_input_message("Không ghi tên người, tôn giáo, dân tộc. Nhiều nhất 120 chữ.")
}

/// What stands above the awards.
const AWARDS: &str = "Khen thưởng (chỉ ghi số lượng, không ghi tên)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_are_short_and_each_its_own() {
        let mut taken = Vec::new();
        assert_eq!(tab("Xã [Mẫu]: 01", &mut taken), "Xã Mẫu 01");
        assert_eq!(tab("Xã Mẫu 01", &mut taken), "Xã Mẫu 01 (2)");
        assert_eq!(tab("XÃ MẪU 01", &mut taken), "XÃ MẪU 01 (3)");
        assert_eq!(tab(&"đ".repeat(40), &mut taken).chars().count(), 31);
        assert_eq!(tab(&"đ".repeat(40), &mut taken).chars().count(), 31);
    }
}
