//! Measures the country's year: our side on SQLite and PostgreSQL, the others on PostgreSQL, in one run.
//!
//! `national [FACTOR]` prints Markdown. It wants a PostgreSQL of its own in `$TEST_POSTGRES`; `make bench` starts one.
//! FACTOR shrinks every scale, to try the program itself. Figures are told, never judged.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to the person at the terminal")]

mod meter;
mod ours;
mod peer;
mod report;

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use meter::{Meter, Spent};
use ours::{Asked, Loaded};
use peer::{Shape, Side};
use report::{Desk, Times, bytes, milliseconds, rate, row, seconds};

/// One question of a desk.
type Pick = fn(&Desk) -> &Times;

/// One of our own runs.
struct Ours {
    name: String,
    loaded: Loaded,
    asked: Asked,
    size: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["ask", place, scale, server] => {
            let meter = Meter { server: server.parse().ok() };
            let asked = ours::ask(place, scale.parse()?, meter).await?;
            print!("{}", lines(&asked));
            Ok(())
        }
        [] => run(1.0).await,
        [factor] => run(factor.parse().context("national [FACTOR]")?).await,
        _ => anyhow::bail!("national [FACTOR]"),
    }
}

async fn run(factor: f64) -> Result<()> {
    let folder = env::temp_dir().join(format!("binhyen-national-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let measured = measure(&folder, factor).await;
    std::fs::remove_dir_all(&folder)?;
    measured
}

async fn measure(folder: &Path, factor: f64) -> Result<()> {
    let server = env::var("TEST_POSTGRES").ok();
    let mut sides = Vec::new();
    let mut all = Vec::new();
    if let Some(server) = &server {
        let meter = Meter { server: Some(peer::first_process(server).await?) };
        let tenth = 0.1 * factor;
        let app = ours::open(&folder.join("units.db").to_string_lossy()).await?;
        let nation = ours::nation(&app, tenth);
        for (shape, name) in [(Shape::RollUp, "rollup"), (Shape::Dhis2, "dhis2")] {
            eprintln!("==> {name}");
            let place = peer::create(server, &format!("bench_{name}")).await?;
            sides.push((shape, peer::run(shape, &place, &nation, &app.register.get(), meter).await?));
        }
        app.db.close().await;
        eprintln!("==> ours on PostgreSQL");
        let place = peer::create(server, "bench_ours").await?;
        let loaded = ours::load(&place, folder, tenth, meter).await?;
        let asked = in_a_new_process(&place, tenth, meter)?;
        all.push(Ours { name: "1/10, PostgreSQL".to_owned(), loaded, asked, size: peer::size(&place).await? });
    }
    for (scale, name) in [(0.01, "1/100, SQLite"), (0.1, "1/10, SQLite"), (1.0, "1, SQLite")] {
        eprintln!("==> ours, {name}");
        let meter = Meter { server: None };
        let file = folder.join("ours.db");
        let place = file.to_string_lossy().into_owned();
        let loaded = ours::load(&place, folder, scale * factor, meter).await?;
        let size = meter::file_size(&file);
        let asked = in_a_new_process(&place, scale * factor, meter)?;
        all.push(Ours { name: name.to_owned(), loaded, asked, size });
        std::fs::remove_file(&file)?;
    }
    tell(&all, &sides);
    Ok(())
}

fn tell(all: &[Ours], sides: &[(Shape, Side)]) {
    println!(
        "| Bình Yên | figures | load | load CPU | on disk | written | start | start CPU | memory | of it figures |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for it in all {
        let Loaded { figures, spent, written, .. } = &it.loaded;
        println!(
            "{}",
            row([
                it.name.clone(),
                figures.to_string(),
                format!("{}, {}", seconds(spent.wall), rate(*figures, spent.wall)),
                format!("{}, {}", seconds(spent.cpu), rate(*figures, spent.cpu)),
                bytes(it.size),
                bytes(*written),
                seconds(it.asked.start.wall),
                seconds(it.asked.start.cpu),
                bytes(it.asked.memory),
                bytes(it.asked.engine),
            ])
        );
    }
    if !sides.is_empty() {
        println!("\n| others, 1/10 on PostgreSQL | figures | COPY | COPY CPU | keys CPU | totals CPU | on disk |");
        println!("|---|---|---|---|---|---|---|");
    }
    for (shape, it) in sides {
        println!(
            "{}",
            row([
                name_of(*shape).to_owned(),
                it.figures.to_string(),
                format!("{}, {}", seconds(it.copied.wall), rate(it.figures, it.copied.wall)),
                format!("{}, {}", seconds(it.copied.cpu), rate(it.figures, it.copied.cpu)),
                seconds(it.keyed.cpu),
                seconds(it.totals.cpu),
                bytes(it.size),
            ])
        );
    }
    println!("\n| question (p50 / p95 / CPU of one) | cells | {} |", heads(all, sides).join(" | "));
    println!("|---|---|{}", "---|".repeat(all.len() + sides.len()));
    let questions: [(&str, Pick); 4] = [
        ("one commune, 60 indicators, a month", |it| &it.unit),
        ("communes of a province × 60, a month", |it| &it.province),
        ("country, 5 indicators × 12 months", |it| &it.series),
        ("all communes × 60, a month, written out", |it| &it.national),
    ];
    for (name, pick) in questions {
        let desks = all.iter().map(|it| &it.asked.desk).chain(sides.iter().map(|it| &it.1.desk));
        let told: Vec<String> = desks.clone().map(|it| pick(it).told()).collect();
        let cells = desks.map(|it| pick(it).cells).max().unwrap_or(0);
        println!("| {name} | {cells} | {} |", told.join(" | "));
        let firsts = all.iter().map(|it| &it.asked.desk).chain(sides.iter().map(|it| &it.1.desk));
        let told: Vec<String> = firsts.map(|it| milliseconds(pick(it).first)).collect();
        println!("| … the first time | | {} |", told.join(" | "));
    }
    let accepted = all.iter().map(|it| Some(&it.asked.accepted)).chain(sides.iter().map(|it| it.1.accepted.as_ref()));
    let told: Vec<String> = accepted.map(|it| it.map_or("waits for the night".to_owned(), Times::told)).collect();
    println!("| one return of 60 figures, in all totals | 60 | {} |", told.join(" | "));
}

fn heads(all: &[Ours], sides: &[(Shape, Side)]) -> Vec<String> {
    let ours = all.iter().map(|it| it.name.clone());
    ours.chain(sides.iter().map(|it| format!("{}, 1/10", name_of(it.0)))).collect()
}

fn name_of(shape: Shape) -> &'static str {
    match shape {
        Shape::Dhis2 => "DHIS2-shaped",
        Shape::RollUp => "roll-up table",
    }
}

/// A process that has done nothing else: its memory and its start are those of a server.
fn in_a_new_process(place: &str, scale: f64, meter: Meter) -> Result<Asked> {
    let server = meter.server.map_or("-".to_owned(), |it| it.to_string());
    let told = Command::new(env::current_exe()?)
        .args(["ask", place, &scale.to_string(), &server])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(told.status.success(), "asking ended with {}", told.status);
    let text = String::from_utf8(told.stdout)?;
    let mut numbers = text.split_whitespace().map(str::parse::<u64>);
    let mut next = || numbers.next().context("half an answer")?.context("no number");
    let mut asked = Asked {
        start: Spent { wall: Duration::from_nanos(next()?), cpu: Duration::from_nanos(next()?) },
        memory: next()?,
        engine: next()?,
        ..Asked::default()
    };
    let Desk { unit, province, series, national } = &mut asked.desk;
    for it in [unit, province, series, national, &mut asked.accepted] {
        *it = Times {
            first: Duration::from_nanos(next()?),
            p50: Duration::from_nanos(next()?),
            p95: Duration::from_nanos(next()?),
            cpu: Duration::from_nanos(next()?),
            cells: usize::try_from(next()?)?,
        };
    }
    Ok(asked)
}

/// What [`in_a_new_process`] reads.
fn lines(asked: &Asked) -> String {
    let nanos = |it: Duration| it.as_nanos().to_string();
    let mut numbers =
        vec![nanos(asked.start.wall), nanos(asked.start.cpu), asked.memory.to_string(), asked.engine.to_string()];
    let Desk { unit, province, series, national } = &asked.desk;
    for it in [unit, province, series, national, &asked.accepted] {
        numbers.extend([it.first, it.p50, it.p95, it.cpu].map(nanos));
        numbers.push(it.cells.to_string());
    }
    numbers.join("\n")
}
