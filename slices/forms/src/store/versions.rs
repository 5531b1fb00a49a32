//! Forms that units make, and the versions of all forms.

use kernel::{Calendar, Catalogue, Day, Form, FormId, Frequency, Instant, UnitId};
use store::{Conn, Result};

use super::{OWN, broken};
use crate::design::Design;

/// A version of a form as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) form: FormId,
    pub(crate) number: i64,
    pub(crate) design: Design,
    /// From which day on it is asked; absent for a draft.
    pub(crate) since: Option<Day>,
    pub(crate) revision: i64,
    pub(crate) changed_at: Instant,
    pub(crate) changed_by: String,
}

type Row = (i64, i64, String, Option<String>, i64, i64, String);

fn stored((form, number, design, since, revision, at, by): Row) -> Result<Stored> {
    Ok(Stored {
        form,
        number,
        design: serde_json::from_str(&design).map_err(|_| broken("design"))?,
        since: since.map(|it| Day::parse(&it).ok_or_else(|| broken("valid_from"))).transpose()?,
        revision,
        changed_at: Instant::from_micros(at),
        changed_by: by,
    })
}

/// The stored versions of a form, the latest first. The first version of a shared form stands in the data files.
pub(crate) async fn of_form(conn: &mut Conn, form: FormId) -> Result<Vec<Stored>> {
    let rows: Vec<Row> = conn
        .query(
            "select form_id, number, design, valid_from, revision, changed_at, changed_by from form_version
             where form_id = $1 order by number desc",
        )
        .bind(form)
        .all()
        .await?;
    rows.into_iter().map(stored).collect()
}

type Family = (i64, String, String, String, Option<i64>, i64);

/// What all versions of a form share, with no section and no name.
fn bare((id, code, calendar, frequency, owner, open): Family) -> Result<Form> {
    Ok(Form {
        id,
        number: 0,
        owner: owner.map(UnitId),
        since: Day::BEGINNING,
        code,
        name: String::new(),
        calendar: Calendar::from_prefix(&calendar).ok_or_else(|| broken("calendar"))?,
        frequency: Frequency::parse(&frequency).ok_or_else(|| broken("frequency"))?,
        due_days: 0,
        grace_days: 0,
        awards: false,
        open: open == 1,
        sections: Vec::new(),
    })
}

/// What all versions of the form with this code share.
pub(crate) async fn family(conn: &mut Conn, code: &str) -> Result<Option<Form>> {
    let row: Option<Family> = conn
        .query("select id, code, calendar, frequency, owner_unit_id, is_open from form where code = $1")
        .bind(code)
        .maybe()
        .await?;
    row.map(bare).transpose()
}

/// The forms that units made, with what all their versions share.
pub(crate) async fn owned(conn: &mut Conn) -> Result<Vec<Form>> {
    let rows: Vec<Family> = conn
        .query(
            "select id, code, calendar, frequency, owner_unit_id, is_open from form
             where owner_unit_id is not null order by id",
        )
        .all()
        .await?;
    rows.into_iter().map(bare).collect()
}

/// Adds the published versions to a catalogue of the data files.
pub(crate) async fn published(conn: &mut Conn, catalogue: &mut Catalogue) -> Result<()> {
    let owned = owned(conn).await?;
    let rows: Vec<Row> = conn
        .query(
            "select form_id, number, design, valid_from, revision, changed_at, changed_by from form_version
             where is_published = 1 order by form_id, number",
        )
        .all()
        .await?;
    for row in rows {
        let it = stored(row)?;
        let place = catalogue.forms.iter().position(|form| form.id == it.form);
        let known = place.and_then(|at| catalogue.forms.get(at)).or_else(|| owned.iter().find(|own| own.id == it.form));
        let mut form = known.cloned().ok_or_else(|| broken("form"))?;
        form.number = it.number;
        form.since = it.since.ok_or_else(|| broken("valid_from"))?;
        it.design.put_into(&mut form, |code| catalogue.by_code(code).map(kernel::Indicator::id));
        match place.and_then(|at| catalogue.forms.get_mut(at)) {
            Some(latest) => {
                let before = std::mem::replace(latest, form);
                catalogue.earlier.push(before);
            }
            None => catalogue.forms.push(form),
        }
    }
    Ok(())
}

/// Writes what all versions of a new form share; answers its number.
pub(crate) async fn insert_family(conn: &mut Conn, it: &Form) -> Result<FormId> {
    let (last,): (i64,) =
        conn.query("select cast(coalesce(max(id), 0) as bigint) from form where id >= $1").bind(OWN).one().await?;
    let id = last.max(OWN) + 1;
    super::insert_form(conn, &Form { id, ..it.clone() }).await?;
    Ok(id)
}

/// Begins a version: a draft, which nobody is asked for yet.
pub(crate) async fn begin_version(
    conn: &mut Conn,
    (form, number): (FormId, i64),
    design: &Design,
    at: Instant,
    by: &str,
) -> Result<()> {
    conn.query(
        "insert into form_version (form_id, number, design, is_published, revision, changed_at, changed_by)
         values ($1, $2, $3, 0, 1, $4, $5)",
    )
    .bind(form)
    .bind(number)
    .bind(serde_json::to_string(design).unwrap_or_default())
    .bind(at.micros())
    .bind(by)
    .run()
    .await?;
    Ok(())
}

/// Writes a draft, if nobody changed it since this revision. Says whether it did.
pub(crate) async fn change_version(conn: &mut Conn, it: &Stored, at: Instant, by: &str) -> Result<bool> {
    let touched = conn
        .query(
            "update form_version set design = $4, changed_at = $5, changed_by = $6, revision = revision + 1
             where form_id = $1 and number = $2 and revision = $3 and is_published = 0",
        )
        .bind(it.form)
        .bind(it.number)
        .bind(it.revision)
        .bind(serde_json::to_string(&it.design).unwrap_or_default())
        .bind(at.micros())
        .bind(by)
        .run()
        .await?;
    Ok(touched == 1)
}

/// Publishes a draft from a day on, if nobody changed it since this revision. Says whether it did.
pub(crate) async fn publish(conn: &mut Conn, it: &Stored, since: Day, at: Instant, by: &str) -> Result<bool> {
    let touched = conn
        .query(
            "update form_version set is_published = 1, valid_from = $4, changed_at = $5, changed_by = $6,
                 revision = revision + 1
             where form_id = $1 and number = $2 and revision = $3 and is_published = 0",
        )
        .bind(it.form)
        .bind(it.number)
        .bind(it.revision)
        .bind(since.to_string())
        .bind(at.micros())
        .bind(by)
        .run()
        .await?;
    Ok(touched == 1)
}

/// Throws a draft away.
pub(crate) async fn discard(conn: &mut Conn, form: FormId) -> Result<bool> {
    let touched =
        conn.query("delete from form_version where form_id = $1 and is_published = 0").bind(form).run().await?;
    Ok(touched > 0)
}
