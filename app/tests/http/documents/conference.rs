//! The conference in one file; certificates that anybody can check; a door that counts and forgets.

use std::{io::Cursor, process::Command};

use axum::{
    body::Body,
    http::{Request, header},
};
use web::Settings;

use super::{acts, flat, part, pdf, some_figures, tool, word};
use crate::world::{Person, World, worlds};

const NAMES: &str = "Nhân dân và cán bộ Thôn 1\nTổ bảo vệ an ninh, trật tự Thôn 2";

async fn pack(world: &World, person: &Person<'_>, names: &str) -> Vec<u8> {
    let at = format!("/units/{}/conference.zip?period=2026", world.unit("Tỉnh Mẫu"));
    let fields = [("place", "Nhà văn hóa tỉnh"), ("time", "8 giờ 00, ngày 15 tháng 12"), ("recipients", names)];
    let answer = person.post(&at, &fields).await;
    answer.is(200);
    answer.bytes
}

#[tokio::test]
async fn one_click_makes_every_paper_of_the_day_and_anybody_checks_the_certificates() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        person.get(&format!("/units/{}/conference", world.unit("Tỉnh Mẫu"))).await.is(200).has("Tải trọn bộ");
        let file = pack(&world, &person, NAMES).await;
        every_paper_is_there(&file);
        // Names are printed and kept nowhere; that two were signed is noted.
        assert_eq!(acts(&world, "briefs.").await, ["briefs.certificates-signed"]);
        let mut conn = world.app.db.read().await.unwrap();
        let rows: Vec<(String,)> = conn.query("select object from audit_entry").all().await.unwrap();
        drop(conn);
        assert!(rows.iter().all(|it| !it.0.contains("Thôn 1")) && rows.iter().any(|it| it.0 == "2026 2"));
        anybody_checks(&world, &person, &file).await;
    }
}

/// The papers are all there and say the same figures, in Word and as PDF.
fn every_paper_is_there(file: &[u8]) {
    let archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut names: Vec<&str> = archive.file_names().collect();
    names.sort_unstable();
    let papers = ["1-bao-cao", "10-quyet-dinh-khen-thuong", "2-chuong-trinh", "3-de-cuong-phat-bieu"];
    let more = ["4-danh-sach-khen-thuong", "5-loi-phat-dong", "6-giao-uoc", "7-giay-moi"];
    let mut expect: Vec<String> =
        papers.iter().chain(&more).flat_map(|it| [format!("{it}.docx"), format!("{it}.pdf")]).collect();
    expect.extend(["8-trinh-chieu.pdf", "9-phu-luc-so-lieu.xlsx", "10-giay-khen.pdf"].map(str::to_owned));
    expect.extend(["giay-khen-1", "giay-khen-2", "quyet-dinh"].map(|it| format!("ma-kiem-tra/{it}.txt")));
    expect.sort_unstable();
    assert_eq!(names, expect);

    // The same figures everywhere, in Word and PDF; what was typed stands where it belongs.
    let says = |name: &str, texts: &[&str]| {
        for (text, form) in
            [(word(&part(file, &format!("{name}.docx"))), "docx"), (pdf(&part(file, &format!("{name}.pdf"))), "pdf")]
        {
            for expect in texts {
                let found = text.contains(expect) || flat(&text).replace(' ', "").contains(&expect.replace(' ', ""));
                assert!(found, "{name}.{form}: no «{expect}» in {text}");
            }
        }
    };
    says("1-bao-cao", &["20 cuộc phát động", "DỮ LIỆU MẪU"]);
    says("2-chuong-trinh", &["CHƯƠNG TRÌNH", "8 giờ 00, ngày 15 tháng 12", "Nhà văn hóa tỉnh", "Bế mạc hội nghị./."]);
    says("3-de-cuong-phat-bieu", &["ĐỀ CƯƠNG PHÁT BIỂU", "20 cuộc phát động", "tăng 4 cuộc (25%)", "./."]);
    says("5-loi-phat-dong", &["LỜI PHÁT ĐỘNG", "năm 2027", "21 điểm mô hình"]);
    says("6-giao-uoc", &["GIAO ƯỚC THI ĐUA", "năm 2027"]);
    says("7-giay-moi", &["GIẤY MỜI", "Nhà văn hóa tỉnh"]);
    says(
        "10-quyet-dinh-khen-thuong",
        &["QUYẾT ĐỊNH:", "Điều 1.", "cho 2 tập thể, cá nhân", "Nhân dân và cán bộ Thôn 1"],
    );

    let slides = part(file, "8-trinh-chieu.pdf");
    let info = tool("pdfinfo", &[], &slides, &[]);
    assert!(info.contains("Pages:           6"), "a title and five charts: {info}");
    assert!(!pdf(&slides).contains("nguồn tin"), "no tips on the wall");
    let certificates = pdf(&part(file, "10-giay-khen.pdf"));
    assert!(certificates.contains("BẰNG KHEN") && certificates.contains("Nhân dân và cán bộ Thôn 1"), "{certificates}");
}

