//! Rosters and teams through the pages: posts of a fixed list, consent, handover, counts, ratings, merged units, and the
//! indicators that the records amount to.

use app::SLICES;
use kernel::{Day, UnitId};
use web::{Behind, Over};

use crate::{
    returns::{MONTH, decide, open, send},
    world::{Answer, Person, World, worlds},
};

const REFORM: &str = include_str!("../../../data/reforms/example.csv");

/// The first id after this in the answer.
#[track_caller]
fn id_after(answer: &Answer, before: &str) -> String {
    let text = if answer.to().contains(before) { answer.to() } else { answer.text.as_str() };
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

async fn found(person: &Person<'_>, unit: UnitId, day: &str) -> String {
    let fields = [("kind", "security"), ("decision", "12/QĐ-UBND"), ("founded_on", day)];
    let answer = person.post(&format!("/units/{unit}/teams"), &fields).await;
    answer.is(303);
    id_after(&answer, "/teams/")
}

async fn join(person: &Person<'_>, unit: UnitId, team: &str, post: &str, name: &str) -> Answer {
    let fields = [
        ("post", post),
        ("team", team),
        ("full_name", name),
        ("from", "2026-01-15"),
        ("consent", "1"),
        ("trained_on", "2026-03-01"),
    ];
    person.post(&format!("/units/{unit}/people"), &fields).await
}

/// What an indicator's records amount to in these units, and the records.
async fn derived(world: &World, code: &str, units: &[UnitId], first: &str, last: &str) -> Option<(i64, Vec<Behind>)> {
    let derive = SLICES.iter().flat_map(|it| it.derives).find(|it| it.indicator == code).unwrap();
    let (first, last) = (Day::parse(first).unwrap(), Day::parse(last).unwrap());
    let records = (derive.records)(&world.app, Over { units, first, last }).await.unwrap()?;
    Some((derive.rule.amount(&records).unwrap(), records))
}

#[tokio::test]
async fn a_post_is_taken_handed_over_and_forgotten() {
    for world in worlds().await {
        let (recorder, village) = (world.person("xa01").await, world.unit("Thôn 1, Xã Mẫu 01"));
        let roster = format!("/units/{village}/people");
        recorder.get(&roster).await.is(200).has("Chưa ghi ai giữ chức vụ nào");
        let blank = recorder.get(&format!("{roster}/new")).await;
        blank.is(200).has("Trưởng thôn").has("Tôi đồng ý để Bình Yên ghi họ tên");
        assert!(!blank.text.contains(" checked"), "no consent beforehand");
        assert!(!blank.text.contains("Tổ viên"), "no team, no post in one");
        // Nothing is kept while anything is wrong, and what was typed stays.
        let wrong = [("post", "village-head"), ("full_name", "Người Mẫu 079012345678"), ("from", "15/01/2026")];
        let refused = recorder.post(&roster, &wrong).await;
        refused.is(422).has("Chưa có phiếu đồng ý").has("Họ tên gồm 2 đến 60 chữ cái").has("Ngày không đúng");
        refused.has("value=\"Người Mẫu 079012345678\"");
        recorder
            .post(&roster, &[("post", "elder"), ("full_name", "Người Mẫu")])
            .await
            .is(422)
            .has("Hãy chọn một chức vụ");
        recorder.get(&roster).await.has("Chưa ghi ai giữ chức vụ nào");
        join(&recorder, village, "", "village-head", "Người Mẫu Một").await.is(303);
        let page = recorder.get(&roster).await;
        page.is(200).has("Người Mẫu Một").has("từ 15/01/2026").has("01/03/2026");
        // One seat, one holder.
        join(&recorder, village, "", "village-head", "Người Mẫu Hai")
            .await
            .is(422)
            .has("đang có người giữ từ ngày 15/01/2026");
        let first = format!("/terms/{}", id_after(&page, "/terms/"));
        recorder.get(&first).await.is(200).has("Phiếu phiên bản 1, ký ngày 21/11/2026");
        // Another commune's people see nothing; the province's reader reads and changes nothing.
        for path in [&roster, &first, &format!("{first}/handover"), &format!("{roster}/new")] {
            world.person("xa02").await.get(path).await.is(404);
        }
        let reader = world.person("xemmau").await;
        reader.get(&first).await.is(200);
        reader.post(&first, &[("revision", "1")]).await.is(403);
        // Mended on what was seen, or not at all.
        let mended = [("revision", "1"), ("full_name", "Người Mẫu Một"), ("from", "2026-01-16")];
        recorder.post(&first, &mended).await.is(303);
        recorder.post(&first, &mended).await.is(409);
        // Handed over: the successor signs too.
        let handover = format!("{first}/handover");
        let wrong = [("revision", "2"), ("until", "2026-11-30"), ("full_name", "Người Mẫu Ba")];
        recorder.post(&handover, &wrong).await.is(422).has("Chưa có phiếu đồng ý");
        let done = recorder.post(&handover, &[&wrong[..], &[("consent", "1")]].concat()).await;
        done.is(303);
        recorder.get(&first).await.has("16/01/2026 – 30/11/2026").has("sắp hết nhiệm kỳ");
        recorder.get(done.to()).await.is(200).has("Người Mẫu Ba").has("từ 01/12/2026");
        // Withdrawn consent: the name goes at once, the term stays.
        recorder.post(&format!("{first}/withdrawal"), &[("revision", "3")]).await.is(303);
        let page = recorder.get(&first).await;
        page.is(200).has("Đã rút đồng ý ngày 21/11/2026");
        assert!(!page.text.contains("Người Mẫu Một"));
        recorder.post(&format!("{first}/withdrawal"), &[("revision", "4")]).await.is(409);
        // Each of these is an entry; so is each look at a name.
        let audit = world.person("kiemtramau").await.get("/audit?act=people").await;
        audit.has("Ghi rút đồng ý, xóa tên").has("Kết thúc nhiệm kỳ").has("Xem danh sách có tên người");
        assert!(!audit.text.contains("Người Mẫu"), "the audit names no holder");
    }
}

#[tokio::test]
async fn names_of_long_ended_terms_are_erased_and_the_posts_stay_counted() {
    for world in worlds().await {
        let (recorder, village) = (world.person("xa01").await, world.unit("Thôn 2, Xã Mẫu 01"));
        join(&recorder, village, "", "village-head", "Người Mẫu Một").await.is(303);
        let roster = format!("/units/{village}/people");
        let term = format!("/terms/{}", id_after(&recorder.get(&roster).await, "/terms/"));
        recorder.post(&format!("{term}/handover"), &[("revision", "1"), ("until", "2026-02-28")]).await.is(303);
        let day = |text: &str| Day::parse(text).unwrap();
        let erase = |before: &str, dry: bool| {
            let (app, who, before) = (world.app.clone(), world.demo_who(), day(before));
            async move { people::erase_names(&app, &who, before, dry).await.unwrap() }
        };
        assert_eq!(erase("2026-02-28", false).await, 0, "it ended after that day");
        assert_eq!(erase("2026-03-01", true).await, 1, "a dry run counts");
        recorder.get(&term).await.has("Người Mẫu Một");
        assert_eq!(erase("2026-03-01", false).await, 1);
        assert_eq!(erase("2026-03-01", false).await, 0);
        let page = recorder.get(&term).await;
        page.is(200).has("đã xóa tên khi hết thời hạn lưu").has("15/01/2026 – 28/02/2026");
        assert!(!page.text.contains("Người Mẫu Một"));
        assert_eq!(audit::check(&mut world.app.db.read().await.unwrap(), &[]).await.unwrap().findings, []);
    }
}

#[tokio::test]
async fn teams_and_their_months_become_figures_and_the_list_is_the_number() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let commune = world.unit("Xã Mẫu 01");
        let villages = ["1", "2", "3"].map(|it| world.unit(&format!("Thôn {it}, Xã Mẫu 01")));
        let units: Vec<UnitId> = [commune].into_iter().chain(villages).collect();
        let (first, last) = ("2026-09-15", "2026-10-14");
        for code in ["FOR01", "FOR02", "FOR03", "FOR06", "FOR07", "FOR10", "FOR11", "FOR13"] {
            assert_eq!(derived(&world, code, &units, first, last).await, None, "{code}: nothing kept is not zero");
        }
        assert_eq!(derived(&world, "FOR04", &units, first, last).await.unwrap().0, 3);
        recorder.post(&format!("/units/{commune}/teams"), &[]).await.is(422).has("Hãy chọn loại tổ");
        let one = found(&recorder, villages[0], "2026-01-10").await;
        let two = found(&recorder, villages[0], "2026-01-10").await;
        let three = found(&recorder, villages[1], "2026-10-20").await;
        join(&recorder, villages[0], &one, "security-team-leader", "Người Mẫu Một").await.is(303);
        join(&recorder, villages[0], &one, "security-team-member", "Người Mẫu Hai").await.is(303);
        join(&recorder, villages[0], &two, "security-team-member", "Người Mẫu Ba").await.is(303);
        join(&recorder, villages[0], &one, "mediator", "Người Mẫu Tư").await.is(422).has("Hãy chọn tổ của chức vụ này");
        join(&recorder, villages[1], &one, "security-team-member", "Người Mẫu Tư").await.is(422);
        let page = recorder.get(&format!("/teams/{two}")).await;
        page.is(200).has("Tổ bảo vệ ANTT số 2 Thôn 1").has("Người Mẫu Ba");
        let month = |team: &str, period: &'static str, patrols: &'static str| {
            let path = format!("/teams/{team}/months");
            let fields = [("period", period), ("patrols", patrols), ("incidents", "2"), ("attendances", "5")];
            let recorder = &recorder;
            async move { recorder.post(&path, &fields).await }
        };
        month(&one, "adm:2026-M10", "7").await.is(303);
        month(&one, "adm:2026-M10", "8").await.is(303);
        month(&two, "adm:2026-M10", "3").await.is(303);
        month(&two, "adm:2026-M11", "9").await.is(303);
        month(&one, "adm:2027-M01", "1").await.is(422).has("Hãy chọn một tháng đã bắt đầu");
        month(&one, "adm:2026-M10", "nhiều").await.is(422).has("số nguyên từ 0 đến 9999").has("value=\"nhiều\"");
        for (code, expect) in
            [("FOR01", 2), ("FOR02", 3), ("FOR03", 1), ("FOR04", 3), ("FOR10", 10), ("FOR11", 11), ("FOR13", 4)]
        {
            let (amount, records) = derived(&world, code, &units, first, last).await.unwrap();
            assert_eq!(amount, expect, "{code}");
            // Each record leads to a page that its reader may open, and none names a person.
            for it in &records {
                recorder.get(&it.path).await.is(200);
                assert!(!it.label.contains("Người Mẫu"), "{it:?}");
            }
        }
        // A month later the third works; a year holds both months; half a month is not divided.
        assert_eq!(derived(&world, "FOR01", &units, "2026-10-15", "2026-11-14").await.unwrap().0, 3);
        assert_eq!(derived(&world, "FOR03", &units, "2026-10-15", "2026-11-14").await.unwrap().0, 2);
        assert_eq!(derived(&world, "FOR11", &units, "2025-12-15", "2026-12-14").await.unwrap().0, 20);
        assert_eq!(derived(&world, "FOR11", &units, "2026-10-01", "2026-10-31").await, None);
        assert_eq!(derived(&world, "FOR11", &units[2..], first, last).await, None);
        // A closed team is no stock any more; its members' terms end with it.
        let close = format!("/teams/{three}/closure");
        recorder
            .post(&close, &[("revision", "1"), ("last", "2026-10-01")])
            .await
            .is(422)
            .has("Ngày cuối không thể trước");
        recorder.post(&close, &[("revision", "1"), ("last", "2026-11-01")]).await.is(303);
        assert_eq!(derived(&world, "FOR01", &units, "2026-10-15", "2026-11-14").await.unwrap().0, 2);
        assert_eq!(derived(&world, "FOR01", &units, "2026-10-15", "2026-10-31").await.unwrap().0, 3);
    }
}

