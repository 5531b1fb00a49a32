//! Forms that grow versions, indicators and forms of units' own, and what must not come of it.

mod own;

use kernel::Day;

use crate::{
    returns::{MONTH, decide, hidden, open, send},
    world::{Person, World, worlds},
};

const DAY: &str = "2026-11-21";

async fn builder<'w>(world: &'w World, name: &str) -> Person<'w> {
    world.person(name).await
}

/// Draws up the next version of the monthly form: one line more, one grey, and publishes it from a period on.
async fn second_version(ministry: &Person<'_>, from: &str) {
    ministry.post("/forms/thang/versions", &[]).await.is(303);
    let page = ministry.get("/forms/thang/draft").await;
    page.is(200).has("LAU02");
    let text = page.text.clone();
    let mut fields = all_fields(&text);
    set(&mut fields, "a.0", "LAU03");
    set(&mut fields, "do", "add.0");
    post(ministry, "/forms/thang/draft", &fields).await.is(303);
    let page = ministry.get("/forms/thang/draft").await;
    let mut fields = all_fields(&page.text);
    // The third line of the first section is the new one; attendances go grey.
    assert!(fields.contains(&("c.0.2".to_owned(), "LAU03".to_owned())), "{fields:?}");
    set(&mut fields, "r.0.2", "1");
    set(&mut fields, "g.0.1", "1");
    set(&mut fields, "h.0.2", "Chỉ đếm khu dân cư có tổ chức thật");
    set(&mut fields, "do", "save");
    post(ministry, "/forms/thang/draft", &fields).await.is(303);
    let page = ministry.get("/forms/thang/draft").await;
    let revision = hidden(&page.text, "revision").to_owned();
    let fields = [("revision", revision.as_str()), ("period", from)];
    ministry.post("/forms/thang/publication", &fields).await.is(303);
}

/// Every field of the builder's form as a browser would send it.
fn all_fields(page: &str) -> Vec<(String, String)> {
    let form = page.split("/draft\">").nth(1).unwrap().split("</form>").next().unwrap();
    let mut res = Vec::new();
    for tag in form.split("<input").skip(1).map(|it| it.split('>').next().unwrap()) {
        let value = |name: &str| tag.split_once(&format!(" {name}=\"")).map(|it| it.1.split('"').next().unwrap());
        let Some(name) = value("name") else { continue };
        let ticked = tag.contains("type=\"checkbox\"");
        if name != "csrf" && (!ticked || tag.contains(" checked")) {
            res.push((name.to_owned(), unescape(value("value").unwrap_or_default())));
        }
    }
    res
}

fn unescape(text: &str) -> String {
    text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|it| it.0 != name);
    fields.push((name.to_owned(), value.to_owned()));
}

async fn post(person: &Person<'_>, path: &str, fields: &[(String, String)]) -> crate::world::Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    person.post(path, &fields).await
}

