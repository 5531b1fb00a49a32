//! The commands that write and check papers.

use std::{io, path::Path, time::Duration};

use anyhow::Context;
use briefs::{Done, Format, Part};
use figures::Boundaries;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Day, Period};
use web::{App, Settings};

use crate::{
    brief_workers::{self, Workers},
    cli::{Briefs, Summary, Verify},
    commands::{level_of, read_day, say},
    start,
};

/// Writes the report of a unit.
///
/// # Errors
/// What was not understood, or failed.
pub(crate) async fn summary(app: &App, args: &Summary) -> anyhow::Result<()> {
    let format = args.out.extension().and_then(|it| it.to_str()).and_then(Format::from_extension).context(
        "đuôi tệp phải là .docx, .pdf, .xlsx, .html hoặc .json / the file must end in .docx, .pdf, .xlsx, .html or \
         .json",
    )?;
    let asked = briefs::Summary {
        unit: &args.unit,
        on: read_day(args.on.as_deref())?,
        period: &args.period,
        boundaries: &args.boundaries,
    };
    let bytes = briefs::summary(app, &asked, format).await?;
    whole(&args.out, &bytes).with_context(|| format!("không ghi được tệp / cannot write {}", args.out.display()))
}

/// Writes beside the target first, then renames: the old file stays whole until the new one is.
fn whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".tmp-binhyen");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, file)
}

/// Writes the reports of all units of a level.
///
/// # Errors
/// What was not understood, or the first failure.
pub(crate) async fn briefs(app: &App, args: &Briefs) -> anyhow::Result<()> {
    let format = |it: &String| {
        Format::from_extension(it.trim()).with_context(|| {
            format!("không có dạng tệp «{it}»; có: docx, pdf, xlsx, html, json / no such kind of file")
        })
    };
    let formats: Vec<Format> = args.format.iter().map(format).collect::<Result<_, _>>()?;
    let period = Period::parse(&args.period).map_err(returns::figure::AskError::from)?;
    let boundaries = match args.boundaries.as_str() {
        "then" => Boundaries::Then,
        "now" => Boundaries::On(app.clock.today()),
        day => Boundaries::On(Day::parse(day).with_context(|| {
            format!("«{day}» không phải địa giới; hãy ghi then, now hoặc một ngày / write then, now or a day")
        })?),
    };
    let on = if let Boundaries::On(day) = boundaries { day } else { period.last() };
    let top = returns::figure::resolve(&app.register.get(), &args.unit, on)?;
    let mut asked = briefs::Every { top, level: level_of(args.level), period, boundaries, part: Part::WHOLE };
    let reports = briefs::count(app, &asked);
    anyhow::ensure!(
        reports > 0,
        "không có đơn vị nào thuộc cấp này dưới «{}» / no unit of this level below «{}»",
        args.unit,
        args.unit
    );
    let folder = args.out.clone();
    let take = move |name: &str, bytes: &[u8]| {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().unwrap_or(&folder))?;
        whole(&file, bytes)
    };
    if let Some(part) = args.part {
        asked.part = part;
        briefs::every(app, &asked, &formats, take, |done| say(&brief_workers::tell(done))).await?;
        return Ok(());
    }
    asked.part.of = brief_workers::parts(reports);
    let mut workers = Workers::start(asked.part.of)?;
    // Nothing is drawn where nobody looks: the bar hides itself unless standard error is a terminal.
    let bar = ProgressBar::new(u64::try_from(reports).unwrap_or(u64::MAX));
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} còn/left {eta}")?);
    let told = |own: &Done, workers: &Workers| {
        let all = own.reports + workers.done().iter().map(|it| it.reports).sum::<usize>();
        bar.set_position(u64::try_from(all).unwrap_or(u64::MAX));
    };
    let own = briefs::every(app, &asked, &formats, take, |own| told(own, &workers)).await?;
    while workers.still_write()? {
        told(&own, &workers);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bar.finish_and_clear();
    let done = workers.finish().into_iter().fold(own, |sum, it| sum + it);
    say(&format!(
        "đã viết {} báo cáo, {} tệp, {} kB / wrote {} reports, {} files, {} kB",
        done.reports,
        done.files,
        done.bytes / 1000,
        done.reports,
        done.files,
        done.bytes / 1000
    ));
    Ok(())
}

/// Checks a certificate or decision. With a key nothing but that key is asked; without, the database.
///
/// # Errors
/// Why it does not hold.
pub(crate) async fn verify(database: &str, args: &Verify) -> anyhow::Result<()> {
    let text = file_or_text(&args.text)?;
    let (key, revoked) = match &args.key {
        Some(key) => {
            let list = args.revoked.as_ref().map(|it| file(it)).transpose()?.unwrap_or_default();
            (file_or_text(key)?, list.lines().map(str::to_owned).collect())
        }
        None => briefs::known(&start::open(database, Settings::default()).await?).await?,
    };
    let it = briefs::verify(&text, &key, &revoked)?;
    say("ĐÚNG / GENUINE");
    for line in [it.form, it.recipient, it.reason, it.authority, it.day] {
        say(&line);
    }
    Ok(())
}

/// What stands in the file of this name, if there is one; else the words themselves.
fn file_or_text(word: &str) -> anyhow::Result<String> {
    // A long text is no name, and some systems do not even look.
    if word.len() < 1000 && Path::new(word).is_file() { file(Path::new(word)) } else { Ok(word.to_owned()) }
}

fn file(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("không đọc được tệp / cannot read {}", path.display()))
}
