pub(crate) mod teams;
pub(crate) mod terms;

use kernel::{Day, Instant};

/// A day that the store holds; one that does not read is before all others.
fn day(text: &str) -> Day {
    Day::parse(text).unwrap_or(Day::BEGINNING)
}

fn maybe_day(text: Option<String>) -> Option<Day> {
    text.map(|it| day(&it))
}

fn text(day: Option<Day>) -> Option<String> {
    day.map(|it| it.to_string())
}

fn micros(at: Option<Instant>) -> Option<i64> {
    at.map(Instant::micros)
}
