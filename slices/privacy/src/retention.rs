//! What is kept no longer than it is needed: the rules are data (`data/privacy/retention.csv`), their codes are those of
//! the register; each run says what it removed, and a dry run what it would.

use std::sync::LazyLock;

use ::store::Write;
use kernel::{Day, Instant};
use serde::Deserialize;
use web::{App, Result, Who};

use crate::store::{incidents, put_run, requests};

const FILE: &str = include_str!("../../../data/privacy/retention.csv");

/// A rule: what is removed so many days after it has lost its purpose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The code of the register's column `retention`.
    pub code: String,
    /// How many days.
    pub days: u16,
    /// What goes: `names`, `applicants`, `incidents`, `sessions`, `attempts`, `links`, `credentials`.
    pub what: String,
    /// Why so long.
    pub source: String,
}

/// What a rule removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The rule.
    pub rule: &'static Rule,
    /// The day before which it reached.
    pub before: Day,
    /// How many.
    pub count: u64,
}

/// All rules. A line that does not read is left out; a test finds it.
pub fn rules() -> &'static [Rule] {
    static ALL: LazyLock<Vec<Rule>> = LazyLock::new(|| rows().filter_map(std::result::Result::ok).collect());
    &ALL
}

fn rows() -> impl Iterator<Item = std::result::Result<Rule, csv::Error>> {
    csv::Reader::from_reader(FILE.as_bytes()).into_deserialize()
}

/// Follows every rule. A run that is not dry keeps its report.
///
/// # Errors
/// The store's; what was removed until then stays removed.
pub async fn run(app: &App, who: &Who, dry: bool) -> Result<Vec<Removed>> {
    let now = app.clock.now();
    let mut res = Vec::new();
    for rule in rules() {
        let before = now.day().plus(-i32::from(rule.days));
        let at = Instant::at(before, 0);
        let count = match rule.what.as_str() {
            "names" => people::erase_names(app, who, before, dry).await?,
            "applicants" => applicants(app, who, before, dry).await?,
            "incidents" => incident_texts(app, who, before, dry).await?,
            "sessions" => sessions(app, dry).await?,
            "links" => people::unlink_closed(app, who, at, dry).await?,
            "attempts" => access::forget(app, who, access::Past::Attempts, at, dry).await?,
            _ => access::forget(app, who, access::Past::Credentials, at, dry).await?,
        };
        res.push(Removed { rule, before, count });
    }
    if !dry {
        let report: Vec<String> = res.iter().map(|it| format!("{} {}", it.rule.code, it.count)).collect();
        let mut tx = app.db.write().await?;
        put_run(&mut tx, app.new_id(), now, &report.join("\n")).await?;
        let entry = audit::Entry {
            province: 0,
            at: now,
            actor: who.actor(),
            act: "privacy.retention-run",
            unit: None,
            object: &report.join(", "),
        };
        audit::append(&mut tx, &entry).await?;
        tx.commit().await?;
    }
    Ok(res)
}

async fn applicants(app: &App, who: &Who, before: Day, dry: bool) -> Result<u64> {
    let count = requests::count_old(&mut app.db.read().await?, before).await?;
    if dry || count == 0 {
        return Ok(u64::try_from(count).unwrap_or(0));
    }
    let mut tx = app.db.write().await?;
    let done = requests::erase_old(&mut tx, before).await?;
    erased(app, who, tx, "privacy.applicants-erased", done).await
}

async fn incident_texts(app: &App, who: &Who, before: Day, dry: bool) -> Result<u64> {
    let count = incidents::count_old(&mut app.db.read().await?, before).await?;
    if dry || count == 0 {
        return Ok(u64::try_from(count).unwrap_or(0));
    }
    let mut tx = app.db.write().await?;
    let done = incidents::erase_old(&mut tx, before).await?;
    erased(app, who, tx, "privacy.incidents-erased", done).await
}

/// Writes down how many were erased.
async fn erased(app: &App, who: &Who, mut tx: Write, act: &'static str, done: u64) -> Result<u64> {
    let object = done.to_string();
    let (at, actor) = (app.clock.now(), who.actor());
    audit::append(&mut tx, &audit::Entry { province: 0, at, actor, act, unit: None, object: &object }).await?;
    tx.commit().await?;
    Ok(done)
}

/// Sessions that open nothing any more; when a session ends is fixed by the platform.
async fn sessions(app: &App, dry: bool) -> Result<u64> {
    let now = app.clock.now();
    if dry {
        return Ok(web::count_ended_sessions(&mut app.db.read().await?, now).await?);
    }
    let mut tx = app.db.write().await?;
    let done = web::drop_ended_sessions(&mut tx, now).await?;
    tx.commit().await?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_reads_and_stands_in_the_register() {
        assert_eq!(rules().len(), rows().count());
        let declared = crate::register().unwrap();
        for rule in rules() {
            assert!(declared.iter().any(|it| it.retention == rule.code), "{rule:?}");
            let all = ["names", "applicants", "incidents", "sessions", "attempts", "links", "credentials"];
            assert!(all.contains(&rule.what.as_str()));
            assert!(rule.days > 0);
        }
    }
}
