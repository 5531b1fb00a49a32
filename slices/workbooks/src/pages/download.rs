//! `GET /workbooks/form.xlsx?unit=&form=&period=&shape=`: a workbook to be filled in.

use axum::{
    body::Body,
    extract::{Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use figures::{Apportionment, Boundaries, Question};
use kernel::{Form, Indicator, Issue, Issues, Level, Period, Register, Resolve, UnitId, UnitState};
use returns::{FILL, RawCell, ReturnLine, figure, merge};
use web::{App, Error, Page, Result, Typed, Who};

use super::index;
use crate::{
    identity::{Identity, Shape},
    write::{self, Plan, Unit},
};

/// What is asked for.
struct Asked {
    form: Form,
    period: Period,
    top: UnitId,
    shape: Shape,
    /// The units of the workbook.
    units: Vec<UnitState>,
}

pub(crate) async fn form(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(asked);
    let asked = match read(&app, &typed) {
        Ok(asked) => asked,
        Err(issues) => return index::render(&app, page, &who, typed, &issues).await,
    };
    who.scope(FILL)?.must_cover(&app.register.get(), asked.top, page.today)?;
    let mut units = Vec::new();
    for state in &asked.units {
        match returns::acts::standing(&app, &who, state.id, &asked.form, asked.period).await {
            Ok(line) => units.push(unit(&app, &who, &asked, state, line)?),
            // Of many units those that owe the form are asked.
            Err(Error::Refused(_)) if asked.units.len() > 1 => (),
            Err(Error::Refused(issues)) => return index::render(&app, page, &who, typed, &issues).await,
            Err(err) => return Err(err),
        }
    }
    if units.is_empty() {
        let issues = vec![Issue::new("unit", "workbooks-no-units")];
        return index::render(&app, page, &who, typed, &issues).await;
    }
    let catalogue = app.catalogue.get();
    let awards = forms::award_kinds(&catalogue).map_err(|err| Error::Internal(err.into()))?;
    let plan = Plan {
        asked: indicators(&catalogue, &asked.form),
        awards: if asked.form.awards { awards } else { Vec::new() },
        period_words: page.period_and_days(asked.period),
        shape: asked.shape,
        top: asked.top,
        top_name: app.register.get().path(asked.top, asked.period.last()),
        units,
        formulas: returns::formulas(&asked.form, &catalogue).map_err(|err| Error::Internal(err.into()))?,
        identity: Box::new(|unit, shape| Identity::new(&asked.form, &catalogue, asked.period, unit, shape).text()),
        form: &asked.form,
    };
    let bytes = write::workbook(&plan)?;
    let name = format!("{}-{}-{}.xlsx", asked.form.code, asked.period, asked.top).replace(':', "-");
    let mut response = Body::from(bytes).into_response();
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let attached = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let attached = attached.map_err(|_| Error::Bad("a file name"))?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, attached);
    Ok(response)
}

fn indicators<'a>(catalogue: &'a kernel::Catalogue, form: &Form) -> Vec<&'a Indicator> {
    form.asked().filter_map(|it| catalogue.indicator(it.indicator)).collect()
}

/// Which units, form and period are meant, or all that is unclear about them.
fn read(app: &App, typed: &Typed) -> std::result::Result<Asked, Issues> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let period = Period::parse(typed.text("period"));
    let form = catalogue.form_by_code(typed.text("form")).filter(|it| !it.sections.is_empty());
    // What that period asks, not what the next one will.
    let version =
        |it: &kernel::Form| period.as_ref().map_or(Some(it), |period| catalogue.form_for(it.id, *period)).cloned();
    let form = form.and_then(version);
    let (form, period) = match (form, period) {
        (Some(form), Ok(period)) => (form, period),
        (form, period) => {
            let mut issues = Issues::new();
            if form.is_none() {
                issues.push(Issue::new("form", "returns-form-unknown"));
            }
            if period.is_err() {
                issues.push(Issue::new("period", "returns-period-unknown").with("text", typed.text("period")));
            }
            return Err(issues);
        }
    };
    if !form.takes(period) {
        return Err(vec![Issue::new("period", "returns-period-not-of-form")]);
    }
    let day = period.last();
    let top = match register.resolve(typed.text("unit"), day) {
        Ok(unit) => unit,
        Err(Resolve::NotOn { unit, .. }) if returns::acts::reporting_day(&register, unit, period).is_some() => unit,
        Err(_) => return Err(vec![Issue::new("unit", "returns-unit-unknown").with("text", typed.text("unit"))]),
    };
    let units = match typed.text("shape") {
        "sheets" | "rows" => children(&register, top, day),
        _ => register.nearest(top, day).cloned().into_iter().collect(),
    };
    let shape = if typed.text("shape") == "rows" { Shape::Rows } else { Shape::Sheet };
    Ok(Asked { form, period, top, shape, units })
}

fn children(register: &Register, top: UnitId, day: kernel::Day) -> Vec<UnitState> {
    register.children(top, day).into_iter().cloned().collect()
}

fn unit(app: &App, who: &Who, asked: &Asked, state: &UnitState, line: Option<ReturnLine>) -> Result<Unit> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let day = asked.period.last();
    let asked_for = indicators(&catalogue, &asked.form);
    // As on the screen for many units: what is being filled in is seen; what was sent or is past is no longer one's own.
    let above = merge::looks_from_above(&who.scope(FILL)?, &register, state.id, app.clock.today());
    let open = line.as_ref().is_none_or(|it| it.state.is_open());
    let mut draft = line.map(|it| it.draft).unwrap_or_default();
    if above && !open {
        for it in asked_for.iter().filter(|it| merge::merges(it)) {
            let small = |cell: &RawCell| viet::parse_number(&cell.value, it.decimals).is_ok_and(merge::is_small);
            if draft.cells.get(&it.code).is_some_and(small) {
                draft.cells.remove(&it.code);
            }
        }
    }
    let past = |period: Period| -> Result<Vec<String>> {
        let question = |it: &&Indicator| Question {
            unit: state.id.0,
            indicator: it.id(),
            period,
            boundaries: Boundaries::Then,
            apportionment: Apportionment::None,
        };
        let totals =
            app.totals(|engine| asked_for.iter().map(|it| engine.total(&question(it)).ok()).collect::<Vec<_>>())?;
        let words = totals.iter().zip(&asked_for).map(|(total, it)| {
            let total = total.as_ref().filter(|total| !(above && merge::hides(it, total)))?;
            figure::in_words(total, it)
        });
        Ok(words.map(Option::unwrap_or_default).collect())
    };
    Ok(Unit {
        id: state.id,
        name: state.full_name.clone(),
        path: register.path(state.id, day),
        draft,
        has_below: state.level < Level::Village && (asked.form.open || !register.children(state.id, day).is_empty()),
        before: past(asked.period.before())?,
        year_ago: past(asked.period.year_before())?,
    })
}
