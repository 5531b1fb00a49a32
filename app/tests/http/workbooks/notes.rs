//! Notes and coverages of many units in one workbook.

use sheet::{At, Book, Value};

use super::{PERIOD, download, saved, sheet_column, shown, take};
use crate::{
    returns::{hidden, open},
    world::{World, worlds},
};

/// The first row of units.
const FIRST: u32 = 6;

/// The column of the coverage of all a unit's figures.
fn coverages(book: &Book) -> u16 {
    let found = book.sheets[0].cells.iter().find(|it| it.value == Value::Text("phạm vi".to_owned()));
    u16::try_from(found.unwrap().at.column).unwrap()
}

async fn drafts(world: &World) -> Vec<String> {
    let mut conn = world.app.db.read().await.unwrap();
    let sql = "select draft from periodic_return where period = $1 order by unit_id";
    let rows: Vec<(String,)> = conn.query(sql).bind(PERIOD).all().await.unwrap();
    rows.into_iter().map(|it| it.0).collect()
}

#[tokio::test]
async fn notes_and_one_coverage_of_many_units_come_in_one_workbook() {
    for world in worlds().await {
        let province = world.person("nhapmau").await;
        let book = download(&province, "Tỉnh Mẫu", "rows").await;
        assert_eq!(book.sheets[1].name, "Ghi chú");
        let (figures, coverage) = (sheet_column(&book), coverages(&book));
        let fill = |note: &str, word: &str| {
            saved(&book, |name, tab| match name {
                "Số liệu" => {
                    tab.write(FIRST, figures, 12).unwrap();
                    tab.write(FIRST, figures + 1, 300).unwrap();
                    tab.write(FIRST + 1, figures, 13).unwrap();
                    tab.write(FIRST, coverage, word).unwrap();
                }
                "Ghi chú" => {
                    tab.write(FIRST, figures, note).unwrap();
                }
                _ => (),
            })
        };
        // What is too long, or no coverage, is told where it stands, and nothing is taken.
        let (_, page) = shown(&province, "sai.xlsx", &fill(&"dài ".repeat(40), "một nửa")).await;
        let at = |column: u16| At::new(FIRST, u32::from(column));
        page.is(422).has(&format!("Trang “Ghi chú”, ô {}", at(figures)));
        page.has(&format!("Trang “Số liệu”, ô {}", at(coverage))).has("một nửa");
        assert!(drafts(&world).await.is_empty());
        let (file, page) = shown(&province, "ca-tinh.xlsx", &fill("đợt cao điểm", "gồm cả cấp dưới")).await;
        page.is(200).has("<strong>12, cả địa bàn (đợt cao điểm)</strong>").has("<strong>13</strong>");
        take(&province, &file, &page).await.is(303);
        let all = drafts(&world).await;
        assert!(all[0].contains(r#""LAU01":{"v":"12","c":"whole","n":"đợt cao điểm""#), "{}", all[0]);
        assert!(all[0].contains(r#""LAU02":{"v":"300","c":"whole""#) && !all[1].contains("whole"), "{all:?}");
        // The next download brings both along; sent back as it is, it changes nothing.
        let again = download(&province, "Tỉnh Mẫu", "rows").await;
        assert_eq!(again.sheets[1].text(at(figures)), Some("đợt cao điểm"));
        assert_eq!(again.sheets[0].text(at(coverage)), Some("gồm cả cấp dưới"));
        let (_, page) = shown(&province, "ca-tinh.xlsx", &saved(&again, |_, _| ())).await;
        page.is(200).has("Không có số nào khác");
        // Where the figures of a unit differ in it, the column is empty, and leaves them as they are.
        let recorder = world.person("xa01").await;
        let own = open(&recorder, "Xã Mẫu 01", PERIOD).await;
        let revision = hidden(&recorder.get(&own).await.text, "revision").to_owned();
        let fields = [("revision", revision.as_str()), ("v.LAU01", "12"), ("c.LAU01", "whole"), ("v.LAU02", "300")];
        recorder.post(&own, &[&fields[..], &[("act", "save")]].concat()).await.is(303);
        let mixed = download(&province, "Tỉnh Mẫu", "rows").await;
        assert_eq!(mixed.sheets[0].text(at(coverage)), None);
        // A note alone is a change of its own.
        let bytes = saved(&mixed, |name, tab| {
            if name == "Ghi chú" {
                tab.write(FIRST, figures, "số tạm tính").unwrap();
            }
        });
        let (file, page) = shown(&province, "ghi-chu.xlsx", &bytes).await;
        page.is(200).has("<strong>12, cả địa bàn (số tạm tính)</strong>");
        take(&province, &file, &page).await.is(303);
        let draft = drafts(&world).await.remove(0);
        assert!(draft.contains(r#""LAU01":{"v":"12","c":"whole","n":"số tạm tính""#), "{draft}");
        assert!(draft.contains(r#""LAU02":{"v":"300""#) && draft.matches("whole").count() == 1, "{draft}");
    }
}
