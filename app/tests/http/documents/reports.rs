//! What a report says: figures with their sources, what is late or missing, charts and maps, records of other slices.

use std::{
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
};

use kernel::{Level, Period};
use web::{Behind, Derive, Listing, Over, Rule, Slice};

use super::{import, part, pdf, some_figures, tool, word};
use crate::{
    model::demo_file,
    world::{World, worlds},
};

fn brief(world: &World, unit: &str, file: &str, query: &str) -> String {
    format!("/units/{}/brief{file}?{query}", world.unit(unit))
}

#[tokio::test]
async fn every_number_opens_its_source() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let page = person.get(&brief(&world, "Tỉnh Mẫu", "", "period=2026")).await;
        page.is(200).has("DỮ LIỆU MẪU").has("gần\u{a0}3.500").has("9/10 (90%)");
        let (_, article) = page.text.split_once("<article").unwrap();
        let links: Vec<(&str, &str)> = article
            .split("<a href=\"")
            .skip(1)
            .map(|it| {
                let (href, rest) = it.split_once('"').unwrap();
                (href, rest.split_once('>').unwrap().1.split('<').next().unwrap())
            })
            .collect();
        assert!(links.len() > 12, "{links:?}");
        for (href, number) in links {
            let source = person.get(&href.replace("&amp;", "&").replace("&#38;", "&")).await;
            source.is(200);
            if number.chars().any(|it| it.is_ascii_digit()) && !number.contains(" (") && !number.contains("tăng") {
                source.has(number);
            }
        }
    }
}

#[tokio::test]
async fn rises_falls_and_shares_are_phrased() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let page = person.get(&brief(&world, "Tỉnh Mẫu", "", "period=2026")).await.text;
        assert!(page.contains("So với năm 2025:") && page.contains("tăng 4 cuộc (25%)"), "{page}");
        // Zero is said, not hidden; tips are told and never compared.
        assert!(page.contains("Số liệu báo cáo bằng 0:"), "{page}");
        assert!(page.contains("Không so sánh số liệu về nguồn tin"), "{page}");
        assert!(!page.contains("+20") && !page.contains("100%"), "tips doubled, and nobody says so: {page}");
        // A unit without any figure says so.
        let empty = person.get(&brief(&world, "Xã Mẫu 10", "", "period=2026")).await;
        empty.is(200).has("Chưa có số liệu nào được duyệt");
        // A unit without units below, and one whose name is not in force then.
        person.get(&brief(&world, "Xã Mẫu 03", "", "period=2026")).await.is(200).has("Xã Mẫu 03");
        for ending in [".docx", ".pdf", ".xlsx"] {
            person.get(&brief(&world, "Xã Mẫu 03", ending, "period=2026")).await.is(200);
        }
    }
}

#[test]
fn late_and_missing_figures_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let html = |period: &str| {
        let out = folder.path().join("report.html");
        let made = Command::new(env!("CARGO_BIN_EXE_binhyen"))
            .args(["summary", "--unit", "Tỉnh Mẫu", "--period", period, "--database"])
            .arg(demo_file())
            .arg("--out")
            .arg(&out)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        std::fs::read_to_string(out).unwrap()
    };
    let month = html("adm:2026-M09");
    assert!(month.contains("đơn vị đã báo cáo"), "who has reported is told: {month}");
    assert!(month.contains("NHIỆM VỤ TRỌNG TÂM THÁNG TỚI"), "a month has its own template");
    assert!(month.contains("KẾT QUẢ THEO ĐƠN VỊ"), "{month}");
    assert!(html("adm:2026-Q1").contains("NHIỆM VỤ TRỌNG TÂM QUÝ TỚI"));
    assert!(html("adm:2026-H1").contains("NHIỆM VỤ TRỌNG TÂM 6 THÁNG TIẾP THEO"));
    assert!(html("adm:2026").contains("SỐ LIỆU CHƯA CÓ"), "what is owed and was not given is said");
}

