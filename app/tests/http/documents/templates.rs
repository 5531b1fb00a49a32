//! Templates changed in the browser: previewed, checked, kept in versions, holding for the units below.

use super::{acts, some_figures};
use crate::world::{World, worlds};

const OURS: &str = "# của tỉnh\n@signature TM. BAN CHỈ ĐẠO / KT. TRƯỞNG BAN / PHÓ TRƯỞNG BAN\n@to Bộ Công an\n\
                    == PHẦN CỦA TỈNH\nĐơn vị đã mở {LAU01} cuộc ({LAU01:words}), {LAU01:change}.\n\
                    - Giữ vững an ninh {next}.\n";

fn address(world: &World, unit: &str, query: &str) -> String {
    format!("/units/{}/brief/template?{query}", world.unit(unit))
}

async fn versions(world: &World) -> Vec<(i64, String)> {
    let mut conn = world.app.db.read().await.unwrap();
    conn.query("select number, content from brief_template order by number").all().await.unwrap()
}

#[tokio::test]
async fn a_province_words_its_own_reports() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let page = person.get(&address(&world, "Tỉnh Mẫu", "wording=year&period=2026")).await;
        page.is(200).has("Đang dùng mẫu của phần mềm").has("== CÔNG TÁC PHÁT ĐỘNG").has("BÁO CÁO");
        assert!(!page.text.contains("@include"), "people see the wording whole");

        // A preview keeps nothing; what is typed stays, and is shown with today's figures.
        let at = address(&world, "Tỉnh Mẫu", "wording=year&period=2026");
        let look = person.post(&at, &[("text", OURS), ("seen", "0"), ("act", "preview")]).await;
        look.is(200).has("PHẦN CỦA TỈNH").has("hai mươi").has("tăng 4 cuộc (25%)").has("# của tỉnh");
        assert!(versions(&world).await.is_empty());

        let kept = person.post(&at, &[("text", OURS), ("seen", "0"), ("act", "save")]).await;
        assert_eq!(kept.status.as_u16(), 303, "{}", kept.text);
        person.get(kept.to()).await.is(200).has("Đã lưu mẫu mới").has("bản số 1").has("Tỉnh Mẫu");
        assert_eq!(acts(&world, "briefs.").await, ["briefs.template-kept"]);

        // It holds for the units below and for nobody else.
        let report = format!("/units/{}/brief?period=2026", world.unit("Xã Mẫu 01"));
        let below = person.get(&report).await;
        below.is(200).has("PHẦN CỦA TỈNH").has("mười hai").has("KT. TRƯỞNG BAN").has("Giữ vững an ninh năm 2027.");
        let nation = world.person("capbo").await;
        let other = nation.get(&format!("/units/{}/brief?period=2026", world.unit("Tỉnh Quảng Trị"))).await;
        assert!(!other.text.contains("PHẦN CỦA TỈNH"));

        // A second version; the first can still be read.
        let second = OURS.replace("PHẦN CỦA TỈNH", "PHẦN THỨ HAI");
        let kept = person.post(&at, &[("text", &second), ("seen", "1"), ("act", "save")]).await;
        assert_eq!(kept.status.as_u16(), 303);
        person.get(&report).await.has("PHẦN THỨ HAI");
        person.get(&address(&world, "Tỉnh Mẫu", "wording=year&version=1")).await.has("== PHẦN CỦA TỈNH");
        person.get(&address(&world, "Tỉnh Mẫu", "wording=year&version=9")).await.is(404);
        // A commune may speak for itself.
        assert_eq!(versions(&world).await.len(), 2);
    }
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_kept() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let at = address(&world, "Tỉnh Mẫu", "wording=year&period=2026");
        let wrong = "== PHẦN\nCó {LAU99} cuộc.\nChia {LAU02/0} lượt.\nTin {TIP01:change}.\n@chart KEY01\n";
        let said = person.post(&at, &[("text", wrong), ("seen", "0"), ("act", "save")]).await;
        said.is(422).has("dòng 2, «LAU99»").has("dòng 3, «LAU02/0»: chia cho 0").has("dòng 4, «TIP01»");
        said.has("dòng 5, «KEY01»").has("«@signature»: thiếu chữ ký").has("Có {LAU99} cuộc.");
        assert!(versions(&world).await.is_empty() && acts(&world, "briefs.").await.is_empty());

        // A figure that is zero today divides nothing: said with its place, the sentence is left out.
        let zero = "@signature\n== PHẦN\n- Bình quân {LAU02/OUT01} lượt.\n- Câu sau vẫn còn.\n";
        let said = person.post(&at, &[("text", zero), ("seen", "0"), ("act", "preview")]).await;
        said.is(200).has("dòng 3, «LAU02/OUT01»: chia cho 0").has("Câu sau vẫn còn.");
        assert!(!said.text.contains("Bình quân <") && !said.text.contains("<p>- Bình quân"), "{}", said.text);

        // Markup is text.
        let markup = "@signature\n== <b>#set page\n* <script>alert(1)</script> *đậm* #let $x$.\n";
        let said = person.post(&at, &[("text", markup), ("seen", "0"), ("act", "preview")]).await;
        assert!(!said.text.contains("<script>"), "{}", said.text);
    }
}

#[tokio::test]
async fn two_people_do_not_overwrite_each_other() {
    for world in worlds().await {
        let (one, other) = (world.person("tinhmau").await, world.person("capbo").await);
        let at = address(&world, "Tỉnh Mẫu", "wording=month&period=2026-M03");
        one.post(&at, &[("text", OURS), ("seen", "0"), ("act", "save")]).await.is(303);
        // The ministry's unit does not hold the invented province.
        other.post(&at, &[("text", OURS), ("seen", "0"), ("act", "save")]).await.is(404);
        let late = one.post(&at, &[("text", "@signature\n== MUỘN\n- Câu.\n"), ("seen", "0"), ("act", "save")]).await;
        late.is(409).has("Người khác vừa lưu").has("== MUỘN").has("name=\"seen\" value=\"1\"");
        assert_eq!(versions(&world).await.len(), 1);
    }
}

#[tokio::test]
async fn only_who_may_changes_templates() {
    for world in worlds().await {
        let at = address(&world, "Tỉnh Mẫu", "wording=year");
        for (name, status) in [("xemmau", 403), ("xa01", 403), ("duyetquangtri", 404), ("quantrimau", 403)] {
            let person = world.person(name).await;
            person.get(&at).await.is(status);
            person.post(&at, &[("text", OURS), ("seen", "0"), ("act", "save")]).await.is(status);
        }
        assert!(versions(&world).await.is_empty());
    }
}
