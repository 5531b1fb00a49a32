//! Who stands before the ways in, and the things they ask for.

use std::collections::BTreeSet;

use access::NewAccount;
use kernel::{AccountId, Assignment, Day, Level, Period, UnitId};
use returns::{Draft, RawCell, acts};
use web::{Duty, Right, Role};

use crate::world::{PEOPLE, Person, World};

/// How far somebody has come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Session {
    /// Not at all.
    None,
    /// The password is given, the second factor is not set up.
    Halfway,
    /// Wholly.
    Full,
}

/// Somebody before a way in.
pub(super) struct Actor<'w> {
    pub(super) name: String,
    pub(super) session: Session,
    /// The duties they hold today.
    pub(super) duties: BTreeSet<Duty>,
    /// Whether their right is at the country; else it is in the invented province.
    pub(super) of_country: bool,
    pub(super) person: Option<Person<'w>>,
}

impl<'w> Actor<'w> {
    /// Opens their session again, for an act may have ended it.
    pub(super) async fn come_back(&mut self, world: &'w World) {
        self.person = match self.session {
            Session::None => None,
            Session::Halfway => Some(world.halfway(&self.name).await),
            Session::Full => Some(world.person(&self.name).await),
        };
    }
}

/// One unit of a part of the country with a thing of each kind about it.
pub(super) struct Things {
    pub(super) unit: UnitId,
    pub(super) open_return: String,
    pub(super) version: String,
    pub(super) account: AccountId,
}

/// A unit at the bottom of a part of the country: a village of the invented province, a commune of the real one.
pub(super) async fn things(world: &World, top: &str) -> Things {
    let (register, who, today) = (world.app.register.get(), world.demo_who(), world.app.clock.today());
    let (unit, form, periods, cells) = if top == "Tỉnh Mẫu" {
        let village = register.children(world.unit("Xã Mẫu 01"), today).first().expect("a village").id;
        let form = world.app.catalogue.get().form_by_code("thang").unwrap().id;
        let from = Day::parse("2024-12-15").unwrap();
        let class = Level::Village as u8;
        let owes = Assignment { form, class, top: world.unit(top), from, until: Day::NEVER };
        forms::acts::assign(&world.app, &who, &owes).await.unwrap();
        let cells: &[_] = &["LAU01", "LAU02", "OUT01", "OUT02", "TIP01", "TIP02"];
        (village, "thang", ["adm:2026-M09", "adm:2026-M10"], cells)
    } else {
        let commune = register.children(world.unit("Tỉnh Quảng Trị"), today).first().expect("a commune").id;
        (commune, "cong-bo-nam", ["2025", "2026"], &["LAU01"] as &[_])
    };
    let catalogue = world.app.catalogue.get();
    let form = catalogue.form_by_code(form).unwrap();
    let (mut open_return, mut version) = (String::new(), String::new());
    for (at, period) in periods.iter().enumerate() {
        let id = acts::open(&world.app, &who, unit, form, Period::parse(period).unwrap()).await.unwrap();
        let cell = |code: &&str| ((*code).to_owned(), RawCell { value: "3".to_owned(), ..RawCell::default() });
        let draft = Draft { cells: cells.iter().map(cell).collect(), source: "thử".to_owned(), ..Draft::default() };
        let line = acts::submit(&world.app, &who, id, 1, draft).await.unwrap();
        if at == 0 {
            acts::approve(&world.app, &who, id, line.revision).await.unwrap();
            let scope = who.scope(returns::READ).unwrap();
            version = acts::find(&world.app, &scope, id).await.unwrap().0.version.unwrap().to_string();
        } else {
            open_return = id.to_string();
        }
    }
    let level = register.get(unit, today).unwrap().level;
    let account = add(world, &format!("vat-{unit}"), Role::of(Duty::Recorder, level).unwrap(), unit).await;
    Things { unit, open_return, version, account }
}

async fn add(world: &World, name: &str, role: Role, unit: UnitId) -> AccountId {
    let account = NewAccount {
        name: name.to_owned(),
        full_name: name.to_owned(),
        post: String::new(),
        password: "một mật khẩu dài".to_owned(),
        role,
        unit,
    };
    access::add_account(&world.app, &world.demo_who(), &account).await.unwrap()
}

