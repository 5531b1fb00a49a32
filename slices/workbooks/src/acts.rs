//! What people do with tables: send a file, look at what it brings, take it or throw it away.

use std::sync::Arc;

use kernel::{FormId, Instant, Issue, Issues, Period, Severity, UnitId};
use returns::{Draft, FILL, ReturnLine};
use sheet::{Book, Limits, SheetError};
use store::Conn;
use web::{App, Cover, Error, File, FileKind, Result, Who};

use crate::{
    filling::{Filling, Place, Remark, Source, Taken},
    mapping::{self, Mapping},
    read::{Expected, Reader},
    store::{self as rows, Saved, Upload},
};

/// So long a file is kept that nobody takes: a day, in microseconds.
const KEPT: i64 = 24 * 3_600_000_000;
/// What a table may come in.
const KINDS: [FileKind; 4] = [FileKind::Xlsx, FileKind::Xls, FileKind::Ods, FileKind::Csv];
/// So many files of one account are kept at once.
const FILES: i64 = 5;

/// The longest name of a way of reading, in letters.
pub(crate) const NAME: usize = 80;

/// The time before which files are as good as deleted.
pub(crate) fn since(app: &App) -> Instant {
    Instant::from_micros(app.clock.now().micros() - KEPT)
}

/// What a table would change, looked at before anything is.
#[derive(Debug, Default)]
pub(crate) struct Look {
    pub(crate) problems: Vec<Remark>,
    pub(crate) notes: Vec<Remark>,
    pub(crate) returns: Vec<Looked>,
    /// The revisions of all returns, to see whether somebody changed one meanwhile.
    pub(crate) seen: String,
}

/// What it would change in one return.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) filling: Filling,
    /// The return, if somebody opened it before.
    pub(crate) line: Option<ReturnLine>,
    /// Its draft with the table's figures.
    pub(crate) draft: Draft,
}

impl Looked {
    /// The draft as it stands.
    pub(crate) fn stored(&self) -> Draft {
        self.line.as_ref().map(|it| it.draft.clone()).unwrap_or_default()
    }

    /// Whether anything would change.
    pub(crate) fn changes(&self) -> bool {
        !self.draft.says(&self.stored())
    }
}

/// Forgets what nobody took in time.
///
/// # Errors
/// The store's.
pub async fn forget(app: &App) -> Result<()> {
    let mut tx = app.db.write().await?;
    rows::delete_old_uploads(&mut tx, since(app)).await?;
    Ok(tx.commit().await?)
}

/// Why a file was not read, at the field of the page.
pub(crate) fn unreadable(err: &SheetError) -> Issues {
    vec![Issue::new("file", "workbooks-file").with("why", err.vietnamese()).with("why-en", err)]
}

/// Reads a file beside the requests, when a core is free for it.
pub(crate) async fn book(app: &App, content: Vec<u8>) -> Result<std::result::Result<Book, SheetError>> {
    let leave = Arc::clone(&app.heavy).acquire_owned().await.map_err(|err| Error::Internal(err.into()))?;
    let read = move || {
        let read = sheet::read(&content, &Limits::default());
        drop(leave);
        read
    };
    Ok(tokio::task::spawn_blocking(read).await?)
}

/// Keeps a file for who sent it, if it can be read at all.
///
/// # Errors
/// Refused: no file, a state secret, no spreadsheet.
pub(crate) async fn keep(app: &App, who: &Who, file: File, return_id: Option<kernel::ReturnId>) -> Result<i64> {
    let (province, _) = home(app, who)?;
    let (file, content) = file.checked("file", &KINDS, Limits::default().bytes).await?.into_parts();
    book(app, content.clone()).await?.map_err(|it| Error::Refused(unreadable(&it)))?;
    let upload = Upload {
        province: province.0,
        id: app.new_id(),
        account: who.account,
        return_id,
        file,
        content,
        mapping: String::new(),
        at: app.clock.now(),
    };
    let mut tx = app.db.write().await?;
    rows::insert_upload(&mut tx, &upload).await?;
    rows::delete_old_uploads(&mut tx, since(app)).await?;
    rows::delete_many_uploads(&mut tx, who.account, FILES).await?;
    tx.commit().await?;
    Ok(upload.id)
}

/// The unit whose returns somebody fills in, the first if there are several, and the province it belongs to.
///
/// # Errors
/// Forbidden to who fills in none.
pub(crate) fn home(app: &App, who: &Who) -> Result<(UnitId, UnitId)> {
    let scope = who.scope(FILL)?;
    let top = scope.tops().first().copied().ok_or(Error::Forbidden)?;
    let province = app.register.get().province_of(top, app.clock.today()).unwrap_or(top);
    Ok((province, top))
}