#[tokio::test]
async fn a_new_version_never_alters_a_return_that_is_open_or_sent() {
    for world in worlds().await {
        let (one, two, province) =
            (world.person("xa01").await, world.person("xa02").await, world.person("tinhmau").await);
        let ministry = builder(&world, "capbo").await;
        let october = open(&one, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&one, &october, &MONTH, "submit").await.is(303);
        let november = open(&one, "Xã Mẫu 01", "adm:2026-M11").await;
        second_version(&ministry, "adm:2026-M10").await;
        // Sent before: approved, shown and corrected as it was asked.
        decide(&province, &october, "approval", "").await.is(303);
        let shown = one.get(&october).await;
        assert!(shown.is(200).has("1.250").text.contains("Lượt người tham gia các cuộc phát động"));
        assert!(!shown.text.contains("Khu dân cư có tổ chức phát động"), "the line of the new version");
        let revision = hidden(&shown.text, "revision").to_owned();
        let why = [("revision", revision.as_str()), ("reason", "Đếm trùng")];
        one.post(&format!("{october}/correction"), &why).await.is(303);
        let page = one.get(&october).await;
        assert!(page.is(200).has("name=\"v.LAU02\"").text.contains("value=\"1.250\""));
        assert!(!page.text.contains("name=\"v.LAU03\""));
        // Opened before: filled in as it was opened.
        assert!(!one.get(&november).await.is(200).has("name=\"v.LAU02\"").text.contains("name=\"v.LAU03\""));
        send(&one, &november, &MONTH, "submit").await.is(303);
        // Opened afterwards: the new version, whose grey cell takes nothing and whose new line is required.
        let fresh = open(&two, "Xã Mẫu 02", "adm:2026-M11").await;
        let page = two.get(&fresh).await;
        page.is(200).has("name=\"v.LAU03\"").has("Chỉ đếm khu dân cư").has("ô xám");
        assert!(!page.text.contains("name=\"v.LAU02\""));
        send(&two, &fresh, &MONTH, "submit").await.is(422).has("v.LAU03");
        let full: Vec<(&str, &str)> = MONTH.iter().copied().chain([("v.LAU03", "5")]).collect();
        send(&two, &fresh, &full, "submit").await.is(303);
        decide(&province, &fresh, "approval", "").await.is(303);
        let figure = |code| world.figure("Xã Mẫu 02", DAY, "adm:2026-M11", code, "then");
        assert_eq!(figure("LAU03")["value"], 5);
        assert_eq!(figure("LAU02")["value"], serde_json::Value::Null, "a grey cell takes nothing");
        // The period before the new version goes on with the old one.
        let september = open(&two, "Xã Mẫu 02", "adm:2026-M09").await;
        assert!(!two.get(&september).await.is(200).has("name=\"v.LAU02\"").text.contains("name=\"v.LAU03\""));
        // Who owes the figure follows the versions: 44 communes from October on, nobody before.
        let owed = |period| world.figure("Tỉnh Mẫu", DAY, period, "LAU03", "then")["expected"].clone();
        assert!(owed("adm:2026-M11").as_i64().unwrap() > 40);
        assert_eq!(owed("adm:2026-M09"), serde_json::Value::Null);
        ministry.get("/forms/thang").await.is(200).has("LAU03");
        assert!(!ministry.get("/forms/thang?version=1").await.is(200).text.contains("LAU03"));
    }
}

