use sha2::{Digest, Sha256};
use store::{Conn, Result};

use crate::Entry;

/// Adds an entry to its province's chain. The head's row is locked until the transaction ends, so that entries of one
/// province follow each other in the order in which they become true.
pub async fn append(conn: &mut Conn, entry: &Entry<'_>) -> Result<()> {
    let (seq, before): (i64, String) = conn
        .query(
            "insert into audit_head (province_id, seq, hash) values ($1, 1, '')
             on conflict (province_id) do update set seq = audit_head.seq + 1
             returning seq, hash",
        )
        .bind(entry.province)
        .one()
        .await?;
    let row = Row {
        seq,
        at: entry.at.micros(),
        account_id: entry.actor.account.map(|it| it.0),
        actor: entry.actor.name.to_owned(),
        act: entry.act.to_owned(),
        unit_id: entry.unit.map(|it| it.0),
        object: entry.object.to_owned(),
        hash: String::new(),
    };
    let hash = row.hash_after(&before);
    conn.query(
        "insert into audit_entry (province_id, seq, at, account_id, actor, act, unit_id, object, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(entry.province)
    .bind(row.seq)
    .bind(row.at)
    .bind(row.account_id)
    .bind(&row.actor)
    .bind(&row.act)
    .bind(row.unit_id)
    .bind(&row.object)
    .bind(&hash)
    .run()
    .await?;
    conn.query("update audit_head set hash = $2 where province_id = $1").bind(entry.province).bind(&hash).run().await?;
    Ok(())
}

/// The first entry of each chain that does not follow from the one before it: (province, sequence number).
pub async fn broken(conn: &mut Conn) -> Result<Vec<(i64, i64)>> {
    let heads: Vec<(i64, i64, String)> =
        conn.query("select province_id, seq, hash from audit_head order by province_id").all().await?;
    let mut res = Vec::new();
    for (province, last, hash) in heads {
        let rows: Vec<Row> = conn
            .query(
                "select seq, at, account_id, actor, act, unit_id, object, hash from audit_entry
                 where province_id = $1 order by seq",
            )
            .bind(province)
            .all()
            .await?;
        let mut before = String::new();
        let mut expected = 1;
        for row in rows {
            if row.seq != expected || row.hash != row.hash_after(&before) {
                break;
            }
            before = row.hash;
            expected += 1;
        }
        if expected != last + 1 || before != hash {
            res.push((province, expected));
        }
    }
    Ok(res)
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    at: i64,
    account_id: Option<i64>,
    actor: String,
    act: String,
    unit_id: Option<i64>,
    object: String,
    hash: String,
}

impl Row {
    fn hash_after(&self, before: &str) -> String {
        let number = |it: Option<i64>| it.map_or_else(|| "-".to_owned(), |it| it.to_string());
        let mut hasher = Sha256::new();
        // Lengths before texts: no two rows are spelt alike.
        for part in [
            before,
            &self.seq.to_string(),
            &self.at.to_string(),
            &number(self.account_id),
            &self.actor,
            &self.act,
            &number(self.unit_id),
            &self.object,
        ] {
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        kernel::hex(&hasher.finalize())
    }
}
