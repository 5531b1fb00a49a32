//! What can be wrong with a document, found before anything is written.

use crate::{Block, Document, Table};

/// Why a document was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The rows of a table do not fill its columns.
    #[error(
        "Bảng \"{table}\": {what}. Hãy sửa dữ liệu của bảng này rồi xuất lại. / Table \"{table}\" does not fit: {what}."
    )]
    Table {
        /// Its caption, or its place among the tables.
        table: String,
        /// Row and count.
        what: String,
    },
    /// The signature block is missing or wrong.
    #[error("Phần chữ ký: {0}. Hãy sửa rồi xuất lại. / The signature does not fit: {0}.")]
    Signature(String),
    /// A picture cannot be drawn.
    #[error("Hình \"{picture}\": {what}. / Picture \"{picture}\": {what}.")]
    Picture {
        /// What it shows.
        picture: String,
        /// Why not.
        what: String,
    },
    /// The typesetter refused the document.
    #[error("Không dàn được trang PDF: {0}. Hãy báo lỗi này cho người quản trị. / The PDF could not be laid out: {0}.")]
    Layout(String),
    /// The Word or Excel file could not be packed.
    #[error("Không đóng gói được tệp: {0}. Hãy báo lỗi này cho người quản trị. / The file failed: {0}.")]
    Package(String),
}

impl Document {
    /// Finds a signature, a table or a picture that does not fit; both writers ask first.
    pub fn check(&self) -> Result<(), Error> {
        self.signature.check()?;
        if let Some(Block::Table(table)) = self.blocks.last()
            && table.landscape
        {
            let what = "sau bảng khổ ngang cần một đoạn văn để chữ ký không đứng riêng/a text must follow a landscape \
                        table, or the signature would stand alone";
            return Err(Error::Table { table: name(table, 0), what: what.into() });
        }
        check_blocks(&self.blocks)?;
        self.appendices.iter().try_for_each(|it| check_blocks(&it.blocks))
    }
}

fn check_blocks(blocks: &[Block]) -> Result<(), Error> {
    let mut tables = 0;
    for block in blocks {
        match block {
            Block::Table(table) => {
                check_table(table, tables)?;
                tables += 1;
            }
            Block::Picture(picture) if picture.alt.trim().is_empty() || picture.width == 0 => {
                let what = "thiếu lời mô tả hoặc độ rộng/it has no description or no width".into();
                return Err(Error::Picture { picture: picture.caption.clone().unwrap_or_default(), what });
            }
            _ => {}
        }
    }
    Ok(())
}

pub(crate) fn check_table(table: &Table, at: usize) -> Result<(), Error> {
    for (part, rows) in [("tiêu đề/header", &table.header), ("nội dung/body", &table.rows)] {
        fits(table.columns.len(), part, rows).map_err(|what| Error::Table { table: name(table, at), what })?;
    }
    if table.columns.is_empty() || table.columns.iter().any(|column| column.width == 0) {
        let what = "cột không có độ rộng/a column has no width".into();
        return Err(Error::Table { table: name(table, at), what });
    }
    Ok(())
}

fn name(table: &Table, at: usize) -> String {
    table.caption.clone().unwrap_or_else(|| format!("{}", at + 1))
}

/// Whether the cells of these rows, spans counted, fill `columns` columns exactly.
fn fits(columns: usize, part: &str, rows: &[Vec<crate::Cell>]) -> Result<(), String> {
    let mut hanging = vec![0; columns]; // Per column: how many rows a cell from above still covers.
    for (at, row) in rows.iter().enumerate() {
        let mut cells = row.iter();
        let mut column = 0;
        let wrong = |have: usize| format!("{part}, dòng/row {}: {have} cột/columns, cần/needs {columns}", at + 1);
        while column < columns {
            if hanging[column] > 0 {
                hanging[column] -= 1;
                column += 1;
                continue;
            }
            let cell = cells.next().ok_or_else(|| wrong(column))?;
            let end = column.saturating_add(cell.columns);
            let room = hanging.get_mut(column..end).ok_or_else(|| wrong(end))?;
            if cell.columns == 0 || cell.rows == 0 || cell.rows > rows.len() - at || room.iter().any(|h| *h > 0) {
                return Err(format!("{part}, dòng/row {}: ô gộp sai/a merged cell does not fit", at + 1));
            }
            room.fill(cell.rows - 1);
            column = end;
        }
        match cells.count() {
            0 => {}
            more => return Err(wrong(columns + more)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Align, Cell, Column};

    fn signed() -> crate::Signature {
        crate::Signature { lines: vec!["CHỦ TỊCH".into()], name: None }
    }

    #[track_caller]
    fn check(header: Vec<Vec<Cell>>, expect: Option<&str>) {
        let table = Table {
            caption: Some("Kết quả".into()),
            columns: vec![Column::new(1, Align::Left); 3],
            header,
            ..Table::default()
        };
        let document = Document { blocks: vec![Block::Table(table)], signature: signed(), ..Document::default() };
        let said = document.check().err().map(|e| e.to_string());
        match (expect, said) {
            (None, None) => {}
            (Some(expect), Some(said)) if said.contains(expect) && said.contains("Kết quả") => {}
            (expect, said) => panic!("{expect:?} {said:?}"),
        }
    }

    #[test]
    fn counts_cells() {
        check(vec![vec!["a".into(), "b".into(), "c".into()]], None);
        check(vec![vec!["a".into(), "b".into()]], Some("row 1: 2 cột/columns, cần/needs 3"));
        check(vec![vec!["a".into(); 4]], Some("row 1: 4 cột/columns, cần/needs 3"));
        check(vec![vec![Cell::from("a").over(4, 1)]], Some("row 1: 4 cột"));
        check(vec![vec![Cell::from("a").over(usize::MAX, 1), "b".into()]], Some("row 1: "));
        check(vec![vec![Cell::from("a").over(3, usize::MAX)]], Some("merged cell"));
        check(vec![vec![Cell::from("a").over(0, 1), "b".into(), "c".into()]], Some("merged cell"));
    }

    #[test]
    fn counts_merged_cells() {
        let first = vec![Cell::from("TT").over(1, 2), Cell::from("Số lượng").over(2, 1)];
        check(vec![first.clone(), vec!["Nay".into(), "Trước".into()]], None);
        check(vec![first.clone()], Some("merged cell"));
        check(vec![first, vec!["a".into(), "b".into(), "c".into()]], Some("row 2: 4 cột/columns"));
    }

    #[test]
    fn refuses_a_table_without_columns() {
        let document =
            Document { blocks: vec![Block::Table(Table::default())], signature: signed(), ..Document::default() };
        assert!(matches!(document.check(), Err(Error::Table { .. })));
    }
}
