//! Entry that forgives: what is typed is kept by itself, steps are taken back, one screen fills in for many units, and what
//! is clean is approved together.

use serde_json::Value;

use crate::{
    returns::{MONTH, decide, hidden, open, send},
    world::{Person, World, worlds},
};

/// Keeps a draft as the page's script does.
async fn keep(person: &Person<'_>, at: &str, revision: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let all: Vec<(&str, &str)> = fields.iter().copied().chain([("revision", revision)]).collect();
    let answer = person.post(&format!("{at}/draft"), &all).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.text).unwrap_or_default())
}

async fn count(world: &World, sql: &'static str) -> i64 {
    let mut conn = world.app.db.read().await.unwrap();
    let (count,): (i64,) = conn.query(sql).one().await.unwrap();
    count
}

const STEPS: &str = "select cast(count(*) as bigint) from draft_step";

#[tokio::test]
async fn a_draft_is_kept_while_typing_and_says_what_is_wrong_and_who_was_quicker() {
    for world in worlds().await {
        let (first, second) = (world.person("xa01").await, world.person("nhapmau").await);
        let at = open(&first, "Xã Mẫu 01", "adm:2026-M10").await;
        let (status, kept) = keep(&first, &at, "1", &[("v.LAU01", "7"), ("v.LAU02", "nhiều")]).await;
        assert_eq!((status, &kept["fields"]["revision"]), (200, &"2".into()));
        assert!(kept["issues"]["v.LAU02"].is_string() && kept["issues"]["v.LAU01"].is_null(), "{kept}");
        first.get(&at).await.is(200).has("value=\"7\"").has("value=\"nhiều\"");
        let (status, kept) = keep(&second, &at, "1", &[("v.LAU01", "9")]).await;
        assert_eq!((status, &kept["fields"]), (409, &serde_json::json!({})));
        first.get(&at).await.has("value=\"7\"");
        // What was sent is kept no more.
        send(&first, &at, &MONTH, "submit").await.is(303);
        assert_eq!(keep(&first, &at, "3", &[("v.LAU01", "9")]).await.0, 409);
        assert_eq!(keep(&world.person("xa02").await, &at, "3", &[]).await.0, 404);
        world.person("xemmau").await.post(&format!("{at}/draft"), &[("revision", "3")]).await.is(403);
    }
}

#[tokio::test]
async fn steps_are_taken_back_one_by_one() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &[("v.LAU01", "1")], "save").await.is(303);
        send(&recorder, &at, &[("v.LAU01", "2")], "save").await.is(303);
        // What is typed and not kept is dropped first.
        send(&recorder, &at, &[("v.LAU01", "99")], "undo").await.is(303);
        recorder.get(&at).await.is(200).has("value=\"2\"");
        let answer = send(&recorder, &at, &[("v.LAU01", "2")], "undo").await;
        answer.is(303);
        recorder.get(answer.to()).await.is(200).has("value=\"1\"").has("Đã hoàn tác");
        send(&recorder, &at, &[("v.LAU01", "1")], "undo").await.is(303);
        let answer = send(&recorder, &at, &[], "undo").await;
        recorder.get(answer.to()).await.is(200).has("Không còn bước nào");
        // On a stale page nothing is taken back that one has not seen.
        let stale = hidden(&recorder.get(&at).await.text, "revision").to_owned();
        send(&recorder, &at, &[("v.LAU01", "5")], "save").await.is(303);
        recorder.post(&at, &[("revision", stale.as_str()), ("act", "undo")]).await.is(409);
    }
}

#[tokio::test]
async fn two_minutes_of_typing_are_one_step_and_only_the_latest_steps_are_kept() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        for (revision, value) in [("1", "1"), ("2", "12"), ("3", "123")] {
            assert_eq!(keep(&recorder, &at, revision, &[("v.LAU01", value)]).await.0, 200);
        }
        assert_eq!(count(&world, STEPS).await, 1);
        world.wait(3);
        assert_eq!(keep(&recorder, &at, "4", &[("v.LAU01", "1234")]).await.0, 200);
        assert_eq!(count(&world, STEPS).await, 2);
        send(&recorder, &at, &[("v.LAU01", "1234")], "undo").await.is(303);
        recorder.get(&at).await.has("value=\"123\"");
        for value in 0..25 {
            send(&recorder, &at, &[("v.LAU01", &value.to_string())], "save").await.is(303);
        }
        assert_eq!(count(&world, STEPS).await, 20);
        // What was sent is taken back by nobody but the level above.
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        assert_eq!(count(&world, STEPS).await, 0);
    }
}

