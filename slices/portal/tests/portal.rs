//! The front page and the addresses that programs ask for.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use kernel::{Catalogue, Chance, Clock, Day, Instant, NewId, Register};
use store::{Db, migrate};
use tower::ServiceExt;
use web::{App, Settings, Shared, Slice, Texts};

static SLICES: [Slice; 1] = [portal::SLICE];

async fn app() -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path().join("portal.db").to_str().unwrap()).await.unwrap();
    migrate(&db).await.unwrap();
    let register = Register::default();
    let engine = figures::Engine::new(Arc::new(register.to_hierarchy().unwrap()), Vec::new());
    let app = App {
        db,
        clock: Clock::new(|| Instant::at(Day::parse("2026-03-05").unwrap(), 600)),
        chance: Chance::new(|bytes| bytes.fill(7)),
        ids: Arc::new(NewId::default()),
        texts: Arc::new(Texts::new(&SLICES).unwrap()),
        register: Shared::new(register),
        catalogue: Shared::new(Catalogue::default()),
        figures: Arc::new(web::Totals::new(engine)),
        followed: web::Followed::default(),
        heavy: Arc::new(tokio::sync::Semaphore::new(1)),
        slices: &SLICES,
        settings: Settings::default(),
    };
    (folder, app)
}

/// The status, the kind of content and the content.
async fn ask(app: &App, path: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = web::router(app.clone()).oneshot(request).await.unwrap();
    let (status, kind) = (response.status(), response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned());
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, kind, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn the_front_page_says_what_this_is_to_anybody_in_few_bytes() {
    let (_folder, app) = app().await;
    for (path, title) in [("/", "số liệu phong trào"), ("/?lang=en", "figures of the movement")] {
        let (status, _, body) = ask(&app, path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(body.len() <= 20_000, "{}", body.len());
        for text in [title, "action=\"/search\"", "name=\"q\"", "href=\"/sign-in\""] {
            assert!(body.contains(text), "{text}: {body}");
        }
        assert!(!body.contains("portal-"), "a text is missing: {body}");
    }
}

#[tokio::test]
async fn a_language_once_chosen_is_kept() {
    let (_folder, app) = app().await;
    let chosen = Request::get("/?lang=en").body(Body::empty()).unwrap();
    let chosen = web::router(app.clone()).oneshot(chosen).await.unwrap();
    let cookie = chosen.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let later = Request::get("/").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let later = web::router(app).oneshot(later).await.unwrap();
    assert_eq!(later.headers()[header::CONTENT_LANGUAGE], "en");
    assert!(!later.headers().contains_key(header::SET_COOKIE));
}

#[tokio::test]
async fn health_is_that_of_the_database() {
    let (_folder, app) = app().await;
    assert_eq!(ask(&app, "/healthz").await, (StatusCode::OK, "text/plain; charset=utf-8".into(), "ok\n".into()));
    app.db.close().await;
    assert_eq!(ask(&app, "/healthz").await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn programs_find_what_they_ask_for() {
    let (_folder, app) = app().await;
    assert!(ask(&app, "/robots.txt").await.2.contains("Disallow: /\n"));
}
