use crate::{Error, reform::Applied};
use kernel::{Alias, Day, Extent, Instant, Level, Register, Succession, UnitId, UnitState};
use sqlx::AssertSqlSafe;
use store::{Conn, rows_at_once};

/// How an unknown beginning is written: earlier than any day of the data, and ordered as text.
const UNKNOWN: &str = "0001-01-01";

type StateRow = (i64, String, Option<String>, String, String, String, String, i64, Option<i64>, i64, String);

/// All units in all their days, from the tables, marked with the tables' version.
pub async fn load_register(conn: &mut Conn) -> Result<Register, Error> {
    loop {
        let version = version(conn).await?;
        let register = read_register(conn).await;
        // A reform committed between two of the reads: what was read may be half of each.
        if self::version(conn).await? == version {
            return Ok(register?.at_version(version));
        }
    }
}

/// The version of the tables: it grows with every change of units.
pub(crate) async fn version(conn: &mut Conn) -> store::Result<i64> {
    let (version,): (i64,) = conn.query("select version from unit_register where id = 1").one().await?;
    Ok(version)
}

/// Announces a change of units, and keeps others from changing them until the transaction ends.
pub(crate) async fn next_version(conn: &mut Conn) -> store::Result<()> {
    conn.query("update unit_register set version = version + 1 where id = 1").run().await?;
    Ok(())
}

async fn read_register(conn: &mut Conn) -> Result<Register, Error> {
    let rows: Vec<StateRow> = conn
        .query(
            "select unit_id, valid_from, valid_until, code, name, full_name, kind, level, parent_id, synthetic, source
             from unit_state",
        )
        .all()
        .await?;
    let states = rows.into_iter().map(state).collect::<Result<Vec<_>, _>>()?;
    let rows: Vec<(i64, i64, String, String, Option<i64>, String)> = conn
        .query("select predecessor_id, successor_id, since, extent, population, instrument from unit_succession")
        .all()
        .await?;
    let successions = rows.into_iter().map(succession).collect::<Result<Vec<_>, _>>()?;
    let rows: Vec<(i64, String)> = conn.query("select unit_id, full_name from unit_alias").all().await?;
    let aliases = rows.into_iter().map(|(unit, full_name)| Alias { unit: UnitId(unit), full_name }).collect();
    Ok(Register::new(states, successions, aliases)?)
}

fn state(row: StateRow) -> Result<UnitState, Error> {
    let (id, from, until, code, name, full_name, kind, level, parent, synthetic, source) = row;
    let wrong = |what| Error::Row { table: "unit_state", unit: UnitId(id), what };
    let day = |text: &str, column| Day::parse(text).ok_or_else(|| wrong(column));
    Ok(UnitState {
        id: UnitId(id),
        code,
        name,
        full_name,
        kind,
        level: Level::from_number(level).ok_or_else(|| wrong("level"))?,
        parent: parent.map(UnitId),
        from: if from == UNKNOWN { Day::BEGINNING } else { day(&from, "valid_from")? },
        until: until.map_or(Ok(Day::NEVER), |it| day(&it, "valid_until"))?,
        synthetic: synthetic != 0,
        source,
    })
}

fn succession(row: (i64, i64, String, String, Option<i64>, String)) -> Result<Succession, Error> {
    let (predecessor, successor, since, extent, population, instrument) = row;
    let wrong = |what| Error::Row { table: "unit_succession", unit: UnitId(predecessor), what };
    Ok(Succession {
        predecessor: UnitId(predecessor),
        successor: UnitId(successor),
        on: Day::parse(&since).ok_or_else(|| wrong("since"))?,
        extent: Extent::parse(&extent).ok_or_else(|| wrong("extent"))?,
        population: population.map(u16::try_from).transpose().map_err(|_| wrong("population"))?,
        instrument,
    })
}

/// Whether any unit, or any invented unit, is there.
pub(crate) async fn has_units(conn: &mut Conn, synthetic: bool) -> store::Result<bool> {
    let found: Option<(i64,)> = conn
        .query("select unit_id from unit_state where synthetic = $1 limit 1")
        .bind(i64::from(synthetic))
        .maybe()
        .await?;
    Ok(found.is_some())
}

