//! The database: SQLite by default, PostgreSQL when it grows. One SQL text for both.
//!
//! ```text
//! let mut tx = db.write().await?;
//! let row: Option<(i64, String)> = tx.query("select id, name from account where id = $1").bind(id).maybe().await?;
//! tx.query("update account set name = $2 where id = $1").bind(id).bind(name).run().await?;
//! tx.commit().await?;
//! ```
//!
//! House rules for SQL, each of them measured (a type, a null or a begin that one engine takes and the other does not):
//! - `$1` placeholders; columns are `text`, `bigint`, `double precision` or `bytea`; only `i64` is bound as a number.
//! - A nullable column is read into an `Option`; on SQLite a null read into a plain `i64` would be 0 without a word.
//! - Sums, counts and literals are cast: `cast(coalesce(sum(x), 0) as bigint)`.
//! - Lists: `id in (select cast(value as bigint) from json_each($1))`, bound as a JSON array of strings: [`list`].
//! - A transaction begins in [`Db::write`] and nowhere else: a `begin` that is cancelled half way leaves sqlx 0.9 a
//!   connection inside an open transaction, and the next borrower's acknowledged write is lost.

mod migrate;
mod query;
mod setting;

pub use migrate::{MIGRATIONS, Migration, migrate};
pub use query::{Conn, Query, Record, Value, Write, rows_at_once};
pub use setting::{set_setting, setting};

use std::time::Duration;

use sqlx::{
    PgPool, SqlitePool,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// A failure of the store. Never the user's fault.
pub type Error = sqlx::Error;
/// What storage functions give back.
pub type Result<T> = std::result::Result<T, Error>;

/// Which engine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The server.
    Postgres,
}

/// The way to the database. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    /// A file on this machine.
    Sqlite(SqlitePool),
    /// A server.
    Postgres(PgPool),
}

impl Db {
    /// Connects to a `postgres://` address, or opens (and creates) a SQLite file. Does not touch the schema: see
    /// [`migrate`].
    ///
    /// # Errors
    /// When the file cannot be opened or the server does not answer.
    pub async fn open(place: &str) -> Result<Db> {
        if place.starts_with("postgres://") || place.starts_with("postgresql://") {
            let options: PgConnectOptions = place.parse()?;
            let options = options.options([("statement_timeout", "60s"), ("lock_timeout", "20s")]);
            let pool = PoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(30));
            return Ok(Db::Postgres(pool.connect_with(options).await?));
        }
        let path = place.strip_prefix("sqlite:").unwrap_or(place);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(20));
        let pool = PoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(30));
        Ok(Db::Sqlite(pool.connect_with(options).await?))
    }

    /// Which engine answers.
    pub fn engine(&self) -> Engine {
        match self {
            Db::Sqlite(_) => Engine::Sqlite,
            Db::Postgres(_) => Engine::Postgres,
        }
    }

    /// A connection to read with.
    ///
    /// # Errors
    /// When none is free in time.
    pub async fn read(&self) -> Result<Conn> {
        Ok(match self {
            Db::Sqlite(pool) => Conn::Sqlite(pool.acquire().await?),
            Db::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// A transaction to write in. SQLite takes its write lock at once, so that what is read in it is still true at
    /// the end. Begun in a task of its own, because that task outlives a cancelled request (see the crate's text).
    ///
    /// # Errors
    /// When the database cannot be reached or stays locked.
    pub async fn write(&self) -> Result<Write> {
        let db = self.clone();
        #[expect(clippy::disallowed_methods, reason = "the one place where a transaction begins")]
        let begin = async move {
            Ok(Write(match db {
                Db::Sqlite(pool) => Conn::SqliteWrite(pool.begin_with("begin immediate").await?),
                Db::Postgres(pool) => Conn::PostgresWrite(pool.begin().await?),
            }))
        };
        tokio::spawn(begin).await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }

    /// The same database by one connection of its own: for work in another runtime, or beside a caller that holds others.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn alone(&self) -> Result<Db> {
        let wait = Duration::from_secs(30);
        Ok(match self {
            Db::Sqlite(pool) => {
                let options = pool.connect_options().as_ref().clone();
                Db::Sqlite(PoolOptions::new().max_connections(1).acquire_timeout(wait).connect_with(options).await?)
            }
            Db::Postgres(pool) => {
                let options = pool.connect_options().as_ref().clone();
                Db::Postgres(PoolOptions::new().max_connections(1).acquire_timeout(wait).connect_with(options).await?)
            }
        })
    }

    /// Closes all connections; SQLite then folds its log into the file.
    pub async fn close(&self) {
        match self {
            Db::Sqlite(pool) => pool.close().await,
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

/// A list to bind to `in (select cast(value as bigint) from json_each($1))`, or without the cast where it is one of our
/// own words: ids, codes of periods, names of acts, none of which holds a quotation mark.
pub fn list(items: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    let quoted: Vec<String> = items.into_iter().map(|it| format!("\"{it}\"")).collect();
    format!("[{}]", quoted.join(","))
}

/// Whether a write failed because such a row is there already.
pub fn is_taken(err: &Error) -> bool {
    err.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
