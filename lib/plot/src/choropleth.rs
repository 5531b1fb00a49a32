use std::collections::HashMap;

use crate::{
    Caption, Classes, Numbers, Outlines, Row, WIDTH,
    drawing::{Drawing, LINE, said, width},
};

/// The widest words of a legend that still stand beside the land.
const BESIDE: i64 = 160;

/// What an area shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shade {
    /// The area's code in the outlines.
    pub code: String,
    /// The unit's name.
    pub name: String,
    /// How much; `None` is not known, which is hatched and never looks like zero.
    pub value: Option<i64>,
    /// The same in words.
    pub label: String,
}

/// A map whose areas are coloured by class.
pub struct Choropleth<'a> {
    /// What stands around.
    pub caption: Caption,
    /// The areas and far islands.
    pub outlines: &'a Outlines,
    /// What each area shows, in the order of the table; an area that is not named is not known.
    pub shades: Vec<Shade>,
    /// The classes of the values.
    pub classes: Classes,
    /// How the ends of classes are written.
    pub numbers: Numbers<'a>,
    /// The word for what is not known.
    pub none: String,
    /// What must be read with the map: that it is schematic, whose outlines they are. Printed below it.
    pub notes: Vec<String>,
}

impl Choropleth<'_> {
    /// Draws it.
    pub fn svg(&self) -> String {
        let mut drawing = Drawing::new(&self.caption);
        let by_code: HashMap<&str, &Shade> = self.shades.iter().map(|it| (it.code.as_str(), it)).collect();
        let look = |code: &str| match by_code.get(code) {
            Some(shade) => {
                let class = shade.value.map_or("none", |it| self.classes.name(it));
                (class, said(&shade.name, &shade.label))
            }
            None => ("none", self.none.clone()),
        };
        let keys = legend(&self.classes, self.numbers, Some(&self.none));
        // A honeycomb leaves no room beside it; a map with far islands has the sea.
        let beside = !self.outlines.insets.is_empty() && keys.iter().all(|it| width(&it.1) <= BESIDE);
        if !beside {
            drawing.keys(&keys);
        }
        let top = drawing.y;
        drawing.open_quarter(top);
        for area in &self.outlines.areas {
            let (class, words) = look(&area.code);
            drawing.path(&format!("area {class}"), &area.path, &words);
        }
        for inset in &self.outlines.insets {
            let (class, words) = look(&inset.code);
            drawing.rect(inset.frame, "frame", &inset.label);
            drawing.path(&format!("islands {class}"), &inset.path, &said(&inset.label, &words));
        }
        drawing.close();
        let unit = |it: i64| it / Outlines::GRID;
        for area in self.outlines.areas.iter().filter(|it| !it.mark.0.is_empty()) {
            let (class, _) = look(&area.code);
            let (text, x, y) = &area.mark;
            drawing.text(unit(*x), top + unit(*y) + 5, &format!("mid on {class}-on"), text);
        }
        for inset in &self.outlines.insets {
            let [x, y, wide, high] = inset.frame.map(unit);
            // The archipelago, and below it in brackets the province that it belongs to.
            for (line, text) in (0..).zip(inset.label.replace(" (", "\n(").lines()) {
                drawing.text(x + wide / 2, top + y + high + 15 + line * LINE, "mid", text);
            }
        }
        if beside {
            for (row, (class, text)) in (0..).zip(&keys) {
                drawing.key(WIDTH - 20 - BESIDE, top + 10 + row * 22, class, text);
            }
        }
        drawing.y = top + unit(self.outlines.height) + 4;
        for note in &self.notes {
            drawing.lines(0, WIDTH - 10, "source", note);
        }
        drawing.finish("map")
    }

    /// The same as rows: unit, value.
    pub fn table(&self) -> Vec<Row> {
        self.shades.iter().map(|it| Row { name: it.name.clone(), values: vec![it.label.clone()] }).collect()
    }
}

/// A line of the legend per class, "1.200 – 3.400", the last for what is not known.
pub(crate) fn legend(classes: &Classes, numbers: Numbers, none: Option<&str>) -> Vec<(String, String)> {
    let range = |(at, it): (usize, &crate::Class)| {
        let from = numbers(it.from);
        let text = if it.from == it.to { from } else { format!("{from} – {}", numbers(it.to)) };
        (classes.name_at(at).to_owned(), text)
    };
    let known = classes.all().iter().enumerate().map(range);
    known.chain(none.map(|it| ("none".to_owned(), it.to_owned()))).collect()
}
