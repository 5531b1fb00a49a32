//! The totals in a file, so that a start reads the file and then only what the ledger has beyond it.
//!
//! The ledger is the truth and the file a convenience: it is taken only if its checksum is right, it was made from this
//! very database, the units and indicators are still those it was made with, and each province's ledger still holds the
//! row up to which it stands. Anything else, and the ledger is read instead; nobody has to repair or remove a file. It has
//! the years that were in memory and says which; others are read from the ledger when they are asked for.
//!
//! ```text
//! 16 bytes    BinhYenTotals and the format's number
//! 32 bytes    SHA-256 of the database's identity, which stands in its table of settings
//! 32 bytes    SHA-256 of the units and indicators
//! 8 bytes     how many provinces; for each its id, its sequence number, SHA-256 of the row with that number
//! 8 bytes     how many years; for each its number (4 bytes)
//! 8 bytes     how many books; for each its length and its bytes (`figures::Standing`)
//! 32 bytes    SHA-256 of all that
//! ```
//! Writing holds one book in memory at a time, and of books that change meanwhile both forms; reading the same. So neither
//! needs more than the totals themselves and one period besides.

mod file;

use std::{io, path::Path};

use figures::SnapshotError;
use sha2::{Digest, Sha256};
use store::Conn;
use web::{App, Error, Marks, Result};

use crate::store::{self as rows, LedgerRow};
use file::{Body, Head, Mark};

/// The setting that tells one database from another.
const IDENTITY: &str = "identity";

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It is not there, or cannot be read.
    #[error("không đọc được tệp / the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// Another format, or no snapshot at all.
    #[error("không phải bản chụp theo định dạng này / not a snapshot of this format")]
    Format,
    /// It was changed after it was written.
    #[error("sai mã kiểm tra / its checksum is wrong")]
    Checksum,
    /// It was made from another database.
    #[error("thuộc cơ sở dữ liệu khác / it is another database's")]
    Database,
    /// Units or indicators have changed since.
    #[error("đơn vị hoặc chỉ tiêu đã thay đổi / units or indicators have changed since")]
    Meaning,
    /// The ledger does not hold the row up to which it stands.
    #[error("sổ cái {0} không có dòng mà bản chụp đã đọc đến / ledger {0} does not hold the row that it had come to")]
    Ledger(i64),
    /// This server holds every year, and years of the ledger are not in it.
    #[error("không có đủ mọi năm / it does not hold every year")]
    Years,
    /// A book in it cannot be read.
    #[error("số liệu trong bản chụp / the figures in it: {0}")]
    Book(#[from] SnapshotError),
}

/// How far totals stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// How many rows of all ledgers are in them.
    pub rows: i64,
    /// The version of the units under which they were added up.
    pub units: i64,
}

/// How far the totals of this server stand now.
pub async fn reached(app: &App) -> Reached {
    let following = app.followed.lock().await;
    let reached = reached_by(app, &app.figures.marks());
    drop(following);
    reached
}

fn reached_by(app: &App, marks: &Marks) -> Reached {
    Reached { rows: marks.values().sum(), units: app.register.get().version() }
}

/// How far the file's totals stand, as its head says; inside: why the file is not taken. Its figures are not read.
///
/// # Errors
/// When the database cannot be read.
pub async fn kept(app: &App, conn: &mut Conn, path: &Path) -> Result<std::result::Result<Reached, Unfit>> {
    Ok(open(app, conn, path).await?.map(|(head, _)| Reached {
        rows: head.marks.iter().map(|it| it.seq).sum(),
        units: app.register.get().version(),
    }))
}

/// Puts the file's figures into an engine that has none, and notes how far they go; the rest of the ledger is the
/// caller's to follow. Inside: why the file was not taken, and nothing has changed then. A spoilt file is removed.
///
/// # Errors
/// When the database cannot be read.
pub async fn restore(app: &App, conn: &mut Conn, path: &Path) -> Result<std::result::Result<Reached, Unfit>> {
    let filled = match open(app, conn, path).await? {
        Ok((head, body)) => {
            let fresh = app.figures.look(figures::Engine::emptied);
            tokio::task::spawn_blocking(move || {
                let engine = fill(fresh, &head.years, body)?;
                Ok((head, engine))
            })
            .await?
        }
        Err(unfit) => Err(unfit),
    };
    let (head, engine) = match filled {
        Ok(it) => it,
        Err(unfit) => {
            if matches!(unfit, Unfit::Checksum | Unfit::Book(_)) {
                // Its head may look right for ever; nobody shall trust that.
                let _ = std::fs::remove_file(path);
            }
            return Ok(Err(unfit));
        }
    };
    let following = app.followed.lock().await;
    app.figures.replace(engine, head.marks.iter().map(|it| (it.province, it.seq)).collect());
    let reached = reached_by(app, &app.figures.marks());
    drop(following);
    Ok(Ok(reached))
}

