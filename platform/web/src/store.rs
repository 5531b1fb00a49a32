use kernel::{AccountId, Day, Instant, UnitId};
use store::{Conn, Result};

use crate::{Entered, Role, SessionKey, Slice, Who, who};

/// After so long without a request a session ends: 12 hours.
const IDLE: i64 = 12 * 3_600_000_000;
/// After so long it ends in any case: 7 days.
const ABSOLUTE: i64 = 7 * 24 * 3_600_000_000;
/// The time of the last request is written no oftener than this: 10 minutes.
const SEEN_EVERY: i64 = 600_000_000;

/// So long the second factor may take after the password: 30 minutes.
const HALFWAY: i64 = 30 * 60_000_000;
/// [`open_weak_session`].
const WEAK: i64 = 1;
/// [`open_session`].
const STRONG: i64 = 2;

/// Opens a session for an account that has just shown a second factor or a passkey.
pub async fn open_session(conn: &mut Conn, key: &SessionKey, account: AccountId, now: Instant) -> Result<()> {
    open(conn, key, account, now, STRONG).await
}

/// Opens a session for an account that has given its password alone: enough where there is no second factor and no role
/// that needs one.
pub async fn open_weak_session(conn: &mut Conn, key: &SessionKey, account: AccountId, now: Instant) -> Result<()> {
    open(conn, key, account, now, WEAK).await
}

/// How many sessions have ended by their time and still stand there.
pub async fn count_ended_sessions(conn: &mut Conn, now: Instant) -> Result<u64> {
    let sql = "select cast(count(*) as bigint) from session where created_at < $1 or seen_at < $2";
    let (absolute, idle) = (now.micros() - ABSOLUTE, now.micros() - IDLE);
    let (count,): (i64,) = conn.query(sql).bind(absolute).bind(idle).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Removes the sessions that have ended by their time; how many.
pub async fn drop_ended_sessions(conn: &mut Conn, now: Instant) -> Result<u64> {
    conn.query("delete from session where created_at < $1 or seen_at < $2")
        .bind(now.micros() - ABSOLUTE)
        .bind(now.micros() - IDLE)
        .run()
        .await
}

async fn open(conn: &mut Conn, key: &SessionKey, account: AccountId, now: Instant, strength: i64) -> Result<()> {
    drop_ended_sessions(conn, now).await?;
    conn.query("insert into session (key, account_id, created_at, seen_at, strength) values ($1, $2, $3, $3, $4)")
        .bind(&key.0)
        .bind(account.0)
        .bind(now.micros())
        .bind(strength)
        .run()
        .await?;
    Ok(())
}

/// Ends one session, or all of an account.
pub async fn close_sessions(conn: &mut Conn, account: AccountId, only: Option<&SessionKey>) -> Result<u64> {
    match only {
        Some(key) => {
            conn.query("delete from session where account_id = $1 and key = $2")
                .bind(account.0)
                .bind(&key.0)
                .run()
                .await
        }
        None => conn.query("delete from session where account_id = $1").bind(account.0).run().await,
    }
}

/// The open sessions of an account, the one used last first: key, begin, last use.
pub async fn sessions(
    conn: &mut Conn,
    account: AccountId,
    now: Instant,
) -> Result<Vec<(SessionKey, Instant, Instant)>> {
    let rows: Vec<(String, i64, i64)> = conn
        .query(
            "select key, created_at, seen_at from session where account_id = $1 and created_at > $2 and seen_at > $3
             order by seen_at desc, key",
        )
        .bind(account.0)
        .bind(now.micros() - ABSOLUTE)
        .bind(now.micros() - IDLE)
        .all()
        .await?;
    let read = |(key, began, seen): (String, i64, i64)| {
        (SessionKey(key), Instant::from_micros(began), Instant::from_micros(seen))
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Who holds this session, with the rights of today; `None` if it has ended. The second value says whether
/// [`touch`] is due.
pub(crate) async fn who(
    conn: &mut Conn,
    key: &SessionKey,
    now: Instant,
    today: Day,
    slices: &[Slice],
    demo: bool,
) -> Result<Option<(Who, bool)>> {
    type Row = (i64, String, String, String, i64, i64, i64, i64, Option<i64>, Option<i64>);
    let found: Option<Row> = conn
        .query(
            "select a.id, a.name, a.full_name, a.post, s.created_at, s.seen_at, s.strength,
             (select cast(count(*) as bigint) from totp t where t.account_id = a.id)
             + (select cast(count(*) as bigint) from passkey p where p.account_id = a.id),
             a.guide_closed_at, a.restricted_at
             from session s join account a on a.id = s.account_id
             where s.key = $1 and a.closed_at is null and s.created_at > $2 and s.seen_at > $3",
        )
        .bind(&key.0)
        .bind(now.micros() - ABSOLUTE)
        .bind(now.micros() - IDLE)
        .maybe()
        .await?;
    let Some((account, name, full_name, post, created_at, seen_at, strength, factors, guide_closed_at, restricted_at)) =
        found
    else {
        return Ok(None);
    };
    let rows: Vec<(String, i64)> = conn
        .query(
            "select role, unit_id from account_grant
             where account_id = $1 and valid_from <= $2 and (valid_until is null or $2 < valid_until)
             order by role, unit_id",
        )
        .bind(account)
        .bind(today.to_string())
        .all()
        .await?;
    let grants: Vec<(Role, UnitId)> =
        rows.into_iter().filter_map(|(role, unit)| Some((Role::parse(&role)?, UnitId(unit)))).collect();
    let entered = match () {
        () if strength >= STRONG => Entered::Fully,
        () if factors > 0 => Entered::MustShow,
        // The demo's accounts share a printed password: a second factor would protect nothing there.
        () if !demo && grants.iter().any(|it| it.0.needs_second_factor()) => Entered::MustSetUp,
        () => Entered::Fully,
    };
    if entered != Entered::Fully && created_at <= now.micros() - HALFWAY {
        return Ok(None);
    }
    let may = who::permissions(who::duties(&grants, today), slices);
    let session = Some(key.clone());
    // The first steps are read from what somebody did: what is restricted is not used for that.
    let guided = guide_closed_at.is_none() && restricted_at.is_none();
    let who = Who { account: AccountId(account), name, full_name, post, grants, session, entered, guided, may };
    Ok(Some((who, seen_at < now.micros() - SEEN_EVERY)))
}

/// Notes that a session is in use.
pub(crate) async fn touch(conn: &mut Conn, key: &SessionKey, now: Instant) -> Result<()> {
    conn.query("update session set seen_at = $2 where key = $1").bind(&key.0).bind(now.micros()).run().await?;
    Ok(())
}
