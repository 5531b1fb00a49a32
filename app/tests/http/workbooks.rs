//! Tables from elsewhere: pasted, filled in offline, sent back; shown before anything changes, taken whole or not at all.

mod awards;
mod mappings;
mod notes;
mod office;
mod refused;

use rust_xlsxwriter::{Format, Formula, Workbook};
use sheet::{At, Book, Limits, Value};

use crate::{
    returns::{MONTH, decide, hidden, open, send},
    world::{Answer, Person, encode, worlds},
};

const PERIOD: &str = "adm:2026-M10";

/// The download's address.
fn form(unit: &str, shape: &str) -> String {
    format!("/workbooks/form.xlsx?unit={}&form=thang&period={PERIOD}&shape={shape}", encode(unit))
}

async fn download(person: &Person<'_>, unit: &str, shape: &str) -> Book {
    let bytes = person.bytes(&form(unit, shape)).await;
    sheet::read(&bytes, &Limits::default()).unwrap()
}

/// The sheets of a workbook as Excel would save them, changed by `fill`: what a person does between download and upload.
fn saved(book: &Book, fill: impl Fn(&str, &mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut out = Workbook::new();
    for sheet in &book.sheets {
        let tab = out.add_worksheet();
        tab.set_name(&sheet.name).unwrap();
        for cell in &sheet.cells {
            let (row, column) = (cell.at.row, u16::try_from(cell.at.column).unwrap());
            match &cell.value {
                Value::Text(text) => tab.write(row, column, text).unwrap(),
                Value::Number(number) => tab.write(row, column, *number).unwrap(),
                other => panic!("{other:?}"),
            };
        }
        fill(&sheet.name, tab);
    }
    out.save_to_buffer().unwrap()
}

/// Where a sheet's row of an indicator is.
fn row(book: &Book, code: &str) -> u32 {
    let found = book.sheets[0].cells.iter().find(|it| it.value == Value::Text(code.to_owned()));
    found.unwrap().at.row
}

async fn upload(person: &Person<'_>, name: &str, bytes: &[u8]) -> Answer {
    person.upload("/workbooks", &[], name, bytes).await
}

/// Sends a file that is ours and answers the page that shows what it brings.
async fn shown(person: &Person<'_>, name: &str, bytes: &[u8]) -> (String, Answer) {
    let answer = upload(person, name, bytes).await;
    answer.is(303);
    let at = answer.to().to_owned();
    let page = person.get(&at).await;
    (at, page)
}

async fn take(person: &Person<'_>, at: &str, page: &Answer) -> Answer {
    let seen = hidden(&page.text, "seen").to_owned();
    person.post(at, &[("seen", &seen)]).await
}

#[tokio::test]
async fn a_pasted_table_is_shown_as_understood_and_then_kept_as_a_draft() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let at = open(&recorder, "Xã Mẫu 01", PERIOD).await;
        let paste = format!("{at}/paste");
        recorder.get(&at).await.is(200).has(&paste);
        let table = "TT\tChỉ tiêu\tSố liệu\n1\tCuộc phát động phong trào TDBVANTQ\t1.900\n2\tLAU02\tgần 46 ngàn";
        recorder.get(&paste).await.is(200);
        let page = recorder.post(&paste, &[("table", table), ("act", "look")]).await;
        page.is(200).has("<strong>1.900</strong>").has("<strong>gần 46.000</strong>");
        assert!(!recorder.get(&at).await.text.contains("value=\"1.900\""), "a look keeps nothing");
        // The wrong shape is refused with what was understood, and nothing of it is kept.
        let wrong = "LAU01\t5\nChỉ tiêu lạ\t7\nLAU02\t8\t9";
        let answer = recorder.post(&paste, &[("table", wrong), ("act", "take"), ("seen", "1")]).await;
        answer.is(422).has("Ô A2").has("Chỉ tiêu lạ").has("Ô B3").has("<strong>5</strong>").has("LAU02\t8\t9");
        recorder.post(&paste, &[("table", "5\n6"), ("act", "look")]).await.is(422);
        recorder.post(&paste, &[("table", "  "), ("act", "look")]).await.is(422);
        assert!(!recorder.get(&at).await.text.contains("data-cell=\"LAU01\" value=\"5\""));
        let seen = hidden(&page.text, "seen").to_owned();
        let fields = [("table", table), ("act", "take"), ("seen", seen.as_str())];
        recorder.post(&paste, &fields).await.is(303);
        recorder.get(&at).await.is(200).has("data-cell=\"LAU01\" value=\"1.900\"").has("value=\"46.000\"");
        // What was looked at is no longer what is stored.
        let other = [("table", "LAU01\t7"), ("act", "take"), ("seen", seen.as_str())];
        recorder.post(&paste, &other).await.is(409).has("LAU01\t7");
        let stranger = world.person("xa02").await;
        stranger.get(&paste).await.is(404);
        stranger.post(&paste, &fields).await.is(404);
        world.person("xemmau").await.get(&paste).await.is(403);
    }
}

