use kernel::{Assignment, Catalogue, Day, Extensions, FormId, Instant, Period, UnitId};
use store::{Conn, Result};

use super::broken;
use crate::reference;

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

/// More time for one return.
#[derive(Debug, Clone)]
pub(crate) struct Extension {
    pub(crate) unit: UnitId,
    pub(crate) form: FormId,
    pub(crate) period: Period,
    /// The last day that is in time.
    pub(crate) until: Day,
    pub(crate) reason: String,
    pub(crate) at: Instant,
    pub(crate) by: String,
}

/// Grants more time.
pub(crate) async fn insert_extension(conn: &mut Conn, province: i64, id: i64, it: &Extension) -> Result<()> {
    conn.query(
        "insert into due_extension (province_id, id, unit_id, form_id, period, until, reason, granted_at, granted_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(province)
    .bind(id)
    .bind(it.unit.0)
    .bind(it.form)
    .bind(it.period.to_string())
    .bind(it.until.to_string())
    .bind(&it.reason)
    .bind(it.at.micros())
    .bind(&it.by)
    .run()
    .await?;
    Ok(())
}

/// What was granted for one return, the latest first.
pub(crate) async fn extensions_of(
    conn: &mut Conn,
    province: i64,
    unit: UnitId,
    form: FormId,
    period: Period,
) -> Result<Vec<Extension>> {
    let rows: Vec<(String, String, i64, String)> = conn
        .query(
            "select until, reason, granted_at, granted_by from due_extension
             where province_id = $1 and unit_id = $2 and form_id = $3 and period = $4 order by id desc",
        )
        .bind(province)
        .bind(unit.0)
        .bind(form)
        .bind(period.to_string())
        .all()
        .await?;
    let extension = |(until, reason, at, by): (String, String, i64, String)| {
        let until = Day::parse(&until).ok_or_else(|| broken("until"))?;
        Ok(Extension { unit, form, period, until, reason, at: Instant::from_micros(at), by })
    };
    rows.into_iter().map(extension).collect()
}

async fn extensions(conn: &mut Conn) -> Result<Extensions> {
    let rows: Vec<(i64, i64, String, String)> =
        conn.query("select form_id, unit_id, period, until from due_extension order by id").all().await?;
    let extension = |(form, unit, period, until): (i64, i64, String, String)| {
        Some(((form, UnitId(unit), Period::parse(&period).ok()?), Day::parse(&until)?))
    };
    // Of several the latest holds.
    let res: Option<Extensions> = rows.into_iter().map(extension).collect();
    res.ok_or_else(|| broken("extension"))
}

/// Indicators from the data files, forms and assignments from the database.
pub async fn load_catalogue(conn: &mut Conn) -> Result<Catalogue> {
    let files = reference::catalogue().map_err(|err| store::Error::Decode(err.into()))?;
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
    let assignments: Option<Vec<Assignment>> = rows.into_iter().map(assignment).collect();
    let assignments = assignments.ok_or_else(|| broken("assignment"))?;
    let mut res = Catalogue::new(files.indicators().to_vec(), files.forms, assignments, files.award_rules);
    res.work_days = files.work_days;
    res.extensions = extensions(conn).await?;
    Ok(res)
}
