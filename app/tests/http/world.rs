//! One small believable world per test and store: the real units, the invented province, a few named people.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use app::{SLICES, start};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use kernel::{Clock, Day, Instant, UnitId};
use store::Db;
use tower::ServiceExt;
use web::{App, Duty, Role, Settings, Who};

pub(crate) use crate::person::{Person, encode};

use crate::model::{command, folder, has_database, model_name, new_name, once};

/// The day on which every world begins.
pub(crate) const TODAY: &str = "2026-11-21";

/// The people of every world: name, duty, unit.
pub(crate) const PEOPLE: &[(&str, Duty, &str)] = &[
    ("xa01", Duty::Recorder, "Xã Mẫu 01"),
    ("xa02", Duty::Recorder, "Xã Mẫu 02"),
    ("tinhmau", Duty::Approver, "Tỉnh Mẫu"),
    ("xemmau", Duty::Reader, "Tỉnh Mẫu"),
    ("nhapmau", Duty::Recorder, "Tỉnh Mẫu"),
    ("quangtri", Duty::Recorder, "Tỉnh Quảng Trị"),
    ("duyetquangtri", Duty::Approver, "Tỉnh Quảng Trị"),
    ("capbo", Duty::Approver, "Toàn quốc"),
    ("nhapbo", Duty::Recorder, "Toàn quốc"),
    ("quantri", Duty::Administrator, "Toàn quốc"),
    ("quantrimau", Duty::Administrator, "Tỉnh Mẫu"),
    ("kiemtra", Duty::Auditor, "Toàn quốc"),
    ("kiemtramau", Duty::Auditor, "Tỉnh Mẫu"),
    ("dulieu", Duty::DataOfficer, "Toàn quốc"),
    ("dulieumau", Duty::DataOfficer, "Tỉnh Mẫu"),
];

/// An application on a database of its own.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) place: String,
    pub(crate) router: Router,
    now: Arc<AtomicI64>,
    _folder: Option<tempfile::TempDir>,
}

/// An answer: status, headers, body as it came and as text.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) text: String,
}

impl Answer {
    /// Where it sends the browser.
    pub(crate) fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |it| it.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn has(&self, text: &str) -> &Answer {
        assert!(self.text.contains(text), "no «{text}» in {} {}", self.status, self.text);
        self
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Answer {
        assert_eq!(self.status.as_u16(), status, "{} → {}", self.text, self.to());
        self
    }
}

/// One world per store.
pub(crate) async fn worlds() -> Vec<World> {
    let mut res = vec![World::sqlite().await];
    if let Ok(server) = std::env::var("TEST_POSTGRES") {
        res.push(World::postgres(&server).await);
    }
    res
}

/// Worlds that hold the whole demo.
pub(crate) async fn demo_worlds() -> Vec<World> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("binhyen.db");
    let mut res = vec![World::open(file.to_str().unwrap(), Some(folder)).await];
    if let Ok(server) = std::env::var("TEST_POSTGRES") {
        let name = new_name();
        command(&server, &format!("create database {name}")).await;
        res.push(World::open(&at(&server, &name), None).await);
    }
    for world in &res {
        app::demo::fill(&world.app).await.unwrap();
    }
    res
}

impl World {
    async fn sqlite() -> World {
        let model = folder().join(format!("{}.db", model_name()));
        once(|| async {
            if !model.exists() {
                let half = model.with_extension("half");
                let _ = std::fs::remove_file(&half);
                let world = World::open(half.to_str().unwrap(), None).await;
                world.settle().await;
                world.app.db.close().await;
                std::fs::rename(half, &model).unwrap();
            }
        })
        .await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("binhyen.db");
        std::fs::copy(model, &file).unwrap();
        World::open(file.to_str().unwrap(), Some(folder)).await
    }

    async fn postgres(server: &str) -> World {
        let model = model_name();
        let name = new_name();
        // Under the lock too: PostgreSQL copies a database only while nobody else is connected to it.
        once(|| async {
            if !has_database(server, &model).await {
                let half = format!("{model}_half");
                command(server, &format!("drop database if exists {half}")).await;
                command(server, &format!("create database {half}")).await;
                let world = World::open(&at(server, &half), None).await;
                world.settle().await;
                world.app.db.close().await;
                command(server, &format!("alter database {half} rename to {model}")).await;
            }
            command(server, &format!("create database {name} template {model}")).await;
        })
        .await;
        World::open(&at(server, &name), None).await
    }

    /// The same database behind a server that was started otherwise.
    pub(crate) fn restart(&mut self, settings: Settings) {
        self.app.settings = settings;
        self.router = app::serve::router(self.app.clone());
    }

    pub(crate) async fn open(place: &str, folder: Option<tempfile::TempDir>) -> World {
        let now = Arc::new(AtomicI64::new(Instant::at(Day::parse(TODAY).unwrap(), 9 * 60).micros()));
        let db = Db::open(place).await.unwrap();
        let app = start::open_db(db, Settings::default(), clock(&now), start::chance()).await.unwrap();
        let router = app::serve::router(app.clone());
        World { app, place: place.to_owned(), router, now, _folder: folder }
    }

