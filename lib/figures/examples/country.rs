//! The engine alone, without a database: a country's year of invented figures, what it weighs, how fast it answers.
//!
//! `cargo run --release -p figures --example country [SCALE]` prints Markdown; SCALE 1 is 89,964 villages × 60 indicators ×
//! 12 months. A tenth of the communes end on 2026-04-15 and go on under another id, so that figures of the first months
//! are carried over when they are asked for under today's boundaries. Processor time is what a quiet machine shows; the
//! least of many times is printed beside the median, because a busy one shows more.
#![expect(clippy::print_stdout, reason = "a program that talks to the person at the terminal")]

use std::{collections::HashMap, sync::Arc, time::Instant};

use figures::{
    Across, Amount, Apportionment, Assignment, Boundaries, Calendar, Cell, Day, Engine, Frequency, Hierarchy,
    Indicator, IndicatorId, Kind, OverTime, Period, Span, Succession, UnitId, codec,
};

const PROVINCES: i64 = 34;
const COMMUNES: i64 = 98;
const INDICATORS: IndicatorId = 60;
/// Villages in each commune at scale 1.
const VILLAGES: f64 = 27.0;

struct Land {
    engine: Engine,
    months: Vec<Period>,
    /// Those that last.
    communes: Vec<UnitId>,
    villages: Vec<UnitId>,
}

fn main() {
    let scale = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(1.0);
    let mut land = land(scale);
    let start = Instant::now();
    load(&mut land);
    let (loaded, figures) = (start.elapsed(), land.engine.figures());
    println!(
        "{figures} figures taken in {:.1} s, held in {} MB\n",
        loaded.as_secs_f64(),
        land.engine.memory() / 1_000_000
    );
    let standing = land.engine.standing();
    let start = Instant::now();
    let books: Vec<Vec<u8>> = standing.books().collect();
    let saved = start.elapsed();
    let mut again = land.engine.emptied();
    let start = Instant::now();
    let restored = books.iter().filter(|it| again.restore(it).is_ok()).count();
    println!(
        "{restored} books of {} MB made in {:.2} s, taken back in {:.2} s\n",
        books.iter().map(Vec::len).sum::<usize>() / 1_000_000,
        saved.as_secs_f64(),
        start.elapsed().as_secs_f64()
    );
    drop((books, again));
    println!("| question | cells | nobody owes: least / median | everybody owes: least / median |\n|---|---|---|---|");
    let free = ask(&land);
    let months = Assignment {
        form: 1,
        indicators: (1..=INDICATORS).collect(),
        calendar: Calendar::Civil,
        frequency: Frequency::Month,
        class: 4,
        top: 1,
        from: Day::BEGINNING,
        until: Day::NEVER,
    };
    land.engine.set_assignments(vec![months]);
    for ((name, cells, free), (_, _, owed)) in free.into_iter().zip(ask(&land)) {
        println!("| {name} | {cells} | {free} | {owed} |");
    }
}

