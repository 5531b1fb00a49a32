use ::store::Conn;
use audit::Entry;
use kernel::{AccountId, Day, Issue, Issues, Register};
use web::{App, Cover, Error, Result, Typed, Who, close_sessions};

use super::{
    Act, begin,
    manage::{described, keep_an_administrator, reached},
};
use crate::{
    MANAGE,
    account::{self, Account},
    grant::{self, Grant, Reach},
    store,
};

/// For how many days somebody may be deputised for at most.
const LONGEST: i32 = 366;
/// What is typed where a right of who leaves goes to nobody.
const NOBODY: &str = "-";

/// What becomes of somebody's rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody else has them too, until a day.
    Deputy,
    /// They pass to others from today on.
    Transfer,
    /// They pass to others, and the account is closed.
    Leaving,
}

impl Kind {
    pub(crate) const ALL: [Kind; 3] = [Kind::Deputy, Kind::Transfer, Kind::Leaving];

    /// The word in forms, and the end of the text's id.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Kind::Deputy => "deputy",
            Kind::Transfer => "transfer",
            Kind::Leaving => "leaving",
        }
    }

    const fn act(self) -> &'static str {
        match self {
            Kind::Deputy => "access.deputised",
            Kind::Transfer => "access.handed-over",
            Kind::Leaving => "access.left",
        }
    }
}

/// One right and where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Move {
    /// The right as it is.
    pub(crate) right: Grant,
    /// Who gets it; nobody, where that was said.
    pub(crate) to: Option<Account>,
    /// What they get; `None` where they have it already.
    pub(crate) new: Option<Grant>,
}

/// A handover that was read and can be done.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) kind: Kind,
    pub(crate) moves: Vec<Move>,
    /// The last day, of a deputy.
    pub(crate) last: Option<Day>,
}

/// The field in which a right's own receiver is typed.
pub(crate) fn field(right: &Grant) -> String {
    format!("to.{}.{}", right.role.word(), right.unit)
}

/// The rights that can be handed over: those that have not ended and lie within the scope of who asks.
pub(crate) async fn rights(
    conn: &mut Conn,
    register: &Register,
    who: &Who,
    id: AccountId,
    today: Day,
) -> Result<(Account, Vec<Grant>)> {
    let scope = who.scope(MANAGE)?;
    let (account, mut grants) = reached(conn, register, who, id, today, Reach::Part).await?;
    grants.retain(|it| !it.ended(today) && scope.cover(register, it.unit, today) == Cover::Full);
    Ok((account, grants))
}

/// Reads a handover.
///
/// # Errors
/// Refused, with everything that is wrong; not found, if the account lies outside the scope of who asks, or of one who
/// leaves not wholly within.
pub(crate) async fn plan(app: &App, conn: &mut Conn, who: &Who, id: AccountId, typed: &Typed) -> Result<Plan> {
    let (register, today) = (app.register.get(), app.clock.today());
    let (account, rights) = rights(conn, &register, who, id, today).await?;
    let mut issues = Issues::new();
    let kind = Kind::ALL.into_iter().find(|it| it.word() == typed.text("kind"));
    match kind {
        None => issues.push(Issue::new("kind", "access-handover-kind-missing")),
        Some(Kind::Leaving) => {
            reached(conn, &register, who, id, today, Reach::Whole).await?;
        }
        Some(_) if rights.is_empty() => issues.push(Issue::new("", "access-handover-nothing")),
        Some(_) => (),
    }
    if account.closed_at.is_some() {
        issues.push(Issue::new("", "access-account-is-closed"));
    }
    let last =
        if kind == Some(Kind::Deputy) { last_day(typed, today).map_err(|it| issues.push(it)).ok() } else { None };
    let scope = who.scope(MANAGE)?;
    let mut moves: Vec<Move> = Vec::new();
    for right in rights {
        let own = field(&right);
        let (name, place) =
            if typed.text(&own).is_empty() { (typed.text("to"), "to") } else { (typed.text(&own), own.as_str()) };
        let nobody = name == NOBODY && kind == Some(Kind::Leaving);
        let to = if nobody { Ok(None) } else { receiver(conn, &register, who, id, name, today).await?.map(Some) };
        match to {
            Ok(to) => {
                let until = last.map_or(right.until, |it| Some(it.plus(1).min(right.until.unwrap_or(Day::NEVER))));
                let deputy_for = if kind == Some(Kind::Deputy) { Some(id) } else { right.deputy_for };
                let mut new = to.is_some().then_some(Grant { from: right.from.max(today), until, deputy_for, ..right });
                if let Some(to) = &to {
                    let mut theirs = store::grants(conn, to.id).await?;
                    let has = |it: &Grant| (it.role, it.unit) == (right.role, right.unit) && !it.ended(today);
                    new = new.filter(|_| !theirs.iter().any(has));
                    // What else they get here stands beside it too.
                    let also = |it: &Move| it.new.filter(|_| it.to.as_ref().is_some_and(|it| it.id == to.id));
                    theirs.extend(moves.iter().filter_map(also));
                    let apart = |it: &Grant| grant::apart(it, &theirs, &to.full_name, &register, &scope, today);
                    issues.extend(new.as_ref().and_then(apart).map(|it| Issue { field: place.to_owned(), ..it }));
                }
                moves.push(Move { right, to, new });
            }
            Err(text) => {
                let issue = Issue::new(place, text).with("name", name);
                // One field for several rights is wrong once.
                if !issues.contains(&issue) {
                    issues.push(issue);
                }
            }
        }
    }
    match kind {
        Some(kind) if issues.is_empty() => Ok(Plan { kind, moves, last }),
        _ => Err(Error::Refused(issues)),
    }
}

