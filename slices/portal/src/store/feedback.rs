use kernel::Instant;
use store::{Conn, Result};

use crate::feedback::{Message, Topic};

/// How many messages came since.
pub(crate) async fn since(conn: &mut Conn, at: Instant) -> Result<i64> {
    let (count,): (i64,) =
        conn.query("select cast(count(*) as bigint) from feedback where sent_at >= $1").bind(at.micros()).one().await?;
    Ok(count)
}

/// Forgets what was handled before this, and what nobody handled before that.
pub(crate) async fn forget(conn: &mut Conn, handled_before: Instant, sent_before: Instant) -> Result<u64> {
    conn.query("delete from feedback where handled_at < $1 or sent_at < $2")
        .bind(handled_before.micros())
        .bind(sent_before.micros())
        .run()
        .await
}

/// Writes a message.
pub(crate) async fn insert(conn: &mut Conn, it: &Message) -> Result<()> {
    conn.query("insert into feedback (province_id, id, topic, body, sent_at) values ($1, $2, $3, $4, $5)")
        .bind(it.province)
        .bind(it.id)
        .bind(it.topic.number())
        .bind(&it.body)
        .bind(it.sent_at.micros())
        .run()
        .await?;
    Ok(())
}

/// What nobody has handled yet, the oldest first.
pub(crate) async fn waiting(conn: &mut Conn, provinces: impl IntoIterator<Item = i64>) -> Result<Vec<Message>> {
    let rows: Vec<(i64, i64, i64, String, i64)> = conn
        .query(
            "select province_id, id, topic, body, sent_at from feedback where handled_at is null \
             and province_id in (select cast(value as bigint) from json_each($1)) order by sent_at limit 100",
        )
        .bind(store::list(provinces))
        .all()
        .await?;
    let message = |(province, id, topic, body, sent_at)| Message {
        province,
        id,
        topic: Topic::from_number(topic),
        body,
        sent_at: Instant::from_micros(sent_at),
    };
    Ok(rows.into_iter().map(message).collect())
}

/// Marks a message of one of these provinces as handled: its province, or nothing if there is no such message.
pub(crate) async fn handle(
    conn: &mut Conn,
    provinces: impl IntoIterator<Item = i64>,
    id: i64,
    at: Instant,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = conn
        .query(
            "update feedback set handled_at = $1 where id = $2 and handled_at is null \
             and province_id in (select cast(value as bigint) from json_each($3)) returning province_id",
        )
        .bind(at.micros())
        .bind(id)
        .bind(store::list(provinces))
        .maybe()
        .await?;
    Ok(row.map(|it| it.0))
}
