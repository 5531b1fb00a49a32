//! What a unit made for itself follows it through a merger, and what it no longer asks is not asked.

use ::forms::{
    acts,
    design::{Design, Line, Part},
    indicator::Wanted,
};
use access::NewAccount;
use kernel::{Assignment, Day, Level, Period, UnitId};
use web::{Duty, Role};

use super::second_version;
use crate::{
    returns::{MONTH, decide, hidden, open, send},
    world::{Person, World, worlds},
};

const EXAMPLE: &str = include_str!("../../../../data/reforms/example.csv");

/// An indicator and a monthly form of a unit's own, owed by its communes or by itself from a day on. Answers their codes.
async fn made(world: &World, owner: UnitId) -> (String, String) {
    let (app, who) = (&world.app, world.demo_who());
    let wanted = Wanted {
        code: "CAM01".to_owned(),
        name_vi: "Camera an ninh lắp mới".to_owned(),
        measure: "chiếc".to_owned(),
        kind: "count".to_owned(),
        ..Wanted::default()
    };
    let indicator = acts::add_indicator(app, &who, owner, &wanted).await.unwrap().code;
    let new = acts::NewForm {
        owner: Some(owner),
        code: "camera".to_owned(),
        name: "Báo cáo camera".to_owned(),
        calendar: "adm".to_owned(),
        frequency: "month".to_owned(),
        copy: String::new(),
    };
    let form = acts::create(app, &who, &new).await.unwrap();
    let line = |code: &str| Line { indicator: code.to_owned(), ..Line::default() };
    let part = Part { title: "Camera".to_owned(), lines: vec![line("LAU01"), line(&indicator)], ..Part::default() };
    let design = Design { name: new.name, due_days: 5, sections: vec![part], ..Design::default() };
    acts::save(app, &who, &form, 1, design).await.unwrap();
    acts::publish(app, &who, &form, 2, "adm:2026-M10").await.unwrap();
    let (id, from) = (app.catalogue.get().form_by_code(&form).unwrap().id, Day::parse("2026-09-15").unwrap());
    let class = Level::Commune as u8;
    acts::assign(app, &who, &Assignment { form: id, class, top: owner, from, until: Day::NEVER }).await.unwrap();
    (indicator, form)
}

/// Somebody who approves at a unit, and so makes its forms.
async fn approver<'w>(world: &'w World, name: &str, unit: UnitId) -> Person<'w> {
    let account = NewAccount {
        name: name.to_owned(),
        full_name: name.to_owned(),
        post: String::new(),
        password: "một mật khẩu dài".to_owned(),
        role: Role::of(Duty::Approver, Level::Commune).unwrap(),
        unit,
    };
    access::add_account(&world.app, &world.demo_who(), &account).await.unwrap();
    world.person(name).await
}

#[tokio::test]
async fn own_forms_and_indicators_follow_their_owner_through_a_merger() {
    for world in worlds().await {
        let (old, neighbour) = (world.unit("Xã Mẫu 01"), world.unit("Xã Mẫu 02"));
        let (indicator, form) = made(&world, old).await;
        let administrator = world.person("quantrimau").await;
        let preview = administrator.post("/reforms/preview", &[("file", EXAMPLE)]).await;
        preview.is(200).has("Biểu mẫu riêng, chỉ tiêu riêng chuyển sang đơn vị kế thừa: 2");
        preview.has("Báo cáo camera: Xã Mẫu 01 → Xã Mẫu Mới").has("Camera an ninh lắp mới: Xã Mẫu 01 → Xã Mẫu Mới");
        administrator.post("/reforms", &[("file", EXAMPLE)]).await.is(303);
        let (register, catalogue) = (world.app.register.get(), world.app.catalogue.get());
        let (eve, first) = (Day::parse("2026-12-31").unwrap(), Day::parse("2027-01-01").unwrap());
        let heir = register.by_code("M0101", first).unwrap().id;
        let sibling = register.by_code("M0006", first).unwrap().id;
        // From the reform's day, and not before; nobody else.
        let (own, asked) = (catalogue.by_code(&indicator).unwrap(), catalogue.form_by_code(&form).unwrap());
        for (unit, day, has) in
            [(old, eve, true), (neighbour, eve, false), (heir, first, true), (sibling, first, false)]
        {
            assert_eq!(own.is_for(&register, unit, day), has, "{unit} on {day}");
            assert_eq!(asked.is_for(&register, unit, day), has, "{unit} on {day}");
        }
        world.wait(60 * 24 * 45);
        let (now, other) = (approver(&world, "duyet.moi", heir).await, approver(&world, "duyet.khac", sibling).await);
        now.get("/forms").await.is(200).has("Báo cáo camera").has("Xã Mẫu Mới (do Xã Mẫu 01 lập)");
        now.get("/forms/indicators").await.is(200).has(&indicator);
        now.post(&format!("/forms/{form}/versions"), &[]).await.is(303);
        now.get(&format!("/forms/{form}/draft")).await.is(200).has(&indicator);
        other.get(&format!("/forms/{form}")).await.is(404);
        other.post(&format!("/forms/{form}/versions"), &[]).await.is(404);
        assert!(!other.get("/forms/indicators").await.is(200).text.contains(&indicator));
        // The heir fills it in.
        let month = Period::parse("adm:2027-M01").unwrap();
        let id = returns::acts::open(&world.app, &world.demo_who(), heir, asked, month).await.unwrap();
        now.get(&format!("/returns/{id}")).await.is(200).has("Camera an ninh lắp mới");
    }
}