/// Writes states.
pub(crate) async fn insert_states(conn: &mut Conn, states: &[UnitState]) -> store::Result<()> {
    for some in states.chunks(rows_at_once(11)) {
        let mut query = conn.insert_many(
            "unit_state (unit_id, valid_from, valid_until, code, name, full_name, kind, level, parent_id, synthetic, \
             source)",
            11,
            some.len(),
        );
        for it in some {
            let from = written(it.from);
            let until = (it.until != Day::NEVER).then(|| it.until.to_string());
            query = query.bind(it.id.0).bind(from).bind(until).bind(&it.code).bind(&it.name).bind(&it.full_name);
            query = query.bind(&it.kind).bind(i64::from(it.level as u8)).bind(it.parent.map(|it| it.0));
            query = query.bind(i64::from(it.synthetic)).bind(&it.source);
        }
        query.run().await?;
    }
    Ok(())
}

/// Ends a state that is in force; how many rows that were.
pub(crate) async fn end_state(conn: &mut Conn, unit: UnitId, from: Day, until: Day) -> store::Result<u64> {
    conn.query("update unit_state set valid_until = $3 where unit_id = $1 and valid_from = $2 and valid_until is null")
        .bind(unit.0)
        .bind(written(from))
        .bind(until.to_string())
        .run()
        .await
}

fn written(from: Day) -> String {
    if from == Day::BEGINNING { UNKNOWN.to_owned() } else { from.to_string() }
}

/// Writes successions.
pub(crate) async fn insert_successions(conn: &mut Conn, successions: &[Succession]) -> store::Result<()> {
    for some in successions.chunks(rows_at_once(6)) {
        let mut query = conn.insert_many(
            "unit_succession (predecessor_id, successor_id, since, extent, population, instrument)",
            6,
            some.len(),
        );
        for it in some {
            query = query.bind(it.predecessor.0).bind(it.successor.0).bind(it.on.to_string()).bind(it.extent.code());
            query = query.bind(it.population.map(i64::from)).bind(&it.instrument);
        }
        query.run().await?;
    }
    Ok(())
}

/// Writes other spellings.
pub(crate) async fn insert_aliases(conn: &mut Conn, aliases: &[Alias]) -> store::Result<()> {
    for some in aliases.chunks(rows_at_once(2)) {
        let mut query = conn.insert_many("unit_alias (unit_id, full_name)", 2, some.len());
        for it in some {
            query = query.bind(it.unit.0).bind(&it.full_name);
        }
        query.run().await?;
    }
    Ok(())
}

type AppliedRow = (i64, String, String, String, i64, i64, i64, i64, String);

const APPLIED: &str = "select id, first_day, last_day, instruments, began, ended, continued, applied_at, applied_by";

/// Notes that a reform was applied.
pub(crate) async fn insert_reform(
    conn: &mut Conn,
    it: &Applied,
    fingerprint: &str,
    content: Option<&str>,
) -> store::Result<()> {
    let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    conn.query(
        "insert into unit_reform (id, fingerprint, first_day, last_day, instruments, began, ended, continued,
         applied_at, applied_by, content) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(it.id)
    .bind(fingerprint)
    .bind(it.first_day.to_string())
    .bind(it.last_day.to_string())
    .bind(it.instruments.join("\n"))
    .bind(number(it.began))
    .bind(number(it.ended))
    .bind(number(it.continued))
    .bind(it.applied_at.micros())
    .bind(&it.applied_by)
    .bind(content)
    .run()
    .await?;
    Ok(())
}

/// All reforms that were applied, those of the latest day first.
pub(crate) async fn reforms(conn: &mut Conn) -> store::Result<Vec<Applied>> {
    let text = format!("{APPLIED} from unit_reform order by last_day desc, id desc");
    let rows: Vec<AppliedRow> = conn.query(AssertSqlSafe(text)).all().await?;
    Ok(rows.into_iter().map(applied).collect())
}

/// The application of this very file, if there was one.
pub(crate) async fn reform_of(conn: &mut Conn, fingerprint: &str) -> store::Result<Option<Applied>> {
    let text = format!("{APPLIED} from unit_reform where fingerprint = $1");
    let row: Option<AppliedRow> = conn.query(AssertSqlSafe(text)).bind(fingerprint).maybe().await?;
    Ok(row.map(applied))
}

fn applied(row: AppliedRow) -> Applied {
    let (id, first_day, last_day, instruments, began, ended, continued, applied_at, applied_by) = row;
    let day = |text: &str| Day::parse(text).unwrap_or(Day::NEVER);
    let count = |it: i64| u64::try_from(it).unwrap_or(0);
    Applied {
        id,
        first_day: day(&first_day),
        last_day: day(&last_day),
        instruments: instruments.lines().map(str::to_owned).collect(),
        began: count(began),
        ended: count(ended),
        continued: count(continued),
        applied_at: Instant::from_micros(applied_at),
        applied_by,
    }
}
