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

/// Horizontal bars, each made of the same parts, which differ in colour and in texture: on paper without colour, and to
/// eyes that see few, they are the same parts.
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
        drawing.textured_keys(&keys);
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
                    drawing.textured([from, drawing.y, wide, 14], "bar", series(at), &words);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(rows: &[(&str, &[Option<i64>])]) -> Stacked<'static> {
        let row = |(name, values): &(&str, &[Option<i64>])| Stack { name: (*name).to_owned(), values: values.to_vec() };
        Stacked {
            caption: Caption { id: "x".to_owned(), ..Caption::default() },
            parts: ["in time", "late", "sent back", "missing"].map(str::to_owned).to_vec(),
            rows: rows.iter().map(row).collect(),
            numbers: &|it| it.to_string(),
            none: "none".to_owned(),
        }
    }

    /// Where each bar of a drawing begins and how long it is, in the order drawn.
    fn bars(svg: &str) -> Vec<(i64, i64)> {
        let number = |rect: &str, name: &str| {
            let after = rect.split_once(&format!("{name}=\"")).unwrap().1;
            after.split('"').next().unwrap().parse().unwrap()
        };
        let rects = svg.split("<rect ").filter(|it| it.contains("class=\"bar "));
        rects.map(|it| (number(it, "x"), number(it, "width"))).collect()
    }

    #[test]
    fn parts_follow_each_other_and_keep_their_proportion() {
        let svg =
            chart(&[("a", &[Some(50), Some(25), Some(25), Some(0)]), ("b", &[Some(50), None, Some(-3), Some(50)])])
                .svg();
        // A part of nothing, an unknown one and a negative one have no length.
        assert_eq!(bars(&svg), [(0, 200), (200, 100), (300, 100), (0, 200), (200, 200)]);
        assert!(svg.contains("<title>a: late: 25</title>"), "{svg}");
    }

    #[test]
    fn every_part_but_the_first_has_a_texture_of_its_own() {
        let svg = chart(&[("a", &[Some(1), Some(1), Some(1), Some(1)])]).svg();
        for (texture, times) in [("s1", 0), ("s2", 2), ("s3", 2), ("s4", 2)] {
            // One in the bar and one in its key.
            assert_eq!(svg.matches(&format!("fill=\"url(#p-x-{texture})\"")).count(), times, "{texture}");
            assert_eq!(svg.matches(&format!("<pattern id=\"p-x-{texture}\"")).count(), times / 2, "{texture}");
        }
    }

    #[test]
    fn a_row_of_which_nothing_is_known_is_not_an_empty_one() {
        let chart = chart(&[("a", &[None, None, None, None]), ("b", &[Some(0), Some(0), Some(0), Some(0)])]);
        let svg = chart.svg();
        assert_eq!(svg.matches("class=\"none\"").count(), 1, "{svg}");
        assert!(bars(&svg).is_empty());
        let [unknown, empty] = &chart.table()[..] else { panic!("two rows") };
        assert_eq!((unknown.values[0].as_str(), empty.values[0].as_str()), ("none", "0"));
    }
}
