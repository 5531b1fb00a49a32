//! Signing in and out, passwords, the first administrator.

use access::First;
use axum::http::StatusCode;
use web::Duty;

use crate::world::{Answer, COMMUNE, EAST, NATION, PASSWORD, World, worlds};

#[tokio::test]
async fn the_first_link_makes_one_administrator_once() {
    for world in worlds().await {
        let old = access::first_link(&world.app).await.unwrap().unwrap();
        let word = access::first_link(&world.app).await.unwrap().unwrap();
        let mut browser = world.browser();
        assert_eq!(browser.get(&format!("/first?key={old}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get("/first").await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get(&format!("/first?key={word}")).await.status, StatusCode::OK);

        let typed = [("key", word.as_str()), ("name", "quản"), ("full_name", ""), ("password", "ngắn"), ("again", "")];
        let wrong = browser.post("/first", &typed).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for text in ["Hãy ghi họ và tên", "ít nhất 10 ký tự", "không giống nhau", "value=\"quản\""] {
            assert!(wrong.body.contains(text), "{text}: {}", wrong.body);
        }
        assert!(!wrong.body.contains("ngắn\""), "a password is never sent back");

        // Two at once: one of them finds the link gone.
        let first = |name: &str| First {
            key: word.clone(),
            name: name.into(),
            full_name: "Lê Thị Thủy".into(),
            password: PASSWORD.into(),
            again: PASSWORD.into(),
        };
        let (one, two) = (first("thuy"), first("le.thuy"));
        let (one, two) =
            tokio::join!(access::use_first_link(&world.app, &one), access::use_first_link(&world.app, &two));
        assert!(one.is_ok() ^ two.is_ok());
        assert!(access::first_link(&world.app).await.unwrap().is_none());
        assert_eq!(browser.get(&format!("/first?key={word}")).await.status, StatusCode::NOT_FOUND);
        let cookie = one.or(two).ok().unwrap().cookie;
        browser.cookie = cookie.split(';').next().map(str::to_owned);
        assert_eq!(
            browser.get("/accounts").await.location,
            "/account/factors",
            "an administrator needs a second factor"
        );
        assert!(browser.get("/account/factors").await.body.contains("Lê Thị Thủy"));
    }
}

#[tokio::test]
async fn a_first_link_opens_for_a_day() {
    for world in worlds().await {
        let word = access::first_link(&world.app).await.unwrap().unwrap();
        let mut browser = world.browser();
        world.wait(23);
        assert_eq!(browser.get(&format!("/first?key={word}")).await.status, StatusCode::OK);
        world.wait(1);
        assert_eq!(browser.get(&format!("/first?key={word}")).await.status, StatusCode::NOT_FOUND);
        let typed = [("key", word.as_str()), ("name", "thuy"), ("password", PASSWORD), ("again", PASSWORD)];
        assert_eq!(browser.post("/first", &typed).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_wrong_name_a_wrong_password_and_a_closed_account_are_answered_alike() {
    for world in worlds().await {
        world.add("Thủy.Lê", Duty::Recorder, COMMUNE).await;
        let gone = world.add("gone", Duty::Recorder, COMMUNE).await;
        access::close_account(&world.app, &World::command(), gone).await.unwrap();
        let mut answers = Vec::new();
        for (name, password) in [("thuy.le", "sai mật khẩu"), ("nobody", PASSWORD), ("gone", PASSWORD)] {
            let fields = [("name", name), ("password", password), ("next", "/units?q=x")];
            let Answer { status, body, .. } = world.browser().post("/sign-in", &fields).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(body.contains(&format!("value=\"{name}\"")) && body.contains("value=\"/units?q=x\""), "{body}");
            assert!(!body.contains(password));
            answers.push(body.replace(name, "NAME"));
        }
        assert!(answers.iter().all(|it| *it == answers[0]));
        let failed: Vec<String> =
            world.audit().await.into_iter().filter(|it| it.0 == "access.sign-in-failed").map(|it| it.1).collect();
        assert_eq!(failed, ["thuy.le", "?", "gone"]);
    }
}

#[tokio::test]
async fn signing_in_goes_on_to_where_one_was_going_but_never_to_another_host() {
    for world in worlds().await {
        world.add("thuy", Duty::Recorder, COMMUNE).await;
        world.add("quan.tri", Duty::Administrator, EAST).await;
        for (name, next, expect) in [
            ("thuy", "", "/work"),
            ("quan.tri", "", "/accounts"),
            ("thuy", "/units?q=ba+don", "/units?q=ba+don"),
            ("thuy", "//other.example", "/work"),
            ("thuy", "/\\other.example", "/work"),
            ("thuy", "https://other.example", "/work"),
        ] {
            let fields = [("name", name), ("password", PASSWORD), ("next", next)];
            assert_eq!(world.browser().post("/sign-in", &fields).await.location, expect);
        }
        assert_eq!(world.browser().get("/accounts?q=x").await.location, "/sign-in?next=%2Faccounts%3Fq%3Dx");
    }
}

#[tokio::test]
async fn signing_out_or_in_anew_ends_the_session() {
    for world in worlds().await {
        world.add("thuy", Duty::Recorder, COMMUNE).await;
        let mut browser = world.signed_in("thuy").await;
        let old = browser.cookie.clone();
        // The same name without case and with the marks apart.
        let fields = [("name", "THU\u{309}Y"), ("password", "lời hứa mu\u{300}a hè")];
        assert_eq!(browser.post("/sign-in", &fields).await.status, StatusCode::SEE_OTHER);
        let new = browser.cookie.clone();
        assert_ne!(old, new);
        browser.cookie = old;
        assert_eq!(browser.get("/account/password").await.status, StatusCode::SEE_OTHER);
        browser.cookie.clone_from(&new);
        assert_eq!(browser.post("/sign-out", &[]).await.location, "/?done=signed-out");
        assert_eq!(browser.cookie, None);
        browser.cookie = new;
        assert_eq!(browser.get("/account/password").await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn a_session_ends_when_it_rests_and_when_the_account_closes() {
    for world in worlds().await {
        let id = world.add("thuy", Duty::Recorder, COMMUNE).await;
        let (mut resting, mut working) = (world.signed_in("thuy").await, world.signed_in("thuy").await);
        world.wait(7);
        assert_eq!(working.get("/account/password").await.status, StatusCode::OK);
        world.wait(7);
        assert_eq!(resting.get("/account/password").await.status, StatusCode::SEE_OTHER);
        assert_eq!(working.get("/account/password").await.status, StatusCode::OK);
        access::close_account(&world.app, &World::command(), id).await.unwrap();
        assert_eq!(working.get("/account/password").await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn changing_the_password_ends_all_other_sessions() {
    for world in worlds().await {
        world.add("thuy.nguyen", Duty::Recorder, COMMUNE).await;
        let (mut here, mut there) = (world.signed_in("thuy.nguyen").await, world.signed_in("thuy.nguyen").await);
        let fields = [("current", "sai rồi sai rồi"), ("password", "Thủy.Nguyễn"), ("again", "khác")];
        let wrong = here.post("/account/password", &fields).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for text in ["hiện tại không đúng", "trùng tên đăng nhập. Hãy", "không giống nhau"] {
            assert!(wrong.body.contains(text), "{text}");
        }
        assert_eq!(there.get("/account/password").await.status, StatusCode::OK);

        let new = "mùa thu năm ấy";
        let fields = [("current", PASSWORD), ("password", new), ("again", new)];
        assert_eq!(here.post("/account/password", &fields).await.location, "/account/password?done=password-changed");
        assert_eq!(here.get("/account/password").await.status, StatusCode::OK);
        assert_eq!(there.get("/account/password").await.status, StatusCode::SEE_OTHER);
        for (password, expect) in [(PASSWORD, StatusCode::UNPROCESSABLE_ENTITY), (new, StatusCode::SEE_OTHER)] {
            let fields = [("name", "thuy.nguyen"), ("password", password)];
            assert_eq!(there.post("/sign-in", &fields).await.status, expect);
        }
        let acts: Vec<String> = world.audit().await.into_iter().map(|it| it.0).collect();
        assert_eq!(acts[3..5], ["access.password-refused", "access.password-changed"]);
    }
}

#[tokio::test]
async fn a_form_without_the_hidden_word_or_from_another_site_does_nothing() {
    for world in worlds().await {
        world.add("root", Duty::Administrator, NATION).await;
        let mut browser = world.signed_in("root").await;
        for (fields, site) in [
            (vec![], "same-origin"),
            (vec![("csrf", "0000")], "same-origin"),
            (vec![("name", "root"), ("password", PASSWORD)], "cross-site"),
        ] {
            for path in ["/sign-out", "/sign-in", "/accounts", "/account/password"] {
                assert_eq!(browser.post_bare(path, &fields, site).await.status, StatusCode::BAD_REQUEST, "{path}");
            }
        }
        assert_eq!(browser.get("/accounts").await.status, StatusCode::OK);
    }
}
