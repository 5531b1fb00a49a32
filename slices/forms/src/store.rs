//! Tables of indicators, forms, assignments and granted time. The catalogue is read from them whole.

mod extensions;
mod versions;

use std::collections::HashMap;

use kernel::{Assignment, Catalogue, Day, Form, Indicator, IndicatorId, UnitId};
use store::{Conn, Result};

pub(crate) use extensions::all as extensions;
pub use extensions::{Extension, extensions_of, insert_extension};
pub(crate) use versions::{
    Stored, begin_version, change_version, discard, family, insert_family, of_form, owned, publish, published,
};

use crate::reference;

/// The first number of what units make themselves; the data files stay below.
pub(crate) const OWN: i64 = 1000;

/// A stored text that no longer reads: the store's fault, not the user's.
pub(crate) fn broken(what: &str) -> store::Error {
    store::Error::Decode(format!("unreadable {what}").into())
}

/// The version of the tables: it grows with every change of what is asked.
pub(crate) async fn version(conn: &mut Conn) -> Result<i64> {
    let (version,): (i64,) = conn.query("select version from catalogue_version where id = 1").one().await?;
    Ok(version)
}

/// Announces a change of what is asked, and keeps others from changing it until the transaction ends.
///
/// # Errors
/// When it cannot be written.
pub async fn changed(conn: &mut Conn) -> Result<()> {
    conn.query("update catalogue_version set version = version + 1 where id = 1").run().await?;
    Ok(())
}

