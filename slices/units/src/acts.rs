mod reform;

pub use reform::{Preview, apply_reform, follow, preview_reform};

use crate::{Error, reference, reference::Reference, reform::Applied, store};
use ::store::{Conn, Db};
use kernel::Instant;

/// Writes the country's units into a database that has none, whole or not at all. `false` if they were there already.
pub async fn load_reference(db: &Db) -> Result<bool, Error> {
    write(db, false, reference::national).await
}

/// Writes the invented province "Tỉnh Mẫu" into a demo or test database. `false` if it was there already.
pub async fn load_demo(db: &Db) -> Result<bool, Error> {
    write(db, true, reference::demo).await
}

/// Reads the files only when the units are missing.
async fn write(
    db: &Db,
    synthetic: bool,
    read: fn() -> Result<Reference, reference::ReferenceError>,
) -> Result<bool, Error> {
    if store::has_units(&mut db.read().await?, synthetic).await? {
        return Ok(false);
    }
    let reference = read()?;
    let mut tx = db.write().await?;
    match insert(&mut tx, &reference).await {
        Ok(()) => tx.commit().await?,
        Err(error) => {
            drop(tx);
            // Two servers started together on one empty database, and the other one has written them.
            let others = ::store::is_taken(&error) && store::has_units(&mut db.read().await?, synthetic).await?;
            return if others { Ok(false) } else { Err(error.into()) };
        }
    }
    Ok(true)
}

async fn insert(conn: &mut Conn, reference: &Reference) -> ::store::Result<()> {
    store::insert_states(conn, &reference.states).await?;
    store::insert_successions(conn, &reference.successions).await?;
    store::insert_aliases(conn, &reference.aliases).await?;
    for (id, (reform, fingerprint)) in (1..).zip(&reference.reforms) {
        // What the program brings was decided on its day, by nobody here.
        let applied = Applied::new(id, reform, Instant::at(reform.first_day(), 0), "data");
        store::insert_reform(conn, &applied, fingerprint, None).await?;
    }
    store::next_version(conn).await
}
