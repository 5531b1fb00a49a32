//! Long tables for Excel: numbers stay numbers, the header stays in sight.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::lines::clean;
use crate::{Align, Cell, Date, Error, Table};

/// The longest text Excel keeps in a cell.
const LONGEST: usize = 32_767;

/// Tables as a workbook, one sheet each, dated `day`; equal tables give equal bytes.
///
/// # Errors
/// A table whose cells do not fill its columns; more sheets or rows than Excel takes.
pub fn xlsx(title: &str, tables: &[Table], day: Date) -> Result<Vec<u8>, Error> {
    let (year, month, day) = day.parts();
    let failed = |e: XlsxError| Error::Package(e.to_string());
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(year, month, day).map_err(failed)?;
    book.set_properties(&DocProperties::new().set_title(clean(title)).set_creation_datetime(&created));
    for (at, table) in tables.iter().enumerate() {
        crate::check::check_table(table, at)?;
        let sheet = book.add_worksheet();
        sheet.set_name(format!("Bảng {}", at + 1)).map_err(failed)?;
        write(sheet, table).map_err(failed)?;
    }
    book.save_to_buffer().map_err(failed)
}

fn write(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let face = Format::new().set_font_name("Times New Roman").set_font_size(12);
    let cell = face.clone().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_text_wrap();
    let head = cell.clone().set_bold().set_align(FormatAlign::Center);
    let number = cell.clone().set_num_format("#,##0.##");
    let mut row = 0;
    if let Some(caption) = &table.caption {
        sheet.write_with_format(row, 0, cut(caption), &face.clone().set_bold())?;
        row += 2;
    }
    let total: u32 = table.columns.iter().map(|it| it.width).sum::<u32>().max(1);
    for (at, column) in table.columns.iter().enumerate() {
        let width = f64::from(column.width) * 110.0 / f64::from(total);
        sheet.set_column_width(u16::try_from(at).unwrap_or(u16::MAX), width.clamp(6.0, 60.0))?;
    }
    let body_at = row + u32::try_from(table.header.len()).unwrap_or(0);
    if body_at > row {
        sheet.set_freeze_panes(body_at, 0)?;
        sheet.set_repeat_rows(row, body_at - 1)?;
    }
    if table.columns.len() > 6 || table.landscape {
        sheet.set_landscape();
    }
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    let mut hanging = vec![0_usize; table.columns.len()];
    for (at, cells) in table.header.iter().chain(&table.rows).enumerate() {
        let is_head = at < table.header.len();
        let mut column = 0;
        let mut next = cells.iter();
        while column < hanging.len() {
            if hanging[column] > 0 {
                hanging[column] -= 1;
                column += 1;
                continue;
            }
            let Some(it) = next.next() else { break };
            let end = (column + it.columns).min(hanging.len());
            hanging[column..end].fill(it.rows - 1);
            let (first, last) = (u16::try_from(column).unwrap_or(u16::MAX), u16::try_from(end - 1).unwrap_or(u16::MAX));
            let text = it.text();
            let right = table.columns.get(column).is_some_and(|it| it.align != Align::Left);
            let value = (!is_head && right).then(|| numeric(&text)).flatten();
            let format = if is_head { &head } else { &cell };
            let bottom = row + u32::try_from(it.rows - 1).unwrap_or(0);
            match (value, it.columns * it.rows) {
                (Some(value), 1) => drop(sheet.write_with_format(row, first, value, &number)?),
                (None, 1) => drop(sheet.write_with_format(row, first, cut(&text), format)?),
                (_, _) => drop(sheet.merge_range(row, first, bottom, last, &cut(&text), format)?),
            }
            column = end;
        }
        row += 1;
    }
    for note in &table.notes {
        sheet.write_with_format(row, 0, cut(note), &face.clone().set_italic())?;
        row += 1;
    }
    Ok(())
}

/// The text as Excel takes it: clean, and not too long.
fn cut(text: &str) -> String {
    clean(text).chars().take(LONGEST).collect()
}

/// "1.200" and "13,85" as numbers; nothing else, so that "41/44" and "gần 300" stay what they are.
fn numeric(text: &str) -> Option<f64> {
    let (whole, rest) = text.split_once(',').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let bare = whole.strip_prefix('-').unwrap_or(whole);
    let mut groups = bare.split('.');
    let digits = |it: &str| !it.is_empty() && it.len() <= 15 && it.bytes().all(|it| it.is_ascii_digit());
    let first = groups.next().filter(|it| digits(it))?;
    let grouped: Vec<&str> = groups.collect();
    let sound = grouped.iter().all(|it| it.len() == 3 && digits(it)) && (grouped.is_empty() || first.len() <= 3);
    (sound && rest.is_none_or(digits)).then_some(())?;
    let plain = format!("{}{}{}", whole.replace('.', ""), if rest.is_some() { "." } else { "" }, rest.unwrap_or(""));
    plain.parse().ok()
}

impl Cell {
    /// The text of all its runs.
    pub fn text(&self) -> String {
        self.runs.iter().map(|it| it.text.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<f64>) {
        assert_eq!(numeric(text), expect, "{text}");
    }

    #[test]
    fn only_plain_numbers_are_numbers() {
        check("1.200", Some(1200.0));
        check("13,85", Some(13.85));
        check("-5", Some(-5.0));
        check("1.20", None);
        check("41/44", None);
        check("gần 300", None);
        check("–", None);
        check("", None);
        check("1234.567", None);
    }
}
