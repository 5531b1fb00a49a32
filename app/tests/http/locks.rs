//! Closed periods, and reminders of what is due.

use crate::{
    returns::{MONTH, decide, hidden, open, send},
    world::{Person, worlds},
};

const LOCK: &str = "/work/lock?form=thang&period=adm:2026-M10";

async fn turn(person: &Person<'_>, unit: &str, act: &str, reason: &str) -> crate::world::Answer {
    let fields = [("unit", unit), ("form", "thang"), ("period", "adm:2026-M10"), ("act", act), ("reason", reason)];
    person.post("/work/lock", &fields).await
}

#[tokio::test]
async fn a_closed_period_takes_nothing_until_it_is_opened_with_a_reason() {
    for world in worlds().await {
        let (one, two) = (world.person("xa01").await, world.person("xa02").await);
        let province = world.person("tinhmau").await;
        let mau = world.unit("Tỉnh Mẫu").to_string();
        let waiting = open(&one, "Xã Mẫu 01", "adm:2026-M10").await;
        let draft = open(&two, "Xã Mẫu 02", "adm:2026-M10").await;
        send(&one, &waiting, &MONTH, "submit").await.is(303);
        turn(&province, &mau, "lock", " ").await.is(422);
        turn(&province, &mau, "lock", "Đã chốt số liệu quý").await.is(303);
        turn(&province, &mau, "lock", "Lần nữa").await.is(422);
        // Neither approved nor sent; what was typed is kept.
        decide(&province, &waiting, "approval", "").await.is(422).has("Đã chốt số liệu quý");
        send(&two, &draft, &MONTH, "submit").await.is(422).has("Đã chốt số liệu quý");
        two.get(&draft).await.is(200).has("value=\"1.250\"");
        // Nor imported, line by line; another period and another figure are free.
        let head = "unit_code,on,period,indicator,value,qualifier,coverage\n";
        let line = |period: &str, code: &str| {
            let unit = world.unit("Xã Mẫu 03");
            let code_of = world.app.register.get().latest(unit).unwrap().code.clone();
            format!("{code_of},2026-10-14,{period},{code},5,exact,own\n")
        };
        let file = format!("{head}{}{}", line("adm:2026-M10", "LAU01"), line("adm:2026-M09", "LAU01"));
        let import = |file: String| {
            let app = world.app.clone();
            async move { returns::import::figures(&app, "x", "x.csv", file.as_bytes()).await }
        };
        let err = import(file).await.unwrap_err().to_string();
        assert!(err.contains("dòng/line 2") && err.contains("đã khóa") && !err.contains("line 3"), "{err}");
        import(format!("{head}{}", line("adm:2026-M09", "LAU01"))).await.unwrap();
        province.get("/work/board?form=thang&period=adm:2026-M10").await.is(200).has("Kỳ đã khóa");
        // Opened with a reason, and the trace stays.
        turn(&province, &mau, "unlock", "").await.is(422);
        turn(&province, &mau, "unlock", "Xã 02 gửi bổ sung").await.is(303);
        province.get(LOCK).await.is(200).has("Đã chốt số liệu quý").has("Xã 02 gửi bổ sung").has("Người tinhmau");
        decide(&province, &waiting, "approval", "").await.is(303);
        send(&two, &draft, &MONTH, "submit").await.is(303);
        // What is approved is not corrected in a closed period.
        turn(&province, &mau, "lock", "Chốt lại").await.is(303);
        let page = one.get(&waiting).await;
        let revision = hidden(&page.text, "revision").to_owned();
        let why = [("revision", revision.as_str()), ("reason", "Đếm trùng")];
        one.post(&format!("{waiting}/correction"), &why).await.is(422).has("Chốt lại");
        let mut conn = world.app.db.read().await.unwrap();
        let acts: Vec<(String,)> = conn
            .query("select act from audit_entry where act like 'returns.period-%' order by seq")
            .all()
            .await
            .unwrap();
        let acts: Vec<&str> = acts.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(acts, ["returns.period-locked", "returns.period-unlocked", "returns.period-locked"]);
    }
}