/// Everybody: each role of the file; one whose right has ended, one whose right has not begun; one who is halfway in; and
/// a stranger.
pub(super) async fn cast(world: &World) -> Vec<Actor<'_>> {
    let (register, today) = (world.app.register.get(), world.app.clock.today());
    let commune = world.unit("Xã Mẫu 01");
    let at = |level: Level| match level {
        Level::Nation => world.unit("Toàn quốc"),
        Level::Province => world.unit("Tỉnh Mẫu"),
        Level::Village => register.children(commune, today).first().expect("a village").id,
        // There are no districts any more: their roles are given past the acts, and must open nothing.
        Level::District | Level::Commune => commune,
    };
    let mut res = Vec::new();
    for role in Role::all() {
        let levels = [Level::Nation, Level::Province, Level::Commune, Level::District, Level::Village];
        for level in levels.into_iter().filter(|it| role.fits(*it)) {
            let ceased = role.until() <= today;
            if level == Level::District && !ceased {
                continue;
            }
            let name = format!("{}.{}", role.word(), level as u8);
            let given = if ceased { Role::of(Duty::Recorder, Level::Commune).unwrap() } else { role };
            let id = add(world, &name, given, at(level)).await;
            if ceased {
                world.put_grant(id, role.word(), None).await;
            }
            let held = Duty::ALL.into_iter().filter(|it| role.has(*it) && !ceased);
            res.push((name, Session::Full, held.collect(), level == Level::Nation));
        }
    }
    for (name, from, until) in [("het.han", -10, Some(0)), ("chua.den", 1, None)] {
        let id = add(world, name, Role::of(Duty::Recorder, Level::Commune).unwrap(), commune).await;
        let until = until.map(|it: i32| today.plus(it));
        world.put_days(id, today.plus(from), until).await;
        res.push((name.to_owned(), Session::Full, BTreeSet::new(), false));
    }
    add(world, "nua.chung", Role::of(Duty::Approver, Level::Commune).unwrap(), commune).await;
    res.push(("nua.chung".to_owned(), Session::Halfway, [Duty::Approver].into(), false));
    let mut actors = vec![Actor {
        name: "a stranger".to_owned(),
        session: Session::None,
        duties: BTreeSet::new(),
        of_country: false,
        person: None,
    }];
    for (name, session, duties, of_country) in res {
        let mut actor = Actor { name, session, duties, of_country, person: None };
        actor.come_back(world).await;
        actors.push(actor);
    }
    actors
}

impl World {
    /// Somebody who may use a way in.
    pub(crate) async fn with_duties(&self, right: Right) -> Person<'_> {
        let name = match right {
            Right::May(permission) => {
                let duties = app::SLICES.iter().flat_map(|it| it.permissions).filter(|it| it.0 == permission);
                let duties: Vec<Duty> = duties.flat_map(|it| it.1).copied().collect();
                let register = self.app.register.get();
                let role = |duty: Duty, unit: &str| Role::of(duty, register.latest(self.unit(unit)).unwrap().level);
                let may = |role: Role| duties.iter().any(|it| role.has(*it));
                PEOPLE.iter().find(|it| role(it.1, it.2).is_some_and(may)).expect(permission.0).0
            }
            _ => "xa01",
        };
        self.person(name).await
    }

    /// How many entries the audit has.
    pub(crate) async fn entries(&self) -> i64 {
        let sql = "select cast(count(*) as bigint) from audit_entry";
        let (count,): (i64,) = self.app.db.read().await.unwrap().query(sql).one().await.unwrap();
        count
    }

    /// Gives an account another role in place of its own, past the acts.
    async fn put_grant(&self, id: AccountId, role: &str, until: Option<Day>) {
        let sql = "update account_grant set role = $2, valid_until = $3 where account_id = $1";
        let until = until.map(|it| it.to_string());
        self.app.db.read().await.unwrap().query(sql).bind(id.0).bind(role).bind(until).run().await.unwrap();
    }

    /// Moves the days of an account's right.
    async fn put_days(&self, id: AccountId, from: Day, until: Option<Day>) {
        let sql = "update account_grant set valid_from = $2, valid_until = $3 where account_id = $1";
        let (from, until) = (from.to_string(), until.map(|it| it.to_string()));
        self.app.db.read().await.unwrap().query(sql).bind(id.0).bind(from).bind(until).run().await.unwrap();
    }
}
