//! `export figures`: a pivot of any size to a file or to standard output, piece by piece.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Context;
use exchange::{Asked, Format, Pieces, Pivot};
use figures::Boundaries;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::Period;
use web::App;

use crate::{
    cli::{ExportFigures, FormatWord},
    commands::read_day,
};

/// Writes what was asked for. A file stands there whole or not at all.
pub(crate) fn figures(app: &App, args: &ExportFigures) -> anyhow::Result<()> {
    // The name means what it meant at the end of the last of the periods (rule 21).
    let last = args.period.split(',').filter_map(|it| Period::parse(it.trim()).ok()).map(Period::last).max();
    let usual = match returns::figure::boundaries(app, &args.boundaries)? {
        Boundaries::Then => last.unwrap_or(app.clock.today()),
        Boundaries::On(day) => day,
    };
    let on = read_day(args.on.as_deref())?.unwrap_or(usual);
    let unit = returns::figure::resolve(&app.register.get(), &args.unit, on)?;
    let asked = Asked {
        below: &args.below,
        periods: &args.period,
        indicators: &args.indicator,
        boundaries: &args.boundaries,
        order: &args.order,
    };
    // Who may run a command on the server holds the database itself: nothing is merged.
    let pivot = Pivot::new(app, unit, &asked, |_, _| true, |_, _| false)?;
    let format = match args.format {
        FormatWord::Csv => Format::Csv,
        FormatWord::Json => Format::Json,
        FormatWord::Xlsx => Format::Xlsx,
        #[cfg(feature = "parquet")]
        FormatWord::Parquet => Format::Parquet,
    };
    // Nothing is drawn where nobody looks: the bar hides itself unless standard error is a terminal.
    let bar = ProgressBar::new(u64::try_from(pivot.blocks()).unwrap_or(u64::MAX));
    bar.set_style(ProgressStyle::with_template("{bar:40} {percent}% {elapsed}")?);
    let pieces = Pieces::new(app.clone(), pivot, format).inspect(|_| bar.inc(1));
    if args.out == Path::new("-") {
        write(pieces, &mut std::io::stdout().lock())
    } else {
        // Beside the target first, then renamed: the old file stays whole until the new one is.
        let beside = args.out.with_extension("tmp-binhyen");
        let cannot = || format!("không ghi được tệp / cannot write {}", args.out.display());
        let written = File::create(&beside).with_context(cannot).and_then(|file| {
            write(pieces, &mut BufWriter::new(file))?;
            std::fs::rename(&beside, &args.out).with_context(cannot)
        });
        if written.is_err() {
            let _ = std::fs::remove_file(&beside);
        }
        written
    }
}

fn write(pieces: impl Iterator<Item = <Pieces as Iterator>::Item>, to: &mut impl Write) -> anyhow::Result<()> {
    let broken = |err: &std::io::Error| err.kind() == std::io::ErrorKind::BrokenPipe;
    for piece in pieces {
        match to.write_all(&piece?) {
            // A reader that went away (`| head`) is no failure of ours.
            Err(err) if broken(&err) => return Ok(()),
            other => other.context("không ghi được / cannot write")?,
        }
    }
    match to.flush() {
        Err(err) if !broken(&err) => Err(err).context("không ghi được / cannot write"),
        _ => Ok(()),
    }
}
