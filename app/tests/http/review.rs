//! What passes between those who send and those who approve: reasons and words at figures, signatures, corrections,
//! where figures come from.

use kernel::UnitId;
use web::{App, Behind, Derive, Listing, Over, Rule, Slice};

use crate::{
    returns::{MONTH, decide, hidden, open, send},
    world::{Person, World, worlds},
};

/// Opens, sends and approves a month of the first commune; answers its address.
async fn approved(recorder: &Person<'_>, approver: &Person<'_>, period: &str) -> String {
    let at = open(recorder, "Xã Mẫu 01", period).await;
    send(recorder, &at, &MONTH, "submit").await.is(303);
    decide(approver, &at, "approval", "").await.is(303);
    at
}

async fn count(world: &World, table: &str) -> i64 {
    let sql = match table {
        "comments" => "select cast(count(*) as bigint) from figure_comment",
        _ => "select cast(count(*) as bigint) from return_signature",
    };
    let mut conn = world.app.db.read().await.unwrap();
    let (count,): (i64,) = conn.query(sql).one().await.unwrap();
    count
}

#[tokio::test]
async fn a_return_is_sent_back_with_reasons_at_its_figures() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        let page = approver.get(&format!("{at}/review")).await;
        page.is(200).has("name=\"why.LAU02\"");
        assert!(!page.text.contains("name=\"why.TIP01\""), "no word stands beside a count of tips");
        let revision = hidden(&page.text, "revision").to_owned();
        let why = |text: &'static str| [("revision", revision.clone()), ("why.LAU02", text.to_owned())];
        let back = format!("{at}/sending-back");
        let long = "a".repeat(201);
        let too_long = [("revision", revision.as_str()), ("why.LAU02", long.as_str())];
        approver.post(&back, &too_long).await.is(422).has(&long).has("Dài quá 200 ký tự");
        let tips = [("revision", revision.as_str()), ("why.TIP01", "nguồn nào")];
        approver.post(&back, &tips).await.is(404);
        assert_eq!(count(&world, "comments").await, 0, "nothing is half-written");
        let fields = why("Tính cả lượt xem truyền hình?");
        let fields: Vec<(&str, &str)> = fields.iter().map(|it| (it.0, it.1.as_str())).collect();
        approver.post(&back, &fields).await.is(303);
        let page = recorder.get(&at).await;
        page.is(200).has("Xem lý do ghi tại từng số liệu").has("Tính cả lượt xem truyền hình?");
        // The answer stands in the thread of that figure, for both and for nobody else.
        let figure = format!("{at}/figures/LAU02");
        recorder.post(&figure, &[("comment", " ")]).await.is(422);
        recorder.post(&figure, &[("comment", "Chỉ người dự trực tiếp")]).await.is(303);
        approver.get(&figure).await.is(200).has("Tính cả lượt xem").has("Chỉ người dự trực tiếp");
        recorder.get(&figure).await.is(200).has("1.250");
        let reader = world.person("xemmau").await;
        let page = reader.get(&figure).await;
        page.is(200);
        assert!(!page.text.contains("Chỉ người dự trực tiếp") && !page.text.contains("<textarea"));
        reader.post(&figure, &[("comment", "x")]).await.is(403);
        world.person("xa02").await.get(&figure).await.is(404);
        recorder.post(&format!("{at}/figures/TIP01"), &[("comment", "x")]).await.is(404);
        recorder.get(&format!("{at}/figures/KHONG")).await.is(404);
        assert_eq!(count(&world, "comments").await, 2);
    }
}

#[tokio::test]
async fn who_sends_signs_with_name_and_post_and_it_is_kept_with_the_version() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &[("v.LAU01", "-1")], "submit").await.is(422);
        assert_eq!(count(&world, "signatures").await, 0, "what was not sent is not signed");
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        let signed = "Người gửi: Người xa01, Cán bộ; gửi lúc ";
        approver.get(&format!("{at}/review")).await.is(200).has(signed);
        decide(&approver, &at, "approval", "").await.is(303);
        let mut tx = world.app.db.write().await.unwrap();
        tx.query("update account set post = 'Chức vụ khác' where name = 'xa01'").run().await.unwrap();
        tx.commit().await.unwrap();
        recorder.get(&at).await.is(200).has(signed);
    }
}

