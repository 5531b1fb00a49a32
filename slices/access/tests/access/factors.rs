//! The second factor: who needs one, setting it up, showing it, losing it.

use axum::http::StatusCode;
use web::Duty;

use crate::world::{Browser, COMMUNE, EAST, PASSWORD, World, worlds};

/// What the app on a telephone does, from the key that the page shows.
fn code(secret: &str, world: &World) -> String {
    code_at(secret, world.app.clock.now().micros() / 30_000_000)
}

fn code_at(secret: &str, step: i64) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let five = |it: char| format!("{:05b}", letters.find(it).unwrap());
    let bits = secret.chars().map(five).collect::<Vec<_>>().concat();
    let key: Vec<u8> =
        bits.as_bytes().chunks(8).map(|it| u8::from_str_radix(str::from_utf8(it).unwrap(), 2).unwrap()).collect();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}")).1.split(end).next().unwrap()
}

/// Sets up an app; its secret and the recovery codes.
async fn set_up(world: &World, browser: &mut Browser) -> (String, Vec<String>) {
    let page = browser.get("/account/factors/app").await.body;
    assert!(page.contains("<svg class=\"qr\""), "{page}");
    let secret = between(&page, "name=\"secret\" value=\"", "\"").to_owned();
    let wrong = browser.post("/account/factors/app", &[("secret", &secret), ("code", "12345")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains(&secret), "the same secret again: it is in the app already");
    let fields = [("secret", secret.as_str()), ("code", &code(&secret, world))];
    let shown = browser.post("/account/factors/app", &fields).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let codes: Vec<String> =
        shown.body.split("<li><code>").skip(1).map(|it| it.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

#[tokio::test]
async fn approvers_and_administrators_are_led_to_a_second_factor_before_anything_else() {
    for world in worlds().await {
        world.add("duyet", Duty::Approver, EAST).await;
        world.add("quan.tri", Duty::Administrator, EAST).await;
        world.add("nhap", Duty::Recorder, COMMUNE).await;
        for (name, path) in [("duyet", "/account/password"), ("quan.tri", "/accounts")] {
            let mut browser = world.with_password(name).await;
            assert_eq!(browser.get(path).await.location, "/account/factors", "{name}");
            assert_eq!(browser.post("/account/password", &[]).await.location, "/account/factors", "{name}");
            assert!(browser.get("/account/factors").await.body.contains("Vai trò của bạn cần"));
            // A page for everybody takes who is halfway in for a stranger.
            assert!(browser.get("/sign-in").await.body.contains("name=\"password\""));
            set_up(&world, &mut browser).await;
            assert_eq!(browser.get(path).await.status, StatusCode::OK);
            let none = browser.post("/account/factors/app/removal", &[("password", PASSWORD)]).await;
            assert!(none.body.contains("trước khi gỡ"), "{}", none.body);
        }
        assert_eq!(world.with_password("nhap").await.get("/account/password").await.status, StatusCode::OK);
        // Halfway in ends after half an hour.
        world.add("duyet2", Duty::Approver, EAST).await;
        let mut slow = world.with_password("duyet2").await;
        world.pass(31 * 60);
        assert!(slow.get("/account/factors").await.location.starts_with("/sign-in"));
    }
}

#[tokio::test]
async fn the_demo_compels_nobody() {
    for mut world in worlds().await {
        world.app.settings.demo = true;
        world.add("duyet", Duty::Approver, EAST).await;
        let mut browser = world.with_password("duyet").await;
        assert_eq!(browser.get("/account/password").await.status, StatusCode::OK);
        assert!(browser.get("/account/factors").await.body.contains("không bắt buộc"));
    }
}

#[tokio::test]
async fn a_code_opens_once_and_only_in_its_time() {
    for world in worlds().await {
        world.add("nhap", Duty::Recorder, COMMUNE).await;
        let mut first = world.with_password("nhap").await;
        let mut other = world.with_password("nhap").await;
        let (secret, _) = set_up(&world, &mut first).await;
        assert!(other.get("/account/password").await.location.starts_with("/sign-in"), "ended: it has not shown it");

        let mut second = world.with_password("nhap").await;
        assert_eq!(second.get("/account/password").await.location, "/sign-in/code");
        assert_eq!(second.get("/account/factors").await.location, "/sign-in/code");
        let again = code(&secret, &world);
        for wrong in ["", "000000", "abc", again.as_str()] {
            let answer = second.post("/sign-in/code", &[("code", wrong)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        world.pass(30);
        let halfway = second.cookie.clone();
        let fields = [("code", code(&secret, &world)), ("next", "/units".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(second.post("/sign-in/code", &fields).await.location, "/units");
        assert_eq!(second.get("/account/password").await.status, StatusCode::OK);
        second.cookie = halfway;
        assert!(second.get("/sign-in/code").await.location.starts_with("/sign-in?"), "another session opened");

        // A clock that steps back gives no code a second life.
        let mut third = world.with_password("nhap").await;
        world.pass(-30);
        let old = code(&secret, &world);
        assert_eq!(third.post("/sign-in/code", &[("code", &old)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let acts: Vec<String> = world.audit().await.into_iter().map(|it| it.0).collect();
        assert_eq!(acts.iter().filter(|it| *it == "access.code-refused").count(), 5);
        assert_eq!(acts.iter().filter(|it| *it == "access.code-shown").count(), 1);
    }
}

#[tokio::test]
async fn one_recovery_code_used_twice_at_once_lets_one_in() {
    for world in worlds().await {
        world.add("nhap", Duty::Recorder, COMMUNE).await;
        let mut first = world.with_password("nhap").await;
        let (_, codes) = set_up(&world, &mut first).await;
        let (mut one, mut two) = (world.with_password("nhap").await, world.with_password("nhap").await);
        let fields = [("code", codes[3].as_str())];
        let (one, two) = tokio::join!(one.post("/sign-in/code", &fields), two.post("/sign-in/code", &fields));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422]);
        assert!(first.get("/account/factors").await.body.contains("Còn 9 mã"));
        // New ones end the old ones.
        let wrong = first.post("/account/factors/codes", &[("password", "sai mật khẩu")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let new = first.post("/account/factors/codes", &[("password", PASSWORD)]).await.body;
        assert!(new.contains("<li><code>") && !new.contains(&codes[4]));
        let mut third = world.with_password("nhap").await;
        assert_eq!(third.post("/sign-in/code", &[("code", &codes[4])]).await.status.as_u16(), 422);
        // Without the app there is nothing left to show.
        assert_eq!(
            first.post("/account/factors/app/removal", &[("password", PASSWORD)]).await.location,
            "/account/factors?done=app-removed"
        );
        assert_eq!(third.get("/account/password").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn an_administrator_resets_what_somebody_lost_but_not_their_own() {
    for world in worlds().await {
        let id = world.add("nhap", Duty::Recorder, COMMUNE).await;
        let root = world.add("root", Duty::Administrator, EAST).await;
        let mut person = world.with_password("nhap").await;
        set_up(&world, &mut person).await;
        let mut root_browser = world.signed_in("root").await;
        let own = root_browser.post(&format!("/accounts/{root}/factors/removal"), &[]).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = root_browser.post(&format!("/accounts/{id}/factors/removal"), &[]).await;
        assert_eq!(done.location, format!("/accounts/{id}?done=factors-reset"));
        assert!(person.get("/account/password").await.location.starts_with("/sign-in"));
        assert_eq!(world.with_password("nhap").await.get("/account/password").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn guessing_slows_the_guesser_and_not_who_signed_in_here_before() {
    for world in worlds().await {
        world.add("nhap", Duty::Recorder, COMMUNE).await;
        let mut owner = world.with_password("nhap").await;
        assert!(owner.known.is_some());
        let wrong = [("name", "nhap"), ("password", "đoán mò mãi thôi")];
        for _ in 0..5 {
            assert_eq!(world.browser().post("/sign-in", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        // The crowd: some wait, the rest are told to stay away; the same for a name that nobody has.
        for name in ["nhap", "khong.co"] {
            let wrong = [("name", name), ("password", "đoán mò mãi thôi")];
            let mut crowd: Vec<Browser> = (0..14).map(|_| world.browser()).collect();
            let guesses = crowd
                .iter_mut()
                .map(|it| tokio::time::timeout(std::time::Duration::from_millis(700), it.post("/sign-in", &wrong)));
            let mut away = 0;
            for guess in guesses {
                away += u32::from(guess.await.is_ok_and(|it| it.status == StatusCode::TOO_MANY_REQUESTS));
            }
            assert!(away > 3, "{away} of {name}");
        }
        owner.cookie = None;
        let start = std::time::Instant::now();
        let right = [("name", "nhap"), ("password", PASSWORD)];
        assert_eq!(owner.post("/sign-in", &right).await.status, StatusCode::SEE_OTHER);
        assert!(start.elapsed().as_millis() < 900, "{:?}", start.elapsed());
    }
}

/// What the database holds of the apps' secrets.
async fn secrets(world: &World) -> Vec<(i64, String)> {
    let sql = "select account_id, secret from totp order by account_id";
    world.app.db.read().await.unwrap().query(sql).all().await.unwrap()
}

async fn put_secret(world: &World, account: i64, secret: &str) {
    let sql = "update totp set secret = $2 where account_id = $1";
    world.app.db.read().await.unwrap().query(sql).bind(account).bind(secret).run().await.unwrap();
}

#[tokio::test]
async fn a1_a3_a_thief_of_the_database_has_no_codes_and_moves_none() {
    for mut world in worlds().await {
        world.add("mot", Duty::Recorder, COMMUNE).await;
        world.add("hai", Duty::Recorder, COMMUNE).await;
        let (mut one, mut two) = (world.with_password("mot").await, world.with_password("hai").await);
        let (secret, _) = set_up(&world, &mut one).await;
        let (other, _) = set_up(&world, &mut two).await;
        let kept = secrets(&world).await;
        assert!(kept.iter().all(|it| !it.1.contains(&secret) && !it.1.contains(&other) && it.1.starts_with("s1.")));
        // Moved to another account it opens nothing there, not even with the right code.
        put_secret(&world, kept[1].0, &kept[0].1).await;
        let mut browser = world.with_password("hai").await;
        world.pass(60);
        let wrong = browser.post("/sign-in/code", &[("code", &code(&secret, &world))]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        put_secret(&world, kept[1].0, &kept[1].1).await;
        let right = browser.post("/sign-in/code", &[("code", &code(&other, &world))]).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.body);
        // A9: without its keys the server writes no secret at all.
        world.app.settings.seal = None;
        world.add("ba", Duty::Recorder, COMMUNE).await;
        let mut three = world.with_password("ba").await;
        let page = three.get("/account/factors/app").await.body;
        let secret = between(&page, "name=\"secret\" value=\"", "\"").to_owned();
        let fields = [("secret", secret.as_str()), ("code", &code(&secret, &world))];
        assert_eq!(three.post("/account/factors/app", &fields).await.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(secrets(&world).await.len(), 2);
    }
}

#[tokio::test]
async fn a_new_key_seals_everything_anew_and_what_was_kept_open() {
    for mut world in worlds().await {
        world.add("mot", Duty::Recorder, COMMUNE).await;
        world.add("hai", Duty::Recorder, COMMUNE).await;
        let (secret, _) = set_up(&world, &mut world.with_password("mot").await).await;
        set_up(&world, &mut world.with_password("hai").await).await;
        let before = secrets(&world).await;
        // As it was kept before there were keys.
        put_secret(&world, before[0].0, &secret).await;
        assert_eq!(access::seal_anew(&world.app).await.unwrap(), 1);
        assert_eq!(access::seal_anew(&world.app).await.unwrap(), 0);
        world.app.settings.seal = web::Seal::parse(&format!("{}\n{}", "6f".repeat(32), "5e".repeat(32)));
        assert_eq!(access::seal_anew(&world.app).await.unwrap(), 2);
        // The older key is not needed any more.
        world.app.settings.seal = web::Seal::parse(&"6f".repeat(32));
        world.pass(60);
        let mut browser = world.with_password("mot").await;
        let answer = browser.post("/sign-in/code", &[("code", &code(&secret, &world))]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        // One that no key opens stays as it is and opens nothing.
        world.app.settings.seal = web::Seal::parse(&"70".repeat(32));
        assert_eq!(access::seal_anew(&world.app).await.unwrap(), 0);
    }
}
