//! Signing in through an identity provider: the npm package `oidc-provider`, started on loopback, and everything that it,
//! a thief of addresses or another browser could bring back.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
};

use axum::http::StatusCode;
use web::{Duty, Provider};

use crate::world::{Answer, Browser, COMMUNE, EAST, PASSWORD, World, worlds};

const BACK: &str = "http://localhost/sign-in/provider/return";
const WRONG: &str = "access-provider-wrong";
const UNKNOWN: &str = "access-provider-unknown";

/// An identity provider in a process of its own, for as long as the value lives.
struct Node {
    child: Child,
    /// Kept open: a program that cannot say what it wants ends.
    _says: BufReader<ChildStdout>,
    issuer: String,
}

impl Drop for Node {
    fn drop(&mut self) {
        // Already ended is as good as stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Node {
    /// Starts it in a world's time.
    fn start(world: &World) -> Node {
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
        let cache = || std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
        let npm = std::env::var("TEST_NPM").map_or_else(|_| cache().join("binhyen/npm/node_modules"), PathBuf::from);
        assert!(npm.join("oidc-provider").exists(), "{}: cargo xtask needs fetches it with npm", npm.display());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/access/provider.mjs");
        let mut node = Command::new("node");
        node.arg(script).arg(npm).arg(BACK).arg((world.app.clock.now().micros() / 1_000).to_string());
        let mut child = node.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut issuer = String::new();
        let mut says = BufReader::new(child.stdout.take().unwrap());
        says.read_line(&mut issuer).unwrap();
        Node { child, _says: says, issuer: issuer.trim().to_owned() }
    }

    fn provider(&self) -> Provider {
        Provider {
            issuer: self.issuer.clone(),
            client: "binhyen".to_owned(),
            secret: "secret-of-binhyen".to_owned(),
            label: "Định danh thử".to_owned(),
            strong_ways: Vec::new(),
            strong_classes: Vec::new(),
        }
    }
}

/// A server that knows this provider from now on.
fn knows(world: &mut World, provider: Provider) {
    world.app.settings.base_url = Some("http://localhost".to_owned());
    world.app.settings.provider = Some(provider);
}

/// A browser at the provider, as this subject; the path by which it comes back to us.
async fn visit(address: &str, subject: &str) -> String {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let hint = serde_urlencoded::to_string([("login_hint", subject)]).unwrap();
    let (mut jar, mut at) = (BTreeMap::new(), format!("{address}&{hint}"));
    let host = at.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    for _ in 0..6 {
        let pairs: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = client.get(&at).header("cookie", pairs.join("; ")).send().await.unwrap();
        for it in answer.headers().get_all("set-cookie") {
            let (name, value) = it.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            jar.insert(name.to_owned(), value.to_owned());
        }
        let to = answer.headers().get("location").map(|it| it.to_str().unwrap().to_owned());
        let to = to.unwrap_or_else(|| panic!("{at}: {}", answer.status()));
        if let Some(path) = to.strip_prefix("http://localhost") {
            return path.to_owned();
        }
        at = if to.starts_with('/') { format!("{host}{to}") } else { to };
    }
    panic!("the provider leads nowhere")
}

/// Leaves for the provider from the page of signing in: its address.
async fn leave(browser: &mut Browser) -> String {
    let answer = browser.get("/sign-in/provider?next=/account/password").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location
}

/// Leaves, visits and comes back, in a new browser.
async fn round(world: &World, subject: &str) -> (Browser, Answer) {
    let mut browser = world.browser();
    let address = leave(&mut browser).await;
    let answer = browser.get(&visit(&address, subject).await).await;
    (browser, answer)
}

/// Links somebody's account to a subject, as they do on their page.
async fn link(browser: &mut Browser, subject: &str) -> Answer {
    let page = browser.post("/account/provider", &[("password", PASSWORD)]).await;
    let (_, after) = page.body.split_once("class=\"button\" href=\"http").unwrap_or_else(|| panic!("{}", page.body));
    let address = format!("http{}", after.split('"').next().unwrap().replace("&#38;", "&"));
    let back = visit(&address, subject).await;
    browser.get(&back).await
}

/// Nobody came in, and the page says why.
#[track_caller]
fn refused(world: &World, browser: &Browser, answer: &Answer, why: &str) {
    let says = world.app.texts.say(web::Lang::Vi, why, &[]);
    assert!(answer.body.contains(&says), "{why}: {} {}", answer.status, answer.body);
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.cookie.is_none(), "{why}: a session was opened");
}

async fn refused_round(world: &World, subject: &str, why: &str) {
    let (browser, answer) = round(world, subject).await;
    refused(world, &browser, &answer, why);
}

async fn count(world: &World, act: &str) -> usize {
    world.audit().await.iter().filter(|it| it.0 == act).count()
}

