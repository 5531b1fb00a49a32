use kernel::{Level, Period, UnitId};
use web::{App, Error, Permission, Result, Typed, Who};

use super::{note, place, refuse};
use crate::{
    RATE,
    place::{Area, holder, shown},
    rating::{self, Grade, Rating, window},
    store::teams as rows,
    team::{Kind, Team, past_day, read_decision},
};

/// The security teams about which a commune decides for a year: those that worked there on the year's last day.
///
/// # Errors
/// Not found out of scope, or of a unit that decides about no teams.
pub(crate) async fn due(
    app: &App,
    who: &Who,
    permission: Permission,
    unit: UnitId,
    year: i32,
) -> Result<(Period, Vec<Team>)> {
    let place = place(app, who, permission, unit)?;
    let window = window(year).ok_or(Error::NotFound)?;
    if place.level != Level::Commune {
        return Err(Error::NotFound);
    }
    let (register, today) = (app.register.get(), app.clock.today());
    let units = shown(&register, unit, today);
    let mut teams = rows::of(&mut app.db.read().await?, &Area::new(&register, units.iter().copied())).await?;
    teams.retain(|it| {
        let here = holder(&register, it.unit, today).is_some_and(|home| units.contains(&home));
        here && it.kind == Kind::Security && rating::is_due(it, window)
    });
    Ok((window, teams))
}

/// Decides the rating of all teams of a commune for a year, at once: the cap is a share of all.
///
/// # Errors
/// Not found out of scope; refused with everything that is wrong, and nothing is written.
pub(crate) async fn decide(app: &App, who: &Who, unit: UnitId, year: i32, typed: &Typed) -> Result<()> {
    let (window, teams) = due(app, who, RATE, unit, year).await?;
    if teams.is_empty() {
        return refuse("", "people-rating-no-teams");
    }
    let now = app.clock.now();
    let grades: Vec<(&Team, Option<Grade>)> =
        teams.iter().map(|it| (it, Grade::parse(typed.text(&rating::field(it.id))))).collect();
    let mut issues = rating::issues(&grades, window, now.day());
    let decision = read_decision("decision", typed.text("decision")).map_err(|it| issues.push(it)).ok();
    let decided_on = past_day("decided_on", typed.text("decided_on"), now.day());
    let decided_on = match decided_on {
        Ok(day) if day <= window.last() => {
            issues.push(kernel::Issue::new("decided_on", "people-rating-decided-early"));
            None
        }
        Ok(day) => Some(day),
        Err(issue) => {
            issues.push(issue);
            None
        }
    };
    let (Some(decision), Some(decided_on), true) = (decision, decided_on, issues.is_empty()) else {
        return Err(Error::Refused(issues));
    };
    let mut tx = app.db.write().await?;
    for (team, grade) in grades {
        let Some(grade) = grade else { continue };
        let rating = Rating { team: team.id, year, grade, decision: decision.clone(), decided_on };
        rows::put_rating(&mut tx, team.province, unit, &rating).await?;
    }
    let province = app.register.get().province_of(unit, now.day()).ok_or(Error::NotFound)?;
    note(&mut tx, who, province.0, now, "people.teams-rated", unit, &format!("{window} {decision}")).await?;
    Ok(tx.commit().await?)
}
