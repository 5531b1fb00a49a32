//! `cargo xtask map`: turns the outlines of `data/map/*.geojson` into what the program draws, `data/map/*.txt`.
//!
//! Done once, when an outline changes, and committed. Points are put on a whole-number grid, four steps to a unit of the
//! drawing, and repeated ones dropped: a border that two provinces share goes through the same points on both sides and
//! stays shared. The far islands are drawn larger, in the frames that the data asks for.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::{fmt::Write as _, fs, path::Path};

const FOLDER: &str = "data/map";
/// The outlines, and the year by which the islands' data names their provinces and labels.
const MAPS: [(&str, &str); 2] = [("provinces_2024", "2024"), ("provinces_2025", "2025")];
/// The grid: 400 drawing units of four steps.
const WIDTH: i64 = 1600;
/// The corner north-west of the mainland, in ten-thousandths of a degree.
const CORNER: [i64; 2] = [1_020_000, 235_000];
/// Steps to a degree from north to south on the mainland.
const DEGREE: i64 = 127;
/// A degree from west to east is so many thousandths of that, at 16° north.
const NARROWER: i64 = 961;
/// Frames of the far islands: width, distance from the right, gap below for the label.
const FRAME: [i64; 3] = [600, 8, 170];

/// An island in a frame reaches at least so many steps from its middle: its shape is a sign, and must be seen.
const ISLET: i64 = 14;

/// East and north in ten-thousandths of a degree; or across and down on the grid.
type Point = [i64; 2];

/// How degrees become steps of the grid.
struct Grid {
    corner: Point,
    degree: i64,
    at: Point,
}

impl Grid {
    fn place(&self, [east, north]: Point) -> Point {
        let across = (east - self.corner[0]) * self.degree * NARROWER;
        let down = (self.corner[1] - north) * self.degree;
        [self.at[0] + rounded(across, 10_000_000), self.at[1] + rounded(down, 10_000)]
    }
}

fn rounded(value: i64, by: i64) -> i64 {
    (value + by / 2).div_euclid(by)
}

/// Converts both maps.
pub(crate) fn run() -> Result<()> {
    let folder = crate::root().join(FOLDER);
    let islands = read(&folder.join("islands.geojson"))?;
    for (name, year) in MAPS {
        let map = read(&folder.join(format!("{name}.geojson")))?;
        let text = convert(&map, &islands, name, year).with_context(|| name.to_owned())?;
        fs::write(folder.join(format!("{name}.txt")), text)?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))
}

fn convert(map: &Value, islands: &Value, name: &str, year: &str) -> Result<String> {
    let main = Grid { corner: CORNER, degree: DEGREE, at: [0, 0] };
    let mut frames = Vec::new();
    let mut bottom = main.place([0, 83_000])[1];
    let mut top = main.place([0, 174_000])[1];
    for key in ["hoang_sa", "truong_sa"] {
        let inset = &map["insets"][key];
        let [west, south, east, north] = bbox(&inset["bbox"])?;
        let degree = FRAME[0] * 10_000_000 / ((east - west) * NARROWER);
        let high = rounded((north - south) * degree, 10_000);
        let frame = [WIDTH - FRAME[0] - FRAME[1], top, FRAME[0], high];
        let grid = Grid { corner: [west, north], degree, at: [frame[0], frame[1]] };
        let code = inset[format!("province_{year}")].as_str().context("an inset without its province")?;
        let label = label(islands, inset["label"].as_str().unwrap_or_default(), year)?;
        frames.push((code.to_owned(), label, frame, grid, [west, south, east, north], String::new()));
        top += high + FRAME[2];
        bottom = bottom.max(top);
    }
    let mut text = format!(
        "# Made by `cargo xtask map` from {name}.geojson and islands.geojson. Made with Natural Earth, corrected and\n\
         # completed; schematic, not for legal delimitation. What the fields are: lib/plot/src/outlines.rs.\n\
         height\t{bottom}\n"
    );
    for feature in map["features"].as_array().context("no features")? {
        let code = feature["properties"]["code"].as_str().context("a feature without code")?;
        let mut path = String::new();
        for ring in rings(&feature["geometry"])? {
            let first = ring.first().context("an empty ring")?;
            let inside = |it: &[i64; 4]| (it[0]..=it[2]).contains(&first[0]) && (it[1]..=it[3]).contains(&first[1]);
            match frames.iter_mut().find(|it| it.0 == code && inside(&it.4)) {
                Some((_, _, _, grid, _, islets)) => draw(islets, enlarged(placed(&ring, grid))),
                None => draw(&mut path, placed(&ring, &main)),
            }
        }
        ensure!(!path.is_empty(), "{code} has no outline");
        writeln!(text, "area\t{code}\t{path}")?;
    }
    for (code, label, [x, y, wide, high], _, _, islets) in frames {
        ensure!(!islets.is_empty(), "{label} has no island");
        writeln!(text, "inset\t{code}\t{x}\t{y}\t{wide}\t{high}\t{label}\t{islets}")?;
    }
    Ok(text)
}

/// The words under a frame, as the islands' data has them for this year.
fn label(islands: &Value, name: &str, year: &str) -> Result<String> {
    let all = islands["features"].as_array().context("no islands")?;
    let found = all.iter().map(|it| &it["properties"]).find(|it| it["role"] == "label" && it["name"] == name);
    let text = found.and_then(|it| it[format!("text_{year}")].as_str());
    Ok(text.with_context(|| format!("no label for {name}"))?.to_owned())
}

