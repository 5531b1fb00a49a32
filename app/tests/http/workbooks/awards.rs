//! Counts of awards in workbooks and on the screen for many units.

use kernel::{Assignment, Day, Level};
use sheet::{At, Book, Limits, Value};

use super::{row, saved, shown, take};
use crate::{
    returns::hidden,
    world::{Person, World, encode, worlds},
};

const PERIOD: &str = "adm:2026";

/// Lets the communes of the invented province owe the year's form, which asks for awards.
async fn assign_year(world: &World) {
    let form = world.app.catalogue.get().form_by_code("nam").unwrap().id;
    let from = Day::parse("2024-12-15").unwrap();
    let (class, top, until) = (Level::Commune as u8, world.unit("Tỉnh Mẫu"), Day::NEVER);
    let owes = Assignment { form, class, top, from, until };
    forms::acts::assign(&world.app, &world.demo_who(), &owes).await.unwrap();
}

async fn download(person: &Person<'_>, unit: &str, shape: &str) -> Book {
    let path = format!("/workbooks/form.xlsx?unit={}&form=nam&period={PERIOD}&shape={shape}", encode(unit));
    sheet::read(&person.bytes(&path).await, &Limits::default()).unwrap()
}

async fn drafts(world: &World) -> Vec<String> {
    let mut conn = world.app.db.read().await.unwrap();
    let rows: Vec<(String,)> = conn.query("select draft from periodic_return order by id").all().await.unwrap();
    rows.into_iter().map(|it| it.0).collect()
}

