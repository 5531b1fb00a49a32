//! What one can do about what is asked. Each act: scope, read, write, audit, announce, commit; then this server follows,
//! and every other one within a second.

mod package;
mod version;

pub use package::{Applied, Package, Step, apply, difference, export};
pub use version::{NewForm, begin, create, discard, publish, save};
pub(crate) use version::{Shown, look};

use kernel::{Assignment, Catalogue, Day, Form, Indicator, Issue, Level, Register, UnitId};
use store::Conn;
use web::{App, Cover, Error, Result, Scope, Who};

use crate::{BUILD, indicator::MOST, indicator::Wanted, store as rows};

/// Puts the forms of the data files into the database, where they are not there yet.
///
/// # Errors
/// When it cannot be written.
pub async fn load_forms(db: &store::Db) -> store::Result<()> {
    let catalogue = crate::catalogue().map_err(|err| store::Error::Decode(err.into()))?;
    if rows::count_shared(&mut db.read().await?).await? == catalogue.forms.len() {
        return Ok(());
    }
    let mut tx = db.write().await?;
    rows::insert_shared(&mut tx, &catalogue).await?;
    tx.commit().await
}

/// Reads the catalogue again if the database has another one than this server, and tells the totals of it. Whether it
/// had. Whoever calls this holds `app.followed`: what follows the database does so one after another.
///
/// # Errors
/// When the database cannot be read, or holds what this program does not understand.
pub async fn follow(app: &App, conn: &mut Conn) -> Result<bool> {
    if rows::version(conn).await? == app.catalogue.get().version {
        return Ok(false);
    }
    let catalogue = rows::load_catalogue(conn).await?;
    // The totals first: nobody finds an indicator that they do not know.
    app.change_totals(|engine| {
        engine.add_indicators(catalogue.indicators().iter().map(|it| it.rule.clone()));
        engine.set_assignments(crate::assignments(&catalogue));
    });
    app.catalogue.set(catalogue);
    Ok(true)
}

/// The same at once, after an act of one's own.
pub(crate) async fn catch_up(app: &App) -> Result<()> {
    let following = app.followed.lock().await;
    follow(app, &mut app.db.read().await?).await?;
    drop(following);
    Ok(())
}

/// Notes an act in the audit and announces the change, in the transaction of the act.
pub(crate) async fn note(
    app: &App,
    tx: &mut Conn,
    who: &Who,
    act: &'static str,
    unit: Option<UnitId>,
    object: &str,
) -> Result<()> {
    rows::changed(tx).await?;
    // One chain for what is asked, wherever it is asked: these acts are few, and all servers follow each of them.
    let entry = audit::Entry { province: 0, at: app.clock.now(), actor: who.actor(), act, unit, object };
    audit::append(tx, &entry).await?;
    Ok(())
}

/// The unit at which the country's shared forms are changed.
pub(crate) fn nation(register: &Register, today: Day) -> Option<UnitId> {
    register.roots(today).iter().find(|it| it.level == Level::Nation).map(|it| it.id)
}

/// Whether this scope may change a form: it covers the form's owner; of what all share, the whole country.
pub(crate) fn may_change(app: &App, scope: &Scope, form: &Form) -> bool {
    let (register, today) = (app.register.get(), app.clock.today());
    let owner = form.owner.or_else(|| nation(&register, today));
    owner.is_some_and(|it| scope.cover(&register, it, today) == Cover::Full)
}

/// Whether somebody in this scope may see a form: it is shared, or made above or below the top of the scope, or by a unit
/// that went on there.
pub(crate) fn sees(app: &App, scope: &Scope, owner: Option<UnitId>) -> bool {
    let (register, today) = (app.register.get(), app.clock.today());
    owner.is_none_or(|owner| {
        scope.cover(&register, owner, today) == Cover::Full
            || scope.tops().iter().any(|top| register.holds(owner, *top, today))
    })
}

/// Lets the units of a level below a unit owe a form from a day on.
///
/// # Errors
/// Not found where the unit, or the form's owner, is out of reach; refused when the days are the wrong way round.
pub async fn assign(app: &App, who: &Who, assignment: &Assignment) -> Result<()> {
    let scope = who.scope(BUILD)?;
    let (register, today) = (app.register.get(), app.clock.today());
    scope.must_cover(&register, assignment.top, today)?;
    let catalogue = app.catalogue.get();
    let form = catalogue.form(assignment.form).ok_or(Error::NotFound)?;
    if !form.is_for(&register, assignment.top, today) {
        return Err(Error::NotFound);
    }
    if assignment.until <= assignment.from {
        return refuse("until", "forms-assign-days");
    }
    let mut tx = app.db.write().await?;
    rows::insert_assignment(&mut tx, assignment).await?;
    note(app, &mut tx, who, "returns.form-assigned", Some(assignment.top), &assignment.form.to_string()).await?;
    tx.commit().await?;
    catch_up(app).await
}