#[tokio::test]
async fn charts_and_maps_stand_in_both_files() {
    for world in worlds().await {
        let day = "2026-05-01";
        let codes = ["01", "04", "08", "11", "12", "14", "15", "19", "20", "22"];
        let lines: Vec<String> = codes
            .iter()
            .enumerate()
            .map(|(at, it)| format!("{it},{day},2026,LAU01,{},exact,whole\n", 10 * at + 5))
            .collect();
        import(&world, &lines.concat()).await;
        let person = world.person("capbo").await;
        let page = person.get(&brief(&world, "Toàn quốc", "", "period=2026")).await;
        page.is(200).has("Quần đảo Hoàng Sa").has("Quần đảo Trường Sa").has("class=\"plot map\"").has("role=\"img\"");
        assert!(!page.text.contains("<style") && !page.text.contains(" style="), "no inline style");
        let file = person.get(&brief(&world, "Toàn quốc", ".docx", "period=2026")).await.bytes;
        let names = zip::ZipArchive::new(std::io::Cursor::new(&file)).unwrap();
        let pictures: Vec<String> =
            names.file_names().filter(|it| it.contains("/media/r")).map(str::to_owned).collect();
        assert_eq!(pictures.len(), 2, "{pictures:?}");
        for name in pictures {
            assert!(part(&file, &name).starts_with(b"\x89PNG"), "{name}");
        }
        assert!(word(&file).contains("Cuộc phát động"), "{}", word(&file));
        let paper = person.get(&brief(&world, "Toàn quốc", ".pdf", "period=2026")).await.bytes;
        assert!(pdf(&paper).contains("Quần đảo Hoàng Sa"), "the map's words are text in the PDF");
        let structure = tool("pdfinfo", &["-struct"], &paper, &[]);
        assert!(structure.matches("Figure").count() >= 2, "{structure}");
        // A map of what must not become a contest is refused by the language itself; the annex holds every table.
        let sheet = person.get(&brief(&world, "Toàn quốc", ".xlsx", "period=2026")).await.bytes;
        let book = String::from_utf8(part(&sheet, "xl/workbook.xml")).unwrap();
        assert!(book.matches("<sheet ").count() >= 2, "{book}");
    }
}

#[tokio::test]
async fn the_pdf_is_an_archive_that_screen_readers_read() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let file = person.get(&brief(&world, "Tỉnh Mẫu", ".pdf", "period=2026")).await.bytes;
        let metadata = tool("pdfinfo", &["-meta"], &file, &[]);
        let parts = ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1<"];
        for text in parts {
            assert!(metadata.contains(text), "{text}: {metadata}");
        }
        let info = tool("pdfinfo", &[], &file, &[]);
        assert!(info.contains("Tagged:          yes") && info.contains("A4"), "{info}");
        let structure = tool("pdfinfo", &["-struct"], &file, &[]);
        for tag in ["H1", "Table", "TH", "TD", "P "] {
            assert!(structure.contains(tag), "{tag}: {structure}");
        }
        let fonts = tool("pdffonts", &[], &file, &[]);
        assert!(fonts.lines().skip(2).all(|it| it.contains("yes yes")), "every font is embedded: {fonts}");
    }
}

/// What a slice of its own would bring: named records behind two figures, one of them guarded.
const RECORDS: &[Derive] = &[
    Derive { indicator: "MOD02", rule: Rule::Count, text: "", records: models },
    Derive { indicator: "MOD04", rule: Rule::Count, text: "", records: models },
    Derive { indicator: "TIP01", rule: Rule::Count, text: "", records: models },
];

fn models<'a>(_: &'a web::App, over: Over<'a>) -> Listing<'a> {
    let record = |label: &str| Behind { label: label.to_owned(), path: String::new(), key: String::new(), amount: 1 };
    let found = (!over.units.is_empty()).then(|| vec![record("Tiếng kẻng an ninh"), record("Camera an ninh thôn 1")]);
    Box::pin(async move { Ok(found) })
}

#[tokio::test]
async fn records_of_other_slices_are_quoted_once_their_figure_is_approved() {
    for world in worlds().await {
        let mut app = world.app.clone();
        let bringing = Slice { name: "models", derives: RECORDS, ..app::SLICES[0] };
        app.slices = Box::leak(vec![bringing].into_boxed_slice());
        let unit = world.unit("Tỉnh Mẫu").to_string();
        let asked = briefs::Summary { unit: &unit, on: None, period: "2026", boundaries: "then" };
        let html = |app: web::App| async move {
            String::from_utf8(briefs::summary(&app, &asked, briefs::Format::Html).await.unwrap()).unwrap()
        };
        assert!(!html(app.clone()).await.contains("Tiếng kẻng"), "nothing is approved yet");
        some_figures(&world).await;
        let said = html(app.clone()).await;
        assert!(said.contains(": Camera an ninh thôn 1; Tiếng kẻng an ninh."), "{said}");
        assert_eq!(said.matches("Tiếng kẻng an ninh").count(), 1, "only those that the template asks for: {said}");
    }
}

