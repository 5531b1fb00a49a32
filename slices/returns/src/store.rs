mod lists;

use kernel::{Assignment, Catalogue, Cell, Day, FormId, Instant, Period, ReturnId, UnitId, VersionId};
use store::{Conn, Result};

pub(crate) use lists::{Listed, approved, listed, unsettled};

use crate::{
    awards::{self, AwardRow},
    draft::Draft,
    reference,
    state::State,
};

/// A return's working copy.
#[derive(Debug, Clone)]
pub struct ReturnLine {
    /// The chain of the ledger that it belongs to.
    pub province: i64,
    /// Its id.
    pub id: ReturnId,
    /// Whose figures.
    pub unit: UnitId,
    /// Which form.
    pub form: FormId,
    /// Which period.
    pub period: Period,
    /// The unit's last day, if it closed inside the period (rule 9).
    pub closes_on: Option<Day>,
    /// Where it stands.
    pub state: State,
    /// Grows with every change; who saves on an older one is told.
    pub revision: i64,
    /// What was typed.
    pub draft: Draft,
    /// Entered late for a unit that is closed ("nhập bổ sung", rule 25).
    pub late_entry: bool,
    /// When it was sent.
    pub submitted_at: Option<Instant>,
    /// Why it was sent back.
    pub returned_why: Option<String>,
    /// Its accepted version.
    pub version: Option<VersionId>,
}

/// An accepted version's head, without its cells.
#[derive(Debug, Clone)]
pub struct VersionHead {
    /// Its id.
    pub id: VersionId,
    /// The return.
    pub return_id: ReturnId,
    /// Counts the return's versions, from 1.
    pub number: i64,
    /// Whose figures.
    pub unit: UnitId,
    /// Which form.
    pub form: FormId,
    /// Which period.
    pub period: Period,
    /// Why it replaced the one before; empty for the first.
    pub reason: String,
    /// The published document or the file that it was taken from; empty where the unit itself counted.
    pub origin: String,
    /// When it was sent; absent where it came from a file.
    pub submitted_at: Option<Instant>,
    /// Who sent it.
    pub submitted_by: String,
    /// When it was accepted.
    pub accepted_at: Instant,
    /// Who accepted it.
    pub accepted_by: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    province_id: i64,
    id: i64,
    unit_id: i64,
    form_id: i64,
    period: String,
    closes_on: Option<String>,
    state: String,
    revision: i64,
    draft: String,
    late_entry: i64,
    submitted_at: Option<i64>,
    returned_why: Option<String>,
    version_id: Option<i64>,
}

/// A stored text that no longer reads: the store's fault, not the user's.
fn broken(what: &str) -> store::Error {
    store::Error::Decode(format!("unreadable {what}").into())
}

impl TryFrom<Row> for ReturnLine {
    type Error = store::Error;

    fn try_from(row: Row) -> Result<ReturnLine> {
        Ok(ReturnLine {
            province: row.province_id,
            id: ReturnId(row.id),
            unit: UnitId(row.unit_id),
            form: row.form_id,
            period: Period::parse(&row.period).map_err(|_| broken("period"))?,
            closes_on: row.closes_on.as_deref().and_then(Day::parse),
            state: State::parse(&row.state).ok_or_else(|| broken("state"))?,
            revision: row.revision,
            draft: serde_json::from_str(&row.draft).map_err(|_| broken("draft"))?,
            late_entry: row.late_entry == 1,
            submitted_at: row.submitted_at.map(Instant::from_micros),
            returned_why: row.returned_why,
            version: row.version_id.map(VersionId),
        })
    }
}

macro_rules! returns_where {
    ($condition:literal) => {
        concat!(
            "select province_id, id, unit_id, form_id, period, closes_on, state, revision, draft, late_entry,
                    submitted_at, returned_why, version_id
             from periodic_return where ",
            $condition
        )
    };
}

