//! What is told instead of taken: doubtful cells, workbooks for something else, files that are none.

use axum::{
    body::Body,
    http::{Request, header},
};
use rust_xlsxwriter::{Format, Formula};
use sheet::{At, Book, Limits};

use super::{PERIOD, download, form, row, saved, shown, upload};
use crate::{
    returns::open,
    world::{World, worlds},
};

#[tokio::test]
async fn every_doubtful_cell_is_told_with_its_sheet_and_place() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let book = download(&recorder, "Xã Mẫu 01", "sheet").await;
        let at = |code: &str| row(&book, code);
        let cell = |code: &str| format!("Trang “Xã Mẫu 01”, ô F{}", at(code) + 1);
        let bytes = saved(&book, |_, tab| {
            tab.write(at("LAU01"), 5, 1.5).unwrap();
            tab.write(at("LAU02"), 5, "1,900").unwrap();
            tab.write_with_format(at("OUT01"), 5, 45000, &Format::new().set_num_format("dd/mm")).unwrap();
            tab.write_with_format(at("OUT02"), 5, 0.5, &Format::new().set_num_format("0%")).unwrap();
            tab.write(at("TIP01"), 5, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
            tab.write(at("TIP02"), 5, -4).unwrap();
            tab.write(at("TIP02"), 6, "chắc chắn").unwrap();
        });
        let (_, page) = shown(&recorder, "sai.xlsx", &bytes).await;
        page.is(422);
        for code in ["LAU01", "LAU02", "OUT01", "OUT02", "TIP01"] {
            page.has(&cell(code));
        }
        page.has("chắc chắn").has("ngày tháng").has("#DIV/0!").has("50%");
        let bytes = saved(&book, |_, tab| {
            tab.write(at("LAU01"), 5, -4).unwrap();
            tab.write(at("LAU02"), 5, Formula::new("=20+22").set_result("42")).unwrap();
            tab.merge_range(at("OUT01"), 5, at("OUT02"), 5, "7", &Format::new()).unwrap();
            tab.write(at("TIP01"), 5, 9).unwrap();
            tab.set_row_hidden(at("TIP01")).unwrap();
        });
        let (_, page) = shown(&recorder, "sai.xlsx", &bytes).await;
        page.is(422).has(&cell("LAU01")).has("số âm").has("vùng gộp").has("bị ẩn");
        page.has(&format!("{}: là công thức; lấy kết quả đã lưu trong tệp: 42", cell("LAU02")));
    }
}

