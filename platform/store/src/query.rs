use std::{
    fmt::Write as _,
    ops::{Deref, DerefMut},
};

use sqlx::{
    Arguments, AssertSqlSafe, Encode, FromRow, PgConnection, Postgres, SqlSafeStr, SqlStr, Sqlite, SqliteConnection,
    Transaction, Type,
    pool::PoolConnection,
    postgres::{PgArguments, PgQueryResult, PgRow},
    sqlite::{SqliteArguments, SqliteQueryResult, SqliteRow},
};

use crate::{Engine, Result};

/// What can be bound: on both engines, or it does not compile.
pub trait Value<'q>: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> {}
impl<'q, T: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres>> Value<'q> for T {}

/// A row's shape: a tuple or `#[derive(sqlx::FromRow)]`.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Record for T {}

/// What every storage function takes first.
#[derive(Debug)]
pub enum Conn {
    /// Reading, SQLite.
    Sqlite(PoolConnection<Sqlite>),
    /// Writing, SQLite.
    SqliteWrite(Transaction<'static, Sqlite>),
    /// Reading, PostgreSQL.
    Postgres(PoolConnection<Postgres>),
    /// Writing, PostgreSQL.
    PostgresWrite(Transaction<'static, Postgres>),
}

impl Conn {
    /// A statement: written once, run on either engine.
    pub fn query(&mut self, sql: impl SqlSafeStr) -> Query<'_> {
        let link = match self {
            Conn::Sqlite(conn) => Link::Sqlite(conn, SqliteArguments::default()),
            Conn::SqliteWrite(conn) => Link::Sqlite(conn, SqliteArguments::default()),
            Conn::Postgres(conn) => Link::Postgres(conn, PgArguments::default()),
            Conn::PostgresWrite(conn) => Link::Postgres(conn, PgArguments::default()),
        };
        Query { link, sql: sql.into_sql_str(), fault: None }
    }

    /// `insert into … values (…), (…)` for so many rows, whose values are then bound one after the other: `into` is
    /// the table with its columns. See [`rows_at_once`].
    pub fn insert_many(&mut self, into: &'static str, columns: usize, rows: usize) -> Query<'_> {
        let mut text = format!("insert into {into} values ");
        let engine = self.engine();
        for place in 1..=columns * rows {
            text.push_str(match (place, place % columns) {
                (1, _) => "(",
                (_, 1) => "), (",
                _ => ", ",
            });
            match engine {
                // Without numbers: SQLite looks through the list of all numbered ones for each of them.
                Engine::Sqlite => text.push('?'),
                Engine::Postgres => drop(write!(text, "${place}")),
            }
        }
        text.push(')');
        self.query(AssertSqlSafe(text))
    }

    /// Which engine answers: for the few words that differ.
    pub fn engine(&self) -> Engine {
        match self {
            Conn::Sqlite(_) | Conn::SqliteWrite(_) => Engine::Sqlite,
            Conn::Postgres(_) | Conn::PostgresWrite(_) => Engine::Postgres,
        }
    }
}

/// How many rows of so many columns one [`Conn::insert_many`] takes: far below what either engine lets bind (SQLite
/// 32,766 values, PostgreSQL 65,535), and enough to forget what a statement costs.
pub const fn rows_at_once(columns: usize) -> usize {
    let most = 8_000 / columns;
    if most > 250 { 250 } else { most }
}

/// A write in progress. Dropped without [`Write::commit`], it never happened.
#[derive(Debug)]
pub struct Write(pub(crate) Conn);

impl Write {
    /// Makes it true.
    ///
    /// # Errors
    /// When it could not be made true; then nothing of it is.
    pub async fn commit(self) -> Result<()> {
        match self.0 {
            Conn::SqliteWrite(tx) => tx.commit().await,
            Conn::PostgresWrite(tx) => tx.commit().await,
            Conn::Sqlite(_) | Conn::Postgres(_) => Ok(()),
        }
    }
}

impl Deref for Write {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

enum Link<'c> {
    Sqlite(&'c mut SqliteConnection, SqliteArguments),
    Postgres(&'c mut PgConnection, PgArguments),
}

/// A statement with what is bound to it.
#[must_use = "a statement does nothing until it is run"]
pub struct Query<'c> {
    link: Link<'c>,
    sql: SqlStr,
    fault: Option<sqlx::Error>,
}

/// Runs the one text on the engine at hand.
macro_rules! run {
    ($query:expr, $make:ident $(::<$t:ty>)?, $how:ident) => {{
        let Query { link, sql, fault } = $query;
        if let Some(fault) = fault {
            return Err(fault);
        }
        match link {
            Link::Sqlite(conn, args) => sqlx::$make$(::<_, $t, _>)?(sql, args).$how(conn).await?.into(),
            Link::Postgres(conn, args) => sqlx::$make$(::<_, $t, _>)?(sql, args).$how(conn).await?.into(),
        }
    }};
}

impl Query<'_> {
    /// Binds the next placeholder.
    pub fn bind<'q>(mut self, value: impl Value<'q>) -> Self {
        let bound = match &mut self.link {
            Link::Sqlite(_, args) => args.add(value),
            Link::Postgres(_, args) => args.add(value),
        };
        if let Err(fault) = bound {
            self.fault = Some(sqlx::Error::Encode(fault));
        }
        self
    }

    /// Runs it; how many rows it touched.
    ///
    /// # Errors
    /// The engine's.
    pub async fn run(self) -> Result<u64> {
        let touched: Touched = run!(self, query_with, execute);
        Ok(touched.0)
    }

    /// All rows.
    ///
    /// # Errors
    /// The engine's, or a row of another shape.
    pub async fn all<T: Record>(self) -> Result<Vec<T>> {
        Ok(run!(self, query_as_with::<T>, fetch_all))
    }

    /// The first row, if any. Reads to the end, so that a fault after the first row is seen.
    ///
    /// # Errors
    /// The engine's, or a row of another shape.
    pub async fn maybe<T: Record>(self) -> Result<Option<T>> {
        Ok(self.all().await?.into_iter().next())
    }

    /// The row.
    ///
    /// # Errors
    /// `RowNotFound` if there is none; else as [`Query::all`].
    pub async fn one<T: Record>(self) -> Result<T> {
        self.maybe().await?.ok_or(sqlx::Error::RowNotFound)
    }
}

struct Touched(u64);

impl From<SqliteQueryResult> for Touched {
    fn from(it: SqliteQueryResult) -> Touched {
        Touched(it.rows_affected())
    }
}

impl From<PgQueryResult> for Touched {
    fn from(it: PgQueryResult) -> Touched {
        Touched(it.rows_affected())
    }
}
