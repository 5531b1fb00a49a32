//! A small site with figures in it, asked over its own router.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use kernel::{Assignment, Chance, Clock, Day, Instant, Level, NewId, Period, UnitId};
use returns::{Draft, RawCell, acts};
use tower::ServiceExt;
use web::{App, Duty, Settings, Shared, Slice, Texts, Who};

const SLICES: &[Slice] = &[forms::SLICE, returns::SLICE, units::SLICE, dashboards::SLICE];

pub(crate) struct Site {
    pub(crate) app: App,
    who: Who,
    _folder: tempfile::TempDir,
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

impl Site {
    /// All units, the monthly form owed by the communes of Tỉnh Mẫu, no figures; it is 21 November 2026.
    pub(crate) async fn new() -> Site {
        let folder = tempfile::tempdir().unwrap();
        let db = store::Db::open(folder.path().join("site.db").to_str().unwrap()).await.unwrap();
        store::migrate(&db).await.unwrap();
        units::load_reference(&db).await.unwrap();
        units::load_demo(&db).await.unwrap();
        forms::load_forms(&db).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let register = units::load_register(&mut conn).await.unwrap();
        let catalogue = forms::load_catalogue(&mut conn).await.unwrap();
        let engine = returns::follow::engine(&register, &catalogue).unwrap();
        drop(conn);
        let now = Instant::at(day("2026-11-21"), 600);
        let app = App {
            db,
            clock: Clock::new(move || now),
            chance: Chance::new(|bytes| bytes.fill(7)),
            ids: Arc::new(NewId::default()),
            texts: Arc::new(Texts::new(SLICES).unwrap()),
            register: Shared::new(register),
            catalogue: Shared::new(catalogue),
            figures: Arc::new(web::Totals::new(engine)),
            followed: web::Followed::default(),
            heavy: Arc::new(tokio::sync::Semaphore::new(1)),
            slices: SLICES,
            settings: Settings::default(),
        };
        let unit = |name: &str| app.register.get().resolve(name, day("2026-11-21")).unwrap();
        let (nation, mau) = (unit("Toàn quốc"), unit("Tỉnh Mẫu"));
        let duties = [Duty::Recorder, Duty::Approver];
        let grants = [nation, mau].into_iter().flat_map(|unit| duties.map(|duty| (duty, unit))).collect();
        let who = Who::command("demo", grants, SLICES);
        let owes = Assignment {
            form: app.catalogue.get().form_by_code("thang").unwrap().id,
            class: Level::Commune as u8,
            top: mau,
            from: day("2025-07-15"),
            until: Day::NEVER,
        };
        forms::acts::assign(&app, &who, &owes).await.unwrap();
        let mut conn = app.db.read().await.unwrap();
        app.catalogue.set(forms::load_catalogue(&mut conn).await.unwrap());
        drop(conn);
        app.change_totals(|it| it.set_assignments(forms::assignments(&app.catalogue.get())));
        Site { app, who, _folder: folder }
    }

    /// The unit of this name on a day.
    pub(crate) fn unit(&self, name: &str, on: &str) -> UnitId {
        self.app.register.get().resolve(name, day(on)).unwrap()
    }

    /// Enters a return with these cells, `CODE=value`, `CODE=value:qualifier`, and lets it be approved; gives the
    /// version's id.
    pub(crate) async fn enter(&self, unit: UnitId, form: &str, period: &str, coverage: &str, cells: &str) -> String {
        let catalogue = self.app.catalogue.get();
        let form = catalogue.form_by_code(form).unwrap();
        let period = Period::parse(period).unwrap();
        let cell = |text: &str| {
            let (code, value) = text.split_once('=').unwrap();
            let (value, qualifier) = value.split_once(':').unwrap_or((value, ""));
            let cell = RawCell {
                value: value.into(),
                qualifier: qualifier.into(),
                coverage: coverage.into(),
                ..RawCell::default()
            };
            (code.to_owned(), cell)
        };
        let draft = Draft { cells: cells.split_whitespace().map(cell).collect(), ..Draft::default() };
        let id = acts::open(&self.app, &self.who, unit, form, period).await.unwrap();
        let mut conn = self.app.db.read().await.unwrap();
        let line = returns::find(&mut conn, id).await.unwrap().unwrap();
        drop(conn);
        let line = acts::submit(&self.app, &self.who, id, line.revision, draft).await.unwrap();
        acts::approve(&self.app, &self.who, id, line.revision).await.unwrap().to_string()
    }

    /// A cookie of a reader at this unit.
    pub(crate) async fn reader(&self, unit: UnitId) -> String {
        let (cookie, key) = self.app.new_session();
        let now = self.app.clock.now();
        let mut tx = self.app.db.write().await.unwrap();
        let account = unit.0;
        tx.query("insert into account (id, name, folded, full_name, post, password, created_at) values ($1, $2, $2, $2, '', '', 0)")
            .bind(account)
            .bind(unit.to_string())
            .run()
            .await
            .unwrap();
        tx.query(
            "insert into account_grant (account_id, role, unit_id, valid_from) values ($1, 'committee-reader', $1, '2020-01-01')",
        )
        .bind(account)
        .run()
        .await
        .unwrap();
        tx.query("delete from session").run().await.unwrap();
        web::open_session(&mut tx, &key, kernel::AccountId(account), now).await.unwrap();
        tx.commit().await.unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// What stands at an address.
    pub(crate) async fn get(&self, cookie: &str, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let response = web::router(self.app.clone()).oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// A page that must be there.
    #[track_caller]
    pub(crate) fn page(&self, cookie: &str, path: &str) -> impl Future<Output = String> {
        let (got, path) = (self.get(cookie, path), path.to_owned());
        async move {
            let (status, html) = got.await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert!(html.len() < 60 * 1024, "{path} weighs {} bytes", html.len());
            html
        }
    }
}