/// Says how a file of somebody's own make is read; under a name it is kept for the next one.
///
/// # Errors
/// When it cannot be kept.
pub(crate) async fn set_mapping(app: &App, who: &Who, upload: &Upload, mapping: &Mapping, name: &str) -> Result<()> {
    let text = serde_json::to_string(mapping).map_err(|err| Error::Internal(err.into()))?;
    let (province, unit) = home(app, who)?;
    let mut tx = app.db.write().await?;
    rows::set_mapping(&mut tx, upload, &text).await?;
    if !name.is_empty() {
        let now = app.clock.now();
        let saved = Saved { id: app.new_id(), name: name.to_owned(), mapping: text };
        rows::save_mapping(&mut tx, province.0, unit, &saved, now, who.account).await?;
        note_mapping(app, &mut tx, who, "workbooks.mapping-saved", name).await?;
    }
    Ok(tx.commit().await?)
}

/// What is wrong with the name of a way of reading; nothing is no name.
pub(crate) fn name_issue(name: &str) -> Option<Issue> {
    let long = name.chars().count() > NAME;
    long.then(|| Issue::new("name", "workbooks-map-name-long").with("most", NAME))
}

/// Gives a way of reading that those of one's unit have kept another name.
///
/// # Errors
/// Not found; refused without a name, with one that is too long, or that another one has.
pub(crate) async fn rename_mapping(app: &App, who: &Who, id: i64, name: &str) -> Result<()> {
    let (province, unit) = home(app, who)?;
    let mut tx = app.db.write().await?;
    let kept = rows::mappings(&mut tx, province.0, unit).await?;
    let saved = kept.iter().find(|it| it.id == id).ok_or(Error::NotFound)?;
    let issue = if name.is_empty() {
        Some(Issue::new("name", "workbooks-mapping-nameless"))
    } else if kept.iter().any(|it| it.id != id && it.name == name) {
        Some(Issue::new("name", "workbooks-mapping-taken").with("name", name))
    } else {
        name_issue(name)
    };
    if let Some(issue) = issue {
        return Err(Error::Refused(vec![issue]));
    }
    rows::rename_mapping(&mut tx, province.0, id, name).await?;
    let object = format!("{} → {name}", saved.name);
    note_mapping(app, &mut tx, who, "workbooks.mapping-renamed", &object).await?;
    Ok(tx.commit().await?)
}

/// Deletes a way of reading that those of one's unit have kept. What was read with it stays.
///
/// # Errors
/// Not found.
pub(crate) async fn delete_mapping(app: &App, who: &Who, id: i64) -> Result<()> {
    let (province, unit) = home(app, who)?;
    let mut tx = app.db.write().await?;
    let kept = rows::mappings(&mut tx, province.0, unit).await?;
    let saved = kept.iter().find(|it| it.id == id).ok_or(Error::NotFound)?;
    rows::delete_mapping(&mut tx, province.0, id).await?;
    note_mapping(app, &mut tx, who, "workbooks.mapping-deleted", &saved.name).await?;
    Ok(tx.commit().await?)
}

async fn note_mapping(app: &App, tx: &mut Conn, who: &Who, act: &'static str, object: &str) -> Result<()> {
    let (province, unit) = home(app, who)?;
    let entry =
        audit::Entry { province: province.0, at: app.clock.now(), actor: who.actor(), act, unit: Some(unit), object };
    audit::append(tx, &entry).await?;
    Ok(())
}

/// The file with this id, if who asks sent it.
///
/// # Errors
/// Not found.
pub(crate) async fn find(app: &App, who: &Who, id: &str) -> Result<Upload> {
    let id: kernel::ReturnId = id.parse().map_err(|_| Error::NotFound)?;
    rows::upload(&mut app.db.read().await?, who.account, id.0, since(app)).await?.ok_or(Error::NotFound)
}

/// Throws a file away.
///
/// # Errors
/// When it cannot be deleted.
pub(crate) async fn throw_away(app: &App, upload: &Upload) -> Result<()> {
    let mut tx = app.db.write().await?;
    rows::delete_upload(&mut tx, upload).await?;
    Ok(tx.commit().await?)
}

