use askama::{Template, filters::HtmlSafe};

use crate::{Cell, Column, Row, Table};

/// A drawing, and the table it was made from folded below it.
#[derive(Debug, Template)]
#[template(source = "{{ svg|safe }}<details><summary>{{ label }}</summary>{{ table }}</details>", ext = "html")]
pub struct Chart {
    /// The drawing, as `plot` makes it.
    pub svg: String,
    /// What opens the table: "Xem bằng bảng".
    pub label: String,
    /// The same numbers.
    pub table: Table,
}

impl HtmlSafe for Chart {}

impl Table {
    /// The rows that a drawing was made from, below the heading of its rows and those of its numbers.
    pub fn twin(
        caption: String,
        head: String,
        columns: impl IntoIterator<Item = String>,
        rows: Vec<plot::Row>,
    ) -> Table {
        let row = |it: plot::Row| Row { cells: std::iter::once(it.name).chain(it.values).map(Cell::new).collect() };
        Table {
            caption,
            columns: std::iter::once(Column::words(head)).chain(columns.into_iter().map(Column::numbers)).collect(),
            rows: rows.into_iter().map(row).collect(),
            foot: None,
        }
    }
}