/// Adds an indicator for a unit and all below.
///
/// # Errors
/// Not found when the unit is out of reach; refused with everything that is wrong.
pub async fn add_indicator(app: &App, who: &Who, owner: UnitId, wanted: &Wanted) -> Result<Indicator> {
    let scope = who.scope(BUILD)?;
    scope.must_cover(&app.register.get(), owner, app.clock.today())?;
    let mut tx = app.db.write().await?;
    let made = insert_indicator(app, &mut tx, who, owner, wanted).await?;
    tx.commit().await?;
    catch_up(app).await?;
    Ok(made)
}

pub(crate) async fn insert_indicator(
    app: &App,
    tx: &mut Conn,
    who: &Who,
    owner: UnitId,
    wanted: &Wanted,
) -> Result<Indicator> {
    // From here to the commit nobody else adds one, so that no number and no code is given twice.
    rows::changed(tx).await?;
    let catalogue = rows::load_catalogue(tx).await?;
    if catalogue.indicators().iter().filter(|it| it.owner == Some(owner)).count() >= MOST {
        return Err(Error::Refused(vec![Issue::new("code", "forms-indicators-many").with("most", MOST)]));
    }
    let Some(id) = rows::next_indicator(tx).await? else { return refuse("code", "forms-indicators-full") };
    let made = wanted.read(owner, id, &catalogue, &app.register.get(), app.clock.today()).map_err(Error::Refused)?;
    let sides = (wanted.numerator.as_str(), wanted.denominator.as_str());
    rows::insert_indicator(tx, &made, sides, app.clock.now(), &who.name).await?;
    note(app, tx, who, "forms.indicator-added", Some(owner), &made.code).await?;
    Ok(made)
}

/// Retires an indicator of a unit's own: no period that begins on this day or later asks for it. Returns and figures that
/// are there stay. Without a day it is asked for again, as long as the day has not come.
///
/// # Errors
/// Not found when it, or its unit, is out of reach; refused when the day is no day after today.
pub async fn retire(app: &App, who: &Who, code: &str, day: &str) -> Result<()> {
    let scope = who.scope(BUILD)?;
    let (register, today) = (app.register.get(), app.clock.today());
    let mut tx = app.db.write().await?;
    let catalogue = rows::load_catalogue(&mut tx).await?;
    let own = |it: &&Indicator| it.owner.is_some_and(|owner| scope.cover(&register, owner, today) == Cover::Full);
    let it = catalogue.by_code(code).filter(own).ok_or(Error::NotFound)?;
    if it.retired_from.is_some_and(|it| it <= today) {
        return refuse("day", "forms-retired-already");
    }
    // A period that has begun may have its returns already.
    let day = match day {
        "" => None,
        text => match Day::parse(text).filter(|it| *it > today) {
            Some(day) => Some(day),
            None => return refuse("day", "forms-retire-day"),
        },
    };
    rows::retire_indicator(&mut tx, it.id(), day).await?;
    let object = day.map_or_else(|| code.to_owned(), |day| format!("{code} {day}"));
    let act = if day.is_some() { "forms.indicator-retired" } else { "forms.indicator-kept" };
    note(app, &mut tx, who, act, it.owner, &object).await?;
    tx.commit().await?;
    catch_up(app).await
}

/// The indicators that forms of an owner may ask for, in the catalogue's order.
pub(crate) fn to_ask<'c>(
    catalogue: &'c Catalogue,
    register: &'c Register,
    owner: Option<UnitId>,
    today: Day,
) -> impl Iterator<Item = &'c Indicator> {
    let own = move |it: &&Indicator| match owner {
        Some(owner) => it.is_for(register, owner, today),
        None => it.owner.is_none(),
    };
    let asked = move |it: &&Indicator| it.retired_from.is_none_or(|day| today < day);
    let all = catalogue.indicators().iter().filter(own).filter(asked);
    all.filter(|it| !it.is_award() && !it.code.starts_with("CRM"))
}

pub(crate) fn refuse<T>(field: &str, text: &'static str) -> Result<T> {
    Err(Error::Refused(vec![Issue::new(field, text)]))
}