#[tokio::test]
async fn an_owner_links_an_account_signs_in_by_it_and_unlinks() {
    for mut world in worlds().await {
        let node = Node::start(&world);
        knows(&mut world, node.provider());
        world.add("nhap", Duty::Recorder, COMMUNE).await;
        world.add("nhap.hai", Duty::Recorder, COMMUNE).await;
        let mut owner = world.signed_in("nhap").await;
        assert!(owner.get("/account/factors").await.body.contains("Liên kết với Định danh thử"));
        let wrong = owner.post("/account/provider", &[("password", "sai mật khẩu rồi")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(link(&mut owner, "nv-01").await.location, "/account/factors?done=provider-linked");
        assert!(owner.get("/account/factors").await.body.contains("nv-01"));
        // Another account cannot take the same identity, nor link another's errand.
        let mut other = world.signed_in("nhap.hai").await;
        let taken = link(&mut other, "nv-01").await;
        assert!(taken.body.contains("đã liên kết với một tài khoản"), "{}", taken.body);
        let page = other.post("/account/provider", &[("password", PASSWORD)]).await;
        let (_, after) = page.body.split_once("class=\"button\" href=\"http").unwrap();
        let address = format!("http{}", after.split('"').next().unwrap().replace("&#38;", "&"));
        let back = visit(&address, "nv-02").await;
        std::mem::swap(&mut owner.errand, &mut other.errand);
        assert_eq!(owner.get(&back).await.status, StatusCode::UNPROCESSABLE_ENTITY);

        let page = world.browser().get("/sign-in?next=/account/password").await.body;
        assert!(page.contains("Đăng nhập bằng Định danh thử"), "{page}");
        let (mut browser, answer) = round(&world, "nv-01").await;
        assert_eq!(answer.location, "/account/password");
        assert!(browser.errand.is_none(), "the errand is over");
        assert_eq!(browser.get("/account/password").await.status, StatusCode::OK);
        assert_eq!(count(&world, "access.signed-in-by-provider").await, 1);

        let done = owner.post("/account/provider/removal", &[("password", PASSWORD)]).await;
        assert_eq!(done.location, "/account/factors?done=provider-unlinked");
        refused_round(&world, "nv-01", UNKNOWN).await;
        // No account is made, and none is found by a name like one of ours.
        refused_round(&world, "nhap", UNKNOWN).await;
        assert_eq!(count(&world, "access.sign-in-failed").await, 3);
    }
}

#[tokio::test]
async fn an_administrators_word_opens_nothing_until_the_owner_confirms_it() {
    for mut world in worlds().await {
        let node = Node::start(&world);
        knows(&mut world, node.provider());
        let id = world.add("nhap", Duty::Recorder, COMMUNE).await;
        world.add("quan.tri", Duty::Administrator, EAST).await;
        let mut administrator = world.signed_in("quan.tri").await;
        let path = format!("/accounts/{id}/provider");
        let wrong = administrator.post(&path, &[("subject", "có dấu")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("có dấu"), "{}", wrong.body);
        let done = administrator.post(&path, &[("subject", "nv-07")]).await;
        assert_eq!(done.location, format!("/accounts/{id}?done=provider-proposed"));
        let second = administrator.post(&path, &[("subject", "nv-08")]).await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused_round(&world, "nv-07", "access-provider-unconfirmed").await;

        let mut owner = world.signed_in("nhap").await;
        assert!(owner.get("/account/factors").await.body.contains("Đúng là tôi ở Định danh thử"));
        let confirm = "/account/provider/confirmation";
        let another = owner.post(confirm, &[("password", PASSWORD), ("subject", "nv-99")]).await;
        assert_eq!(another.status, StatusCode::CONFLICT, "only the one that was read");
        let done = owner.post(confirm, &[("password", PASSWORD), ("subject", "nv-07")]).await;
        assert_eq!(done.location, "/account/factors?done=provider-linked");
        assert_eq!(round(&world, "nv-07").await.1.location, "/account/password");
        let done = administrator.post(&format!("{path}/removal"), &[]).await;
        assert_eq!(done.location, format!("/accounts/{id}?done=provider-unlinked"));
        refused_round(&world, "nv-07", UNKNOWN).await;
    }
}

/// A part of an address's query.
fn part<'a>(address: &'a str, name: &str) -> &'a str {
    address.split_once(&format!("{name}=")).unwrap().1.split('&').next().unwrap()
}

#[tokio::test]
async fn c12_nothing_comes_back_twice_late_or_to_another_browser() {
    for mut world in worlds().await {
        let node = Node::start(&world);
        knows(&mut world, node.provider());
        world.add("nhap", Duty::Recorder, COMMUNE).await;
        link(&mut world.signed_in("nhap").await, "nv-01").await;

        let mut browser = world.browser();
        let back = visit(&leave(&mut browser).await, "nv-01").await;
        let errand = browser.errand.clone();
        // Without the cookie; with that of another errand; with another state; from another issuer (mix-up).
        let mut other = world.browser();
        let answer = other.get(&back).await;
        refused(&world, &other, &answer, WRONG);
        leave(&mut other).await;
        let answer = other.get(&back).await;
        refused(&world, &other, &answer, WRONG);
        let state = back.replace(part(&back, "state"), &"0".repeat(64));
        let elsewhere = back.replace(part(&back, "iss"), "https%3A%2F%2Felsewhere.example");
        for path in [state, elsewhere] {
            browser.errand.clone_from(&errand);
            let answer = browser.get(&path).await;
            refused(&world, &browser, &answer, WRONG);
        }
        // None of these used it up: the browser that left comes in, once.
        browser.errand.clone_from(&errand);
        assert_eq!(browser.get(&back).await.location, "/account/password");
        let mut again = world.browser();
        again.errand.clone_from(&errand);
        let answer = again.get(&back).await;
        refused(&world, &again, &answer, WRONG);

        // The used code in a new errand, and an unused code of another browser's errand: the verifier does not fit.
        let mut thief = world.browser();
        let theirs = visit(&leave(&mut thief).await, "nv-01").await;
        for code in [part(&back, "code"), part(&theirs, "code")] {
            let mut browser = world.browser();
            let fresh = visit(&leave(&mut browser).await, "nv-01").await;
            let answer = browser.get(&fresh.replace(part(&fresh, "code"), code)).await;
            refused(&world, &browser, &answer, WRONG);
        }

        let mut late = world.browser();
        let back = visit(&leave(&mut late).await, "nv-01").await;
        world.pass(601);
        let answer = late.get(&back).await;
        refused(&world, &late, &answer, WRONG);
        // Somebody refuses at the provider.
        let mut denied = world.browser();
        let address = leave(&mut denied).await;
        let path = format!("/sign-in/provider/return?error=access_denied&state={}", part(&address, "state"));
        let answer = denied.get(&path).await;
        refused(&world, &denied, &answer, WRONG);
    }
}

#[tokio::test]
async fn c12_a_token_that_does_not_hold_opens_nothing() {
    for mut world in worlds().await {
        let node = Node::start(&world);
        knows(&mut world, node.provider());
        world.add("nhap", Duty::Recorder, COMMUNE).await;
        link(&mut world.signed_in("nhap").await, "nv-01").await;
        for forged in ["issuer", "audience", "nonce", "expiry", "key", "none", "secret"] {
            knows(&mut world, Provider { client: format!("forged-{forged}"), ..node.provider() });
            let (browser, answer) = round(&world, "nv-01").await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{forged}: {}", answer.location);
            refused(&world, &browser, &answer, WRONG);
        }
        knows(&mut world, node.provider());
        assert_eq!(round(&world, "nv-01").await.1.location, "/account/password", "what is not forged holds");
        // By our clock the token, good for an hour, is two hours old; the errand is new.
        world.wait(2);
        refused_round(&world, "nv-01", WRONG).await;
        world.wait(-2);
        knows(&mut world, Provider { secret: "another".to_owned(), ..node.provider() });
        refused_round(&world, "nv-01", WRONG).await;
        // Found at another address than it says of itself; not there at all.
        for issuer in [node.issuer.replace("127.0.0.1", "localhost"), "http://127.0.0.1:9".to_owned()] {
            knows(&mut world, Provider { issuer, ..node.provider() });
            let mut browser = world.browser();
            let answer = browser.get("/sign-in/provider").await;
            refused(&world, &browser, &answer, "access-provider-away");
        }
        world.app.settings.provider = None;
        let answer = world.browser().get("/sign-in/provider").await;
        refused(&world, &world.browser(), &answer, "access-provider-none");
    }
}

#[tokio::test]
async fn the_providers_second_factor_counts_only_where_it_was_said_so() {
    for mut world in worlds().await {
        let node = Node::start(&world);
        knows(&mut world, node.provider());
        let id = world.add("nhap", Duty::Recorder, COMMUNE).await;
        world.add("duyet", Duty::Approver, EAST).await;
        link(&mut world.signed_in("nhap").await, "nv-01").await;
        link(&mut world.signed_in("duyet").await, "nv-20").await;
        let comes_to = async |world: &World, subject: &str| {
            let (mut browser, answer) = round(world, subject).await;
            assert_eq!(answer.location, "/account/password");
            browser.get("/account/password").await.location
        };
        // Nothing was said: an approver is asked for ours, whatever the provider claims.
        assert_eq!(comes_to(&world, "nv-20 mfa").await, "/account/factors");
        assert_eq!(comes_to(&world, "nv-01 mfa").await, "");
        for provider in [
            Provider { strong_ways: vec!["mfa".to_owned()], ..node.provider() },
            Provider { strong_classes: vec!["strong".to_owned()], ..node.provider() },
        ] {
            knows(&mut world, provider);
            assert_eq!(comes_to(&world, "nv-20 mfa").await, "");
            assert_eq!(comes_to(&world, "nv-20").await, "/account/factors");
        }
        // An account with a second factor of ours shows it.
        let sql = "insert into passkey (id, account_id, name, public_key, added_at) values ('x', $1, 'x', '{}', 0)";
        world.app.db.read().await.unwrap().query(sql).bind(id.0).run().await.unwrap();
        let (browser, answer) = round(&world, "nv-01").await;
        assert_eq!(answer.location, "/sign-in/code?next=%2Faccount%2Fpassword");
        assert!(browser.known.is_none(), "half known is not known");
        // C7: whoever is dismissed stays outside.
        access::close_account(&world.app, &World::command(), id).await.unwrap();
        refused_round(&world, "nv-01", UNKNOWN).await;
    }
}
