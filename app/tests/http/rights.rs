//! Every route × every kind of asker. The routes are read from the list of slices; one that is not expected here fails.

use app::SLICES;
use axum::http::{Request, header};
use web::Right;

use crate::world::{PEOPLE, worlds};

/// A path with its places filled by something that exists nowhere.
fn concrete(path: &str) -> String {
    path.split('/')
        .map(
            |part| {
                if part.starts_with('{') { if path.starts_with("/units") { "u-7ZZZZ" } else { "7ZZZZ" } } else { part }
            },
        )
        .collect::<Vec<_>>()
        .join("/")
        .replace("{code}", "LAU01")
}

#[tokio::test]
async fn every_route_refuses_who_may_not_and_hardens_every_answer() {
    for world in worlds().await {
        let mut checked = 0;
        for route in SLICES.iter().flat_map(|it| (it.routes)()) {
            let path = concrete(route.path);
            let anonymous = Request::builder().method(route.method).uri(&path).header(header::HOST, "localhost");
            let answer = world.send(anonymous.body(axum::body::Body::empty()).unwrap()).await;
            for (name, value) in
                [("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"), ("x-frame-options", "DENY")]
            {
                assert_eq!(
                    answer.headers.get(name).map(|it| it.to_str().unwrap()),
                    Some(value),
                    "{} {path}",
                    route.method
                );
            }
            let policy = answer.headers.get("content-security-policy").unwrap().to_str().unwrap();
            assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            match route.right {
                Right::Public => assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status),
                Right::Entering | Right::SignedIn | Right::May(_) => {
                    assert!(
                        answer.to().starts_with("/sign-in"),
                        "{} {path} answers a stranger {}",
                        route.method,
                        answer.status
                    );
                }
            }
            for (name, duty, _) in PEOPLE {
                let person = world.person(name).await;
                let may = match route.right {
                    Right::Public | Right::Entering | Right::SignedIn => true,
                    Right::May(permission) => SLICES
                        .iter()
                        .flat_map(|it| it.permissions)
                        .any(|(it, duties)| *it == permission && duties.contains(duty)),
                };
                let answer =
                    if route.method == "GET" { person.get(&path).await } else { person.post(&path, &[]).await };
                if !may {
                    assert_eq!(answer.status.as_u16(), 403, "{} {path} as {name}", route.method);
                } else if route.path.contains("{id}") {
                    // A thing that exists nowhere is not found, whoever asks; a broken form is said to be one.
                    let ok = [404, 400, 422].contains(&answer.status.as_u16());
                    assert!(ok, "{} {path} as {name}: {} {}", route.method, answer.status, answer.text);
                } else {
                    assert!(answer.status.as_u16() < 500, "{} {path} as {name}: {}", route.method, answer.text);
                }
                if route.method == "POST" && may && route.right != Right::Public {
                    // Anew, for the act may have ended the session.
                    world.person(name).await.post_forged(&path).await.is(400);
                }
                checked += 1;
            }
        }
        assert!(checked > 100, "{checked}");
        #[expect(clippy::print_stderr, reason = "the size of the matrix is asked for in the run's output")]
        let () = eprintln!("rights: {checked} pairs of route and person checked");
    }
}

#[tokio::test]
async fn the_first_roles_become_lines_of_the_file_by_the_level_of_their_unit() {
    let step = store::MIGRATIONS.iter().find(|it| it.name == "roles").unwrap();
    let update = step.sql.split(';').next().unwrap();
    for world in worlds().await {
        let mut conn = world.app.db.read().await.unwrap();
        let sql =
            "update account_grant set role = substr(role, length('commune-') + 1) where role = 'commune-recorder'";
        assert!(conn.query(sql).run().await.unwrap() > 1);
        let sql = "update account_grant set role = 'reader' where role = 'committee-reader'";
        assert_eq!(conn.query(sql).run().await.unwrap(), 1);
        let sql = "update account_grant set role = 'approver' where role = 'ministry-approver'";
        assert_eq!(conn.query(sql).run().await.unwrap(), 1);
        assert!(world.person("xa01").await.get("/work").await.status.is_client_error(), "a word that is no role");
        conn.query(update).run().await.unwrap();
        for (name, role) in
            [("xa01", "commune-recorder"), ("xemmau", "committee-reader"), ("capbo", "ministry-approver")]
        {
            let sql = "select g.role from account_grant g join account a on a.id = g.account_id where a.name = $1";
            let (found,): (String,) = conn.query(sql).bind(name).one().await.unwrap();
            assert_eq!(found, role, "{name}");
        }
        world.person("xa01").await.get("/work").await.is(200);
    }
}

#[tokio::test]
async fn an_act_from_another_site_is_refused() {
    for world in worlds().await {
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://example.org")] {
            let request = Request::post("/sign-in")
                .header(header::HOST, "localhost")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(name, value)
                .body(axum::body::Body::from("name=xa01&password=x"))
                .unwrap();
            world.send(request).await.is(400);
        }
    }
}

#[tokio::test]
async fn a_session_ends_when_idle() {
    for world in worlds().await {
        let person = world.person("xa01").await;
        person.get("/work").await.is(200);
        world.wait(11 * 60);
        person.get("/work").await.is(200);
        world.wait(13 * 60);
        let answer = person.get("/work").await;
        assert!(answer.to().starts_with("/sign-in?next="), "{}", answer.status);
    }
}

#[tokio::test]
async fn readers_see_their_own_part_of_the_country_only() {
    for world in worlds().await {
        let (commune, province) = (world.person("xa01").await, world.person("xemmau").await);
        let at = |name: &str| format!("/units/{}", world.unit(name));
        commune.get(&at("Xã Mẫu 01")).await.is(200);
        commune.get(&at("Xã Mẫu 02")).await.is(404);
        commune.get(&at("Tỉnh Mẫu")).await.is(404);
        province.get(&at("Xã Mẫu 02")).await.is(200);
        province.get(&at("Tỉnh Quảng Trị")).await.is(404);
        let nation = world.person("capbo").await;
        nation.get(&at("Tỉnh Quảng Trị")).await.is(200);
        // A closed district is read by the province that holds all its heirs.
        let closed = format!("/units/{}", world.unit_on("Thị xã Ba Đồn", "2021-12-31"));
        world.person("quangtri").await.get(&closed).await.is(200);
        province.get(&closed).await.is(404);
    }
}
