//! Drawing up a form, and publishing it.

use kernel::{Calendar, Day, Form, Frequency, Issue, Issues, Period, UnitId};
use store::Conn;
use web::{App, Error, Result, Scope, Who};

use super::{catch_up, may_change, note, refuse, sees};
use crate::{
    BUILD, Design, design, guard, indicator,
    store::{self as rows, Stored},
};

/// So many versions of a form may there be.
const VERSIONS: i64 = 200;

/// A form that somebody wants to make.
#[derive(Debug, Clone, Default)]
pub struct NewForm {
    /// For whom and all below.
    pub owner: Option<UnitId>,
    /// The part of the code after the unit's, `camera`.
    pub code: String,
    /// Vietnamese name.
    pub name: String,
    /// The prefix of the calendar.
    pub calendar: String,
    /// The word of the frequency.
    pub frequency: String,
    /// The code of the form that it begins as a copy of; empty for none.
    pub copy: String,
}

/// A form with its stored versions, for who may see it.
#[derive(Debug)]
pub(crate) struct Shown {
    /// What all its versions share.
    pub(crate) family: Form,
    /// Drawn up in the browser, the latest first.
    pub(crate) stored: Vec<Stored>,
    /// Whether who asks may change it.
    pub(crate) may: bool,
}

impl Shown {
    /// The version that is being drawn up.
    pub(crate) fn draft(&self) -> Option<&Stored> {
        self.stored.iter().find(|it| it.since.is_none())
    }
}

/// The form with this code.
///
/// # Errors
/// Not found, also where it is out of sight.
pub(crate) async fn look(app: &App, conn: &mut Conn, scope: &Scope, code: &str) -> Result<Shown> {
    let family = rows::family(conn, code).await?.ok_or(Error::NotFound)?;
    if !sees(app, scope, family.owner) {
        return Err(Error::NotFound);
    }
    let stored = rows::of_form(conn, family.id).await?;
    let may = may_change(app, scope, &family);
    Ok(Shown { family, stored, may })
}

async fn change(app: &App, conn: &mut Conn, who: &Who, code: &str) -> Result<Shown> {
    let it = look(app, conn, &who.scope(BUILD)?, code).await?;
    if it.may { Ok(it) } else { Err(Error::Forbidden) }
}

/// Begins a new form with the draft of its first version. Answers its code.
///
/// # Errors
/// Not found when the owner is out of reach; refused with everything that is wrong.
pub async fn create(app: &App, who: &Who, new: &NewForm) -> Result<String> {
    let scope = who.scope(BUILD)?;
    let (register, today) = (app.register.get(), app.clock.today());
    let owner = new.owner.ok_or(Error::NotFound)?;
    scope.must_cover(&register, owner, today)?;
    let mut issues = Issues::new();
    let own = new.code.to_ascii_lowercase();
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    if !((2..=20).contains(&own.len()) && own.bytes().all(plain)) {
        issues.push(Issue::new("code", "forms-form-code-shape"));
    } else if guard::is_guarded(&own) || guard::forbidden(&own).is_some() {
        issues.push(Issue::new("code", "forms-code-guarded").with("code", &own));
    }
    design::name(&mut issues, "name", &new.name, 150, true);
    let calendar = Calendar::from_prefix(&new.calendar);
    let frequency = Frequency::parse(&new.frequency);
    if calendar.is_none() || frequency.is_none() {
        issues.push(Issue::new("frequency", "forms-frequency-unknown"));
    }
    let catalogue = app.catalogue.get();
    let copied = catalogue.form_by_code(&new.copy).filter(|it| sees(app, &scope, it.owner));
    if !new.copy.is_empty() && copied.is_none() {
        issues.push(Issue::new("copy", "forms-copy-unknown"));
    }
    let (Some(calendar), Some(frequency), true) = (calendar, frequency, issues.is_empty()) else {
        return Err(Error::Refused(issues));
    };
    let code = format!("{}-{own}", indicator::prefix(owner).to_ascii_lowercase());
    let mut design = copied.map(|it| Design::of(it, &catalogue)).unwrap_or_default();
    design.name.clone_from(&new.name);
    let mut tx = app.db.write().await?;
    if rows::family(&mut tx, &code).await?.is_some() {
        return Err(Error::Refused(vec![Issue::new("code", "forms-code-taken").with("code", &code)]));
    }
    let form = Form {
        id: 0,
        number: 0,
        owner: Some(owner),
        since: Day::BEGINNING,
        code: code.clone(),
        name: new.name.clone(),
        calendar,
        frequency,
        due_days: design.due_days,
        grace_days: design.grace_days,
        awards: design.awards,
        open: false,
        sections: Vec::new(),
    };
    note(app, &mut tx, who, "forms.created", Some(owner), &code).await?;
    let id = rows::insert_family(&mut tx, &form).await?;
    rows::begin_version(&mut tx, (id, 1), &design, app.clock.now(), &who.name).await?;
    tx.commit().await?;
    catch_up(app).await?;
    Ok(code)
}

