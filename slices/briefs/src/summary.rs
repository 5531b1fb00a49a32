//! The report as a file, asked for in words: what `binhyen summary` calls.

use figures::Boundaries;
use kernel::{Day, Period};
use returns::figure::{AskError, resolve};
use web::App;

use crate::{BriefError, Format, Wanted, Wording, render::render_apart, write};

/// A question in words, as a command line or an address has it.
#[derive(Debug, Clone, Copy)]
pub struct Summary<'a> {
    /// Full name, code or id of the unit.
    pub unit: &'a str,
    /// The day on which that name or code meant the unit; by default the period's last day, or today under the
    /// boundaries of now (rule 21).
    pub on: Option<Day>,
    /// The period's code.
    pub period: &'a str,
    /// `then`, `now` or a day.
    pub boundaries: &'a str,
}

/// Writes the report and renders it.
///
/// # Errors
/// Says what was not understood and how to put it, or what failed.
pub async fn summary(app: &App, asked: &Summary<'_>, format: Format) -> Result<Vec<u8>, BriefError> {
    let wanted = understand(app, asked)?;
    let mut conn = app.db.read().await?;
    let brief = write(app, &mut conn, &wanted).await?;
    drop(conn);
    render_apart(app, brief, format).await
}

/// Understands a question.
fn understand(app: &App, asked: &Summary<'_>) -> Result<Wanted, AskError> {
    let period = Period::parse(asked.period)?;
    let boundaries = boundaries(asked.boundaries, app.clock.today())?;
    let on = asked.on.unwrap_or(match boundaries {
        Boundaries::Then => period.last(),
        Boundaries::On(day) => day,
    });
    Ok(Wanted {
        unit: resolve(&app.register.get(), asked.unit, on)?,
        on,
        period,
        wording: Wording::of(period.frequency()),
        boundaries,
        boundaries_word: asked.boundaries.to_owned(),
        committee: None,
        held: <(String, String)>::default(),
    })
}

/// Reads `then`, `now` or a day.
pub(crate) fn boundaries(word: &str, today: Day) -> Result<Boundaries, AskError> {
    match word {
        "then" => Ok(Boundaries::Then),
        "now" => Ok(Boundaries::On(today)),
        day => Day::parse(day).map(Boundaries::On).ok_or_else(|| AskError::NoBoundaries(day.to_owned())),
    }
}