#[tokio::test]
async fn a_return_opens_with_what_the_teams_amount_to_and_another_figure_needs_its_reason() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let team = found(&recorder, world.unit("Thôn 1, Xã Mẫu 01"), "2026-01-10").await;
        let counted = [("period", "adm:2026-M10"), ("patrols", "8"), ("incidents", "2"), ("attendances", "5")];
        recorder.post(&format!("/teams/{team}/months"), &counted).await.is(303);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        let page = recorder.get(&at).await;
        page.is(200).has("data-cell=\"FOR01\" value=\"1\"").has("data-cell=\"FOR11\" value=\"8\"");
        recorder.get(&format!("{at}/figures/FOR11")).await.is(200).has(&format!("/teams/{team}"));
        recorder.get("/indicators/FOR11").await.is(200).has("Tính từ hồ sơ");

        let typed = |reason: &'static str| {
            let own = [("v.FOR01", "1"), ("v.FOR11", "9"), ("n.FOR11", reason)];
            MONTH.into_iter().chain(own).collect::<Vec<_>>()
        };
        send(&recorder, &at, &typed(""), "submit").await.is(422).has("v.FOR11");
        send(&recorder, &at, &typed("Một lượt của xã bạn"), "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        let total = |code: &str| world.figure("Tỉnh Mẫu", "2026-10-14", "adm:2026-M10", code, "then")["value"].clone();
        assert_eq!((total("FOR01"), total("FOR11")), (1.into(), 9.into()));
        recorder.get(&format!("{at}/figures/FOR11")).await.is(200).has("Một lượt của xã bạn");
    }
}