/// Begins the draft of the next version as a copy of the latest; if there is a draft, that one goes on.
///
/// # Errors
/// Not found or forbidden where the form is not one's own to change.
pub async fn begin(app: &App, who: &Who, code: &str) -> Result<()> {
    let mut tx = app.db.write().await?;
    let it = change(app, &mut tx, who, code).await?;
    if it.draft().is_some() {
        return Ok(());
    }
    // The import form is the program's own.
    let catalogue = app.catalogue.get();
    let latest = catalogue.form(it.family.id);
    if latest.is_some_and(|it| it.owner.is_none() && it.sections.is_empty()) {
        return Err(Error::Forbidden);
    }
    let design = latest.map(|it| Design::of(it, &catalogue)).unwrap_or_default();
    let number = latest.map_or(1, |it| it.number + 1);
    if number > VERSIONS {
        return refuse("", "forms-versions-many");
    }
    note(app, &mut tx, who, "forms.version-begun", it.family.owner, &format!("{code} {number}")).await?;
    rows::begin_version(&mut tx, (it.family.id, number), &design, app.clock.now(), &who.name).await?;
    tx.commit().await?;
    catch_up(app).await
}

/// Keeps a draft as it was typed.
///
/// # Errors
/// Stale on an older revision; refused with everything that can never stand.
pub async fn save(app: &App, who: &Who, code: &str, revision: i64, design: Design) -> Result<()> {
    let mut tx = app.db.write().await?;
    let it = change(app, &mut tx, who, code).await?;
    let draft = it.draft().cloned().ok_or(Error::NotFound)?;
    let (catalogue, register) = (app.catalogue.get(), app.register.get());
    let issues = design.check(&catalogue, &register, &it.family, app.clock.today(), false);
    if !issues.is_empty() {
        return Err(Error::Refused(issues));
    }
    let changed = Stored { design, revision, ..draft };
    if !rows::change_version(&mut tx, &changed, app.clock.now(), &who.name).await? {
        return Err(Error::Stale);
    }
    tx.commit().await?;
    Ok(())
}

/// Publishes the draft: it is asked for this period and those after it. Returns that are open already keep theirs.
///
/// # Errors
/// Stale on an older revision; refused with everything that is wrong or missing.
pub async fn publish(app: &App, who: &Who, code: &str, revision: i64, period: &str) -> Result<()> {
    let mut tx = app.db.write().await?;
    let it = change(app, &mut tx, who, code).await?;
    let draft = it.draft().cloned().ok_or(Error::NotFound)?;
    let (catalogue, register, today) = (app.catalogue.get(), app.register.get(), app.clock.today());
    let mut issues = draft.design.check(&catalogue, &register, &it.family, today, true);
    let period = Period::parse(period).ok().filter(|it_| it.family.takes(*it_));
    if period.is_none() {
        let example = Period::on(it.family.calendar, it.family.frequency, today);
        let example = example.map(|it| it.to_string()).unwrap_or_default();
        issues.push(Issue::new("period", "forms-period").with("example", example));
    }
    let since = period.map(Period::first);
    let before = catalogue.form(it.family.id).map(|it| it.since);
    if let (Some(since), Some(before)) = (since, before)
        && since < before
    {
        issues.push(Issue::new("period", "forms-period-before"));
    }
    let (Some(since), true) = (since, issues.is_empty()) else { return Err(Error::Refused(issues)) };
    let draft = Stored { revision, ..draft };
    if !rows::publish(&mut tx, &draft, since, app.clock.now(), &who.name).await? {
        return Err(Error::Stale);
    }
    note(app, &mut tx, who, "forms.published", it.family.owner, &format!("{code} {} {since}", draft.number)).await?;
    tx.commit().await?;
    catch_up(app).await
}

/// Throws the draft away.
///
/// # Errors
/// Not found when there is none.
pub async fn discard(app: &App, who: &Who, code: &str) -> Result<()> {
    let mut tx = app.db.write().await?;
    let it = change(app, &mut tx, who, code).await?;
    if !rows::discard(&mut tx, it.family.id).await? {
        return Err(Error::NotFound);
    }
    note(app, &mut tx, who, "forms.discarded", it.family.owner, code).await?;
    tx.commit().await?;
    catch_up(app).await
}
