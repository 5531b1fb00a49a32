//! What people do with reports: word them, freeze them, keep the signed file, revoke certificates, count who came. Each
//! act checks the scope, writes, and notes itself in the audit, in one transaction.

use kernel::{Issue, Period, UnitId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::Conn;
use web::{App, Cover, Error, Permission, Result, Who};

use crate::{
    Brief, COMMEND, EDIT, Format, Wording, certificate,
    pages::failed,
    render::render_apart,
    returned,
    signing::Signing,
    store::{attendance, certificates, frozen, templates},
    wording,
};

/// A figure as it was when a report was frozen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) words: String,
    pub(crate) value: Option<i64>,
    pub(crate) of: Option<i64>,
}

/// Refuses, as not found, who may not change the reports of a unit.
///
/// # Errors
/// Not found; forbidden where the asker may change none at all.
pub(crate) fn editable(app: &App, who: &Who, unit: UnitId) -> Result<()> {
    may(app, who, EDIT, unit)
}

/// The same for who may not commend anybody there.
///
/// # Errors
/// As [`editable`].
pub(crate) fn commendable(app: &App, who: &Who, unit: UnitId) -> Result<()> {
    may(app, who, COMMEND, unit)
}

fn may(app: &App, who: &Who, permission: Permission, unit: UnitId) -> Result<()> {
    match who.scope(permission)?.cover(&app.register.get(), unit, app.clock.today()) {
        Cover::Full => Ok(()),
        Cover::Heir | Cover::None => Err(Error::NotFound),
    }
}

/// Whose chain and whose rows a unit's reports belong to: its province, as things are or last were.
fn province(app: &App, unit: UnitId) -> UnitId {
    let register = app.register.get();
    let today = app.clock.today();
    let day = register.life(unit).map_or(today, |(_, until)| until.plus(-1).min(today));
    register.province_of(unit, day).unwrap_or(unit)
}

/// Keeps a template as the version after the one that the asker saw.
///
/// # Errors
/// Refused with what is wrong with the template; stale if another version came in between.
pub(crate) async fn keep_template(
    app: &App,
    who: &Who,
    unit: UnitId,
    wording: Wording,
    text: &str,
    seen: i64,
) -> Result<()> {
    editable(app, who, unit)?;
    if wording::read(text, &app.catalogue.get()).is_err() {
        return Err(Error::Refused(vec![Issue::new("text", "briefs-template-wrong")]));
    }
    let (at, province) = (app.clock.now(), province(app, unit));
    let mut tx = app.db.write().await?;
    let newest = templates::newest(&mut tx, unit, wording).await?.map_or(0, |it| it.0);
    let new = templates::NewVersion {
        province,
        unit,
        wording,
        number: seen.saturating_add(1),
        content: text,
        made_at: at,
        made_by: &who.name,
    };
    if newest != seen || !templates::add(&mut tx, &new).await? {
        return Err(Error::Stale);
    }
    let object = format!("{} {}", wording.word(), new.number);
    note(app, &mut tx, who, unit, "briefs.template-kept", &object).await?;
    Ok(tx.commit().await?)
}

