//! Rights in time and place. Every way in × every kind of asker stands in `matrix`.

use axum::http::{Request, header};

use crate::world::worlds;

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
