//! Units in the database and on their page: SQLite always, PostgreSQL where `TEST_POSTGRES` names a server.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use kernel::{Catalogue, Chance, Clock, Day, Instant, NewId, Register, UnitId};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use store::{Db, migrate};
use tower::ServiceExt;
use units::{Error, load_demo, load_reference, load_register};
use web::{App, Settings, Shared, Slice, Texts};

static SLICES: [Slice; 1] = [units::SLICE];

/// An empty database on each engine; the folder lives as long as the test.
async fn databases() -> (tempfile::TempDir, Vec<Db>) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let folder = tempfile::tempdir().unwrap();
    let mut all = vec![Db::open(folder.path().join("units.db").to_str().unwrap()).await.unwrap()];
    if let Ok(server) = std::env::var("TEST_POSTGRES") {
        let name = format!("units_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let maintenance = Db::open(&server).await.unwrap();
        let create = sqlx::AssertSqlSafe(format!("create database {name}"));
        maintenance.read().await.unwrap().query(create).run().await.unwrap();
        let (address, _) = server.rsplit_once('/').unwrap();
        all.push(Db::open(&format!("{address}/{name}")).await.unwrap());
    }
    for db in &all {
        migrate(db).await.unwrap();
    }
    (folder, all)
}

async fn register(db: &Db) -> Result<Register, Error> {
    load_register(&mut db.read().await.unwrap()).await
}

async fn count(db: &Db, table: &'static str) -> i64 {
    let mut conn = db.read().await.unwrap();
    let text = sqlx::AssertSqlSafe(format!("select cast(count(*) as bigint) from {table}"));
    let (rows,): (i64,) = conn.query(text).one().await.unwrap();
    rows
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[tokio::test]
async fn what_is_written_reads_back_and_is_written_once() {
    let (_folder, databases) = databases().await;
    for db in databases {
        assert!(load_reference(&db).await.unwrap());
        assert!(!load_reference(&db).await.unwrap());
        let files = units::reference::national().unwrap();
        let expected = Register::new(files.states, files.successions, files.aliases).unwrap();
        let register = register(&db).await.unwrap();
        assert_eq!(register.states(), expected.states());
        assert_eq!(register.successions(), expected.successions());
        assert_eq!(register.resolve("Phường Yên Hoà", day("2025-06-30")).map(|it| it.0 > 1), Ok(true));
        assert!(register.by_code("MAU", day("2026-01-01")).is_none(), "nothing invented without asking");
    }
}

#[tokio::test]
async fn the_invented_province_comes_beside_the_country_and_is_marked() {
    let (_folder, databases) = databases().await;
    for db in databases {
        load_reference(&db).await.unwrap();
        assert!(load_demo(&db).await.unwrap());
        assert!(!load_demo(&db).await.unwrap());
        let register = register(&db).await.unwrap();
        let mau = register.by_code("MAU", day("2026-01-01")).unwrap();
        assert!(mau.synthetic && mau.parent.is_none());
        assert!(register.descendants(mau.id, day("2026-01-01")).iter().all(|it| it.synthetic));
        assert!(register.descendants(UnitId(1), day("2026-01-01")).iter().all(|it| !it.synthetic));
    }
}

#[tokio::test]
async fn a_write_that_fails_half_way_leaves_nothing() {
    let (_folder, databases) = databases().await;
    for db in databases {
        let mut tx = db.write().await.unwrap();
        // One succession stands there already, in the way of the second of the three tables.
        let files = units::reference::national().unwrap();
        let one = files.successions.last().unwrap();
        tx.query("insert into unit_succession values ($1, $2, $3, 'whole', null, '')")
            .bind(one.predecessor.0)
            .bind(one.successor.0)
            .bind(one.on.to_string())
            .run()
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(load_reference(&db).await, Err(Error::Store(_))));
        assert_eq!(count(&db, "unit_state").await, 0);
        assert_eq!(count(&db, "unit_succession").await, 1);
        assert_eq!(count(&db, "unit_alias").await, 0);
    }
}

#[tokio::test]
async fn two_servers_that_start_together_write_once() {
    let (_folder, databases) = databases().await;
    for db in databases {
        let (one, other) = tokio::join!(load_reference(&db), load_reference(&db));
        assert!(one.unwrap() ^ other.unwrap());
        assert_eq!(count(&db, "unit_state").await, 1 + 10_794 + 3_355 + 25);
    }
}

#[tokio::test]
async fn a_row_that_is_not_understood_is_named() {
    let (_folder, databases) = databases().await;
    for db in databases {
        let mut tx = db.write().await.unwrap();
        tx.query("insert into unit_state values (7, '2025-02-30', null, 'X', 'X', 'X', 'xa', 3, null, 0, '')")
            .run()
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let error = register(&db).await.unwrap_err();
        assert!(matches!(error, Error::Row { table: "unit_state", unit: UnitId(7), what: "valid_from" }), "{error}");
    }
}

async fn app() -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path().join("page.db").to_str().unwrap()).await.unwrap();
    migrate(&db).await.unwrap();
    load_reference(&db).await.unwrap();
    load_demo(&db).await.unwrap();
    let register = register(&db).await.unwrap();
    let engine = figures::Engine::new(Arc::new(register.to_hierarchy().unwrap()), Vec::new());
    let app = App {
        db,
        clock: Clock::new(|| Instant::at(Day::parse("2026-11-21").unwrap(), 600)),
        chance: Chance::new(|bytes| bytes.fill(7)),
        ids: Arc::new(NewId::default()),
        texts: Arc::new(Texts::new(&SLICES).unwrap()),
        register: Shared::new(register),
        catalogue: Shared::new(Catalogue::default()),
        figures: Arc::new(web::Totals::new(engine)),
        followed: web::Followed::default(),
        heavy: Arc::new(tokio::sync::Semaphore::new(2)),
        slices: &SLICES,
        settings: Settings::default(),
    };
    (folder, app)
}

async fn page(app: &App, path: &str) -> String {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = web::router(app.clone()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn the_search_page_finds_units_without_marks_and_says_their_days() {
    let (_folder, app) = app().await;
    let found = page(&app, "/units?q=ba+don").await;
    let unit = app.register.get().resolve("Thị xã Ba Đồn", day("2021-12-31")).unwrap();
    assert!(found.contains(&format!("<a href=\"/places/{unit}\">Thị xã Ba Đồn</a>, Tỉnh Quảng Bình")), "{found}");
    assert!(found.contains("đến hết 30/06/2025") && found.contains("nay thuộc "));
    let renamed = page(&app, "/units?q=t%E1%BB%89nh+b%E1%BA%AFc+ninh&lang=en").await;
    assert!(renamed.contains("from 01/07/2025 until the end of 19/09/2026"));
    assert!(renamed.contains("now Thành phố Bắc Ninh"));
    let invented = page(&app, "/units?q=tinh+mau").await;
    assert!(invented.contains("dữ liệu mẫu"));
}

#[tokio::test]
async fn the_search_page_explains_itself_and_survives_any_query() {
    let (_folder, app) = app().await;
    assert!(page(&app, "/units").await.contains("Gõ một phần của tên"));
    assert!(page(&app, "/units?q=x&q=y").await.contains("Gõ một phần của tên"));
    assert!(page(&app, "/units?q=%3Cscript%3E%FF").await.contains("Không có đơn vị nào khớp"));
    let many = page(&app, "/units?q=xa").await;
    assert_eq!(many.matches("<li><a href=\"/places/u-").count(), 50);
    assert!(many.contains("Còn nhiều kết quả khác"));
}
