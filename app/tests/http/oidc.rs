//! Signing in through an identity provider: the npm package `oidc-provider`, started on loopback, and everything that it,
//! a thief of addresses or another browser could bring back.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use axum::{
    body::Body,
    http::{Request, header},
};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use web::{Provider, Settings};

use crate::{
    person::Person,
    world::{Answer, World, encode, worlds},
};

const PASSWORD: &str = "một mật khẩu dài";
const BACK: &str = "http://localhost/sign-in/provider/return";

/// An identity provider in a process of its own, for as long as the value lives.
struct Node {
    child: Child,
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
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/oidc/provider.mjs");
        let mut node = Command::new("node");
        node.arg(script).arg(npm).arg(BACK).arg((world.app.clock.now().micros() / 1_000).to_string());
        let mut child = node.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("node");
        let mut issuer = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut issuer).unwrap();
        Node { child, issuer: issuer.trim().to_owned() }
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

/// A server that knows this provider.
fn knows(world: &mut World, provider: Provider) {
    let base_url = Some("http://localhost".to_owned());
    world.restart(Settings { base_url, provider: Some(provider), ..Settings::default() });
}

fn get(path: &str, cookies: &str) -> Request<Body> {
    Request::get(path).header(header::COOKIE, cookies).body(Body::empty()).unwrap()
}

/// The cookie of this name that an answer sets, as a browser sends it back; empty if none.
fn cookie(answer: &Answer, name: &str) -> String {
    let all = answer.headers.get_all(header::SET_COOKIE).iter().map(|it| it.to_str().unwrap());
    let mut pairs = all.map(|it| it.split(';').next().unwrap());
    pairs.find(|it| it.split('=').next() == Some(name) && !it.ends_with('=')).unwrap_or_default().to_owned()
}

/// Leaves for the provider: the errand's cookie, and the provider's address.
async fn leave(world: &World) -> (String, String) {
    let answer = world.send(get("/sign-in/provider?next=/account/factors", "")).await;
    answer.is(303);
    (cookie(&answer, "binhyen-errand"), answer.to().to_owned())
}

/// A browser at the provider, as this subject; the path by which it comes back to us.
async fn visit(address: &str, subject: &str) -> String {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let (mut jar, mut at) = (BTreeMap::new(), format!("{address}&login_hint={}", encode(subject)));
    let host = at.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    for _ in 0..6 {
        let pairs: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let asked = Request::get(&at).header(header::COOKIE, pairs.join("; ")).body(Body::empty()).unwrap();
        let answer = client.request(asked).await.unwrap();
        for it in answer.headers().get_all(header::SET_COOKIE) {
            let (name, value) = it.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            jar.insert(name.to_owned(), value.to_owned());
        }
        let to = answer.headers().get(header::LOCATION).map(|it| it.to_str().unwrap().to_owned());
        let to = to.unwrap_or_else(|| panic!("{at}: {}", answer.status()));
        if let Some(path) = to.strip_prefix("http://localhost") {
            return path.to_owned();
        }
        at = if to.starts_with('/') { format!("{host}{to}") } else { to };
    }
    panic!("the provider leads nowhere")
}

/// Leaves, visits and comes back.
async fn round(world: &World, subject: &str) -> Answer {
    let (errand, address) = leave(world).await;
    world.send(get(&visit(&address, subject).await, &errand)).await
}

/// Links somebody's account to a subject, as they do on their page.
async fn link(person: &Person<'_>, subject: &str) -> Answer {
    let page = person.post("/account/provider", &[("password", PASSWORD)]).await;
    let errand = cookie(page.is(200), "binhyen-errand");
    let (_, after) = page.text.split_once("class=\"button\" href=\"http").unwrap();
    let address = format!("http{}", after.split('"').next().unwrap().replace("&#38;", "&"));
    let back = visit(&address, subject).await;
    person.world.send(get(&back, &format!("{}; {errand}", person.cookie()))).await
}

/// Nobody came in, the page says why, and the audit has it.
async fn refused(world: &World, answer: &Answer, why: &str) {
    answer.is(422).has(&world.app.texts.say(web::Lang::Vi, why, &[]));
    assert!(cookie(answer, "binhyen").is_empty(), "{why}: a session was opened");
}

async fn entries(world: &World, act: &str) -> i64 {
    let sql = "select cast(count(*) as bigint) from audit_entry where act = $1";
    let (count,): (i64,) = world.app.db.read().await.unwrap().query(sql).bind(act).one().await.unwrap();
    count
}

