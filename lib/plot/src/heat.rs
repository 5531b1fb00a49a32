use crate::{
    Caption, Classes, Numbers, Row, WIDTH,
    choropleth::legend,
    drawing::{Drawing, LINE, said, wrap},
};

/// How wide the names at the left may be.
const NAMES: i64 = 124;

/// One square.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeatCell {
    /// How much; `None` is not known.
    pub value: Option<i64>,
    /// The same in words, "41/44".
    pub label: String,
}

/// One row of squares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeatRow {
    /// Of what: a year, a unit.
    pub name: String,
    /// One cell per column.
    pub cells: Vec<HeatCell>,
}

/// A calendar of squares: years or units down, months across.
pub struct Heat<'a> {
    /// What stands around.
    pub caption: Caption,
    /// The columns, from the left: "1" … "12".
    pub columns: Vec<String>,
    /// The rows, from the top.
    pub rows: Vec<HeatRow>,
    /// The classes of the values.
    pub classes: Classes,
    /// How the ends of classes are written.
    pub numbers: Numbers<'a>,
    /// The word for what is not known.
    pub none: String,
}

impl Heat<'_> {
    /// Draws it.
    pub fn svg(&self) -> String {
        let mut drawing = Drawing::new(&self.caption);
        let keys = legend(&self.classes, self.numbers, Some(&self.none));
        drawing.keys(&keys);
        let count = i64::try_from(self.columns.len()).unwrap_or(1).max(1);
        let x = |at: usize| NAMES + (WIDTH - NAMES) * i64::try_from(at).unwrap_or(0) / count;
        for (at, name) in self.columns.iter().enumerate() {
            drawing.text(i64::midpoint(x(at), x(at + 1)), drawing.y + 14, "mid muted", name);
        }
        drawing.y += 20;
        for row in &self.rows {
            let lines = wrap(&row.name, NAMES - 6);
            let high = i64::try_from(lines.len()).unwrap_or(1) * LINE + 2;
            for (line, text) in (0_i64..).zip(&lines) {
                drawing.text(0, drawing.y + 15 + line * LINE, "", text);
            }
            for (at, column) in self.columns.iter().enumerate() {
                let unknown = HeatCell { value: None, label: self.none.clone() };
                let cell = row.cells.get(at).unwrap_or(&unknown);
                let class = cell.value.map_or("none", |it| self.classes.name(it));
                let words = said(&row.name, &said(column, &cell.label));
                drawing.rect([x(at) + 1, drawing.y + 1, x(at + 1) - x(at) - 2, high - 2], class, &words);
            }
            drawing.y += high;
        }
        drawing.y += 4;
        drawing.finish("heat")
    }

    /// The same as rows: name, then a value per column.
    pub fn table(&self) -> Vec<Row> {
        let row = |it: &HeatRow| {
            let value = |at: usize| it.cells.get(at).map_or_else(|| self.none.clone(), |it| it.label.clone());
            Row { name: it.name.clone(), values: (0..self.columns.len()).map(value).collect() }
        };
        self.rows.iter().map(row).collect()
    }
}
