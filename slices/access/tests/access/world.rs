//! A small country with its accounts, a clock to move, and browsers that keep a cookie.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU32, Ordering},
};

use access::NewAccount;
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use kernel::{AccountId, Catalogue, Chance, Clock, Day, Instant, Level, NewId, Register, UnitId, UnitState};
use store::{Db, migrate};
use tower::ServiceExt;
use web::{App, Duty, Role, Settings, Shared, Slice, Texts, Who};

pub(crate) static SLICES: [Slice; 1] = [access::SLICE];
pub(crate) const PASSWORD: &str = "lời hứa mùa hè";
pub(crate) const NATION: UnitId = UnitId(1);
pub(crate) const EAST: UnitId = UnitId(2);
pub(crate) const WEST: UnitId = UnitId(3);
/// A "Xã Tân Tiến" in the east; the west has one too.
pub(crate) const COMMUNE: UnitId = UnitId(4);
pub(crate) const FAR_COMMUNE: UnitId = UnitId(5);

pub(crate) struct World {
    pub(crate) app: App,
    now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

/// The same world on each engine.
pub(crate) async fn worlds() -> Vec<World> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.db");
    let mut all = vec![world(Db::open(file.to_str().unwrap()).await.unwrap(), folder).await];
    if let Ok(server) = std::env::var("TEST_POSTGRES") {
        let name = format!("access_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let maintenance = Db::open(&server).await.unwrap();
        let create = sqlx::AssertSqlSafe(format!("create database {name}"));
        maintenance.read().await.unwrap().query(create).run().await.unwrap();
        let (address, _) = server.rsplit_once('/').unwrap();
        let db = Db::open(&format!("{address}/{name}")).await.unwrap();
        all.push(world(db, tempfile::tempdir().unwrap()).await);
    }
    all
}

async fn world(db: Db, folder: tempfile::TempDir) -> World {
    migrate(&db).await.unwrap();
    let now = Arc::new(AtomicI64::new(Instant::at(Day::parse("2026-03-05").unwrap(), 600).micros()));
    let clock = Arc::clone(&now);
    let count = AtomicU32::new(0);
    let register = register();
    let engine = figures::Engine::new(Arc::new(register.to_hierarchy().unwrap()), Vec::new());
    let app = App {
        db,
        clock: Clock::new(move || Instant::from_micros(clock.load(Ordering::Relaxed))),
        chance: Chance::new(move |bytes| {
            let count = count.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            bytes.iter_mut().zip(count.iter().cycle()).for_each(|(byte, it)| *byte = *it);
        }),
        ids: Arc::new(NewId::default()),
        texts: Arc::new(Texts::new(&SLICES).unwrap()),
        register: Shared::new(register),
        catalogue: Shared::new(Catalogue::default()),
        figures: Arc::new(web::Totals::new(engine)),
        followed: web::Followed::default(),
        heavy: Arc::new(tokio::sync::Semaphore::new(2)),
        slices: &SLICES,
        settings: Settings { seal: web::Seal::parse(&"5e".repeat(32)), ..Settings::default() },
    };
    World { app, now, _folder: folder }
}

fn register() -> Register {
    let state = |(id, code, level, parent, full_name): (i64, &str, i64, i64, &str)| UnitState {
        id: UnitId(id),
        code: code.to_owned(),
        name: full_name.to_owned(),
        full_name: full_name.to_owned(),
        kind: String::new(),
        level: Level::from_number(level).unwrap(),
        parent: (parent > 0).then_some(UnitId(parent)),
        from: Day::BEGINNING,
        until: Day::NEVER,
        synthetic: false,
        source: String::new(),
    };
    let states = [
        (1, "VN", 0, 0, "Toàn quốc"),
        (2, "44", 1, 1, "Tỉnh Đông"),
        (3, "45", 1, 1, "Tỉnh Tây"),
        (4, "19001", 3, 2, "Xã Tân Tiến"),
        (5, "19002", 3, 3, "Xã Tân Tiến"),
    ];
    Register::new(states.map(state).to_vec(), Vec::new(), Vec::new()).unwrap()
}

impl World {
    /// Somebody at the machine.
    pub(crate) fn command() -> Who {
        Who::command("cli:test", vec![(Duty::Administrator, NATION)], &SLICES)
    }

