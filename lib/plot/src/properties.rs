//! What holds for every chart, whatever it is given.

use proptest::prelude::*;

use crate::{
    Bar, Bars, Caption, Choropleth, Class, Classes, Heat, HeatCell, HeatRow, Lines, Multiples, Outlines, Panel, Row,
    Series, Shade, Stack, Stacked,
};

const NUMBERS: &dyn Fn(i64) -> String = &|it| it.to_string();

fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zđ<>&\"' \u{1}]{0,40}", Just("Quần đảo Trường Sa".to_owned()), Just(String::new())]
}

fn value() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        Just(None),
        Just(Some(0)),
        (-5..100_i64).prop_map(Some),
        Just(Some(i64::MIN)),
        Just(Some(i64::MAX)),
        any::<i64>().prop_map(Some)
    ]
}

fn label(value: Option<i64>) -> String {
    value.map_or_else(|| "chưa có".to_owned(), |it| it.to_string())
}

prop_compose! {
    fn caption()(id in words(), title in words(), desc in words(), source in words()) -> Caption {
        Caption { id, title, desc, source }
    }
}

fn named_rows() -> impl Strategy<Value = Vec<(String, Vec<Option<i64>>)>> {
    prop::collection::vec((words(), prop::collection::vec(value(), 0..14)), 0..9)
}

/// Every tag is closed in order, nothing carries a style, every text and attribute is escaped.
#[track_caller]
fn check(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some((text, after)) = rest.split_once('<') {
        assert!(!text.contains('>') && !text.contains('\u{1}'), "{text}");
        let (tag, next) = after.split_once('>').expect("a tag ends");
        let name = tag.split([' ', '/']).find(|it| !it.is_empty()).unwrap();
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (true, _) => assert_eq!(open.pop(), Some(name), "{svg}"),
            (false, true) => (),
            (false, false) => open.push(name),
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        assert!(!tag.contains("style=") && !tag.contains("NaN"), "{tag}");
        rest = next;
    }
    assert!(open.is_empty() && rest.is_empty(), "{svg}");
    assert!(svg.starts_with("<svg ") && svg.contains(" role=\"img\""));
    assert!(svg.contains("<title id=") && svg.contains("<desc id="));
}

