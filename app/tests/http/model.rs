//! Databases that tests copy: made once for all processes of a run.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use store::Db;

/// A database's name that no other test has.
pub(crate) fn new_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Where the worlds' models stand: made once, copied by every test, whichever process it runs in.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

/// Another program makes another model.
pub(crate) fn model_name() -> String {
    let built = std::fs::metadata(std::env::current_exe().unwrap()).unwrap().modified().unwrap();
    let built = built.duration_since(std::time::UNIX_EPOCH).unwrap().as_micros();
    format!("model_{built}")
}

/// One process, and in it one test, at a time.
pub(crate) async fn once<F: Future<Output = ()>>(make: impl FnOnce() -> F) {
    static HERE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _here = HERE.lock().await;
    let lock = std::fs::File::create(folder().join("model.lock")).unwrap();
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await.unwrap().unwrap();
    make().await;
    drop(lock);
}

pub(crate) async fn has_database(server: &str, name: &str) -> bool {
    let db = Db::open(server).await.unwrap();
    let mut conn = db.read().await.unwrap();
    let found: Option<(String,)> = conn
        .query("select cast(datname as text) from pg_database where datname = $1")
        .bind(name)
        .maybe()
        .await
        .unwrap();
    drop(conn);
    db.close().await;
    found.is_some()
}

pub(crate) async fn command(server: &str, sql: &str) {
    let db = Db::open(server).await.unwrap();
    let mut conn = db.read().await.unwrap();
    conn.query(sqlx::AssertSqlSafe(sql.to_owned())).run().await.unwrap();
    drop(conn);
    db.close().await;
}

/// The whole demo as the binary makes it, on a SQLite file: for tests that run the binary and only read.
pub(crate) fn demo_file() -> &'static Path {
    static FILE: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    FILE.get_or_init(|| {
        let lock = std::fs::File::create(folder().join("demo.lock")).unwrap();
        lock.lock().unwrap();
        let made = folder().join(format!("demo_{}", model_name()));
        if !made.exists() {
            let half = tempfile::tempdir_in(folder()).unwrap().keep();
            let status = std::process::Command::new(env!("CARGO_BIN_EXE_binhyen"))
                .args(["demo", "--no-serve", "--data-dir"])
                .arg(&half)
                .status()
                .unwrap();
            assert!(status.success());
            std::fs::rename(half, &made).unwrap();
        }
        made.join("binhyen.db")
    })
}
