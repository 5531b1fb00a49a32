//! Measures the country's year: our side on SQLite and PostgreSQL, the others on PostgreSQL, in one run.
//!
//! `national [FACTOR]` prints Markdown. It wants a PostgreSQL of its own in `$TEST_POSTGRES`; `make bench` starts one.
//! FACTOR shrinks every scale, to try the program itself. Figures are told, never judged.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to the person at the terminal")]

mod fresh;
mod growth;
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

use fresh::Delays;
use growth::Point;
use meter::{Meter, Spent};
use ours::{Asked, Loaded};
use peer::{Shape, Side};
use report::{Desk, Times, bytes, milliseconds, rate, row, seconds};

/// Where pictures of the documents lie.
const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/pictures");

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
        ["ask", place, totals, scale, server] => {
            let meter = Meter { server: server.parse().ok() };
            let asked = ours::ask(place, Path::new(totals), scale.parse()?, meter).await?;
            print!("{}", lines(&asked));
            Ok(())
        }
        ["restart", place, totals, server] => {
            let meter = Meter { server: server.parse().ok() };
            let (spent, memory, again) = ours::restart(place, Path::new(totals), meter).await?;
            let again = (again.wall.as_nanos(), again.cpu.as_nanos());
            print!("{} {} {memory} {} {}", spent.wall.as_nanos(), spent.cpu.as_nanos(), again.0, again.1);
            Ok(())
        }
        ["watch", place] => fresh::watch(place).await,
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
    let mut fresh = Delays::default();
    if let Some(server) = &server {
        let meter = Meter { server: Some(peer::first_process(server).await?) };
        let tenth = 0.1 * factor;
        let app = ours::open(&folder.join("units.db").to_string_lossy(), None).await?;
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
        let asked = in_a_new_process(&place, folder, tenth, meter)?;
        let size = peer::size(&place).await?;
        eprintln!("==> another server follows");
        fresh = fresh::measure(&place, tenth).await?;
        all.push(Ours { name: "1/10, PostgreSQL".to_owned(), loaded, asked, size });
    }
    for (scale, name) in [(0.01, "1/100, SQLite"), (0.1, "1/10, SQLite"), (1.0, "1, SQLite")] {
        eprintln!("==> ours, {name}");
        let meter = Meter { server: None };
        let file = folder.join("ours.db");
        let place = file.to_string_lossy().into_owned();
        let loaded = ours::load(&place, folder, scale * factor, meter).await?;
        let size = meter::file_size(&file);
        let asked = in_a_new_process(&place, folder, scale * factor, meter)?;
        all.push(Ours { name: name.to_owned(), loaded, asked, size });
        std::fs::remove_file(&file)?;
    }
    tell(&all, &sides, &fresh);
    let points: Vec<Point> = all.iter().filter_map(point).collect();
    for (name, svg, table) in growth::pictures(&points) {
        println!("\n{table}");
        // A trial at another size is no picture of the country.
        if (factor - 1.0).abs() < f64::EPSILON {
            std::fs::write(Path::new(PICTURES).join(format!("{name}.svg")), svg)?;
        }
    }
    Ok(())
}

fn point(it: &Ours) -> Option<Point<'_>> {
    let scale = it.name.strip_suffix(", SQLite")?;
    let scale = ["1/100", "1/10", "1"].into_iter().find(|it| *it == scale)?;
    let load = it.loaded.spent.cpu.as_micros() * 1000 / it.loaded.figures.max(1) as u128;
    Some(Point { scale, desk: &it.asked.desk, load })
}

