//! The register of personal data against the tables as they are.

use std::collections::BTreeSet;

use store::Engine;

use crate::world::{Answer, World, worlds};

/// Every column of every table of ours, as the store itself tells.
async fn columns(world: &World) -> BTreeSet<(String, String)> {
    let sql = match world.app.db.engine() {
        Engine::Sqlite => {
            "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c
             where m.type = 'table' and m.name not like 'sqlite_%'"
        }
        Engine::Postgres => {
            "select cast(table_name as text), cast(column_name as text) from information_schema.columns
             where table_schema = 'public'"
        }
    };
    let rows: Vec<(String, String)> = world.app.db.read().await.unwrap().query(sql).all().await.unwrap();
    rows.into_iter().filter(|it| it.0 != "_sqlx_migrations").collect()
}

#[tokio::test]
async fn every_column_is_declared_with_its_purpose() {
    let declared: BTreeSet<(String, String)> =
        privacy::register().unwrap().into_iter().map(|it| (it.table, it.column)).collect();
    for world in worlds().await {
        let there = columns(&world).await;
        assert!(there.len() > 100, "the schema is read: {}", there.len());
        let undeclared: Vec<_> = there.difference(&declared).collect();
        assert!(undeclared.is_empty(), "declare in data/privacy/register.csv: {undeclared:?}");
        let tables: BTreeSet<&String> = there.iter().map(|it| &it.0).collect();
        let gone: Vec<_> = declared.difference(&there).filter(|it| tables.contains(&it.0)).collect();
        assert!(gone.is_empty(), "remove from data/privacy/register.csv: {gone:?}");
    }
}

#[tokio::test]
async fn a_column_that_nobody_declared_is_seen() {
    for world in worlds().await {
        let before = columns(&world).await;
        let mut conn = world.app.db.read().await.unwrap();
        conn.query("alter table account add column nickname text").run().await.unwrap();
        drop(conn);
        let after = columns(&world).await;
        let new: Vec<_> = after.difference(&before).collect();
        assert_eq!(new, [&("account".to_owned(), "nickname".to_owned())]);
    }
}

#[tokio::test]
async fn everybody_with_an_account_reads_the_register() {
    for world in worlds().await {
        let person = world.person("dulieu").await;
        let page = person.get("/privacy/register").await;
        page.is(200).has("Đăng nhập an toàn").has("audit_entry");
        let file = person.get("/privacy/register.csv").await;
        file.is(200).has("account,full_name,yes,sign-in");
    }
}