/// What a workbook brings: one of ours, or one of which somebody said how it is read; nothing if nobody did.
///
/// # Errors
/// Refused when it cannot be read any more.
pub(crate) async fn read(app: &App, who: &Who, upload: &Upload) -> Result<Option<Taken>> {
    let book = book(app, upload.content.clone()).await?.map_err(|it| Error::Refused(unreadable(&it)))?;
    let expected = match upload.return_id {
        Some(id) => {
            let (line, _) = returns::acts::find(app, &who.scope(FILL)?, id).await?;
            Some(Expected { unit: line.unit, form: line.form, period: line.period })
        }
        None => None,
    };
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let awards = forms::award_kinds(&catalogue).map_err(|err| Error::Internal(err.into()))?;
    let reader = Reader { register: &register, catalogue: &catalogue, awards: &awards, expected };
    if let Some(taken) = reader.read(&book) {
        return Ok(Some(taken));
    }
    let mapping = serde_json::from_str::<Mapping>(&upload.mapping).ok();
    Ok(mapping.map(|it| mapping::read(&book, &it, &register, &catalogue, &awards, app.clock.today())))
}

/// Holds what a table brings against the returns as they stand.
///
/// # Errors
/// When they cannot be read.
pub(crate) async fn look(app: &App, who: &Who, taken: Taken, source: Source<'_>) -> Result<Look> {
    let catalogue = app.catalogue.get();
    let mut look = Look { problems: taken.problems, notes: taken.notes, ..Look::default() };
    let mut seen = Vec::new();
    for filling in taken.fillings {
        let Some(form) = catalogue.form(filling.form) else { continue };
        let problem = |issue: Issue| Remark { place: filling.place.clone(), issue };
        let line = match returns::acts::standing(app, who, filling.unit, form, filling.period).await {
            Ok(line) => line,
            Err(Error::Refused(issues)) => {
                look.problems.extend(issues.into_iter().map(problem));
                continue;
            }
            Err(Error::NotFound | Error::Forbidden) => {
                look.problems.push(problem(Issue::new("", "workbooks-out-of-scope")));
                continue;
            }
            Err(err) => return Err(err),
        };
        seen.push(line.as_ref().map_or(0, |it| it.revision).to_string());
        let stored = line.as_ref().map(|it| it.draft.clone()).unwrap_or_default();
        let draft = filling.draft_over(&stored, source);
        let looked = Looked { filling, line, draft };
        if let Some(line) = looked.line.as_ref().filter(|it| !it.state.is_open() && looked.changes()) {
            let place = looked.filling.place.clone();
            look.problems.push(Remark { place, issue: shut(line) });
            continue;
        }
        look.problems.extend(looked.filling.wrong(&looked.draft, form, &catalogue));
        look.returns.push(looked);
    }
    look.problems.retain(|it| it.issue.severity == Severity::Error);
    look.seen = seen.join(",");
    Ok(look)
}

fn shut(line: &ReturnLine) -> Issue {
    Issue::new("", "workbooks-shut").with("id", line.id)
}

/// Puts what was looked at into drafts: all of it or nothing. Returns that nobody opened yet are opened.
///
/// # Errors
/// Refused when there are problems; stale when a return changed since `seen`.
pub(crate) async fn take(
    app: &App,
    who: &Who,
    look: &Look,
    seen: &str,
    source: Source<'_>,
    file: &str,
) -> Result<usize> {
    if !look.problems.is_empty() {
        return Err(Error::Refused(Issues::new()));
    }
    if look.seen != seen {
        return Err(Error::Stale);
    }
    let mut filled = Vec::new();
    for looked in look.returns.iter().filter(|it| it.changes()) {
        let Filling { unit, form, period, .. } = looked.filling;
        let (id, revision, draft) = if let Some(line) = &looked.line {
            (line.id, line.revision, looked.draft.clone())
        } else {
            let line = opened(app, who, unit, form, period).await?;
            (line.id, line.revision, looked.filling.draft_over(&line.draft, source))
        };
        filled.push((id, revision, draft));
    }
    let count = filled.len();
    if count == 0 {
        return Err(Error::Refused(vec![Issue::new("", "workbooks-nothing-new")]));
    }
    returns::acts::save_many(app, who, filled, file).await?;
    Ok(count)
}

async fn opened(app: &App, who: &Who, unit: UnitId, form: FormId, period: Period) -> Result<ReturnLine> {
    let catalogue = app.catalogue.get();
    let form = catalogue.form(form).ok_or(Error::NotFound)?;
    returns::acts::open(app, who, unit, form, period).await?;
    returns::acts::standing(app, who, unit, form, period).await?.ok_or(Error::NotFound)
}

/// The open return with this id, if who asks may fill it in.
///
/// # Errors
/// Not found.
pub(crate) async fn fillable(app: &App, who: &Who, id: &str) -> Result<ReturnLine> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let (line, cover) = returns::acts::find(app, &who.scope(FILL)?, id).await?;
    if cover == Cover::Full { Ok(line) } else { Err(Error::NotFound) }
}

/// The place that stands for a pasted table.
pub(crate) fn pasted() -> Place {
    Place::sheet("")
}