#[tokio::test]
async fn a_workbook_is_filled_in_offline_looked_at_and_taken() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let at = open(&recorder, "Xã Mẫu 01", PERIOD).await;
        send(&recorder, &at, &MONTH, "save").await.is(303);
        let book = download(&recorder, "Xã Mẫu 01", "sheet").await;
        let sheet = &book.sheets[0];
        assert_eq!(sheet.name, "Xã Mẫu 01");
        assert!(sheet.is_concealed(At::new(0, 0)), "the identity is not in the way");
        let (launches, attendances) = (row(&book, "LAU01"), row(&book, "LAU02"));
        assert_eq!(sheet.cell(At::new(attendances, 5)).unwrap().value, Value::Number(1250.0), "the draft comes along");
        let bytes = saved(&book, |_, tab| {
            tab.write(launches, 5, 3).unwrap();
            tab.write(attendances, 5, "khoảng 1,5 ngàn").unwrap();
            tab.write(row(&book, "OUT01"), 5, 40).unwrap();
            tab.write(row(&book, "OUT01"), 6, "hơn").unwrap();
            tab.write(row(&book, "OUT01"), 8, "đếm lại").unwrap();
        });
        let (file, page) = shown(&recorder, "thang-10.xlsx", &bytes).await;
        page.is(200).has("khoảng 1.500").has("hơn 40 (đếm lại)").has(&format!("F{}", launches + 1)).has("Xã Mẫu 01");
        let answer = recorder.get(&at).await;
        answer.has("value=\"1.250\"");
        take(&recorder, &file, &page).await.is(303);
        let page = recorder.get(&at).await;
        page.is(200).has("data-cell=\"LAU01\" value=\"3\"").has("data-cell=\"LAU02\" value=\"1.500\"").has("đếm lại");
        page.has("data-cell=\"OUT02\" value=\"120\"");
        recorder.get(&file).await.is(404);
        let mut conn = world.app.db.read().await.unwrap();
        let (draft,): (String,) = conn.query("select draft from periodic_return").one().await.unwrap();
        assert!(draft.contains(&format!("thang-10.xlsx, Xã Mẫu 01, F{}", launches + 1)), "{draft}");
        let noted: Vec<(String, String)> =
            conn.query("select act, reason from return_event where act = 'returns.filled'").all().await.unwrap();
        assert_eq!(noted, [("returns.filled".to_owned(), "thang-10.xlsx".to_owned())]);
        let (acts,): (i64,) = conn
            .query("select cast(count(*) as bigint) from audit_entry where act = 'returns.filled'")
            .one()
            .await
            .unwrap();
        assert_eq!(acts, 1);
    }
}

