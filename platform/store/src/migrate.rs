use sqlx::{
    Connection, PgConnection, SqlSafeStr,
    migrate::{Migration as Step, MigrationType, Migrator},
};

use crate::{Db, Result};

/// One step of the schema: number, name, text.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its number; without gaps.
    pub number: i64,
    /// What it is about.
    pub name: &'static str,
    /// The SQL, one text for both engines. Never changed once released.
    pub sql: &'static str,
}

macro_rules! migrations {
    ($($number:literal $name:literal $file:literal;)*) => {
        &[$(Migration { number: $number, name: $name, sql: include_str!(concat!("../../../migrations/", $file)) }),*]
    };
}

/// Every step, in order.
pub const MIGRATIONS: &[Migration] = migrations! {
    1 "units" "0001_units.sql";
    2 "access" "0002_access.sql";
    3 "audit" "0003_audit.sql";
    4 "returns" "0004_returns.sql";
    5 "settings" "0005_settings.sql";
    6 "reforms" "0006_reforms.sql";
    7 "second factor" "0007_second_factor.sql";
    8 "return work" "0008_return_work.sql";
    9 "audit_anchors" "0009_audit_anchors.sql";
    10 "workbooks" "0010_workbooks.sql";
    11 "forms" "0011_forms.sql";
    12 "reminders" "0012_reminders.sql";
    13 "entry" "0013_entry.sql";
    14 "briefs" "0014_briefs.sql";
    15 "roles" "0015_roles.sql";
    16 "people" "0016_people.sql";
    17 "privacy" "0017_privacy.sql";
    18 "portal" "0018_portal.sql";
    19 "pins" "0019_pins.sql";
    20 "signed_briefs" "0020_signed_briefs.sql";
    21 "retirement" "0021_retirement.sql";
    22 "guide" "0022_guide.sql";
    23 "ledger by period" "0023_ledger_by_period.sql";
    24 "provider" "0024_provider.sql";
    25 "own data" "0025_own_data.sql";
    26 "requests of accounts" "0026_requests_of_accounts.sql";
};

/// Lets one text ask for a list on both engines: SQLite has `json_each(text)`, PostgreSQL gets it.
const JSON_EACH: &str = "create or replace function json_each(list text) returns table (value text) \
     language sql immutable as 'select json_array_elements_text(list::json)'";

/// Brings the schema up to date. On PostgreSQL it runs on a connection of its own: after a failed step sqlx keeps the
/// advisory lock, and a pooled connection would carry it on.
///
/// # Errors
/// A step that fails is rolled back whole and named; a step whose text was changed is refused.
pub async fn migrate(db: &Db) -> Result<()> {
    let step =
        |it: &Migration| Step::new(it.number, it.name.into(), MigrationType::Simple, it.sql.into_sql_str(), false);
    let migrator = Migrator::with_migrations(MIGRATIONS.iter().map(step).collect());
    match db {
        Db::Sqlite(pool) => migrator.run(pool).await?,
        Db::Postgres(pool) => {
            let mut conn = PgConnection::connect_with(pool.connect_options().as_ref()).await?;
            // Two servers that start together would both replace the function: one waits for the other.
            sqlx::query("select pg_advisory_lock(72817)").execute(&mut conn).await?;
            let ran = async {
                sqlx::query(JSON_EACH).execute(&mut conn).await?;
                migrator.run(&mut conn).await
            }
            .await;
            conn.close().await?;
            ran?;
        }
    }
    tracing::debug!(steps = MIGRATIONS.len(), "schema up to date");
    Ok(())
}
