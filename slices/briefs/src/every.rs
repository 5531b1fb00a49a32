//! The reports of all units of a level, one after the other: what `binhyen briefs` calls.
//!
//! The typesetter remembers what it has laid out behind locks that all threads share, so that two reports at once in one
//! process take as long as one after the other. Who wants to use every core lets several processes write a [`Part`] each.

use figures::Boundaries;
use kernel::{Level, Period, UnitId};
use tokio::task::JoinHandle;
use web::App;

use crate::{BriefError, Format, Wanted, Wording, pages::slug, render, write};

/// Whose reports are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Every {
    /// The unit at the top.
    pub top: UnitId,
    /// The level of the units that report: below the top, or the top itself.
    pub level: Level,
    /// The period.
    pub period: Period,
    /// Under whose boundaries.
    pub boundaries: Boundaries,
    /// Which of the reports.
    pub part: Part,
}

/// A share of the reports: each `of`-th, from number `at` on, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Where it begins.
    pub at: usize,
    /// How many such shares there are; at least 1.
    pub of: usize,
}

impl Part {
    /// All of them.
    pub const WHOLE: Part = Part { at: 0, of: 1 };
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Reports, whatever their formats.
    pub reports: usize,
    /// Files.
    pub files: usize,
    /// Bytes of all files.
    pub bytes: u64,
}

/// How many reports are asked for, in this part.
pub fn count(app: &App, asked: &Every) -> usize {
    wanted(app, asked).len()
}

/// Writes the report of every such unit in these formats; while one is laid out, the figures of the next are gathered.
/// `take` gets each file with its name (`tinh-mau/M0001-xa-mau-01-2026.docx`), `told` what is done so far. No more than two
/// reports are held, so memory does not grow with their number.
///
/// # Errors
/// The first failure ends it: of a report, or of `take`.
pub async fn every(
    app: &App,
    asked: &Every,
    formats: &[Format],
    take: impl Fn(&str, &[u8]) -> std::io::Result<()> + Clone + Send + 'static,
    told: impl Fn(&Done),
) -> Result<Done, BriefError> {
    let mut done = Done::default();
    let mut running: Option<JoinHandle<Result<(usize, u64), BriefError>>> = None;
    for (name, wanted) in wanted(app, asked) {
        let mut conn = app.db.read().await?;
        let brief = write(app, &mut conn, &wanted).await?;
        drop(conn);
        if let Some(before) = running.take() {
            done.add_one(before.await??);
            told(&done);
        }
        let (formats, take) = (formats.to_vec(), take.clone());
        running = Some(tokio::task::spawn_blocking(move || {
            let mut bytes = 0;
            for format in &formats {
                let file = render(&brief, *format)?;
                take(&format!("{name}.{}", format.extension()), &file)?;
                bytes += u64::try_from(file.len()).unwrap_or(u64::MAX);
            }
            Ok((formats.len(), bytes))
        }));
    }
    if let Some(last) = running {
        done.add_one(last.await??);
        told(&done);
    }
    Ok(done)
}

impl std::ops::Add for Done {
    type Output = Done;

    fn add(self, other: Done) -> Done {
        let (reports, files) = (self.reports + other.reports, self.files + other.files);
        Done { reports, files, bytes: self.bytes + other.bytes }
    }
}

impl Done {
    fn add_one(&mut self, (files, bytes): (usize, u64)) {
        self.reports += 1;
        self.files += files;
        self.bytes += bytes;
    }
}

/// Who reports, each with the name of its files, in the register's order.
fn wanted(app: &App, asked: &Every) -> Vec<(String, Wanted)> {
    let register = app.register.get();
    let (day, word) = match asked.boundaries {
        Boundaries::Then => (asked.period.last(), "then".to_owned()),
        Boundaries::On(day) => (day, day.to_string()),
    };
    let below = register.descendants(asked.top, day);
    let all = register.get(asked.top, day).into_iter().chain(below).filter(|it| it.level == asked.level);
    let one = |it: &kernel::UnitState| {
        let province = register.province_of(it.id, day).and_then(|it| register.nearest(it, day));
        let folder = province.map(|it| slug(&it.full_name)).unwrap_or_default();
        let wanted = Wanted {
            unit: it.id,
            on: day,
            period: asked.period,
            boundaries: asked.boundaries,
            boundaries_word: word.clone(),
            wording: Wording::of(asked.period.frequency()),
            committee: None,
            held: <(String, String)>::default(),
        };
        (format!("{folder}/{}-{}", it.code, slug(&format!("{} {}", it.full_name, asked.period))), wanted)
    };
    all.skip(asked.part.at).step_by(asked.part.of.max(1)).map(one).collect()
}
