//! Lists of returns for the pages of work: without the drafts, which are the heavy part.

use kernel::{Day, FormId, Instant, Period, ReturnId, UnitId};
use store::{Conn, Result};

use super::broken;
use crate::state::State;

/// A return in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its id.
    pub id: ReturnId,
    /// Whose figures.
    pub unit: UnitId,
    /// Which form.
    pub form: FormId,
    /// Which period.
    pub period: Period,
    /// The unit's last day, if it closed inside the period.
    pub closes_on: Option<Day>,
    /// Where it stands.
    pub state: State,
    /// Entered late for a unit that is closed.
    pub late_entry: bool,
    /// Whether a version of it was accepted.
    pub accepted: bool,
    /// When what was accepted first was sent; before that, when it was last sent.
    pub sent_at: Option<Instant>,
    /// Why it was sent back.
    pub returned_why: Option<String>,
    /// When it last changed.
    pub changed_at: Instant,
}

impl Listed {
    /// Whether the level above has it, or had it and accepted it.
    pub fn is_sent(&self) -> bool {
        self.accepted || self.state == State::Submitted
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    unit_id: i64,
    form_id: i64,
    period: String,
    closes_on: Option<String>,
    state: String,
    late_entry: i64,
    version_id: Option<i64>,
    sent_at: Option<i64>,
    returned_why: Option<String>,
    changed_at: i64,
}

impl TryFrom<Row> for Listed {
    type Error = store::Error;

    fn try_from(row: Row) -> Result<Listed> {
        Ok(Listed {
            id: ReturnId(row.id),
            unit: UnitId(row.unit_id),
            form: row.form_id,
            period: Period::parse(&row.period).map_err(|_| broken("period"))?,
            closes_on: row.closes_on.as_deref().and_then(Day::parse),
            state: State::parse(&row.state).ok_or_else(|| broken("state"))?,
            late_entry: row.late_entry == 1,
            accepted: row.version_id.is_some(),
            sent_at: row.sent_at.map(Instant::from_micros),
            returned_why: row.returned_why,
            changed_at: Instant::from_micros(row.changed_at),
        })
    }
}

macro_rules! listed_where {
    ($condition:literal) => {
        concat!(
            "select r.id, r.unit_id, r.form_id, r.period, r.closes_on, r.state, r.late_entry, r.version_id,
                    coalesce((select v.submitted_at from return_version v
                              where v.province_id = r.province_id and v.return_id = r.id and v.number = 1),
                             r.submitted_at) as sent_at,
                    r.returned_why, r.changed_at
             from periodic_return r
             where r.province_id in (select cast(value as bigint) from json_each($1)) and ",
            $condition
        )
    };
}

/// What these units filed for these periods, in the ledgers of these provinces.
pub async fn listed(
    conn: &mut Conn,
    provinces: &[UnitId],
    units: &[UnitId],
    periods: &[Period],
) -> Result<Vec<Listed>> {
    let rows: Vec<Row> = conn
        .query(listed_where!(
            "r.unit_id in (select cast(value as bigint) from json_each($2))
             and r.period in (select value from json_each($3))"
        ))
        .bind(store::list(provinces.iter().map(|it| it.0)))
        .bind(store::list(units.iter().map(|it| it.0)))
        .bind(store::list(periods))
        .all()
        .await?;
    rows.into_iter().map(Listed::try_from).collect()
}

/// The returns of these provinces' ledgers that nobody has settled yet, the latest change first, so many at most.
pub(crate) async fn unsettled(conn: &mut Conn, provinces: &[UnitId], limit: i64) -> Result<Vec<Listed>> {
    let rows: Vec<Row> = conn
        .query(listed_where!(
            "r.state in ('draft', 'submitted', 'returned', 'correcting') order by r.changed_at desc, r.id limit $2"
        ))
        .bind(store::list(provinces.iter().map(|it| it.0)))
        .bind(limit)
        .all()
        .await?;
    rows.into_iter().map(Listed::try_from).collect()
}

/// The returns of these provinces' ledgers that are approved, the latest first, so many at most.
pub(crate) async fn approved(conn: &mut Conn, provinces: &[UnitId], limit: i64) -> Result<Vec<Listed>> {
    let rows: Vec<Row> = conn
        .query(listed_where!("r.state = 'approved' order by r.changed_at desc, r.id limit $2"))
        .bind(store::list(provinces.iter().map(|it| it.0)))
        .bind(limit)
        .all()
        .await?;
    rows.into_iter().map(Listed::try_from).collect()
}
