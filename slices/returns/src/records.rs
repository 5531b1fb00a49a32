//! Figures that other slices' records amount to ([`web::Derive`]): a return opens filled with them, and a typed figure
//! that differs needs a reason, which travels with it.

use kernel::{Amount, Catalogue, Cell, Coverage, Day, Form, IndicatorId, Issue, Issues, Qualifier, UnitId};
use web::{App, Behind, Derive, Error, Over, Result};

use crate::{Origin, acts, merge, store::ReturnLine};

/// What records say about one indicator of a return.
#[derive(Debug, Clone)]
pub(crate) struct Derived {
    /// The indicator.
    pub(crate) indicator: IndicatorId,
    /// The records behind the number.
    pub(crate) records: Vec<Behind>,
    /// The number.
    pub(crate) amount: i64,
}

/// The rule of an indicator, if a slice's records amount to it. Nobody looks below a figure of tips.
pub(crate) fn rule(app: &App, code: &str) -> Option<&'static Derive> {
    if merge::of_tips(code) {
        return None;
    }
    app.slices.iter().flat_map(|it| it.derives).find(|it| it.indicator == code)
}

/// What records say about a return's figures; nothing of published figures, which somebody else counted. It asks for
/// connections of its own: hold none while waiting for it.
///
/// # Errors
/// When records cannot be read.
pub(crate) async fn derived(app: &App, line: &ReturnLine) -> Result<Vec<Derived>> {
    let catalogue = app.catalogue.get();
    let form = line.asks(&catalogue).ok_or(Error::NotFound)?;
    if form.open {
        return Ok(Vec::new());
    }
    let asked: Vec<(IndicatorId, &'static Derive)> = form
        .items()
        .filter_map(|it| catalogue.indicator(it.indicator))
        .filter_map(|it| Some((it.id(), rule(app, &it.code)?)))
        .collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let last = line.closes_on.unwrap_or(line.period.last());
    let units = speaks_for(app, line.unit, form, last);
    let over = Over { units: &units, first: line.period.first(), last };
    let mut res = Vec::new();
    for (indicator, derive) in asked {
        let Some(records) = (derive.records)(app, over).await? else { continue };
        if let Some(amount) = derive.rule.amount(&records) {
            res.push(Derived { indicator, records, amount });
        }
    }
    Ok(res)
}

/// The unit, and those below it that send no such return themselves.
fn speaks_for(app: &App, unit: UnitId, form: &Form, day: Day) -> Vec<UnitId> {
    let register = app.register.get();
    let mut res = vec![unit];
    let mut at = 0;
    while let Some(above) = res.get(at).copied() {
        let silent = register.children(above, day).into_iter().filter(|it| !acts::takes_form(app, form, it.id, day));
        res.extend(silent.map(|it| it.id));
        at += 1;
    }
    res
}

/// Marks the figures that are what the records say; warns of those that are not.
pub(crate) fn hold_against(cells: &mut [Cell], derived: &[Derived], catalogue: &Catalogue) -> Issues {
    let mut res = Issues::new();
    for it in derived {
        let own = |cell: &&mut Cell| cell.indicator == it.indicator && cell.coverage == Coverage::Own;
        let Some(cell) = cells.iter_mut().find(own) else { continue };
        let Some(indicator) = catalogue.indicator(it.indicator) else { continue };
        if cell.amount == (Amount { value: it.amount, qualifier: Qualifier::Exact }) {
            cell.origin = Origin::Computed.number();
            continue;
        }
        if cell.origin == Origin::Computed.number() {
            cell.origin = Origin::Typed.number();
        }
        let issue = Issue::new(format!("v.{}", indicator.code), "returns-records-differ")
            .with("name", &indicator.name_vi)
            .with("name-en", &indicator.name_en)
            .with("value", viet::decimal(cell.amount.value, indicator.decimals))
            .with("records", viet::decimal(it.amount, indicator.decimals));
        res.push(issue.warning());
    }
    res
}
