//! Every way in × everybody who may stand before it. The ways are read from the list of slices; what each is expected to
//! do stands in `matrix/ways.csv`, written by hand: a second opinion on every right, and a way that is not there fails.
//!
//! All acts are plain form posts, as a browser without JavaScript sends them.

mod cast;

use std::collections::{BTreeMap, BTreeSet};

use app::SLICES;
use axum::{
    body::Body,
    http::{Request, header},
};
use cast::{Actor, Things, cast, things};
use web::{Duty, Right, Settings};

use crate::world::{Answer, World, worlds};

/// Who a way is for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum For {
    Public,
    Entering,
    SignedIn,
    Duties(BTreeSet<Duty>),
}

/// What is expected of a way.
struct Way {
    who: For,
    /// What its `{id}` is: `unit`, `return`, `version`, `account`; empty if there is none or it is looked for by itself.
    about: String,
}

/// Method and path → what is expected.
fn expected() -> BTreeMap<(String, String), Way> {
    let mut res = BTreeMap::new();
    for line in include_str!("matrix/ways.csv").lines().skip(1) {
        let [method, path, who, about] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("four columns: {line}")
        };
        let who = match who {
            "public" => For::Public,
            "entering" => For::Entering,
            "signed-in" => For::SignedIn,
            duties => For::Duties(duties.split(' ').map(|it| Duty::parse(it).expect(line)).collect()),
        };
        let way = Way { who, about: about.to_owned() };
        assert!(res.insert((method.to_owned(), path.to_owned()), way).is_none(), "twice: {line}");
    }
    res
}

/// The line that a way needs, as its slice declares it; to be read again before it is pasted.
fn declared(method: &str, path: &str, right: Right) -> String {
    let who = match right {
        Right::Public => "public".to_owned(),
        Right::Entering => "entering".to_owned(),
        Right::SignedIn => "signed-in".to_owned(),
        Right::May(permission) => {
            let held = SLICES.iter().flat_map(|it| it.permissions).filter(|(it, _)| *it == permission);
            held.flat_map(|it| it.1).map(|it| it.word()).collect::<Vec<_>>().join(" ")
        }
    };
    let about = if path.starts_with("/units/{id}") { "unit" } else { "" };
    format!("{method},{path},{who},{about}")
}

#[test]
fn every_way_in_is_expected_and_every_expected_one_is_there() {
    let mut expected = expected();
    let ways = SLICES.iter().flat_map(|it| (it.routes)());
    let missing: Vec<String> = ways
        .filter(|it| expected.remove(&(it.method.to_owned(), it.path.to_owned())).is_none())
        .map(|it| declared(it.method, it.path, it.right))
        .collect();
    assert!(missing.is_empty(), "to app/tests/http/matrix/ways.csv, after a second look:\n{}", missing.join("\n"));
    assert!(expected.is_empty(), "no slice has these any more: {:?}", expected.keys().collect::<Vec<_>>());
}

/// Every permission that a way asks for comes with a duty, and every duty with a role.
#[test]
fn no_right_is_out_of_everybodys_reach() {
    for route in SLICES.iter().flat_map(|it| (it.routes)()) {
        if let Right::May(permission) = route.right {
            let mut duties = SLICES.iter().flat_map(|it| it.permissions).filter(|it| it.0 == permission);
            let held = |duty: &Duty| web::Role::all().any(|it| it.has(*duty) && it.until() == kernel::Day::NEVER);
            assert!(duties.any(|it| it.1.iter().any(held)), "{} {}", route.method, route.path);
        }
    }
}

fn concrete(path: &str, about: &str, things: &Things) -> String {
    let id = match about {
        "unit" => things.unit.to_string(),
        "return" => things.open_return.clone(),
        "version" => things.version.clone(),
        "account" => things.account.to_string(),
        _ => "7ZZZZ".to_owned(),
    };
    let other = |part: &str| if part.starts_with('{') { "LAU01".to_owned() } else { part.to_owned() };
    let path = path.replace("{id}", &id);
    // A file's ending may follow the place: `{code}.csv`.
    path.split('/').map(other).collect::<Vec<_>>().join("/")
}

/// What an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    /// To the door.
    SignIn,
    /// To the second factor.
    Prove,
    /// No such thing, as if it were not there.
    NotFound,
    /// Not for this asker.
    Forbidden,
    /// Let in; what was sent may still be wrong.
    Pass,
    /// Let in, and what was asked for is nowhere or the form is empty: anything that is not our fault.
    Answer,
}

impl Must {
    fn of(way: &Way, actor: &Actor<'_>, inside: bool) -> Must {
        match (&way.who, actor.session) {
            (For::Public, _) => Must::Answer,
            (_, cast::Session::None) => Must::SignIn,
            (For::Entering, _) => Must::Answer,
            (_, cast::Session::Halfway) => Must::Prove,
            (For::SignedIn, _) => Must::Answer,
            (For::Duties(duties), _) if actor.duties.is_disjoint(duties) => Must::Forbidden,
            (For::Duties(_), _) if way.about.is_empty() => Must::Answer,
            (For::Duties(_), _) if inside => Must::Pass,
            (For::Duties(_), _) => Must::NotFound,
        }
    }

    fn holds(self, answer: &Answer) -> bool {
        let (status, to) = (answer.status.as_u16(), answer.to());
        match self {
            Must::SignIn => status == 303 && to.starts_with("/sign-in?next="),
            Must::Prove => status == 303 && to == "/account/factors",
            Must::NotFound => status == 404,
            Must::Forbidden => status == 403,
            Must::Pass => [200, 303, 400, 409, 422].contains(&status) && !to.starts_with("/sign-in?next="),
            Must::Answer => status < 500 && status != 403 && !to.starts_with("/sign-in?next="),
        }
    }
}

