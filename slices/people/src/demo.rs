//! Rosters and teams of a few invented communes. Nobody in them exists: the names are numbers in words.

use kernel::{Calendar, Clock, Day, Frequency, Instant, Period, UnitId};
use web::{App, Error, Result, Who};

use crate::{
    acts::{teams, terms},
    consent,
    month::TypedMonth,
    team::TypedTeam,
    term::TypedTerm,
};

/// The day on which they were entered: counts of the months before it can be shown whenever the demo is made.
const ENTERED: &str = "2026-10-20";
/// The months that have counts.
const MONTHS: u8 = 10;

/// Enters posts, teams and counts for communes of the invented province and their villages.
///
/// # Errors
/// As the acts of the pages.
pub async fn load_demo(app: &App, who: &Who, communes: &[UnitId]) -> Result<()> {
    let day = Day::parse(ENTERED).ok_or(Error::NotFound)?;
    let app = App { clock: Clock::new(move || Instant::at(day, 9 * 60)), ..app.clone() };
    let mut number = 0;
    for commune in communes {
        for post in ["committee-head", "committee-standing-deputy", "committee-member", "front-chair"] {
            join(&app, who, *commune, post, "", &mut number).await?;
        }
        let register = app.register.get();
        let villages: Vec<UnitId> = register.children(*commune, day).iter().map(|it| it.id).collect();
        for (at, village) in villages.into_iter().enumerate() {
            join(&app, who, village, "village-head", "", &mut number).await?;
            let typed = TypedTeam {
                kind: "security".to_owned(),
                decision: format!("{:02}/QĐ-UBND", at + 1),
                founded_on: "2025-08-01".to_owned(),
            };
            let team = teams::found(&app, who, village, &typed).await?;
            for post in ["security-team-leader", "security-team-deputy", "security-team-member"] {
                join(&app, who, village, post, &team.to_string(), &mut number).await?;
            }
            for month in 1..=MONTHS {
                let period = Period::new(Calendar::Administrative, day.year(), Frequency::Month, month);
                let period = period.ok_or(Error::NotFound)?;
                let typed = TypedMonth {
                    period: period.to_string(),
                    patrols: (4 + (at + usize::from(month)) % 5).to_string(),
                    incidents: ((at * 3 + usize::from(month)) % 3).to_string(),
                    attendances: if month % 3 == 0 { "3" } else { "0" }.to_owned(),
                };
                teams::count(&app, who, team, &typed).await?;
            }
        }
    }
    Ok(())
}

async fn join(app: &App, who: &Who, unit: UnitId, post: &str, team: &str, number: &mut i64) -> Result<()> {
    *number += 1;
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|it| it.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    let words: Vec<String> = viet::words(*number).split(' ').map(capital).collect();
    let typed = TypedTerm {
        post: post.to_owned(),
        team: team.to_owned(),
        full_name: format!("Người Mẫu {}", words.join(" ")),
        from: "2025-08-01".to_owned(),
        // Some terms end soon, whenever the demo is looked at in its year.
        until: if post == "village-head" { "2026-12-31".to_owned() } else { String::new() },
        trained_on: "2026-03-16".to_owned(),
        consent: consent::current(app.clock.today()).version.to_string(),
        ..TypedTerm::default()
    };
    terms::add(app, who, unit, &typed).await.map(|_| ())
}
