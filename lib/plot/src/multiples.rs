use crate::{
    Caption, Row, WIDTH,
    drawing::{Drawing, LINE, said, width, wrap},
    scale::Scale,
};

/// How high the columns of a panel may be.
const HEIGHT: i64 = 60;
/// Between panels.
const GAP: i64 = 24;

/// One small chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// Of what, with its unit of measure.
    pub name: String,
    /// One value per column; `None` is not known.
    pub values: Vec<Option<i64>>,
    /// The same in words, with a word for what is not known.
    pub labels: Vec<String>,
}

/// Many small column charts over the same months, each with a scale of its own: for shapes, not for comparing heights
/// between panels. Two stand side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Multiples {
    /// What stands around.
    pub caption: Caption,
    /// The columns of every panel, from the left: "1", "2" …
    pub columns: Vec<String>,
    /// The panels, in reading order.
    pub panels: Vec<Panel>,
}

impl Multiples {
    /// Draws it.
    pub fn svg(&self) -> String {
        let mut drawing = Drawing::new(&self.caption);
        let wide = (WIDTH - GAP) / 2;
        for pair in self.panels.chunks(2) {
            let top = drawing.y;
            let lines = pair.iter().map(|it| wrap(&it.name, wide).len()).max().unwrap_or(1);
            let base = top + LINE * i64::try_from(lines).unwrap_or(1) + 22 + HEIGHT;
            for (panel, x) in pair.iter().zip([0, wide + GAP]) {
                drawing.y = top;
                drawing.lines(x, wide, "", &panel.name);
                self.panel(&mut drawing, panel, x, base, wide);
            }
            drawing.y = base + 34;
        }
        drawing.finish("multiples")
    }

    fn panel(&self, drawing: &mut Drawing, panel: &Panel, x: i64, base: i64, wide: i64) {
        let count = i64::try_from(self.columns.len()).unwrap_or(1).max(1);
        let scale = Scale::over(panel.values.iter().flatten().map(|it| i128::from(*it)), 10, HEIGHT);
        let zero = base - scale.at(0);
        let best = panel.values.iter().enumerate().filter(|it| it.1.is_some()).max_by_key(|it| (it.1, it.0));
        for (at, name) in self.columns.iter().enumerate() {
            let value = panel.values.get(at).copied().flatten();
            let label = panel.labels.get(at).map_or("", String::as_str);
            let place = i64::try_from(at).unwrap_or(0);
            let (from, until) = (x + wide * place / count, x + wide * (place + 1) / count);
            let thick = (until - from - 2).max(1);
            let words = said(&panel.name, &said(name, label));
            match value.map(|it| base - scale.at(i128::from(it))) {
                Some(end) => {
                    drawing.rect([from, zero.min(end), thick, (end - zero).abs().max(1)], "bar", &words);
                    if best.map(|it| it.0) == Some(at) {
                        let half = width(label) / 2;
                        let centre = (from + thick / 2).max(x + half).min(x + wide - half);
                        drawing.text(centre, zero.min(end) - 4, "mid strong", label);
                    }
                }
                None => drawing.rect([from, base - 8, thick, 8], "none", &words),
            }
        }
        drawing.rule([x, zero, x + wide, zero], "axis");
        if let (Some(first), Some(last)) = (self.columns.first(), self.columns.last()) {
            drawing.text(x, base + 16, "muted", first);
            if self.columns.len() > 1 {
                drawing.text(x + wide, base + 16, "end muted", last);
            }
        }
    }

    /// The same as rows: panel, then a value per column.
    pub fn table(&self) -> Vec<Row> {
        let row = |it: &Panel| {
            let value = |at: usize| it.labels.get(at).cloned().unwrap_or_default();
            Row { name: it.name.clone(), values: (0..self.columns.len()).map(value).collect() }
        };
        self.panels.iter().map(row).collect()
    }
}
