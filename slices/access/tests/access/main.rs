//! Accounts and rights in the database and over HTTP: SQLite always, PostgreSQL where `TEST_POSTGRES` names a server.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod accounts;
mod factors;
#[cfg(feature = "oidc")]
mod provider;
mod sessions;
mod world;