/// A closed ring on the grid, without repeated points. One that the grid swallows stays as a small square: no island
/// disappears.
fn placed(ring: &[Point], grid: &Grid) -> Vec<Point> {
    let mut points: Vec<Point> = ring.iter().map(|it| grid.place(*it)).collect();
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    if points.len() < 3 {
        let [x, y] = points.first().copied().unwrap_or_default();
        points = vec![[x - 1, y - 1], [x + 1, y - 1], [x + 1, y + 1], [x - 1, y + 1]];
    }
    points
}

/// The ring around its middle, as large as an island in a frame must be.
fn enlarged(points: Vec<Point>) -> Vec<Point> {
    let ends = |axis: usize| {
        let all = points.iter().map(move |it| it[axis]);
        [all.clone().min().unwrap_or(0), all.max().unwrap_or(0)]
    };
    let [across, down] = [ends(0), ends(1)];
    let reach = ((across[1] - across[0]) / 2).max((down[1] - down[0]) / 2).max(1);
    if reach >= ISLET {
        return points;
    }
    let away = |value: i64, ends: [i64; 2]| {
        let middle = i64::midpoint(ends[0], ends[1]);
        middle + rounded((value - middle) * ISLET, reach)
    };
    points.into_iter().map(|[x, y]| [away(x, across), away(y, down)]).collect()
}

/// A closed ring as path data, the first point absolute, the others as steps from the one before.
fn draw(path: &mut String, points: Vec<Point>) {
    let mut before: Option<Point> = None;
    for [x, y] in points {
        // A minus parts numbers as well as a space does. Writing to a string cannot fail.
        let _ = match before {
            None => write!(path, "M{x}{}{y}l", if y < 0 { "" } else { " " }),
            Some([left, top]) => {
                let (across, down) = (x - left, y - top);
                let lead = if across < 0 || path.ends_with('l') { "" } else { " " };
                write!(path, "{lead}{across}{}{down}", if down < 0 { "" } else { " " })
            }
        };
        before = Some([x, y]);
    }
    path.push('z');
}

/// The outer rings; the data has no holes.
fn rings(geometry: &Value) -> Result<Vec<Vec<Point>>> {
    let parts = geometry["coordinates"].as_array().context("a geometry without coordinates")?;
    let polygons: Vec<&Value> = match geometry["type"].as_str() {
        Some("Polygon") => vec![&geometry["coordinates"]],
        Some("MultiPolygon") => parts.iter().collect(),
        other => bail!("a geometry of type {other:?}"),
    };
    let ring = |polygon: &Value| -> Result<Vec<Point>> {
        let all = polygon.as_array().context("a polygon without rings")?;
        ensure!(all.len() == 1, "a polygon with a hole; say how to draw it first");
        let points = all[0].as_array().context("a ring without points")?;
        points.iter().map(|it| Ok([parts_of_degree(&it[0])?, parts_of_degree(&it[1])?])).collect()
    };
    polygons.into_iter().map(ring).collect()
}

fn bbox(value: &Value) -> Result<[i64; 4]> {
    let [west, south, east, north] = [0, 1, 2, 3].map(|it| parts_of_degree(&value[it]));
    Ok([west?, south?, east?, north?])
}

/// A number with at most four decimals, in ten-thousandths.
fn parts_of_degree(value: &Value) -> Result<i64> {
    let text = value.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    ensure!(rest.len() <= 4, "{text} has more than four decimals");
    format!("{whole}{rest:0<4}").parse().with_context(|| format!("{text} is no coordinate"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ring: &[Point], expect: &str) {
        let mut path = String::new();
        draw(&mut path, placed(ring, &Grid { corner: [0, 0], degree: 10, at: [0, 0] }));
        assert_eq!(path, expect);
    }

    #[test]
    fn rings_are_closed_and_lose_repeated_points() {
        check(&[[0, 0], [10_406, 0], [10_407, -1], [0, -10_000], [0, 0]], "M0 0l10 0-10 10z");
    }

    #[test]
    fn no_island_disappears() {
        check(&[[0, 0], [1, 0], [1, 1], [0, 0]], "M-1-1l2 0 0 2-2 0z");
    }

    #[test]
    fn islands_in_frames_are_large_enough_to_be_seen() {
        let small = vec![[100, 100], [104, 100], [104, 104], [100, 104]];
        assert_eq!(enlarged(small), [[88, 88], [116, 88], [116, 116], [88, 116]]);
        let large = vec![[0, 0], [40, 0], [40, 40]];
        assert_eq!(enlarged(large.clone()), large);
    }

    #[test]
    fn coordinates_are_read_exactly() {
        let read = |text: &str| parts_of_degree(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(["105.7721", "8.3", "102", "-0.5"].map(read), [1_057_721, 83_000, 1_020_000, -5_000]);
        assert!(parts_of_degree(&serde_json::from_str("1.23456").unwrap()).is_err());
    }

    #[test]
    fn the_committed_maps_are_those_of_the_outlines() {
        let folder = crate::root().join(FOLDER);
        let islands = read(&folder.join("islands.geojson")).unwrap();
        for (name, year) in MAPS {
            let map = read(&folder.join(format!("{name}.geojson"))).unwrap();
            let text = fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
            assert_eq!(convert(&map, &islands, name, year).unwrap(), text, "run cargo xtask map");
        }
    }
}