/// The return with this id.
pub async fn find(conn: &mut Conn, id: ReturnId) -> Result<Option<ReturnLine>> {
    let row: Option<Row> = conn.query(returns_where!("id = $1")).bind(id.0).maybe().await?;
    row.map(ReturnLine::try_from).transpose()
}

/// The return of this unit, form and period.
pub(crate) async fn find_for(
    conn: &mut Conn,
    province: i64,
    unit: UnitId,
    form: FormId,
    period: Period,
) -> Result<Option<ReturnLine>> {
    let row: Option<Row> = conn
        .query(returns_where!("province_id = $1 and unit_id = $2 and form_id = $3 and period = $4"))
        .bind(province)
        .bind(unit.0)
        .bind(form)
        .bind(period.to_string())
        .maybe()
        .await?;
    row.map(ReturnLine::try_from).transpose()
}

/// The returns of these units that are not settled or were changed lately, the latest first.
pub async fn returns_of(conn: &mut Conn, units: &[UnitId], limit: i64) -> Result<Vec<ReturnLine>> {
    let rows: Vec<Row> = conn
        .query(returns_where!(
            "unit_id in (select cast(value as bigint) from json_each($1)) order by changed_at desc, id limit $2"
        ))
        .bind(store::list(units.iter().map(|it| it.0)))
        .bind(limit)
        .all()
        .await?;
    rows.into_iter().map(ReturnLine::try_from).collect()
}

/// What a unit has done about one return, without its figures.
#[derive(Debug, Clone)]
pub struct Filed {
    /// Whose.
    pub unit: UnitId,
    /// Of which form.
    pub form: FormId,
    /// Where it stands.
    pub state: State,
    /// Whether a version of it was accepted.
    pub accepted: bool,
    /// When it was last sent.
    pub submitted_at: Option<Instant>,
}

/// What these units, whose returns stand in the ledgers of these provinces, filed for exactly this period.
pub async fn filed_of(conn: &mut Conn, provinces: &[UnitId], units: &[UnitId], period: Period) -> Result<Vec<Filed>> {
    let rows: Vec<(i64, i64, String, Option<i64>, Option<i64>)> = conn
        .query(
            "select unit_id, form_id, state, version_id, submitted_at from periodic_return
             where province_id in (select cast(value as bigint) from json_each($1))
               and unit_id in (select cast(value as bigint) from json_each($2)) and period = $3",
        )
        .bind(store::list(provinces.iter().map(|it| it.0)))
        .bind(store::list(units.iter().map(|it| it.0)))
        .bind(period.to_string())
        .all()
        .await?;
    let filed = |(unit, form, state, version, submitted): (i64, i64, String, Option<i64>, Option<i64>)| {
        Ok(Filed {
            unit: UnitId(unit),
            form,
            state: State::parse(&state).ok_or_else(|| broken("state"))?,
            accepted: version.is_some(),
            submitted_at: submitted.map(Instant::from_micros),
        })
    };
    rows.into_iter().map(filed).collect()
}