#[tokio::test]
async fn related_lines_are_added_up_beside_the_line_that_should_say_the_same() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M09").await;
        let stock = [&MONTH[..], &[("v.MOD02", "10")]].concat();
        send(&recorder, &at, &stock, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &[("v.MOD04", "2"), ("v.MOD06", "1")], "save").await.is(303);
        let page = recorder.get(&at).await;
        page.has("<output data-sum=\"10+MOD04+MOD06\">13</output>").has("10");
    }
}

fn revision_of(page: &str, unit: &str) -> String {
    hidden(page, &format!("revision.{unit}")).to_owned()
}

#[tokio::test]
async fn one_screen_fills_in_for_many_units_each_on_its_own() {
    const AT: &str = "/work/matrix?form=thang&period=adm:2026-M10";
    for world in worlds().await {
        let (province, commune) = (world.person("nhapmau").await, world.person("xa01").await);
        let (one, two) = (world.unit("Xã Mẫu 01").to_string(), world.unit("Xã Mẫu 02").to_string());
        commune.get(AT).await.is(200).has("Xã Mẫu 01");
        assert!(!commune.get(AT).await.text.contains("Xã Mẫu 02"), "only who is filled in for");
        world.person("quangtri").await.get(AT).await.is(404);
        world.person("tinhmau").await.get(AT).await.is(403);
        let asked = [("form", "thang"), ("period", "adm:2026-M10"), ("section", "0"), ("page", "1")];
        let (name_one, name_two) = (format!("v.{one}.LAU01"), format!("v.{two}.LAU01"));
        let bad = format!("v.{two}.LAU02");
        let fields = [(name_one.as_str(), "3"), (name_two.as_str(), "4"), (bad.as_str(), "nhiều"), ("act", "save")];
        province.post("/work/matrix", &[&asked[..], &fields[..]].concat()).await.is(303);
        let page = province.get(AT).await;
        // Each cell tells its own trouble; the sum is that of what can be read.
        page.is(200)
            .has("value=\"nhiều\"")
            .has(&format!("id=\"e.{two}.LAU02\""))
            .has("<output data-sum=\"LAU01\">7</output>");
        assert!(!page.text.contains(&format!("id=\"e.{one}.LAU01\"")));
        assert_eq!(count(&world, "select cast(count(*) as bigint) from periodic_return").await, 2, "nobody else's");
        // A unit that somebody else changed is shown with both values; the others are kept.
        let (seen_one, seen_two) = (revision_of(&page.text, &one), revision_of(&page.text, &two));
        let (rev_one, rev_two) = (format!("revision.{one}"), format!("revision.{two}"));
        let at = open(&commune, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&commune, &at, &[("v.LAU01", "30")], "save").await.is(303);
        let fields = [
            (name_one.as_str(), "5"),
            (name_two.as_str(), "6"),
            (bad.as_str(), "8"),
            (rev_one.as_str(), seen_one.as_str()),
            (rev_two.as_str(), seen_two.as_str()),
        ];
        let typed = [&asked[..], &fields[..]].concat();
        let answer = province.post("/work/matrix", &[&typed[..], &[("act", "save")]].concat()).await;
        answer.is(409).has("value=\"5\"").has("30");
        commune.get(&at).await.has("value=\"30\"");
        let page = province.get(AT).await;
        page.has("value=\"6\"");
        // Kept while typing, with the new revisions for the page.
        let fresh = (revision_of(&page.text, &one), revision_of(&page.text, &two));
        let fields = [
            (name_one.as_str(), "31"),
            (name_two.as_str(), "6"),
            (bad.as_str(), "8"),
            (rev_one.as_str(), fresh.0.as_str()),
            (rev_two.as_str(), fresh.1.as_str()),
        ];
        let answer = province.post("/work/matrix/draft", &[&asked[..], &fields[..]].concat()).await;
        answer.is(200);
        let kept: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(kept["fields"].as_object().unwrap().len(), 1, "{kept}");
        assert!(kept["fields"][&rev_one].is_string());
        commune.get(&at).await.has("value=\"31\"");
        // Another's unit in the fields is as if it were not there.
        let other = [(name_two.as_str(), "77"), ("act", "save")];
        commune.post("/work/matrix", &[&asked[..], &other[..]].concat()).await.is(303);
        assert!(!province.get(AT).await.text.contains("value=\"77\""));
        // Sending sends what is whole and names what is not.
        let page = province.get(AT).await;
        let fresh = (revision_of(&page.text, &one), revision_of(&page.text, &two));
        let sent = [(rev_one.as_str(), fresh.0.as_str()), (rev_two.as_str(), fresh.1.as_str()), ("act", "submit")];
        province
            .post("/work/matrix", &[&asked[..], &sent[..]].concat())
            .await
            .is(422)
            .has(&format!("href=\"#v.{one}."));
    }
}

