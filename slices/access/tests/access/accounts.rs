//! Managing accounts: how far an administrator reaches.

use access::NewGrant;
use axum::http::StatusCode;
use web::{Duty, Error, Who};

use crate::world::{COMMUNE, EAST, FAR_COMMUNE, NATION, PASSWORD, SLICES, WEST, World, worlds};

const NEW: [(&str, &str); 6] = [
    ("name", "Moi.01"),
    ("full_name", " Lê  Văn Mới "),
    ("post", "Công an xã"),
    ("role", "recorder"),
    ("unit", "xa tan tien"),
    ("password", PASSWORD),
];

/// The form with one field filled otherwise.
fn with(field: &'static str, text: &'static str) -> [(&'static str, &'static str); 6] {
    NEW.map(|it| if it.0 == field { (field, text) } else { it })
}

#[tokio::test]
async fn an_account_is_added_with_its_right_or_everything_wrong_is_said() {
    for world in worlds().await {
        world.add("root", Duty::Administrator, NATION).await;
        let mut browser = world.signed_in("root").await;
        let ambiguous = browser.post("/accounts", &NEW).await;
        assert_eq!(ambiguous.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(ambiguous.body.contains("Xã Tân Tiến, Tỉnh Đông; Xã Tân Tiến, Tỉnh Tây"), "{}", ambiguous.body);
        assert!(ambiguous.body.contains("value=\"Moi.01\"") && !ambiguous.body.contains(PASSWORD));
        let wrong = browser.post("/accounts", &[("name", "ROOT"), ("role", "king")]).await.body;
        for text in ["Đã có tài khoản", "Hãy ghi họ và tên", "Hãy chọn một vai trò", "Hãy ghi tên hoặc mã", "ít nhất"]
        {
            assert!(wrong.contains(text), "{text}: {wrong}");
        }

        let added = browser.post("/accounts", &with("unit", "Xã Tân Tiến, Tỉnh Tây")).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let page = browser.get(&added.location).await.body;
        for text in ["<h1>Lê Văn Mới</h1>", "Moi.01", "Công an xã", "Xã Tân Tiến, Tỉnh Tây", "từ 05/03/2026"]
        {
            assert!(page.contains(text), "{text}: {page}");
        }
        let mut new = world.signed_in("MÓI.01").await;
        assert_eq!(new.get("/accounts").await.status, StatusCode::FORBIDDEN);
        assert!(browser.get("/accounts?q=van+moi").await.body.contains("Moi.01"));
        assert!(!browser.get("/accounts?q=van+moi").await.body.contains(">root</a>"));
    }
}

#[tokio::test]
async fn two_who_take_one_name_at_once_get_one_account() {
    for world in worlds().await {
        let new = |name: &str| access::NewAccount {
            name: name.into(),
            full_name: "A".into(),
            post: String::new(),
            role: world.role(Duty::Reader, EAST),
            unit: EAST,
            password: PASSWORD.into(),
        };
        let (one, two, who) = (new("thuy"), new("Thủy"), World::command());
        let (one, two) =
            tokio::join!(access::add_account(&world.app, &who, &one), access::add_account(&world.app, &who, &two));
        assert!(one.is_ok() ^ two.is_ok());
        assert!(matches!(one.and(two), Err(Error::Refused(issues)) if issues[0].text == "access-name-taken"));
    }
}

#[tokio::test]
async fn an_administrator_reaches_no_further_than_their_own_units() {
    for world in worlds().await {
        let root = world.add("root", Duty::Administrator, NATION).await;
        let near = world.add("near", Duty::Recorder, COMMUNE).await;
        let far = world.add("far", Duty::Recorder, FAR_COMMUNE).await;
        world.add("east", Duty::Administrator, EAST).await;
        let mut browser = world.signed_in("east").await;
        let list = browser.get("/accounts").await.body;
        assert!(list.contains(">near</a>") && list.contains(">east</a>"));
        assert!(!list.contains(">root</a>") && !list.contains(">far</a>"));

        for id in [root, far] {
            assert_eq!(browser.get(&format!("/accounts/{id}")).await.status, StatusCode::NOT_FOUND);
            for act in ["rights", "rights/removal", "closure"] {
                let fields = [("role", "recorder"), ("unit", "u-4")];
                let answer = browser.post(&format!("/accounts/{id}/{act}"), &fields).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}");
            }
        }
        for unit in ["Toàn quốc", "Tỉnh Tây", "Xã Tân Tiến, Tỉnh Tây"] {
            for path in ["/accounts", &format!("/accounts/{near}/rights")] {
                let answer = browser.post(path, &with("unit", unit)).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
                assert!(answer.body.contains("nằm ngoài phạm vi bạn quản lý nên"), "{}", answer.body);
            }
        }
        // Of the units with this name, only one is theirs to give.
        assert_eq!(browser.post("/accounts", &NEW).await.status, StatusCode::SEE_OTHER);

        // Who has a right elsewhere too is seen, but neither closed nor stripped of that right.
        let more = NewGrant { role: "reader".into(), unit: "45".into(), ..NewGrant::default() };
        access::grant(&world.app, &World::command(), near, &more).await.unwrap();
        let page = browser.get(&format!("/accounts/{near}")).await.body;
        assert!(page.contains("Còn có quyền ở nơi khác") && !page.contains("Tỉnh Tây") && !page.contains("closure"));
        assert_eq!(browser.post(&format!("/accounts/{near}/closure"), &[]).await.status, StatusCode::NOT_FOUND);
        let fields = [("role", "committee-reader"), ("unit", "u-3")];
        let answer = browser.post(&format!("/accounts/{near}/rights/removal"), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let who = Who::command("cli:east", vec![(Duty::Administrator, EAST)], &SLICES);
        let set = access::set_password(&world.app, &who, near, "mùa thu năm ấy").await;
        assert!(matches!(set, Err(Error::NotFound)));
        assert_eq!(access::find_account(&world.app, &who, "FAR").await.unwrap(), None);
        assert_eq!(access::find_account(&world.app, &who, "NEAR").await.unwrap(), Some(near));
    }
}

#[tokio::test]
async fn a_right_is_given_and_taken_and_ends_by_itself() {
    for world in worlds().await {
        world.add("root", Duty::Administrator, NATION).await;
        let id = world.add("thuy", Duty::Recorder, COMMUNE).await;
        let (mut root, mut thuy) = (world.signed_in("root").await, world.signed_in("thuy").await);
        let rights = format!("/accounts/{id}/rights");
        let removal = format!("{rights}/removal");
        let right = [("role", "administrator"), ("unit", "Tỉnh Đông"), ("until", "2026-03-05")];
        assert_eq!(root.post(&rights, &right).await.location, format!("/accounts/{id}?done=right-given"));
        assert_eq!(root.post(&rights, &right).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(thuy.get("/accounts").await.status, StatusCode::OK);
        // Ten in the morning and fourteen hours: the next day begins.
        world.wait(7);
        assert_eq!(thuy.get("/accounts").await.status, StatusCode::OK);
        root.get("/accounts").await;
        world.wait(7);
        assert_eq!(thuy.get("/accounts").await.status, StatusCode::FORBIDDEN);
        assert!(root.get(&format!("/accounts/{id}")).await.body.contains("đến hết 05/03/2026"));

        let right = [("role", "administrator"), ("unit", "Tỉnh Đông")];
        assert_eq!(root.post(&rights, &right).await.status, StatusCode::SEE_OTHER);
        assert_eq!(thuy.get("/accounts").await.status, StatusCode::OK);
        let right = [("role", "administrator"), ("unit", "u-2")];
        assert_eq!(root.post(&removal, &right).await.location, format!("/accounts/{id}?done=right-taken"));
        assert_eq!(thuy.get("/accounts").await.status, StatusCode::FORBIDDEN);
        assert_eq!(root.post(&removal, &right).await.status, StatusCode::CONFLICT);
        let none = [("role", "administrator"), ("unit", "u-3")];
        assert_eq!(root.post(&removal, &none).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_last_administrator_stays() {
    for world in worlds().await {
        let one = world.add("one", Duty::Administrator, NATION).await;
        world.add("west", Duty::Administrator, WEST).await;
        let mut browser = world.signed_in("one").await;
        let right = [("role", "administrator"), ("unit", "u-1")];
        for path in [format!("/accounts/{one}/rights/removal"), format!("/accounts/{one}/closure")] {
            let answer = browser.post(&path, &right).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body.contains("người quản trị cuối cùng của Toàn quốc"), "{}", answer.body);
        }
        // One whose right will end does not count.
        let two = world.add("two", Duty::Reader, NATION).await;
        let until = NewGrant {
            role: "administrator".into(),
            unit: "VN".into(),
            until: "2026-12-31".into(),
            ..NewGrant::default()
        };
        access::grant(&world.app, &World::command(), two, &until).await.unwrap();
        assert!(access::close_account(&world.app, &World::command(), one).await.is_err());

        // Two who remove each other at once: one stays.
        let three = world.add("three", Duty::Administrator, NATION).await;
        let who = World::command();
        let (first, second) = tokio::join!(
            access::close_account(&world.app, &who, one),
            access::revoke(&world.app, &who, three, world.role(Duty::Administrator, NATION), NATION)
        );
        assert!(first.is_ok() ^ second.is_ok());
    }
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    for world in worlds().await {
        let one = world.add("one", Duty::Administrator, NATION).await;
        let before = world.audit().await;
        assert!(access::close_account(&world.app, &World::command(), one).await.is_err());
        assert!(
            access::revoke(&world.app, &World::command(), one, world.role(Duty::Reader, EAST), EAST).await.is_err()
        );
        let reader = Who::command("cli:reader", vec![(Duty::Reader, NATION)], &SLICES);
        assert!(matches!(access::close_account(&world.app, &reader, one).await, Err(Error::Forbidden)));
        assert_eq!(world.audit().await, before);
        assert_eq!(before, [("access.account-added".to_owned(), "cli:test".to_owned())]);
    }
}