fn land(scale: f64) -> Land {
    #[expect(clippy::cast_possible_truncation, reason = "a small number of villages")]
    let in_each = (VILLAGES * scale).round().max(1.0) as i64;
    let reform = Day::new(2026, 4, 15).unwrap_or(Day::NEVER);
    let span = |unit, parent, class, from, until| Span { unit, parent, class, from, until };
    let always = |unit, parent, class| span(unit, parent, class, Day::BEGINNING, Day::NEVER);
    let mut spans = vec![always(1, None, 0)];
    let (mut successions, mut communes, mut villages) = (Vec::new(), Vec::new(), Vec::new());
    for province in 10..10 + PROVINCES {
        spans.push(always(province, Some(1), 1));
        for number in 0..COMMUNES {
            let (commune, heir) = (province * 1_000 + number, 1_000_000 + province * 1_000 + number);
            let goes = number % 10 == 0;
            if goes {
                spans.push(span(commune, Some(province), 3, Day::BEGINNING, reform));
                spans.push(span(heir, Some(province), 3, reform, Day::NEVER));
                successions.push(Succession { predecessor: commune, successor: heir, on: reform, population: None });
            } else {
                spans.push(always(commune, Some(province), 3));
                communes.push(commune);
            }
            for village in 0..in_each {
                let village = 10_000_000 + commune * 100 + village;
                villages.push(village);
                if goes {
                    spans.push(span(village, Some(commune), 4, Day::BEGINNING, reform));
                    spans.push(span(village, Some(heir), 4, reform, Day::NEVER));
                } else {
                    spans.push(always(village, Some(commune), 4));
                }
            }
        }
    }
    let count = |id| Indicator {
        id,
        kind: Kind::Count,
        across: Across::Sum,
        over_time: OverTime::Sum,
        numerator: Vec::new(),
        denominator: Vec::new(),
    };
    let hierarchy = match Hierarchy::new(spans, successions, HashMap::new()) {
        Ok(it) => Arc::new(it),
        Err(err) => panic!("{err}"),
    };
    let engine = Engine::new(hierarchy, (1..=INDICATORS).map(count).collect());
    let months = (1..=12).filter_map(|it| Period::new(Calendar::Civil, 2026, Frequency::Month, it)).collect();
    Land { engine, months, communes, villages }
}

fn load(land: &mut Land) {
    let mut version = 0;
    for month in &land.months {
        for village in &land.villages {
            version += 1;
            let value = |id: IndicatorId| {
                (village * 31 + i64::from(id) * 17 + version) % if id.is_multiple_of(10) { 5_000 } else { 48 }
            };
            let cell = |id| Cell {
                indicator: id,
                amount: Amount { value: value(id), ..Amount::default() },
                ..Cell::default()
            };
            let cells: Vec<Cell> = (1..=INDICATORS).map(cell).collect();
            if let Err(err) = land.engine.load(*village, *month, None, version, &codec::encode(&cells)) {
                panic!("{err}");
            }
        }
    }
}

/// The questions, how many cells each answer has, and how long they take.
fn ask(land: &Land) -> Vec<(String, usize, String)> {
    let ids: Vec<IndicatorId> = (1..=INDICATORS).collect();
    let mut told = Vec::new();
    let today = Boundaries::On(Day::new(2026, 11, 1).unwrap_or(Day::NEVER));
    for (word, boundaries) in [("then", Boundaries::Then), ("now", today)] {
        let table = |units: &[UnitId], ids: &[IndicatorId], month: usize| {
            let found = land.engine.table(units, ids, land.months[month], boundaries, Apportionment::None);
            found.map_or(0, |it| it.totals.len())
        };
        let unit = |at: usize| table(&[land.communes[at * 17 % land.communes.len()]], &ids, 1);
        told.push(timed(format!("one commune × 60, February, {word}"), 2_000, unit));
        let province = |at: usize| {
            let unit = 10 + i64::try_from(at).unwrap_or(0) % PROVINCES;
            let found = land.engine.totals_of_children(unit, &ids, land.months[1], boundaries);
            found.map_or(0, |it| it.totals.len())
        };
        told.push(timed(format!("communes of a province × 60, February, {word}"), 200, province));
        let series = |_| (0..land.months.len()).map(|it| table(&[1], &ids[..5], it)).sum();
        told.push(timed(format!("country, 5 indicators × 12 months, {word}"), 200, series));
        let blocks = |_| land.communes.chunks(64).map(|it| table(it, &ids, 1)).sum();
        told.push(timed(format!("all communes × 60, February, {word}, not written out"), 20, blocks));
    }
    told
}

fn timed(name: String, count: usize, ask: impl Fn(usize) -> usize) -> (String, usize, String) {
    let cells = ask(0);
    let mut times: Vec<f64> = Vec::with_capacity(count);
    for at in 0..count {
        let start = Instant::now();
        std::hint::black_box(ask(at));
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    (name, cells, format!("{:.1} µs / {:.1} µs", times[0], times[count / 2]))
}