/// The id at the end of the address that an answer leads to.
#[track_caller]
fn id_of(answer: &Answer) -> String {
    answer.is(303);
    let path = answer.to().split('?').next().unwrap();
    path.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_request_runs_on_its_legal_clock_until_it_is_answered() {
    for world in worlds().await {
        let officer = world.person("dulieumau").await;
        officer.get("/privacy/requests").await.is(200).has("Không có yêu cầu nào đang chờ");
        let refused =
            officer.post("/privacy/requests", &[("applicant", "Người Mẫu 7"), ("received_on", "2026-11-22")]).await;
        refused.is(422).has("Yêu cầu: hãy chọn một mục trong danh sách").has("Họ tên gồm").has("Ngày này chưa tới");
        refused.has("value=\"Người Mẫu 7\"");
        let fields = [
            ("kind", "restrict"),
            ("about", "roster"),
            ("channel", "paper"),
            ("applicant", "Người Mẫu Bảy"),
            ("received_on", "2026-11-20"),
        ];
        let id = id_of(&officer.post("/privacy/requests", &fields).await);
        let path = format!("/privacy/requests/{id}");
        // Friday: two working days are Tuesday; the fifteenth day is a Saturday, so Monday.
        let page = officer.get(&path).await;
        page.is(200).has("Người Mẫu Bảy").has("24/11/2026").has("07/12/2026").has("còn 16 ngày");
        page.has("không ghi tên người, tôn giáo, dân tộc").has("maxlength=\"300\"");
        officer.post(&format!("{path}/acknowledgement"), &[("revision", "1")]).await.is(303);
        officer.post(&format!("{path}/acknowledgement"), &[("revision", "2")]).await.is(422).has("Đã ghi xác nhận");
        officer
            .post(&format!("{path}/extension"), &[("revision", "2"), ("why", " ")])
            .await
            .is(422)
            .has("Hãy ghi vài chữ");
        let why = [("revision", "2"), ("why", "Cần hỏi lại đơn vị cũ")];
        officer.post(&format!("{path}/extension"), &why).await.is(303);
        officer.post(&format!("{path}/extension"), &why).await.is(409);
        officer.get(&path).await.has("21/12/2026").has("Cần hỏi lại đơn vị cũ");
        let numbers = [("revision", "3"), ("outcome", "done"), ("answer", "Đã gọi 0912 345 678")];
        officer.post(&format!("{path}/answer"), &numbers).await.is(422).has("giống số giấy tờ hoặc số điện thoại");
        let answer = [("revision", "3"), ("outcome", "done"), ("answer", "Đã hạn chế")];
        officer.post(&format!("{path}/answer"), &answer).await.is(303);
        officer.post(&format!("{path}/answer"), &[("revision", "4")]).await.is(422).has("đã được trả lời");
        officer.get("/privacy/requests").await.has("Đã thực hiện").has("Không có yêu cầu nào đang chờ");
        // Nobody else reads it: not the country's (the invented province has a root of its own), not who approves.
        world.person("dulieu").await.get(&path).await.is(404);
        world.person("tinhmau").await.get(&path).await.is(403);
        let audit = world.person("kiemtramau").await.get("/audit?act=privacy").await;
        audit.has("Trả lời yêu cầu về dữ liệu").has("Xem yêu cầu về dữ liệu");
        assert!(!audit.text.contains("Người Mẫu Bảy"));
    }
}

#[tokio::test]
async fn a_request_that_nobody_answers_is_late() {
    for world in worlds().await {
        let officer = world.person("dulieumau").await;
        let fields = [("kind", "see"), ("about", "account"), ("channel", "email"), ("applicant", "Người Mẫu Tám")];
        let path = format!("/privacy/requests/{}", id_of(&officer.post("/privacy/requests", &fields).await));
        // The tenth day, 1 December, is a Tuesday.
        officer.get(&path).await.has("01/12/2026").has("còn 10 ngày");
        world.wait(60 * 24 * 11);
        let officer = world.person("dulieumau").await;
        officer.get(&path).await.has("quá hạn 1 ngày");
        let why = [("revision", "1"), ("why", "Muộn rồi")];
        officer.post(&format!("{path}/extension"), &why).await.is(422).has("Đã hết hạn nên không gia hạn được");
    }
}

#[tokio::test]
async fn an_incident_leaves_72_hours() {
    for world in worlds().await {
        let officer = world.person("dulieumau").await;
        let fields = |time: &'static str| {
            [
                ("kind", "lost"),
                ("detected_on", "2026-11-21"),
                ("detected_time", time),
                ("people", "12"),
                ("what", "Mất máy tính của văn phòng"),
            ]
        };
        officer.post("/privacy/incidents", &fields("09:30")).await.is(422).has("Ngày này chưa tới");
        let path = format!("/privacy/incidents/{}", id_of(&officer.post("/privacy/incidents", &fields("08:30")).await));
        officer.get(&path).await.is(200).has("08:30, 24/11/2026").has("còn 71 giờ để báo");
        officer
            .post(&format!("{path}/closure"), &[("revision", "1")])
            .await
            .is(422)
            .has("báo cơ quan chuyên trách trước");
        let late = format!("/privacy/incidents/{}", id_of(&officer.post("/privacy/incidents", &fields("08:00")).await));
        officer.post(&format!("{path}/notice"), &[("revision", "1")]).await.is(303);
        world.wait(60 * 24 * 3);
        let officer = world.person("dulieumau").await;
        officer.get(&late).await.has("quá hạn báo 1 giờ");
        officer.get(&path).await.has("đã báo lúc 09:00, 21/11/2026");
        let closing = [("revision", "2"), ("measures", "Khóa máy, đổi mật khẩu"), ("informed_on", "2026-11-23")];
        officer.post(&format!("{path}/closure"), &closing).await.is(303);
        officer.post(&format!("{path}/closure"), &closing).await.is(409);
        officer.get("/privacy/incidents").await.has("đã kết thúc ngày 24/11/2026").has("quá hạn báo");
        world.person("dulieu").await.get(&path).await.is(404);
    }
}