#[tokio::test]
async fn the_conference_says_what_the_province_worded() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let at = format!("/units/{}/brief/template?wording=pledge&period=2026", world.unit("Tỉnh Mẫu"));
        person.get(&at).await.is(200).has("Báo cáo đúng hạn, số liệu đúng thực tế.").has("GIAO ƯỚC THI ĐUA");
        let text = "@subject Giao ước {next}\n@signature\n== -\n* Chúng tôi cùng giữ {LAU01} lời hứa.\n";
        person.post(&at, &[("text", text), ("seen", "0"), ("act", "save")]).await.is(303);
        // 200 letters, typed with loose marks, fit on one page and are printed whole.
        let name = format!("{} cuối", "Ê\u{301}".repeat(195));
        let file = pack(&world, &person, &name).await;
        let certificates = part(&file, "10-giay-khen.pdf");
        assert!(tool("pdfinfo", &[], &certificates, &[]).contains("Pages:           1"));
        let said = pdf(&certificates);
        assert!(said.matches('Ế').count() >= 195, "{said}");
        let pledge = word(&part(&file, "6-giao-uoc.docx"));
        assert!(
            pledge.contains("Chúng tôi cùng giữ 20 lời hứa./.") && pledge.contains("Giao ước năm 2027"),
            "{pledge}"
        );
    }
}

#[tokio::test]
async fn what_is_too_long_is_named_and_what_was_typed_stays() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let at = format!("/units/{}/conference.zip?period=2026", world.unit("Tỉnh Mẫu"));
        let long = "Ế".repeat(201);
        let names = format!("Thôn 1\n{long}");
        person
            .post(&at, &[("recipients", &names), ("place", "Hội trường")])
            .await
            .is(422)
            .has("Tên thứ 2 dài quá 200")
            .has(&long)
            .has("Hội trường");
        person.post(&at, &[("place", &long)]).await.is(422).has("Dài quá 200");
        person.post(&at, &[("recipients", &"Thôn 1\n".repeat(301))]).await.is(422).has("Có 301 tên");
    }
}

fn verify(args: &[&str]) -> (bool, String) {
    let said = Command::new(env!("CARGO_BIN_EXE_binhyen")).arg("verify").args(args).output().unwrap();
    let text = [said.stdout, said.stderr].concat();
    (said.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// What the QR codes on the printed pages hold, page by page, read from a picture of the page by another's reader.
fn scanned(certificates: &[u8]) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("certificates.pdf");
    std::fs::write(&file, certificates).unwrap();
    let drawn = Command::new("pdftoppm").args(["-r", "300", "-gray"]).arg(&file).arg(dir.path().join("page")).status();
    assert!(drawn.unwrap().success());
    let mut pages: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|it| it.unwrap().path()).collect();
    pages.retain(|it| it.extension().is_some_and(|it| it == "pgm"));
    pages.sort();
    let read = |page| {
        let said = Command::new("zbarimg").args(["-q", "--raw"]).arg(page).output().expect("install zbar-tools");
        String::from_utf8(said.stdout).unwrap().trim_end().to_owned()
    };
    pages.iter().map(read).collect()
}