/// A new draft. Fails as taken if there is one already.
pub(crate) async fn insert(conn: &mut Conn, it: &ReturnLine, now: Instant, by: i64) -> Result<()> {
    conn.query(
        "insert into periodic_return (province_id, id, unit_id, form_id, period, closes_on, state, revision, draft,
             late_entry, version_id, changed_at, changed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(it.province)
    .bind(it.id.0)
    .bind(it.unit.0)
    .bind(it.form)
    .bind(it.period.to_string())
    .bind(it.closes_on.map(|it| it.to_string()))
    .bind(it.state.word())
    .bind(it.revision)
    .bind(serde_json::to_string(&it.draft).unwrap_or_default())
    .bind(i64::from(it.late_entry))
    .bind(it.version.map(|it| it.0))
    .bind(now.micros())
    .bind(by)
    .run()
    .await?;
    Ok(())
}

/// Writes a return's state and draft, if nobody changed it since this revision. Says whether it did.
pub(crate) async fn change(conn: &mut Conn, it: &ReturnLine, now: Instant, by: i64) -> Result<bool> {
    let touched = conn
        .query(
            "update periodic_return set state = $4, draft = $5, submitted_at = $6, returned_why = $7, version_id = $8,
                 changed_at = $9, changed_by = $10, revision = revision + 1
             where province_id = $1 and id = $2 and revision = $3",
        )
        .bind(it.province)
        .bind(it.id.0)
        .bind(it.revision)
        .bind(it.state.word())
        .bind(serde_json::to_string(&it.draft).unwrap_or_default())
        .bind(it.submitted_at.map(Instant::micros))
        .bind(it.returned_why.as_deref())
        .bind(it.version.map(|it| it.0))
        .bind(now.micros())
        .bind(by)
        .run()
        .await?;
    Ok(touched == 1)
}

/// Takes the next number of a province's ledger. The row stays locked until the transaction ends, so that numbers
/// follow the order of commits.
pub(crate) async fn next_in_ledger(conn: &mut Conn, province: i64) -> Result<i64> {
    let (seq,): (i64,) = conn
        .query(
            "insert into ledger_head (province_id, seq) values ($1, 1)
             on conflict (province_id) do update set seq = ledger_head.seq + 1 returning seq",
        )
        .bind(province)
        .one()
        .await?;
    Ok(seq)
}

/// Sets how far a province's ledger has come, after several rows were added under its lock.
pub(crate) async fn set_ledger(conn: &mut Conn, province: i64, seq: i64) -> Result<()> {
    conn.query("update ledger_head set seq = $2 where province_id = $1").bind(province).bind(seq).run().await?;
    Ok(())
}

/// Locks every province's ledger: what a unit above all provinces needs before it speaks for the whole.
pub(crate) async fn lock_all_ledgers(conn: &mut Conn) -> Result<()> {
    conn.query(
        "update ledger_head set seq = seq where province_id in (select province_id from ledger_head order by province_id)",
    )
    .run()
    .await?;
    Ok(())
}

/// A version to be accepted.
#[derive(Debug, Clone)]
pub(crate) struct NewVersion {
    pub(crate) province: i64,
    pub(crate) id: VersionId,
    pub(crate) return_id: ReturnId,
    pub(crate) unit: UnitId,
    pub(crate) form: FormId,
    pub(crate) period: Period,
    pub(crate) closes_on: Option<Day>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) awards: Vec<AwardRow>,
    pub(crate) replaces: Option<VersionId>,
    pub(crate) reason: String,
    pub(crate) origin: String,
    pub(crate) submitted_at: Option<Instant>,
    pub(crate) submitted_by: String,
    pub(crate) accepted_by: String,
}

