//! The file of totals between two starts: it saves reading the ledger, and is never believed against it.

use std::path::Path;

use app::start;
use returns::snapshot::{self, Unfit};
use serde_json::{Value, json};
use store::Db;
use web::{App, Settings};

use crate::world::{World, worlds};

const REFORM: &str = include_str!("../../../data/reforms/example.csv");

async fn import(app: &App, month: u8, value: i64) {
    let csv = format!(
        "unit_code,on,period,indicator,value,qualifier,coverage\n\
         M0001,2026-11-01,2026-M{month:02},LAU01,{value},exact,own\n\
         M0002,2026-11-01,2026-M{month:02},LAU01,20,about,own\n\
         MAU,2026-11-01,2026-M{month:02},OUT01,9,exact,whole\n"
    );
    returns::import::figures(app, "cli:test", &format!("{month}.csv"), csv.as_bytes()).await.unwrap();
}

/// A server that starts on the same database with this file.
async fn start_with(world: &World, file: &Path) -> App {
    let settings = Settings { totals: Some(file.to_owned()), ..Settings::default() };
    let db = Db::open(&world.place).await.unwrap();
    start::open_db(db, settings, world.app.clock.clone(), start::chance()).await.unwrap()
}

/// Why the file is not taken, if it is not.
async fn unfit(world: &World, file: &Path) -> Option<Unfit> {
    let conn = &mut world.app.db.read().await.unwrap();
    snapshot::restore(&world.app, conn, file).await.unwrap().err()
}

fn figure(app: &App, period: &str) -> Value {
    let asked =
        returns::figure::Asked { unit: "Tỉnh Mẫu", on: None, period, indicator: "LAU01", boundaries: "then" };
    returns::figure::ask(app, &asked).unwrap().to_json()["value"].clone()
}

#[tokio::test]
async fn a_start_takes_the_file_and_follows_the_rest_of_the_ledger() {
    for world in worlds().await {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("totals");
        import(&world.app, 8, 10).await;
        let saved = snapshot::save(&world.app, &file).await.unwrap();
        assert_eq!(saved, snapshot::reached(&world.app).await);
        assert!(unfit(&world, &file).await.is_none());
        // What comes after the file was written is in the ledger only.
        import(&world.app, 9, 100).await;
        let app = start_with(&world, &file).await;
        assert_eq!((figure(&app, "2026-M08"), figure(&app, "2026-M09")), (json!(30), json!(120)));
        assert_eq!(snapshot::reached(&app).await, snapshot::reached(&world.app).await);
        let whole = |app: &App| app.figures.look(|it| it.standing().books().collect::<Vec<_>>());
        assert_eq!(whole(&app), whole(&world.app), "the same as what was followed all along");
        assert!(returns::check_ledger(&app).await.unwrap().findings.is_empty());
        // And it goes on from there.
        import(&app, 10, 1).await;
        assert_eq!(figure(&app, "2026-M10"), 21);
        app.db.close().await;
    }
}

#[tokio::test]
async fn a_spoilt_file_is_not_taken_and_nothing_is_lost() {
    for world in worlds().await {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("totals");
        import(&world.app, 8, 10).await;
        snapshot::save(&world.app, &file).await.unwrap();
        let whole = std::fs::read(&file).unwrap();
        let mut edited = whole.clone();
        // In the figures, not in what comes before them.
        let at = whole.len() - 60;
        edited[at] ^= 1;
        for spoilt in [&whole[..whole.len() / 2], &whole[..whole.len() - 1], &edited, b"", b"binhyen"] {
            std::fs::write(&file, spoilt).unwrap();
            let why = unfit(&world, &file).await.expect("a spoilt file was taken");
            assert!(matches!(why, Unfit::Checksum | Unfit::Format | Unfit::Book(_)), "{why}");
        }
        std::fs::write(&file, &edited).unwrap();
        let app = start_with(&world, &file).await;
        assert_eq!(figure(&app, "2026-M08"), 30);
        assert!(!file.exists(), "nobody else shall try it");
        app.db.close().await;
    }
}

#[tokio::test]
async fn a_file_that_is_ahead_of_its_ledger_or_of_another_course_is_not_taken() {
    for world in worlds().await {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("totals");
        import(&world.app, 8, 10).await;
        snapshot::save(&world.app, &file).await.unwrap();
        // The database is put back to where it was before.
        let mut tx = world.app.db.write().await.unwrap();
        tx.query("delete from return_version").run().await.unwrap();
        tx.query("delete from ledger_head").run().await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(unfit(&world, &file).await, Some(Unfit::Ledger(_))));
        let app = start_with(&world, &file).await;
        assert_eq!(figure(&app, "2026-M08"), Value::Null);
        // It comes as far again, with other figures.
        import(&app, 8, 77).await;
        app.db.close().await;
        assert!(matches!(unfit(&world, &file).await, Some(Unfit::Ledger(_))));
        let app = start_with(&world, &file).await;
        assert_eq!(figure(&app, "2026-M08"), 97);
        app.db.close().await;
    }
}

#[tokio::test]
async fn another_databases_file_is_not_taken() {
    for (world, other) in worlds().await.into_iter().zip(worlds().await) {
        let folder = tempfile::tempdir().unwrap();
        let (file, foreign) = (folder.path().join("totals"), folder.path().join("foreign"));
        import(&world.app, 8, 10).await;
        import(&other.app, 8, 500).await;
        snapshot::save(&world.app, &file).await.unwrap();
        snapshot::save(&other.app, &foreign).await.unwrap();
        assert!(matches!(unfit(&world, &foreign).await, Some(Unfit::Database)));
        assert!(foreign.exists(), "it is not ours to remove");
        let app = start_with(&world, &foreign).await;
        assert_eq!(figure(&app, "2026-M08"), 30);
        app.db.close().await;
    }
}

#[tokio::test]
async fn after_a_reform_the_file_is_made_anew() {
    for world in worlds().await {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("totals");
        import(&world.app, 8, 10).await;
        let before = snapshot::save(&world.app, &file).await.unwrap();
        units::apply_reform(&world.app, &world.demo_who(), REFORM).await.unwrap();
        assert_ne!(before, snapshot::reached(&world.app).await);
        assert!(matches!(unfit(&world, &file).await, Some(Unfit::Meaning)));
        snapshot::save(&world.app, &file).await.unwrap();
        assert!(unfit(&world, &file).await.is_none());
        let app = start_with(&world, &file).await;
        let asked = |app: &App| {
            let at = Some(kernel::Day::parse("2027-01-01").unwrap());
            let asked = returns::figure::Asked {
                unit: "M0101",
                on: at,
                period: "2026-M08",
                indicator: "LAU01",
                boundaries: "2027-01-01",
            };
            returns::figure::ask(app, &asked).unwrap().to_json()
        };
        assert_eq!(asked(&app)["value"], 30);
        assert_eq!(asked(&app), asked(&world.app));
        app.db.close().await;
    }
}
