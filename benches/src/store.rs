use kernel::{Day, Level};
use store::{Conn, Result};

use crate::Nation;

/// Writes the invented villages beside the country's units: in a database made for measuring, and in no other.
///
/// # Errors
/// The store's; also when they are there already.
pub async fn insert_villages(conn: &mut Conn, nation: &Nation) -> Result<()> {
    const COLUMNS: usize = 11;
    let rows: Vec<_> =
        nation.villages.iter().flat_map(|village| village.parents.iter().map(move |it| (village, it))).collect();
    for some in rows.chunks(store::rows_at_once(COLUMNS)) {
        let mut query = conn.insert_many(
            "unit_state (unit_id, valid_from, valid_until, code, name, full_name, kind, level, parent_id, synthetic, \
             source)",
            COLUMNS,
            some.len(),
        );
        for (village, (parent, from, until)) in some {
            let until = (*until != Day::NEVER).then(|| until.to_string());
            query = query.bind(village.id.0).bind(from.to_string()).bind(until).bind(&village.code);
            query = query.bind(&village.name).bind(&village.name).bind(village.kind);
            query = query.bind(Level::Village as i64).bind(parent.0).bind(1_i64).bind("synthetic: binhyen bench data");
        }
        query.run().await?;
    }
    conn.query("update unit_register set version = version + 1").run().await?;
    Ok(())
}