fn tell(all: &[Ours], sides: &[(Shape, Side)], fresh: &Delays) {
    println!(
        "| Bình Yên | figures | load | load CPU | of it the server | on disk | written | start | start CPU | memory | of it figures |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for it in all {
        let Loaded { figures, spent, .. } = &it.loaded;
        println!(
            "{}",
            row([
                it.name.clone(),
                figures.to_string(),
                format!("{}, {}", seconds(spent.wall), rate(*figures, spent.wall)),
                format!("{}, {}", seconds(spent.cpu), rate(*figures, spent.cpu)),
                seconds(spent.server),
                bytes(it.size),
                bytes(spent.written),
                seconds(it.asked.start.wall),
                seconds(it.asked.start.cpu),
                bytes(it.asked.memory),
                bytes(it.asked.engine),
            ])
        );
    }
    println!("\n| file of totals | size | written | start with it | start CPU | memory | a year brought back | CPU |");
    println!("|---|---|---|---|---|---|---|---|");
    for it in all {
        let it = (&it.name, &it.asked);
        println!(
            "{}",
            row([
                it.0.clone(),
                bytes(it.1.kept_size),
                seconds(it.1.kept.wall),
                seconds(it.1.restart.wall),
                seconds(it.1.restart.cpu),
                bytes(it.1.restart_memory),
                seconds(it.1.brought_back.wall),
                seconds(it.1.brought_back.cpu),
            ])
        );
    }
    if !fresh.returns.is_empty() {
        println!("\n| known to another server after | how many | p50 | p99 | most |\n|---|---|---|---|---|");
        for (name, delays) in [("a return", &fresh.returns), ("a change of units", &fresh.reforms)] {
            let at = |part: usize| milliseconds(delays[(delays.len() - 1) * part / 100]);
            println!("{}", row([name.to_owned(), delays.len().to_string(), at(50), at(99), at(100)]));
        }
    }
    if !sides.is_empty() {
        println!(
            "\n| others, 1/10 on PostgreSQL | figures | COPY | COPY CPU | written | keys CPU | totals CPU | on disk |"
        );
        println!("|---|---|---|---|---|---|---|---|");
    }
    for (shape, it) in sides {
        println!(
            "{}",
            row([
                name_of(*shape).to_owned(),
                it.figures.to_string(),
                format!("{}, {}", seconds(it.copied.wall), rate(it.figures, it.copied.wall)),
                format!("{}, {}", seconds(it.copied.cpu), rate(it.figures, it.copied.cpu)),
                bytes(it.copied.written),
                seconds(it.keyed.cpu),
                seconds(it.totals.cpu),
                bytes(it.size),
            ])
        );
    }
    for kept in sides.iter().filter_map(|it| it.1.kept.map(|kept| (it.1.figures, kept))) {
        let (figures, spent) = kept;
        println!(
            "\n| COPY, one row per figure, into a table with its key, durable | CPU | written |\n|---|---|---|\n{}",
            row([
                format!("{}, {}", seconds(spent.wall), rate(figures, spent.wall)),
                format!("{}, {}", seconds(spent.cpu), rate(figures, spent.cpu)),
                bytes(spent.written),
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
    let carried = all.iter().map(|it| Some(&it.asked.carried)).chain(sides.iter().map(|_| None));
    let told: Vec<String> = carried.map(|it| it.map_or("–".to_owned(), Times::told)).collect();
    let cells = all.iter().map(|it| it.asked.carried.cells).max().unwrap_or(0);
    println!(
        "| communes of a province × 60, January under the boundaries of December | {cells} | {} |",
        told.join(" | ")
    );
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
fn in_a_new_process(place: &str, folder: &Path, scale: f64, meter: Meter) -> Result<Asked> {
    let totals = folder.join("totals");
    let server = meter.server.map_or("-".to_owned(), |it| it.to_string());
    let told = Command::new(env::current_exe()?)
        .args(["ask", place, &totals.to_string_lossy(), &scale.to_string(), &server])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(told.status.success(), "asking ended with {}", told.status);
    let text = String::from_utf8(told.stdout)?;
    let mut numbers = text.split_whitespace().map(str::parse::<u64>);
    let mut next = || numbers.next().context("half an answer")?.context("no number");
    let mut asked = Asked {
        start: spent(next()?, next()?),
        memory: next()?,
        engine: next()?,
        kept: spent(next()?, next()?),
        kept_size: next()?,
        ..Asked::default()
    };
    let Desk { unit, province, series, national } = &mut asked.desk;
    for it in [unit, province, series, national, &mut asked.carried, &mut asked.accepted] {
        *it = Times {
            first: Duration::from_nanos(next()?),
            p50: Duration::from_nanos(next()?),
            p95: Duration::from_nanos(next()?),
            cpu: Duration::from_nanos(next()?),
            cells: usize::try_from(next()?)?,
        };
    }
    let told = Command::new(env::current_exe()?)
        .args(["restart", place, &totals.to_string_lossy(), &server])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(told.status.success(), "starting again ended with {}", told.status);
    let text = String::from_utf8(told.stdout)?;
    let numbers: Vec<u64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [wall, cpu, memory, again_wall, again_cpu] = numbers.as_slice() else { anyhow::bail!("half an answer") };
    asked.restart = spent(*wall, *cpu);
    asked.restart_memory = *memory;
    asked.brought_back = spent(*again_wall, *again_cpu);
    Ok(asked)
}

fn spent(wall: u64, cpu: u64) -> Spent {
    Spent { wall: Duration::from_nanos(wall), cpu: Duration::from_nanos(cpu), ..Spent::default() }
}

/// What [`in_a_new_process`] reads.
fn lines(asked: &Asked) -> String {
    let nanos = |it: Duration| it.as_nanos().to_string();
    let mut numbers =
        vec![nanos(asked.start.wall), nanos(asked.start.cpu), asked.memory.to_string(), asked.engine.to_string()];
    numbers.extend([nanos(asked.kept.wall), nanos(asked.kept.cpu), asked.kept_size.to_string()]);
    let Desk { unit, province, series, national } = &asked.desk;
    for it in [unit, province, series, national, &asked.carried, &asked.accepted] {
        numbers.extend([it.first, it.p50, it.p95, it.cpu].map(nanos));
        numbers.push(it.cells.to_string());
    }
    numbers.join("\n")
}
