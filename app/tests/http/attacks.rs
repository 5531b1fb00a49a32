//! The attacks of the list on signing in, sessions and the web, each by its number there: C authorisation, D web,
//! G operations. What needs the second factor's own pages is tried beside them, in the slice that has them.

use std::time::Instant;

use axum::{
    body::Body,
    http::{Request, header},
};
use web::Settings;

use crate::world::{World, encode, worlds};

const PASSWORD: &str = "một mật khẩu dài";

/// A world whose server was started with these settings.
async fn strict_world(settings: Settings) -> World {
    let mut world = worlds().await.remove(0);
    world.restart(settings);
    world
}

fn sign_in(name: &str, password: &str) -> Request<Body> {
    let body = format!("name={}&password={}", encode(name), encode(password));
    Request::post("/sign-in")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

fn get(path: &str, cookie: &str) -> Request<Body> {
    Request::get(path).header(header::HOST, "localhost").header(header::COOKIE, cookie).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn c2_the_security_pages_show_and_end_only_ones_own() {
    for world in worlds().await {
        let (own, other) = (world.person("xa01").await, world.person("xa02").await);
        let page = other.get("/account/factors").await;
        assert!(!page.text.contains("xa01"));
        // The key of somebody else's session, were it known, ends nothing.
        let mut conn = world.app.db.read().await.unwrap();
        let sql = "select s.key from session s join account a on a.id = s.account_id where a.name = $1";
        let (key,): (String,) = conn.query(sql).bind("xa01").one().await.unwrap();
        drop(conn);
        other.post("/account/sessions/removal", &[("session", &key)]).await.is(404);
        own.get("/work").await.is(200);
        // What the table holds opens nothing.
        assert!(world.send(get("/work", &format!("binhyen={key}"))).await.to().starts_with("/sign-in"));
    }
}

#[tokio::test]
async fn c3_a_session_of_one_database_is_nothing_in_another() {
    let (one, two) = (worlds().await.remove(0), worlds().await.remove(0));
    let person = one.person("xa01").await;
    person.get("/work").await.is(200);
    let answer = two.send(get("/work", person.cookie())).await;
    assert!(answer.to().starts_with("/sign-in"), "{}", answer.status);
}

#[tokio::test]
async fn c4_what_was_opened_is_closed_after_signing_out_and_after_revocation() {
    for world in worlds().await {
        let (here, there) = (world.person("xa01").await, world.person("xa01").await);
        there.get("/account/factors").await.is(200);
        assert_eq!(here.post("/account/sessions/removal", &[]).await.to(), "/account/factors?done=sessions-ended");
        assert!(there.get("/work").await.to().starts_with("/sign-in"));
        here.post("/sign-out", &[]).await;
        assert!(here.get("/work").await.to().starts_with("/sign-in"), "the old cookie is replayed");
    }
}

#[tokio::test]
async fn c7_whoever_is_dismissed_is_refused_at_the_next_request() {
    for world in worlds().await {
        let person = world.person("xa01").await;
        let id = access::find_account(&world.app, &world.demo_who(), "xa01").await.unwrap().unwrap();
        access::close_account(&world.app, &world.demo_who(), id).await.unwrap();
        assert!(person.get("/work").await.to().starts_with("/sign-in"));
    }
}

#[tokio::test]
async fn c9_an_administrator_reads_no_figures_and_resets_without_learning_anything() {
    for world in worlds().await {
        let administrator = world.person("quantrimau").await;
        administrator.get("/work").await.is(403);
        let id = access::find_account(&world.app, &world.demo_who(), "xa01").await.unwrap().unwrap();
        let answer = administrator.post(&format!("/accounts/{id}/factors/removal"), &[]).await;
        assert_eq!(answer.to(), format!("/accounts/{id}?done=factors-reset"));
        // Both see it: it stands in the audit under the administrator's name.
        let mut conn = world.app.db.read().await.unwrap();
        let sql = "select actor from audit_entry where act = 'access.factors-reset'";
        let actors: Vec<(String,)> = conn.query(sql).all().await.unwrap();
        assert_eq!(actors, [("quantrimau".to_owned(),)]);
    }
}

#[tokio::test]
async fn c12_forged_and_expired_tokens_open_nothing() {
    for world in worlds().await {
        for forged in ["", "0", &"0".repeat(64), &"f".repeat(10_000), "../../x", "%00", "' or 1=1 --"] {
            let answer = world.send(get("/work", &format!("binhyen={forged}"))).await;
            assert!(answer.to().starts_with("/sign-in"), "{forged:.20}: {}", answer.status);
            let answer = world.send(get(&format!("/first?key={}", encode(forged)), "")).await;
            answer.is(404);
        }
        let person = world.person("xa01").await;
        person.get("/work").await.is(200);
        // Used every hour, yet over after seven days.
        for _ in 0..7 * 24 {
            world.wait(60);
            let _ = person.get("/account/factors").await;
        }
        assert!(person.get("/work").await.to().starts_with("/sign-in"));
    }
}

#[tokio::test]
async fn d3_no_change_without_the_word_of_this_very_session() {
    for world in worlds().await {
        let (own, other) = (world.person("xa01").await, world.person("xa01").await);
        for path in ["/sign-out", "/account/password", "/account/sessions/removal", "/account/factors/codes"] {
            own.post_forged(path).await.is(400);
            // The word of another session of the same account.
            own.post_as(&other, path).await.is(400);
            own.get(path).await.is(if path == "/account/password" { 200 } else { 405 });
        }
        own.get("/work").await.is(200);
    }
}

#[tokio::test]
async fn d4_no_answer_follows_the_host_that_the_request_names() {
    for world in worlds().await {
        let tricks = [
            (header::HOST.as_str(), "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "https"),
            ("x-original-url", "/accounts"),
            ("x-rewrite-url", "/accounts"),
            ("forwarded", "host=evil.example"),
        ];
        for (name, value) in tricks {
            for path in ["/", "/sign-in", "/work", "/sign-in?next=//evil.example"] {
                let answer = world.send(Request::get(path).header(name, value).body(Body::empty()).unwrap()).await;
                let place = answer.to().to_owned();
                assert!(!place.contains("evil.example") && !place.starts_with("http"), "{name} {path} → {place}");
                // As a part of an address of ours it is escaped.
                assert!(!answer.text.contains("//evil.example"), "{name} {path}");
            }
        }
    }
    let settings = Settings { host: Some("binhyen.example.vn".to_owned()), ..Settings::default() };
    let world = strict_world(settings).await;
    for (host, expect) in [
        ("binhyen.example.vn", 200),
        ("BinhYen.example.vn:443", 200),
        ("evil.example", 421),
        ("binhyen.example.vn.evil.example", 421),
        ("binhyen.example.vn:443@evil.example", 421),
        ("", 421),
    ] {
        let request = Request::get("/sign-in").header(header::HOST, host).body(Body::empty()).unwrap();
        assert_eq!(world.send(request).await.status.as_u16(), expect, "{host}");
    }
    let without = world.send(Request::get("/sign-in").body(Body::empty()).unwrap()).await;
    without.is(421);
}

#[tokio::test]
async fn d4_over_https_cookies_and_answers_are_bound_to_it() {
    let settings = Settings { secure: true, ..Settings::default() };
    let world = strict_world(settings).await;
    let answer = world.send(sign_in("xa01", PASSWORD)).await;
    answer.is(303);
    assert_eq!(answer.headers.get("strict-transport-security").unwrap(), "max-age=63072000");
    let cookies: Vec<&str> = answer.headers.get_all(header::SET_COOKIE).iter().map(|it| it.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2);
    for it in &cookies {
        assert!(it.starts_with("__Host-binhyen") && it.contains("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{it}");
        assert!(!it.contains("Domain"), "{it}");
    }
    // A sibling host can plant a cookie without the prefix; it is not looked at.
    let session = cookies[0].split(';').next().unwrap();
    world.send(get("/work", session)).await.is(200);
    let planted = session.trim_start_matches("__Host-");
    assert!(world.send(get("/work", planted)).await.to().starts_with("/sign-in"));
}

#[tokio::test]
async fn d4_security_txt_names_whom_to_tell() {
    let world = worlds().await.remove(0);
    world.send(get("/.well-known/security.txt", "")).await.is(404);
    let contact = Some("mailto:an-ninh@example.vn".to_owned());
    let world = strict_world(Settings { contact, ..Settings::default() }).await;
    let answer = world.send(get("/.well-known/security.txt", "")).await;
    answer.is(200).has("Contact: mailto:an-ninh@example.vn\n").has("Expires: 2027-05-20T00:00:00Z\n");
    assert_eq!(answer.headers.get(header::CONTENT_TYPE).unwrap(), "text/plain; charset=utf-8");
}

#[tokio::test]
async fn d8_neither_text_nor_time_tells_whether_a_name_has_an_account() {
    for world in worlds().await {
        let (mut known, mut unknown, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        // Different names, or the throttle would be measured; by turns, so that a busy machine slows both.
        for round in 0..9 {
            let names = ["xa01", "xa02", "quangtri", "nhapmau"];
            let name = names[round % names.len()];
            for (name, times) in [(name.to_owned(), &mut known), (format!("khong{round}"), &mut unknown)] {
                let start = Instant::now();
                let answer = world.send(sign_in(&name, "sai mật khẩu rồi")).await;
                times.push(start.elapsed());
                answer.is(422);
                texts.push(answer.text.replace(&name, "NAME"));
            }
        }
        assert!(texts.iter().all(|it| *it == texts[0]));
        known.sort();
        unknown.sort();
        let (known, unknown) = (known[known.len() / 2], unknown[unknown.len() / 2]);
        let ratio = known.as_secs_f64() / unknown.as_secs_f64();
        assert!((0.4..2.5).contains(&ratio), "{known:?} for a known name, {unknown:?} for an unknown one");
    }
}

#[tokio::test]
async fn d8_the_first_five_wrong_passwords_change_nothing_for_the_right_one() {
    for world in worlds().await {
        for _ in 0..4 {
            world.send(sign_in("xa01", "sai mật khẩu rồi")).await.is(422);
        }
        world.send(sign_in("xa01", PASSWORD)).await.is(303);
    }
}

#[tokio::test]
async fn d8_a_clock_that_steps_back_neither_opens_nor_locks() {
    for world in worlds().await {
        let person = world.person("xa01").await;
        world.wait(-90);
        person.get("/work").await.is(200);
        world.send(sign_in("xa02", PASSWORD)).await.is(303);
        world.wait(90 + 13 * 60);
        assert!(person.get("/work").await.to().starts_with("/sign-in"), "idle all the same");
    }
}

#[tokio::test]
async fn d8_a_password_alone_is_not_enough_for_approvers_and_administrators() {
    for world in worlds().await {
        for (name, duty, unit) in crate::world::PEOPLE {
            let answer = world.send(sign_in(name, PASSWORD)).await;
            answer.is(303);
            let set = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
            let cookie = set.split(';').next().unwrap();
            let answer = world.send(get("/account/password", cookie)).await;
            if world.role(*duty, world.unit(unit)).needs_second_factor() {
                assert_eq!(answer.to(), "/account/factors", "{name}");
            } else {
                answer.is(200);
            }
        }
    }
}

#[tokio::test]
async fn g6_failed_signing_in_is_recorded_without_what_was_typed() {
    for world in worlds().await {
        let typed = "mật khẩu gõ nhầm chỗ";
        world.send(sign_in(typed, typed)).await.is(422);
        world.send(sign_in("xa01", typed)).await.is(422);
        let mut conn = world.app.db.read().await.unwrap();
        let sql = "select actor, object from audit_entry where act = 'access.sign-in-failed' order by seq";
        let rows: Vec<(String, String)> = conn.query(sql).all().await.unwrap();
        assert_eq!(rows.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["?", "xa01"]);
        assert!(audit::broken(&mut conn).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn c11_no_word_in_an_address_reaches_the_database_or_breaks_a_page() {
    for world in worlds().await {
        words_in_addresses(&world).await;
        let person = world.person("xa01").await;
        person.post("/account/password", &[("current", "\0"), ("password", "\0")]).await.is(400);
        person.upload("/workbooks", &[("return", "\0")], "a.csv", b"1;2").await.is(400);
    }
}

async fn words_in_addresses(world: &World) {
    let words =
        ["' or 1=1 --", "1; drop table account", "desc,(select 1)", "\0", "%", "_", "🇻🇳", "-1", &"9".repeat(40)];
    let names =
        ["q", "page", "order", "period", "indicators", "boundaries", "unit", "from", "until", "after", "next", "form"];
    for (name, top) in [("tinhmau", "Tỉnh Mẫu"), ("quantrimau", "Tỉnh Mẫu"), ("kiemtra", "Toàn quốc")] {
        let (person, unit) = (world.person(name).await, world.unit(top).to_string());
        for route in app::SLICES.iter().flat_map(|it| (it.routes)()).filter(|it| it.method == "GET") {
            // A paper takes long to set, and reads what its preview reads.
            let is_paper = [".pdf", ".docx"].iter().any(|it| route.path.ends_with(it));
            for (at, word) in words.iter().enumerate().take(if is_paper { 1 } else { words.len() }) {
                let path = route.path.replace("{id}", &unit).replace("{code}", "LAU01").replace(['{', '}'], "");
                let query: Vec<String> = names
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| place % words.len() == at || at == 0)
                    .map(|(_, name)| format!("{name}={}", encode(word)))
                    .collect();
                let answer = person.get(&format!("{path}?{}", query.join("&"))).await;
                assert!(answer.status.as_u16() < 500, "{name}: {path}?{query:?}: {}", answer.status);
            }
        }
    }
}

#[tokio::test]
async fn d1_what_people_type_is_text_wherever_it_is_shown() {
    let words = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "{{7*7}}"];
    for world in worlds().await {
        let administrator = world.person("quantrimau").await;
        for (at, word) in words.iter().enumerate() {
            let name = format!("thu{at}");
            let fields = [
                ("name", name.as_str()),
                ("full_name", word),
                ("post", word),
                ("role", "commune-recorder"),
                ("unit", "Xã Mẫu 03"),
                ("password", PASSWORD),
            ];
            let added = administrator.post("/accounts", &fields).await;
            added.is(303);
            let own = world.person(&name).await;
            let pages = [
                administrator.get(added.to()).await,
                administrator.get(&format!("/accounts?q={}", encode(word))).await,
                administrator.get(&format!("{}/handover", added.to().split('?').next().unwrap())).await,
                own.get("/account/factors").await,
                own.get(&format!("/units?q={}", encode(word))).await,
                own.get(&format!("/sign-in?name={}", encode(word))).await,
            ];
            for page in pages {
                assert!(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"), "{}", page.text);
            }
        }
    }
}

#[tokio::test]
async fn g1_neither_address_nor_browser_of_anybody_is_kept() {
    let world = worlds().await.remove(0);
    let marks =
        [("user-agent", "DauHieuTrinhDuyet/7"), ("x-forwarded-for", "203.0.113.77"), ("x-real-ip", "203.0.113.78")];
    let marked = |mut request: Request<Body>| {
        for (name, value) in marks {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        request
    };
    for path in ["/", "/units?q=ba+don", "/sign-in", "/.well-known/security.txt", "/none"] {
        world.send(marked(get(path, ""))).await;
    }
    world.send(marked(sign_in("xa01", PASSWORD))).await.is(303);
    world.send(marked(sign_in("xa01", "sai mật khẩu rồi"))).await.is(422);
    world.app.db.read().await.unwrap().query("pragma wal_checkpoint(truncate)").run().await.unwrap();
    let bytes = std::fs::read(&world.place).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    assert!(holds("access.signed-in"), "the file is read");
    for (_, value) in marks {
        assert!(!holds(value), "{value} is in the database");
    }
}