#[tokio::test]
async fn a_province_asks_for_its_own_and_nobody_else_sees_it() {
    for world in worlds().await {
        let (province, recorder) = (builder(&world, "tinhmau").await, world.person("xa01").await);
        let mau = world.unit("Tỉnh Mẫu").to_string();
        let new = [
            ("owner", mau.as_str()),
            ("code", "cam01"),
            ("name_vi", "Camera an ninh lắp mới"),
            ("measure", "chiếc"),
            ("kind", "count"),
        ];
        province.post("/forms/indicators", &new).await.is(303);
        province.post("/forms/indicators", &new).await.is(422).has("mã này đã có");
        let code = ::forms::indicator::code(world.unit("Tỉnh Mẫu"), "CAM01");
        province.get("/forms/indicators").await.is(200).has(&code).has("Camera an ninh lắp mới");
        let fields = [
            ("owner", mau.as_str()),
            ("code", "camera"),
            ("name", "Báo cáo camera"),
            ("calendar", "adm"),
            ("frequency", "month"),
        ];
        let made = province.post("/forms", &fields).await;
        let draft = made.is(303).to().split('?').next().unwrap().to_owned();
        let form = draft.trim_end_matches("/draft").trim_start_matches("/forms/").to_owned();
        let page = province.get(&draft).await;
        let mut all = all_fields(&page.text);
        set(&mut all, "do", "section");
        post(&province, &draft, &all).await.is(303);
        let mut all = all_fields(&province.get(&draft).await.text);
        set(&mut all, "t.0", "Camera");
        set(&mut all, "due", "5");
        set(&mut all, "a.0", &code);
        set(&mut all, "do", "add.0");
        post(&province, &draft, &all).await.is(303);
        let revision = hidden(&province.get(&draft).await.text, "revision").to_owned();
        let publication = format!("/forms/{form}/publication");
        let wrong = [("revision", revision.as_str()), ("period", "2026-M11")];
        province.post(&publication, &wrong).await.is(422).has("adm:");
        let right = [("revision", revision.as_str()), ("period", "adm:2026-M10")];
        province.post(&publication, &right).await.is(303);
        let owed = [("top", "Tỉnh Mẫu"), ("level", "3"), ("from", "2026-09-15"), ("until", "")];
        province.post(&format!("/forms/{form}/assignments"), &owed).await.is(303);
        let elsewhere = [("top", "Tỉnh Quảng Trị"), ("level", "3"), ("from", "2026-09-15"), ("until", "")];
        province.post(&format!("/forms/{form}/assignments"), &elsewhere).await.is(422);
        // The commune fills it in, the province approves, the total knows it at once.
        recorder.get("/work").await.is(200).has("Báo cáo camera");
        let fields = [("unit", "Xã Mẫu 01"), ("form", form.as_str()), ("period", "adm:2026-M10")];
        let at = recorder.post("/returns", &fields).await.is(303).to().to_owned();
        send(&recorder, &at, &[(&format!("v.{code}"), "12")], "submit").await.is(303);
        decide(&province, &at, "approval", "").await.is(303);
        assert_eq!(world.figure("Tỉnh Mẫu", DAY, "adm:2026-M10", &code, "then")["value"], 12);
        let unit_page = |unit: &str| format!("/units/{}?period=adm:2026-M10", world.unit(unit));
        province.get(&unit_page("Tỉnh Mẫu")).await.is(200).has("Camera an ninh lắp mới");
        // Another server on the same database knows it when it follows.
        let other = World::open(&world.place, None).await;
        assert_eq!(other.figure("Tỉnh Mẫu", DAY, "adm:2026-M10", &code, "then")["value"], 12);
        // Elsewhere there is no such thing.
        let asked = returns::figure::Asked {
            unit: "Tỉnh Quảng Trị",
            on: Day::parse(DAY),
            period: "adm:2026-M10",
            indicator: &code,
            boundaries: "then",
        };
        assert!(returns::figure::ask(&world.app, &asked).is_err());
        let neighbour = builder(&world, "duyetquangtri").await;
        neighbour.get(&format!("/forms/{form}")).await.is(404);
        neighbour.post(&format!("/forms/{form}/versions"), &[]).await.is(404);
        assert!(!neighbour.get("/forms").await.is(200).text.contains("camera"));
        assert!(!neighbour.get("/forms/indicators").await.is(200).text.contains("Camera"));
        let taken = [("owner", mau.as_str()), ("code", "ab"), ("name_vi", "A"), ("measure", "b"), ("kind", "count")];
        neighbour.post("/forms/indicators", &taken).await.is(404);
        assert!(!neighbour.get(&unit_page("Tỉnh Quảng Trị")).await.text.contains("Camera an ninh lắp mới"));
        let csv = format!(
            "unit_code,on,period,indicator,value,qualifier,coverage\n44,2026-10-14,adm:2026-M09,{code},5,exact,own\n"
        );
        let err = returns::import::figures(&world.app, "x", "x.csv", csv.as_bytes()).await.unwrap_err().to_string();
        assert!(err.contains("không có chỉ tiêu"), "{err}");
        // Not one's own to change: what everyone shares, and what a recorder may not at all.
        province.post("/forms/thang/versions", &[]).await.is(403);
        recorder.get("/forms").await.is(403);
    }
}