/// What every answer carries, whoever asked.
#[track_caller]
fn hardened(answer: &Answer, secure: bool, private: bool, what: &str) {
    let text = |name: &str| answer.headers.get(name).map_or("", |it| it.to_str().unwrap());
    assert_eq!(text("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(text("referrer-policy"), "same-origin", "{what}");
    assert_eq!(text("x-frame-options"), "DENY", "{what}");
    assert_eq!(text("cross-origin-opener-policy"), "same-origin", "{what}");
    assert!(text("permissions-policy").contains("camera=()"), "{what}");
    let policy = text("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{what}: {policy}");
    assert_eq!(text("strict-transport-security"), if secure { "max-age=63072000" } else { "" }, "{what}");
    assert!(!text("server").contains("binhyen") && text("access-control-allow-origin").is_empty(), "{what}");
    if private && answer.status == 200 {
        assert_eq!(text("cache-control"), "no-store", "{what}");
    }
    for cookie in answer.headers.get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().unwrap();
        for flag in ["; Path=/", "; HttpOnly", "; SameSite=Lax"] {
            assert!(cookie.contains(flag), "{what}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{what}: {cookie}");
        assert_eq!(cookie.contains("; Secure"), secure, "{what}: {cookie}");
    }
}

async fn ask(world: &World, actor: &Actor<'_>, method: &str, path: &str) -> Answer {
    match (&actor.person, method) {
        (Some(person), "GET") => person.get(path).await,
        (Some(person), _) => person.post(path, &[("revision", "1")]).await,
        (None, _) => {
            let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
            world.send(request.body(Body::empty()).unwrap()).await
        }
    }
}

#[tokio::test]
async fn c1_c2_c5_every_way_in_for_everybody() {
    let expected = expected();
    for world in worlds().await {
        let (mau, country) = (things(&world, "Tỉnh Mẫu").await, things(&world, "Toàn quốc").await);
        let mut actors = cast(&world).await;
        let (mut asked, mut wrong) = (0, Vec::new());
        for route in SLICES.iter().flat_map(|it| (it.routes)()) {
            // One that nobody expects fails the test above.
            let Some(way) = expected.get(&(route.method.to_owned(), route.path.to_owned())) else { continue };
            for actor in &mut actors {
                let inside = if actor.of_country { &country } else { &mau };
                let outside = if actor.of_country { &mau } else { &country };
                let places =
                    if way.about.is_empty() { vec![(inside, true)] } else { vec![(inside, true), (outside, false)] };
                for (things, inside) in places {
                    let path = concrete(route.path, &way.about, things);
                    let answer = ask(&world, actor, route.method, &path).await;
                    let what = format!(
                        "{} {} as {} {}",
                        route.method,
                        route.path,
                        actor.name,
                        if inside { "inside" } else { "outside" }
                    );
                    hardened(&answer, false, actor.session == cast::Session::Full && way.who != For::Public, &what);
                    let must = Must::of(way, actor, inside);
                    if !must.holds(&answer) {
                        wrong.push(format!("{what}: {} {} instead of {must:?}", answer.status.as_u16(), answer.to()));
                    }
                    asked += 1;
                    if route.method == "POST" && way.about.is_empty() {
                        // The act may have ended the session.
                        actor.come_back(&world).await;
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(asked > 2_000, "{asked}");
        #[expect(clippy::print_stderr, reason = "the size of the matrix is asked for in the run's output")]
        let () = eprintln!(
            "rights: {} ways × {} actors, {asked} questions asked, each answered as expected",
            expected.len(),
            actors.len()
        );
    }
}

#[tokio::test]
async fn d4_over_https_every_way_in_carries_the_same_flags() {
    let mut world = worlds().await.remove(0);
    world.restart(Settings { secure: true, ..Settings::default() });
    for route in SLICES.iter().flat_map(|it| (it.routes)()) {
        for query in ["", "?lang=en"] {
            let path = format!("{}{query}", route.path.replace(['{', '}'], ""));
            let request = Request::builder().method(route.method).uri(&path).header(header::HOST, "localhost");
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            hardened(&answer, true, false, &path);
        }
    }
}

#[tokio::test]
async fn d3_every_act_without_the_word_from_elsewhere_or_too_large_does_nothing() {
    let world = worlds().await.remove(0);
    let large = format!("x={}", "a".repeat(40 * 1024 * 1024));
    for route in SLICES.iter().flat_map(|it| (it.routes)()).filter(|it| it.method == "POST") {
        let path = route.path.replace(['{', '}'], "");
        let who = world.with_duties(route.right).await;
        if route.right != Right::Public {
            // The page's own address does not act: a link cannot do what a form does.
            let got = who.get(&path).await.status.as_u16();
            let is_page =
                SLICES.iter().flat_map(|it| (it.routes)()).any(|it| it.method == "GET" && it.path == route.path);
            assert!(is_page || [404, 405].contains(&got), "{path}: {got}");
        }
        let before = world.entries().await;
        if route.right != Right::Public {
            who.post_forged(&path).await.is(400);
        }
        let site = Request::post(&path).header("sec-fetch-site", "cross-site").header(header::COOKIE, who.cookie());
        world.send(site.body(Body::empty()).unwrap()).await.is(400);
        let request = Request::post(&path)
            .header(header::COOKIE, who.cookie())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = world.send(request.body(Body::from(large.clone())).unwrap()).await;
        assert!([400, 413, 415].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
        assert_eq!(world.entries().await, before, "{path} left something in the audit");
    }
}