/// On the public page, by the command, on the page that is kept; until it is taken back.
async fn anybody_checks(world: &World, person: &Person<'_>, file: &[u8]) {
    let text = String::from_utf8(part(file, "ma-kiem-tra/giay-khen-1.txt")).unwrap();
    // A camera sees on the paper what the file beside it says.
    let seen = scanned(&part(file, "10-giay-khen.pdf"));
    assert_eq!((seen.len(), seen[0].as_str()), (2, text.trim_end()));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines[2]), ("BINHYEN CHUNG NHAN 1", "Nhân dân và cán bộ Thôn 1"));
    let code = lines[6];
    assert!(code.starts_with(&format!("{}-", world.unit("Tỉnh Mẫu"))), "{code}");

    // On the public page.
    let form = |text: &str| {
        Request::post("/certificates")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("text={}", crate::world::encode(text))))
            .unwrap()
    };
    world.send(form(&text)).await.is(200).has("Giấy này đúng").has("Nhân dân và cán bộ Thôn 1");
    let forged = text.replace("Thôn 1", "Thôn 9");
    world.send(form(&forged)).await.is(200).has("CHỮ KÝ KHÔNG ĐÚNG").has("Thôn 9");
    world.send(form("giấy khen")).await.is(200).has("không phải nội dung giấy chứng nhận");

    // By the command: with the key alone, and asking the database.
    let get = |path: &str| world.send(Request::get(path).body(Body::empty()).unwrap());
    let key = get("/certificates/key.txt").await.text.trim().to_owned();
    assert_eq!(key.len(), 64);
    let (holds, said) = verify(&[&text, "--key", &key]);
    assert!(holds && said.contains("ĐÚNG / GENUINE") && said.contains("Thôn 1"), "{said}");
    let (holds, said) = verify(&[&forged, "--key", &key]);
    assert!(!holds && said.contains("CHỮ KÝ KHÔNG ĐÚNG"), "{said}");
    let (holds, said) = verify(&[&text, "--key", "abc"]);
    assert!(!holds && said.contains("64"), "{said}");
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("giay.txt");
    std::fs::write(&kept, format!("{text}\r\n")).unwrap();
    let (holds, said) = verify(&[kept.to_str().unwrap(), "--database", &world.place]);
    assert!(holds, "{said}");

    // On the page that is kept: a browser, no server.
    let page = get("/certificates/check.html").await;
    page.is(200).has(&key);
    assert!(offline(&page.text, &text).contains("ĐÚNG / GENUINE"));
    assert!(offline(&page.text, &forged).contains("CHỮ KÝ KHÔNG ĐÚNG"));

    // The decision bears one too; its list is named by a hash.
    let signed = String::from_utf8(part(file, "ma-kiem-tra/quyet-dinh.txt")).unwrap();
    world.send(form(&signed)).await.is(200).has("Giấy này đúng").has("2 tập thể, cá nhân");
    let decision = part(file, "10-quyet-dinh-khen-thuong.pdf");
    let pages = tool("pdfinfo", &[], &decision, &[]);
    assert!(pages.contains("Pages:           2"), "{pages}");
    assert!(pdf(&decision).contains("Mã danh sách:"), "{}", pdf(&decision));

    // Taken back: by who may, everywhere.
    let other = world.person("duyetquangtri").await;
    other.post("/certificates/revocation", &[("code", code)]).await.is(404);
    world.person("xemmau").await.post("/certificates/revocation", &[("code", code)]).await.is(403);
    person.post("/certificates/revocation", &[("code", "xyz")]).await.is(422).has("u-DNK-0123456789abcdef").has("xyz");
    person.post("/certificates/revocation", &[("code", code)]).await.is(303);
    person.post("/certificates/revocation", &[("code", code)]).await.is(303);
    assert_eq!(acts(world, "briefs.certificate-").await, ["briefs.certificate-revoked"]);
    world.send(form(&text)).await.has("ĐÃ BỊ THU HỒI");
    let list = get("/certificates/revoked.txt").await.text;
    assert_eq!(list, format!("{code}\n"));
    let revoked = folder.path().join("thu-hoi.txt");
    std::fs::write(&revoked, list).unwrap();
    let (holds, said) = verify(&[&text, "--key", &key, "--revoked", revoked.to_str().unwrap()]);
    assert!(!holds && said.contains("THU HỒI"), "{said}");
    let (holds, _) = verify(&[&text, "--database", &world.place]);
    assert!(!holds);
    let page = get("/certificates/check.html").await;
    assert!(offline(&page.text, &text).contains("THU HỒI"));
}

/// What the kept page says of a text, in a browser without any server.
fn offline(page: &str, text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kiem-tra.html");
    let text = serde_json::to_string(text).unwrap();
    let act = format!(
        "<script>document.getElementById('text').value = {text}; document.getElementById('check').click();</script>"
    );
    std::fs::write(&file, page.replace("</body>", &format!("{act}</body>"))).unwrap();
    let said = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("install chromium");
    let dom = String::from_utf8_lossy(&said.stdout).into_owned();
    let (_, after) = dom.split_once("role=\"status\">").unwrap_or_else(|| panic!("{dom}"));
    after.split("</output>").next().unwrap().to_owned()
}

