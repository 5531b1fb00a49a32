//! Tables of the body in Word.

use docx_rs::{
    AlignmentType, Docx, HeightRule, Paragraph, Table as WordTable, TableBorder, TableBorderPosition, TableBorders,
    TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType, VMergeType, WidthType,
};

use super::{gap, line, parts, styled, with};
use crate::{Align, Cell, Table};

/// Adds caption, table and notes over `room` twips. With `stays` the last row keeps with what follows.
pub(super) fn add(mut word: Docx, table: &Table, stays: bool, room: u32) -> Docx {
    if let Some(caption) = &table.caption {
        word = word.add_paragraph(line("Caption", caption).keep_next(true));
    }
    let widths = twips(table, room);
    let mut rows = merged(&table.header, &widths, |_| TableLook { style: "TableHead", align: None, keep: true });
    rows = rows.into_iter().map(|row| row.row_height(parts::REPEATED).height_rule(HeightRule::AtLeast)).collect();
    let last = table.rows.len();
    rows.extend(merged(&table.rows, &widths, |row| TableLook {
        style: "TableText",
        align: Some(table),
        keep: stays && table.notes.is_empty() && row + 1 == last,
    }));
    let borders = [
        TableBorderPosition::Left,
        TableBorderPosition::Right,
        TableBorderPosition::Top,
        TableBorderPosition::Bottom,
        TableBorderPosition::InsideH,
        TableBorderPosition::InsideV,
    ];
    let borders = borders.into_iter().fold(TableBorders::new(), |all, side| all.set(TableBorder::new(side).size(4)));
    word = word.add_table(
        WordTable::new(rows)
            .set_grid(widths.clone())
            .layout(TableLayoutType::Fixed)
            .width(widths.iter().sum(), WidthType::Dxa)
            .margins(TableCellMargins::new().margin(50, 85, 50, 85))
            .set_borders(borders),
    );
    for (at, note) in table.notes.iter().enumerate() {
        word = word.add_paragraph(line("TableNote", note).keep_next(stays && at + 1 == table.notes.len()));
    }
    word.add_paragraph(gap(if table.notes.is_empty() { 8 } else { 4 }))
}

/// How the cells of a row look: the header is centred, the body follows its columns.
struct TableLook<'a> {
    style: &'a str,
    align: Option<&'a Table>,
    keep: bool,
}

impl TableLook<'_> {
    fn paragraph(&self, cell: &Cell, column: usize) -> Paragraph {
        let paragraph = with(styled(self.style), &cell.runs).keep_next(self.keep);
        match self.align.and_then(|table| table.columns.get(column)).map(|column| column.align) {
            Some(Align::Left) => paragraph.align(AlignmentType::Left),
            Some(Align::Center) => paragraph.align(AlignmentType::Center),
            Some(Align::Right) => paragraph.align(AlignmentType::Right),
            None => paragraph,
        }
    }
}

/// Column widths in twips that fill the text width exactly.
fn twips(table: &Table, room: u32) -> Vec<usize> {
    let total: u64 = table.columns.iter().map(|column| u64::from(column.width)).sum();
    let mut before = 0;
    let mut edge = 0;
    let edge_at = |share: u64| usize::try_from(share * u64::from(room) / total.max(1)).unwrap_or(0);
    let mut widths = Vec::new();
    for column in &table.columns {
        before += u64::from(column.width);
        let next = edge_at(before);
        widths.push(next - edge);
        edge = next;
    }
    widths
}

/// The rows with the cells Word wants under a cell that covers several rows; `check` has seen that they fit.
fn merged<'a>(rows: &[Vec<Cell>], widths: &[usize], look: impl Fn(usize) -> TableLook<'a>) -> Vec<TableRow> {
    let mut hanging = vec![(0, 1); widths.len()]; // Per column: rows still covered from above, and columns at once.
    let row = |(at, row): (usize, &Vec<Cell>)| {
        let look = look(at);
        let mut cells = row.iter();
        let mut column = 0;
        let mut word = Vec::new();
        while column < widths.len() {
            let (left, over) = hanging[column];
            let (cell, span) = if left > 0 {
                hanging[column].0 -= 1;
                (TableCell::new().add_paragraph(styled(look.style)).vertical_merge(VMergeType::Continue), over)
            } else {
                let Some(cell) = cells.next() else { break };
                hanging[column] = (cell.rows - 1, cell.columns);
                let mut first = TableCell::new().add_paragraph(look.paragraph(cell, column));
                if cell.rows > 1 {
                    first = first.vertical_merge(VMergeType::Restart);
                }
                (first, cell.columns)
            };
            let width = widths.iter().skip(column).take(span).sum();
            let cell = cell.width(width, WidthType::Dxa).vertical_align(VAlignType::Center);
            word.push(if span > 1 { cell.grid_span(span) } else { cell });
            column += span.max(1);
        }
        TableRow::new(word).cant_split()
    };
    rows.iter().enumerate().map(row).collect()
}
