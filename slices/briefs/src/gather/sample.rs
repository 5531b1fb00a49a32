//! A small invented world for the tests of the wording.

use kernel::{Coverage, Level};

use super::*;
use crate::words::Words;

pub(crate) fn today() -> Day {
    Day::parse("2026-11-21").unwrap()
}

pub(crate) fn unit(full_name: &str, name: &str) -> UnitState {
    UnitState {
        name: name.into(),
        full_name: full_name.into(),
        kind: "tinh".into(),
        synthetic: false,
        ..UnitState::invented(1, Level::Province, None)
    }
}

pub(crate) fn words() -> Words {
    Words::new(&unit("Tỉnh Mẫu", "Mẫu"), Period::parse("2021").unwrap(), today())
}

pub(crate) fn figure(code: &str, value: i64) -> Figure {
    let indicator = forms::catalogue().unwrap().by_code(code).unwrap().clone();
    let total = Total {
        value: Some(value),
        qualifier: Some(Qualifier::Exact),
        coverage: Some(Coverage::Own),
        reported: 1,
        exact: true,
        ..Total::default()
    };
    let answer = Answer {
        unit: UnitId(1),
        code: "MAU".into(),
        full_name: "Tỉnh Mẫu".into(),
        on: today(),
        period: Period::parse("2021").unwrap(),
        indicator,
        boundaries: Boundaries::Then,
        boundaries_word: "then".into(),
        total,
    };
    Figure { answer, before: None, notes: Vec::new(), estimated: false, partial: false, every: None }
}

pub(crate) fn ratio(code: &str, value: i64, of: i64) -> Figure {
    let mut figure = figure(code, value);
    figure.answer.total.of = Some(of);
    figure
}

pub(crate) fn percent(code: &str, hundredths: i64) -> Figure {
    let mut figure = figure(code, hundredths);
    figure.answer.total.percent_only = true;
    figure
}