#[tokio::test]
async fn only_who_stands_above_closes_and_opens() {
    for world in worlds().await {
        let mau = world.unit("Tỉnh Mẫu").to_string();
        let other = world.person("duyetquangtri").await;
        other.get(&format!("{LOCK}&unit={mau}")).await.is(404);
        turn(&other, &mau, "lock", "Không phải của mình").await.is(404);
        let recorder = world.person("xa01").await;
        recorder.get(LOCK).await.is(403);
        turn(&recorder, &mau, "lock", "Không được").await.is(403);
        // Another province's lock is not ours.
        let quangtri = world.unit("Tỉnh Quảng Trị").to_string();
        turn(&other, &quangtri, "lock", "Chốt").await.is(303);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &MONTH, "submit").await.is(303);
    }
}

#[tokio::test]
async fn one_click_reminds_one_or_all_and_nobody_twice_a_day() {
    for world in worlds().await {
        let (recorder, province) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        let asked = |unit: String| {
            let province = &province;
            async move {
                let mut fields = vec![("form", "thang"), ("period", "adm:2026-M10")];
                if !unit.is_empty() {
                    fields.push(("unit", unit.as_str()));
                }
                province.post("/work/reminders", &fields).await
            }
        };
        let board = province.get("/work/board?form=thang&period=adm:2026-M10").await;
        board.is(200).has("Nhắc tất cả").has("Bản đồ tình hình gửi").has("<svg");
        let one = asked(world.unit("Xã Mẫu 01").to_string()).await;
        assert!(one.is(303).to().ends_with("done=returns-reminded"));
        assert!(asked(world.unit("Xã Mẫu 01").to_string()).await.is(303).to().ends_with("none"));
        recorder.get("/work").await.is(200).has("Lời nhắc").has("Người tinhmau nhắc gửi");
        assert!(asked(String::new()).await.is(303).to().ends_with("done=returns-reminded"));
        world.person("xa02").await.get("/work").await.is(200).has("Người tinhmau nhắc gửi");
        // Sent: the word is gone from the page of work.
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        assert!(!recorder.get("/work").await.is(200).text.contains("Tháng 10 năm 2026, Xã Mẫu 01. Hạn"));
        // Out of reach is not found.
        let other = world.person("duyetquangtri").await;
        other.post("/work/reminders", &[("form", "thang"), ("period", "adm:2026-M10")]).await.is(404);
        recorder.post("/work/reminders", &[("form", "thang"), ("period", "adm:2026-M10")]).await.is(403);
    }
}

#[tokio::test]
async fn the_timer_reminds_once_for_each_due_day() {
    for world in worlds().await {
        let told = returns::acts::remind_by_timer(&world.app).await.unwrap();
        assert!(told >= 40, "{told}: October and November are late for every commune");
        assert_eq!(returns::acts::remind_by_timer(&world.app).await.unwrap(), 0);
        let recorder = world.person("xa01").await;
        recorder.get("/work").await.is(200).has("Đã quá hạn 17/11/2026");
        // More time makes another due day: three days before it the timer speaks again.
        let (approver, unit) = (world.person("tinhmau").await, world.unit("Xã Mẫu 01").to_string());
        let fields = [
            ("unit", unit.as_str()),
            ("form", "thang"),
            ("period", "adm:2026-M11"),
            ("until", "2026-11-24"),
            ("reason", "Mưa lũ"),
        ];
        approver.post("/work/extension", &fields).await.is(303);
        assert_eq!(returns::acts::remind_by_timer(&world.app).await.unwrap(), 1);
        recorder.get("/work").await.is(200).has("Sắp đến hạn 24/11/2026");
        world.wait(3 * 24 * 60);
        assert_eq!(returns::acts::remind_by_timer(&world.app).await.unwrap(), 1);
        world.person("xa01").await.get("/work").await.is(200).has("Hôm nay là hạn gửi (24/11/2026)");
    }
}