#[tokio::test]
async fn what_has_outlived_its_time_is_removed_and_reported() {
    for world in worlds().await {
        let (officer, who) = (world.person("dulieumau").await, world.demo_who());
        let fields = [("kind", "see"), ("about", "account"), ("channel", "email"), ("applicant", "Người Mẫu Chín")];
        let path = format!("/privacy/requests/{}", id_of(&officer.post("/privacy/requests", &fields).await));
        let answer = [("revision", "1"), ("outcome", "done"), ("answer", "Đã gửi bản sao")];
        officer.post(&format!("{path}/answer"), &answer).await.is(303);
        let account = access::find_account(&world.app, &who, "xa02").await.unwrap().unwrap();
        access::close_account(&world.app, &who, account).await.unwrap();
        let count =
            |removed: &[privacy::Removed], code: &str| removed.iter().find(|it| it.rule.code == code).unwrap().count;
        let early = privacy::run(&world.app, &who, false).await.unwrap();
        assert_eq!((count(&early, "request"), count(&early, "account")), (0, 0));
        world.wait(60 * 24 * 732);
        let dry = privacy::run(&world.app, &who, true).await.unwrap();
        assert_eq!((count(&dry, "request"), count(&dry, "account")), (1, 1));
        assert!(count(&dry, "session") > 0);
        let officer = world.person("dulieumau").await;
        officer.get(&path).await.has("Người Mẫu Chín");
        let done = privacy::run(&world.app, &who, false).await.unwrap();
        assert_eq!((count(&done, "request"), count(&done, "account")), (1, 1));
        let again = privacy::run(&world.app, &who, false).await.unwrap();
        assert_eq!((count(&again, "request"), count(&again, "account")), (0, 0));
        let page = officer.get(&path).await;
        page.is(200).has("đã xóa tên khi hết thời hạn lưu");
        assert!(!page.text.contains("Người Mẫu Chín") && !page.text.contains("Đã gửi bản sao"));
        officer.get("/privacy/retention").await.is(200).has("Tên người yêu cầu đã được trả lời: 1");
        assert_eq!(audit::check(&mut world.app.db.read().await.unwrap(), &[]).await.unwrap().findings, []);
    }
}

#[tokio::test]
async fn words_about_an_incident_go_five_years_after_it_was_closed() {
    for world in worlds().await {
        let (officer, who) = (world.person("dulieumau").await, world.demo_who());
        let mut paths = Vec::new();
        for what in ["Mất máy tính của văn phòng", "Gửi nhầm tệp"] {
            let fields =
                [("kind", "lost"), ("detected_on", "2026-11-20"), ("detected_time", "08:30"), ("people", "12")];
            let fields = [&fields[..], &[("what", what)]].concat();
            paths.push(format!("/privacy/incidents/{}", id_of(&officer.post("/privacy/incidents", &fields).await)));
        }
        let closed = &paths[0];
        officer.post(&format!("{closed}/notice"), &[("revision", "1")]).await.is(303);
        let closing = [("revision", "2"), ("measures", "Khóa máy, đổi mật khẩu")];
        officer.post(&format!("{closed}/closure"), &closing).await.is(303);
        let count = |removed: &[privacy::Removed]| removed.iter().find(|it| it.rule.code == "incident").unwrap().count;
        world.wait(60 * 24 * 1825);
        assert_eq!(count(&privacy::run(&world.app, &who, false).await.unwrap()), 0);
        world.wait(60 * 24 * 2);
        assert_eq!(count(&privacy::run(&world.app, &who, true).await.unwrap()), 1);
        let officer = world.person("dulieumau").await;
        officer.get(closed).await.has("Mất máy tính").has("Khóa máy");
        assert_eq!(count(&privacy::run(&world.app, &who, false).await.unwrap()), 1);
        assert_eq!(count(&privacy::run(&world.app, &who, false).await.unwrap()), 0);
        let page = officer.get(closed).await;
        page.is(200).has("đã xóa mô tả khi hết thời hạn lưu").has("12");
        assert!(!page.text.contains("Mất máy tính") && !page.text.contains("Khóa máy"));
        officer.get(&paths[1]).await.has("Gửi nhầm tệp");
    }
}