#[tokio::test]
async fn all_units_below_are_filled_in_at_once_or_none() {
    for world in worlds().await {
        let province = world.person("nhapmau").await;
        for shape in ["sheets", "rows"] {
            let book = download(&province, "Tỉnh Mẫu", shape).await;
            let by_rows = shape == "rows";
            let value = if by_rows { "12" } else { "11" };
            let launches = if by_rows { 0 } else { row(&book, "LAU01") };
            let column = sheet_column(&book);
            let fill = |wrong: bool| {
                saved(&book, |name, tab| {
                    if by_rows && name == "Số liệu" {
                        for row in 6..9 {
                            tab.write(row, column, value).unwrap();
                        }
                        if wrong {
                            tab.write(8, column, "nhiều").unwrap();
                        }
                    } else if !by_rows {
                        let bad = wrong && name == "Xã Mẫu 03";
                        tab.write(launches, 5, if bad { "nhiều" } else { value }).unwrap();
                    }
                })
            };
            let (_, page) = shown(&province, "sai.xlsx", &fill(true)).await;
            let place = if by_rows {
                "Trang “Số liệu”, ô".to_owned()
            } else {
                "Trang “Xã Mẫu 03”, ô F".to_owned()
            };
            page.is(422).has(&place).has("“nhiều”");
            assert!(!page.text.contains("name=\"seen\""), "nothing can be taken while a cell is wrong");
            let (file, page) = shown(&province, "dung.xlsx", &fill(false)).await;
            page.is(200).has("Xã Mẫu 01").has("Xã Mẫu 03");
            take(&province, &file, &page).await.is(303);
            let recorder = world.person("xa01").await;
            let at = open(&recorder, "Xã Mẫu 01", PERIOD).await;
            recorder.get(&at).await.is(200).has(&format!("data-cell=\"LAU01\" value=\"{value}\""));
        }
    }
}

/// The column of the first indicator, where units are rows.
fn sheet_column(book: &Book) -> u16 {
    let found = book.sheets[0].cells.iter().find(|it| it.value == Value::Text("LAU01".to_owned()));
    found.and_then(|it| u16::try_from(it.at.column).ok()).unwrap()
}

#[tokio::test]
async fn a_return_that_was_sent_takes_nothing_and_what_changed_meanwhile_is_looked_at_again() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let book = download(&recorder, "Xã Mẫu 01", "sheet").await;
        let launches = row(&book, "LAU01");
        let bytes = saved(&book, |_, tab| {
            tab.write(launches, 5, 33).unwrap();
        });
        let (file, page) = shown(&recorder, "x.xlsx", &bytes).await;
        page.is(200).has("sẽ mở mới");
        let at = open(&recorder, "Xã Mẫu 01", PERIOD).await;
        send(&recorder, &at, &MONTH, "save").await.is(303);
        take(&recorder, &file, &page).await.is(409).has("vừa được thay đổi");
        recorder.get(&at).await.has("data-cell=\"LAU01\" value=\"2\"");
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        recorder.get(&file).await.is(422).has("đã gửi hoặc đã duyệt");
        decide(&approver, &at, "approval", "").await.is(303);
        take(&recorder, &file, &page).await.is(422);
        assert_eq!(world.figure("Tỉnh Mẫu", "2026-10-14", PERIOD, "LAU01", "then")["value"], 2);
    }
}

#[tokio::test]
async fn a_workbook_saved_as_text_is_still_known() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let book = download(&recorder, "Xã Mẫu 01", "sheet").await;
        let launches = row(&book, "LAU01");
        let mut lines = vec![vec![String::new(); 10]; 60];
        for cell in &book.sheets[0].cells {
            let text = match &cell.value {
                Value::Text(text) => format!("\"{}\"", text.replace('"', "\"\"")),
                other => panic!("{other:?}"),
            };
            lines[usize::try_from(cell.at.row).unwrap()][usize::try_from(cell.at.column).unwrap()] = text;
        }
        lines[usize::try_from(launches).unwrap()][5] = "1.234".to_owned();
        let text = lines.iter().map(|it| it.join(";")).collect::<Vec<_>>().join("\r\n");
        let utf_16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (name, bytes) in [("x.csv", text.into_bytes()), ("x.txt", utf_16)] {
            let (_, page) = shown(&recorder, name, &bytes).await;
            page.is(200).has("<strong>1.234</strong>");
        }
    }
}