#[tokio::test]
async fn an_owner_links_an_account_signs_in_by_it_and_unlinks() {
    for mut world in worlds().await {
        let node = Node::start(&world);
        knows(&mut world, node.provider());
        let person = world.person("xa01").await;
        person.get("/account/factors").await.has("Liên kết với Định danh thử");
        person.post("/account/provider", &[("password", "sai mật khẩu rồi")]).await.is(422);
        assert_eq!(link(&person, "nv-01").await.to(), "/account/factors?done=provider-linked");
        person.get("/account/factors").await.has("nv-01");
        // Another account cannot take the same identity.
        let other = world.person("xa02").await;
        refused(&world, &link(&other, "nv-01").await, "access-provider-taken").await;

        let page = world.send(get("/sign-in?next=/account/factors", "")).await;
        page.has("Đăng nhập bằng Định danh thử").has("/sign-in/provider?next=%2Faccount%2Ffactors");
        let answer = round(&world, "nv-01").await;
        assert_eq!(answer.to(), "/account/factors");
        let session = cookie(&answer, "binhyen");
        world.send(get("/account/factors", &session)).await.is(200).has("nv-01");
        assert_eq!(entries(&world, "access.signed-in-by-provider").await, 1);

        assert_eq!(
            person.post("/account/provider/removal", &[("password", PASSWORD)]).await.to(),
            "/account/factors?done=provider-unlinked"
        );
        refused(&world, &round(&world, "nv-01").await, "access-provider-unknown").await;
        // No account is made, and none is found by a name that looks like one of ours.
        refused(&world, &round(&world, "xa01").await, "access-provider-unknown").await;
        assert_eq!(entries(&world, "access.sign-in-failed").await, 2);
    }
}

#[tokio::test]
async fn an_administrators_word_opens_nothing_until_the_owner_confirms_it() {
    for mut world in worlds().await {
        let node = Node::start(&world);
        knows(&mut world, node.provider());
        let administrator = world.person("quantrimau").await;
        let id = access::find_account(&world.app, &world.demo_who(), "xa01").await.unwrap().unwrap();
        let path = format!("/accounts/{id}/provider");
        administrator.post(&path, &[("subject", "có dấu")]).await.is(422).has("có dấu");
        let answer = administrator.post(&path, &[("subject", "nv-07")]).await;
        assert_eq!(answer.to(), format!("/accounts/{id}?done=provider-proposed"));
        administrator.post(&path, &[("subject", "nv-08")]).await.is(422);
        refused(&world, &round(&world, "nv-07").await, "access-provider-unconfirmed").await;

        let owner = world.person("xa01").await;
        owner.get("/account/factors").await.has("Đúng là tôi ở Định danh thử");
        let confirm = "/account/provider/confirmation";
        owner.post(confirm, &[("password", PASSWORD), ("subject", "nv-99")]).await.is(409);
        owner.post(confirm, &[("password", PASSWORD), ("subject", "nv-07")]).await.is(303);
        assert_eq!(round(&world, "nv-07").await.to(), "/account/factors");
        administrator.post(&format!("{path}/removal"), &[]).await.is(303);
        refused(&world, &round(&world, "nv-07").await, "access-provider-unknown").await;
    }
}

#[tokio::test]
async fn c12_nothing_comes_back_twice_late_or_to_another_browser() {
    for mut world in worlds().await {
        let node = Node::start(&world);
        knows(&mut world, node.provider());
        assert!(link(&world.person("xa01").await, "nv-01").await.to().ends_with("provider-linked"));
        let wrong = "access-provider-wrong";

        // Without the cookie, with another browser's, with another state.
        let (errand, address) = leave(&world).await;
        let (other, _) = leave(&world).await;
        let back = visit(&address, "nv-01").await;
        refused(&world, &world.send(get(&back, "")).await, wrong).await;
        refused(&world, &world.send(get(&back, &other)).await, wrong).await;
        let state = back.split("state=").nth(1).unwrap().split('&').next().unwrap();
        refused(&world, &world.send(get(&back.replace(state, &"0".repeat(64)), &errand)).await, wrong).await;
        // Sent by another issuer (mix-up).
        let elsewhere = format!("{}&iss=https%3A%2F%2Felsewhere.example", back.split("&iss=").next().unwrap());
        refused(&world, &world.send(get(&elsewhere, &errand)).await, wrong).await;

        // None of these used it up; the browser that left comes in, once.
        let answer = world.send(get(&back, &errand)).await;
        assert_eq!(answer.to(), "/account/factors");
        refused(&world, &world.send(get(&back, &errand)).await, wrong).await;
        // The same code in a new errand of the same browser: it is used, and not for this question.
        let (errand, address) = leave(&world).await;
        let code = |path: &str| path.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let fresh = visit(&address, "nv-01").await;
        let mixed = fresh.replace(&code(&fresh), &code(&back));
        refused(&world, &world.send(get(&mixed, &errand)).await, wrong).await;
        // The code of an errand of another browser, unused: the verifier does not fit.
        let (_, theirs) = leave(&world).await;
        let (errand, address) = leave(&world).await;
        let (theirs, ours) = (visit(&theirs, "nv-01").await, visit(&address, "nv-01").await);
        refused(&world, &world.send(get(&ours.replace(&code(&ours), &code(&theirs)), &errand)).await, wrong).await;

        let (errand, address) = leave(&world).await;
        let back = visit(&address, "nv-01").await;
        world.wait(11);
        refused(&world, &world.send(get(&back, &errand)).await, wrong).await;
        // The person refuses at the provider.
        let (errand, address) = leave(&world).await;
        let state = address.split("state=").nth(1).unwrap().split('&').next().unwrap();
        let denied = format!("/sign-in/provider/return?error=access_denied&state={state}");
        refused(&world, &world.send(get(&denied, &errand)).await, wrong).await;
    }
}