/// How many forms of the data files are there.
pub(crate) async fn count_shared(conn: &mut Conn) -> Result<usize> {
    let (count,): (i64,) =
        conn.query("select cast(count(*) as bigint) from form where id < $1").bind(OWN).one().await?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Puts the forms of the data files into an empty database; what is there is left alone.
pub(crate) async fn insert_shared(conn: &mut Conn, catalogue: &Catalogue) -> Result<()> {
    for form in &catalogue.forms {
        insert_form(conn, form).await?;
    }
    Ok(())
}

async fn insert_form(conn: &mut Conn, form: &Form) -> Result<()> {
    conn.query(
        "insert into form (id, code, name, calendar, frequency, due_days, takes_award, is_open, owner_unit_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing",
    )
    .bind(form.id)
    .bind(&form.code)
    .bind(&form.name)
    .bind(form.calendar.prefix())
    .bind(form.frequency.word())
    .bind(i64::from(form.due_days))
    .bind(i64::from(form.awards))
    .bind(i64::from(form.open))
    .bind(form.owner.map(|it| it.0))
    .run()
    .await?;
    Ok(())
}

/// Lets the units of a class below a unit owe a form from a day on.
pub(crate) async fn insert_assignment(conn: &mut Conn, it: &Assignment) -> Result<()> {
    conn.query(
        "insert into form_assignment (form_id, class, top_unit_id, valid_from, valid_until) values ($1, $2, $3, $4, $5)
         on conflict (form_id, class, top_unit_id, valid_from) do update set valid_until = excluded.valid_until",
    )
    .bind(it.form)
    .bind(i64::from(it.class))
    .bind(it.top.0)
    .bind(it.from.to_string())
    .bind((it.until != Day::NEVER).then(|| it.until.to_string()))
    .run()
    .await?;
    Ok(())
}

async fn assignments(conn: &mut Conn) -> Result<Vec<Assignment>> {
    let rows: Vec<(i64, i64, i64, String, Option<String>)> = conn
        .query(
            "select form_id, class, top_unit_id, valid_from, valid_until from form_assignment order by form_id, class",
        )
        .all()
        .await?;
    let assignment = |(form, class, top, from, until): (i64, i64, i64, String, Option<String>)| {
        Some(Assignment {
            form,
            class: u8::try_from(class).ok()?,
            top: UnitId(top),
            from: Day::parse(&from)?,
            until: until.map_or(Some(Day::NEVER), |it| Day::parse(&it))?,
        })
    };
    let res: Option<Vec<Assignment>> = rows.into_iter().map(assignment).collect();
    res.ok_or_else(|| broken("assignment"))
}

/// Adds an indicator of a unit's own.
pub(crate) async fn insert_indicator(
    conn: &mut Conn,
    it: &Indicator,
    (numerator, denominator): (&str, &str),
    at: kernel::Instant,
    by: &str,
) -> Result<()> {
    conn.query(
        "insert into own_indicator (id, owner_unit_id, code, name_vi, name_en, measure, kind, across, over_time,
             numerator, denominator, decimals, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(i64::from(it.id()))
    .bind(it.owner.map_or(0, |it| it.0))
    .bind(&it.code)
    .bind(&it.name_vi)
    .bind(&it.name_en)
    .bind(&it.measure)
    .bind(reference::kind_word(it.rule.kind))
    .bind(reference::across_word(it.rule.across))
    .bind(reference::over_time_word(it.rule.over_time))
    .bind(numerator)
    .bind(denominator)
    .bind(i64::from(it.decimals))
    .bind(at.micros())
    .bind(by)
    .run()
    .await?;
    Ok(())
}

/// Says from when on no new period asks for an indicator of a unit's own; nothing for never.
pub(crate) async fn retire_indicator(conn: &mut Conn, id: IndicatorId, from: Option<Day>) -> Result<()> {
    conn.query("update own_indicator set retired_from = $2 where id = $1")
        .bind(i64::from(id))
        .bind(from.map(|it| it.to_string()))
        .run()
        .await?;
    Ok(())
}

/// The number that the next indicator of a unit's own takes; `None` when all are taken.
pub(crate) async fn next_indicator(conn: &mut Conn) -> Result<Option<IndicatorId>> {
    let (last,): (i64,) = conn
        .query("select cast(coalesce(max(id), cast($1 as bigint)) as bigint) from own_indicator")
        .bind(OWN)
        .one()
        .await?;
    Ok(IndicatorId::try_from(last + 1).ok().filter(|it| *it < IndicatorId::MAX))
}

#[derive(sqlx::FromRow)]
struct IndicatorRow {
    id: i64,
    owner_unit_id: i64,
    code: String,
    name_vi: String,
    name_en: String,
    measure: String,
    kind: String,
    across: String,
    over_time: String,
    numerator: String,
    denominator: String,
    decimals: i64,
    retired_from: Option<String>,
}

/// The indicators that units made, after the shared ones.
async fn indicators(conn: &mut Conn, shared: &[Indicator]) -> Result<Vec<Indicator>> {
    let rows: Vec<IndicatorRow> = conn
        .query(
            "select id, owner_unit_id, code, name_vi, name_en, measure, kind, across, over_time, numerator, denominator,
                    decimals, retired_from
             from own_indicator order by id",
        )
        .all()
        .await?;
    let mut res = shared.to_vec();
    let mut ids: HashMap<String, IndicatorId> = res.iter().map(|it| (it.code.clone(), it.id())).collect();
    for row in rows {
        let id = IndicatorId::try_from(row.id).map_err(|_| broken("indicator"))?;
        ids.insert(row.code.clone(), id);
        res.push(indicator(id, row, &ids).ok_or_else(|| broken("indicator"))?);
    }
    Ok(res)
}

fn indicator(id: IndicatorId, row: IndicatorRow, ids: &HashMap<String, IndicatorId>) -> Option<Indicator> {
    let id_of = |code: &str| ids.get(code).copied();
    Some(Indicator {
        rule: figures::Indicator {
            id,
            kind: reference::kind(&row.kind)?,
            across: reference::across(&row.across)?,
            over_time: reference::over_time(&row.over_time)?,
            numerator: reference::terms(&row.numerator, id_of).ok()?,
            denominator: reference::terms(&row.denominator, id_of).ok()?,
        },
        code: row.code,
        group: crate::indicator::GROUP.to_owned(),
        name_vi: row.name_vi,
        name_en: row.name_en,
        measure: row.measure,
        may_exceed: false,
        decimals: u8::try_from(row.decimals).ok()?,
        owner: Some(UnitId(row.owner_unit_id)),
        retired_from: row.retired_from.map_or(Some(None), |it| Day::parse(&it).map(Some))?,
    })
}

/// Everything that is asked: the data files, and what the tables add to them.
///
/// # Errors
/// When the tables cannot be read, or hold what this program does not understand.
pub async fn load_catalogue(conn: &mut Conn) -> Result<Catalogue> {
    loop {
        let version = version(conn).await?;
        let catalogue = read_catalogue(conn).await;
        // A change committed between two of the reads: what was read may be half of each.
        if self::version(conn).await? == version {
            return Ok(catalogue?.at_version(version));
        }
    }
}

async fn read_catalogue(conn: &mut Conn) -> Result<Catalogue> {
    let files = reference::catalogue().map_err(|err| store::Error::Decode(err.into()))?;
    let indicators = indicators(conn, files.indicators()).await?;
    let assignments = assignments(conn).await?;
    let mut res = Catalogue::new(indicators, files.forms, assignments, files.award_rules);
    published(conn, &mut res).await?;
    res.work_days = files.work_days;
    res.extensions = extensions(conn).await?;
    Ok(res.with_retirements())
}
