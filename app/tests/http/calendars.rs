//! Working days, feasts and granted time decide what is late.

use kernel::Day;

use crate::{
    returns::{MONTH, open, send},
    world::worlds,
};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[tokio::test]
async fn a_due_day_on_a_rest_day_moves_to_the_next_working_day() {
    let catalogue = forms::catalogue().unwrap();
    let form = catalogue.form_by_code("thang").unwrap();
    for (period, expect) in [
        // 17 January 2026 is a Saturday; 17 February the first day of Tết; 17 April a Friday; 17 October a Saturday.
        ("adm:2026-M01", "2026-01-19"),
        ("adm:2026-M02", "2026-02-23"),
        ("adm:2026-M04", "2026-04-17"),
        ("adm:2026-M10", "2026-10-19"),
        ("adm:2024-M02", "2024-02-19"),
    ] {
        assert_eq!(catalogue.due_on(form, kernel::Period::parse(period).unwrap()), day(expect), "{period}");
    }
    for (first, year) in [("2024-02-10", 2024), ("2025-01-29", 2025), ("2026-02-17", 2026), ("2027-02-06", 2027)] {
        assert!(!catalogue.work_days.is_working(day(first)), "the first day of Tết {year}");
        assert!(!catalogue.work_days.is_working(day(&format!("{year}-09-02"))));
    }
    assert!(catalogue.work_days.is_working(day("2026-08-22")), "a Saturday worked in exchange");
    let year = catalogue.form_by_code("nam").unwrap();
    let it = catalogue.deadline(year, kernel::UnitId(1), kernel::Period::parse("adm:2026").unwrap());
    assert_eq!((it.due, it.until), (day("2026-12-24"), day("2026-12-29")), "grace");
}

#[tokio::test]
async fn granted_time_needs_a_reason_and_makes_a_return_be_in_time() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let unit = world.unit("Xã Mẫu 01").to_string();
        let board = "/work/board?form=thang&period=adm:2026-M11";
        let page = approver.get(board).await;
        let path = format!("/work/extension?unit={unit}&form=thang&period=adm:2026-M11");
        page.is(200).has("Quá hạn").has(&path.replace('&', "&#38;"));
        let grant = |until: &'static str, reason: &'static str| {
            let unit = unit.clone();
            let approver = &approver;
            async move {
                let fields = [
                    ("unit", unit.as_str()),
                    ("form", "thang"),
                    ("period", "adm:2026-M11"),
                    ("until", until),
                    ("reason", reason),
                ];
                approver.post("/work/extension", &fields).await
            }
        };
        grant("2026-11-30", "").await.is(422).has("Chưa ghi lý do");
        grant("2026-11-17", "Mưa lũ").await.is(422).has("17/11/2026");
        grant("ngày mai", "Mưa lũ").await.is(422);
        recorder.get("/work").await.is(200).has("quá hạn");
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M11").await;
        recorder.get(&at).await.is(200).has("Muộn 4 ngày");
        grant("2026-11-30", "Mưa lũ chia cắt địa bàn").await.is(303);
        recorder.get(&at).await.is(200).has("được gửi đến hết 30/11/2026").has("Còn 9 ngày");
        approver.get(&path).await.is(200).has("Mưa lũ chia cắt địa bàn").has("Người tinhmau");
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        let late = approver.get(&format!("{board}&only=late")).await;
        assert!(!late.is(200).text.contains(">Xã Mẫu 01<"), "sent within the granted time");
        // Out of reach is not found.
        let other = world.person("duyetquangtri").await;
        other.get(&path).await.is(404);
        let fields = [
            ("unit", unit.as_str()),
            ("form", "thang"),
            ("period", "adm:2026-M11"),
            ("until", "2026-12-30"),
            ("reason", "x"),
        ];
        other.post("/work/extension", &fields).await.is(404);
        recorder.get(&path).await.is(403);
    }
}