/// Does what [`plan`] reads, all of it or nothing.
///
/// # Errors
/// As [`plan`]; refused too, if a unit would have no administrator any more.
pub(crate) async fn hand_over(app: &App, who: &Who, id: AccountId, typed: &Typed) -> Result<Kind> {
    let kind = plan(app, &mut app.db.read().await?, who, id, typed).await?.kind;
    let (now, register, object) = (app.clock.now(), app.register.get(), id.to_string());
    let today = now.day();
    let mut tx = begin(app, Act::new(kind.act(), who.actor(), now, &object)).await?;
    // Again under the lock: rights may have been given or taken meanwhile.
    let plan = plan(app, &mut tx, who, id, typed).await?;
    let moved = |act, right: &Grant, object| (act, right.unit, object);
    let mut done = Vec::new();
    for (to, new) in plan.moves.iter().filter_map(|it| it.to.as_ref().zip(it.new.as_ref())) {
        store::put_grant(&mut tx, to.id, new).await?;
        done.push(moved("access.right-given", new, described(to.id, new)));
    }
    if kind != Kind::Deputy {
        // Between giving and taking: who receives an administrator's right is one already.
        let lost: Vec<Grant> = plan.moves.iter().map(|it| it.right).collect();
        keep_an_administrator(&mut tx, &register, id, &lost, today).await?;
        for right in &lost {
            store::put_grant(&mut tx, id, &Grant { until: Some(today), ..*right }).await?;
            done.push(moved("access.right-taken", right, format!("{id} {} {}", right.role.word(), right.unit)));
        }
    }
    for (act, unit, object) in &done {
        let entry = Entry { province: 0, at: now, actor: who.actor(), act, unit: Some(*unit), object };
        audit::append(&mut tx, &entry).await?;
    }
    if kind == Kind::Leaving {
        if !store::close(&mut tx, id, now).await? {
            return Err(Error::Stale);
        }
        close_sessions(&mut tx, id, None).await?;
    }
    tx.commit().await?;
    Ok(kind)
}

fn last_day(typed: &Typed, today: Day) -> std::result::Result<Day, Issue> {
    let issue = |text| Issue::new("until", text);
    let last = match typed.text("until") {
        "" => return Err(issue("access-handover-until-missing")),
        text => Day::parse(text).ok_or_else(|| issue("access-day-wrong"))?,
    };
    match last {
        _ if last < today => Err(issue("access-until-past")),
        _ if last > today.plus(LONGEST) => Err(issue("access-until-long").with("days", LONGEST)),
        _ => Ok(last),
    }
}

/// Who is to get a right: somebody else's open account within the scope of who asks, and never their own: administrators
/// act for nobody.
async fn receiver(
    conn: &mut Conn,
    register: &Register,
    who: &Who,
    from: AccountId,
    name: &str,
    today: Day,
) -> Result<std::result::Result<Account, &'static str>> {
    if name.is_empty() {
        return Ok(Err("access-handover-to-missing"));
    }
    let unknown = "access-handover-to-unknown";
    let Some(found) = store::credentials(conn, &account::folded(name)).await? else { return Ok(Err(unknown)) };
    match reached(conn, register, who, found.id, today, Reach::Part).await {
        Ok(_) if found.id == who.account => Ok(Err("access-handover-to-own")),
        Ok((account, _)) if account.closed_at.is_none() && found.id != from => Ok(Ok(account)),
        Ok(_) | Err(Error::NotFound) => Ok(Err(unknown)),
        Err(err) => Err(err),
    }
}