#[tokio::test]
async fn counts_of_awards_go_out_and_come_back_with_the_checks_of_the_form() {
    for world in worlds().await {
        assign_year(&world).await;
        let recorder = world.person("xa01").await;
        let book = download(&recorder, "Xã Mẫu 01", "sheet").await;
        let (merit, flag) = (row(&book, "AWA05"), row(&book, "AWA02.household"));
        let cell = |row: u32| format!("ô F{}", row + 1);
        // Wrong in every way: words, none at all, two coverages.
        let bytes = saved(&book, |_, tab| {
            tab.write(merit, 5, "khoảng 3").unwrap();
            tab.write(flag, 5, 0).unwrap();
            for (at, coverage) in [("AWA09", "gồm cả cấp dưới"), ("AWA10", "của riêng đơn vị")] {
                tab.write(row(&book, at), 5, 1).unwrap();
                tab.write(row(&book, at), 7, coverage).unwrap();
            }
        });
        let (_, page) = shown(&recorder, "sai.xlsx", &bytes).await;
        page.is(422).has(&cell(merit)).has("phải là số chính xác").has(&cell(flag)).has("phải lớn hơn 0");
        page.has(&cell(row(&book, "AWA10"))).has("chỉ có một phạm vi");
        assert!(drafts(&world).await.is_empty());
        let bytes = saved(&book, |_, tab| {
            tab.write(merit, 5, 3).unwrap();
            tab.write(merit, 7, "gồm cả cấp dưới").unwrap();
            tab.write(flag, 5, 2).unwrap();
        });
        let (file, page) = shown(&recorder, "nam.xlsx", &bytes).await;
        page.is(200).has("Bằng khen, Ủy ban nhân dân tỉnh, Tập thể").has("<strong>3</strong>");
        take(&recorder, &file, &page).await.is(303);
        let draft = drafts(&world).await.remove(0);
        assert!(draft.contains(r#""r":"collective","n":"3","c":"whole""#), "{draft}");
        assert!(draft.contains(r#""r":"household","n":"2","c":"whole""#), "{draft}");
        // The next download brings them along, and sent back as it is it changes nothing.
        let book = download(&recorder, "Xã Mẫu 01", "sheet").await;
        assert_eq!(book.sheets[0].cell(At::new(merit, 5)).unwrap().value, Value::Number(3.0));
        assert_eq!(book.sheets[0].text(At::new(merit, 7)), Some("gồm cả cấp dưới"));
        shown(&recorder, "nam.xlsx", &saved(&book, |_, _| ())).await.1.is(200).has("Không có số nào khác");
        // One sheet for all units.
        let province = world.person("nhapmau").await;
        let book = download(&province, "Tỉnh Mẫu", "rows").await;
        let sheet = &book.sheets[0];
        let found = sheet.cells.iter().find(|it| it.value == Value::Text("AWA05".to_owned())).unwrap().at;
        assert_eq!(sheet.cell(At::new(found.row + 1, found.column)).unwrap().value, Value::Number(3.0));
        let bytes = saved(&book, |name, tab| {
            if name == "Số liệu" {
                tab.write(found.row + 2, u16::try_from(found.column).unwrap(), 4).unwrap();
            }
        });
        let (file, page) = shown(&province, "ca-tinh.xlsx", &bytes).await;
        page.is(200).has("Xã Mẫu 02").has("<strong>4</strong>");
        take(&province, &file, &page).await.is(303);
        assert!(drafts(&world).await[1].contains(r#""r":"collective","n":"4""#));
    }
}

#[tokio::test]
async fn the_screen_for_many_units_counts_awards_too() {
    for world in worlds().await {
        assign_year(&world).await;
        let province = world.person("nhapmau").await;
        let (one, two) = (world.unit("Xã Mẫu 01"), world.unit("Xã Mẫu 02"));
        let form = world.app.catalogue.get().form_by_code("nam").unwrap().sections.len().to_string();
        let at = format!("/work/matrix?form=nam&period={PERIOD}&section={form}");
        let page = province.get(&at).await;
        page.is(200).has("Bằng khen, Ủy ban nhân dân tỉnh, Tập thể").has(&format!("name=\"v.{one}.AWA05\""));
        let (first, second) = (format!("v.{one}.AWA05"), format!("v.{two}.AWA05"));
        let asked = [("form", "nam"), ("period", PERIOD), ("section", form.as_str()), ("page", "1")];
        let fields = [(first.as_str(), "3"), (second.as_str(), "0"), ("act", "save")];
        province.post("/work/matrix", &[&asked[..], &fields[..]].concat()).await.is(303);
        let page = province.get(&at).await;
        page.has("<output data-sum=\"AWA05\">3</output>").has(&format!("id=\"e.{two}.AWA05\"")).has("phải lớn hơn 0");
        assert!(!page.text.contains(&format!("id=\"e.{one}.AWA05\"")));
        // Emptied, the row is gone.
        let revision = (format!("revision.{two}"), hidden(&page.text, &format!("revision.{two}")).to_owned());
        let fields = [(second.as_str(), ""), (revision.0.as_str(), revision.1.as_str()), ("act", "save")];
        province.post("/work/matrix", &[&asked[..], &fields[..]].concat()).await.is(303);
        let all = drafts(&world).await;
        assert!(all.iter().any(|it| it.contains(r#""n":"3""#)) && !all.iter().any(|it| it.contains(r#""n":"0""#)));
    }
}

#[tokio::test]
async fn awards_are_counted_in_pasted_tables_and_in_workbooks_of_other_makes() {
    for world in worlds().await {
        assign_year(&world).await;
        let recorder = world.person("xa01").await;
        let unit = world.unit("Xã Mẫu 01").to_string();
        let opened = recorder.post("/returns", &[("unit", &unit), ("form", "nam"), ("period", PERIOD)]).await;
        let paste = format!("{}/paste", opened.to());
        let wrong = "LAU03\t5\nBằng khen, Bộ Công an, Tập thể\tgần 3";
        recorder
            .post(&paste, &[("table", wrong), ("act", "look")])
            .await
            .is(422)
            .has("Ô B2")
            .has("phải là số chính xác");
        let table = "LAU03\t5\n1. Bằng khen Bộ Công an tập thể:\t3\nAWA02.household\t–";
        let page = recorder.post(&paste, &[("table", table), ("act", "look")]).await;
        page.is(200).has("Bằng khen, Bộ Công an, Tập thể").has("<strong>3</strong>");
        let fields = [("table", table), ("act", "take"), ("seen", hidden(&page.text, "seen"))];
        recorder.post(&paste, &fields).await.is(303);
        let draft = drafts(&world).await.remove(0);
        assert!(draft.contains(r#""f":"certificate_of_merit","r":"collective","n":"3""#), "{draft}");
        assert!(!draft.contains("household"), "a dash counts nothing: {draft}");
        // A workbook that somebody made, for all communes.
        let province = world.person("nhapmau").await;
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name("Khen thưởng").unwrap();
        for (column, heading) in (0..).zip(["Đơn vị", "Bằng khen, Bộ Công an, Tập thể", "Cờ của tỉnh"])
        {
            sheet.write(0, column, heading).unwrap();
        }
        for (row, (name, merit, flag)) in (1..).zip([("Xã Mẫu 01", 4, 1), ("Xã Mẫu 02", 2, 0)]) {
            sheet.write(row, 0, name).unwrap();
            sheet.write(row, 1, merit).unwrap();
            sheet.write(row, 2, flag).unwrap();
        }
        let bytes = book.save_to_buffer().unwrap();
        let file = province.upload("/workbooks", &[], "khen.xlsx", &bytes).await.to().to_owned();
        let guessed = province.get(&format!("{file}/mapping?form=nam&head=1&sheet={}", encode("Khen thưởng"))).await;
        guessed.is(200).has("<option value=\"AWA03\" selected>").has("AWA02.household Cờ thi đua");
        let mapping = |flag: &'static str| {
            let (province, path) = (&province, format!("{file}/mapping"));
            let fields = [
                ("sheet", "Khen thưởng"),
                ("head", "1"),
                ("form", "nam"),
                ("c.0", "unit"),
                ("c.1", "AWA03"),
                ("c.2", flag),
                ("top", "Tỉnh Mẫu"),
                ("period", PERIOD),
                ("on", ""),
                ("name", ""),
            ];
            async move { province.post(&path, &fields).await }
        };
        mapping("AWA03").await.is(422).has("cùng ý nghĩa");
        // What the form does not ask cannot be meant.
        mapping("TIP16x").await.is(303);
        province.get(&file).await.is(422).has("ô C1").has("không còn hỏi “TIP16x”");
        mapping("AWA02.collective").await.is(303);
        let page = province.get(&file).await;
        page.is(422).has("ô C3").has("phải lớn hơn 0");
        mapping("").await.is(303);
        let page = province.get(&file).await;
        page.is(200).has("<strong>4</strong>").has("Xã Mẫu 02");
        take(&province, &file, &page).await.is(303);
        let all = drafts(&world).await;
        assert!(all[0].contains(r#""n":"4""#) && all[1].contains(r#""r":"collective","n":"2""#), "{all:?}");
    }
}
