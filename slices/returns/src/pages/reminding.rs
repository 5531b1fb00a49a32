//! `POST /work/reminders`: asks for what is missing; and the words that a unit finds on its page of work.

use std::collections::HashMap;

use axum::{extract::State, response::Response};
use kernel::{Catalogue, Period, Register, UnitId};
use web::{App, Error, Page, Result, Typed, Who};

use super::go;
use crate::{
    acts,
    duties::Duty,
    store::{self as rows},
};

/// So many words are shown.
const SHOWN: usize = 8;

/// A word to a unit, on its page of work.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) text: String,
    pub(super) at: String,
}

/// What was said lately about what these units owe and have not sent: of each return the last word.
pub(super) async fn told(
    app: &App,
    p: &Page,
    (register, catalogue): (&Register, &Catalogue),
    ledgers: &[UnitId],
    unsent: &[&Duty],
) -> Result<Vec<Told>> {
    let mut units: Vec<UnitId> = unsent.iter().map(|it| it.unit).collect();
    let mut periods: Vec<Period> = unsent.iter().map(|it| it.period).collect();
    units.sort_unstable();
    units.dedup();
    periods.sort_unstable();
    periods.dedup();
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let found = rows::reminders(&mut app.db.read().await?, ledgers, &units, &periods).await?;
    let mut last: HashMap<_, &rows::Word> = HashMap::new();
    for it in &found {
        last.entry((it.unit, it.form, it.period)).or_insert(it);
    }
    let mut res: Vec<(&rows::Word, &Duty)> =
        unsent.iter().filter_map(|it| Some((*last.get(&(it.unit, it.form, it.period))?, *it))).collect();
    res.sort_by_key(|it| (std::cmp::Reverse(it.0.at), it.0.unit));
    let word = |(it, duty): &(&rows::Word, &Duty)| {
        let form = catalogue.form(it.form)?;
        let unit = register.nearest(it.unit, it.period.last()).map(|it| it.full_name.clone()).unwrap_or_default();
        let args = [
            ("form", form.name.clone()),
            ("period", p.period(it.period)),
            ("unit", unit),
            ("until", web::date(duty.deadline.until)),
            ("by", it.by.clone()),
        ];
        let text = match it.kind.as_str() {
            "soon" => "returns-told-soon",
            "due" => "returns-told-due",
            "late" => "returns-told-late",
            _ => "returns-told-asked",
        };
        Some(Told { text: p.ta(text, &args), at: web::moment(it.at) })
    };
    Ok(res.iter().take(SHOWN).filter_map(word).collect())
}

pub(crate) async fn remind(State(app): State<App>, who: Who, typed: Typed) -> Result<Response> {
    let catalogue = app.catalogue.get();
    let period = Period::parse(typed.text("period")).map_err(|_| Error::NotFound)?;
    let form = catalogue.form_by_code(typed.text("form")).filter(|it| it.takes(period) && !it.open);
    let form = form.ok_or(Error::NotFound)?;
    let only = match typed.text("unit") {
        "" => None,
        text => Some(text.parse::<UnitId>().map_err(|_| Error::NotFound)?),
    };
    let told = acts::remind(&app, &who, form, period, only).await?;
    let done = if told > 0 { "returns-reminded" } else { "returns-reminded-none" };
    Ok(go(&format!("/work/board?form={}&period={period}&only=missing&done={done}", form.code)))
}
