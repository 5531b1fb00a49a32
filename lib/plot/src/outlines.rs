use std::fmt::Write;

/// Why a text holds no outlines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineError {
    /// Which line, from 1.
    pub line: usize,
}

impl std::fmt::Display for OutlineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "dòng {0}: không phải đường nét bản đồ / line {0}: no outline", self.line)
    }
}

impl std::error::Error for OutlineError {}

/// One area of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// The unit's code.
    pub code: String,
    /// SVG path data on the map's grid, closed rings only.
    pub path: String,
    /// What is written in it and where its middle stands, on the grid; empty for outlines, a number for cells.
    pub mark: (String, i64, i64),
}

/// A part of an area that lies so far off that it is drawn in a frame of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inset {
    /// The code of the area that it belongs to.
    pub code: String,
    /// Left, top, width and height of its frame on the grid.
    pub frame: [i64; 4],
    /// Its name, with the area in brackets.
    pub label: String,
    /// SVG path data on the grid.
    pub path: String,
}

/// The areas of a map on a whole-number grid of four steps to a drawing unit. Points on the grid that two areas share are
/// the same points, so no gap shows between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outlines {
    /// How high the map is, on the grid; it is as wide as the drawing.
    pub height: i64,
    /// The areas, in the order in which they are drawn.
    pub areas: Vec<Area>,
    /// The far islands.
    pub insets: Vec<Inset>,
}

impl Outlines {
    /// The grid's steps in a drawing unit.
    pub const GRID: i64 = 4;

    /// Reads the compact form: lines of fields with tabs between, `#` begins a remark.
    /// `height H` · `area CODE PATH` · `inset CODE X Y W H LABEL PATH`.
    pub fn parse(text: &str) -> Result<Outlines, OutlineError> {
        let mut outlines = Outlines::default();
        for (at, line) in text.lines().enumerate().filter(|it| !it.1.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            outlines.read(&fields).ok_or(OutlineError { line: at + 1 })?;
        }
        Ok(outlines)
    }

    fn read(&mut self, fields: &[&str]) -> Option<()> {
        let path = |text: &str| {
            let drawn = text.starts_with('M') && text.chars().all(|it| "Mlz -".contains(it) || it.is_ascii_digit());
            drawn.then(|| text.to_owned())
        };
        match fields {
            ["height", height] => self.height = height.parse().ok()?,
            ["area", code, d] => {
                let mark = (String::new(), 0, 0);
                self.areas.push(Area { code: (*code).to_owned(), path: path(d)?, mark });
            }
            ["inset", code, x, y, wide, high, label, d] => {
                let [x, y, wide, high] = [x, y, wide, high].map(|it| it.parse().ok());
                let (code, label) = ((*code).to_owned(), (*label).to_owned());
                self.insets.push(Inset { code, frame: [x?, y?, wide?, high?], label, path: path(d)? });
            }
            _ => return None,
        }
        Some(())
    }

    /// A honeycomb, one cell for each code in the order given, numbered from 1. It looks like no map on purpose: where a
    /// cell stands and what it touches says nothing about the land.
    pub fn cells<'a>(codes: impl IntoIterator<Item = &'a str>) -> Outlines {
        let codes: Vec<&str> = codes.into_iter().collect();
        let columns = (4..=12).find(|it| it * it >= codes.len()).unwrap_or(12);
        let count = i64::try_from(columns).unwrap_or(12);
        // The odd rows stand half a cell to the right.
        let half = crate::WIDTH * Outlines::GRID / (2 * count + 1);
        let (quarter, step) = (half * 4 / 7, half * 12 / 7);
        let mut outlines = Outlines::default();
        for (at, code) in codes.into_iter().enumerate() {
            let (column, row) = (at % columns, i64::try_from(at / columns).unwrap_or(0));
            let x = half * (1 + 2 * i64::try_from(column).unwrap_or(0) + row % 2);
            let y = row * step + half * 8 / 7;
            let mut d = String::new();
            let (top, side) = (y - 2 * quarter, step - quarter);
            let _ = write!(d, "M{x} {top}l{half} {quarter} 0 {side}-{half} {quarter}-{half}-{quarter} 0-{side}z");
            outlines.height = y + 2 * quarter + 8;
            outlines.areas.push(Area { code: code.to_owned(), path: d, mark: ((at + 1).to_string(), x, y) });
        }
        outlines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compact_form_is_read() {
        let text =
            "# remark\nheight\t40\narea\t01\tM1 2l3 4-1-1z\ninset\t48\t1\t2\t3\t4\tQuần đảo (X)\tM1 1l2 0 0 2z\n";
        let outlines = Outlines::parse(text).unwrap();
        assert_eq!((outlines.height, outlines.areas.len()), (40, 1));
        assert_eq!(outlines.insets[0].frame, [1, 2, 3, 4]);
        assert_eq!(outlines.insets[0].label, "Quần đảo (X)");
    }

    #[track_caller]
    fn check_refused(text: &str, line: usize) {
        assert_eq!(Outlines::parse(text), Err(OutlineError { line }));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        check_refused("height\tx", 1);
        check_refused("height\t1\narea\t01\tM1 2\"><script>", 2);
        check_refused("area\t01", 1);
        check_refused("inset\t48\t1\t2\t3\tz\tlabel\tM1 1z", 1);
    }

    #[test]
    fn cells_are_numbered_in_order() {
        let outlines = Outlines::cells(["a", "b", "c", "d", "e"]);
        let marks: Vec<&str> = outlines.areas.iter().map(|it| it.mark.0.as_str()).collect();
        assert_eq!(marks, ["1", "2", "3", "4", "5"]);
        assert!(outlines.areas[4].mark.2 > outlines.areas[3].mark.2, "the fifth begins a row");
        assert_eq!(Outlines::cells([]).areas.len(), 0);
    }
}