#[tokio::test]
async fn the_day_shows_its_figures_large_and_the_door_counts_and_forgets() {
    for mut world in worlds().await {
        some_figures(&world).await;
        let unit = world.unit("Tỉnh Mẫu");
        let at = format!("/units/{unit}/conference?period=2026");
        {
            let person = world.person("tinhmau").await;
            let day = world.person("xemmau").await.get(&format!("/units/{unit}/conference/day?period=2026")).await;
            day.is(200).has("<dl class=\"day\">").has("<dd>20</dd>").has("gần\u{a0}3.500");
            assert!(!day.text.contains("Nguồn tin"), "no tips on the wall: {}", day.text);
            world.person("xemmau").await.post(&format!("/units/{unit}/conference/door?period=2026"), &[]).await.is(403);
            person.post(&format!("/units/{unit}/conference/door?period=2026"), &[]).await.is(303);
            person.post(&format!("/units/{unit}/conference/door?period=2026"), &[]).await.is(303);
            assert_eq!(acts(&world, "briefs.").await, ["briefs.door-opened"]);
            // Nobody has said where this server is found: no code is drawn that would lead nowhere.
            person.get(&at).await.is(200).has("--base-url").has("Đã đếm: 0");
        }
        let base_url = Some("https://binhyen.example.vn".to_owned());
        world.restart(Settings { base_url, ..Settings::default() });
        let person = world.person("tinhmau").await;
        let page = person.get(&at).await;
        page.is(200).has("https://binhyen.example.vn/attendance/").has("<svg");
        let door = format!("/attendance/{}", super::after(&page.text, "href=\"/attendance/"));

        let enter = |cookie: &str| {
            Request::post(&door)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::COOKIE, cookie.to_owned())
                .header("x-forwarded-for", "203.0.113.7")
                .header(header::USER_AGENT, "Điện thoại của ông A")
                .body(Body::empty())
                .unwrap()
        };
        let open = world.send(Request::get(&door).body(Body::empty()).unwrap()).await;
        open.is(200).has("Tôi có mặt");
        let first = world.send(enter("")).await;
        first.is(303);
        let cookie = first.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        assert!(first.headers[header::SET_COOKIE].to_str().unwrap().contains("HttpOnly"));
        // The same browser is not counted again; another is.
        world.send(enter(&cookie)).await.is(303);
        world.send(enter("")).await.is(303);
        person.get(&at).await.has("Đã đếm: 2");
        let mut conn = world.app.db.read().await.unwrap();
        let rows: Vec<(i64, String, i64)> =
            conn.query("select unit_id, period, count from attendance").all().await.unwrap();
        assert_eq!(rows, [(unit.0, "2026".to_owned(), 2)]);
        assert_eq!(acts(&world, "briefs.").await, ["briefs.door-opened"], "who came is noted nowhere");
        world.send(Request::get("/attendance/0123456789abcdef").body(Body::empty()).unwrap()).await.is(404);
    }
}

#[tokio::test]
async fn a_commendation_officer_commends_and_changes_no_report() {
    for world in worlds().await {
        some_figures(&world).await;
        let officer = access::NewAccount {
            name: "khenthuong".to_owned(),
            full_name: "Người khen thưởng".to_owned(),
            post: String::new(),
            password: "một mật khẩu dài".to_owned(),
            role: web::Role::parse("commendation-officer").unwrap(),
            unit: world.unit("Tỉnh Mẫu"),
        };
        access::add_account(&world.app, &world.demo_who(), &officer).await.unwrap();
        // Certificates are signed: a password alone is not enough.
        world.halfway("khenthuong").await.post("/certificates/revocation", &[]).await.is(303);
        let officer = world.person("khenthuong").await;
        let at = |path: &str| format!("/units/{}/{path}", world.unit("Tỉnh Mẫu"));
        let preview = officer.get(&at("brief?period=2026")).await;
        preview.is(200).has("/conference?period=2026");
        assert!(!preview.text.contains("/brief/template"), "offers what it will not let");
        officer.get(&at("conference?period=2026")).await.is(200);
        let fields = [("place", ""), ("time", ""), ("recipients", "Thôn Mẫu 1")];
        officer.post(&at("conference.zip?period=2026"), &fields).await.is(200);
        officer.get(&at("brief/template")).await.is(403);
        officer.post(&at("frozen-briefs?period=2026"), &[]).await.is(403);
        let other = format!("/units/{}/conference", world.unit("Tỉnh Quảng Trị"));
        officer.get(&other).await.is(404);
        officer.get("/certificates").await.is(200).has("name=\"code\"");
        let code = format!("{}-0123456789abcdef", world.unit("Tỉnh Mẫu"));
        assert_eq!(
            officer.post("/certificates/revocation", &[("code", &code)]).await.to(),
            "/certificates?done=revoked"
        );
        // Who only reads does none of it.
        let reader = world.person("xemmau").await;
        reader.get(&at("conference?period=2026")).await.is(403);
        reader.post("/certificates/revocation", &[("code", &code)]).await.is(403);
        assert_eq!(acts(&world, "briefs.").await, ["briefs.certificates-signed", "briefs.certificate-revoked"]);
    }
}