#[tokio::test]
async fn c12_a_token_that_does_not_hold_opens_nothing() {
    for mut world in worlds().await {
        let node = Node::start(&world);
        knows(&mut world, node.provider());
        assert!(link(&world.person("xa01").await, "nv-01").await.to().ends_with("provider-linked"));
        for forged in ["issuer", "audience", "nonce", "expiry", "key", "none", "secret"] {
            knows(&mut world, Provider { client: format!("forged-{forged}"), ..node.provider() });
            let answer = round(&world, "nv-01").await;
            assert_eq!(answer.status, 422, "{forged}");
            refused(&world, &answer, "access-provider-wrong").await;
        }
        // The token's clock: signed in, but an hour and a half ago by ours; the errand itself is new.
        knows(&mut world, node.provider());
        world.wait(90);
        refused(&world, &round(&world, "nv-01").await, "access-provider-wrong").await;
        world.wait(-90);
        assert_eq!(round(&world, "nv-01").await.to(), "/account/factors");
        // Found at another address than it says of itself; not there at all; a wrong secret.
        let away = "access-provider-away";
        for issuer in [node.issuer.replace("127.0.0.1", "localhost"), "http://127.0.0.1:9".to_owned()] {
            knows(&mut world, Provider { issuer, ..node.provider() });
            let answer = world.send(get("/sign-in/provider", "")).await;
            refused(&world, &answer, away).await;
        }
        knows(&mut world, Provider { secret: "another".to_owned(), ..node.provider() });
        refused(&world, &round(&world, "nv-01").await, "access-provider-wrong").await;
    }
}

#[tokio::test]
async fn the_providers_second_factor_counts_only_where_it_was_said_so() {
    for mut world in worlds().await {
        let node = Node::start(&world);
        knows(&mut world, node.provider());
        assert!(link(&world.person("tinhmau").await, "nv-20").await.to().ends_with("provider-linked"));
        assert!(link(&world.person("xa01").await, "nv-01").await.to().ends_with("provider-linked"));
        let comes_to = async |world: &World, subject: &str| {
            let answer = round(world, subject).await;
            let session = cookie(&answer, "binhyen");
            (answer.to().to_owned(), world.send(get("/work", &session)).await.to().to_owned())
        };
        let asked = |to: &str| ("/account/factors".to_owned(), to.to_owned());
        // Nothing was said: an approver is asked for ours, whatever the provider claims.
        assert_eq!(comes_to(&world, "nv-20 mfa").await, asked("/account/factors"));
        assert_eq!(comes_to(&world, "nv-01 mfa").await, asked(""));
        for provider in [
            Provider { strong_ways: vec!["mfa".to_owned()], ..node.provider() },
            Provider { strong_classes: vec!["strong".to_owned()], ..node.provider() },
        ] {
            knows(&mut world, provider);
            assert_eq!(comes_to(&world, "nv-20 mfa").await, asked(""));
            assert_eq!(comes_to(&world, "nv-20").await, asked("/account/factors"));
        }
        // An account with a second factor of ours shows it.
        let id = access::find_account(&world.app, &world.demo_who(), "xa01").await.unwrap().unwrap();
        let sql = "insert into passkey (id, account_id, name, public_key, added_at) values ('x', $1, 'x', '{}', 0)";
        world.app.db.read().await.unwrap().query(sql).bind(id.0).run().await.unwrap();
        let answer = round(&world, "nv-01").await;
        assert_eq!(answer.to(), "/sign-in/code?next=%2Faccount%2Ffactors");
        assert!(cookie(&answer, "binhyen-browser").is_empty(), "half known is not known");
        // C7: whoever is dismissed stays outside.
        access::close_account(&world.app, &world.demo_who(), id).await.unwrap();
        refused(&world, &round(&world, "nv-01").await, "access-provider-unknown").await;
    }
}
