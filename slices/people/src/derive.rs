//! Records into indicators. Lists never name a person: a team stands for its members.

use std::collections::BTreeSet;

use kernel::{Level, Register, UnitId};
use web::{App, Behind, Over, Result};

use crate::{
    month::Month,
    place::{Area, holder},
    rating::{Grade, window},
    store::{teams as rows, terms},
    team::{Kind, Team},
};

type Answer = Result<Option<Vec<Behind>>>;

/// The security teams that belong to these units on the period's last day, closed ones too; none if none was ever kept
/// here.
async fn teams_of(app: &App, over: &Over<'_>) -> Result<Option<Vec<Team>>> {
    let register = app.register.get();
    let area = Area::new(&register, over.units.iter().copied());
    let mut teams = rows::of(&mut app.db.read().await?, &area).await?;
    let units: BTreeSet<UnitId> = over.units.iter().copied().collect();
    teams.retain(|it| it.kind == Kind::Security && belongs(&register, it.unit, over, &units));
    Ok((!teams.is_empty()).then_some(teams))
}

/// Whether a record of a unit belongs to these units on the period's last day. What was split and not yet given to an heir
/// belongs to them if all heirs are among them.
fn belongs(register: &Register, unit: UnitId, over: &Over<'_>, units: &BTreeSet<UnitId>) -> bool {
    units.contains(&unit) || {
        let heirs = register.heirs(unit, over.last);
        !heirs.is_empty() && heirs.iter().all(|it| units.contains(it))
    }
}

fn behind(register: &Register, team: &Team, over: &Over<'_>, key: String, amount: i64) -> Behind {
    Behind { label: team.name(register, over.last), path: format!("/teams/{}", team.id), key, amount }
}

/// FOR01: teams that work on the period's last day.
pub(crate) async fn teams(app: &App, over: Over<'_>) -> Answer {
    let Some(teams) = teams_of(app, &over).await? else { return Ok(None) };
    let register = app.register.get();
    let working = teams.iter().filter(|it| it.works_on(over.last));
    Ok(Some(working.map(|it| behind(&register, it, &over, it.id.to_string(), 1)).collect()))
}

/// FOR02: their members on that day, team by team.
pub(crate) async fn members(app: &App, over: Over<'_>) -> Answer {
    let Some(teams) = teams_of(app, &over).await? else { return Ok(None) };
    let register = app.register.get();
    let area = Area::new(&register, teams.iter().map(|it| it.unit));
    let terms = terms::of(&mut app.db.read().await?, &area).await?;
    let line = |team: &Team| {
        let members = terms.iter().filter(|it| it.team == Some(team.id) && it.runs_on(over.last)).count();
        behind(&register, team, &over, team.id.to_string(), i64::try_from(members).unwrap_or(i64::MAX))
    };
    Ok(Some(teams.iter().filter(|it| it.works_on(over.last)).map(line).collect()))
}

/// FOR03: the villages of these teams, each once. A team of a commune stands for no village.
pub(crate) async fn villages_with_team(app: &App, over: Over<'_>) -> Answer {
    let Some(teams) = teams_of(app, &over).await? else { return Ok(None) };
    let register = app.register.get();
    let line = |team: &Team| {
        let village = holder(&register, team.unit, over.last)?;
        let is_village = register.get(village, over.last).is_some_and(|it| it.level == Level::Village);
        is_village.then(|| behind(&register, team, &over, village.to_string(), 1))
    };
    Ok(Some(teams.iter().filter(|it| it.works_on(over.last)).filter_map(line).collect()))
}

/// FOR04: the villages of the register on the period's last day; nothing where it knows none.
pub(crate) fn villages(app: &App, over: Over<'_>) -> Option<Vec<Behind>> {
    let register = app.register.get();
    let mut ids: BTreeSet<UnitId> = over.units.iter().copied().collect();
    ids.retain(|it| register.get(*it, over.last).is_some_and(|it| it.level == Level::Village));
    let line = |unit: &UnitId| Behind {
        label: register.path(*unit, over.last),
        path: format!("/units/{unit}"),
        key: unit.to_string(),
        amount: 1,
    };
    (!ids.is_empty()).then(|| ids.iter().map(line).collect())
}

/// FOR06, FOR07: teams with a grade, of the rating year that ends in the period; nothing before that year was decided.
pub(crate) async fn rated(app: &App, over: Over<'_>, grade: Grade) -> Answer {
    let Some(teams) = teams_of(app, &over).await? else { return Ok(None) };
    let ratings = rows::ratings(&mut app.db.read().await?, &teams).await?;
    let ends = |year: i32| window(year).is_some_and(|it| over.first <= it.last() && it.last() <= over.last);
    let (register, mut decided, mut res) = (app.register.get(), false, Vec::new());
    for it in ratings.iter().filter(|it| ends(it.year)) {
        decided = true;
        if let Some(team) = teams.iter().find(|team| team.id == it.team && it.grade == grade) {
            res.push(behind(&register, team, &over, format!("{} {}", team.id, it.year), 1));
        }
    }
    Ok(decided.then_some(res))
}

/// FOR10, FOR11, FOR13: a count of the months that lie in the period, added; nothing if none was entered, or if a month
/// lies only partly in it: it cannot be divided.
pub(crate) async fn months(app: &App, over: Over<'_>, count: impl Fn(&Month) -> i64) -> Answer {
    let Some(teams) = teams_of(app, &over).await? else { return Ok(None) };
    let mut months = rows::months(&mut app.db.read().await?, &teams).await?;
    months.retain(|it| over.first <= it.period.last() && it.period.first() <= over.last);
    if months.is_empty() || months.iter().any(|it| it.period.first() < over.first || over.last < it.period.last()) {
        return Ok(None);
    }
    let register = app.register.get();
    let line = |month: &Month| {
        let team = teams.iter().find(|it| it.id == month.team)?;
        let key = format!("{} {}", team.id, month.period);
        let Behind { label, path, key, amount } = behind(&register, team, &over, key, count(month));
        let (_, last_month, _) = month.period.last().civil();
        Some(Behind { label: format!("{label}, {last_month:02}/{}", month.period.year()), path, key, amount })
    };
    Ok(Some(months.iter().filter_map(line).collect()))
}
