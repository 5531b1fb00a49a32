use kernel::Instant;
use store::{Conn, Result};

use crate::news::{Item, State};

type Row = (i64, i64, i64, String, String, String, String, i64, i64, i64, Option<i64>);

fn item(row: Row) -> Item {
    let (province, id, unit, title_vi, body_vi, title_en, body_en, state, revision, changed_at, published_at) = row;
    Item {
        province,
        id,
        unit: kernel::UnitId(unit),
        title_vi,
        body_vi,
        title_en,
        body_en,
        state: State::from_number(state),
        revision,
        changed_at: Instant::from_micros(changed_at),
        published_at: published_at.map(Instant::from_micros),
    }
}

/// What is published, the latest first.
pub(crate) async fn published(conn: &mut Conn, limit: i64, skip: i64) -> Result<Vec<Item>> {
    let rows: Vec<Row> = conn
        .query(
            "select province_id, id, unit_id, title_vi, body_vi, title_en, body_en, state, revision, changed_at, \
             published_at from news where state = 1 order by published_at desc, id desc limit $1 offset $2",
        )
        .bind(limit)
        .bind(skip)
        .all()
        .await?;
    Ok(rows.into_iter().map(item).collect())
}

/// Everything of these provinces, the latest changed first.
pub(crate) async fn of(conn: &mut Conn, provinces: impl IntoIterator<Item = i64>) -> Result<Vec<Item>> {
    let rows: Vec<Row> = conn
        .query(
            "select province_id, id, unit_id, title_vi, body_vi, title_en, body_en, state, revision, changed_at, \
             published_at from news where province_id in (select cast(value as bigint) from json_each($1)) \
             order by changed_at desc, id desc limit 200",
        )
        .bind(store::list(provinces))
        .all()
        .await?;
    Ok(rows.into_iter().map(item).collect())
}

/// One item.
pub(crate) async fn find(conn: &mut Conn, id: i64) -> Result<Option<Item>> {
    let row: Option<Row> = conn
        .query(
            "select province_id, id, unit_id, title_vi, body_vi, title_en, body_en, state, revision, changed_at, \
             published_at from news where id = $1",
        )
        .bind(id)
        .maybe()
        .await?;
    Ok(row.map(item))
}

/// Writes a new item.
pub(crate) async fn insert(conn: &mut Conn, it: &Item) -> Result<()> {
    conn.query(
        "insert into news (province_id, id, unit_id, title_vi, body_vi, title_en, body_en, state, revision, changed_at, \
         published_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(it.province)
    .bind(it.id)
    .bind(it.unit.0)
    .bind(&it.title_vi)
    .bind(&it.body_vi)
    .bind(&it.title_en)
    .bind(&it.body_en)
    .bind(it.state.number())
    .bind(it.revision)
    .bind(it.changed_at.micros())
    .bind(it.published_at.map(Instant::micros))
    .run()
    .await?;
    Ok(())
}

/// Writes an item over the revision before it; how many rows that was, 0 if somebody was faster.
pub(crate) async fn update(conn: &mut Conn, it: &Item) -> Result<u64> {
    conn.query(
        "update news set title_vi = $3, body_vi = $4, title_en = $5, body_en = $6, state = $7, revision = $8, \
         changed_at = $9, published_at = $10 where province_id = $1 and id = $2 and revision = $11",
    )
    .bind(it.province)
    .bind(it.id)
    .bind(&it.title_vi)
    .bind(&it.body_vi)
    .bind(&it.title_en)
    .bind(&it.body_en)
    .bind(it.state.number())
    .bind(it.revision)
    .bind(it.changed_at.micros())
    .bind(it.published_at.map(Instant::micros))
    .bind(it.revision - 1)
    .run()
    .await
}