#[tokio::test]
async fn the_papers_are_written_from_counts_and_name_nobody() {
    for world in worlds().await {
        let officer = world.person("dulieumau").await;
        let fields = [("kind", "see"), ("about", "account"), ("channel", "email"), ("applicant", "Khuất Mẫu Danh")];
        officer.post("/privacy/requests", &fields).await.is(303);
        officer.get("/privacy/papers").await.is(200).has("/privacy/transparency.docx?year=2026");
        officer.get("/privacy/consents").await.is(200).has("Phiên bản 1");
        world.person("xa01").await.get("/privacy/consents").await.is(200);
        for (path, says) in [
            ("/privacy/register.docx", "post_term"),
            ("/privacy/assessment.docx", "Rủi ro và biện pháp"),
            ("/privacy/transparency.docx?year=2026", "Lượt đọc dữ liệu được bảo vệ"),
        ] {
            let bytes = officer.bytes(path).await;
            let text = word(&bytes);
            assert!(text.contains(says), "{path}: {text}");
            assert!(!text.contains("Khuất Mẫu Danh"), "{path}");
            assert!(text.contains("DỮ LIỆU MẪU"), "the invented province's papers are marked");
            let pdf = officer.bytes(&path.replace(".docx", ".pdf")).await;
            assert!(pdf.starts_with(b"%PDF-"), "{path}");
        }
        officer.get("/privacy/transparency.docx?year=1999").await.is(404);
        world.person("xa01").await.get("/privacy/assessment.pdf").await.is(403);
    }
}

/// The text of a Word file.
fn word(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    for part in ["word/document.xml", "word/header1.xml"] {
        if let Ok(mut file) = archive.by_name(part) {
            std::io::Read::read_to_string(&mut file, &mut xml).unwrap();
        }
    }
    xml.split('<').filter_map(|it| it.split_once('>')).map(|it| it.1).collect()
}

#[tokio::test]
async fn free_words_stay_out_of_search_exports_and_the_audit() {
    const WORDS: &str = "lờiriêngkhôngaitìm";
    for world in worlds().await {
        let officer = world.person("dulieumau").await;
        let fields = [("kind", "see"), ("about", "other"), ("channel", "paper"), ("applicant", "Người Mẫu Mười")];
        let path = format!("/privacy/requests/{}", id_of(&officer.post("/privacy/requests", &fields).await));
        let answer = [("revision", "1"), ("outcome", "refused"), ("answer", WORDS)];
        officer.post(&format!("{path}/answer"), &answer).await.is(303);
        officer.get(&path).await.has(WORDS);
        // Everything that takes no id, as everybody who may: pages, searches, tables, exports.
        let query = crate::world::encode(WORDS);
        for name in ["xa01", "xemmau", "nhapmau", "quantrimau", "kiemtramau", "dulieumau"] {
            let person = world.person(name).await;
            let gets = app::SLICES
                .iter()
                .flat_map(|it| (it.routes)())
                .filter(|it| it.method == "GET" && !it.path.contains('{'));
            for route in gets {
                let answer = person.get(&format!("{}?q={query}", route.path)).await;
                let echoed = answer.text.matches(WORDS).count();
                let typed = answer.text.matches(&format!("value=\"{WORDS}\"")).count();
                let quoted = answer.text.matches(&format!("«{WORDS}»")).count()
                    + answer.text.matches(&format!("q={query}")).count();
                assert!(echoed <= typed + quoted, "{} as {name}: {}", route.path, answer.text);
            }
        }
    }
}