    /// The role with this duty at a unit.
    pub(crate) fn role(&self, duty: Duty, unit: UnitId) -> Role {
        Role::of(duty, self.app.register.get().latest(unit).unwrap().level).unwrap()
    }

    /// An account with this duty at a unit and [`PASSWORD`].
    pub(crate) async fn add(&self, name: &str, duty: Duty, unit: UnitId) -> AccountId {
        let role = self.role(duty, unit);
        let password = PASSWORD.to_owned();
        let new = NewAccount { name: name.into(), full_name: name.into(), post: String::new(), role, unit, password };
        access::add_account(&self.app, &World::command(), &new).await.unwrap()
    }

    /// Lets seconds pass; time steps back if there are less than none.
    pub(crate) fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    pub(crate) fn wait(&self, hours: i64) {
        self.now.fetch_add(hours * 3_600_000_000, Ordering::Relaxed);
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser { app: self.app.clone(), cookie: None, known: None, errand: None }
    }

    /// A browser in which this account has signed in, as one that has shown a second factor where one is needed.
    pub(crate) async fn signed_in(&self, name: &str) -> Browser {
        let browser = self.with_password(name).await;
        let mut tx = self.app.db.write().await.unwrap();
        tx.query("update session set strength = 2").run().await.unwrap();
        tx.commit().await.unwrap();
        browser
    }

    /// A browser in which this account has given its password.
    pub(crate) async fn with_password(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.post("/sign-in", &[("name", name), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }

    /// The audit's acts with who did them, the oldest first; its chain must be whole.
    pub(crate) async fn audit(&self) -> Vec<(String, String)> {
        let mut conn = self.app.db.read().await.unwrap();
        assert!(audit::broken(&mut conn).await.unwrap().is_empty());
        conn.query("select act, actor from audit_entry where province_id = 0 order by seq").all().await.unwrap()
    }
}

pub(crate) struct Browser {
    app: App,
    pub(crate) cookie: Option<String>,
    /// The cookie by which it is known at the door.
    pub(crate) known: Option<String>,
    /// The cookie of an errand to another house.
    pub(crate) errand: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
    pub(crate) location: String,
}

impl Browser {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form with the hidden word of this browser's session.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut word = String::new();
        for page in ["/account/factors", "/sign-in/code"] {
            let page = self.get(page).await.body;
            if let Some((_, after)) = page.split_once("name=\"csrf\" value=\"") {
                after.split('"').next().unwrap().clone_into(&mut word);
            }
        }
        let fields = [fields, &[("csrf", word.as_str())]].concat();
        self.post_bare(path, &fields, "same-origin").await
    }

    /// Sends just these fields, from a page of our own or another site.
    pub(crate) async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)], site: &str) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site);
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn send(&mut self, mut request: Request<Body>) -> Answer {
        for cookie in self.cookie.iter().chain(&self.known).chain(&self.errand) {
            request.headers_mut().append(header::COOKIE, cookie.parse().unwrap());
        }
        let response = web::router(self.app.clone()).oneshot(request).await.unwrap();
        let text = |name| response.headers().get(name).map(|it| it.to_str().unwrap().to_owned());
        for set in response.headers().get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            assert!(set.contains("; HttpOnly; SameSite=Lax"), "{set}");
            if set.starts_with("binhyen-browser=") {
                self.known = set.split(';').next().map(str::to_owned);
                continue;
            }
            if set.starts_with("binhyen-errand=") {
                self.errand = (!set.contains("Max-Age=0")).then(|| set.split(';').next().unwrap().to_owned());
                continue;
            }
            self.cookie = (!set.contains("Max-Age=0")).then(|| set.split(';').next().unwrap().to_owned());
        }
        let (status, location) = (response.status(), text(header::LOCATION).unwrap_or_default());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, body: String::from_utf8(body.to_vec()).unwrap(), location }
    }
}