/// Opens a file whose head fits this database, these units and this ledger.
async fn open(app: &App, conn: &mut Conn, path: &Path) -> Result<std::result::Result<(Head, Body), Unfit>> {
    let path = path.to_owned();
    let (head, body) = match tokio::task::spawn_blocking(move || file::open(&path)).await? {
        Ok(it) => it,
        Err(unfit) => return Ok(Err(unfit)),
    };
    let identity = store::setting(conn, IDENTITY).await?;
    if identity.is_none_or(|it| sha256(it.as_bytes()) != head.identity) {
        return Ok(Err(Unfit::Database));
    }
    if head.meaning != app.figures.look(|it| meaning(|with| it.describe(with))) {
        return Ok(Err(Unfit::Meaning));
    }
    for mark in &head.marks {
        if row(conn, mark.province, mark.seq).await?.is_none_or(|it| digest(&it) != mark.row) {
            return Ok(Err(Unfit::Ledger(mark.province)));
        }
    }
    if app.figures.years().is_none() {
        for (province, _) in rows::heads(conn).await? {
            if rows::periods(conn, province).await?.iter().any(|it| !head.years.contains(&it.year())) {
                return Ok(Err(Unfit::Years));
            }
        }
    }
    Ok(Ok((head, body)))
}

fn fill(mut engine: figures::Engine, years: &[i32], mut body: Body) -> std::result::Result<figures::Engine, Unfit> {
    for it in years {
        engine.hold_year(*it);
    }
    while let Some(book) = body.book()? {
        engine.restore(book)?;
    }
    body.end()?;
    Ok(engine)
}

/// Writes the totals as they stand; questions and approvals go on meanwhile. The file takes its name when it is whole and
/// on the disk.
///
/// # Errors
/// When the database cannot be read, or the file cannot be written.
pub async fn save(app: &App, path: &Path) -> Result<Reached> {
    let identity = identity(app).await?;
    let (followed, reached, standing) = {
        let following = app.followed.lock().await;
        let marks = app.figures.marks();
        let standing = app.figures.look(figures::Engine::standing);
        drop(following);
        (marks.clone(), reached_by(app, &marks), standing)
    };
    let marks = marks(&mut app.db.read().await?, &followed).await?;
    let path = path.to_owned();
    let written = tokio::task::spawn_blocking(move || {
        let years = standing.years().to_vec();
        let head = Head { identity, meaning: meaning(|with| standing.describe(with)), marks, years };
        file::write(&path, &head, standing.len(), standing.books())
    });
    written.await?.map_err(|err| Error::Internal(err.into()))?;
    Ok(reached)
}

async fn marks(conn: &mut Conn, followed: &Marks) -> Result<Vec<Mark>> {
    let mut marks = Vec::with_capacity(followed.len());
    for (province, seq) in followed.iter().filter(|it| *it.1 > 0) {
        let row = row(conn, *province, *seq).await?.ok_or(Error::NotFound)?;
        marks.push(Mark { province: *province, seq: *seq, row: digest(&row) });
    }
    Ok(marks)
}

async fn row(conn: &mut Conn, province: i64, seq: i64) -> Result<Option<LedgerRow>> {
    let rows = rows::ledger(conn, province, seq - 1, 1).await?;
    Ok(rows.into_iter().next().filter(|it| it.seq == seq))
}

/// A row that was written twice, after a database was put back to an older state, is another row: ids are never the same.
fn digest(row: &LedgerRow) -> [u8; 32] {
    let mut hash = Sha256::new();
    for it in [row.province, row.seq, row.id.0, row.return_id.0, row.number, row.unit.0] {
        hash.update(it.to_le_bytes());
    }
    hash.update(row.period.to_string());
    hash.update(row.until.map_or(0, kernel::Day::number).to_le_bytes());
    hash.update(row.replaced.as_ref().map_or(0, |it| it.0.0).to_le_bytes());
    hash.update(&row.cells);
    hash.finalize().into()
}

fn meaning(describe: impl FnOnce(&mut dyn FnMut(&[u8]))) -> [u8; 32] {
    let mut hash = Sha256::new();
    describe(&mut |it| hash.update(it));
    hash.finalize().into()
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// What tells this database from another, drawn when it is first needed.
async fn identity(app: &App) -> Result<[u8; 32]> {
    if let Some(known) = store::setting(&mut app.db.read().await?, IDENTITY).await? {
        return Ok(sha256(known.as_bytes()));
    }
    let drawn = kernel::hex(&app.chance.bytes::<16>());
    let mut tx = app.db.write().await?;
    store::set_setting(&mut tx, IDENTITY, &drawn).await?;
    tx.commit().await?;
    Ok(sha256(drawn.as_bytes()))
}
