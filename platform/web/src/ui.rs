//! `/ui`: every part that pages are made of, each with examples, to look at while a page is made.

use askama::Template;
use axum::response::Response;
use kernel::{Issue, Issues};
use plot::{Caption, Stack, Stacked};

use crate::{
    Area, Badge, Cell, Chart, Choice, Chosen, Column, Empty, ErrorSummary, Facts, Field, Kind, List, Notice, Page,
    Pager, Radios, Result, Row, Select, Stage, Step, Steps, Table, Tile, Tiles,
};

#[derive(Template)]
#[template(path = "ui.html")]
struct Gallery<'a> {
    p: &'a Page,
    notices: Vec<Notice>,
    empty: Empty,
    badges: Vec<Badge>,
    errors: ErrorSummary,
    field: Field<'a>,
    wrong: Field<'a>,
    area: Area<'a>,
    select: Select<'a>,
    radios: Radios<'a>,
    steps: Steps,
    tiles: Tiles,
    table: Table,
    list: List,
    facts: Facts,
    chart: Chart,
    pager: Pager,
}

/// `GET /ui`
pub(crate) async fn show(page: Page) -> Result<Response> {
    let p = &page;
    let wrong: Issues = vec![Issue::new("sample-wrong", "web-ui-issue")];
    let none = Issues::new();
    let say = |text: &str| p.t(text);
    let notice = |kind: Kind, text: &str| Notice { kind, text: say(text) };
    let badge = |class: &'static str, text: &str| Badge { words: say(text), class };
    let choices =
        || ["web-years", "web-quarters", "web-months"].map(|it| Choice { value: it.to_owned(), label: say(it) });
    let step = |label: &str, stage: Stage| Step { label: say(label), path: String::new(), stage };
    let tile = |value: &str, line: &str| Tile {
        heading: say("web-ui-tile"),
        value: value.to_owned(),
        measure: say("web-ui-measure"),
        path: "#tiles".to_owned(),
        lines: vec![say(line)],
        quiet: vec![say("web-ui-quiet")],
    };
    let row = |name: &str, value: &str| Row {
        cells: vec![Cell::link(name, "#table".to_owned()), Cell::new(value), Cell::new(say("web-ui-quiet"))],
    };
    let here = |at: usize| Chosen { value: "#pager".to_owned(), label: at.to_string(), chosen: at == 2 };
    let main = Gallery {
        p,
        notices: vec![
            notice(Kind::Info, "web-ui-info"),
            notice(Kind::Ok, "web-ui-ok"),
            notice(Kind::Warn, "web-ui-warn"),
        ],
        empty: Empty { text: say("web-ui-empty"), label: say("web-ui-way-on"), path: "#empty".to_owned() },
        badges: vec![
            badge("", "web-ui-badge-open"),
            badge("submitted", "web-ui-badge-sent"),
            badge("approved", "web-ui-badge-approved"),
            badge("returned", "web-ui-badge-returned"),
            badge("late", "web-ui-badge-late"),
        ],
        errors: ErrorSummary {
            title: say("web-error-summary"),
            errors: wrong.iter().map(|it| (it.field.clone(), p.issue(it))).collect(),
        },
        field: Field::new(p, "sample", "web-ui-field", "120", &none).hint(say("web-ui-hint")),
        wrong: Field::new(p, "sample-wrong", "web-ui-field", "-5", &wrong).hint(say("web-ui-hint")),
        area: Area::new(p, "sample-area", "web-ui-area", "web-no-names", "", 500, &none),
        select: Select::new(p, "sample-select", "web-ui-select", "web-quarters", choices().into(), &none),
        radios: Radios::new(p, "sample-radios", "web-ui-radios", "web-years", choices().into(), &none),
        steps: Steps {
            steps: vec![
                step("web-ui-step-type", Stage::Done),
                step("web-ui-step-check", Stage::Now),
                step("web-ui-step-send", Stage::Ahead),
            ],
        },
        tiles: Tiles { tiles: vec![tile("1.204", "web-ui-up"), tile("96,4%", "web-ui-down"), tile("0", "web-ui-up")] },
        table: Table {
            caption: say("web-ui-caption"),
            columns: vec![
                Column::words(say("web-ui-unit")),
                Column::numbers(say("web-ui-tile")),
                Column::words(say("web-ui-note")),
            ],
            rows: vec![row("Xã Mẫu 01", "12"), row("Xã Mẫu 02", ""), row("Phường Mẫu 44", "0")],
            foot: Some(Row { cells: vec![Cell::new(say("web-ui-whole")), Cell::new("12"), Cell::default()] }),
        },
        list: List::new(
            vec![Column::words(say("web-ui-unit")), Column::words(say("web-ui-note"))],
            [("Xã Mẫu 01", "web-ui-badge-sent", false), ("Xã Mẫu 02", "web-ui-badge-late", true)]
                .map(|(name, text, late)| vec![Cell::link(name, "#list".to_owned()), Cell::state(say(text), late)]),
            say("web-ui-empty"),
        )
        .more(Some((say("web-ui-way-on"), "#list".to_owned()))),
        facts: Facts::new([(say("web-ui-unit"), "Tỉnh Mẫu".to_owned()), (say("web-ui-note"), say("web-ui-quiet"))]),
        chart: chart(p),
        pager: Pager::new(say("web-ui-pager"), (1..=4).map(here).collect()),
    };
    page.show(&page.t("web-ui-title"), &main)
}

/// A drawing of four parts, which differ in more than their colours.
fn chart(p: &Page) -> Chart {
    let parts =
        ["web-ui-part-approved", "web-ui-part-sent", "web-ui-part-returned", "web-ui-part-late"].map(|it| p.t(it));
    let row = |name: &str, values: [i64; 4]| Stack { name: name.to_owned(), values: values.map(Some).to_vec() };
    let chart = Stacked {
        caption: Caption {
            id: "sample".to_owned(),
            title: p.t("web-ui-chart"),
            desc: p.t("web-ui-chart-desc"),
            source: String::new(),
        },
        parts: parts.to_vec(),
        rows: vec![row("9/2026", [38, 4, 1, 1]), row("8/2026", [41, 0, 0, 3])],
        numbers: &viet::number,
        none: String::new(),
    };
    let table = Table::twin(p.t("web-ui-chart"), p.t("web-ui-select"), parts, chart.table());
    Chart { svg: chart.svg(), label: p.t("web-ui-chart-table"), table }
}
