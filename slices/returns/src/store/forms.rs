use kernel::{Assignment, Catalogue, Day, UnitId};
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
    Ok(Catalogue::new(files.indicators().to_vec(), files.forms, assignments, files.award_rules))
}