#[tokio::test]
async fn teams_are_rated_once_a_year_within_the_cap() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let commune = world.unit("Xã Mẫu 01");
        let mut teams = Vec::new();
        for number in 1..=6 {
            teams.push(found(&recorder, world.unit(&format!("Thôn {number}, Xã Mẫu 01")), "2025-07-01").await);
        }
        let young = found(&recorder, commune, "2026-06-01").await;
        let path = format!("/units/{commune}/team-ratings");
        approver.get(&path).await.is(200).has("Kỳ xếp loại: 15/11/2025 – 14/11/2026").has("Hoạt động dưới 9 tháng");
        let decide = |excellent: usize, young_grade: &'static str, year: &'static str| {
            let grade = |at: usize| if at < excellent { "excellent" } else { "good" };
            let mut fields: Vec<(String, &str)> =
                teams.iter().enumerate().map(|(at, it)| (format!("grade-{it}"), grade(at))).collect();
            fields.push((format!("grade-{young}"), young_grade));
            let more = [("year", year), ("decision", "30/QĐ-UBND"), ("decided_on", "2026-11-20")];
            fields.extend(more.map(|(name, value)| (name.to_owned(), value)));
            let (approver, path) = (&approver, &path);
            async move {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
                approver.post(path, &fields).await
            }
        };
        let refused = decide(2, "not-rated", "2026").await;
        refused.is(422).has("Có 2 tổ xuất sắc trên 4 tổ hoàn thành tốt, vượt trần 20%. Nhiều nhất 0 tổ");
        decide(1, "good", "2026").await.is(422).has("Tổ hoạt động chưa đủ 9 tháng");
        decide(1, "", "2026").await.is(422).has("Hãy chọn mức xếp loại cho tổ này");
        decide(1, "not-rated", "2027")
            .await
            .is(422)
            .has("Kỳ xếp loại chưa kết thúc. Chỉ quyết định sau ngày 14/11/2027");
        let units: Vec<UnitId> =
            [commune].into_iter().chain((1..=6).map(|it| world.unit(&format!("Thôn {it}, Xã Mẫu 01")))).collect();
        assert_eq!(derived(&world, "FOR06", &units, "2025-12-15", "2026-12-14").await, None, "nothing was written");
        decide(1, "not-rated", "2026").await.is(303);
        approver
            .get(&path)
            .await
            .has("Đã quyết định: 30/QĐ-UBND, ngày 20/11/2026")
            .has("Xuất sắc: 1. Hoàn thành tốt: 5.");
        assert_eq!(derived(&world, "FOR06", &units, "2025-12-15", "2026-12-14").await.unwrap().0, 1);
        assert_eq!(derived(&world, "FOR07", &units, "2025-12-15", "2026-12-14").await.unwrap().0, 5);
        assert_eq!(derived(&world, "FOR07", &units, "2024-12-15", "2025-12-14").await, None);
        // Who records does not rate; a village decides about nobody.
        recorder.get(&path).await.is(200).has("Hoàn thành xuất sắc");
        recorder.post(&path, &[("year", "2026")]).await.is(403);
        approver.get(&format!("/units/{}/team-ratings", world.unit("Thôn 1, Xã Mẫu 01"))).await.is(404);
    }
}

