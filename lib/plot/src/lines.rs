use std::fmt::Write;

use crate::{
    Caption, Numbers, Row, WIDTH,
    drawing::{Drawing, said, width},
    scale::Scale,
    stacked::series,
};

/// How high the lines' field is.
const HEIGHT: i64 = 180;
/// With more points than this the dots would hide the line.
const DOTS: usize = 40;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Of what.
    pub name: String,
    /// One value per point; `None` is not known and breaks the line.
    pub values: Vec<Option<i64>>,
}

/// One or a few lines over the same points in time.
pub struct Lines<'a> {
    /// What stands around.
    pub caption: Caption,
    /// The points, from the left: "2024", "2025".
    pub points: Vec<String>,
    /// The lines; at most four are told apart, by colour and by dashes.
    pub series: Vec<Series>,
    /// How numbers are written.
    pub numbers: Numbers<'a>,
    /// The word for what is not known.
    pub none: String,
}

impl Lines<'_> {
    /// Draws it.
    pub fn svg(&self) -> String {
        let mut drawing = Drawing::new(&self.caption);
        if self.series.len() > 1 {
            let keys: Vec<(String, String)> =
                self.series.iter().enumerate().map(|(at, it)| (series(at).to_owned(), it.name.clone())).collect();
            drawing.keys(&keys);
        }
        let all = self.series.iter().flat_map(|it| it.values.iter().flatten());
        let scale = Scale::over(all.map(|it| i128::from(*it)), 4, HEIGHT);
        let ticks: Vec<(i64, String)> =
            scale.ticks().into_iter().map(|it| (HEIGHT - scale.at(i128::from(it)), (self.numbers)(it))).collect();
        let left = ticks.iter().map(|it| width(&it.1)).max().unwrap_or(0).min(WIDTH / 2) + 8;
        let top = drawing.y + 8;
        for (y, text) in &ticks {
            drawing.rule([left, top + y, WIDTH, top + y], "axis");
            drawing.text(left - 6, top + y + 4, "end", text);
        }
        let last = i64::try_from(self.points.len().saturating_sub(1)).unwrap_or(0);
        let x = |at: usize| {
            let room = WIDTH - left - 24;
            let at = i64::try_from(at).unwrap_or(0);
            left + 12 + if last == 0 { room / 2 } else { room * at.min(last) / last }
        };
        self.name_points(&mut drawing, top + HEIGHT + 20, &x);
        for (at, line) in self.series.iter().enumerate() {
            let y = |value: i64| top + HEIGHT - scale.at(i128::from(value));
            draw(&mut drawing, line, series(at), self, &x, &y);
        }
        drawing.y = top + HEIGHT + 30;
        drawing.finish("lines")
    }

    /// The names of as many points as stand beside one another, the last always.
    fn name_points(&self, drawing: &mut Drawing, y: i64, x: &impl Fn(usize) -> i64) {
        let widest = self.points.iter().map(|it| width(it)).max().unwrap_or(0) + 10;
        let mut free = WIDTH + widest;
        for (at, name) in self.points.iter().enumerate().rev() {
            // The names at the ends lean inwards.
            let centre = x(at).min(WIDTH - width(name) / 2).max(width(name) / 2);
            if centre + widest / 2 <= free {
                drawing.text(centre, y, "mid", name);
                free = centre - widest / 2;
            }
        }
    }

    /// The same as rows: point, then a value per series.
    pub fn table(&self) -> Vec<Row> {
        let row = |(at, name): (usize, &String)| {
            let value = |it: &Series| self.words(it.values.get(at).copied().flatten());
            Row { name: name.clone(), values: self.series.iter().map(value).collect() }
        };
        self.points.iter().enumerate().map(row).collect()
    }

    fn words(&self, value: Option<i64>) -> String {
        value.map_or_else(|| self.none.clone(), self.numbers)
    }
}

fn draw(
    drawing: &mut Drawing,
    line: &Series,
    class: &str,
    chart: &Lines,
    x: &impl Fn(usize) -> i64,
    y: &impl Fn(i64) -> i64,
) {
    let values: Vec<Option<i64>> = line.values.iter().copied().take(chart.points.len()).collect();
    let mut d = String::new();
    let mut drawn = false;
    for (at, value) in values.iter().enumerate() {
        if let Some(value) = value {
            let _ = write!(d, "{}{} {}", if drawn { 'L' } else { 'M' }, x(at), y(*value));
        }
        drawn = value.is_some();
    }
    drawing.path(&format!("line {class}"), &d, "");
    let known = |at: usize| values.get(at).copied().flatten().is_some();
    for (at, value) in values.iter().enumerate() {
        let alone = !known(at + 1) && (at == 0 || !known(at - 1));
        if let Some(value) = value
            && (alone || values.len() <= DOTS)
        {
            let point = chart.points.get(at).map_or("", String::as_str);
            let words = said(&line.name, &said(point, &(chart.numbers)(*value)));
            drawing.dot(x(at), y(*value), &format!("dot {class}"), &words);
        }
    }
}