#[track_caller]
fn check_table(table: &[Row], rows: usize, columns: usize) {
    assert_eq!(table.len(), rows);
    assert!(table.iter().all(|it| it.values.len() == columns));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bars_draw_anything(caption in caption(), rows in prop::collection::vec((words(), value()), 0..9)) {
        let bar = |(name, value): (String, Option<i64>)| Bar { name, value, label: label(value) };
        let chart = Bars { caption, rows: rows.into_iter().map(bar).collect() };
        check(&chart.svg());
        prop_assert_eq!(chart.svg(), chart.svg());
        check_table(&chart.table(), chart.rows.len(), 1);
    }

    #[test]
    fn stacks_draw_anything(caption in caption(), rows in named_rows(), parts in prop::collection::vec(words(), 0..6)) {
        let rows: Vec<Stack> = rows.into_iter().map(|(name, values)| Stack { name, values }).collect();
        let (count, columns) = (rows.len(), parts.len());
        let chart = Stacked { caption, parts, rows, numbers: NUMBERS, none: "chưa có".to_owned() };
        check(&chart.svg());
        check_table(&chart.table(), count, columns);
    }

    #[test]
    fn lines_draw_anything(caption in caption(), rows in named_rows(), points in prop::collection::vec(words(), 0..60)) {
        let series: Vec<Series> = rows.into_iter().map(|(name, values)| Series { name, values }).collect();
        let (count, columns) = (points.len(), series.len());
        let chart = Lines { caption, points, series, numbers: NUMBERS, none: "chưa có".to_owned() };
        check(&chart.svg());
        check_table(&chart.table(), count, columns);
    }

    #[test]
    fn multiples_draw_anything(caption in caption(), rows in named_rows(), columns in prop::collection::vec(words(), 0..14)) {
        let panel = |(name, values): (String, Vec<Option<i64>>)| {
            let labels = values.iter().map(|it| label(*it)).collect();
            Panel { name, values, labels }
        };
        let chart = Multiples { caption, columns, panels: rows.into_iter().map(panel).collect() };
        check(&chart.svg());
        check_table(&chart.table(), chart.panels.len(), chart.columns.len());
    }

    #[test]
    fn calendars_draw_anything(caption in caption(), rows in named_rows(), columns in prop::collection::vec(words(), 0..14)) {
        let classes = Classes::of(rows.iter().flat_map(|it| it.1.iter().flatten().copied()));
        let cell = |value: Option<i64>| HeatCell { value, label: label(value) };
        let row = |(name, values): (String, Vec<Option<i64>>)| {
            HeatRow { name, cells: values.into_iter().map(cell).collect() }
        };
        let rows: Vec<HeatRow> = rows.into_iter().map(row).collect();
        let (count, wide) = (rows.len(), columns.len());
        let chart = Heat { caption, columns, rows, classes, numbers: NUMBERS, none: "chưa có".to_owned() };
        check(&chart.svg());
        check_table(&chart.table(), count, wide);
    }

    #[test]
    fn maps_draw_anything(caption in caption(), values in prop::collection::vec((words(), value()), 0..200), note in words()) {
        let codes: Vec<String> = (0..values.len()).map(|it| format!("c{it}")).collect();
        let outlines = Outlines::cells(codes.iter().map(String::as_str));
        let classes = Classes::of(values.iter().filter_map(|it| it.1));
        let shade = |(at, (name, value)): (usize, (String, Option<i64>))| {
            Shade { code: format!("c{at}"), name, value, label: label(value) }
        };
        let shades: Vec<Shade> = values.into_iter().enumerate().map(shade).collect();
        let count = shades.len();
        let (none, notes) = ("chưa có".to_owned(), vec![note]);
        let map = Choropleth { caption, outlines: &outlines, shades, classes, numbers: NUMBERS, none, notes };
        let svg = map.svg();
        check(&svg);
        prop_assert_eq!(svg.matches("class=\"area ").count(), count);
        check_table(&map.table(), count, 1);
    }

    #[test]
    fn classes_hold_every_value_in_order(values in prop::collection::vec(prop_oneof![any::<i64>(), 0..50_i64], 0..80)) {
        let classes = Classes::of(values.iter().copied());
        prop_assert!(classes.all().len() <= Classes::MOST);
        prop_assert!(classes.all().iter().all(|it| it.from <= it.to));
        prop_assert!(classes.all().windows(2).all(|it| it[0].to < it[1].from));
        for value in &values {
            let held: Vec<usize> = (0..classes.all().len())
                .filter(|at| (classes.all()[*at].from..=classes.all()[*at].to).contains(value)).collect();
            prop_assert_eq!(held.len(), 1);
            prop_assert_eq!(classes.name(*value), classes.name_at(held[0]));
        }
    }

    #[test]
    fn any_text_is_outlines_or_refused(text in "(#|height|area|inset|[a-z0-9\tMlz -]){0,20}\n?.{0,40}") {
        let _ = Outlines::parse(&text);
    }
}

#[test]
fn what_is_not_known_never_looks_like_zero() {
    let bar = |name: &str, value| Bar { name: name.to_owned(), value, label: label(value) };
    let svg = Bars { caption: Caption::default(), rows: vec![bar("a", Some(0)), bar("b", None)] }.svg();
    assert_eq!(svg.matches("class=\"bar\"").count(), 1);
    assert_eq!(svg.matches("class=\"none\" fill=\"url(#p--n)\"").count(), 1);
}

#[test]
fn fixed_classes_are_taken_as_agreed() {
    let classes =
        Classes::fixed(&[Class { from: 0, to: 49 }, Class { from: 50, to: 99 }, Class { from: 100, to: 100 }]);
    assert_eq!([0, 49, 50, 99, 100, 150].map(|it| classes.name(it)), ["c1", "c1", "c3", "c3", "c5", "c5"]);
}
