//! A server is killed the moment an approval stands in the database: before its totals have it, before anybody is told.
//! The next start has it, on either store.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use app::start;

use crate::{
    returns::{MONTH, hidden, open, send},
    world::{World, encode, worlds},
};

const PATIENCE: Duration = Duration::from_mins(1);
/// So many approvals are cut off at most; fewer once enough of them got no answer.
const RETURNS: u8 = 8;
const UNANSWERED: usize = 2;

struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(place: &str, totals: &Path) -> Server {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_binhyen"));
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--database", place]);
        command.env("BINHYEN_TOTALS", totals).env("BINHYEN_ANCHOR_KEY", totals.with_file_name("key"));
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Server { process, port };
        let begun = Instant::now();
        while ask(port, "GET / HTTP/1.1\r\n", "", "").is_empty() {
            assert!(begun.elapsed() < PATIENCE, "the server does not answer");
            sleep(Duration::from_millis(20));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The whole answer; empty if there was none.
fn ask(port: u16, line: &str, cookie: &str, body: &str) -> String {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return String::new() };
    let text = format!(
        "{line}Host: localhost\r\nCookie: {cookie}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
        body.len()
    );
    let mut answer = Vec::new();
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

/// Returns that wait for approval, with the approver's session as the real clock knows it.
async fn waiting(world: &World) -> (Vec<String>, String) {
    let recorder = world.person("xa01").await;
    let mut returns = Vec::new();
    for month in 1..=RETURNS {
        let at = open(&recorder, "Xã Mẫu 01", &format!("adm:2026-M{month:02}")).await;
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        returns.push(at);
    }
    let mut tx = world.app.db.write().await.unwrap();
    let (id,): (i64,) = tx.query("select id from account where name = 'tinhmau'").one().await.unwrap();
    let (cookie, key) = world.app.new_session();
    web::open_session(&mut tx, &key, kernel::AccountId(id), start::clock().now()).await.unwrap();
    tx.commit().await.unwrap();
    (returns, cookie.split(';').next().unwrap().to_owned())
}

async fn rows(world: &World) -> i64 {
    let mut conn = world.app.db.read().await.unwrap();
    let (rows,): (i64,) = conn.query("select cast(count(*) as bigint) from return_version").one().await.unwrap();
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_an_approvals_commit_and_its_totals() {
    for world in worlds().await {
        let folder = tempfile::tempdir().unwrap();
        let totals = folder.path().join("totals");
        let (returns, cookie) = waiting(&world).await;
        let (mut unanswered, mut approved) = (0, 0);
        for at in &returns {
            let mut server = Server::start(&world.place, &totals);
            let page = ask(server.port, &format!("GET {at}/review HTTP/1.1\r\n"), &cookie, "");
            let (csrf, revision) = (encode(hidden(&page, "csrf")), hidden(&page, "revision"));
            let body = format!("csrf={csrf}&revision={revision}&reason=");
            let port = server.port;
            let answer = std::thread::scope(|scope| {
                let asking = scope.spawn(|| ask(port, &format!("POST {at}/approval HTTP/1.1\r\n"), &cookie, &body));
                // As soon as the row is there, and not a moment later.
                tokio::task::block_in_place(|| {
                    tokio::runtime::Handle::current().block_on(async {
                        let begun = Instant::now();
                        while rows(&world).await == approved {
                            assert!(begun.elapsed() < PATIENCE, "{at} was not approved");
                        }
                    });
                });
                server.process.kill().unwrap();
                asking.join().unwrap()
            });
            approved += 1;
            if !answer.starts_with("HTTP/1.1 303") {
                assert!(answer.is_empty(), "{answer}");
                unanswered += 1;
            }
            if unanswered == UNANSWERED {
                break;
            }
        }
        assert!(unanswered > 0, "every approval was answered before the server could be killed");
        assert_eq!(rows(&world).await, approved);
        // Every approval that stood is in the totals of the next start, answered or not, with the file of totals that the
        // killed servers left and without it.
        for file in [totals.as_path(), Path::new("/nowhere/totals")] {
            let settings = web::Settings { totals: Some(file.to_owned()), ..web::Settings::default() };
            let db = store::Db::open(&world.place).await.unwrap();
            let app = start::open_db(db, settings, world.app.clock.clone(), start::chance()).await.unwrap();
            let held = app.periods().len();
            assert_eq!(i64::try_from(held).unwrap(), approved, "one period for each");
            assert!(returns::check_ledger(&app).await.unwrap().findings.is_empty());
            let mut conn = app.db.read().await.unwrap();
            assert!(audit::broken(&mut conn).await.unwrap().is_empty());
            let (states,): (i64,) = conn
                .query("select cast(count(*) as bigint) from periodic_return where state = 'approved'")
                .one()
                .await
                .unwrap();
            assert_eq!(states, approved);
            drop(conn);
            app.db.close().await;
        }
    }
}