#[tokio::test]
async fn merged_units_keep_their_people_and_split_ones_ask() {
    for world in worlds().await {
        let recorder = world.person("nhapmau").await;
        let (one, two, three) = (world.unit("Xã Mẫu 01"), world.unit("Xã Mẫu 02"), world.unit("Xã Mẫu 03"));
        for (unit, name) in [(one, "Người Mẫu Một"), (two, "Người Mẫu Hai"), (three, "Người Mẫu Ba")] {
            join(&recorder, unit, "", "committee-head", name).await.is(303);
        }
        let team = found(&recorder, two, "2026-01-10").await;
        join(&recorder, two, &team, "security-team-leader", "Người Mẫu Tư").await.is(303);
        let administrator = world.person("quantrimau").await;
        assert_eq!(administrator.post("/reforms", &[("file", REFORM)]).await.to(), "/reforms?done=reform-applied");
        world.wait(60 * 24 * 42);
        let recorder = world.person("nhapmau").await;
        let merged = world.app.register.get().by_code("M0101", Day::parse("2027-01-02").unwrap()).unwrap().id;
        // The old unit's page leads to the successor's, which shows what came, and from where.
        let old = recorder.get(&format!("/units/{one}/people")).await;
        assert_eq!(old.to(), format!("/units/{merged}/people"));
        let page = recorder.get(&format!("/units/{merged}/people")).await;
        page.is(200).has("Người Mẫu Một").has("(Xã Mẫu 01)").has("Người Mẫu Hai").has("(Xã Mẫu 02)");
        page.has("Người Mẫu Tư").has("lập trước khi sáp nhập").has("Người Mẫu Ba").has("chờ phân về");
        recorder.get(&format!("/teams/{team}")).await.is(200).has("lập tại Xã Mẫu 02 trước khi thay đổi địa giới");
        assert_eq!(derived(&world, "FOR02", &[merged], "2026-12-15", "2027-01-14").await.unwrap().0, 1);
        assert_eq!(derived(&world, "FOR02", &[two], "2026-11-15", "2026-12-14").await.unwrap().0, 1);
        assert_eq!(derived(&world, "FOR02", &[one], "2026-11-15", "2026-12-14").await, None);
        // What was in the split commune waits at both heirs until somebody says to which it belongs.
        let other = world.app.register.get().by_code("M0004", Day::parse("2027-01-02").unwrap()).unwrap().id;
        let waiting = recorder.get(&format!("/units/{other}/people")).await;
        waiting.is(200).has("Người Mẫu Ba").has("1 mục lập tại đơn vị đã được chia tách");
        let term = format!("/terms/{}", id_after(&waiting, "/terms/"));
        recorder.get(&term).await.is(200).has("Phân về đơn vị kế thừa");
        let give = format!("{term}/unit");
        let wrong = world.unit("Xã Mẫu 10").to_string();
        recorder.post(&give, &[("revision", "1"), ("unit", &wrong)]).await.is(422).has("Hãy chọn một đơn vị kế thừa");
        recorder.post(&give, &[("revision", "1"), ("unit", &other.to_string())]).await.is(303);
        recorder.post(&give, &[("revision", "2"), ("unit", &other.to_string())]).await.is(422);
        assert!(!recorder.get(&format!("/units/{merged}/people")).await.text.contains("Người Mẫu Ba"));
        recorder.get(&format!("/units/{other}/people")).await.has("Người Mẫu Ba");
    }
}