#[tokio::test]
async fn all_communes_are_written_with_their_names() {
    for world in worlds().await {
        some_figures(&world).await;
        let asked = briefs::Every {
            top: world.unit("Tỉnh Mẫu"),
            level: Level::Commune,
            period: Period::parse("2026").unwrap(),
            boundaries: figures::Boundaries::Then,
            part: briefs::Part::WHOLE,
        };
        let files: Arc<Mutex<Vec<(String, usize)>>> = Arc::default();
        let kept = Arc::clone(&files);
        let take = move |name: &str, bytes: &[u8]| {
            kept.lock().unwrap().push((name.to_owned(), bytes.len()));
            Ok(())
        };
        let told = Mutex::new(Vec::new());
        let formats = [briefs::Format::Docx, briefs::Format::Json];
        let done = briefs::every(&world.app, &asked, &formats, take, |done| told.lock().unwrap().push(done.reports))
            .await
            .unwrap();
        assert_eq!((done.reports, done.files), (44, 88));
        let told = told.into_inner().unwrap();
        assert_eq!(told, (1..=44).collect::<Vec<_>>());
        // Shares are what the whole is.
        let share = |at| briefs::Every { part: briefs::Part { at, of: 3 }, ..asked };
        assert_eq!([0, 1, 2].map(|at| briefs::count(&world.app, &share(at))), [15, 15, 14]);
        let mut files = files.lock().unwrap().clone();
        files.sort();
        assert!(files.iter().all(|(_, size)| *size > 100));
        assert_eq!(files[0].0, "tinh-mau/M0001-xa-mau-01-2026.docx");
        files.dedup_by(|one, other| one.0 == other.0);
        assert_eq!(files.len(), 88);
        // A file that cannot be kept ends it.
        let full = |_: &str, _: &[u8]| Err(std::io::Error::other("no room"));
        let err = briefs::every(&world.app, &asked, &formats, full, |_| {}).await.unwrap_err();
        assert!(err.to_string().contains("no room"), "{err}");
    }
}

#[test]
fn the_command_writes_every_report_below_a_unit() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str], out: &Path| {
        Command::new(env!("CARGO_BIN_EXE_binhyen"))
            .args(["briefs", "--database"])
            .arg(demo_file())
            .args(args)
            .arg("--out")
            .arg(out)
            .output()
            .unwrap()
    };
    let done = run(&["--unit", "Tỉnh Mẫu", "--period", "adm:2026-M09", "--format", "docx,json"], folder.path());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(String::from_utf8_lossy(&done.stdout).contains("44"), "{}", String::from_utf8_lossy(&done.stdout));
    assert_eq!(std::fs::read_dir(folder.path().join("tinh-mau")).unwrap().count(), 88);
    // Of so many that several processes share them, none is missing and none is written twice.
    let many = ["--unit", "Thành phố Hà Nội", "--period", "2026", "--format", "json"];
    let done = run(&many, folder.path());
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("wrote 126 reports, 126 files"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path().join("thanh-pho-ha-noi")).unwrap().count(), 126);
    let file = folder.path().join("tinh-mau/M0001-xa-mau-01-adm-2026-m09.docx");
    assert!(!run(&many, &file).status.success(), "a file is no folder to write into");
    for (args, says) in [
        (&["--unit", "Tỉnh Mẫu", "--period", "2026", "--format", "exe"][..], "exe"),
        (&["--unit", "Không Có", "--period", "2026"][..], "Không Có"),
        (&["--unit", "Tỉnh Mẫu", "--period", "2026-M13"][..], "2026-M13"),
        (&["--unit", "Xã Mẫu 01", "--period", "2026", "--level", "province"][..], "no unit of this level"),
    ] {
        let done = run(args, folder.path());
        assert!(!done.status.success());
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(said.contains(says), "{says}: {said}");
    }
}
