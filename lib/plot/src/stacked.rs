use crate::{
    Caption, Numbers, Row, WIDTH,
    drawing::{Drawing, LINE, said},
    scale::Scale,
};

/// One bar of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Of what.
    pub name: String,
    /// One value per part, in the order of [`Stacked::parts`]; `None` is not known. A negative part has no length and
    /// stands in the table only.
    pub values: Vec<Option<i64>>,
}

/// Horizontal bars, each made of the same parts.
pub struct Stacked<'a> {
    /// What stands around.
    pub caption: Caption,
    /// What the parts are; at most four are told apart.
    pub parts: Vec<String>,
    /// The bars, from the top.
    pub rows: Vec<Stack>,
    /// How numbers are written.
    pub numbers: Numbers<'a>,
    /// The word for what is not known.
    pub none: String,
}

impl Stacked<'_> {
    /// Draws it.
    pub fn svg(&self) -> String {
        let mut drawing = Drawing::new(&self.caption);
        let keys: Vec<(String, String)> =
            self.parts.iter().enumerate().map(|(at, it)| (series(at).to_owned(), it.clone())).collect();
        drawing.keys(&keys);
        let length = |it: &Option<i64>| i128::from(it.unwrap_or(0).max(0));
        let sums = self.rows.iter().map(|it| it.values.iter().map(length).sum());
        let scale = Scale::over(sums, 4, WIDTH);
        for row in &self.rows {
            drawing.lines(0, WIDTH - 10, "", &row.name);
            let mut sum = 0_i128;
            for (at, value) in row.values.iter().enumerate().take(self.parts.len()) {
                let from = scale.at(sum);
                sum += length(value);
                let part = self.parts.get(at).map_or("", String::as_str);
                let words = said(&row.name, &said(part, &self.words(*value)));
                if length(value) > 0 {
                    let wide = (scale.at(sum) - from).max(1);
                    drawing.rect([from, drawing.y, wide, 14], &format!("bar {}", series(at)), &words);
                }
            }
            if row.values.iter().all(Option::is_none) {
                drawing.rect([0, drawing.y, 30, 14], "none", &said(&row.name, &self.none));
            }
            drawing.y += LINE + 6;
        }
        drawing.finish("stacked")
    }

    /// The same as rows: name, then a value per part.
    pub fn table(&self) -> Vec<Row> {
        let row = |it: &Stack| {
            let value = |at: usize| self.words(it.values.get(at).copied().flatten());
            Row { name: it.name.clone(), values: (0..self.parts.len()).map(value).collect() }
        };
        self.rows.iter().map(row).collect()
    }

    fn words(&self, value: Option<i64>) -> String {
        value.map_or_else(|| self.none.clone(), self.numbers)
    }
}

/// The class of a series or part.
pub(crate) fn series(at: usize) -> &'static str {
    ["s1", "s2", "s3", "s4"].get(at % 4).copied().unwrap_or("s1")
}