#[tokio::test]
async fn a_correction_shows_its_reason_and_what_it_changes_to_who_consents() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = approved(&recorder, &approver, "adm:2026-M10").await;
        let revision = hidden(&recorder.get(&at).await.text, "revision").to_owned();
        let why = [("revision", revision.as_str()), ("reason", "Đếm trùng một cuộc")];
        recorder.post(&format!("{at}/correction"), &why).await.is(303);
        let mut corrected = MONTH;
        corrected[1].1 = "1.200";
        send(&recorder, &at, &corrected, "submit").await.is(303);
        let page = approver.get(&format!("{at}/review")).await;
        page.is(200).has("Đếm trùng một cuộc").has("đã duyệt: 1.250");
        assert_eq!(page.text.matches("đã duyệt: ").count(), 1, "only what differs is named");
        // Without the approver's consent the accepted figures stand.
        decide(&approver, &at, "sending-back", "Chưa đủ căn cứ").await.is(303);
        recorder.get(&format!("{at}/figures/LAU02")).await.is(200).has("Bản 1").has("1.250").has("1.200");
        send(&recorder, &at, &corrected, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        recorder.get(&format!("{at}/figures/LAU02")).await.is(200).has("Bản 2").has("Đếm trùng một cuộc");
    }
}

#[tokio::test]
async fn every_figure_knows_its_origin_and_keeps_it_into_the_version_and_the_next_correction() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        let id: kernel::ReturnId = at.trim_start_matches("/returns/").parse().unwrap();
        let who = world.demo_who();
        let cell = |value: &str, origin, place: &str| returns::RawCell {
            value: value.to_owned(),
            origin,
            place: place.to_owned(),
            ..returns::RawCell::default()
        };
        let cells = [
            ("LAU01".to_owned(), cell("2", returns::Origin::Imported, "thang10.xlsx, Xã Mẫu 01, D5")),
            ("OUT01".to_owned(), cell("3", returns::Origin::Pasted, "")),
        ];
        let draft = returns::Draft { cells: cells.into_iter().collect(), ..returns::Draft::default() };
        returns::acts::save(&world.app, &who, id, 1, draft).await.unwrap();
        // One is typed anew, the other sent back as it was.
        let mut month = MONTH;
        month[2].1 = "4";
        send(&recorder, &at, &month, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        let imported = "nhập từ tệp: thang10.xlsx, Xã Mẫu 01, D5";
        recorder.get(&format!("{at}/figures/LAU01")).await.is(200).has(imported).has("Bản 1");
        recorder.get(&format!("{at}/figures/OUT01")).await.is(200).has("nhập tay");
        let revision = hidden(&recorder.get(&at).await.text, "revision").to_owned();
        let why = [("revision", revision.as_str()), ("reason", "Sửa số buổi")];
        recorder.post(&format!("{at}/correction"), &why).await.is(303);
        recorder.get(&at).await.is(200).has("nhập từ tệp");
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        let page = recorder.get(&format!("{at}/figures/LAU01")).await;
        assert_eq!(page.text.matches(imported).count(), 2, "in both versions: {}", page.text);
    }
}

#[tokio::test]
async fn what_a_document_says_is_not_called_typed() {
    for world in worlds().await {
        let heir = world.person("quangtri").await;
        let fields = [("unit", "Tỉnh Quảng Trị"), ("form", "cong-bo-nam"), ("period", "2025")];
        let at = heir.post("/returns", &fields).await.is(303).to().to_owned();
        let figures = [("v.MOD04", "4"), ("source", "Báo cáo 123/BC-UBND")];
        send(&heir, &at, &figures, "submit").await.is(303);
        decide(&world.person("capbo").await, &at, "approval", "").await.is(303);
        let page = heir.get(&format!("{at}/figures/MOD04")).await;
        page.is(200).has("đọc từ văn bản công bố: Báo cáo 123/BC-UBND");
    }
}

/// The teams of an invented slice: two in the first commune, none kept elsewhere.
fn teams<'a>(app: &'a App, over: Over<'a>) -> Listing<'a> {
    Box::pin(async move {
        let register = app.register.get();
        let here = |unit: &UnitId| register.latest(*unit).is_some_and(|it| it.name.ends_with("01"));
        if !over.units.iter().any(here) {
            return Ok(None);
        }
        let team =
            |n: i64| Behind { label: format!("Tổ số {n}"), path: String::new(), key: n.to_string(), amount: 1 };
        Ok(Some((1..=2).map(team).collect()))
    })
}

/// A slice of which only the records matter; its words are borrowed.
const RECORDS: Slice = Slice {
    name: "records",
    routes: Vec::new,
    nav: &[],
    permissions: &[],
    derives: &[Derive { indicator: "FOR01", rule: Rule::Stock, text: "returns-empty-or-zero", records: teams }],
    texts: ("", ""),
};

