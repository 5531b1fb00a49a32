use kernel::{AccountId, Instant, UnitId};
use sha2::{Digest, Sha256};
use store::{Conn, Result};

use crate::{Anchor, Entry, Finding, Found, Key, Place, Search, anchor::said, check::check};

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

/// How often each act was done from one moment up to another, in these chains; in all, if none is named.
pub async fn counts(
    conn: &mut Conn,
    provinces: Option<&[i64]>,
    from: Instant,
    until: Instant,
) -> Result<Vec<(String, i64)>> {
    let sql = "select act, cast(count(*) as bigint) from audit_entry where at >= $1 and at < $2
               and ($3 = '' or province_id in (select cast(value as bigint) from json_each(case $3 when '' then '[]' else $3 end)))
               group by act order by act";
    let chains = provinces.map(|it| store::list(it.iter().copied())).unwrap_or_default();
    conn.query(sql).bind(from.micros()).bind(until.micros()).bind(chains).all().await
}

/// The first entry of each chain that does not follow from the one before it: (province, sequence number).
pub async fn broken(conn: &mut Conn) -> Result<Vec<(i64, i64)>> {
    let first = |it: Finding| match it {
        Finding::Chain { province, seq } | Finding::Rewritten { province, seq, .. } => Some((province, seq)),
        _ => None,
    };
    let mut res: Vec<(i64, i64)> = check(conn, &[]).await?.findings.into_iter().filter_map(first).collect();
    res.dedup_by_key(|it| it.0);
    Ok(res)
}

/// The heads of all chains: chain, number of its last row, its hash.
pub(crate) async fn heads(conn: &mut Conn) -> Result<Vec<(i64, i64, String)>> {
    conn.query("select province_id, seq, hash from audit_head order by province_id").all().await
}

/// All chains that have rows.
pub(crate) async fn chains(conn: &mut Conn) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = conn.query("select distinct province_id from audit_entry").all().await?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

/// So many rows of a chain, after a number.
pub(crate) async fn chain(conn: &mut Conn, province: i64, after: i64, limit: i64) -> Result<Vec<Row>> {
    conn.query(
        "select seq, at, account_id, actor, act, unit_id, object, hash from audit_entry
         where province_id = $1 and seq > $2 order by seq limit $3",
    )
    .bind(province)
    .bind(after)
    .bind(limit)
    .all()
    .await
}

/// Signs the heads of all chains, if there is anything new since the last anchor; its number.
pub async fn anchor(conn: &mut Conn, key: &Key, now: Instant) -> Result<Option<i64>> {
    let text: Vec<String> =
        heads(conn).await?.into_iter().map(|(province, seq, hash)| format!("{province} {seq} {hash}")).collect();
    let text = text.join("\n");
    let last: Option<(i64, String, String)> =
        conn.query("select number, heads, signature from audit_anchor order by number desc limit 1").maybe().await?;
    let (last, before) = match last {
        Some((_, heads, _)) if heads == text => return Ok(None),
        Some((number, _, signature)) => (number, signature),
        None if text.is_empty() => return Ok(None),
        None => (0, String::new()),
    };
    let number = last + 1;
    let signature = key.sign(&said(number, now, &before, &text));
    let done = conn
        .query(
            "insert into audit_anchor (number, at, heads, before, public_key, signature)
             values ($1, $2, $3, $4, $5, $6) on conflict (number) do nothing",
        )
        .bind(number)
        .bind(now.micros())
        .bind(&text)
        .bind(&before)
        .bind(key.public())
        .bind(&signature)
        .run()
        .await?;
    // Another server may have signed in the same moment; its anchor is as good.
    Ok((done > 0).then_some(number))
}

/// An anchor as it is stored.
pub(crate) struct AnchorRow {
    pub(crate) number: i64,
    pub(crate) at: Instant,
    pub(crate) heads: String,
    pub(crate) before: String,
    pub(crate) key: String,
    pub(crate) signature: String,
}