#[tokio::test]
async fn a_retired_indicator_is_asked_of_no_new_period_and_keeps_its_figures() {
    for world in worlds().await {
        let mau = world.unit("Tỉnh Mẫu");
        let (indicator, form) = made(&world, mau).await;
        let (recorder, province) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = |period: &'static str| {
            let (recorder, form) = (&recorder, &form);
            async move {
                let fields = [("unit", "Xã Mẫu 01"), ("form", form.as_str()), ("period", period)];
                recorder.post("/returns", &fields).await.is(303).to().to_owned()
            }
        };
        let field = format!("v.{indicator}");
        let october = at("adm:2026-M10").await;
        send(&recorder, &october, &[("v.LAU01", "1"), (&field, "12")], "submit").await.is(303);
        decide(&province, &october, "approval", "").await.is(303);
        let running = at("adm:2026-M12").await;
        // Not for somebody else to say, not for a day that has come, not for what all share.
        let retirement = format!("/forms/indicators/{indicator}/retirement");
        world.person("duyetquangtri").await.post(&retirement, &[("day", "2027-01-01")]).await.is(404);
        recorder.post(&retirement, &[("day", "2027-01-01")]).await.is(403);
        province.post("/forms/indicators/LAU01/retirement", &[("day", "2027-01-01")]).await.is(404);
        for day in ["2026-11-21", "mai"] {
            province.post(&retirement, &[("day", day)]).await.is(422).has("phải sau hôm nay");
        }
        // A day inside a period: the running one goes on asking, the next one does not.
        province.post(&retirement, &[("day", "2026-11-25")]).await.is(303);
        province.get("/forms/indicators").await.is(200).has("từ ngày 25/11/2026");
        world.wait(60 * 24 * 30);
        let (recorder, province) = (world.person("xa01").await, world.person("tinhmau").await);
        recorder.get(&running).await.is(200).has(&format!("name=\"{field}\""));
        let fields = [("unit", "Xã Mẫu 01"), ("form", form.as_str()), ("period", "adm:2027-M01")];
        let fresh = recorder.post("/returns", &fields).await.is(303).to().to_owned();
        let page = recorder.get(&fresh).await;
        page.is(200).has("name=\"v.LAU01\"");
        assert!(!page.text.contains(&field));
        send(&recorder, &fresh, &[("v.LAU01", "1"), (&field, "5")], "submit").await.is(303);
        decide(&province, &fresh, "approval", "").await.is(303);
        // What was accepted stays and is read; who owes it follows.
        let day = "2026-12-21";
        let figure = |period: &str| world.figure("Tỉnh Mẫu", day, period, &indicator, "then");
        assert_eq!(figure("adm:2026-M10")["value"], 12);
        assert!(figure("adm:2026-M12")["expected"].as_i64().unwrap() > 40);
        assert_eq!(figure("adm:2027-M01")["value"], serde_json::Value::Null);
        assert_eq!(figure("adm:2027-M01")["expected"], serde_json::Value::Null);
        recorder.get(&october).await.is(200).has("Camera an ninh lắp mới").has("12");
        // It is final, and a new version of the form is not offered it.
        province.post(&retirement, &[("day", "")]).await.is(422).has("đã thôi dùng");
        province.post(&format!("/forms/{form}/versions"), &[]).await.is(303);
        let page = province.get(&format!("/forms/{form}/draft")).await;
        assert!(!page.is(200).text.contains(&format!("<option value=\"{indicator}\"")));
    }
}

#[tokio::test]
async fn a_draft_is_moved_to_the_newer_version_when_who_fills_it_in_says_so() {
    for world in worlds().await {
        let (recorder, ministry) = (world.person("xa01").await, world.person("capbo").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M11").await;
        send(&recorder, &at, &MONTH, "save").await.is(303);
        let way = format!("{at}/version");
        assert_eq!(recorder.get(&way).await.to(), at, "there is nothing to move to");
        second_version(&ministry, "adm:2026-M10").await;
        recorder.get(&at).await.is(200).has(&way);
        // What stays, what is asked anew, what is dropped: told before.
        let page = recorder.get(&way).await;
        page.is(200)
            .has("Giữ lại 5 số")
            .has("Khu dân cư có tổ chức phát động")
            .has("tham gia các cuộc phát động: 1.250");
        let seen = hidden(&page.text, "revision").to_owned();
        world.person("xa02").await.get(&way).await.is(404);
        world.person("xa02").await.post(&way, &[("revision", &seen)]).await.is(404);
        // Somebody typed meanwhile: looked at again.
        let typed: Vec<(&str, &str)> = MONTH.iter().copied().chain([("n.LAU02", "đếm lại")]).collect();
        send(&recorder, &at, &typed, "save").await.is(303);
        recorder.post(&way, &[("revision", &seen)]).await.is(409).has("vừa được thay đổi");
        let seen = hidden(&recorder.get(&way).await.text, "revision").to_owned();
        recorder.post(&way, &[("revision", &seen)]).await.is(303);
        let page = recorder.get(&at).await;
        page.is(200).has("name=\"v.LAU03\"").has("data-cell=\"LAU01\" value=\"2\"");
        assert!(!page.text.contains("name=\"v.LAU02\"") && !page.text.contains(&way));
        let full: Vec<(&str, &str)> = MONTH.iter().copied().chain([("v.LAU03", "5")]).collect();
        send(&recorder, &at, &full, "submit").await.is(303);
        assert_eq!(recorder.post(&way, &[("revision", &seen)]).await.to(), at, "what is sent is moved no more");
        let mut conn = world.app.db.read().await.unwrap();
        let events: Vec<(String,)> =
            conn.query("select reason from return_event where act = 'returns.renewed'").all().await.unwrap();
        assert_eq!(events, [("1 → 2".to_owned(),)]);
    }
}