#[tokio::test]
async fn records_fill_a_return_and_a_difference_needs_a_reason_that_travels() {
    for mut world in worlds().await {
        let slices: Vec<Slice> = app::SLICES.iter().copied().filter(|it| it.derives.is_empty()).collect();
        world.app.slices = slices.into_iter().chain([RECORDS]).collect::<Vec<_>>().leak();
        world.restart(web::Settings::default());
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let other = world.person("xa02").await;
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        recorder.get(&at).await.is(200).has("data-cell=\"FOR01\" value=\"2\"").has("máy tính");
        let figure = format!("{at}/figures/FOR01");
        recorder.get(&figure).await.is(200).has("Tổ số 1").has("Tổ số 2");
        recorder.get("/indicators/FOR01").await.is(200).has("Tính từ hồ sơ").has("Ô trống nghĩa là");
        // Who keeps no records types as before.
        let elsewhere = open(&other, "Xã Mẫu 02", "adm:2026-M10").await;
        other.get(&elsewhere).await.is(200).has("data-cell=\"FOR01\" value=\"\"");
        other.get(&format!("{elsewhere}/figures/FOR01")).await.is(200).has("không theo dõi loại hồ sơ này");
        // Another number stands only with a reason.
        let with = |more: &[(&'static str, &'static str)]| [&MONTH[..], more].concat();
        let answer = send(&recorder, &at, &with(&[("v.FOR01", "3")]), "submit").await;
        answer.is(422).has("href=\"#v.FOR01\"").has("nhập 3 nhưng hồ sơ đang có 2");
        let why = [("v.FOR01", "3"), ("n.FOR01", "Một tổ chưa cập nhật hồ sơ")];
        send(&recorder, &at, &with(&why), "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        approver.get(&at).await.is(200).has("Một tổ chưa cập nhật hồ sơ");
        approver.get(&figure).await.is(200).has("nhập tay").has("Một tổ chưa cập nhật hồ sơ");
    }
}

#[tokio::test]
async fn small_counts_of_tips_merge_upwards() {
    for world in worlds().await {
        let (one, two) = (world.person("xa01").await, world.person("xa02").await);
        let (approver, reader) = (world.person("tinhmau").await, world.person("xemmau").await);
        let at = approved(&one, &approver, "adm:2026-M10").await;
        let other = open(&two, "Xã Mẫu 02", "adm:2026-M10").await;
        let month = [&MONTH[..4], &[("v.TIP01", "6"), ("v.TIP02", "2")]].concat();
        send(&two, &other, &month, "submit").await.is(303);
        // Who decides sees what is decided on.
        let tips = "<strong>6</strong>";
        approver.get(&format!("{other}/review")).await.is(200).has(tips).has("<strong>2</strong>");
        decide(&approver, &other, "approval", "").await.is(303);
        let merged = "dưới 5, gộp vào tổng";
        one.get(&at).await.is(200).has("<strong>4</strong>");
        for above in [&reader, &approver] {
            let page = above.get(&at).await;
            page.is(200).has(merged);
            assert!(!page.text.contains("<strong>4</strong>"), "{}", page.text);
            above.get(&format!("{at}/figures/TIP01")).await.is(200).has(merged);
        }
        one.get(&format!("{at}/figures/TIP01")).await.is(200).has("<strong>4</strong>");
        // On the unit's page, in the way a total came about, and in the version.
        let (unit, province) = (world.unit("Xã Mẫu 01"), world.unit("Tỉnh Mẫu"));
        reader.get(&format!("/units/{unit}?period=adm:2026-M10")).await.is(200).has(merged);
        let drill = reader.get(&format!("/units/{province}/figures/TIP01?period=adm:2026-M10")).await;
        drill.is(200).has("10").has("gộp với các số nhỏ khác");
        assert!(
            !drill.text.contains(">4<") && !drill.text.contains(">6<"),
            "nor the other, which would be the difference"
        );
        let version = drill.text.split("/versions/").nth(1).unwrap().split('"').next().unwrap();
        reader.get(&format!("/versions/{version}")).await.is(200).has(merged);
        // In tables and files; the sum stays.
        let table = format!("/units/{province}/figures.csv?period=adm:2026-M10&indicators=TIP01,LAU02&below=children");
        let file = reader.get(&table).await;
        file.is(200);
        let row = |name: &str, code: &str| {
            let found = file.text.lines().find(|it| it.contains(name) && it.contains(&format!(",{code},")));
            found.unwrap().to_owned()
        };
        assert!(row("Xã Mẫu 01", "TIP01").contains(",TIP01,,"), "{}", row("Xã Mẫu 01", "TIP01"));
        assert!(row("Xã Mẫu 02", "TIP01").contains(",TIP01,,"), "{}", row("Xã Mẫu 02", "TIP01"));
        assert!(row("Xã Mẫu 01", "LAU02").contains(",LAU02,1250,"));
        let series = format!("/units/{unit}/series/TIP01?boundaries=then");
        reader.get(&series).await.is(200).has(merged);
        let series = one.get(&series).await;
        assert!(!series.is(200).text.contains(merged));
        assert_eq!(world.figure("Tỉnh Mẫu", "2026-10-14", "adm:2026-M10", "TIP01", "then")["value"], 10);
    }
}