#[tokio::test]
async fn what_must_not_be_collected_is_refused_in_codes_names_and_shares() {
    for world in worlds().await {
        let province = builder(&world, "tinhmau").await;
        let mau = world.unit("Tỉnh Mẫu").to_string();
        let add = |code: &'static str, name: &'static str, kind: &'static str, numerator: &'static str| {
            let (mau, province) = (mau.clone(), &province);
            async move {
                let fields = [
                    ("owner", mau.as_str()),
                    ("code", code),
                    ("name_vi", name),
                    ("measure", "tin"),
                    ("kind", kind),
                    ("numerator", numerator),
                    ("denominator", if numerator.is_empty() { "" } else { "LAU06" }),
                ];
                province.post("/forms/indicators", &fields).await
            }
        };
        add("TIP77", "Nguồn tin khác", "count", "").await.is(422).has("TIP77");
        add("CRM1", "Vụ việc", "count", "").await.is(422);
        add("AB1", "Số hộ theo tôn giáo", "count", "").await.is(422).has("ton giao").has("Số hộ theo tôn giáo");
        add("AB1", "Số người dân tộc thiểu số", "count", "").await.is(422).has("dan toc");
        add("AB1", "", "count", "").await.is(422).has("Chưa ghi tên");
        add("A_", "Tên", "count", "").await.is(422);
        add("AB1", "Tỷ lệ tin", "ratio", "TIP02").await.is(422).has("TIP02");
        add("AB1", "Tỷ lệ", "ratio", "XYZ").await.is(422).has("XYZ");
        add("AB1", "Tỷ lệ", "ratio", "").await.is(422);
        add("AB1", "Tỷ lệ hộ cam kết", "ratio", "LAU05").await.is(303);
        let catalogue = world.app.catalogue.get();
        assert_eq!(catalogue.indicators().iter().filter(|it| it.owner.is_some()).count(), 1);
        // Nor in a form: crime is asked of nobody, headings and words of help are read too.
        let ministry = builder(&world, "capbo").await;
        ministry.post("/forms/thang/versions", &[]).await.is(303);
        for (name, value, told) in
            [("a.0", "CRM03", "CRM03"), ("t.0", "Theo tôn giáo", "ton giao"), ("h.0.0", "Ghi rõ dân tộc", "dan toc")]
        {
            let mut fields = all_fields(&ministry.get("/forms/thang/draft").await.text);
            set(&mut fields, name, value);
            set(&mut fields, "do", if name == "a.0" { "add.0" } else { "save" });
            post(&ministry, "/forms/thang/draft", &fields).await.is(422).has(told);
        }
        // What somebody else saved meanwhile is told, and what was typed stays.
        let old = all_fields(&ministry.get("/forms/thang/draft").await.text);
        let mut mine = old.clone();
        set(&mut mine, "name", "Tên thứ nhất");
        set(&mut mine, "do", "save");
        post(&ministry, "/forms/thang/draft", &mine).await.is(303);
        let mut late = old;
        set(&mut late, "name", "Tên thứ hai");
        set(&mut late, "do", "save");
        post(&ministry, "/forms/thang/draft", &late).await.is(409).has("Tên thứ hai");
        ministry.post("/forms/thang/discarding", &[]).await.is(303);
        ministry.get("/forms/thang/draft").await.is(404);
    }
}