/// All anchors, the first one first.
pub(crate) async fn all_anchors(conn: &mut Conn) -> Result<Vec<AnchorRow>> {
    type Stored = (i64, i64, String, String, String, String);
    let rows: Vec<Stored> = conn
        .query("select number, at, heads, before, public_key, signature from audit_anchor order by number")
        .all()
        .await?;
    let read = |(number, at, heads, before, key, signature): Stored| AnchorRow {
        number,
        at: Instant::from_micros(at),
        heads,
        before,
        key,
        signature,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The latest anchors, the last one first.
pub async fn anchors(conn: &mut Conn, limit: i64) -> Result<Vec<Anchor>> {
    type Stored = (i64, i64, String, String, String);
    let rows: Vec<Stored> = conn
        .query("select number, at, heads, public_key, signature from audit_anchor order by number desc limit $1")
        .bind(limit)
        .all()
        .await?;
    let read = |(number, at, heads, key, signature): Stored| Anchor {
        number,
        at: Instant::from_micros(at),
        chains: heads.lines().count(),
        key,
        signature,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The entries that are asked for, the latest first.
pub async fn search(conn: &mut Conn, asked: &Search<'_>) -> Result<Vec<Found>> {
    type Stored = (i64, i64, i64, String, String, Option<i64>, String);
    let end = Place { at: asked.until, province: 0, seq: 0 };
    let after = asked.after.unwrap_or(end);
    let rows: Vec<Stored> = conn
        .query(
            "select province_id, seq, at, actor, act, unit_id, object from audit_entry
             where at >= $1 and at < $2
               and (unit_id in (select cast(value as bigint) from json_each($3)) or ($4 = 1 and unit_id is null))
               and ($5 = '' or actor = $5)
               and ($6 = '' or act = $6 or substr(act, 1, length($6) + 1) = $6 || '.')
               and ($7 = '' or object = $7 or substr(object, 1, length($7) + 1) = $7 || ' ')
               and (at < $8 or (at = $8 and (province_id < $9 or (province_id = $9 and seq < $10))))
             order by at desc, province_id desc, seq desc limit $11",
        )
        .bind(asked.from.micros())
        .bind(asked.until.micros())
        .bind(store::list(asked.units.iter().map(|it| it.0)))
        .bind(i64::from(asked.without_unit))
        .bind(asked.actor)
        .bind(asked.act)
        .bind(asked.object)
        .bind(after.at.micros())
        .bind(after.province)
        .bind(after.seq)
        .bind(asked.limit)
        .all()
        .await?;
    let read = |(province, seq, at, actor, act, unit, object): Stored| Found {
        place: Place { at: Instant::from_micros(at), province, seq },
        actor,
        act,
        unit: unit.map(UnitId),
        object,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// How often an account did what, in all chains: act and count, by act.
pub async fn done_by(conn: &mut Conn, account: AccountId) -> Result<Vec<(String, i64)>> {
    let sql = "select act, cast(count(*) as bigint) from audit_entry where account_id = $1 group by act order by act";
    conn.query(sql).bind(account.0).all().await
}

/// The moments at which an account did any of these acts, the latest first.
pub async fn moments_of(
    conn: &mut Conn,
    account: AccountId,
    acts: &[&str],
    limit: i64,
) -> Result<Vec<(Instant, String)>> {
    let sql = "select at, act from audit_entry where account_id = $1 and act in (select value from json_each($2))
               order by at desc, seq desc limit $3";
    let rows: Vec<(i64, String)> = conn.query(sql).bind(account.0).bind(store::list(acts)).bind(limit).all().await?;
    Ok(rows.into_iter().map(|(at, act)| (Instant::from_micros(at), act)).collect())
}

/// A row of a chain.
#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    at: i64,
    account_id: Option<i64>,
    actor: String,
    act: String,
    unit_id: Option<i64>,
    object: String,
    pub(crate) hash: String,
}

impl Row {
    pub(crate) fn hash_after(&self, before: &str) -> String {
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