#[tokio::test]
async fn a_workbook_for_something_else_is_told_what_it_is_and_what_was_wanted() {
    for world in worlds().await {
        let (recorder, other) = (world.person("xa01").await, world.person("xa02").await);
        let at = open(&recorder, "Xã Mẫu 01", PERIOD).await;
        let id = at.rsplit('/').next().unwrap();
        let from_page = |bytes: Vec<u8>| {
            let recorder = &recorder;
            async move {
                let answer = recorder.upload("/workbooks", &[("return", id)], "x.xlsx", &bytes).await;
                answer.is(303);
                recorder.get(answer.to()).await
            }
        };
        let book = download(&recorder, "Xã Mẫu 01", "sheet").await;
        let launches = row(&book, "LAU01");
        let fill = |book: &Book| {
            saved(book, |_, tab| {
                tab.write(launches, 5, 3).unwrap();
            })
        };
        from_page(fill(&book)).await.is(200);
        // Another period.
        let path = form("Xã Mẫu 01", "sheet").replace("M10", "M09");
        let before = sheet::read(&recorder.bytes(&path).await, &Limits::default()).unwrap();
        let page = from_page(fill(&before)).await;
        page.is(422).has("kỳ adm:2026-M09").has("ở đây cần bảng tính của Xã Mẫu 01").has(PERIOD);
        // Another unit, which is nobody's business here either.
        let theirs = download(&other, "Xã Mẫu 02", "sheet").await;
        from_page(fill(&theirs)).await.is(422).has("Đây là bảng tính của Xã Mẫu 02");
        shown(&recorder, "x.xlsx", &fill(&theirs)).await.1.is(422).has("ngoài phạm vi");
        recorder.get(&form("Xã Mẫu 02", "sheet")).await.is(404);
        // Another version of the form, an identity changed by hand, a workbook of somebody else's.
        let identity = |book: &Book| book.sheets[0].text(At::new(0, 0)).unwrap().to_owned();
        let first = identity(&book);
        let change = |to: &str| {
            saved(&book, |_, tab| {
                tab.write(0, 0, to).unwrap();
            })
        };
        shown(&recorder, "x.xlsx", &change(&first.replace("M10", "M09"))).await.1.is(422).has("ô A1 đã bị sửa");
        let changed = world.with_other_form("thang");
        shown(&recorder, "x.xlsx", &fill(&book)).await.1.is(422).has("đã thay đổi từ khi tải");
        drop(changed);
        shown(&recorder, "x.xlsx", &change("Báo cáo")).await.1.is(303);
        // Nobody else sees a file that somebody sent.
        let (file, _) = shown(&recorder, "x.xlsx", &fill(&book)).await;
        other.get(&file).await.is(404);
        other.post(&file, &[("seen", "")]).await.is(404);
        recorder.post(&format!("{file}/removal"), &[]).await.is(303);
        recorder.get(&file).await.is(404);
        // What nobody takes within a day is gone.
        let (file, _) = shown(&recorder, "x.xlsx", &fill(&book)).await;
        world.wait(24 * 60 + 1);
        world.person("xa01").await.get(&file).await.is(404);
    }
}

#[tokio::test]
async fn files_that_are_no_workbooks_are_refused_at_the_door() {
    let mut worlds = worlds().await;
    let world = worlds.remove(0);
    let recorder = world.person("xa01").await;
    for (name, bytes, why) in [
        ("trong.xlsx", &b""[..], "Chưa chọn tệp"),
        ("anh.xlsx", b"\x89PNG\r\n\x1a\n0000", "hình ảnh"),
        ("web.xls", b"<html><table><tr><td>1</td></tr></table></html>", "trang web"),
        ("hong.xlsx", b"PK\x03\x04 broken", "bị hỏng"),
        ("rong.csv", b"\n;;\n", "không có ô nào"),
        ("chu.csv", b"S\xf0\xdd x\xe7\xe7\xe7, \xb2\xb3\xdb", "bảng mã"),
        ("dai.csv", "1\n".repeat(30_000).as_bytes(), "20.000 dòng"),
    ] {
        upload(&recorder, name, bytes).await.is(422).has(why);
    }
    let large = vec![b'1'; 12 << 20];
    upload(&recorder, "lon.csv", &large).await.is(400);
    upload(&recorder, "lon.csv", &large[..=(5 << 20)]).await.is(422).has("5 MB");
    // Without the hidden word, and by who may not fill in.
    recorder.upload_forged("/workbooks", "x.csv", b"1,2").await.is(400);
    world.person("xemmau").await.upload("/workbooks", &[], "x.csv", b"1,2").await.is(403);
    let signed_out = Request::get("/workbooks").body(Body::empty()).unwrap();
    assert!(world.send(signed_out).await.headers[header::LOCATION].to_str().unwrap().starts_with("/sign-in"));
}

impl World {
    /// Lets a form ask for one figure less until it is dropped: what a new version of it amounts to.
    fn with_other_form(&self, code: &str) -> Changed<'_> {
        let before = self.app.catalogue.get();
        let mut other = (*before).clone();
        let form = other.forms.iter_mut().find(|it| it.code == code).unwrap();
        form.sections.last_mut().unwrap().items.pop();
        self.app.catalogue.set(other);
        Changed { world: self, before }
    }
}

/// See [`World::with_other_form`].
struct Changed<'w> {
    world: &'w World,
    before: std::sync::Arc<kernel::Catalogue>,
}

impl Drop for Changed<'_> {
    fn drop(&mut self) {
        self.world.app.catalogue.set((*self.before).clone());
    }
}