#[tokio::test]
async fn clean_returns_are_approved_together_and_only_they() {
    for world in worlds().await {
        let (one, two) = (world.person("xa01").await, world.person("xa02").await);
        let approver = world.person("tinhmau").await;
        let first = open(&one, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&one, &first, &MONTH, "submit").await.is(303);
        // A month before makes the second unusual.
        let before = open(&two, "Xã Mẫu 02", "adm:2026-M09").await;
        send(&two, &before, &[&MONTH[..], &[("v.MOD02", "10")]].concat(), "submit").await.is(303);
        decide(&approver, &before, "approval", "").await.is(303);
        let second = open(&two, "Xã Mẫu 02", "adm:2026-M10").await;
        let odd = [&MONTH[..], &[("v.MOD02", "12"), ("v.MOD04", "1"), ("n.MOD02", "Nhận một điểm")]].concat();
        send(&two, &second, &odd, "submit").await.is(303);
        let page = approver.get("/work/approval").await;
        page.is(200).has("1 cảnh báo");
        let id = |at: &str| at.trim_start_matches("/returns/").to_owned();
        assert!(page.text.contains(&format!("value=\"{} ", id(&first))), "the clean one can be ticked");
        assert!(!page.text.contains(&format!("value=\"{} ", id(&second))), "the other cannot");
        approver.post("/work/approval", &[]).await.is(422);
        one.get("/work/approval").await.is(403);
        let entries = "select cast(count(*) as bigint) from audit_entry where act = 'returns.approved'";
        let rows = "select cast(count(*) as bigint) from return_version";
        let (audited, accepted) = (count(&world, entries).await, count(&world, rows).await);
        // Ticked by hand all the same, the other is refused.
        let both = [("approve", format!("{} 2", id(&first))), ("approve", format!("{} 2", id(&second)))];
        let both: Vec<(&str, &str)> = both.iter().map(|it| (it.0, it.1.as_str())).collect();
        approver.post("/work/approval", &both).await.is(422).has("Đã duyệt 1 báo cáo. Còn 1 báo cáo");
        assert_eq!((count(&world, entries).await, count(&world, rows).await), (audited + 1, accepted + 1));
        approver.get(&format!("{second}/review")).await.is(200);
        // Of another province nothing waits here.
        let page = world.person("duyetquangtri").await.get("/work/approval").await;
        assert!(!page.is(200).text.contains("Xã Mẫu"));
    }
}

#[tokio::test]
async fn the_page_without_network_says_nothing_of_anybody() {
    for world in worlds().await {
        let request = axum::http::Request::get("/offline").body(axum::body::Body::empty()).unwrap();
        world.send(request).await.is(200).has("Mất mạng");
        for path in ["/worker.js"] {
            let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
            let answer = world.send(request).await;
            answer.is(200);
            assert_eq!(answer.headers["cache-control"], "no-cache");
        }
    }
}

