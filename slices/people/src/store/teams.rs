use kernel::{Day, Period, TeamId, UnitId};
use store::{Conn, Result, list};

use super::{day, maybe_day, text};
use crate::{
    month::Month,
    place::Area,
    rating::{Grade, Rating},
    team::{Kind, Team},
};

type Row = (i64, i64, i64, String, i64, String, String, Option<String>, i64);

/// A team of a kind that this program does not know is left out.
fn read((province, id, unit, kind, number, decision, founded, closed, revision): Row) -> Option<Team> {
    Some(Team {
        province,
        id: TeamId(id),
        unit: UnitId(unit),
        kind: Kind::parse(&kind)?,
        number,
        decision,
        founded_on: day(&founded),
        closed_from: maybe_day(closed),
        revision,
    })
}

/// One team.
pub(crate) async fn find(conn: &mut Conn, id: TeamId) -> Result<Option<Team>> {
    let sql = "select province_id, id, unit_id, kind, number, decision, founded_on, closed_from, revision from team
               where id = $1";
    Ok(conn.query(sql).bind(id.0).maybe().await?.and_then(read))
}

/// All teams of an area, closed ones too, the oldest first.
pub(crate) async fn of(conn: &mut Conn, area: &Area) -> Result<Vec<Team>> {
    let sql = "select province_id, id, unit_id, kind, number, decision, founded_on, closed_from, revision from team
               where province_id in (select cast(value as bigint) from json_each($1))
               and unit_id in (select cast(value as bigint) from json_each($2)) order by id";
    let rows: Vec<Row> = conn
        .query(sql)
        .bind(list(area.provinces.iter().copied()))
        .bind(list(area.units.iter().map(|it| it.0)))
        .all()
        .await?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// A new team.
pub(crate) async fn insert(conn: &mut Conn, team: &Team) -> Result<()> {
    conn.query(
        "insert into team (province_id, id, unit_id, kind, number, decision, founded_on, closed_from, revision)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(team.province)
    .bind(team.id.0)
    .bind(team.unit.0)
    .bind(team.kind.word())
    .bind(team.number)
    .bind(&team.decision)
    .bind(team.founded_on.to_string())
    .bind(text(team.closed_from))
    .bind(team.revision)
    .run()
    .await?;
    Ok(())
}

/// Writes unit and end of a team over the one that was seen; whether it was still there so.
pub(crate) async fn change(conn: &mut Conn, team: &Team) -> Result<bool> {
    let done = conn
        .query(
            "update team set unit_id = $4, closed_from = $5, revision = revision + 1
             where province_id = $1 and id = $2 and revision = $3",
        )
        .bind(team.province)
        .bind(team.id.0)
        .bind(team.revision)
        .bind(team.unit.0)
        .bind(text(team.closed_from))
        .run()
        .await?;
    Ok(done > 0)
}

/// Ends the terms of a team that run on, the day before `from`; how many.
pub(crate) async fn end_terms(conn: &mut Conn, team: &Team, from: Day) -> Result<u64> {
    let sql = "update post_term set valid_until = $3, revision = revision + 1
               where province_id = $1 and team_id = $2 and (valid_until is null or valid_until > $3) and valid_from < $3";
    conn.query(sql).bind(team.province).bind(team.id.0).bind(from.to_string()).run().await
}

/// The counts of these teams, the latest month first.
pub(crate) async fn months(conn: &mut Conn, teams: &[Team]) -> Result<Vec<Month>> {
    let sql = "select team_id, period, patrols, incidents, attendances from team_month
               where province_id in (select cast(value as bigint) from json_each($1))
               and team_id in (select cast(value as bigint) from json_each($2)) order by period desc, team_id";
    let rows: Vec<(i64, String, i64, i64, i64)> = conn
        .query(sql)
        .bind(list(teams.iter().map(|it| it.province)))
        .bind(list(teams.iter().map(|it| it.id.0)))
        .all()
        .await?;
    let read = |(team, period, patrols, incidents, attendances): (i64, String, i64, i64, i64)| {
        Some(Month { team: TeamId(team), period: Period::parse(&period).ok()?, patrols, incidents, attendances })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Keeps the counts of a month in place of those that were there.
pub(crate) async fn put_month(conn: &mut Conn, province: i64, month: &Month) -> Result<()> {
    conn.query(
        "insert into team_month (province_id, team_id, period, patrols, incidents, attendances)
         values ($1, $2, $3, $4, $5, $6) on conflict (province_id, team_id, period) do update set
         patrols = excluded.patrols, incidents = excluded.incidents, attendances = excluded.attendances",
    )
    .bind(province)
    .bind(month.team.0)
    .bind(month.period.to_string())
    .bind(month.patrols)
    .bind(month.incidents)
    .bind(month.attendances)
    .run()
    .await?;
    Ok(())
}

/// The ratings of these teams, the latest year first.
pub(crate) async fn ratings(conn: &mut Conn, teams: &[Team]) -> Result<Vec<Rating>> {
    let sql = "select team_id, year, grade, decision, decided_on from team_rating
               where province_id in (select cast(value as bigint) from json_each($1))
               and team_id in (select cast(value as bigint) from json_each($2)) order by year desc, team_id";
    let rows: Vec<(i64, i64, String, String, String)> = conn
        .query(sql)
        .bind(list(teams.iter().map(|it| it.province)))
        .bind(list(teams.iter().map(|it| it.id.0)))
        .all()
        .await?;
    let read = |(team, year, grade, decision, decided): (i64, i64, String, String, String)| {
        Some(Rating {
            team: TeamId(team),
            year: i32::try_from(year).ok()?,
            grade: Grade::parse(&grade)?,
            decision,
            decided_on: day(&decided),
        })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Keeps a team's rating in place of the one that was there.
pub(crate) async fn put_rating(conn: &mut Conn, province: i64, unit: UnitId, rating: &Rating) -> Result<()> {
    conn.query(
        "insert into team_rating (province_id, team_id, year, unit_id, grade, decision, decided_on)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (province_id, team_id, year) do update set
         unit_id = excluded.unit_id, grade = excluded.grade, decision = excluded.decision,
         decided_on = excluded.decided_on",
    )
    .bind(province)
    .bind(rating.team.0)
    .bind(i64::from(rating.year))
    .bind(unit.0)
    .bind(rating.grade.word())
    .bind(&rating.decision)
    .bind(rating.decided_on.to_string())
    .run()
    .await?;
    Ok(())
}