#[tokio::test]
async fn there_is_no_way_to_search_for_people() {
    for world in worlds().await {
        let (recorder, village) = (world.person("xa01").await, world.unit("Thôn 1, Xã Mẫu 01"));
        join(&recorder, village, "", "village-head", "Khuất Mẫu Danh").await.is(303);
        for path in ["/units?q=Khu%E1%BA%A5t", "/units?q=khuat%20mau%20danh", "/accounts?q=khuat", "/"] {
            for name in ["xa01", "xemmau", "quantri"] {
                let answer = world.person(name).await.get(path).await;
                assert!(!answer.text.contains("Khuất Mẫu Danh"), "{path} as {name}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_restricted_is_kept_and_only_who_answers_for_personal_data_sees_or_changes_it() {
    for world in worlds().await {
        let (recorder, village) = (world.person("xa01").await, world.unit("Thôn 1, Xã Mẫu 01"));
        let roster = format!("/units/{village}/people");
        join(&recorder, village, "", "village-head", "Người Mẫu Kín").await.is(303);
        let term = format!("/terms/{}", id_after(&recorder.get(&roster).await, "/terms/"));
        let officer = world.person("dulieumau").await;
        officer.get(&term).await.is(403);
        officer.get("/people/restrictions").await.is(200).has("Không có thông tin nào đang bị hạn chế");
        officer.get("/people/restrictions?unit=Chỗ+nào").await.is(422).has("Không tìm thấy đơn vị này");
        let listed = officer.get(&format!("/people/restrictions?unit={village}")).await;
        listed.is(200).has("Người Mẫu Kín").has(&format!("{term}/restriction"));
        let at = |path: &str| format!("{term}/restriction{path}");
        recorder.post(&at(""), &[("revision", "1")]).await.is(403);
        world.person("dulieu").await.post(&at(""), &[("revision", "1")]).await.is(404);
        officer.post(&at(""), &[("revision", "7")]).await.is(409);
        officer.post(&at(""), &[("revision", "1"), ("request", "không phải số")]).await.is(404);
        officer.post(&at(""), &[("revision", "1"), ("request", "7ZZZZ")]).await.is(303);

        // Nobody else sees it, opens it, changes it; the seat is still taken, and counted.
        for name in ["xa01", "xemmau", "tinhmau"] {
            let person = world.person(name).await;
            let page = person.get(&roster).await;
            page.is(200).has("Trưởng thôn").has("đang hạn chế xử lý");
            assert!(!page.text.contains("Người Mẫu Kín") && !page.text.contains(&term), "{name}: {}", page.text);
            assert!(!page.text.contains("01/03/2026"), "the day of training");
            person.get(&term).await.is(404);
        }
        let recorder = world.person("xa01").await;
        for path in ["", "/handover", "/withdrawal"] {
            let fields =
                [("revision", "2"), ("full_name", "Người Mẫu Khác"), ("from", "2026-01-15"), ("until", "2026-11-21")];
            recorder.post(&format!("{term}{path}"), &fields).await.is(404);
        }
        join(&recorder, village, "", "village-head", "Người Mẫu Hai").await.is(422);
        // It outlives its time: who asked for it may need it.
        let mut conn = world.app.db.read().await.unwrap();
        conn.query("update post_term set valid_until = '2020-01-01'").run().await.unwrap();
        drop(conn);
        let old = Day::parse(crate::world::TODAY).unwrap();
        assert_eq!(people::erase_names(&world.app, &world.demo_who(), old, false).await.unwrap(), 0);

        let listed = officer.get("/people/restrictions").await;
        listed.is(200).has("Người Mẫu Kín").has("21/11/2026");
        officer.post(&at(""), &[("revision", "2")]).await.is(409);
        officer.post(&at("/removal"), &[("revision", "2")]).await.is(303);
        officer.post(&at("/removal"), &[("revision", "3")]).await.is(409);
        recorder.get(&term).await.is(200).has("Người Mẫu Kín");
        assert_eq!(people::erase_names(&world.app, &world.demo_who(), old, false).await.unwrap(), 1);
        let audit = world.person("kiemtramau").await.get("/audit?act=people").await;
        audit.has("Hạn chế xử lý thông tin").has("Bỏ hạn chế xử lý").has(" 7ZZZZ");
    }
}
