//! From where exactly the figures of an accepted version came.

use kernel::{IndicatorId, VersionId};
use store::{Conn, Result};

/// Keeps the places of a version's figures.
pub(crate) async fn insert_places(
    conn: &mut Conn,
    province: i64,
    version: VersionId,
    places: &[(IndicatorId, String)],
) -> Result<()> {
    const COLUMNS: usize = 4;
    for some in places.chunks(store::rows_at_once(COLUMNS)) {
        let mut query =
            conn.insert_many("figure_place (province_id, version_id, indicator_id, place)", COLUMNS, some.len());
        for (indicator, place) in some {
            query = query.bind(province).bind(version.0).bind(i64::from(*indicator)).bind(place);
        }
        query.run().await?;
    }
    Ok(())
}

/// The places of a version's figures, where they are known.
pub(crate) async fn places_of(
    conn: &mut Conn,
    province: i64,
    version: VersionId,
) -> Result<Vec<(IndicatorId, String)>> {
    let rows: Vec<(i64, String)> = conn
        .query("select indicator_id, place from figure_place where province_id = $1 and version_id = $2")
        .bind(province)
        .bind(version.0)
        .all()
        .await?;
    let place = |(indicator, place): (i64, String)| {
        Ok((IndicatorId::try_from(indicator).map_err(|_| super::broken("indicator"))?, place))
    };
    rows.into_iter().map(place).collect()
}