    /// The invented province, who owes what there, and the people.
    async fn settle(&self) {
        units::load_demo(&self.app.db).await.unwrap();
        start::reload(&self.app).await.unwrap();
        let who = self.demo_who();
        let form = self.app.catalogue.get().form_by_code("thang").unwrap().id;
        let from = Day::parse("2025-12-15").unwrap();
        let top = self.unit("Tỉnh Mẫu");
        let class = kernel::Level::Commune as u8;
        let owes = kernel::Assignment { form, class, top, from, until: Day::NEVER };
        forms::acts::assign(&self.app, &who, &owes).await.unwrap();
        for (name, duty, unit) in PEOPLE {
            let account = access::NewAccount {
                name: (*name).to_owned(),
                full_name: format!("Người {name}"),
                post: "Cán bộ".to_owned(),
                password: "một mật khẩu dài".to_owned(),
                role: self.role(*duty, self.unit(unit)),
                unit: self.unit(unit),
            };
            access::add_account(&self.app, &who, &account).await.unwrap();
        }
    }

    /// The role with this duty at a unit.
    #[track_caller]
    pub(crate) fn role(&self, duty: Duty, unit: UnitId) -> Role {
        let level = self.app.register.get().get(unit, Day::parse(TODAY).unwrap()).unwrap().level;
        Role::of(duty, level).unwrap()
    }

    /// Somebody who may do everything everywhere.
    pub(crate) fn demo_who(&self) -> Who {
        let register = self.app.register.get();
        let roots = register.roots(self.app.clock.today());
        let grants = roots.iter().flat_map(|unit| Duty::ALL.map(|duty| (duty, unit.id))).collect();
        Who::command("demo", grants, SLICES)
    }

    #[track_caller]
    pub(crate) fn unit(&self, name: &str) -> UnitId {
        self.unit_on(name, TODAY)
    }

    #[track_caller]
    pub(crate) fn unit_on(&self, name: &str, day: &str) -> UnitId {
        self.app.register.get().resolve(name, Day::parse(day).unwrap()).unwrap()
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, minutes: i64) {
        self.now.fetch_add(minutes * 60_000_000, Ordering::Relaxed);
    }

    /// Signs somebody in, past the password.
    pub(crate) async fn person(&self, name: &str) -> Person<'_> {
        self.come_in(name, true, "/").await
    }

    /// Somebody whose role needs a second factor, which is not set up.
    pub(crate) async fn halfway(&self, name: &str) -> Person<'_> {
        self.come_in(name, false, "/account/factors").await
    }

    async fn come_in(&self, name: &str, fully: bool, first: &str) -> Person<'_> {
        let mut tx = self.app.db.write().await.unwrap();
        let (id,): (i64,) = tx.query("select id from account where name = $1").bind(name).one().await.unwrap();
        let (cookie, key) = self.app.new_session();
        let (id, now) = (kernel::AccountId(id), self.app.clock.now());
        if fully {
            web::open_session(&mut tx, &key, id, now).await.unwrap();
        } else {
            web::open_weak_session(&mut tx, &key, id, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let mut person = Person { world: self, cookie, csrf: String::new() };
        let page = person.get(first).await;
        let (_, after) =
            page.text.split_once("name=\"csrf\" value=\"").expect("a signed-in page carries the hidden word");
        person.csrf = after.split('"').next().unwrap().to_owned();
        person
    }

    /// How many bytes of a page go over the wire to a browser that takes compressed ones and sends this cookie.
    pub(crate) async fn weigh(&self, path: &str, cookie: &str) -> usize {
        let request = Request::get(path).header(header::COOKIE, cookie).header(header::ACCEPT_ENCODING, "gzip, br");
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert!(response.headers().contains_key(header::CONTENT_ENCODING));
        to_bytes(response.into_body(), usize::MAX).await.unwrap().len()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: head.status, headers: head.headers, bytes: bytes.to_vec(), text }
    }

    /// One figure as the command line prints it.
    pub(crate) fn figure(
        &self,
        unit: &str,
        on: &str,
        period: &str,
        indicator: &str,
        boundaries: &str,
    ) -> serde_json::Value {
        let asked = returns::figure::Asked { unit, on: Day::parse(on), period, indicator, boundaries };
        returns::figure::ask(&self.app, &asked).unwrap().to_json()
    }
}

fn clock(now: &Arc<AtomicI64>) -> Clock {
    let now = Arc::clone(now);
    // Time moves a little with every look, as it does.
    Clock::new(move || Instant::from_micros(now.fetch_add(1, Ordering::Relaxed)))
}

fn at(server: &str, database: &str) -> String {
    let (head, _) = server.rsplit_once('/').unwrap();
    format!("{head}/{database}")
}