#[tokio::test]
async fn a_workbook_of_ones_own_is_read_as_one_says_and_the_next_one_alike() {
    for world in worlds().await {
        let province = world.person("nhapmau").await;
        let own = |figures: [&str; 3], names: [&str; 3]| {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            sheet.set_name("Biểu 1").unwrap();
            sheet.merge_range(0, 0, 0, 3, "BÁO CÁO THÁNG", &Format::new()).unwrap();
            for (column, heading) in ["TT", "Tên đơn vị", "Số cuộc phát động", "OUT01"].iter().enumerate()
            {
                sheet.write(2, u16::try_from(column).unwrap(), *heading).unwrap();
            }
            for (at, (name, figure)) in names.iter().zip(figures).enumerate() {
                let row = 3 + u32::try_from(at).unwrap();
                sheet.write(row, 0, row).unwrap();
                sheet.write(row, 1, *name).unwrap();
                sheet.write(row, 2, figure).unwrap();
                sheet.write(row, 3, row * 10).unwrap();
            }
            sheet.write(6, 1, "Tổng cộng").unwrap();
            sheet.write(6, 2, Formula::new("=SUM(C4:C6)").set_result("9")).unwrap();
            book.save_to_buffer().unwrap()
        };
        let names = ["Xã Mẫu 01", "xa mau 02", "XÃ MẪU 03"];
        let answer = upload(&province, "nam-cu.xlsx", &own(["5", "hơn 6", "7"], names)).await;
        let file = answer.to().to_owned();
        province.get(&file).await.is(303);
        let ask = format!("{file}/mapping?form=thang&head=3&sheet={}", encode("Biểu 1"));
        let page = province.get(&ask).await;
        page.is(200)
            .has("B – Tên đơn vị")
            .has("<option value=\"unit\" selected>")
            .has("<option value=\"OUT01\" selected>");
        let post = |file: &str, means: &'static str, period: &'static str| {
            let (province, path) = (&province, format!("{file}/mapping"));
            let fields = [
                ("sheet", "Biểu 1"),
                ("head", "3"),
                ("form", "thang"),
                ("c.1", "unit"),
                ("c.2", means),
                ("c.3", "OUT01"),
                ("top", "Tỉnh Mẫu"),
                ("period", period),
                ("on", ""),
                ("name", "Biểu tháng cũ"),
            ];
            async move { province.post(&path, &fields).await }
        };
        post(&file, "OUT01", PERIOD).await.is(422).has("cùng ý nghĩa");
        post(&file, "LAU01", "tháng mười").await.is(422).has("tháng mười");
        post(&file, "LAU01", PERIOD).await.is(303);
        let page = province.get(&file).await;
        page.is(200).has("<strong>hơn 6</strong>").has("Tổng cộng").has("Xã Mẫu 03").has("C5");
        take(&province, &file, &page).await.is(303);
        let recorder = world.person("xa02").await;
        let at = open(&recorder, "Xã Mẫu 02", PERIOD).await;
        recorder.get(&at).await.has("data-cell=\"LAU01\" value=\"6\"").has("data-cell=\"OUT01\" value=\"40\"");
        // The next file of the same make, with wrong names and a wrong figure: each at its cell, and nothing taken.
        let wrong = own(["5", "nhiều", "7"], ["Xã Mẫu 01", "Xã Không Có", "Xã Mẫu 01"]);
        let answer = upload(&province, "nam-cu-2.xlsx", &wrong).await;
        let file = answer.to().to_owned();
        let page = province.get(&format!("{file}/mapping")).await;
        page.is(200).has("Biểu tháng cũ");
        let (before, _) = page.text.split_once("\">Biểu tháng cũ").unwrap();
        let id = before.rsplit_once("value=\"").unwrap().1.to_owned();
        let page = province.get(&format!("{file}/mapping?use={id}")).await;
        page.is(200).has("<option value=\"LAU01\" selected>");
        post(&file, "LAU01", PERIOD).await.is(303);
        let page = province.get(&file).await;
        page.is(422).has("Trang “Biểu 1”, ô B5").has("Xã Không Có").has("ô B6").has("đã có ở ô B4");
        // Others keep their own ways of reading, and see no files of others.
        recorder.get(&format!("{file}/mapping")).await.is(404);
    }
}
