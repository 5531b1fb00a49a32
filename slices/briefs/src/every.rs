//! The reports of all units of a level, one after the other: what `binhyen briefs` calls.

use figures::Boundaries;
use kernel::{Level, Period, UnitId};
use tokio::task::JoinSet;
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

/// Writes the report of every such unit in these formats, as many at once as there are cores; `take` gets each file with
/// its name (`tinh-mau/M0001-xa-mau-01-2026.docx`), `told` how many of how many reports are done. No more reports are held
/// than are being written, so memory does not grow with their number.
///
/// # Errors
/// The first failure ends it: of a report, or of `take`.
pub async fn every(
    app: &App,
    asked: &Every,
    formats: &[Format],
    take: impl Fn(&str, &[u8]) -> std::io::Result<()> + Clone + Send + 'static,
    told: impl Fn(usize, usize),
) -> Result<Done, BriefError> {
    let all = wanted(app, asked);
    let count = all.len();
    let (mut done, mut running) = (Done::default(), JoinSet::<Result<(usize, u64), BriefError>>::new());
    told(0, count);
    for (name, wanted) in all {
        let leave = app.heavy.clone().acquire_owned().await;
        let mut conn = app.db.read().await?;
        let brief = write(app, &mut conn, &wanted).await?;
        drop(conn);
        let (formats, take) = (formats.to_vec(), take.clone());
        running.spawn_blocking(move || {
            let mut bytes = 0;
            for format in &formats {
                let file = render(&brief, *format)?;
                take(&format!("{name}.{}", format.extension()), &file)?;
                bytes += u64::try_from(file.len()).unwrap_or(u64::MAX);
            }
            drop(leave);
            Ok((formats.len(), bytes))
        });
        while let Some(one) = running.try_join_next() {
            done.add(one??);
            told(done.reports, count);
        }
    }
    while let Some(one) = running.join_next().await {
        done.add(one??);
        told(done.reports, count);
    }
    Ok(done)
}

impl Done {
    fn add(&mut self, (files, bytes): (usize, u64)) {
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
        let province = returns::acts::province_of(&register, it.id, day).and_then(|it| register.nearest(it, day));
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
    all.map(one).collect()
}
