use std::collections::{BTreeMap, BTreeSet};

use store::{Conn, Result};

use crate::{
    anchor::{proves, said},
    store::{self as rows, Row},
};

/// How many rows are read at once.
const ROWS: i64 = 10_000;

/// Something that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Finding {
    /// A row that does not follow from the one before it, or is missing: edited, removed or put elsewhere.
    #[error("nhật ký {province}: đứt tại dòng {seq} / audit chain {province} breaks at row {seq}")]
    Chain {
        /// Which chain.
        province: i64,
        /// Which row.
        seq: i64,
    },
    /// A chain that agrees with itself, but not with what was signed: rewritten or cut off.
    #[error(
        "nhật ký {province}: dòng {seq} khác với mốc ký số {number} / audit chain {province}: row {seq} differs from anchor {number}"
    )]
    Rewritten {
        /// Which chain.
        province: i64,
        /// Which row.
        seq: i64,
        /// What says so.
        number: i64,
    },
    /// An anchor that is missing, or does not follow from the one before it.
    #[error("mốc ký số {number}: thiếu hoặc sai thứ tự / anchor {number} is missing or out of order")]
    Order {
        /// Which anchor.
        number: i64,
    },
    /// An anchor whose signature does not prove what it says.
    #[error("mốc ký số {number}: chữ ký không đúng / anchor {number}: the signature is wrong")]
    Signature {
        /// Which anchor.
        number: i64,
    },
    /// An anchor signed by a key that is not the one we trust.
    #[error("mốc ký số {number}: ký bằng khóa lạ / anchor {number}: signed by an unknown key")]
    Key {
        /// Which anchor.
        number: i64,
    },
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// How many entries.
    pub entries: i64,
    /// How many anchors: the number of the last one.
    pub anchors: i64,
    /// What does not agree, by chain.
    pub findings: Vec<Finding>,
}

/// Reads every chain and every anchor again. Anchors must be signed by one of the trusted public keys; if none is named,
/// the keys that stand beside the anchors are believed, which proves less.
pub async fn check(conn: &mut Conn, trusted: &[String]) -> Result<Checked> {
    let mut res = Checked::default();
    // What each chain must have held, by row: the hash, and the anchor that says so.
    let mut signed: BTreeMap<i64, BTreeMap<i64, (String, i64)>> = BTreeMap::new();
    let mut before = String::new();
    for it in rows::all_anchors(conn).await? {
        res.anchors += 1;
        if it.number != res.anchors || it.before != before {
            res.findings.push(Finding::Order { number: res.anchors });
        }
        // One that was taken away is told once.
        res.anchors = it.number;
        let text = said(it.number, it.at, &it.before, &it.heads);
        if !proves(&it.key, &it.signature, &text) {
            res.findings.push(Finding::Signature { number: it.number });
        } else if !trusted.is_empty() && !trusted.contains(&it.key) {
            res.findings.push(Finding::Key { number: it.number });
        }
        for (province, seq, hash) in heads(&it.heads) {
            signed.entry(province).or_default().entry(seq).or_insert((hash, it.number));
        }
        before = it.signature;
    }
    let heads: BTreeMap<i64, (i64, String)> =
        rows::heads(conn).await?.into_iter().map(|(province, seq, hash)| (province, (seq, hash))).collect();
    let mut chains: BTreeSet<i64> = rows::chains(conn).await?.into_iter().collect();
    chains.extend(heads.keys().chain(signed.keys()));
    for province in chains {
        let signed = signed.remove(&province).unwrap_or_default();
        let head = heads.get(&province).cloned().unwrap_or_default();
        res.entries += chain(conn, province, &head, signed, &mut res.findings).await?;
    }
    Ok(res)
}

/// Checks one chain; how many rows it has.
async fn chain(
    conn: &mut Conn,
    province: i64,
    head: &(i64, String),
    mut signed: BTreeMap<i64, (String, i64)>,
    findings: &mut Vec<Finding>,
) -> Result<i64> {
    let (mut expected, mut before, mut count) = (1, String::new(), 0);
    let mut whole = true;
    loop {
        let rows: Vec<Row> = rows::chain(conn, province, count_before(expected), ROWS).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            count += 1;
            if whole && (row.seq != expected || row.hash != row.hash_after(&before)) {
                findings.push(Finding::Chain { province, seq: expected });
                // The rest hangs on what is broken; anchors still say which of it is as it was.
                whole = false;
            }
            if let Some((hash, number)) = signed.remove(&row.seq)
                && hash != row.hash
            {
                findings.push(Finding::Rewritten { province, seq: row.seq, number });
            }
            expected = row.seq + 1;
            before = row.hash;
        }
    }
    if whole && (head.0 != expected - 1 || head.1 != before) {
        findings.push(Finding::Chain { province, seq: expected });
    }
    if let Some((seq, (_, number))) = signed.pop_first() {
        findings.push(Finding::Rewritten { province, seq, number });
    }
    Ok(count)
}

const fn count_before(next: i64) -> i64 {
    next - 1
}

/// The heads as an anchor writes them, one a line: chain, number of the last row, its hash.
fn heads(text: &str) -> impl Iterator<Item = (i64, i64, String)> {
    text.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?.to_owned()))
    })
}
