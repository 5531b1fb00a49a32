//! What grows with the country, as a picture with the table it was drawn from.

use plot::{Caption, Lines, Series};

use crate::report::{Desk, Times};

/// What the picture needs to stand alone; pages bring these rules in their stylesheet.
const STYLE: &str = "<style>svg{fill:none;background:#fff;--s:#1d5fa8}text{font:14px sans-serif;fill:#13181c}\
.head,.strong{font-weight:700}.muted,.source{fill:#5a646c}.end{text-anchor:end}.mid{text-anchor:middle}\
.axis,.frame{stroke:#b5bcc2}.s2{--s:#d06a1b;stroke-dasharray:8 4}.s3{--s:#0b8f6e;stroke-dasharray:2 4}\
.s4{--s:#b35aa9;stroke-dasharray:9 3 2 3}.line{stroke:var(--s);stroke-width:2.5}\
.dot,.s1:not(path),.s2:not(path),.s3:not(path),.s4:not(path){fill:var(--s)}</style>";

/// One of our own runs on SQLite.
pub(crate) struct Point<'a> {
    pub(crate) scale: &'static str,
    pub(crate) desk: &'a Desk,
    /// Processor time of loading a million figures, in milliseconds.
    pub(crate) load: u128,
}

/// The pictures, each with a name, and their tables.
pub(crate) fn pictures(points: &[Point]) -> Vec<(&'static str, String, String)> {
    let cell = |times: &Times| Some(i64::try_from(times.p50.as_nanos() / times.cells.max(1) as u128).unwrap_or(0));
    let question = |name: &str, pick: fn(&Desk) -> &Times| Series {
        name: name.to_owned(),
        values: points.iter().map(|it| cell(pick(it.desk))).collect(),
    };
    let questions = vec![
        question("one commune", |it| &it.unit),
        question("communes of a province", |it| &it.province),
        question("country, 12 months", |it| &it.series),
        question("all communes, written out", |it| &it.national),
    ];
    let load = points.iter().map(|it| i64::try_from(it.load).ok()).collect();
    let loading = vec![Series { name: "load of a million figures, ms of CPU".to_owned(), values: load }];
    [
        ("growth-questions", "Nanoseconds for one cell of an answer", questions),
        ("growth-load", "Processor time of loading, for each million figures", loading),
    ]
    .into_iter()
    .map(|(name, title, series)| {
        let names: Vec<String> = series.iter().map(|it| it.name.clone()).collect();
        let chart = Lines {
            caption: Caption {
                id: name.to_owned(),
                title: title.to_owned(),
                desc: "The country's year at a hundredth, a tenth and whole; flat is linear growth".to_owned(),
                source: "make bench, SQLite".to_owned(),
            },
            points: points.iter().map(|it| it.scale.to_owned()).collect(),
            series,
            numbers: &|it| it.to_string(),
            none: "–".to_owned(),
        };
        (name, chart.svg().replacen('>', &format!(">{STYLE}"), 1), table(title, &names, &chart))
    })
    .collect()
}

fn table(title: &str, names: &[String], chart: &Lines) -> String {
    let mut lines =
        vec![format!("| {title} | {} |", names.join(" | ")), format!("|---|{}", "---|".repeat(names.len()))];
    lines.extend(chart.table().iter().map(|it| format!("| {} | {} |", it.name, it.values.join(" | "))));
    lines.join("\n")
}
