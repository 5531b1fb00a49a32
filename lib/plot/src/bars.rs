use crate::{
    Caption, Row, WIDTH,
    drawing::{Drawing, LINE, said, width, wrap},
    scale::Scale,
};

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Of what.
    pub name: String,
    /// How long; `None` is not known, which is not zero.
    pub value: Option<i64>,
    /// The value in words, "gần 1.900 cuộc", or the word for "no data".
    pub label: String,
}

/// Horizontal bars, any number, from one zero line; negative values go to the left. In the order given: sorting by value
/// would be a ranking, and is the caller's to decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bars {
    /// What stands around.
    pub caption: Caption,
    /// The bars, from the top.
    pub rows: Vec<Bar>,
}

impl Bars {
    /// Draws it.
    pub fn svg(&self) -> String {
        let mut drawing = Drawing::new(&self.caption);
        let scale = Scale::over(self.rows.iter().filter_map(|it| it.value).map(i128::from), 4, WIDTH);
        let zero = scale.at(0);
        for row in &self.rows {
            let top = drawing.y;
            for (line, text) in wrap(&row.name, (WIDTH - width(&row.label) - 10).max(WIDTH / 3)).iter().enumerate() {
                if line > 0 {
                    drawing.y += LINE;
                }
                drawing.text(0, drawing.y + 14, "", text);
            }
            drawing.text(WIDTH, top + 14, "end", &row.label);
            drawing.y += LINE + 2;
            let words = said(&row.name, &row.label);
            match row.value.map(|it| scale.at(i128::from(it))) {
                Some(end) => drawing.rect([zero.min(end), drawing.y, (end - zero).abs().max(1), 10], "bar", &words),
                None => drawing.rect([zero.min(WIDTH - 30), drawing.y, 30, 10], "none", &words),
            }
            drawing.y += LINE;
        }
        drawing.finish("bars")
    }

    /// The same as rows: name, value.
    pub fn table(&self) -> Vec<Row> {
        self.rows.iter().map(|it| Row { name: it.name.clone(), values: vec![it.label.clone()] }).collect()
    }
}
