//! How much is taken on at once: the attacks of the list on load and abuse (F), and that they slow who attacks, nobody
//! else.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{Request, header},
};
use futures_core::Stream;
use tower::ServiceExt;
use web::{Limits, Settings};

use crate::world::{Answer, World, encode, worlds};

/// A server with these limits.
fn limited(world: &mut World, limits: Limits) {
    world.restart(Settings { limits: Some(limits), ..Settings::default() });
}

async fn stranger(world: &World, path: &str) -> Answer {
    world.send(Request::get(path).body(Body::empty()).unwrap()).await
}

fn feedback(unit: &str, text: &str) -> Request<Body> {
    let fields = [("topic", "site"), ("unit", unit), ("body", text)];
    let fields = fields.map(|(name, value)| format!("{name}={}", encode(value)));
    let head = Request::post("/feedback").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    head.body(Body::from(fields.join("&"))).unwrap()
}

/// A body that never comes: one byte a second, at its worst.
struct Never;

impl Stream for Never {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Never>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn a_session_that_floods_is_slowed_and_no_other() {
    for mut world in worlds().await {
        limited(&mut world, Limits::SERVER);
        let (attacker, victim) = (world.person("xa02").await, world.person("xa01").await);
        let mut refused = 0;
        for _ in 0..1_000 {
            let answer = attacker.get("/account/password").await;
            if answer.status == 429 {
                refused += 1;
                let wait: i64 = answer.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
                assert!((1..=60).contains(&wait), "{wait}");
                answer.has("quá nhiều yêu cầu").has("too many requests");
            } else {
                answer.is(200);
            }
        }
        assert!((700..=780).contains(&refused), "{refused} of 1,000");
        // An act is refused too, before it is done.
        attacker.post("/sign-out", &[]).await.is(429);
        // Others, and the same person in another browser, notice nothing.
        victim.get("/work").await.is(200);
        world.person("xa02").await.get("/work").await.is(200);
        world.wait(1);
        attacker.get("/work").await.is(200);
    }
}

#[tokio::test]
async fn a_reader_who_works_hard_is_never_slowed() {
    let mut world = worlds().await.remove(0);
    limited(&mut world, Limits::SERVER);
    let person = world.person("xa01").await;
    // A page every second for a quarter of an hour, sixty of them in one breath.
    for _ in 0..15 {
        for _ in 0..60 {
            person.get("/account/password").await.is(200);
        }
        world.wait(1);
    }
}

#[tokio::test]
async fn f1_f4_strangers_at_once_and_behind_one_address_are_all_served() {
    for mut world in worlds().await {
        limited(&mut world, Limits::SERVER);
        // F4: two hundred of them within the hour, whose address nobody asks for.
        for at in 0..200 {
            stranger(&world, "/feedback").await.is(200);
            if at % 10 == 0 {
                let unit = world.unit("Tỉnh Mẫu").to_string();
                world.send(feedback(&unit, &format!("Trang này chữ hơi nhỏ, góp ý thứ {at}"))).await.is(303);
            }
        }
        // F1: sixty-four at the same moment.
        let ask = || Request::get("/feedback").body(Body::empty()).unwrap();
        let many = (0..64).map(|_| tokio::spawn(world.router.clone().oneshot(ask())));
        for one in many.collect::<Vec<_>>() {
            assert_eq!(one.await.unwrap().unwrap().status(), 200);
        }
    }
}

#[tokio::test]
async fn e1_strangers_who_send_slowly_hold_up_nobody() {
    for mut world in worlds().await {
        limited(&mut world, Limits { strangers: 2, waiting: 2, deadline: Duration::from_secs(2), ..Limits::SERVER });
        let person = world.person("xa01").await;
        let never = || {
            let head = Request::post("/feedback").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            head.body(Body::from_stream(Never)).unwrap()
        };
        let slow: Vec<_> = (0..200).map(|_| tokio::spawn(world.router.clone().oneshot(never()))).collect();
        tokio::task::yield_now().await;
        // Two hundred who send nothing, a hundred times as many as there are places.
        for _ in 0..5 {
            stranger(&world, "/feedback").await.is(200);
            person.get("/account/password").await.is(200);
        }
        for one in slow {
            assert_eq!(one.await.unwrap().unwrap().status(), 400, "who dawdles is sent away");
        }
    }
}

#[tokio::test]
async fn f2_strangers_beyond_the_measure_are_told_when_to_come_back_and_people_work_on() {
    for mut world in worlds().await {
        limited(&mut world, Limits { strangers: 1, waiting: 3, ..Limits::SERVER });
        let person = world.person("xa01").await;
        let ask = || tokio::spawn(world.router.clone().oneshot(Request::get("/").body(Body::empty()).unwrap()));
        let crowd: Vec<_> = (0..200).map(|_| ask()).collect();
        for _ in 0..5 {
            person.get("/account/password").await.is(200);
        }
        let mut told = 0;
        for one in crowd {
            let answer = one.await.unwrap().unwrap();
            if answer.status() == 429 {
                told += 1;
                assert!(answer.headers().contains_key(header::RETRY_AFTER));
                assert!(answer.headers().get(header::SET_COOKIE).is_none());
                assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
            } else {
                assert_eq!(answer.status(), 200);
            }
        }
        assert!((1..200).contains(&told), "{told} of 200 were told to come back");
        stranger(&world, "/").await.is(200);
    }
}

#[tokio::test]
async fn b3_who_guesses_passwords_keeps_nobody_out() {
    let mut world = worlds().await.remove(0);
    limited(&mut world, Limits { strangers: 2, waiting: 2, ..Limits::SERVER });
    let guess = || {
        let head = Request::post("/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = head.header(header::HOST, "localhost").body(Body::from("name=xa01&password=sai")).unwrap();
        tokio::spawn(world.router.clone().oneshot(request))
    };
    // Five are free; the next ones wait one second, three, seven.
    for _ in 0..5 {
        assert_eq!(guess().await.unwrap().unwrap().status(), 422);
    }
    let waiting = [guess(), guess(), guess()];
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting[2].is_finished(), "the last waits seven seconds");
    for _ in 0..5 {
        stranger(&world, "/feedback").await.is(200);
    }
    for one in waiting {
        one.abort();
    }
}
