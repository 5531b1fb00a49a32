//! Ways of reading other workbooks that are kept: listed, renamed, deleted, by those of their unit alone.

use rust_xlsxwriter::Workbook;

use super::upload;
use crate::world::{Person, worlds};

const AT: &str = "/workbooks/mappings";

/// Keeps a way of reading under a name.
async fn keep(person: &Person<'_>, name: &str) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Biểu 1").unwrap();
    sheet.write(0, 0, "Số cuộc phát động").unwrap();
    sheet.write(1, 0, 5).unwrap();
    let answer = upload(person, "rieng.xlsx", &book.save_to_buffer().unwrap()).await;
    let fields = [
        ("sheet", "Biểu 1"),
        ("head", "1"),
        ("form", "thang"),
        ("c.0", "LAU01"),
        ("top", "Xã Mẫu 01"),
        ("period", "adm:2026-M10"),
        ("on", ""),
        ("name", name),
    ];
    person.post(&format!("{}/mapping", answer.to()), &fields).await.is(303);
}

/// The address of the way of reading that stands first in the list.
fn first(page: &str) -> String {
    let (_, after) = page.split_once("action=\"/workbooks/mappings/").expect("a way of reading");
    format!("{AT}/{}", after.split(['"', '/']).next().unwrap())
}

#[tokio::test]
async fn saved_ways_of_reading_are_renamed_and_deleted_by_those_of_their_unit() {
    for world in worlds().await {
        let (recorder, other) = (world.person("xa01").await, world.person("xa02").await);
        recorder.get(AT).await.is(200).has("Chưa lưu cách đọc nào");
        keep(&recorder, "Biểu cũ").await;
        keep(&recorder, "Biểu mới").await;
        let page = recorder.get(AT).await;
        page.is(200).has("Biểu cũ").has("Biểu mới").has("trang “Biểu 1”, 1 cột");
        let at = first(&page.text);
        // Without a name, with another's, with one that is too long: what was typed stays, and nothing changes.
        recorder.post(&at, &[("name", " ")]).await.is(422).has("Chưa ghi tên");
        recorder.post(&at, &[("name", "Biểu mới")]).await.is(422).has("Đã có cách đọc tên “Biểu mới”");
        let long = "x".repeat(81);
        recorder.post(&at, &[("name", &long)]).await.is(422).has(&long).has("dài quá 80");
        other.get(AT).await.is(200).has("Chưa lưu cách đọc nào");
        other.post(&at, &[("name", "Của người khác")]).await.is(404);
        other.post(&format!("{at}/removal"), &[]).await.is(404);
        world.person("xemmau").await.get(AT).await.is(403);
        recorder.post(&at, &[("name", "Biểu tháng 2025")]).await.is(303);
        let page = recorder.get(AT).await;
        page.has("Biểu tháng 2025");
        assert!(!page.text.contains("Biểu cũ"));
        recorder.post(&format!("{at}/removal"), &[]).await.is(303);
        let page = recorder.get(AT).await;
        page.has("Biểu mới");
        assert!(!page.text.contains("Biểu tháng 2025"));
        recorder.post(&format!("{at}/removal"), &[]).await.is(404);
        let sql = "select act, object from audit_entry where act like 'workbooks.mapping-%' order by seq";
        let mut conn = world.app.db.read().await.unwrap();
        let acts: Vec<(String, String)> = conn.query(sql).all().await.unwrap();
        let acts: Vec<(&str, &str)> = acts.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        let saved = "workbooks.mapping-saved";
        let renamed = ("workbooks.mapping-renamed", "Biểu cũ → Biểu tháng 2025");
        let deleted = ("workbooks.mapping-deleted", "Biểu tháng 2025");
        assert_eq!(acts, [(saved, "Biểu cũ"), (saved, "Biểu mới"), renamed, deleted]);
    }
}