#[tokio::test]
async fn the_screen_for_many_units_takes_words_and_notes_and_goes_back_a_step() {
    const AT: &str = "/work/matrix?form=thang&period=adm:2026-M10";
    for world in worlds().await {
        let (province, commune) = (world.person("nhapmau").await, world.person("xa01").await);
        let (one, two) = (world.unit("Xã Mẫu 01").to_string(), world.unit("Xã Mẫu 02").to_string());
        let asked = [("form", "thang"), ("period", "adm:2026-M10"), ("section", "0"), ("page", "1")];
        let (first, second) = (format!("v.{one}.LAU01"), format!("v.{two}.LAU01"));
        let note = format!("n.{one}.LAU01");
        let post = async |page: &str, fields: &[(&str, &str)]| {
            let seen = [&one, &two].map(|it| (format!("revision.{it}"), revision_of(page, it)));
            let seen = [(seen[0].0.as_str(), seen[0].1.as_str()), (seen[1].0.as_str(), seen[1].1.as_str())];
            province.post("/work/matrix", &[&asked[..], &seen[..], fields].concat()).await
        };
        let page = province.get(AT).await;
        page.has(&format!("name=\"{note}\""));
        let typed = [(first.as_str(), "khoảng 3 ngàn"), (note.as_str(), "mới ước"), (second.as_str(), "từ 5 trở lên")];
        post(&page.text, &[&typed[..], &[("act", "save")]].concat()).await.is(303);
        let page = province.get(AT).await;
        page.has("value=\"khoảng 3 ngàn\"").has("value=\"mới ước\"").has("value=\"từ 5 trở lên\"");
        page.has("<output data-sum=\"LAU01\">3.005</output>");
        // The same stands in the form of the one unit, and what is typed in words there is understood alike.
        let at = open(&commune, "Xã Mẫu 01", "adm:2026-M10").await;
        commune.get(&at).await.has("data-cell=\"LAU01\" value=\"3 ngàn\"").has("<option value=\"about\" selected>");
        send(&commune, &at, &[("v.LAU01", "gần 46"), ("v.LAU02", "gần đủ")], "save").await.is(303);
        let form = commune.get(&at).await;
        form.has("data-cell=\"LAU01\" value=\"46\"").has("<option value=\"almost\" selected>").has("value=\"gần đủ\"");
        // Nobody takes back what they have not seen.
        post(&page.text, &[&typed[..], &[("act", "undo")]].concat()).await.is(409).has("gần 46");
        let page = province.get(AT).await;
        page.has("value=\"gần 46\"");
        // What is typed and not kept goes first, then the last step of all units that were kept together.
        let unkept = [(second.as_str(), "77"), ("act", "undo")];
        post(&page.text, &unkept).await.is(303);
        province.get(AT).await.has("value=\"gần 46\"").has("value=\"từ 5 trở lên\"");
        post(&page.text, &[("act", "undo")]).await.is(303);
        let page = province.get(AT).await;
        page.has("value=\"khoảng 3 ngàn\"");
        assert!(!page.text.contains("value=\"từ 5 trở lên\""));
        post(&page.text, &[("act", "undo")]).await.is(303);
        let page = province.get(AT).await;
        assert!(!page.text.contains("khoảng 3 ngàn"));
        let answer = post(&page.text, &[("act", "undo")]).await;
        assert!(answer.to().ends_with("done=returns-undone-all"), "{}", answer.to());
        assert_eq!(
            count(&world, "select cast(count(*) as bigint) from audit_entry where act = 'returns.undone'").await,
            3
        );
    }
}

#[tokio::test]
async fn nobody_types_the_code_of_a_period() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        for path in ["/workbooks", "/returns/new"] {
            let page = recorder.get(path).await;
            page.is(200).has("<select id=\"period\" name=\"period\"").has("<option value=\"adm:2026-M09\"");
            page.has("<optgroup label=\"Tháng").has("<option value=\"2021\"");
            assert!(!page.text.contains("Ví dụ adm:"), "{path}");
        }
        // A period of another kind of form is told at the list, which keeps what was chosen.
        let wrong = "/workbooks/form.xlsx?unit=X%C3%A3+M%E1%BA%ABu+01&form=thang&period=2021&shape=sheet";
        let page = recorder.get(wrong).await;
        page.is(422).has("id=\"period-issue\"").has("<option value=\"2021\" selected>");
    }
}