/// The ledger's next row.
pub(crate) async fn insert_version(conn: &mut Conn, it: &NewVersion, seq: i64, now: Instant) -> Result<()> {
    conn.query(
        "insert into return_version (province_id, seq, id, return_id, number, unit_id, form_id, period, closes_on, cells,
             awards, replaces, reason, origin, submitted_at, submitted_by, accepted_at, accepted_by)
         values ($1, $2, $3, $4,
             (select cast(count(*) as bigint) + 1 from return_version
              where province_id = $1 and unit_id = $5 and form_id = $6 and period = $7),
             $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(it.province)
    .bind(seq)
    .bind(it.id.0)
    .bind(it.return_id.0)
    .bind(it.unit.0)
    .bind(it.form)
    .bind(it.period.to_string())
    .bind(it.closes_on.map(|it| it.to_string()))
    .bind(figures::codec::encode(&it.cells))
    .bind(awards::write_rows(&it.awards))
    .bind(it.replaces.map(|it| it.0))
    .bind(&it.reason)
    .bind(&it.origin)
    .bind(it.submitted_at.map(Instant::micros))
    .bind(&it.submitted_by)
    .bind(now.micros())
    .bind(&it.accepted_by)
    .run()
    .await?;
    Ok(())
}

/// Notes what happened to a return.
pub(crate) async fn insert_event(
    conn: &mut Conn,
    it: &ReturnLine,
    id: i64,
    now: Instant,
    act: &str,
    actor: &str,
    reason: &str,
) -> Result<()> {
    conn.query(
        "insert into return_event (province_id, return_id, id, at, act, actor, reason) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(it.province)
    .bind(it.id.0)
    .bind(id)
    .bind(now.micros())
    .bind(act)
    .bind(actor)
    .bind(reason)
    .run()
    .await?;
    Ok(())
}

/// What happened to a return, the latest first: (when, what, who, why).
pub(crate) async fn events(conn: &mut Conn, it: &ReturnLine) -> Result<Vec<(i64, String, String, String)>> {
    conn.query(
        "select at, act, actor, reason from return_event where province_id = $1 and return_id = $2 order by id desc",
    )
    .bind(it.province)
    .bind(it.id.0)
    .all()
    .await
}

#[derive(sqlx::FromRow)]
struct HeadRow {
    id: i64,
    return_id: i64,
    number: i64,
    unit_id: i64,
    form_id: i64,
    period: String,
    reason: String,
    origin: String,
    submitted_at: Option<i64>,
    submitted_by: String,
    accepted_at: i64,
    accepted_by: String,
}

/// A version's head.
pub async fn version_head(conn: &mut Conn, id: VersionId) -> Result<Option<VersionHead>> {
    let row: Option<HeadRow> = conn
        .query(
            "select id, return_id, number, unit_id, form_id, period, reason, origin, submitted_at, submitted_by,
                    accepted_at, accepted_by
             from return_version where id = $1",
        )
        .bind(id.0)
        .maybe()
        .await?;
    row.map(head).transpose()
}

/// The versions of a return, the latest first.
pub async fn versions_of(conn: &mut Conn, it: &ReturnLine) -> Result<Vec<VersionHead>> {
    let rows: Vec<HeadRow> = conn
        .query(
            "select id, return_id, number, unit_id, form_id, period, reason, origin, submitted_at, submitted_by,
                    accepted_at, accepted_by
             from return_version where province_id = $1 and unit_id = $2 and form_id = $3 and period = $4
             order by number desc",
        )
        .bind(it.province)
        .bind(it.unit.0)
        .bind(it.form)
        .bind(it.period.to_string())
        .all()
        .await?;
    rows.into_iter().map(head).collect()
}

fn head(row: HeadRow) -> Result<VersionHead> {
    Ok(VersionHead {
        id: VersionId(row.id),
        return_id: ReturnId(row.return_id),
        number: row.number,
        unit: UnitId(row.unit_id),
        form: row.form_id,
        period: Period::parse(&row.period).map_err(|_| broken("period"))?,
        reason: row.reason,
        origin: row.origin,
        submitted_at: row.submitted_at.map(Instant::from_micros),
        submitted_by: row.submitted_by,
        accepted_at: Instant::from_micros(row.accepted_at),
        accepted_by: row.accepted_by,
    })
}

/// The latest version of a unit's form and period: its id, its return and number.
pub(crate) async fn latest_version(
    conn: &mut Conn,
    province: i64,
    unit: UnitId,
    form: FormId,
    period: Period,
) -> Result<Option<(VersionId, ReturnId, i64)>> {
    let row: Option<(i64, i64, i64)> = conn
        .query(
            "select id, return_id, number from return_version
             where province_id = $1 and unit_id = $2 and form_id = $3 and period = $4 order by number desc limit 1",
        )
        .bind(province)
        .bind(unit.0)
        .bind(form)
        .bind(period.to_string())
        .maybe()
        .await?;
    Ok(row.map(|(id, return_id, number)| (VersionId(id), ReturnId(return_id), number)))
}

/// A version's cells and award rows.
pub async fn version(conn: &mut Conn, id: VersionId) -> Result<Option<(Vec<Cell>, Vec<AwardRow>)>> {
    let row: Option<(Vec<u8>, String)> =
        conn.query("select cells, awards from return_version where id = $1").bind(id.0).maybe().await?;
    row.map(|(cells, rows)| {
        let cells = figures::codec::decode(&cells).map_err(|err| store::Error::Decode(err.into()))?;
        Ok((cells, awards::read_rows(&rows)))
    })
    .transpose()
}

/// The award rows of a unit's accepted returns in a period.
pub async fn awards_of(conn: &mut Conn, unit: UnitId, period: Period) -> Result<Vec<AwardRow>> {
    let rows: Vec<(String,)> = conn
        .query(
            "select v.awards from periodic_return r join return_version v on v.id = r.version_id
             where r.unit_id = $1 and r.period = $2 order by v.id",
        )
        .bind(unit.0)
        .bind(period.to_string())
        .all()
        .await?;
    Ok(rows.iter().flat_map(|(it,)| awards::read_rows(it)).collect())
}

/// A row of the ledger, as the engine follows it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct LedgerRow {
    pub(crate) seq: i64,
    pub(crate) id: i64,
    pub(crate) unit_id: i64,
    pub(crate) period: String,
    pub(crate) closes_on: Option<String>,
    pub(crate) cells: Vec<u8>,
    pub(crate) replaced: Option<Vec<u8>>,
}

/// How far each province's ledger has come.
pub(crate) async fn heads(conn: &mut Conn) -> Result<Vec<(i64, i64)>> {
    conn.query("select province_id, seq from ledger_head order by province_id").all().await
}

/// The rows of a province's ledger after a number, in order, so many at most.
pub(crate) async fn ledger(conn: &mut Conn, province: i64, after: i64, limit: i64) -> Result<Vec<LedgerRow>> {
    conn.query(
        "select v.seq, v.id, v.unit_id, v.period, v.closes_on, v.cells, b.cells as replaced
         from return_version v left join return_version b on b.id = v.replaces
         where v.province_id = $1 and v.seq > $2 order by v.seq limit $3",
    )
    .bind(province)
    .bind(after)
    .bind(limit)
    .all()
    .await
}

/// How many forms there are.
pub(crate) async fn count_forms(conn: &mut Conn) -> Result<usize> {
    let (count,): (i64,) = conn.query("select cast(count(*) as bigint) from form").one().await?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Puts the forms of the data files into an empty database; what is there is left alone.
pub(crate) async fn insert_forms(conn: &mut Conn, catalogue: &Catalogue) -> Result<()> {
    for form in &catalogue.forms {
        conn.query(
            "insert into form (id, code, name, calendar, frequency, due_days, takes_award, is_open)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing",
        )
        .bind(form.id)
        .bind(&form.code)
        .bind(&form.name)
        .bind(form.calendar.prefix())
        .bind(form.frequency.word())
        .bind(i64::from(form.due_days))
        .bind(i64::from(form.awards))
        .bind(i64::from(form.open))
        .run()
        .await?;
        let items = form.sections.iter().flat_map(|section| section.items.iter().map(move |item| (section, item)));
        for (position, (section, item)) in (1_i64..).zip(items) {
            conn.query(
                "insert into form_item (form_id, position, section, indicator_id, is_required)
                 values ($1, $2, $3, $4, $5) on conflict (form_id, position) do nothing",
            )
            .bind(form.id)
            .bind(position)
            .bind(&section.title)
            .bind(i64::from(item.indicator))
            .bind(i64::from(item.required))
            .run()
            .await?;
        }
    }
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

/// Indicators from the data files, forms and assignments from the database.
pub async fn load_catalogue(conn: &mut Conn) -> Result<Catalogue> {
    let files = reference::catalogue().map_err(|err| store::Error::Decode(err.into()))?;
    let rows: Vec<(i64, i64, i64, String, Option<String>)> = conn
        .query("select form_id, class, top_unit_id, valid_from, valid_until from form_assignment order by form_id, class")
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
    let assignments: Option<Vec<Assignment>> = rows.into_iter().map(assignment).collect();
    let assignments = assignments.ok_or_else(|| broken("assignment"))?;
    Ok(Catalogue::new(files.indicators().to_vec(), files.forms, assignments, files.award_rules))
}