/// Keeps a report as it is now, with its figures and what was added when it was signed; the key under which it is kept.
///
/// # Errors
/// Not found out of scope; internal if a file cannot be written.
pub(crate) async fn freeze(app: &App, who: &Who, mut brief: Brief, signing: &Signing) -> Result<i64> {
    let (unit, period) = (brief.wanted.unit, brief.wanted.period.to_string());
    editable(app, who, unit)?;
    let kept = |it: &crate::Figure| Kept {
        code: it.code().to_owned(),
        name: it.answer.indicator.name_vi.clone(),
        words: returns::figure::in_words(&it.answer.total, &it.answer.indicator).unwrap_or_default(),
        value: it.answer.total.value,
        of: it.answer.total.of,
    };
    let json = |it: serde_json::Result<String>| it.map_err(|err| Error::Internal(err.into()));
    let figures = json(serde_json::to_string(&brief.figures.iter().map(kept).collect::<Vec<_>>()))?;
    let lines = json(serde_json::to_string(&returned::lines(&brief.document)))?;
    let title = brief.document.title();
    signing.write_on(&mut brief.document);
    let docx = render_apart(app, brief.clone(), Format::Docx).await.map_err(failed)?;
    let pdf = render_apart(app, brief, Format::Pdf).await.map_err(failed)?;
    let hash = |it: &[u8]| kernel::hex(&Sha256::digest(it));
    let id = app.new_id();
    let new = frozen::NewFrozen {
        province: province(app, unit),
        id,
        unit,
        period: &period,
        title: &title,
        figures: &figures,
        lines: &lines,
        docx: (&docx, &hash(&docx)),
        pdf: (&pdf, &hash(&pdf)),
        number: signing.number,
        signed_on: signing.day,
        frozen_at: app.clock.now(),
        frozen_by: &who.name,
    };
    let mut tx = app.db.write().await?;
    frozen::add(&mut tx, &new).await?;
    note(app, &mut tx, who, unit, "briefs.frozen", &id.to_string()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Keeps the file that was signed; once kept it stays. The file was read by [`returned::read`] before.
///
/// # Errors
/// Not found out of scope; stale if a signed file is there.
pub(crate) async fn keep_signed(app: &App, who: &Who, unit: UnitId, id: i64, file: &[u8]) -> Result<()> {
    editable(app, who, unit)?;
    let hash = kernel::hex(&Sha256::digest(file));
    let at = app.clock.now();
    let mut tx = app.db.write().await?;
    if !frozen::keep_signed(&mut tx, unit, id, (file, &hash), at, &who.name).await? {
        return Err(Error::Stale);
    }
    note(app, &mut tx, who, unit, "briefs.signed-kept", &id.to_string()).await?;
    Ok(tx.commit().await?)
}

/// Takes a certificate back by the code that is printed on it.
///
/// # Errors
/// Refused if this is no code; not found if it is a code of a unit out of scope.
pub(crate) async fn revoke(app: &App, who: &Who, code: &str) -> Result<()> {
    let wrong = || Error::Refused(vec![Issue::new("code", "briefs-certificate-code-wrong")]);
    let unit = certificate::unit_of(code).ok_or_else(wrong)?;
    commendable(app, who, unit)?;
    let (at, province) = (app.clock.now(), province(app, unit));
    let mut tx = app.db.write().await?;
    if certificates::revoke(&mut tx, province, unit, code, at, &who.name).await? {
        note(app, &mut tx, who, unit, "briefs.certificate-revoked", code).await?;
    }
    Ok(tx.commit().await?)
}

/// Notes that so many certificates and decisions were signed for a conference: how many, never to whom.
///
/// # Errors
/// The store's.
pub(crate) async fn note_signed(app: &App, who: &Who, unit: UnitId, period: Period, count: usize) -> Result<()> {
    let mut tx = app.db.write().await?;
    note(app, &mut tx, who, unit, "briefs.certificates-signed", &format!("{period} {count}")).await?;
    Ok(tx.commit().await?)
}

/// Opens the door at which those who come to a conference are counted.
///
/// # Errors
/// Not found out of scope.
pub(crate) async fn open_door(app: &App, who: &Who, unit: UnitId, period: Period) -> Result<()> {
    commendable(app, who, unit)?;
    let secret: [u8; 8] = app.chance.bytes();
    let (province, period) = (province(app, unit), period.to_string());
    let mut tx = app.db.write().await?;
    if attendance::open(&mut tx, province, unit, &period, &kernel::hex(&secret)).await? {
        note(app, &mut tx, who, unit, "briefs.door-opened", &period).await?;
    }
    Ok(tx.commit().await?)
}

/// Counts one more at a door, and forgets who: nothing else is written, not even that it was now.
///
/// # Errors
/// Not found where there is no such door.
pub(crate) async fn count(app: &App, code: &str) -> Result<()> {
    let mut tx = app.db.write().await?;
    attendance::unit_of(&mut tx, code).await?.ok_or(Error::NotFound)?;
    attendance::count(&mut tx, code).await?;
    Ok(tx.commit().await?)
}

async fn note(app: &App, tx: &mut Conn, who: &Who, unit: UnitId, act: &'static str, object: &str) -> Result<()> {
    let province = province(app, unit).0;
    let entry = audit::Entry { province, at: app.clock.now(), actor: who.actor(), act, unit: Some(unit), object };
    Ok(audit::append(tx, &entry).await?)
}