#[tokio::test]
async fn forms_go_out_as_a_file_and_come_in_with_the_difference_shown_first() {
    for world in worlds().await {
        let province = builder(&world, "tinhmau").await;
        let mau = world.unit("Tỉnh Mẫu");
        let owner = mau.to_string();
        let code = ::forms::indicator::code(mau, "CAM01");
        let file = format!(
            "{{\"format\":\"binhyen-forms-1\",\"owner\":\"{owner}\",\"indicators\":[{{\"code\":\"CAM01\",\"name_vi\":\
             \"Camera lắp mới\",\"measure\":\"chiếc\",\"kind\":\"count\"}}],\"forms\":[{{\"code\":\"camera\",\"calendar\":\
             \"adm\",\"frequency\":\"month\",\"design\":{{\"name\":\"Báo cáo camera\",\"due_days\":4,\"grace_days\":1,\
             \"sections\":[{{\"title\":\"Camera\",\"lines\":[{{\"indicator\":\"{code}\",\"required\":true}}]}}]}}}}]}}"
        );
        let fields = [("owner", owner.as_str()), ("file", file.as_str())];
        let shown = province.post("/forms/import/difference", &fields).await;
        shown.is(200).has("Camera lắp mới").has("Báo cáo camera");
        assert!(world.app.catalogue.get().by_code(&code).is_none(), "a difference changes nothing");
        province.post("/forms/import", &fields).await.is(303);
        assert!(world.app.catalogue.get().by_code(&code).is_some());
        let form = format!("{}-camera", ::forms::indicator::prefix(mau).to_ascii_lowercase());
        let draft = format!("/forms/{form}/draft");
        let revision = hidden(&province.get(&draft).await.is(200).has(&code).text, "revision").to_owned();
        let publication = [("revision", revision.as_str()), ("period", "adm:2026-M12")];
        province.post(&format!("/forms/{form}/publication"), &publication).await.is(303);
        // Taken out, it says the same, so that bringing it in again changes nothing.
        let out = province.get(&format!("/forms/export?owner={owner}")).await;
        out.is(200).has("Camera lắp mới").has("\"required\": true");
        let again = [("owner", owner.as_str()), ("file", out.text.as_str())];
        province.post("/forms/import/difference", &again).await.is(200).has("Không có gì khác");
        let changed = out.text.replace("\"due_days\": 4", "\"due_days\": 9");
        let changed = [("owner", owner.as_str()), ("file", changed.as_str())];
        province.post("/forms/import/difference", &changed).await.is(200).has("+9");
        // Bad files: nothing comes in.
        for (file, told) in [
            ("{", "dòng 1"),
            ("{\"format\":\"x\",\"owner\":\"u-1\",\"indicators\":[],\"forms\":[]}", "binhyen-forms-1"),
        ] {
            let fields = [("owner", owner.as_str()), ("file", file)];
            province.post("/forms/import/difference", &fields).await.is(422).has(told);
        }
        let other = builder(&world, "duyetquangtri").await;
        other.post("/forms/import", &fields).await.is(404);
        other.get(&format!("/forms/export?owner={owner}")).await.is(404);
    }
}

#[tokio::test]
async fn a_running_server_learns_of_forms_and_granted_time_from_another_one() {
    for world in worlds().await {
        let other = World::open(&world.place, None).await;
        let province = builder(&world, "tinhmau").await;
        let mau = world.unit("Tỉnh Mẫu").to_string();
        let new =
            [("owner", mau.as_str()), ("code", "NEW1"), ("name_vi", "Mới"), ("measure", "cái"), ("kind", "stock")];
        province.post("/forms/indicators", &new).await.is(303);
        let unit = world.unit("Xã Mẫu 01");
        let text = unit.to_string();
        let fields = [
            ("unit", text.as_str()),
            ("form", "thang"),
            ("period", "adm:2026-M11"),
            ("until", "2026-11-30"),
            ("reason", "Mưa lũ"),
        ];
        province.post("/work/extension", &fields).await.is(303);
        let code = ::forms::indicator::code(world.unit("Tỉnh Mẫu"), "NEW1");
        assert!(other.app.catalogue.get().by_code(&code).is_none());
        returns::follow::catch_up(&other.app, &mut other.app.db.read().await.unwrap()).await.unwrap();
        let catalogue = other.app.catalogue.get();
        assert!(catalogue.by_code(&code).is_some());
        assert!(other.app.totals(|engine| engine.indicator(catalogue.by_code(&code).unwrap().id()).is_some()));
        let form = catalogue.form_by_code("thang").unwrap();
        let period = kernel::Period::parse("adm:2026-M11").unwrap();
        assert_eq!(catalogue.deadline(form, unit, period).until, Day::parse("2026-11-30").unwrap());
    }
}
