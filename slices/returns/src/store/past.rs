//! What was accepted of a unit in a form before.

use kernel::{Cell, Period};
use store::{Conn, Result};

use super::{ReturnLine, broken};

/// The cells accepted for the same unit and form in these periods, the latest period first.
pub(crate) async fn past(conn: &mut Conn, line: &ReturnLine, periods: &[Period]) -> Result<Vec<(Period, Vec<Cell>)>> {
    let rows: Vec<(String, Vec<u8>)> = conn
        .query(
            "select r.period, v.cells from periodic_return r
             join return_version v on v.id = r.version_id and v.province_id = r.province_id
             where r.province_id = $1 and r.unit_id = $2 and r.form_id = $3
               and r.period in (select value from json_each($4))",
        )
        .bind(line.province)
        .bind(line.unit.0)
        .bind(line.form)
        .bind(store::list(periods))
        .all()
        .await?;
    let mut res = Vec::with_capacity(rows.len());
    for (period, cells) in rows {
        let period = Period::parse(&period).map_err(|_| broken("period"))?;
        let cells = figures::codec::decode(&cells).map_err(|err| store::Error::Decode(err.into()))?;
        res.push((period, cells));
    }
    res.sort_by_key(|it| std::cmp::Reverse(it.0.first()));
    Ok(res)
}
